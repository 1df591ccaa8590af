package ledger

import (
	"slices"

	"github.com/unified-login/assay/reports/benchmark"
)

// excused takes refusals of codes that were too old from the kinds of errors, beginning with the most frequent one.
func excused(list []benchmark.ErrorCount, aged [2]int64) []benchmark.ErrorCount {
	rest := []benchmark.ErrorCount{}
	for _, one := range list {
		left := &aged[Index(one.Endpoint)]
		if n := min(*left, one.Count); n > 0 && one.Verdict == Refused.String() {
			*left -= n
			own := one
			own.Verdict, own.Count, own.WarmUp = "aged", n, min(one.WarmUp, n)
			rest = append(rest, own)
			one.Count, one.WarmUp = one.Count-n, one.WarmUp-own.WarmUp
		}
		if one.Count > 0 {
			rest = append(rest, one)
		}
	}
	return slices.Clip(rest)
}
