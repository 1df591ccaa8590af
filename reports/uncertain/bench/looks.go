package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/unified-login/assay/reports/uncertain"
)

// A look is when a run that goes on until it tells was decided, and how.
type look struct {
	verdict uncertain.Verdict
	seconds float64
}

// looks prints how often a run that is judged at 30, 60, 120 and 240 s is right, wrong and undecided.
func (b *bench) looks() {
	const first = 30 * time.Second
	b.title("Runs until p99 is known: % right / % wrong (median seconds), by the share that is truly beyond the bound",
		append([]string{"target, load"}, percents(beyond())...)...)
	for _, t := range []target{independent(), mm1(0.8, 500), mm1(0.9, 500)} {
		runs := collect(b, func(random *rand.Rand) []look {
			decided := make([]look, len(beyond()))
			blocks := uncertain.Blocks{Every: uncertain.SlotLength(first)}
			next := t.start(random)
			due, response := next()
			for _, length := range uncertain.Looks(first) {
				for ; due < length.Seconds(); due, response = next() {
					record(&blocks, due, response)
				}
				run := blocks.Run(length)
				for i, share := range beyond() {
					if decided[i].seconds == 0 {
						verdict := run.Judge(levelOn(t, share), uncertain.Conditions{Alpha: uncertain.LookAlpha}).Verdict
						if verdict != uncertain.NotKnown {
							decided[i] = look{verdict, length.Seconds()}
						}
					}
				}
			}
			return decided
		})
		var texts []string
		for i, share := range beyond() {
			correct, wrong := 0, 0
			var seconds []float64
			for _, run := range runs {
				switch {
				case run[i].seconds == 0:
				case run[i].verdict == right(share):
					correct++
					seconds = append(seconds, run[i].seconds)
				default:
					wrong++
				}
			}
			text := fmt.Sprintf("%s / %s", percent(correct, len(runs)), percent(wrong, len(runs)))
			if len(seconds) > 0 {
				slices.Sort(seconds)
				text += fmt.Sprintf(" (%g)", seconds[len(seconds)/2])
			}
			texts = append(texts, text)
			b.atMost(fmt.Sprintf("until known, %s, %g %% beyond: wrong verdicts", t.name, 100*share), wrong, len(runs), 0.05)
		}
		b.row(fmt.Sprintf("%s, %g/s", t.name, t.rate), texts...)
	}
}
