package arrivals

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A technique is a way to wait until a moment. It spins for the last part of the time.
type technique struct {
	name string
	spin time.Duration
	take func(b *testing.B) (sleep func(time.Time))
}

// BenchmarkSleep measures, for every technique, how late it wakes up, and the CPU time and the context switches of a wake-up.
// The rates are steady; the machine is idle, or has a goroutine that computes all the time. An operation is one
// second: run it with -benchtime 2x. If other programs run, only the medians are meaningful.
func BenchmarkSleep(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	techniques := []technique{{"sleeper", 0, bySleeper}, {"time", 0, byTime}, {"timerfd", 0, byReading}, {"thread", 0, byThread}}
	for _, w := range slices.Clone(techniques) {
		techniques = append(techniques, technique{w.name + "+spin", 50 * time.Microsecond, w.take})
	}
	for _, load := range []string{"idle", "busy"} {
		for _, rate := range []int{500, 2000, 5000} {
			for _, w := range techniques {
				b.Run(fmt.Sprintf("%s/%d/%s", load, rate, w.name), func(b *testing.B) {
					loadCPU := func() time.Duration { return 0 }
					if load == "busy" {
						loadCPU = compute(b)
					}
					w.measure(b, rate, loadCPU)
				})
			}
		}
	}
}

// measure wakes up rate times per second.
func (w technique) measure(b *testing.B, rate int, loadCPU func() time.Duration) {
	sleep := w.take(b)
	late := make([]time.Duration, 0, rate*b.N)
	cpu, before := -loadCPU(), rusageOf(b, unix.RUSAGE_SELF)
	start := time.Now()
	for n := range cap(late) {
		t := start.Add(time.Second * time.Duration(n) / time.Duration(rate))
		sleep(t.Add(-w.spin))
		for w.spin > 0 && time.Now().Before(t) {
		}
		late = append(late, time.Since(t))
	}
	after := rusageOf(b, unix.RUSAGE_SELF)
	cpu = cpuTime(after) - cpuTime(before) - cpu - loadCPU()
	slices.Sort(late)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(microseconds(late[len(late)/2]), "late-p50-µs")
	b.ReportMetric(microseconds(late[len(late)*99/100]), "late-p99-µs")
	b.ReportMetric(microseconds(cpu)/float64(len(late)), "cpu-µs")
	b.ReportMetric(float64(after.Nvcsw-before.Nvcsw)/float64(len(late)), "switches")
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func rusageOf(b *testing.B, who int) (u syscall.Rusage) {
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Error(err)
	}
	return u
}

func cpuTime(u syscall.Rusage) time.Duration { return time.Duration(u.Utime.Nano() + u.Stime.Nano()) }

// compute keeps a processor busy until the benchmark ends. It returns a function for the CPU time that this has used.
func compute(b *testing.B) (cpu func() time.Duration) {
	var stopped atomic.Bool
	var used atomic.Int64
	go func() {
		runtime.LockOSThread() // the thread ends with the goroutine
		for !stopped.Load() {
			used.Store(int64(cpuTime(rusageOf(b, unix.RUSAGE_THREAD))))
		}
	}()
	b.Cleanup(func() { stopped.Store(true) })
	return func() time.Duration { return time.Duration(used.Load()) }
}

func bySleeper(b *testing.B) func(time.Time) {
	s := newTestSleeper(b, b.Context())
	return func(t time.Time) { s.Until(t) }
}

func byTime(*testing.B) func(time.Time) {
	return func(t time.Time) { time.Sleep(time.Until(t)) }
}

// byReading reads the timer as an ordinary file: by a system call, before which the runtime wakes its monitor.
func byReading(b *testing.B) func(time.Time) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		b.Fatal(err)
	}
	timer := os.NewFile(uintptr(fd), "timer")
	b.Cleanup(func() { _ = timer.Close() })
	var ticks [8]byte
	return func(t time.Time) {
		wait := time.Until(t)
		if wait <= 0 {
			return
		}
		if err := unix.TimerfdSettime(fd, 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(int64(wait))}, nil); err != nil {
			b.Error(err)
		}
		if _, err := timer.Read(ticks[:]); err != nil {
			b.Error(err)
		}
	}
}

// byThread holds a thread without timer slack, and sleeps until an absolute moment.
func byThread(b *testing.B) func(time.Time) {
	runtime.LockOSThread()
	b.Cleanup(runtime.UnlockOSThread)
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0); err != nil {
		b.Fatal(err)
	}
	var zero unix.Timespec
	base := time.Now()
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &zero); err != nil {
		b.Fatal(err)
	}
	return func(t time.Time) {
		moment := unix.NsecToTimespec(zero.Nano() + int64(t.Sub(base)))
		for unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &moment, nil) == unix.EINTR {
		}
	}
}
