package suites

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// singleUse replays a code at once, and then in the ways that ledgers are known to miss: everything for the first
// mini-program, one of each kind and the well-known paths for the others. What need not wait for one another is a case with a code of its own.
func singleUse(t *Trial) {
	t.Case(t.replayed("after ten other codes of the same user", 0), usedBeforeTen)
	t.Case(t.replayed("in a body packed with gzip", 0), usedPacked)
	for app := range t.session.config.Target.Apps {
		t.Case(t.replayed("a second time", app), func(t *Trial) { t.usedTwice(app).respelled(app) })
		for kind, person := range t.kindsOfUsers() {
			if app > 0 && !t.session.config.Thorough && t.session.seeded(t.requirement.ID, kind).IntN(2) == 0 {
				continue
			}
			t.Case(t.replayed("a second time, for a user "+kind, app), func(t *Trial) {
				if code, issued := t.codeUnlessRefused(t.App(app), person, phrase.RefusesUser); issued {
					t.usedUnlessRefused(code)
				}
			})
		}
		t.Case(t.replayed("a second time, asking for gzip like the first time", app), func(t *Trial) {
			gzip := client.Header("Accept-Encoding", "gzip") // a cache may have compressed answers apart
			code := t.CodesIn(t.App(app), 1)[0]
			first := t.Exchange(code, gzip)
			t.Given(first).To(expect.BeExchanged())
			(&spent{trial: t, code: code, first: first, led: []assay.Exchange{first}}).judge(replay{plain: true, bends: []client.Bend{gzip}}, t.Exchange(code, gzip))
		})
		t.Case(t.replayed("a second time, then a third", app), func(t *Trial) {
			spent := t.usedTwice(app)
			for _, replay := range t.replays(app) {
				t.situation = t.replayed(replay.situation, app)
				spent.again(replay)
			}
		})
	}
}

// kindsOfUsers are users whose codes a ledger may treat differently, by what is special about them.
func (t *Trial) kindsOfUsers() map[string]people.Person {
	kinds := map[string]people.Person{}
	kind := func(name string, change func(*people.Person)) {
		person := t.Person()
		change(&person)
		kinds[name] = person
	}
	const long = 100
	id := t.Person().UserID
	kind("with a long id", func(p *people.Person) { p.UserID = strings.Repeat("0", long-min(long, len(id))) + id })
	kind("with an e-mail address as the id", func(p *people.Person) { p.UserID = strings.ReplaceAll(p.UserID, "@", ".") + "@example.com" })
	kind("with a Chinese id", func(p *people.Person) { p.UserID = "\u738b" + p.UserID })
	kind("with +86 in front of the phone", func(p *people.Person) { p.Phone = "+86" + strings.TrimPrefix(p.Phone, "+86") })
	if t.Endpoint == assay.Login {
		kind("without a phone", func(p *people.Person) { p.Phone = "" })
	}
	kind("without a channel", func(p *people.Person) { p.Channel = "" })
	known, _ := t.session.people.Channels()
	platforms := t.session.furtherPlatforms()
	for i := range max(len(known), len(platforms)) {
		channel, platform := known[i%len(known)], ""
		name := "of the channel " + channel
		if len(platforms) > 0 {
			platform = platforms[i%len(platforms)]
			name += " on " + platform
		}
		kind(name, func(p *people.Person) { p.Channel, p.Platform = channel, platform })
	}
	return kinds
}

// usedUnlessRefused exchanges a code, which may be refused for its user's sake, and replays it at once.
func (t *Trial) usedUnlessRefused(code assay.Code) {
	first := t.Exchange(code)
	if assay.Judge(first).Result == assay.Refused {
		t.Note(phrase.UserRefused, expect.Summary(first))
		return
	}
	t.Given(first).To(expect.BeExchanged())
	replay := t.Exchange(code)
	if t.Declares().ReuseGrace > 0 && expect.IdentityOf(replay) == expect.IdentityOf(first) {
		return // the plain replay has the warning
	}
	t.Expect(replay).To(expect.GiveNoIdentity())
}

// usedTwice is a code of a new user that was exchanged and replayed at once.
func (t *Trial) usedTwice(app int) *spent {
	person := t.Person()
	spent := &spent{trial: t, app: t.App(app), next: func() assay.Code { return t.codesAt(person, t.App(app), 1)[0] }}
	spent.use()
	spent.again(replay{plain: true})
	return spent
}

// respelled replays the code in other spellings and requests, and after another code of its user.
func (s *spent) respelled(app int) {
	t := s.trial
	s.together(t.respellings(s.code, app), app)
	t.situation = t.replayed(situationHTTP10, app)
	if x, able := t.inHTTP10(s.code); able && expect.SignedIn(x) { // the HTTP server may know no such version
		s.judge(replay{plain: true}, x)
	}
	if t.overHTTP2() {
		t.situation = t.replayed(situationHTTP11, app)
		if x, able := t.inHTTP1(s.code); able {
			s.judge(replay{plain: true}, x)
		}
	}
	t.situation = t.replayed("after another code of the same user", app)
	another := s.next()
	if another.UserID == s.code.UserID {
		x := t.Exchange(another)
		t.Given(x).To(expect.BeExchanged())
		s.led = append(s.led, x)
		s.again(replay{plain: true})
	}
}

