package suites

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// Bounds of the requirements about one connection.
const (
	// answersWatched is how many exchanges are watched for something behind their answer, half of them refused.
	answersWatched = 24
	// listening is how long a connection is watched behind an answer.
	listening = 200 * time.Millisecond
	// confirmations is how often a refusal must spoil the next exchange in a row.
	confirmations = 2
	// silentConfirmations is the same where the next exchange got no answer: a target that often answers nothing valid would
	// seem spoilt now and then.
	silentConfirmations = 5
)

// overHTTP1 leaves the requirement untested where the API server cannot be reached directly over HTTP/1.1.
func (t *Trial) overHTTP1() {
	if !t.session.client.SpeaksHTTP1(t.ctx, t.replica) {
		t.Untested(phrase.NotOverHTTP1)
	}
}

// connect opens a connection to the trial's API server.
func (t *Trial) connect() *client.Connection { return t.session.client.Connect(t.replica) }

// On sends the code with the valid PAT, after bends, on a connection of the trial's own.
func (t *Trial) On(conn *client.Connection, code assay.Code, bends ...client.Bend) assay.Exchange {
	return t.through(client.Exchange(code, t.PAT()).With(bends...), func(request client.Request) assay.Exchange {
		return conn.Do(t.ctx, request)
	})
}

// Situations in which an HTTP server may answer by itself, because it does not speak that version or knows no such method.
const (
	situationHTTP10 = "in HTTP/1.0"
	situationHTTP11 = "in HTTP/1.1"
	otherMedia      = "another media type"
	situationMethod = "the method in small letters"
	situationHost   = "with the host name written otherwise"
	usedCode        = "a used code"
)

// inHTTP10 sends the code in HTTP/1.0, which some gateways handle apart. It is false where the API server cannot be reached
// directly over HTTP/1.1.
func (t *Trial) inHTTP10(code assay.Code, bends ...client.Bend) (x assay.Exchange, able bool) {
	return t.inHTTP1(code, append(bends, func(r *client.Request) { r.HTTP10 = true })...)
}

// inHTTP1 sends the code in HTTP/1.1, whichever version the server prefers. It is false where the API server cannot be reached
// directly over it.
func (t *Trial) inHTTP1(code assay.Code, bends ...client.Bend) (x assay.Exchange, able bool) {
	if !t.session.client.SpeaksHTTP1(t.ctx, t.replica) {
		return x, false
	}
	conn := t.connect()
	defer conn.Close()
	return t.On(conn, code, bends...), true
}

// overHTTP2 reports whether the target has answered the run over HTTP/2.
func (t *Trial) overHTTP2() bool {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	for _, x := range t.session.exchanges {
		if x.Response != nil {
			return strings.HasPrefix(x.Response.Proto, "HTTP/2") // the first is of the pre-flight
		}
	}
	return false
}

// signsNobodyIn judges an answer that the application may not have given: only an identity in it counts.
func (t *Trial) signsNobodyIn(x assay.Exchange) {
	if expect.SignedIn(x) {
		t.Expect(x).To(expect.GiveNoIdentity())
	}
}

// A wayToRefuse is a bend that makes a valid exchange one to be refused.
type wayToRefuse struct {
	name  string
	bends []client.Bend
}

// oneAnswer listens behind valid and refused answers. A pool of connections would give a surplus answer to the next user.
func oneAnswer(t *Trial) {
	t.overHTTP1()
	unknown := t.bearer(t.session.reshape(t.PAT().Reveal()))
	refused := []wayToRefuse{
		{"without a PAT", []client.Bend{client.NoAuthorization()}},
		{"an unknown PAT", []client.Bend{unknown}},
		{"a body that is not JSON", []client.Bend{client.Body([]byte(`{"appId"`), "")}},
		{"an unknown code", []client.Bend{client.Set("code", t.session.reshape(sampleCode))}},
	}
	var kept keptOpen
	for i := range answersWatched {
		situation, bends := fmt.Sprintf("valid exchange %d", i/2+1), []client.Bend(nil)
		if i%2 == 1 {
			way := refused[i/2%len(refused)]
			situation, bends = fmt.Sprintf("refused exchange %d, %s", i/2+1, way.name), way.bends
		}
		if i/2%2 == 1 { // which a cache or a filter of the server may handle apart
			situation, bends = situation+", asking for gzip", append(slices.Clone(bends), client.Header("Accept-Encoding", "gzip"))
		}
		t.Case(situation, func(t *Trial) { t.watch(&kept, i >= answersWatched/2, bends...) })
	}
}

