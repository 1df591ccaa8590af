package arrivals

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A sleeper waits for moments, more punctually than [time.Sleep], which a process without other work rounds up to the
// milliseconds of epoll_wait: its timer is a file that the runtime's poller waits for. Such a wait holds no thread, and
// needs no system call that the runtime's monitor would have to be woken up for, so a wake-up is one switch of context.
// It is for one goroutine at a time.
type Sleeper struct {
	ctx     context.Context
	release func() bool
	file    *os.File
	timer   syscall.RawConn
	moment  time.Time          // that is being waited for
	arrived func(uintptr) bool // its value is kept, so that waiting allocates nothing
}

// newSleeper returns a sleeper that sleeps no more when ctx is over. It has to be closed.
func NewSleeper(ctx context.Context) (*Sleeper, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("there is no timer to sleep by: %w", err)
	}
	s := &Sleeper{ctx: ctx, file: os.NewFile(uintptr(fd), "timer")}
	s.arrived = s.arm
	if s.timer, err = s.file.SyscallConn(); err == nil {
		err = s.file.SetReadDeadline(time.Time{}) // fails when the poller does not wait for it
	}
	if err != nil {
		_ = s.file.Close()
		return nil, fmt.Errorf("the timer to sleep by cannot be waited for: %w", err)
	}
	s.release = context.AfterFunc(ctx, func() { _ = s.file.SetReadDeadline(time.Unix(1, 0)) })
	return s, nil
}

// until returns true at the moment t, or as little later as can be, and never earlier. It returns false as soon as the
// sleeper's context is over, however far away t is.
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

// arm reports that the moment has come, or has the poller wake the sleeper then and ask again. The poller forgets what it
// knows of the timer before it asks first, so the timer must not be set any earlier; it is never read.
func (s *Sleeper) arm(fd uintptr) bool {
	wait := time.Until(s.moment)
	if wait <= 0 {
		return true
	}
	once := unix.ItimerSpec{Value: unix.NsecToTimespec(wait.Nanoseconds())}
	if unix.TimerfdSettime(int(fd), 0, &once, nil) != nil {
		time.Sleep(wait) // late is better than never
		return true
	}
	return false
}

// close ends the sleeper; nobody may be asleep.
func (s *Sleeper) Close() {
	s.release()
	_ = s.file.Close()
}
