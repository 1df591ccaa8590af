package suites

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// Bounds of the search for a request that ends the service.
const (
	// maxSuspects is how many requests are tried alone.
	maxSuspects = 40
	// aloneTries is how often a suspect is tried alone after it has shown the loss of the service, and aloneLosses how many
	// of these tries must show it again.
	aloneTries, aloneLosses = 3, 2
	// waveringTries is how often a suspect is sent in a row that was answered when it was tried again, and mostWavering how many
	// suspects are: a service may end at every so many requests of a kind.
	waveringTries, mostWavering = 16, 4
	// maxAway is how long the service may take to come back, in units of the session's backoff: 30 s.
	maxAway = 300
)

// A suspect is a request that may have ended the service.
type suspect struct {
	name    string
	request client.Request
	large   *input // is sent instead of the body that the record has kept; nil for none
	leaves  bool   // the client leaves within the body
	from    string // the requirement that it was sent for in the run; empty for a usual one
	seen    int    // how often it got no answer
}

// survives tries alone what got no answer in this run, and a few inputs that are known for it, each with a valid exchange
// after it. A supervisor may have restarted the service before anything else noticed.
func survives(t *Trial) {
	t.timed, t.aged = true, true // a suspect is sent again with its own code, however old
	t.Given(t.servedAgain()).To(expect.BeExchanged())
	var wavering []suspect
	for _, s := range append(t.suspects(), t.unlessHarmless(t.usualSuspects())...) {
		if t.ctx.Err() != nil {
			return
		}
		t.suspect(s)
		probe, after, lost := t.tryAlone(s)
		if lost {
			t.confirm(s, probe, after, aloneTries)
			wavering = slices.Insert(wavering, 0, s)
		} else if s.wavers(t, probe) {
			wavering = append(wavering, s)
		}
	}
	for _, s := range wavering[:min(len(wavering), mostWavering)] {
		t.suspect(s)
		t.insist(s)
	}
}

// suspect makes a suspect what the trial is about.
func (t *Trial) suspect(s suspect) { t.situation, t.sources = s.name, []string{s.from} }

// wavers reports whether a suspect got no answer in the run, and one when it was tried again. A documented request was rather
// under way when another one ended the service.
func (s suspect) wavers(t *Trial, again assay.Exchange) bool {
	return s.seen > 0 && s.large == nil && !cutOff(again) &&
		(again.Code == nil || !expect.Documented(again, t.PAT().Reveal()))
}

// insist sends a suspect many times in a row, until the service ends.
func (t *Trial) insist(s suspect) {
	for range waveringTries {
		if t.ctx.Err() != nil {
			return
		}
		if probe, after, lost := t.tryAlone(s); lost {
			t.confirm(s, probe, after, waveringTries)
			return
		}
	}
}

// cutOff reports whether an exchange got no whole answer, or that of a gateway whose server gave none.
func cutOff(x assay.Exchange) bool { return x.Response == nil || x.Failed() || unserved(x) }

// unserved reports whether a gateway answered that its server closed the connection, or cannot be reached. Some say so with a 503.
func unserved(x assay.Exchange) bool {
	return x.Response != nil && (x.Response.Status == http.StatusBadGateway || x.Response.Status == http.StatusServiceUnavailable)
}

// unserving reports whether an answer is a gateway's page which says that its server gave none.
func unserving(x assay.Exchange) bool {
	return x.Response != nil && !x.Failed() && !x.Response.Envelope().Object &&
		(x.Response.Status == http.StatusBadGateway || x.Response.Status == http.StatusGatewayTimeout)
}

// unlessHarmless sends the suspects together, and returns those that got no answer.
func (t *Trial) unlessHarmless(list []suspect) []suspect {
	probes := make([]assay.Exchange, len(list))
	t.Each(len(list), func(i int) {
		probes[i] = t.sendSuspect(list[i])
	})
	var left []suspect
	for i, x := range probes {
		if cutOff(x) {
			left = append(left, list[i])
		}
	}
	if len(left) > 0 {
		t.comeBack(probes[0])
	}
	return left
}

