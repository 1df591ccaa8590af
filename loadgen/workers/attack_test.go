package workers

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay/loadgen/arrivals"
)

// A scripted hitter answers after a time, and says what it did.
type scripted struct {
	counted
	takes   time.Duration
	short   *atomic.Int64 // sends that find no connection
	arrival Arrival
	got     []string
}

func (s *scripted) Target(second bool, t *vegeta.Target) {
	*t = vegeta.Target{Method: http.MethodPost, URL: fmt.Sprintf("http://platform.invalid/%d/%t", s.arrival.N, second)}
}

func (s *scripted) Send() bool {
	if s.short.Add(-1) >= 0 {
		return false
	}
	time.Sleep(s.takes)
	return true
}

func (s *scripted) Response() (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

func (s *scripted) Receive(second bool, _ time.Time, r *vegeta.Result) {
	s.got = append(s.got, fmt.Sprint(second, r.Error))
}

// An attackTest is an attack of scripted workers, and the arrivals that they judged.
type attackTest struct {
	*Attack[*scripted]
	job    *Job[*scripted]
	open   atomic.Int64
	short  atomic.Int64
	mu     sync.Mutex
	judged map[uint64][]string
}

func newAttackTest(t *testing.T, make func(Options[*scripted]) *Attack[*scripted], limit int, takes time.Duration, rate float64) *attackTest {
	t.Helper()
	a := &attackTest{judged: map[uint64][]string{}}
	waiters := []Waiter{plain{}}
	a.Attack = make(Options[*scripted]{Limit: limit, Keep: 1, Waiters: waiters, Connections: func() int { return 1 },
		Twice: func(a Arrival) bool { return a.N%2 == 1 },
		New: func(int) *scripted {
			a.open.Add(1)
			return &scripted{counted: counted{&a.open}, takes: takes, short: &a.short}
		}})
	schedule, err := arrivals.New(arrivals.Constant, rate, 0, time.Second, 0)
	if err != nil {
		t.Fatal(err)
	}
	a.job = NewJob(t.Context(), schedule, func(*scripted, Arrival) Result { panic("the pool's way") })
	a.job.Split(func(s *scripted, arrival Arrival) bool {
		s.arrival, s.got = arrival, nil
		return arrival.N != 3
	}, func(s *scripted) Result {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.judged[s.arrival.N] = s.got
		return Sent
	})
	return a
}

// The attacker sends every arrival once, at its time, and what waits for one of its workers is counted.
func TestAttackServesASchedule(t *testing.T) {
	for limit, crowded := range map[int]int64{4: 0, 1: 99} {
		synctest.Test(t, func(t *testing.T) {
			a := newAttackTest(t, NewAttack, limit, 20*time.Millisecond, 100)
			if err := a.Warm(); err != nil {
				t.Fatal(err)
			}
			a.job.Begin(0, nil)
			a.Follow(a.job)
			a.job.Wait()
			if len(a.judged) != 99 || a.job.Offered() != 100 || a.job.Unsent() != 1 || a.job.Crowded() != crowded {
				t.Errorf("limit %d: %d judged, %d offered, %d unsent, %d crowded", limit, len(a.judged), a.job.Offered(), a.job.Unsent(), a.job.Crowded())
			}
			if took, want := time.Since(a.job.Start()), map[int]time.Duration{4: 1010 * time.Millisecond, 1: 99 * 20 * time.Millisecond}[limit]; took != want {
				t.Errorf("limit %d: it took %s, want %s", limit, took, want)
			}
			if a.Peak() > limit || a.Peak() == 0 {
				t.Errorf("limit %d: %d at the same time", limit, a.Peak())
			}
			a.Close()
			if a.open.Load() != 0 {
				t.Errorf("%d workers are open after the end", a.open.Load())
			}
		})
	}
}

// What is due when nobody waits for it any more, and what this machine had no connection for and nobody frees, is not sent.
func TestAttackAbandons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAttackTest(t, NewAttack, 1, time.Minute, 10)
		a.job.Begin(0, nil)
		a.Follow(a.job)
		time.Sleep(time.Second)
		a.Abandon(a.job)
		a.job.Wait()
		if len(a.judged) != 1 || a.job.Offered() != 10 || a.job.Unsent() != 9 {
			t.Errorf("%d judged, %d offered, %d unsent", len(a.judged), a.job.Offered(), a.job.Unsent())
		}
		a.Close()
	})
}

// A hit for which this machine has no connection waits for another one to end, and is sent then.
func TestAttackWaitsForAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAttackTest(t, NewAttack, 4, 15*time.Millisecond, 100)
		a.job.Begin(0, nil)
		a.Follow(a.job)
		time.Sleep(505 * time.Millisecond)
		a.short.Store(1) // the next one, while another is in flight
		a.job.Wait()
		if len(a.judged) != 99 || a.job.Short() != 1 || a.job.Unsent() != 1 {
			t.Errorf("%d judged, %d without a connection at first, %d unsent", len(a.judged), a.job.Short(), a.job.Unsent())
		}
		a.Close()
	})
}

// hit makes the next hit of somebody else's attacker, the n-th, and returns its result.
func (a *attackTest) hit(t *testing.T, n uint64) *vegeta.Result {
	t.Helper()
	if wait, stop := a.Pace(0, n); wait != 0 || stop {
		t.Fatalf("hit %d: wait %s, stop %t", n, wait, stop)
	}
	if _, stop := a.Pace(0, n); stop {
		t.Fatalf("hit %d: an attacker that asks again, as it does when it starts a worker, is stopped", n)
	}
	var target vegeta.Target
	if err := a.Target(&target); err != nil {
		return nil
	}
	return &vegeta.Result{URL: target.URL, Timestamp: time.Now()}
}

// Somebody else's attacker makes two hits of an arrival with two exchanges. Its judgement has both, in any order, and what it does not
// report is settled in the end.
func TestForeignAttack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAttackTest(t, NewForeignAttack, 4, 0, 10)
		a.job.Begin(0, nil)
		a.Follow(a.job)
		var results []*vegeta.Result
		for n := range uint64(7) { // the arrivals 0, 1 and 1, 2, 3 and 3, of which nothing is sent, 4
			results = append(results, a.hit(t, n))
		}
		for _, i := range []int{2, 0, 1} {
			a.Add(results[i])
		}
		a.Add(&vegeta.Result{URL: "http://platform.invalid/"})
		if fmt.Sprint(a.judged) != "map[0:[false] 1:[true false]]" {
			t.Errorf("%v", a.judged)
		}
		a.Abandon(a.job)
		a.Forget()
		a.job.Wait()
		if fmt.Sprint(a.judged) != "map[0:[false] 1:[true false] 2:[falseno result] 4:[falseno result]]" {
			t.Errorf("%v", a.judged)
		}
		if results[4] != nil || results[5] != nil || a.job.Unsent() != 1 || a.job.Offered() != 5 {
			t.Errorf("%d unsent of %d", a.job.Unsent(), a.job.Offered())
		}
		if _, stop := a.Pace(0, 7); !stop {
			t.Error("the attacker is not stopped")
		}
		a.Close()
	})
}
