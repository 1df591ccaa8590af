package main

import (
	"io"
	"math"
	"runtime/debug"

	"github.com/unified-login/assay/internal/cgroup"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// limitMemory keeps the process below most bytes of memory that the Go runtime counts, and below what its control group allows, as that
// of a container: the kernel kills a process that takes more, without a word. GOMEMLIMIT of the environment takes precedence; most 0
// is no bound of its own.
func limitMemory(most int64) {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return
	}
	if limit := boundOf(most, cgroup.Memory()); limit > 0 {
		debug.SetMemoryLimit(limit)
	}
}

// boundOf is the lesser of two bounds on memory, of which 0 is no bound. Of what a control group allows, the remainder is for memory that
// the runtime does not count.
func boundOf(most, allowed int64) int64 {
	const part, of = 5, 8
	if allowed = allowed / of * part; allowed > 0 && (most == 0 || allowed < most) {
		return allowed
	}
	return most
}

// mostMemory is what the runtime counts of a run of assay test that stays below 256 MiB, whatever a target sends.
const mostMemory = 160 << 20

// collectSeldom collects garbage less often below a limit of memory: long answers leave much of it. GOGC of the environment takes
// precedence.
func collectSeldom() {
	const usual, seldom = 100, 400
	if percent := debug.SetGCPercent(seldom); percent != usual {
		debug.SetGCPercent(percent)
	}
}

// What a run takes at least, by its command: with less, the kernel may end the process without a word.
const (
	testTakes = 160 << 20 // most of it are the exchanges, which it keeps until the report
	loadTakes = 48 << 20  // more at thousands of exchanges a second
)

// reserves is about how many addresses a run reserves, of which it uses a few: the Go runtime does.
const reserves = 3 << 30

// tellAddresses warns where the process may have fewer addresses than a run reserves: the runtime ends it then, and no results are kept.
func tellAddresses(w io.Writer, in messages.Printer, allowed uint64) {
	if allowed < reserves {
		remark(w, in, phrase.Say(phrase.FewAddresses, int64(allowed>>20), reserves>>20))
	}
}

// tellMemory warns where the control group allows less memory than a run takes.
func tellMemory(w io.Writer, in messages.Printer, allowed, takes int64) {
	if allowed > 0 && allowed < takes {
		remark(w, in, phrase.Say(phrase.FewMemory, allowed>>20, takes>>20))
	}
}
