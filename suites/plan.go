package suites

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/unified-login/assay"
)

// A stage says when a spec runs. All waiting happens in one period: specs that have to wait are prepared first and judged late.
// Bad input comes after them, so that they are judged before a target breaks down, and what may have changed by it. Specs that
// look at every exchange of the run follow, and the check that the target survived. What a day later shows comes last.
type stage int

const (
	main stage = iota
	later
	hostile
	aftermath
	survival
	record
	isolated
	final
	nextDay
)

// An entry is one requirement and the function that tries it.
type entry struct {
	requirement assay.Requirement
	stage       stage
	apart       bool // one endpoint at a time
	undisturbed bool // no other requirement beside it: the order of all that the target does matters
	once        bool // a failure is final, and is not tried again alone: that would be a second chance, or show nothing new
	alsoMain    bool // of the stages aftermath, record and nextDay: another entry has tried the requirement before
	body        func(*Trial)
	// prepare and delay are for the stage later: prepare runs at the start and returns what is tried when, the last of it
	// after the delay.
	prepare func(*Trial) []moment
	delay   func(*Session) time.Duration
}

// A chapter collects the entries of one file.
type chapter struct {
	set     assay.RequirementSet
	given   assay.PATs // of the target
	entries []entry
}

// The methods below register the function that tries id; they differ in when it runs, and in what follows a failure. An
// unexpected failure is tried again alone, after the main stage, and stands if it repeats. This is the isolated retry.

// requirement registers body for the main stage, with an isolated retry.
func (c *chapter) requirement(id string, body func(*Trial)) { c.add(id, entry{body: body}) }

// undisturbed registers body as requirement does, for a time in which no other requirement is tried.
func (c *chapter) undisturbed(id string, body func(*Trial)) {
	c.add(id, entry{body: body, undisturbed: true})
}

// once registers body for the main stage, without an isolated retry: single use must not get a second chance.
func (c *chapter) once(id string, body func(*Trial)) { c.add(id, entry{body: body, once: true}) }

// race registers body as once does, for one endpoint at a time: it sends many simultaneous exchanges.
func (c *chapter) race(id string, body func(*Trial)) {
	c.add(id, entry{body: body, once: true, apart: true})
}

// hostile registers body, which sends bad input, for the time after the main stage and one endpoint at a time: some requests are large.
func (c *chapter) hostile(id string, body func(*Trial)) {
	c.add(id, entry{stage: hostile, body: body, apart: true})
}

// record registers body, which judges id from every exchange of the run.
func (c *chapter) record(id string, body func(*Trial)) {
	c.add(id, entry{stage: record, once: true, body: body})
}

// alone registers body for a stage of its own, one endpoint at a time, without an isolated retry.
func (c *chapter) alone(id string, stage stage, body func(*Trial)) {
	c.add(id, entry{stage: stage, once: true, apart: true, body: body})
}

// everywhere registers body, which judges id from every exchange of the run, in addition to an entry of the main or later stage.
func (c *chapter) everywhere(id string, body func(*Trial)) {
	c.add(id, entry{stage: record, once: true, alsoMain: true, body: body})
}

// afterwards registers body, which tries id again after bad input, in addition to an entry of the main or later stage.
func (c *chapter) afterwards(id string, body func(*Trial)) {
	c.add(id, entry{stage: aftermath, once: true, alsoMain: true, body: body})
}

// nextDay registers body, which tries id again a day later, in addition to an entry of the main or later stage.
func (c *chapter) nextDay(id string, body func(*Trial)) {
	c.add(id, entry{stage: nextDay, once: true, alsoMain: true, body: body})
}

// last registers body for the time after everything else of the day.
func (c *chapter) last(id string, body func(*Trial)) {
	c.add(id, entry{stage: final, once: true, body: body})
}

// later registers prepare, which is called at the start of the run; what it returns is called when delay is over.
func (c *chapter) later(id string, delay func(*Session) time.Duration, prepare func(*Trial) func(*Trial)) {
	c.atMoments(id, delay, func(t *Trial) []moment {
		try := prepare(t)
		return []moment{{due: delay(t.session), try: try}}
	})
}

// atMoments registers prepare as later does, for several moments, the last of them after delay.
func (c *chapter) atMoments(id string, delay func(*Session) time.Duration, prepare func(*Trial) []moment) {
	c.add(id, entry{stage: later, once: true, delay: delay, prepare: prepare})
}

func (c *chapter) add(id string, e entry) {
	requirement, known := c.set.Find(id)
	if !known {
		panic("suites: no requirement " + id)
	}
	e.requirement = requirement
	c.entries = append(c.entries, e)
}

// chapters lists the files of the suite.
func chapters() []func(*chapter) {
	return []func(*chapter){
		hostChapter, codeChapter, patChapter, loginChapter, phoneChapter,
		envelopeChapter, httpChapter, concurrencyChapter, tokenChapter, limitsChapter, serverChapter,
		identityChapter, tokenUserChapter, aftermathChapter, nextDayChapter,
	}
}

// plan lists every entry in the order of the run: by stage, and within the main stage chapter by chapter in an order
// that the seed decides, so that no spec can depend on another.
func (s *Session) plan() []entry {
	write := chapters()
	random := rand.New(rand.NewPCG(s.config.Seed, uint64(len(write))))
	random.Shuffle(len(write), func(i, j int) { write[i], write[j] = write[j], write[i] })
	var all []entry
	for _, write := range write {
		c := chapter{set: s.set, given: s.config.Target.PATs}
		write(&c)
		random.Shuffle(len(c.entries), func(i, j int) { c.entries[i], c.entries[j] = c.entries[j], c.entries[i] })
		all = append(all, c.entries...)
	}
	slices.SortStableFunc(all, func(a, b entry) int {
		if a.stage != b.stage {
			return int(a.stage) - int(b.stage)
		}
		if a.stage == later {
			return int(a.delay(s) - b.delay(s))
		}
		return 0
	})
	return all
}

// on lists the endpoints that an entry is tried on: one empty endpoint for a requirement about the host app.
func (e entry) on() []assay.Endpoint {
	if len(e.requirement.On) == 0 {
		return []assay.Endpoint{""}
	}
	return e.requirement.On
}
