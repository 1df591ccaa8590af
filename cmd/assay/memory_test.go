package main

import (
	"math"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/messages"
)

func TestBoundOf(t *testing.T) {
	const mib = 1 << 20
	for name, test := range map[string]struct{ most, allowed, want int64 }{
		"no bound":                 {0, 0, 0},
		"its own":                  {160 * mib, 0, 160 * mib},
		"a small control group":    {160 * mib, 128 * mib, 80 * mib},
		"a large control group":    {160 * mib, 1024 * mib, 160 * mib},
		"only the control group's": {0, 64 * mib, 40 * mib},
	} {
		if got := boundOf(test.most, test.allowed); got != test.want {
			t.Errorf("%s: %d, not %d", name, got, test.want)
		}
	}
}

func TestTellAddresses(t *testing.T) {
	for allowed, told := range map[uint64]bool{2 << 30: true, 3 << 30: false, math.MaxUint64: false} {
		var text strings.Builder
		tellAddresses(&text, messages.For(messages.English), allowed)
		if got := strings.Contains(text.String(), "this process may have 2048 MiB of addresses (ulimit -v)"); got != told {
			t.Errorf("%d: %q", allowed, text.String())
		}
	}
}

func TestTellMemory(t *testing.T) {
	const mib = 1 << 20
	for allowed, told := range map[int64]bool{0: false, 64 * mib: true, 159 * mib: true, 160 * mib: false, 1024 * mib: false} {
		var text strings.Builder
		tellMemory(&text, messages.For(messages.English), allowed, testTakes)
		if got := strings.Contains(text.String(), "and a run takes 160 MiB"); got != told {
			t.Errorf("%d MiB: %q", allowed/mib, text.String())
		}
	}
}