// confirm tries a suspect again, as often as tries says. What ended the service only once is noted.
func (t *Trial) confirm(s suspect, probe, after assay.Exchange, tries int) {
	about, losses := []assay.Exchange{probe, after}, 0
	t.comeBack(after)
	for range tries {
		probe, after, lost := t.tryAlone(s)
		if !lost {
			continue
		}
		if about, losses = append(about, probe, after), losses+1; losses == aloneLosses {
			t.foundViolation("a valid exchange that works right after it, on a new connection",
				fmt.Sprintf("%s ends the service: the next exchange got %s; so it was in %d tries alone", probe.ID, expect.Summary(after), losses+1),
				append(secondLooks(about[:len(about)-2]), contradicting(after, probe)...)...)
			t.comeBack(after)
			panic(stop{})
		}
		t.comeBack(after)
	}
	t.Note(phrase.LostOnce, about[0].ID)
}

// tryAlone sends a suspect, and a valid exchange on a new connection at once. lost says that the service was gone then.
func (t *Trial) tryAlone(s suspect) (probe, after assay.Exchange, lost bool) {
	probe = t.sendSuspect(s)
	if !cutOff(probe) {
		return probe, after, false // a service that answers is there
	}
	after = t.stillWorks()
	if s.leaves && !gone(after) {
		after = t.stillWorks() // the service may have seen late that the client left
	}
	return probe, after, gone(after) && (!isAway(after) || t.onlyBehind(after))
}

// onlyBehind reports whether a 503 behind a suspect is one of a gateway whose server the suspect has ended: the next valid exchange gets
// it as well, and none does behind harmless requests. A service that limits requests, or fails at random, makes no such difference.
func (t *Trial) onlyBehind(after assay.Exchange) bool {
	const harmless = 3
	if t.session.pace.showsLimit(after) || !gone(t.stillWorks()) {
		return false
	}
	t.comeBack(after)
	for range harmless {
		t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: sampleCode}, client.Alone())
		if gone(t.stillWorks()) {
			return false
		}
	}
	return true
}

func (t *Trial) sendSuspect(s suspect) assay.Exchange {
	request := s.request
	request.Replica, request.Alone = t.replica, true
	if s.leaves {
		return t.abandon(request, true)
	}
	if s.large != nil {
		request.Body = s.large.body()
		request = request.With(s.large.bends...)
	}
	return t.Send(request)
}

// stillWorks is a valid exchange on a new connection.
func (t *Trial) stillWorks() assay.Exchange { return t.Exchange(t.Code(), client.Alone()) }

// servedAgain is a valid exchange on a new connection, which is repeated while a gateway says that its server gives no answer: what was
// sent just before may have ended it.
func (t *Trial) servedAgain() (x assay.Exchange) {
	for attempt := range maxAttempts {
		if x = t.stillWorks(); !unserving(x) || !t.pause(0, attempt) {
			break
		}
	}
	return x
}

