package driver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

const hangs = "the driver hangs: 2 requests in a row had no answer"

// A driver that hangs is killed after two requests.
func TestExecKillsADriverThatHangs(t *testing.T) {
	host := startDriver(t, "silent", nil)
	host.limits.ask = time.Nanosecond
	for range maxSilence {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "driver: login: no answer within 1ns")
	}
	host.limits.ask = askLimit
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpMint})
	demandGone(t, err, "driver: mint: "+hangs)
	<-host.reaped
}

func TestHTTPGivesUpADriverThatHangs(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer server.Close()
	host, _ := HTTP(server.URL, "", nil).(*httpHost)
	host.limits.ask = time.Nanosecond
	for range maxSilence {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "driver: login: no answer within 1ns")
	}
	host.limits.ask = askLimit
	before := asked.Load()
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpMint})
	demandGone(t, err, "driver: mint: "+hangs)
	if asked.Load() != before {
		t.Error("a third request was sent")
	}
}

// demandGone demands an error that says the driver will not answer any more.
func demandGone(t *testing.T, err error, want string) {
	t.Helper()
	drivertest.WantDriverError(t, err, want)
	if failed, ok := errors.AsType[*assay.DriverError](err); !ok || !failed.Gone {
		t.Errorf("%v does not say that the driver is gone", err)
	}
}

// A server that cannot be reached is gone after two requests in a row; a process that has died is gone at once.
func TestGone(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	host := HTTP(server.URL, "", nil)
	server.Close()
	for range maxSilence {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "driver: login: not answered: ")
		if failed, ok := errors.AsType[*assay.DriverError](err); !ok || failed.Gone {
			t.Errorf("%v: gone too early", err)
		}
	}
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver cannot be reached any more: dial tcp")

	process := startDriver(t, "dying", nil)
	_, err = process.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver has died: exit status 3")
}

// Requests of the same time count once, unless nothing arrived since they were sent. An answer in between resets the count, a
// late one does not.
func TestSilenceCounts(t *testing.T) {
	const limit, login = 30 * time.Second, assay.OpLogin
	sent := func(began time.Time) sending { return sending{op: login, limit: limit, began: began} }
	// Each function returns the causes of death.
	for name, test := range map[string]struct {
		do   func(s *silence) string
		dead bool
	}{
		"two of the same time, without a sign of life": {func(s *silence) string {
			began := time.Now()
			time.Sleep(limit)
			return s.timedOut(sent(began)) + s.timedOut(sent(began))
		}, true},
		"two of the same time, soon after an answer": {func(s *silence) string {
			began := time.Now()
			time.Sleep(limit / 10)
			s.answered(login, began)
			time.Sleep(limit * 9 / 10)
			return s.timedOut(sent(began)) + s.timedOut(sent(began))
		}, true},
		"some of the same time, and an answer since": {func(s *silence) string {
			began := time.Now()
			time.Sleep(limit / 2)
			s.answered(login, time.Now())
			time.Sleep(limit / 2)
			return s.timedOut(sent(began)) + s.timedOut(sent(began)) + s.timedOut(sent(began))
		}, false},
		"answers in between": {func(s *silence) (why string) {
			for range maxOverdue - 1 {
				began := time.Now()
				time.Sleep(limit)
				why += s.timedOut(sent(began))
				s.answered(login, time.Now())
			}
			return why
		}, false},
		"often, and answers in between": {func(s *silence) (why string) {
			for range maxOverdue {
				began := time.Now()
				time.Sleep(limit)
				why += s.timedOut(sent(began))
				s.answered(login, time.Now())
			}
			return why
		}, true},
		"seldom": {func(s *silence) (why string) {
			for range 5 * maxOverdue {
				began := time.Now()
				time.Sleep(limit)
				why += s.timedOut(sent(began))
				for range forgiven {
					s.answered(login, time.Now())
				}
			}
			return why
		}, false},
		"late answers in between": {func(s *silence) (why string) {
			for range 2 {
				began := time.Now()
				s.answeredLate()
				time.Sleep(limit)
				why += s.timedOut(sent(began))
			}
			return why
		}, true},
		"lost at the same time": {func(s *silence) string {
			began := time.Now()
			time.Sleep(time.Second)
			for range 5 {
				s.lost(began, "lost")
			}
			return s.dead()
		}, false},
		"lost one after the other": {func(s *silence) string {
			s.lost(time.Now(), "lost")
			time.Sleep(time.Second)
			s.lost(time.Now(), "lost")
			return s.dead()
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if why := test.do(&silence{}); (why != "") != test.dead {
					t.Errorf("cause of death %q", why)
				}
			})
		})
	}
}

