package main

import (
	"os"
	"testing"
	"time"
)

// Two signals at once, as timeout(1) sends them, are one interrupt. A later signal is another.
func TestSignalsAtOnceAreOneInterrupt(t *testing.T) {
	for _, test := range []struct {
		name  string
		after []time.Duration // when the signals come
		again int             // the signal that ends the process; 0 if none does
	}{
		{"one", []time.Duration{0}, 0},
		{"twice at once", []time.Duration{0, time.Millisecond}, 0},
		{"many within a second", []time.Duration{0, 0, echoTime / 2, echoTime - 1}, 0},
		{"a second one later", []time.Duration{0, echoTime, 2 * echoTime}, 2},
		{"an echo, and one later", []time.Duration{0, time.Millisecond, time.Minute}, 3},
	} {
		signals := make(chan os.Signal, len(test.after))
		for range test.after {
			signals <- os.Interrupt
		}
		close(signals)
		came, firsts, again := 0, 0, 0
		handleSignals(signals, func() time.Time {
			came++
			return time.Unix(0, 0).Add(test.after[came-1])
		}, func() { firsts++ }, func() { again = came })
		if firsts != 1 || again != test.again {
			t.Errorf("%s: first was called %d times, again at signal %d, want %d", test.name, firsts, again, test.again)
		}
	}
}
