package suites

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A rush is many valid requests and a few of each kind that has to be refused, at once: what a request has found out may be kept
// where others see it, and a check that is too busy may let requests pass. The first trial that asks sends it for all of them, to the
// endpoint that the seed decides on. The zero value is ready.
type rush struct {
	mu    sync.Mutex
	sent  bool
	wrong map[string][]assay.Exchange // by requirement
}

// amongMany judges those requests of the rush that are the requirement's. A trial that is retried alone has a rush of its own.
func (t *Trial) amongMany(situation string) {
	all := t.session.endpoints()
	if t.app > 0 || t.Endpoint != all[t.session.seeded("among many").IntN(len(all))] {
		return
	}
	t.Case(situation+", among many requests at once", func(t *Trial) {
		t.unscripted = true // a script does not send the many
		server := t.session.config.Target.APIServers[t.replica]
		for _, x := range t.ofRush()[t.requirement.ID] {
			if strings.HasPrefix(x.Request.URL, server) { // a rush is spread over all of them
				t.keep(x)
				t.signsNobodyIn(x)
			}
		}
	})
}

func (t *Trial) ofRush() map[string][]assay.Exchange {
	if t.solo {
		return t.sendRush()
	}
	one := &t.session.rush
	t.firstOf(&one.mu, &one.sent, func() { t.exclusively(func() { one.wrong = t.sendRush() }) })
	return one.wrong
}

// exclusively does something while nothing else goes on, which would be told of what only a crowd brings about. The trial holds a slot.
func (t *Trial) exclusively(do func()) {
	slots := t.session.slots
	slots.leave()
	end := slots.alone()
	slots.enter()
	defer func() {
		slots.leave()
		end()
		slots.enter()
	}()
	do()
}

// sendRush sends the valid requests first: a platform may refuse a PAT before it has read the body, and they wait for the others.
func (t *Trial) sendRush() map[string][]assay.Exchange {
	const valid, each = 26, 2
	code := t.Code()
	t.Given(t.Exchange(code)).To(expect.BeExchanged())
	requests := slices.Repeat([]client.Request{client.Exchange(code, t.PAT())}, valid)
	wrong := map[string][]assay.Exchange{}
	send := func(front []client.Request) {
		requests, ones := slices.Clone(front), t.wrongOnes()
		names := slices.Sorted(maps.Keys(ones))
		for _, id := range names {
			requests = append(requests, slices.Repeat([]client.Request{ones[id]}, each)...)
		}
		for i, x := range t.Race(requests)[len(front):] {
			wrong[names[i/each]] = append(wrong[names[i/each]], x)
		}
	}
	send(requests)
	if many := len(requests); t.session.atOnce(many) == many && t.session.client.SpeaksHTTP1(t.ctx, t.replica) {
		release := t.holdOpen(requests)
		defer release()
		defer time.AfterFunc(held, release).Stop() // a server of few workers answers nobody until then
		send(nil)
	}
	return wrong
}

// held is how long requests stay within their bodies, at most.
const held = 300 * time.Millisecond

// holdOpen sends requests up to the middle of their bodies, to the API servers in turn, so that as many are in flight however fast a
// platform is. The function that it returns sends the rest, once.
func (t *Trial) holdOpen(requests []client.Request) (release func()) {
	t.session.turn(t.ctx, len(requests))
	finish := make([]func() assay.Exchange, len(requests))
	conns := make([]*client.Connection, len(requests))
	for i := range requests {
		requests[i].Requirement, requests[i].Situation = t.requirement.ID, "many requests at once, in two pieces"
		conns[i] = t.session.client.Connect(i % t.session.client.Replicas())
		finish[i] = conns[i].Begin(t.ctx, requests[i])
	}
	return sync.OnceFunc(func() {
		var all sync.WaitGroup
		for i := range requests {
			all.Go(func() {
				t.keep(finish[i]())
				conns[i].Close()
			})
		}
		all.Wait()
	})
}

// wrongOnes are requests that have to be refused, by the requirement that says so, as far as the target names what they need.
func (t *Trial) wrongOnes() map[string]client.Request {
	fresh := func(bends ...client.Bend) client.Request { return client.Exchange(t.Code(), t.PAT()).With(bends...) }
	all := map[string]client.Request{
		"pat.unknown": fresh(t.bearer(t.session.reshape(t.PAT().Reveal()))),
		"pat.missing": fresh(client.NoAuthorization()),
	}
	pats := t.session.config.Target.PATs
	for id, pat := range map[string]assay.Secret{"pat.unscoped": pats.Unscoped, "pat.other-tenant": pats.OtherTenant, "pat.revoked": pats.Revoked} {
		if pat != "" {
			all[id] = fresh(t.bearer(pat.Reveal()))
		}
	}
	if apps := t.session.config.Target.Apps; len(apps) > 1 {
		all["code.cross-app"] = client.Exchange(t.CodesIn(apps[1], 1)[0], t.PAT()).With(client.Set("appId", apps[0]))
	}
	if len(t.session.endpoints()) > 1 {
		all["code.cross-kind"] = client.Exchange(t.CodeOfKind(t.otherEndpoint(), t.Person()), t.PAT()).With(client.To(t.Endpoint))
	}
	return all
}
