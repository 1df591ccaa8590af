package main

import (
	"encoding/json"
	"io"
	"runtime"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sys/unix"
)

// sleepAlone sleeps until each moment of a rate, on a thread of its own and with nothing else to do, and writes how late it woke up, as
// a report has lateness: what the system and the machine cost every generator.
func sleepAlone(rate int, lasting time.Duration, w io.Writer) error {
	runtime.LockOSThread()
	late := hdrhistogram.New(1, int64(time.Minute), 3)
	var began unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &began); err != nil {
		return err
	}
	n := rate * int(lasting/time.Second)
	for i := range n {
		moment := unix.NsecToTimespec(began.Nano() + int64(i)*int64(time.Second)/int64(rate))
		for unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &moment, nil) == unix.EINTR { // until it has come
		}
		var now unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
			return err
		}
		if err := late.RecordValue(max(1, now.Nano()-moment.Nano())); err != nil {
			return err
		}
	}
	return json.NewEncoder(w).Encode(map[string]any{
		"exchanges": map[string]int{"sent": n, "accepted": n},
		"lateness":  map[string]float64{"p99": float64(late.ValueAtQuantile(99)) / float64(time.Second)},
	})
}