// usedBeforeTen replays a code after ten others of its user: a ledger may keep the last few of each.
func usedBeforeTen(t *Trial) {
	const others = 10
	t.unscripted = true // a script does not use other codes in between
	person := t.Person()
	used := &spent{trial: t, app: t.App(0), next: func() assay.Code { return t.codesAt(person, t.App(0), 1)[0] }}
	used.use()
	one := func(int) { t.Exchange(used.next()) }
	if t.session.oneOpen() {
		for i := range others {
			one(i)
		}
	} else {
		t.Each(others, one)
	}
	used.again(replay{plain: true})
}

// usedPacked replays a code in a body that is compressed, which a platform may or may not read, and one that was first used in such a
// body: a gateway that marks codes as used may read only one kind.
func usedPacked(t *Trial) {
	packed := replay{plain: true, bends: []client.Bend{client.Packed()}}
	person := t.Person()
	used := &spent{trial: t, app: t.App(0), next: func() assay.Code { return t.codesAt(person, t.App(0), 1)[0] }}
	used.use()
	used.again(packed)
	code := t.CodesIn(t.App(0), 1)[0]
	first := t.Exchange(code, packed.bends...)
	if !expect.Identified(first) {
		return
	}
	used = &spent{trial: t, code: code, first: first, led: []assay.Exchange{first}}
	used.judge(packed, t.Exchange(code, packed.bends...))
	used.judge(replay{plain: true}, t.Exchange(code))
}

// atApp names the mini-program of a situation unless it is the first.
func (t *Trial) atApp(situation string, app int) string {
	if app == 0 {
		return situation
	}
	return fmt.Sprintf("%s, mini-program %d", situation, app+1)
}

// replayed names a replay.
func (t *Trial) replayed(how string, app int) string { return t.atApp("the used code "+how, app) }

// A spent code was exchanged once. Before half of its lifetime is over, another one takes its place.
type spent struct {
	trial *Trial
	app   string
	next  func() assay.Code
	code  assay.Code
	first assay.Exchange
	grace bool             // a replay within a declared grace got the same answer
	led   []assay.Exchange // the first use, and the replays one after another
}

func (s *spent) use() {
	s.code = s.next()
	s.first = s.trial.Exchange(s.code)
	s.trial.Given(s.first).To(expect.BeExchanged())
	s.led = []assay.Exchange{s.first}
}

// again sends the used code once more and judges the answer.
func (s *spent) again(how replay) {
	t := s.trial
	if t.session.age(s.code.Code) >= halfLife {
		s.use()
	}
	x := t.Exchange(s.code, how.bends...)
	s.judge(how, x)
	s.led = append(s.led, x)
}

// together sends replays whose order does not matter, and judges them one after the other.
func (s *spent) together(replays []replay, app int) {
	t := s.trial
	answers := make([]assay.Exchange, len(replays))
	t.Each(len(replays), func(i int) {
		answers[i] = t.child(t.replayed(replays[i].situation, app)).Exchange(s.code, replays[i].bends...)
	})
	t.keep(answers...)
	for i, x := range answers {
		t.situation = t.replayed(replays[i].situation, app)
		s.judge(replays[i], x)
	}
}

// judge demands that a replay was refused. Within a declared grace, the same answer to the code as it was issued is a
// warning only.
func (s *spent) judge(how replay, x assay.Exchange) {
	t := s.trial
	const resends = 2 // an overloaded target is asked again, so that one 503 does not repeat all replays
	for i := 0; i < resends && x.Response != nil && !isDecided(x) && t.pause(retryAfter(x), i); i++ {
		x = t.Exchange(s.code, how.bends...)
	}
	grace := t.Declares().ReuseGrace
	if how.plain && grace > 0 && expect.Identified(x) && expect.IdentityOf(x) == expect.IdentityOf(s.first) {
		if !s.grace {
			t.Warn("refused", fmt.Sprintf("the same answer again, within the declared reuseGrace of %s", grace), s.first, x)
		}
		s.grace = true
		return
	}
	t.Expect(x).After(latestOf(s.led, x)...).To(expect.GiveNoIdentity())
}

// A replay is one way to send a used code again.
type replay struct {
	situation string
	plain     bool // the code as it was issued, for the mini-program that it was issued for
	bends     []client.Bend
}

