package suites

import (
	"fmt"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// identityChapter: what is judged of every sign-in of the run, whichever requirement it was made for.
func identityChapter(c *chapter) {
	c.record("login.openid", func(t *Trial) { t.Every(t.successes(), expect.GiveString("openId"), phrase.SawNoSignIn) })
	c.record("login.unionid", func(t *Trial) {
		t.Every(t.SignInsAs().Successes().Exchanges(), expect.GiveStringOrNothing("unionId"), phrase.SawNoSignIn)
	})
	c.everywhere("login.openid-stable", func(t *Trial) {
		t.pairs(t.SignInsAs().Judged().Alone().Unstable(), "one openId for one user, mini-program and channel", func(theirs, x assay.Exchange) string {
			return fmt.Sprintf("%q in %s and %q in %s", expect.IdentityOf(theirs), theirs.ID, expect.IdentityOf(x), x.ID)
		})
	})
	c.everywhere("login.openid-distinct", func(t *Trial) {
		signIns := t.SignInsAs().Judged().Alone().Apart()
		if signIns.Users() > 1 && len(expect.Identities(signIns.Exchanges())) == 1 {
			t.situation = allOne
		}
		t.pairs(signIns.Merged(expect.IdentityOf), "different openIds for different users", func(theirs, x assay.Exchange) string {
			return fmt.Sprintf("%q in %s and in %s", expect.IdentityOf(x), theirs.ID, x.ID)
		})
	})
	c.everywhere("login.channel", func(t *Trial) {
		known := filter(t.SignInsAs().Judged().Alone().Apart().Exchanges(), func(x assay.Exchange) bool {
			return x.Code.Channel != "" && x.Requirement != "login.channel" // which judges odd ones by itself
		})
		t.Every(known, expect.GiveChannel(), phrase.SawNoSignIn)
	})
	c.everywhere("login.unionid-global", func(t *Trial) {
		signIns := t.SignInsAs().Judged().Alone().Apart()
		say := func(theirs, x assay.Exchange) string {
			return fmt.Sprintf("%q in %s and %q in %s", expect.UnionID(theirs), theirs.ID, expect.UnionID(x), x.ID)
		}
		t.pairs(signIns.UnstableUnions(), "one unionId for one user and mini-program", say)
		t.pairs(signIns.Unshared().Merged(expect.UnionID), "different unionIds for different users", say)
	})
	c.record("login.least-data", func(t *Trial) {
		t.Every(t.SignInsAs().Exchanges(), expect.GiveLeastData(t.PAT()), phrase.SawNoSignIn)
	})
	c.record("phone.ok", func(t *Trial) {
		t.Every(t.successes(), expect.GiveString("phone"), phrase.SawNoSignIn)
		t.Every(t.SignInsAs().First().Judged().Alone().Exchanges(), expect.AnswerOK(), phrase.SawNoSignIn)
	})
	c.everywhere("phone.injected", func(t *Trial) {
		known := filter(t.SignInsAs().Judged().Alone().Exchanges(), func(x assay.Exchange) bool { return x.Code.Phone != "" })
		t.Every(known, expect.GivePhone(t.Declares().PhoneTransform), phrase.SawNoSignIn)
	})
	c.record("envelope.one-identity", oneIdentity)
}

// oneIdentity looks for a second user in every sign-in. A name that differs in letter case only is read by some clients.
func oneIdentity(t *Trial) {
	signIns := t.SignInsAs().Successes()
	t.Every(signIns.Exchanges(), expect.NameOneUser(signIns, t.signInsElsewhere()), phrase.SawNoSignIn)
	t.numbersOfOthers(signIns)
	for _, s := range signIns {
		if alias := s.Alias(); alias != "" {
			t.Warn("one value, in whichever letter case a client reads its name", alias+" with another value", s.Exchange)
			return // one is enough
		}
	}
}

// signInsElsewhere is what the other endpoint said of its users.
func (t *Trial) signInsElsewhere() expect.Record {
	other := &Trial{session: t.session, Endpoint: t.otherEndpoint()}
	return other.recorded().Successes()
}

// numbersOfOthers looks for another user's number in a numbering of the platform's own. Logins one after another show a number
// that is always that of a former user.
func (t *Trial) numbersOfOthers(signIns expect.Record) {
	judge := func(theirs, x assay.Exchange, member string) {
		t.sources = busiest(t.Endpoint)
		t.foundViolation("one user in every member of the answer",
			fmt.Sprintf("%s in %s is the one of the user in %s", member, x.ID, theirs.ID), contradicting(theirs, x)...)
	}
	if pair, member := signIns.Judged().Of("token.subject").NumbersBehind(); pair != nil {
		judge(pair[0], pair[1], member)
		return
	}
	pairs, members := signIns.NumbersOfOthers()
	if len(pairs) > 0 { // one is enough
		judge(pairs[0][0], pairs[0][1], members[0])
	}
	if more := len(pairs) - 1; more > 0 {
		t.Note(phrase.MoreOfThem, more)
	}
}

// contradicting lists the ids of the sign-ins with different values of one member that identifies, which envelope.json leaves
// to envelope.one-identity.
func (t *Trial) contradicting() map[string]bool {
	ids := map[string]bool{}
	for _, s := range t.recorded().Successes() {
		if s.Contradicts() != "" {
			ids[s.ID] = true
		}
	}
	return ids
}
