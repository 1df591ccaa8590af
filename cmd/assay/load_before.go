package main

import (
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/messages"
)

// A beforeLoad follows the pre-flight of a load run, which tries no requirement.
type beforeLoad struct {
	*console.Benchmark
	*slowStart
}

// Step implements [suites.Progress].
func (beforeLoad) Step(int, int, string, assay.Endpoint, assay.Verdict) {}

// Wait implements [suites.Progress].
func (beforeLoad) Wait(time.Duration, string) {}

// What a load run waits for before its first exchange: keys of the texts.
const (
	forCalibration = "before.calibration"
	forPreflight   = "before.preflight"
	forFirstCodes  = "before.codes"
)

// A slowStart says what a load run waits for where that takes long. Use [newSlowStart].
type slowStart struct {
	in   messages.Printer
	say  func(line string)
	over chan struct{}
	end  func()
	all  sync.WaitGroup

	mu    sync.Mutex
	what  string
	since time.Time
}

// Nothing is said of what takes less than tellSlow. What takes longer is said again after every tellAgain.
const (
	tellSlow  = 3 * time.Second
	tellAgain = 30 * time.Second
)

func newSlowStart(in messages.Printer, say func(string)) *slowStart {
	s := &slowStart{in: in, say: say, over: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.over) })
	s.all.Go(s.watch)
	return s
}

// await begins to wait for something else.
func (s *slowStart) await(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.what, s.since = what, time.Now()
}

// close returns when nothing more is said. It may be called again.
func (s *slowStart) close() {
	s.end()
	s.all.Wait()
}

func (s *slowStart) watch() {
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	var told string
	var last time.Time
	for {
		select {
		case <-s.over:
			return
		case now := <-ticks.C:
			s.mu.Lock()
			what, waited := s.what, now.Sub(s.since)
			s.mu.Unlock()
			if what == "" || waited < tellSlow || what == told && now.Sub(last) < tellAgain {
				continue
			}
			told, last = what, now
			s.say(s.in.Text("before.waiting", s.in.Text(what), waited.Round(time.Second)))
		}
	}
}
