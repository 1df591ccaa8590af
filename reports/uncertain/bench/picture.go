package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

// The picture of docs/load.md: runs of one target, each with its p99, the interval and the verdict on one bound.
const (
	picturedRuns            = 30
	pictureWidth            = 780
	pictureHeight           = 360
	pictureLeft, pictureTop = 56, 34
	pictureBottom           = 296
	beyondPictured          = 0.004 // is truly beyond the bound, of the 1 % that the level allows
)

const pictureStyle = `text { font: 12px system-ui, sans-serif; fill: #333 } .quiet { fill: #667 }
.axis, .grid { stroke: #ccc } .truth { stroke: #333; stroke-width: 1.5 } .bound { stroke: #b35c00; stroke-width: 1.5; stroke-dasharray: 6 4 }
.holds { stroke: #18794e; fill: #18794e } .unknown { stroke: #889; fill: #889 } .violated { stroke: #c02020; fill: #c02020 } path, line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .quiet { fill: #99a } .axis, .grid { stroke: #444 } .truth { stroke: #ddd } .bound { stroke: #f0a050 }
.holds { stroke: #4cc38a; fill: #4cc38a } .violated { stroke: #ff8a80; fill: #ff8a80 } }`

// picture writes the picture of docs/load.md to a file.
func (b *bench) picture(path string) error {
	c := cell{mm1(0.8, 500), 120}
	slo := levelOn(c.target, beyondPictured)
	truth, most := c.target.truth(0.99), slo.Bound*1.6
	at := func(value float64) float64 {
		return pictureBottom - min(value/most, 1)*(pictureBottom-pictureTop)
	}
	var svg strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&svg, format+"\n", args...) }
	line(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="Thirty runs of one target: the p99 of each, its interval, and the verdict">`,
		pictureWidth, pictureHeight)
	line("<style>%s</style>", pictureStyle)
	line(`<text x="%d" y="16">p99 of %d runs of 120 s of the same target, each with its interval of 95 %%</text>`, pictureLeft, picturedRuns)
	line(`<path class="axis" d="M%d %d V%d H%d"/>`, pictureLeft, pictureTop, pictureBottom, pictureWidth-8)
	for ms := 20.0; ms < 1000*most; ms += 20 {
		line(`<text class="quiet" x="%d" y="%.1f" text-anchor="end">%.0f ms</text>`, pictureLeft-6, at(ms/1000)+4, ms)
	}
	counts := map[uncertain.Verdict]int{}
	for i := range picturedRuns {
		run := measure(c.target.start(rand.New(rand.NewPCG(b.seed, uint64(i)))), c.seconds)
		verdict := run.Judge(slo, uncertain.Conditions{}).Verdict
		counts[verdict]++
		b.whisker(line, at, pictureLeft+16+float64(i)*(pictureWidth-pictureLeft-32)/picturedRuns, run, verdict)
	}
	for i, across := range []struct {
		class, name string
		value       float64
	}{{"truth", "the truth", truth}, {"bound", fmt.Sprintf("the bound of the level, p99 below %.0f ms", 1000*slo.Bound), slo.Bound}} {
		line(`<line class="%s" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>`, across.class, pictureLeft, pictureWidth-8, at(across.value), at(across.value))
		x := pictureLeft + i*160
		line(`<line class="%s" x1="%d" x2="%d" y1="%d" y2="%d"/>`, across.class, x, x+30, pictureBottom+18, pictureBottom+18)
		line(`<text x="%d" y="%d">%s</text>`, x+36, pictureBottom+22, across.name)
	}
	line(`<text class="quiet" x="%d" y="%d">The level holds in %d runs (green), is not known in %d (grey), and is violated in %d (red).</text>`,
		pictureLeft, pictureBottom+48, counts[uncertain.Holds], counts[uncertain.NotKnown], counts[uncertain.Violated])
	line("</svg>")
	return os.WriteFile(path, []byte(svg.String()), 0o644)
}

// whisker draws a run: its p99, the interval, and the verdict as a class.
func (b *bench) whisker(line func(string, ...any), at func(float64) float64, x float64, run uncertain.Run, verdict uncertain.Verdict) {
	const cap = 4.0
	interval := run.Percentile(assay.MetricP99.Quantile(), uncertain.Confidence, nil)
	class := map[uncertain.Verdict]string{uncertain.Holds: "holds", uncertain.Violated: "violated", uncertain.NotKnown: "unknown"}[verdict]
	top, end := at(1e9), ""
	if !interval.Open() {
		top = at(interval.High)
		end = fmt.Sprintf(" M%.1f %.1f h%.1f", x-cap, top, 2*cap)
	}
	line(`<path class="%s" d="M%.1f %.1f h%.1f M%.1f %.1f V%.1f%s"/>`, class, x-cap, at(interval.Low), 2*cap, x, at(interval.Low), top, end)
	line(`<circle class="%s" cx="%.1f" cy="%.1f" r="3.5"/>`, class, x, at(interval.Value))
}
