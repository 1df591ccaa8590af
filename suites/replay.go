package suites

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// singleUse replays a code at once, and then in the ways that ledgers are known to miss. Within a declared grace, the
// same answer again is a warning only.
func singleUse(t *Trial) {
	t.situation = "a second time"
	codes := t.Codes(2)
	code := codes[0]
	first := t.Exchange(code)
	t.Given(first).To(expect.BeExchanged())
	replay := t.Exchange(code)
	grace := t.Declares().ReuseGrace
	if grace > 0 && expect.Identified(replay) && expect.IdentityOf(replay) == expect.IdentityOf(first) {
		t.Warn("refused", fmt.Sprintf("the same answer again, within the declared reuseGrace of %s", grace), first, replay)
		return
	}
	t.Expect(replay).To(expect.BeRefused())
	for _, again := range t.replays(code) {
		t.situation = again.situation
		t.Expect(t.Exchange(code, again.bends...)).To(expect.BeRefused())
	}
	t.situation = "after another code of the same user"
	t.Given(t.Exchange(codes[1])).To(expect.BeExchanged())
	t.Expect(t.Exchange(code)).To(expect.BeRefused())
}

// A replay is one way to send a used code again.
type replay struct {
	situation string
	bends     []client.Bend
}

// replays lists ways to send a used code again that a ledger may take for a new code: spelled differently, in another
// body, under another PAT, for another mini-program, at another replica; and once more after each kind of refusal, which
// must not release the code.
func (t *Trial) replays(code assay.Code) []replay {
	list := []replay{{"a third time", nil}}
	respelled := tamper.Spellings(code.Code)
	for _, situation := range slices.Sorted(maps.Keys(respelled)) {
		list = append(list, replay{situation, []client.Bend{t.otherCode(respelled[situation])}})
	}
	list = append(list,
		replay{"with JSON escapes", []client.Bend{client.Set("code", escaped(code.Code))}},
		replay{"in a body with other members", []client.Bend{client.Set("extra", true), func(r *client.Request) { slices.Reverse(r.Members) }}},
		replay{"with a wrong PAT", []client.Bend{t.bearer(t.session.reshape(t.PAT().Reveal()))}},
		replay{"after a replay with a wrong PAT", nil})
	if unscoped := t.session.config.Target.PATs.Unscoped.Reveal(); unscoped != "" {
		list = append(list, replay{"with a PAT without the scope", []client.Bend{t.bearer(unscoped)}},
			replay{"after a replay with a PAT without the scope", nil})
	}
	list = append(list, replay{"for an unknown mini-program", []client.Bend{client.Set("appId", t.session.reshape(t.App(0)))}},
		replay{"after a replay for an unknown mini-program", nil})
	if t.session.config.Hello.Offers(assay.OpIssuePAT) {
		list = append(list, replay{"with another PAT of the developer", []client.Bend{t.bearer(t.issuePAT([]string{unifiedAuthScope}, ""))}})
	}
	if len(t.session.config.Target.Apps) > 1 {
		list = append(list, replay{"for another mini-program", []client.Bend{client.Set("appId", t.App(1))}},
			replay{"after a replay for another mini-program", nil})
	}
	for i := range t.session.client.Replicas() - 1 {
		list = append(list, replay{"at another replica", []client.Bend{client.Replica(t.replica + 1 + i)}})
	}
	return list
}

// afterUse is when a used code is tried again. If the platform's clock can be advanced, it is late in the code's
// lifetime, because a ledger must not forget a code before it expires; otherwise it is after the half minute that the
// requirement names.
func afterUse(s *Session) time.Duration {
	const least, margin = 30 * time.Second, 10 * time.Second
	if s.config.Hello.Offers(assay.OpAdvance) && s.config.Target.Declares.CodeTTL > least+margin {
		return s.lifetime() - margin
	}
	return least
}

func singleUseLater(t *Trial) func(*Trial) {
	codes := make([]assay.Code, 3)
	t.Each(len(codes), func(i int) {
		codes[i] = t.Code()
		t.Given(t.Exchange(codes[i])).To(expect.BeExchanged())
	})
	return func(t *Trial) {
		t.Each(len(codes), func(i int) {
			for replica := range t.session.client.Replicas() {
				t.Expect(t.Exchange(codes[i], client.Replica(replica))).To(expect.BeRefused())
			}
		})
	}
}

// replayIdentity replays the codes of many users after all of them have signed in.
func replayIdentity(t *Trial) {
	if t.traceless() {
		t.Note(phrase.Traceless)
		return
	}
	const users = 8
	codes, own := make([]assay.Code, users), make([]string, users)
	t.Each(users, func(i int) {
		codes[i] = t.Code()
		x := t.Exchange(codes[i])
		t.Given(x).To(expect.BeExchanged())
		own[i] = expect.IdentityOf(x)
	})
	t.Each(users, func(i int) { t.Expect(t.Exchange(codes[i])).To(expect.NotSignInOther(own[i])) })
}