// watch makes an exchange on a connection of its own and listens. With next, it sends another user's exchange after it.
func (t *Trial) watch(kept *keptOpen, next bool, bends ...client.Bend) {
	conn := t.connect()
	defer conn.Close()
	first := t.On(conn, t.Code(), bends...)
	if first.Response == nil || first.Failed() {
		panic(again([]assay.Exchange{first}))
	}
	surplus, extra := t.listen(conn)
	switch surplus {
	case client.Answer:
		t.foundViolation("one answer to one request", "a second answer behind the first: "+expect.Summary(extra), stepsTo(extra, []assay.Exchange{first})...)
		panic(stop{})
	case client.Junk:
		t.Warn("nothing behind the answer", "bytes that are not an HTTP answer", first)
		return
	case client.Blank:
		t.Warn("nothing behind the answer", "line breaks", first)
	}
	if next && !conn.Ended() {
		kept.ask(func() bool { return t.ownAnswer(conn, first) })
	}
}

// keptOpen lets one exchange go first on a connection that was used before. If a server keeps such connections open and
// does not answer on them, the others would wait for nothing.
type keptOpen struct {
	mu    sync.Mutex
	asked bool
	mute  bool
}

func (k *keptOpen) ask(next func() (answered bool)) {
	if !k.first(next) && !k.mute {
		next()
	}
}

func (k *keptOpen) first(next func() (answered bool)) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.asked {
		return false
	}
	k.asked, k.mute = true, !next()
	return true
}

// listen watches a connection, and leaves its slot to others in the meantime, unless the target lacks connections.
func (t *Trial) listen(conn *client.Connection) (client.Surplus, assay.Exchange) {
	if t.session.atOnce(largest) == largest {
		t.session.slots.leave()
		defer t.session.slots.enter()
	}
	return conn.Listen(t.ctx, listening)
}

// ownAnswer expects that the next exchange on a connection does not get the user of the one before it, unless it gets the
// same on a connection of its own.
func (t *Trial) ownAnswer(conn *client.Connection, first assay.Exchange) (answered bool) {
	person := t.Person()
	x := t.On(conn, t.CodeFor(person))
	if alone, crossed := t.crossed(x, first, person); crossed {
		t.foundViolation("each answer for its own request", "the answer to the exchange before it", stepsTo(x, []assay.Exchange{first, alone})...)
		panic(stop{})
	}
	return !expect.TimedOut(x)
}

// crossed reports whether a person's exchange got the identity of the one before it, and the person gets another one alone: on
// a connection of its own.
func (t *Trial) crossed(x, before assay.Exchange, person people.Person) (alone assay.Exchange, crossed bool) {
	given := expect.IdentityOf(x)
	if given == "" || given != expect.IdentityOf(before) || t.traceless() {
		return alone, false
	}
	alone = t.Exchange(t.CodeFor(person), client.Alone())
	own := expect.IdentityOf(alone)
	return alone, own != "" && own != given
}

