package suites

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// untilExpired is 0 if the driver can expire a code but not advance the clock.
func untilExpired(s *Session) time.Duration {
	hello := s.config.Hello
	if hello.Offers(assay.OpExpire) && !hello.Offers(assay.OpAdvance) {
		return 0
	}
	const skew = 2 * time.Second // of the two clocks, and rounding
	return s.lifetime() + skew
}

// An expiring supply has unused codes that the run lets expire.
type expiring struct {
	situation string
	next      func() assay.Code
}

// expiry lets codes of every mini-program expire, those of a user without a phone, one of a user who has signed in, one that was used,
// and one that is refused halfway: an attempt must not make a code live longer.
func expiry(t *Trial) []moment {
	const spare = 2 // codes: an expired one may be sent again
	platforms := t.session.furtherPlatforms()
	onNext := func(situation string, person *people.Person) string { // an SDK may give its codes another lifetime
		if len(platforms) == 0 {
			return situation
		}
		person.Platform, platforms = platforms[0], platforms[1:]
		return situation + ", on " + person.Platform
	}
	known := t.Person()
	used := t.CodesFor(known, t.App(0), 1)
	t.Given(t.Exchange(used[0])).To(expect.BeExchanged())
	var supplies []expiring
	for app, id := range t.session.config.Target.Apps {
		supplies = append(supplies, expiring{t.atApp("never used", app), supply(t.CodesIn(id, max(1, spare-app)))})
	}
	if t.Endpoint == assay.Login {
		person := t.Person()
		situation := onNext("never used, of a user without a phone", &person)
		person.Phone = ""
		if code, issued := t.codeUnlessRefused(t.App(0), person, phrase.RefusesUser); issued {
			supplies = append(supplies, expiring{situation, supply([]assay.Code{code})})
		}
	}
	attempted := t.Codes(1)
	situation := onNext("never used, of a user who has signed in", &known)
	supplies = append(supplies, expiring{situation, supply(t.CodesFor(known, t.App(0), 1))})
	for len(platforms) > 0 {
		person := t.Person()
		situation := onNext("never used", &person)
		supplies = append(supplies, expiring{situation, supply(t.CodesFor(person, t.App(0), 1))})
	}
	due := untilExpired(t.session)
	halfway := moment{due: due / 2, situation: "an attempt for an unknown mini-program", try: func(t *Trial) {
		t.aged = true
		t.Exchange(attempted[0], client.Set("appId", t.session.reshape(t.App(0))))
		t.Exchange(attempted[0], client.To(t.otherEndpoint()))
	}}
	if due > 0 {
		supplies = append(supplies, expiring{"never used, but refused before", supply(attempted)}, expiring{"used before", supply(used)})
	}
	expired := moment{due: due, situation: "never used", try: func(t *Trial) {
		t.aged = true
		answers := make([][]assay.Exchange, len(supplies))
		t.Each(len(supplies), func(i int) { answers[i] = t.child(supplies[i].situation).endedTwice(supplies[i].next()) })
		for i, s := range supplies {
			t.situation = s.situation
			t.keep(answers[i]...)
			for _, x := range answers[i] {
				t.Expect(x).To(expect.BeRefused())
			}
		}
	}}
	if due == 0 {
		return []moment{expired}
	}
	return []moment{halfway, expired}
}

// endedTwice sends an expired code twice: a refusal may leave a trace that the second attempt is let through for. Then its user signs
// in, whose identity the refusals must not tell.
func (t *Trial) endedTwice(code assay.Code) (answers []assay.Exchange) {
	if untilExpired(t.session) == 0 {
		if _, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpExpire, Code: code.Code}); err != nil {
			t.driverFailed(err)
		}
	}
	for range 2 {
		answers = append(answers, t.Exchange(code))
	}
	own := people.Person{UserID: code.UserID, Channel: code.Channel, Phone: code.Phone}
	t.Exchange(t.CodesFor(own, code.AppID, 1)[0])
	return answers
}
