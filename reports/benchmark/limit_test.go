package benchmark

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// limited adds probes to a search that are near its limit, and returns what they tell.
func limited(search *Search) *Limit {
	levels := []limit.Level{{Allowed: 0.01}, {Allowed: 0.01, Errors: true}}
	found := limit.Result{Confirmed: search.Limit, Around: 8100}
	for i, rate := range []float64{7860, 8340, 8100, 8340, 7860, 8100, 7860, 8340, 8100} {
		share := uncertain.LogitCurve(8100, 0.01, 30, rate) * (1 + 0.1*float64(i%2*2-1))
		of := math.Floor(10 * rate)
		search.Steps = append(search.Steps, Step{Phase: "probe", Rate: rate, Seconds: 11, Sent: int64(11 * rate), Achieved: rate,
			Response: Times{P99: 0.04, Mean: 0.001 + rate*1e-6}, Holds: true, Outcome: Passed})
		found.Probes = append(found.Probes, limit.Probe{Step: limit.Step{Rate: rate, Seconds: 11, From: 1}, Number: len(search.Steps) - 1, Up: i%2 == 1,
			Levels: []limit.Observed{{Counted: math.Floor(share * of), Of: of}, {Of: of}}})
	}
	found.Levels, found.Lowest = limit.Fits(levels, found.Probes, found.Around, false)
	l := LimitOf(found, levels, []string{"p99<50ms", "errors<1%"}, 30, 0.03)
	l.Draw(search.Steps)
	return l
}

// A limit is written with all that it was fitted from, and read again as it was.
func TestTheLimitOfASearch(t *testing.T) {
	report := searched()
	l := report.Limit
	if l.Level != "p99<50ms" || math.Abs(l.Rate/8100-1) > 0.01 || l.Low >= l.Rate || l.High <= l.Rate || l.Confirmed != 8000 || l.Seconds != 30 || l.Picture == nil {
		t.Errorf("%+v", l)
	}
	if got := l.Says().String(); !strings.HasPrefix(got, Rate(l.Rate)+" (95%: ") || !strings.HasSuffix(got, " by p99<50ms, confirmed for 30s at 8000/s") {
		t.Errorf("%q", got)
	}
	if found := report.mislimited(); !found.IsZero() {
		t.Error(found)
	}
	var file bytes.Buffer
	if err := WriteJSON(&file, report); err != nil {
		t.Fatal(err)
	}
	again, err := ReadJSON(&file)
	if err != nil {
		t.Fatal(err)
	}
	if found := again.mislimited(); !found.IsZero() || again.Limit.Says().String() != l.Says().String() {
		t.Errorf("%v: %+v", found, again.Limit)
	}
}