// gone reports whether an exchange found no service: no connection, one that broke off, or a gateway without a server.
func gone(x assay.Exchange) bool {
	if x.Response == nil {
		return x.Failure.Kind.Unconnected() && !notTheTargets(x) || x.Failure.Kind == assay.BrokenOff
	}
	switch x.Response.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// notTheTargets reports whether something beside the service failed: this machine, its proxy or its name server, a certificate, or
// another server that answered. No input to the service brings it about.
func notTheTargets(x assay.Exchange) bool {
	switch x.Failure.Kind {
	case assay.LocalShortage, assay.ProxyFailed, assay.NameUnknown, assay.CertificateInvalid, assay.Elsewhere:
		return true
	default:
		return false
	}
}

// comeBack waits until a valid exchange works again. If none does, the platform may block this tool, which the service may do.
func (t *Trial) comeBack(last assay.Exchange) {
	unit := t.session.backoff
	deadline := time.Now().Add(maxAway * unit)
	for wait := unit; ; wait = min(2*wait, 10*unit) {
		x := t.stillWorks()
		switch {
		case expect.Identified(x):
			return
		case x.Response != nil && x.Response.Status == http.StatusForbidden:
			t.Untested(phrase.ShutOut, last.ID)
		case !time.Now().Add(wait).Before(deadline) || !rest(t.ctx, wait):
			t.Untested(phrase.ShutOut, last.ID)
		}
	}
}

// rest waits, and reports whether the run still goes on.
func rest(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}

// suspects lists the requests of the run that were sent and got no whole answer, or a gateway's that its server gave none,
// those first that got none most often.
func (t *Trial) suspects() []suspect {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	found, large := map[string]*suspect{}, t.large()
	var order []string
	for _, x := range t.session.exchanges {
		if x.Endpoint != t.Endpoint || !expect.CutOff(x) && !expect.TimedOut(x) && !unserved(x) || t.session.pace.showsLimit(x) {
			continue
		}
		key := situationOf(x)
		bad, isLarge := large[key]
		if len(x.Request.Body) >= keptRequest && !isLarge || isLarge && expect.TimedOut(x) {
			continue // what took the target too long has been waited for
		}
		if found[key] == nil {
			found[key] = &suspect{name: key, request: t.resend(x), from: x.Requirement}
			if isLarge {
				found[key].large = &bad
			}
			order = append(order, key)
		}
		if !isAway(x) { // which may have been the load
			found[key].seen++
		}
	}
	var list []suspect
	for _, key := range order {
		list = append(list, *found[key])
	}
	slices.SortStableFunc(list, func(a, b suspect) int { return cmp.Compare(b.seen, a.seen) })
	return list[:min(len(list), maxSuspects)]
}

// resend is the request of an exchange.
func (t *Trial) resend(x assay.Exchange) client.Request {
	path := x.Request.URL
	for _, server := range t.session.config.Target.APIServers {
		path = strings.TrimPrefix(path, server)
	}
	return client.Request{Endpoint: x.Endpoint, Code: x.Code, Method: x.Request.Method, Path: path, Header: x.Request.Header.Clone(),
		Body: slices.Concat([]byte{}, x.Request.Body)}
}

// usualSuspects are small bodies that parsers are known to fail on.
func (t *Trial) usualSuspects() []suspect {
	var list []suspect
	for _, body := range []string{"null", "[]", `""`, "0", "{}", "", `{"appId":null,"code":null}`, `{"appId":"\ud800","code":"\u0000"}`} {
		request := client.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0)}, t.PAT())
		request.Body = []byte(body)
		list = append(list, suspect{name: fmt.Sprintf("the body is %q", body), request: request})
	}
	if t.session.client.SpeaksHTTP1(t.ctx, t.replica) {
		request := client.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0)}, t.PAT())
		list = append(list, suspect{name: "the client leaves within the body", request: request, leaves: true})
	}
	return list
}

// isolation makes one user meet a limit and sees whom else it meets. It judges nothing: a limit by address cannot be told
// from one for everybody.
func isolation(t *Trial) {
	if len(t.answered(http.StatusTooManyRequests)) > 0 || t.session.pace.knowsPlain() {
		t.Untested(phrase.LimitedBefore)
	}
	unknown := t.bearer(t.session.reshape(t.PAT().Reveal()))
	code := t.Code()
	t.meetLimit(phrase.LimitOfUser, code)
	t.meetLimit(phrase.LimitOfPAT, code, unknown)
}

// Bounds of the search for a limit.
const (
	// mostRepeated is how often an exchange is repeated, atOnce how many of them start together.
	mostRepeated, atOnce = 50, 25
	// longestSearch is how long it is repeated.
	longestSearch = 2 * time.Second
)

// meetLimit repeats an exchange, several at once, until a 429, and then sends valid exchanges of others.
func (t *Trial) meetLimit(met phrase.Key, code assay.Code, bends ...client.Bend) {
	others := t.Codes(1)
	if len(t.session.config.Target.Apps) > 1 {
		others = append(others, t.CodesFor(t.Person(), t.App(1), 1)...)
	}
	volley := slices.Repeat([]client.Request{client.Exchange(code, t.PAT()).With(bends...)}, atOnce)
	sent, limited := 0, false
	for began := time.Now(); !limited && sent < mostRepeated && time.Since(began) <= longestSearch; sent += len(volley) {
		limited = slices.ContainsFunc(t.Race(volley), isLimited)
	}
	if !limited {
		t.Note(phrase.NoLimitMet, sent)
		return
	}
	hit := 0
	for _, other := range others {
		if isLimited(t.Exchange(other)) {
			hit++
		}
	}
	t.Note(met, sent, hit, len(others))
}

func isLimited(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Status == http.StatusTooManyRequests
}