// respellings lists ways to send a used code again that a ledger may take for a new code: spelled differently, or in
// another request.
func (t *Trial) respellings(code assay.Code, app int) []replay {
	var list []replay
	for _, spelling := range t.spellings(code.Code, app) {
		list = append(list, replay{situation: spelling.Name, bends: []client.Bend{t.otherCode(spelling.Code)}})
	}
	return append(list, t.otherRequests(t.App(app))...)
}

// replays lists further ways to send a used code again: under another PAT, for another mini-program, at another replica;
// and once more after each kind of refusal, which must not release the code.
func (t *Trial) replays(app int) []replay {
	id := t.App(app)
	list := []replay{{situation: "a third time", plain: true}}
	list = append(list, replay{situation: "with a wrong PAT", bends: []client.Bend{t.bearer(t.session.reshape(t.PAT().Reveal()))}},
		replay{situation: "after a replay with a wrong PAT", plain: true})
	if unscoped := t.session.config.Target.PATs.Unscoped.Reveal(); unscoped != "" {
		list = append(list, replay{situation: "with a PAT without the scope", bends: []client.Bend{t.bearer(unscoped)}},
			replay{situation: "after a replay with a PAT without the scope", plain: true})
	}
	if other := t.session.config.Target.PATs.OtherTenant.Reveal(); other != "" && app == 0 {
		list = append(list, replay{situation: "with another developer's PAT", bends: []client.Bend{t.bearer(other)}},
			replay{situation: "without a PAT", bends: []client.Bend{client.NoAuthorization()}})
	}
	list = append(list, replay{situation: "for an unknown mini-program", bends: []client.Bend{client.Set("appId", t.session.reshape(id))}},
		replay{situation: "after a replay for an unknown mini-program", plain: true})
	if t.session.config.Hello.Offers(assay.OpIssuePAT) {
		list = append(list, replay{situation: "with another PAT of the developer", plain: true,
			bends: []client.Bend{t.bearer(t.issuePAT([]string{unifiedAuthScope}, ""))}})
	}
	if apps := t.session.config.Target.Apps; len(apps) > 1 {
		list = append(list, replay{situation: "for another mini-program", bends: []client.Bend{client.Set("appId", apps[(app+1)%len(apps)])}},
			replay{situation: "after a replay for another mini-program", plain: true})
	}
	for i := range t.session.client.Replicas() - 1 {
		list = append(list, replay{situation: "at another replica", plain: true, bends: []client.Bend{client.Replica(t.replica + 1 + i)}})
	}
	return list
}

// unknown is a code that was never issued, of the format of a code.
func (t *Trial) unknown(code string) string {
	other := t.session.reshape(code)
	t.session.learn("code", other)
	return other
}

// spellings lists the spellings of a used code that are tried: the well-known ones and a sample of the others, or all in
// a thorough run; for a further mini-program one of each kind.
func (t *Trial) spellings(code string, app int) []tamper.Spelling {
	const sampled = 26
	random := t.session.seeded(t.requirement.ID, string(t.Endpoint), t.App(app))
	all := tamper.Spellings(random, code)
	if t.session.config.Thorough {
		return all
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	kinds, others := map[string]bool{}, 0
	return slices.DeleteFunc(all, func(s tamper.Spelling) bool {
		switch {
		case app > 0:
			tried := kinds[s.Kind] || !s.Always
			kinds[s.Kind] = kinds[s.Kind] || s.Always
			return tried
		case s.Always:
			return false
		}
		others++
		return others > sampled
	})
}

// replayIdentity replays the codes of many new users after all of them have signed in, for each mini-program.
func replayIdentity(t *Trial) {
	if t.traceless() {
		t.Note(phrase.Traceless)
		return
	}
	for app := range t.session.config.Target.Apps {
		t.Case(t.replayed("after other users", app), func(t *Trial) { t.replayAll(t.App(app)) })
	}
}

func (t *Trial) replayAll(app string) {
	users := 8
	if app != t.App(0) {
		users = 4
	}
	codes, own := t.CodesIn(app, users), make([]assay.Exchange, users)
	t.Each(users, func(i int) {
		own[i] = t.oneSignIn(t.after(codes[i], func() assay.Code { return t.CodesIn(app, 1)[0] }))
	})
	t.Each(users, func(i int) { t.Expect(t.arriving(*own[i].Code)).To(expect.NotSignInAnother(own[i], own)) })
}

// after is a code, and fresh ones for further attempts.
func (t *Trial) after(code assay.Code, fresh func() assay.Code) func() assay.Code {
	first := true
	return func() assay.Code {
		if first {
			first = false
			return code
		}
		return fresh()
	}
}

// arriving sends a used code until its connection holds: one lost request among many would repeat them all.
func (t *Trial) arriving(code assay.Code) (x assay.Exchange) {
	for attempt := range maxAttempts {
		if x = t.Exchange(code); !lostOnWay(x) || !t.pause(0, attempt) {
			break
		}
	}
	return x
}