// While a driver is silent, a request gets a part of its limit, or as much as the driver has needed; after an answer the whole.
func TestSilenceHurries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 30 * time.Second
		var s silence
		took := func(d time.Duration, op assay.Op) {
			began := time.Now()
			time.Sleep(d)
			s.answered(op, began)
		}
		silent := func() {
			began := time.Now()
			time.Sleep(limit)
			s.timedOut(sending{limit: limit, began: began})
		}
		took(20*time.Second, assay.OpHello) // it started the driver
		took(time.Second, assay.OpLogin)
		for _, test := range []struct {
			after string
			do    func()
			want  time.Duration
		}{
			{"answers", func() {}, limit},
			{"silence", silent, limit / lastChance},
			{"an answer", func() { took(8*time.Second, assay.OpLogin) }, limit},
			{"silence of a slow driver", silent, 2 * 8 * time.Second},
			{"a late answer", s.answeredLate, 2 * 8 * time.Second},
			{"a very slow answer", func() { took(25*time.Second, assay.OpLogin) }, limit},
			{"silence of a very slow driver", silent, limit},
		} {
			test.do()
			if got := s.limit(limit); got != test.want {
				t.Errorf("after %s: %s, want %s", test.after, got, test.want)
			}
		}
	})
}

// A silent driver costs little more than one limit, whether its requests follow one another or wait together.
func TestTwoSilentRequestsTakeOneLimit(t *testing.T) {
	for name, gap := range map[string]time.Duration{"together": 0, "overlapping": 20 * time.Second, "one after the other": askLimit + time.Millisecond} {
		for _, transport := range []string{"exec", "http"} {
			t.Run(name+", "+transport, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					host := mute(t, transport)
					began := time.Now()
					var both sync.WaitGroup
					for i := range maxSilence {
						both.Go(func() {
							time.Sleep(time.Duration(i) * gap)
							_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
							drivertest.WantDriverError(t, err, "driver: login: ")
						})
					}
					both.Wait()
					if took := time.Since(began); took > max(gap, askLimit)+askLimit/lastChance {
						t.Errorf("took %s", took)
					}
					_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
					demandGone(t, err, hangs)
				})
			})
		}
	}
}

// mute is a host whose driver never answers.
func mute(t *testing.T, transport string) assay.Host {
	if transport == "http" {
		silent := roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		return HTTP("http://driver.example", "", &http.Client{Transport: silent})
	}
	p := &Process{
		lines: make(chan line), dead: make(chan struct{}), limits: limits{startLimit, askLimit}, tail: &stderrTail{},
		waiting: map[int]waiter{}, givenUp: map[int]struct{}{}, kill: func() {},
	}
	ctx := t.Context()
	go func() {
		for {
			select {
			case line := <-p.lines:
				p.queue.ask(line.turn)
			case <-ctx.Done():
				return
			}
		}
	}()
	return p
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A caller that cancels does not count as silence.
func TestCancellingDoesNotKill(t *testing.T) {
	host := startDriver(t, "good", nil)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _ = host.Ask(ctx, assay.HostRequest{Op: assay.OpAdvance}) // it may have been answered anyway
	}
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpAdvance})
}