// A limit that is not what its probes tell contradicts itself.
func TestALimitThatContradictsItsProbes(t *testing.T) {
	for name, edit := range map[string]func(*Report){
		"rate":                func(r *Report) { r.Limit.Rate *= 1.1 },
		"level's rate":        func(r *Report) { r.Limit.Levels[0].Rate *= 1.01; r.Limit.Rate = r.Limit.Levels[0].Rate },
		"low":                 func(r *Report) { r.Limit.Levels[0].Low *= 1.01; r.Limit.Low = r.Limit.Levels[0].Low },
		"level":               func(r *Report) { r.Limit.Level = "errors<1%" },
		"confirmed":           func(r *Report) { r.Limit.Confirmed = 9000 },
		"time":                func(r *Report) { r.Limit.Seconds = 300 },
		"count":               func(r *Report) { r.Limit.Probes[0].Levels[0].Counted += 200 },
		"more than was sent":  func(r *Report) { r.Limit.Probes[0].Levels[0].Of *= 2 },
		"a probe without one": func(r *Report) { r.Limit.Probes[0].Step = 1000 },
		"another step":        func(r *Report) { r.Limit.Probes[0].Step = 0 },
		"a level less":        func(r *Report) { r.Limit.Probes[0].Levels = r.Limit.Probes[0].Levels[:1] },
		"no search":           func(r *Report) { r.Search = nil },
	} {
		report := searched()
		edit(&report)
		if found := report.mislimited(); found.Key() != phrase.Contradicts {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// What a search says depends on what it found.
func TestWhatALimitSays(t *testing.T) {
	for want, l := range map[string]Limit{
		"not found, not confirmed": {},
		"at least 1500/s, where the generator gave out, confirmed for 30s at 1500/s": {Beyond: true, Confirmed: 1500, Seconds: 30},
		"not known (the probes around 300/s disagree), confirmed for 30s at 150/s":   {Scattered: true, Around: 300, Level: "errors<1%", Confirmed: 150, Seconds: 30},
		"300/s (95%: 295/s to 310/s) by errors<1%, not confirmed":                    {Rate: 300, Low: 295, High: 310, Confidence: 0.95, Level: "errors<1%"},
		"300/s (95%: 295/s to 310/s) by ?, not confirmed":                            {Rate: 300, Low: 295, High: 310, Confidence: 0.95, Level: "**x**"},
	} {
		if got := l.Says().String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	wide := Limit{Rate: 300, Low: 280, High: 310, Within: 0.03, Long: true, Recovers: &LimitRecover{Up: LimitEnd{Rate: 310}, Down: LimitEnd{Rate: 290}}}
	var keys []phrase.Key
	for _, remark := range wide.Remarks() {
		keys = append(keys, remark.Key())
	}
	if len(keys) != 3 || keys[0] != phrase.LimitWide || keys[1] != phrase.LimitRecovers || keys[2] != phrase.LimitLong {
		t.Errorf("%v", keys)
	}
	if remarks := (Limit{Rate: 300, Low: 295, High: 305, Within: 0.03}).Remarks(); len(remarks) != 0 {
		t.Errorf("%v", remarks)
	}
}

// Probes that disagree lead to no figure. A file of an earlier version has the figure, and is no contradiction.
func TestALimitOfProbesThatDisagree(t *testing.T) {
	report := searched()
	found := limit.Result{Confirmed: report.Limit.Confirmed, Around: 8100, Scattered: true}
	for i, p := range report.Limit.Probes {
		seen := []float64{0.03, 0.003}[i%2] * p.Levels[0].Of // which falls from the lower rates to the higher ones
		found.Probes = append(found.Probes, limit.Probe{Step: limit.Step{Rate: p.Rate, Seconds: p.Seconds, From: p.From}, Number: p.Step, Up: p.Up,
			Levels: []limit.Observed{{Counted: math.Floor(seen), Of: p.Levels[0].Of}, {Of: p.Levels[0].Of}}})
	}
	levels := []limit.Level{{Allowed: 0.01}, {Allowed: 0.01, Errors: true}}
	found.Levels, found.Lowest = limit.Fits(levels, found.Probes, found.Around, false)
	if limit.Tells(found.Levels[0]) {
		t.Fatalf("%+v is a figure", found.Levels[0])
	}
	report.Limit = LimitOf(found, levels, []string{"p99<50ms", "errors<1%"}, 30, 0.03)
	l := report.Limit
	if l.Rate != 0 || l.Low != 0 || l.High != 0 || !l.Scattered || l.Confidence != 0 || l.Levels[0].Rate != 0 || l.Levels[0].Probes == 0 {
		t.Errorf("%+v", l)
	}
	if found := report.mislimited(); !found.IsZero() {
		t.Error(found)
	}
	if remarks := l.Remarks(); len(remarks) != 1 || remarks[0].Key() != phrase.LimitScatter {
		t.Errorf("%v", remarks)
	}
	earlier, fitted := *l, found.Levels[0]
	earlier.Scattered, earlier.Levels = false, slices.Clone(l.Levels)
	earlier.Rate, earlier.Low, earlier.High = digits(fitted.Rate), digits(fitted.Low), digits(fitted.High)
	earlier.Levels[0].Rate, earlier.Levels[0].Low, earlier.Levels[0].High = earlier.Rate, earlier.Low, earlier.High
	report.Limit = &earlier
	if found := report.mislimited(); !found.IsZero() {
		t.Error(found)
	}
	report = searched()
	report.Limit.Scattered = true
	if found := report.mislimited(); found.Key() != phrase.Contradicts {
		t.Errorf("a curve that fits is scattered: %v", found)
	}
}

// A search without a limit has exit code 3, whatever its last step did; one that broke correctness has 1.
func TestASearchWithoutALimit(t *testing.T) {
	report := searched()
	report.Search.Limit, report.Search.Confirmed, report.Limit.Confirmed = 0, false, 0
	report.Response.P99, report.Service.P99 = 1, 1
	if made := Conclude(report); made.Outcome != Errored || ExitCode(made.Outcome) != 3 {
		t.Errorf("%s %v", made.Outcome, made.Reasons)
	}
	report.Exchanges.WrongIdentity, report.Exchanges.Accepted = 1, report.Exchanges.Accepted-1
	if made := Conclude(report); made.Outcome != Incorrect || ExitCode(made.Outcome) != 1 {
		t.Errorf("%s %v", made.Outcome, made.Reasons)
	}
}
