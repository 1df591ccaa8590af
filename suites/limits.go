package suites

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// situationHugeHeader is the one case that an HTTP server answers before the application sees it.
const situationHugeHeader = "a header of 64 KiB"

// limitsChapter: bad input, and a valid exchange after it.
func limitsChapter(c *chapter) {
	c.record("security.clean-errors", func(t *Trial) {
		t.Every(t.Refusals(), expect.BeClean(), phrase.SawNoRefusal)
		t.Every(t.Refusals(), expect.ShowNoOther(expect.SecretsOf(t.Record())), phrase.SawNoRefusal)
	})
	c.record("security.reflection", func(t *Trial) { t.Every(t.Refusals(), expect.NotReflect(), phrase.SawNoRefusal) })
	c.hostile("limits.oversize", oversize)
	c.hostile("limits.depth", deepNesting)
	c.hostile("limits.fuzzed", fuzzed)
	c.alone("limits.survives", survival, survives)
	c.add("limits.isolation", entry{stage: isolated, once: true, body: isolation})
	c.last("limits.recovery", recovery)
}

// recovery gives a target that does not answer some time to come back. If it answered before the bad input and does not
// answer afterwards, the bad input brought it down.
func recovery(t *Trial) {
	var x assay.Exchange
	for attempt := range maxAttempts {
		x = t.Exchange(t.Code())
		hangs := expect.TimedOut(x) && attempt > 0 // one of these takes longer than all the pauses
		if x.Response != nil || hangs || !t.pause(0, attempt) {
			break
		}
	}
	matcher := expect.BeExchanged()
	down := x.Response == nil && t.ctx.Err() == nil
	if !down && (matcher.Undecided(x) || expect.Identified(x)) {
		t.Expect(x).To(matcher)
		for _, app := range t.session.config.Target.Apps[1:] {
			t.situation = "the mini-program " + app
			t.Expect(t.Exchange(t.CodesIn(app, 1)[0])).To(matcher)
		}
		return
	}
	if shutOut(x) {
		t.Untested(phrase.ShutOut, x.ID)
	}
	bounds, where := t.broughtDown(x)
	t.foundViolation("a valid exchange that works after the bad input", expect.Summary(x)+where, stepsTo(x, bounds)...)
	panic(stop{})
}

// shutOut reports whether something in front of the platform answered 403 by itself.
func shutOut(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Status == http.StatusForbidden && assay.ReadEnvelope(x.Response.Body).Errcode() == ""
}

// broughtDown names the exchanges between which x stopped working: the last that gave an identity, and the first of
// those since then that all failed. A refusal shows nothing, since bad input is refused.
func (t *Trial) broughtDown(x assay.Exchange) (bounds []assay.Exchange, where string) {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	first, trailing := x, x.Response == nil || x.Response.Status >= 500
	for _, earlier := range slices.Backward(t.session.exchanges) {
		if earlier.Endpoint != t.Endpoint || earlier.ID == x.ID {
			continue
		}
		if expect.Identified(earlier) {
			bounds, where = append(bounds, earlier), fmt.Sprintf("; it happened between %s, which worked, and %s", earlier.ID, first.ID)
			break
		}
		nothing := earlier.Response == nil || earlier.Response.Status >= 500
		if trailing = trailing && nothing; trailing {
			first = earlier
		}
	}
	if first.ID != x.ID {
		bounds = append(bounds, first)
	}
	return append(bounds, x), where
}

func oversize(t *Trial) {
	t.hostile("a code of 64 KiB", t.bulky(64<<10))
	t.hostile("a body of 1 MiB", t.bulky(1<<20))
	t.hostile("a body of 16 MiB", t.bulky(16<<20))
	t.Case(situationHugeHeader, func(t *Trial) {
		x := t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: sampleCode}, client.Header("X-Filler", strings.Repeat("x", 64<<10)))
		t.Expect(x).To(expect.BeRefusedOrCutOff())
	})
}

// bulky is a body with a code of the given size, built in one allocation.
func (t *Trial) bulky(size int) []byte {
	before, after := `{"appId":"`+t.App(0)+`","code":"`, `"}`
	body := bytes.Repeat([]byte("x"), len(before)+size+len(after))
	copy(body, before)
	copy(body[len(before)+size:], after)
	return body
}

// deepNesting tries a depth whose body is small enough to be parsed, and one that only a parser with a depth limit
// survives.
func deepNesting(t *Trial) {
	for _, depth := range []int{10_000, 100_000} {
		t.hostile(fmt.Sprintf("%d arrays", depth), bytes.Repeat([]byte("["), depth))
		t.hostile(fmt.Sprintf("%d arrays, closed", depth), append(bytes.Repeat([]byte("["), depth), bytes.Repeat([]byte("]"), depth)...))
		t.hostile(fmt.Sprintf("%d objects in a member", depth),
			[]byte(`{"appId":`+strings.Repeat(`{"a":`, depth)+"1"+strings.Repeat("}", depth)+"}"))
	}
}

// hostile sends a body that must be refused or cut off, without a 5xx or a time-out.
func (t *Trial) hostile(situation string, body []byte) {
	t.Case(situation, func(t *Trial) {
		code := assay.Code{Kind: t.Endpoint, AppID: t.App(0)}
		t.Expect(t.Exchange(code, client.Body(body, ""))).To(expect.BeRefusedOrCutOff())
	})
}

// mutations is how many malformed requests the fuzzer sends to each endpoint.
const mutations = 500

// fuzzed sends seeded malformed requests, each with a fresh code. The situation names the mutation; the seed reproduces
// it.
func fuzzed(t *Trial) {
	for i := range mutations {
		mutation := tamper.Mutate(t.session.config.Seed, t.Endpoint, i)
		t.Case(fmt.Sprintf("mutation %d, %s", i, mutation.Name), func(t *Trial) {
			code := assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: sampleCode}
			if t.session.codesUnmet(t.Endpoint).IsZero() {
				code = t.Code()
			}
			t.Expect(t.Exchange(code, mutation.Bend)).To(expect.BeRefusedOrCutOff())
		})
	}
}
