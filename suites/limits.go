package suites

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

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
		t.Every(t.Refusals(), expect.ShowNoOther(expect.SecretsOf(filter(t.Record(), isNoSample))), phrase.SawNoRefusal)
	})
	c.record("security.reflection", func(t *Trial) {
		t.Every(filter(t.Refusals(), isNoSample), expect.NotReflect(), phrase.SawNoRefusal)
	})
	c.hostile("limits.oversize", oversize)
	c.hostile("limits.depth", deepNesting)
	c.hostile("limits.fuzzed", fuzzed)
	c.alone("limits.survives", survival, survives)
	c.add("limits.isolation", entry{stage: isolated, once: true, body: isolation})
	c.last("limits.recovery", recovery)
}

// isNoSample leaves out what carries the guide's sample for its code, which a refusal may quote to help.
func isNoSample(x assay.Exchange) bool { return x.Code == nil || x.Code.Code != sampleCode }

// recovery gives a target that does not answer some time to come back. If it answered before the bad input and does not
// answer afterwards, the bad input ended it.
func recovery(t *Trial) {
	x := t.afterBadInput()
	matcher := expect.BeExchanged()
	down := x.Response == nil && t.ctx.Err() == nil
	if !down && (matcher.Undecided(x) || expect.Identified(x)) {
		t.Expect(x).To(matcher)
		t.everyWorker(matcher)
		for _, app := range t.session.config.Target.Apps[1:] {
			t.situation = "the mini-program " + app
			t.Expect(t.Exchange(t.CodesIn(app, 1)[0])).To(matcher)
		}
		return
	}
	if shutOut(x) {
		t.Untested(phrase.ShutOut, x.ID)
	}
	if notTheTargets(x) {
		t.conclude(assay.Untested, t.decisive())
		panic(stop{})
	}
	if costly := t.session.debt.of(t.replica); mute(x) && costly.doubtful() {
		t.Untested(phrase.StillBusy, costly.id, rounded(costly.waited))
	}
	bounds, where := t.broughtDown(x)
	t.foundViolation("a valid exchange that works after the bad input", expect.Summary(x)+where, stepsTo(x, bounds)...)
	panic(stop{})
}

// afterBadInput is a valid exchange, which is repeated where it gets no answer, or a gateway's that its server gives none.
func (t *Trial) afterBadInput() (x assay.Exchange) {
	for attempt := range maxAttempts {
		x = t.Exchange(t.Code())
		hangs := expect.TimedOut(x) && attempt > 0 // one of these takes longer than all the pauses
		if x.Response != nil && !unserving(x) || hangs || !t.pause(0, attempt) {
			break
		}
	}
	return x
}

// everyWorker exchanges more codes, each of another user on a connection of its own: bad input may have ended one of several
// workers, or locked a part of what they share.
func (t *Trial) everyWorker(matcher expect.Matcher) {
	const more = 7
	t.situation = "exchanges on several connections"
	for range more {
		x := t.Exchange(t.Code(), client.Alone())
		for attempt := 0; attempt < maxAttempts && matcher.Undecided(x) && t.pause(retryAfter(x), attempt); attempt++ {
			x = t.Exchange(t.Code(), client.Alone())
		}
		t.Expect(x).To(matcher)
	}
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

// An input is a bad body that is built when it is sent, since some are large, and how it is sent.
type input struct {
	name  string
	body  func() []byte
	bends []client.Bend
}

func oversize(t *Trial) {
	t.Case(situationHugeHeader, func(t *Trial) {
		t.refuses(func() assay.Exchange {
			return t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: sampleCode}, client.Header("X-Filler", strings.Repeat("x", 64<<10)))
		})
	})
	t.climb(t.hostile, t.await, t.sizes(), t.inChunks(), t.packed())
}

const mebibyte = 1 << 20

// sizes are bodies that are too large: the first, with a code of 64 KiB, is one that gateways let through.
func (t *Trial) sizes() ladder {
	const most = 16 // times as large as the one before
	return ladder{name: "oversize", most: most, rungs: []int{64 << 10, mebibyte, 2 << 20, 4 << 20, 8 << 20, 16 << 20},
		input: func(size int) input {
			name := "a code of 64 KiB"
			if size >= mebibyte {
				name = fmt.Sprintf("a body of %d MiB", size>>20)
			}
			return input{name: name, body: func() []byte { return t.bulky(size) }}
		}}
}

// inChunks are bodies that do not say how large they are.
func (t *Trial) inChunks() ladder {
	whole := t.sizes()
	l := ladder{name: "chunks", most: whole.most, rungs: []int{mebibyte}}
	l.input = func(size int) input {
		bad := whole.input(size)
		bad.name, bad.bends = bad.name+" in chunks", []client.Bend{client.Chunked()}
		return bad
	}
	return l
}

