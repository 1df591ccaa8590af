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
	t.Every(signIns.Exchanges(), expect.NameOneUser(signIns), phrase.SawNoSignIn)
	for _, s := range signIns {
		if alias := s.Alias(); alias != "" {
			t.Warn("one value, in whichever letter case a client reads its name", alias+" with another value", s.Exchange)
			return // one is enough
		}
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
