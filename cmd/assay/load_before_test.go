package main

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/messages"
)

// What takes long before the first exchange is said once, and again after a while; what does not is not said.
func TestSlowStartIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		s := newSlowStart(messages.For(messages.English), func(line string) { said = append(said, line) })
		time.Sleep(time.Minute) // nothing is waited for
		s.await("a")
		time.Sleep(2500 * time.Millisecond)
		s.await("b")
		time.Sleep(40 * time.Second)
		s.close()
		s.close()
		time.Sleep(time.Minute)
		want := []string{"waiting for b, for 4s so far", "waiting for b, for 34s so far"}
		if !slices.Equal(said, want) {
			t.Errorf("%q, want %q", said, want)
		}
	})
}
