package arrivals

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/unified-login/assay/internal/files"
)

// A Sleeper waits for moments more punctually than [time.Sleep], which an otherwise idle process rounds up to the
// milliseconds of epoll_wait. Its timer is a file for the runtime's poller, so a wait holds no thread, needs no system call
// that is announced to the runtime, and costs one context switch. It is for one goroutine at a time.
type Sleeper struct {
	ctx     context.Context
	release func() bool
	file    *os.File
	timer   syscall.RawConn
	moment  time.Time          // of the current wait
	arrived func(uintptr) bool // kept, so that waiting allocates nothing
}

// NewSleeper returns a sleeper that stops waiting when ctx is over. It has to be closed.
func NewSleeper(ctx context.Context) (*Sleeper, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create a timer: %w; %s", err, files.WayOut(err, "the kernel has to offer timerfd_create"))
	}
	s := &Sleeper{ctx: ctx, file: os.NewFile(uintptr(fd), "timer")}
	s.arrived = s.arm
	if s.timer, err = s.file.SyscallConn(); err == nil {
		err = s.file.SetReadDeadline(time.Time{}) // fails when the poller does not wait for it
	}
	if err != nil {
		_ = s.file.Close()
		return nil, fmt.Errorf("wait for a timer: %w", err)
	}
	s.release = context.AfterFunc(ctx, func() { _ = s.file.SetReadDeadline(time.Unix(1, 0)) })
	return s, nil
}

// Until returns true at the moment t or as soon after as possible, never earlier. It returns false as soon as the sleeper's
// context is over.
func (s *Sleeper) Until(t time.Time) bool {
	if s.ctx.Err() != nil {
		return false
	}
	if time.Until(t) <= 0 {
		return true
	}
	s.moment = t
	return s.timer.Read(s.arrived) == nil
}

// arm returns true if the moment has come. Otherwise it sets the timer and returns false: the poller calls it again when the
// timer fires. The poller resets its state right before the first call, so the timer must not be set earlier. It is never
// read.
func (s *Sleeper) arm(fd uintptr) bool {
	wait := time.Until(s.moment)
	if wait <= 0 {
		return true
	}
	once := unix.ItimerSpec{Value: unix.NsecToTimespec(wait.Nanoseconds())}
	if unix.TimerfdSettime(int(fd), 0, &once, nil) != nil {
		time.Sleep(wait) // less punctual
		return true
	}
	return false
}

// Close releases the timer. Until must have returned.
func (s *Sleeper) Close() {
	s.release()
	_ = s.file.Close()
}
