package suites

import (
	"slices"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// timedEntry is a requirement about time that exchanges one code when it is prepared and one when it is judged.
func timedEntry(t *testing.T, s *Session, id string, delay time.Duration) entry {
	t.Helper()
	requirement, known := s.set.Find(id)
	if !known {
		t.Fatalf("no requirement %s", id)
	}
	requirement.Needs = nil
	return entry{requirement: requirement, stage: later, once: true, delay: func(*Session) time.Duration { return delay }, prepare: func(t *Trial) []moment {
		t.Given(t.Exchange(t.Code())).To(expect.BeExchanged())
		return []moment{{due: delay, try: exchangeOne}}
	}}
}

func seconds(asked []assay.HostRequest) []float64 {
	var all []float64
	for _, request := range asked {
		if request.Op == assay.OpAdvance {
			all = append(all, request.Seconds)
		}
	}
	return all
}

// TestTimeIsSpentOnce: the clock is advanced by what remains of the longest delay, not by the sum of the delays.
func TestTimeIsSpentOnce(t *testing.T) {
	p := &script{answer: always(accepted)}
	s := p.session(t)
	short, long := timedEntry(t, s, "code.single-use-later", time.Hour), timedEntry(t, s, "code.lifetime", 3*time.Hour)
	s.prepare(t.Context(), []entry{short, long})
	for _, e := range []entry{short, long} {
		for _, endpoint := range e.on() {
			expectVerdict(t, s.try(t.Context(), e, endpoint), assay.Pass)
		}
	}
	moved := seconds(p.asked)
	if len(moved) != 2 || moved[0] > 3600 || moved[0] < 3000 || moved[1] > 7200 || moved[1] < 7000 {
		t.Errorf("the clock was moved by %v seconds", moved)
	}
}

// TestClockThatDoesNotMove: if the driver fails to advance the clock, nothing is judged as if it had.
func TestClockThatDoesNotMove(t *testing.T) {
	for want, driver := range map[assay.Verdict]func(assay.HostRequest) error{
		assay.Error: brokenOp(assay.OpAdvance), assay.Untested: unsupportedOp(assay.OpAdvance),
	} {
		p := &script{answer: always(accepted), driver: driver}
		s := p.session(t)
		e := timedEntry(t, s, "code.single-use-later", time.Hour)
		s.prepare(t.Context(), []entry{e})
		for _, endpoint := range e.on() {
			expectVerdict(t, s.try(t.Context(), e, endpoint), want)
		}
		if len(p.sent()) != len(e.on()) {
			t.Errorf("%s: %d exchanges, want those of the preparation only", want, len(p.sent()))
		}
	}
}

func TestPreparationThatFails(t *testing.T) {
	for want, answer := range map[assay.Verdict]string{assay.Untested: denied, assay.Error: busy} {
		p := &script{answer: always(answer)}
		s := p.session(t)
		e := timedEntry(t, s, "code.single-use-later", time.Hour)
		s.prepare(t.Context(), []entry{e})
		expectVerdict(t, s.try(t.Context(), e, assay.Login), want)
		if len(seconds(p.asked)) > 0 {
			t.Error("the clock was moved for nothing")
		}
	}
}

// TestWaitingInRealTime: waiting shows in the progress and ends with the run.
func TestWaitingInRealTime(t *testing.T) {
	p := &script{answer: always(accepted)}
	config := p.config(t)
	config.Hello.Ops = slices.DeleteFunc(assay.Ops(), func(op assay.Op) bool { return op == assay.OpAdvance })
	told := &progress{}
	config.Progress = told
	s := begin(t, config)
	e := timedEntry(t, s, "code.single-use-later", 20*time.Millisecond)
	s.prepare(t.Context(), []entry{e})
	expectVerdict(t, s.try(t.Context(), e, assay.Login), assay.Pass)
	if waited := time.Since(s.time.origin); waited < 20*time.Millisecond || !slices.Contains(told.waits, e.requirement.ID) {
		t.Errorf("judged after %s, told %v", waited, told.waits)
	}
}

type progress struct{ waits []string }

func (*progress) Step(int, int, string, assay.Endpoint, assay.Verdict) {}
func (p *progress) Wait(_ time.Duration, id string)                    { p.waits = append(p.waits, id) }

// TestMomentsInOrder: the moments of all requirements are tried in the order of time, each once, and the worst counts.
func TestMomentsInOrder(t *testing.T) {
	p := &script{answer: always(accepted)}
	s := p.session(t)
	var tried []string
	at := func(name string, due time.Duration, verdict assay.Verdict) moment {
		return moment{due: due, situation: name, try: func(t *Trial) {
			tried = append(tried, name)
			t.conclude(verdict)
		}}
	}
	early := timedEntry(t, s, "code.lifetime", 2*time.Hour)
	early.prepare = func(*Trial) []moment { return []moment{at("two", 2*time.Hour, assay.Pass)} }
	late := timedEntry(t, s, "code.single-use-later", 3*time.Hour)
	late.prepare = func(*Trial) []moment {
		return []moment{at("one", time.Hour, assay.Fail), at("three", 3*time.Hour, assay.Pass)}
	}
	for _, e := range []*entry{&early, &late} {
		e.requirement.On = []assay.Endpoint{assay.Login}
	}
	s.prepare(t.Context(), []entry{late, early})
	expectVerdict(t, s.try(t.Context(), early, assay.Login), assay.Pass)
	expectVerdict(t, s.try(t.Context(), late, assay.Login), assay.Fail)
	if want := []string{"one", "two", "three"}; !slices.Equal(tried, want) || len(seconds(p.asked)) != 3 {
		t.Errorf("tried %v, want %v; the clock was moved by %v", tried, want, seconds(p.asked))
	}
}
