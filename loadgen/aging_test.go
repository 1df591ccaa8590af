//go:build !race

package loadgen

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
)

// A target that refuses codes for their age alone is not blamed: it was the generator that kept them, whose lifetime nobody declares.
// A target that refuses for any other reason is, whatever the ages of the codes. Its own count is the truth.
func TestCodesThatAgedInTheBuffer(t *testing.T) {
	for name, test := range map[string]struct {
		refuses func(age, since time.Duration, n int) bool
		aged    bool // and so not an error
	}{
		"older than three seconds": {func(age, _ time.Duration, _ int) bool { return age > 3*time.Second }, true},
		"older than half a second": {func(age, _ time.Duration, _ int) bool { return age > time.Second/2 }, true},
		"older, and a few others":  {func(age, _ time.Duration, n int) bool { return age > 3*time.Second || n == 30 }, true},
		"every fifth":              {func(_, _ time.Duration, n int) bool { return n%5 == 4 }, false},
		"every second":             {func(_, _ time.Duration, n int) bool { return n%2 == 1 }, false},
		"five of six":              {func(_, _ time.Duration, n int) bool { return n%6 > 0 }, false},
		"by chance":                {func(_, _ time.Duration, n int) bool { return splitMix(uint64(n))%10 == 0 }, false},
		"after three seconds":      {func(_, since time.Duration, _ int) bool { return since > 3*time.Second }, false},
		"for a second":             {func(_, since time.Duration, _ int) bool { return since > 3*time.Second && since < 4*time.Second }, false},
		"for a moment": {func(_, since time.Duration, _ int) bool {
			return since > 3*time.Second && since < 3300*time.Millisecond
		}, false},
		"in the beginning": {func(_, since time.Duration, _ int) bool { return since < 2*time.Second }, false},
		"the young":        {func(age, _ time.Duration, _ int) bool { return age < time.Second }, false},
		"all":              {func(time.Duration, time.Duration, int) bool { return true }, false},
		"none":             {func(time.Duration, time.Duration, int) bool { return false }, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 20, Duration: 30 * time.Second})
			defer r.close()
			began, refused := time.Now(), int64(0)
			script := &platformScript{takes: always(time.Millisecond), used: map[string]bool{}}
			script.tooOld = func(code string, n int) bool {
				at, _ := r.config.Host.(*fakeHost).at.Load(code)
				if !test.refuses(time.Since(at.(time.Time)), time.Since(began), n) {
					return false
				}
				refused++
				return true
			}
			r.traffic.engine = script.engine(r)
			report := r.concluded()
			got, want := report.Exchanges, refused
			if test.aged {
				want = 0
			}
			if name == "older, and a few others" {
				want = 1
			}
			if got.Refused != want || got.Refused+got.Aged != refused || got.Accepted != got.Sent-refused {
				t.Errorf("%s: %d were refused: %+v", name, refused, got)
			}
			advised := strings.Contains(fmt.Sprint(report.Notes), "declare codeTTL in the target")
			if advised != test.aged || test.aged && (refused > 20 || report.Generator.Codes.Aged == 0 || report.Outcome != benchmark.Passed) {
				t.Errorf("%s: %s %v, %d of %d codes aged: %v", name, report.Outcome, report.Reasons, report.Generator.Codes.Aged, report.Generator.Codes.Minted, report.Notes)
			}
			sum := int64(0)
			for _, kind := range report.Errors {
				if sum += kind.Count; (kind.Verdict == "aged") != test.aged && kind.Count > 1 {
					t.Errorf("%s: %+v", name, kind)
				}
			}
			var failed, aged int64 // by second
			for _, row := range report.Timeline {
				failed, aged = failed+row.Failed, aged+row.Aged
			}
			if failed != got.Refused || aged != got.Aged {
				t.Errorf("%s: by second, %d failed and %d aged: %+v", name, failed, aged, got)
			}
			if sum != refused {
				t.Errorf("%s: %d of %d are among the errors", name, sum, refused)
			}
		})
	}
}