// packed are small bodies that a platform which unpacks gzip makes large ones of.
func (t *Trial) packed() ladder {
	const unpacked = 32 * mebibyte
	return ladder{name: "packed", most: 1, rungs: []int{unpacked}, input: func(size int) input {
		return input{name: fmt.Sprintf("a body in gzip, of %d MiB when it is unpacked", size>>20), body: func() []byte { return t.bulky(size) },
			bends: []client.Bend{client.Packed()}}
	}}
}

// bulky is a body with a code of the given size, built in one allocation.
func (t *Trial) bulky(size int) []byte {
	before, after := `{"appId":"`+t.App(0)+`","code":"`, `"}`
	body := bytes.Repeat([]byte("x"), len(before)+size+len(after))
	copy(body, before)
	copy(body[len(before)+size:], after)
	return body
}

func deepNesting(t *Trial) {
	t.climb(t.hostile, t.await, nested()...)
}

// nested are bodies that nest deeply, of a depth that is small enough to be parsed and of one that only a parser with a depth limit
// survives.
func nested() []ladder {
	const most = 10 // times as deep as the one before
	kind := func(name, first, before, after, last string) ladder {
		return ladder{name: name, most: most, rungs: []int{10_000, 20_000, 50_000, 100_000},
			input: func(depth int) input {
				return input{name: fmt.Sprintf("%d %s", depth, name), body: func() []byte {
					return slices.Concat([]byte(first), bytes.Repeat([]byte(before), depth), []byte("1"), bytes.Repeat([]byte(after), depth), []byte(last))
				}}
			}}
	}
	return []ladder{
		kind("arrays", "", "[", "", ""), kind("arrays, closed", "", "[", "]", ""), kind("objects, closed", "", `{"appId":`, "}", ""),
		kind("arrays in a member", `{"appId":`, "[", "]", `,"code":"1"}`),
	}
}

// hostile sends a body that must be refused or cut off, without a 5xx or a time-out, as a case. The exchange is empty until that ends.
func (t *Trial) hostile(bad input, expected time.Duration) (sent *assay.Exchange) {
	sent = new(assay.Exchange)
	t.Case(bad.name, func(t *Trial) {
		x := t.costly(bad, expected)
		*sent = x
		t.Expect(x).To(expect.BeRefusedOrCutOff())
	})
	return sent
}

// large lists, by situation, the inputs that the record of the run does not keep whole.
func (t *Trial) large() map[string]input {
	list := map[string]input{}
	add := func(id string, l ladder) {
		for _, size := range l.rungs {
			bad := l.input(size)
			list[id+": "+bad.name] = bad
		}
	}
	add("limits.oversize", t.sizes())
	add("limits.oversize", t.inChunks())
	for _, kind := range nested() {
		add("limits.depth", kind)
	}
	return list
}

// How many malformed requests the fuzzer sends to each endpoint, and how many in a thorough run. There are ten kinds of them: the
// fewer show every wrong value once.
const mutations, allMutations = 110, 500

// fuzzed sends seeded malformed requests, with a fresh code where one is used. The situation names the mutation; the seed
// reproduces it.
func fuzzed(t *Trial) {
	count, next := mutations, t.stock()
	if t.session.config.Thorough {
		count = allMutations
	}
	for i := range count {
		mutation := tamper.Mutate(t.session.config.Seed, t.Endpoint, i)
		t.Case(fmt.Sprintf("mutation %d, %s", i, mutation.Name), func(t *Trial) {
			t.refuses(func() assay.Exchange {
				code := assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: sampleCode}
				if t.session.codesUnmet(t.Endpoint).IsZero() && t.carriesCode(mutation.Bend) {
					code = next(t)
				}
				return t.Exchange(code, mutation.Bend)
			})
		})
	}
}

// refuses expects small bad input, which send sends, to be refused or cut off. It is sent once more if it got no answer in time: a target
// that stalls now and then stalls at valid input as well, and bad input makes it fail only if it does so again.
func (t *Trial) refuses(send func() assay.Exchange) {
	x := send()
	if expect.TimedOut(x) {
		x = send()
	}
	t.Expect(x).To(expect.BeRefusedOrCutOff())
}

// carriesCode reports whether an altered request depends on its code at all: a body that ends before the code does not.
func (t *Trial) carriesCode(bend client.Bend) bool {
	with := func(code string) []byte {
		r := client.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: code}, t.PAT()).With(bend)
		if r.Body == nil {
			return r.Encode()
		}
		return r.Body
	}
	return !bytes.Equal(with(sampleCode), with(strings.ToUpper(sampleCode)))
}
