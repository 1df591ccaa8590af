package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// oneBehindTheOther signs users in one after the other where the requests have something in common beside the PAT, or where the
// client of the first one does not wait for its answer. Nobody must get the user of the request before.
func (t *Trial) oneBehindTheOther() {
	if t.traceless() {
		return
	}
	t.behind("one request ID for two users", func(code assay.Code) (assay.Exchange, []client.Bend) {
		id := oneID(code.UserID)
		return t.Exchange(code, id), []client.Bend{id}
	})
	t.behind("the cookies of the exchange before", func(code assay.Code) (assay.Exchange, []client.Bend) {
		x := t.Exchange(code)
		if cookies := cookiesOf(x); cookies != nil {
			return x, []client.Bend{cookies}
		}
		return x, nil
	})
	if !t.session.client.SpeaksHTTP1(t.ctx, t.replica) {
		return
	}
	t.inPieces()
	const leaving = 3 // clients; a server sees some of them leave in time
	for range leaving {
		t.behind("behind a request whose client has left", func(code assay.Code) (assay.Exchange, []client.Bend) {
			return t.abandon(client.Exchange(code, t.PAT()), false), nil
		})
	}
}

// inPieces sends the requests of several users whose bodies arrive in two pieces each, all first pieces before the second ones. Nobody
// waits for an answer in between, so a server may read one request after the other.
func (t *Trial) inPieces() {
	const users = 3
	t.situation = "bodies in two pieces"
	requests, finish := make([]client.Request, users), make([]func() assay.Exchange, users)
	alone, together := make([]assay.Exchange, users), make([]assay.Exchange, users)
	for i := range users {
		person := t.Person()
		alone[i] = t.oneSignIn(func() assay.Code { return t.CodeFor(person) })
		requests[i] = client.Exchange(t.CodeFor(person), t.PAT())
		requests[i].Requirement, requests[i].Situation = t.requirement.ID, t.situation
	}
	for i := range users {
		conn := t.connect()
		defer conn.Close()
		finish[i] = conn.Begin(t.ctx, requests[i])
	}
	t.unscripted = true // curl sends a short body in one piece
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() { together[i] = finish[i]() })
	}
	all.Wait()
	for i := range users {
		t.through(requests[i], func(client.Request) assay.Exchange { return together[i] })
	}
	t.judgeCrowd(alone, together)
}

// behind makes an exchange of one user and then another user's, with the bends that the first one returns, and expects that
// the second user does not get another identity than alone. A refusal will do: an ID of one request may not be used twice.
func (t *Trial) behind(situation string, first func(assay.Code) (assay.Exchange, []client.Bend)) {
	t.situation = situation
	person := t.Person()
	alone := t.oneSignIn(func() assay.Code { return t.CodeFor(person) })
	code := t.CodeFor(person)
	before, bends := first(t.Code())
	x := t.Exchange(code, bends...)
	if given := expect.IdentityOf(x); given == "" || given == expect.IdentityOf(alone) {
		return
	}
	t.unscripted = true // a script keeps no cookies and does not leave
	t.foundViolation("the identity of the code's own user, or a refusal", "another user's", stepsTo(x, []assay.Exchange{alone, before})...)
	panic(stop{})
}

// oneID gives a request the ID of another one, in the fields that gateways and clients use for it.
func oneID(id string) client.Bend {
	return func(r *client.Request) {
		for _, name := range []string{"X-Request-Id", "Idempotency-Key", "X-Correlation-Id", "X-Trace-Id"} {
			r.Header.Set(name, id)
		}
		sum := sha256.Sum256([]byte(id))
		trace, span := hex.EncodeToString(sum[:16]), hex.EncodeToString(sum[16:24])
		for name, value := range map[string]string{"Traceparent": "00-" + trace + "-" + span + "-01", "X-B3-Traceid": trace, "X-B3-Spanid": span,
			"X-Amzn-Trace-Id": "Root=1-" + trace[:8] + "-" + trace[8:], "X-Transaction-Id": trace, "X-Client-Request-Id": trace, "X-Nonce": trace} {
			r.Header.Set(name, value)
		}
	}
}

// cookiesOf sends the cookies of an answer back, as a client with a cookie jar does; nil where it sets none.
func cookiesOf(x assay.Exchange) client.Bend {
	const most, longest = 16, 4 << 10
	if x.Response == nil {
		return nil
	}
	var pairs []string
	for _, cookie := range (&http.Response{Header: x.Response.Header}).Cookies() {
		if len(pairs) < most && cookie.Value != "" && cookie.MaxAge >= 0 {
			pairs = append(pairs, cookie.Name+"="+cookie.Value)
		}
	}
	field := strings.Join(pairs, "; ")
	if field == "" || len(field) > longest {
		return nil
	}
	return client.Header("Cookie", field)
}

// abandon sends a request, or half of its body, and leaves.
func (t *Trial) abandon(request client.Request, half bool) assay.Exchange {
	return t.through(request, func(request client.Request) assay.Exchange {
		return t.connect().Abandon(t.ctx, request, half)
	})
}
