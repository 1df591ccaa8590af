package limit

import "github.com/unified-login/assay/reports/uncertain"

// Savings reports whether a target lives on what it had saved: a level on errors holds in the first half of a step, is violated in the second
// half alone, by more than chance explains, and still is at the end. allowed is the share that the level allows.
func Savings(allowed float64, first, second, end uncertain.Part) bool {
	if second.Of == 0 || end.Of == 0 || first.Value() > allowed || end.Value() <= allowed {
		return false
	}
	least, _ := uncertain.ClopperPearson(float64(second.Counted), float64(second.Of), confidence)
	return least > allowed
}
