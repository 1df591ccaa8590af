package loadgen

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
)

func TestWhatThisMachineLacks(t *testing.T) {
	dial := func(number syscall.Errno, ip string) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.ParseIP(ip), Port: 80},
			Err: os.NewSyscallError("connect", number)}
	}
	for _, test := range []struct {
		err  error
		want bool
	}{
		{dial(syscall.EMFILE, "192.0.2.1"), true},
		{dial(syscall.ENFILE, "192.0.2.1"), true},
		{dial(syscall.EADDRNOTAVAIL, "192.0.2.1"), true},
		{dial(syscall.EADDRNOTAVAIL, "::1"), false}, // this machine has no IPv6
		{dial(syscall.ECONNREFUSED, "192.0.2.1"), false},
		{dial(syscall.EHOSTUNREACH, "192.0.2.1"), false},
		{&net.DNSError{Err: "dial udp: socket: too many open files", IsTemporary: true}, true},
		{&net.DNSError{Err: "no such host", IsNotFound: true}, false},
		{errors.New("something else"), false},
	} {
		if got := lacks(fmt.Errorf("wrapped: %w", test.err)); got != test.want {
			t.Errorf("%v: %t", test.err, got)
		}
	}
}

// A poor line has no connection for every tenth exchange.
type poor struct {
	played
	exchanges *atomic.Int64
}

func (l *poor) exchange(r *request, timeout time.Duration) answer {
	if l.exchanges.Add(1)%10 == 0 {
		now := time.Now()
		return answer{from: l, sent: now, done: now, failure: "no connection: too many open files", unsent: true, lacking: true}
	}
	return l.played.exchange(r, timeout)
}

// What this machine could not send is held against nobody but the generator.
func TestWhatThisMachineLacksIsNotTheTargets(t *testing.T) {
	for _, mix := range []Mix{{Login: 1}, {Login: 0.5, Replay: 0.5}, {Race: 1}, {BadPAT: 1}} {
		t.Run(mix.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := stage{}.open(t, Plan{Rate: 100, Duration: 2 * time.Second})
				defer r.close()
				r.plan.Mix, r.dealer = mix, mix.dealer(1)
				var exchanges atomic.Int64
				r.line = func(int) line {
					return &poor{exchanges: &exchanges, played: played{wait: func(time.Time) time.Duration { return time.Millisecond }}}
				}
				report := benchmark.Conclude(r.report(r.whole(r.plan)))
				lacked := exchanges.Load() / 10
				sent, failed := report.Exchanges.Sent, report.Exchanges.Failed()
				if sent != exchanges.Load()-lacked || failed != 0 {
					t.Errorf("%d of %d exchanges were sent, %d failed: %v", sent, exchanges.Load(), failed, report.Errors)
				}
				if mix.Race == 0 && report.Generator.Unsent != lacked || !strings.Contains(fmt.Sprint(report.Notes), "too many open files") {
					t.Errorf("%d unsent, want %d; notes %q", report.Generator.Unsent, lacked, report.Notes)
				}
				if mix == (Mix{Login: 1}) && report.Outcome != benchmark.Saturated {
					t.Errorf("%s %v", report.Outcome, report.Reasons)
				}
			})
		})
	}
}