// spoiling are the refused requests after which a connection must still work, or be closed.
func (t *Trial) spoiling() []wayToRefuse {
	padded := func(size int) client.Bend {
		return func(r *client.Request) {
			client.Set("padding", strings.Repeat("x", size))(r)
		}
	}
	none := client.NoAuthorization()
	ways := []wayToRefuse{
		{"no PAT", []client.Bend{none}},
		{"an unknown PAT", []client.Bend{t.bearer(t.session.reshape(t.PAT().Reveal()))}},
		{otherMedia, []client.Bend{client.Header("Content-Type", "text/csv")}},
		{"a body that is not JSON", []client.Bend{func(r *client.Request) { r.Body = bytes.TrimSuffix(r.Encode(), []byte(`"}`)) }}},
		{"an unknown path", []client.Bend{client.Path("/" + t.session.reshape("unknown-path"))}},
		{"no PAT and 1 KiB", []client.Bend{none, padded(1 << 10)}},
		{"no PAT and 64 KiB", []client.Bend{none, padded(64 << 10)}},
		{"no PAT and 1 MiB", []client.Bend{none, padded(1 << 20)}},
		{"no PAT and a chunked body", []client.Bend{none, client.Chunked()}},
		{"no PAT and a body that does not wait for 100 Continue", []client.Bend{none, client.Header("Expect", "100-continue")}},
		{"an unknown mini-program", []client.Bend{client.Set("appId", t.session.reshape(t.App(0)))}},
		{"no code", []client.Bend{client.Omit("code")}},
		{"an empty code", []client.Bend{client.Set("code", "")}},
		{"an unknown code", []client.Bend{client.Set("code", t.session.reshape(sampleCode))}},
	}
	pats := t.session.config.Target.PATs
	for name, pat := range map[string]assay.Secret{"a PAT without the scope": pats.Unscoped, "another developer's PAT": pats.OtherTenant, "a revoked PAT": pats.Revoked} {
		if pat != "" {
			ways = append(ways, wayToRefuse{name, []client.Bend{t.bearer(pat.Reveal())}})
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		ways = append(ways, wayToRefuse{method + " with a body", []client.Bend{client.Method(method)}})
	}
	return ways
}

// keptConnection sends a refused request and then another user's valid one on the same connection.
func keptConnection(t *Trial) {
	t.overHTTP1()
	conn := t.connect()
	defer conn.Close()
	t.Given(t.On(conn, t.Code())).To(expect.BeExchanged())
	if surplus, _ := t.listen(conn); surplus == client.Answer || surplus == client.Junk {
		t.Untested(phrase.AnswersTwice)
	}
	if !conn.Ended() {
		if second := t.On(conn, t.Code()); !closedBefore(second) {
			t.Given(second).To(expect.BeExchanged())
		}
	}
	for _, way := range t.spoiling() {
		t.Case("after "+way.name, func(t *Trial) { t.spoil(way) })
	}
	t.Case("after a used code", func(t *Trial) {
		used := t.Code()
		t.Given(t.Exchange(used)).To(expect.BeExchanged())
		t.spoil(wayToRefuse{usedCode, []client.Bend{client.Set("code", used.Code)}})
	})
	for _, method := range []string{http.MethodHead, http.MethodGet, http.MethodOptions} { // the answers to two of them may have no body
		t.Case("after "+method+" without a body", func(t *Trial) {
			t.unscripted = true // curl closes a connection with something behind the answer
			t.spoil(wayToRefuse{method, []client.Bend{client.Method(method), client.NoBody()}})
		})
	}
}

// spoil expects that the exchange after a refused one is answered for itself. What fails once and works when it is tried
// again is noted only.
func (t *Trial) spoil(way wayToRefuse) {
	var seen []assay.Exchange
	for demanded := confirmations; len(seen) < 2*demanded; {
		refused, next, spoilt := t.behindRefusal(way)
		if !spoilt {
			if len(seen) > 0 {
				t.Note(phrase.SpoiltOnce, seen[1].ID)
			}
			return
		}
		seen = append(seen, refused, next)
		if next.Response == nil {
			demanded = silentConfirmations
		}
		t.Given(t.Exchange(t.Code(), client.Alone())).To(expect.BeExchanged())
	}
	refused, probe := seen[len(seen)-2], seen[len(seen)-1]
	steps := append(secondLooks(seen[:len(seen)-2]), stepsTo(probe, []assay.Exchange{refused})...)
	t.found(t.requirement.Violated(), observation{expected: "the next exchange on the connection answered for itself, or the connection closed",
		actual: expect.Summary(probe), steps: steps, sign: expect.BeExchanged().Sign, oneConnection: true})
	panic(stop{})
}

// behindRefusal makes a refused exchange and a valid one on a new connection. spoilt says that the valid one was not
// answered for itself although the connection was open.
func (t *Trial) behindRefusal(way wayToRefuse) (refused, next assay.Exchange, spoilt bool) {
	conn := t.connect()
	defer conn.Close()
	refused = t.On(conn, t.Code(), way.bends...)
	if conn.Ended() {
		if refused.Failure.Kind.Unconnected() {
			panic(again([]assay.Exchange{refused}))
		}
		return refused, next, false
	}
	if way.name != otherMedia && way.name != usedCode { // which may be accepted, or have a grace
		t.session.mustBeRefused([]assay.Exchange{refused})
	}
	person := t.Person()
	next = t.On(conn, t.CodeFor(person))
	switch {
	case closedBefore(next):
		return refused, next, false
	case expect.TimedOut(next), overloaded(next), next.Failure.Kind == assay.Elsewhere:
		panic(again([]assay.Exchange{next}))
	}
	if _, whole := expect.BeExchanged().Judge(next); !whole {
		return refused, next, true
	}
	_, crossed := t.crossed(next, refused, person)
	return refused, next, crossed
}

// closedBefore reports whether the connection was closed before the first byte of the answer. A 408 says that it was idle
// for too long.
func closedBefore(x assay.Exchange) bool {
	if x.Response != nil {
		return x.Response.Status == http.StatusRequestTimeout
	}
	return slices.Contains([]assay.FailureKind{assay.BrokenOff, assay.Unsolicited, assay.Interrupted}, x.Failure.Kind)
}
