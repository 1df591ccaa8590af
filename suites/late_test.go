package suites

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// TestEveryLateExchangeHasItsOwnSituation: the second use of a late code leaves the situation of replays beside it as it is.
func TestEveryLateExchangeHasItsOwnSituation(t *testing.T) {
	for _, inFlight := range []int{1, DefaultInFlight} {
		p := &script{}
		first := map[string]bool{} // refuse is called one call at a time
		p.refuse = func(_ *http.Request, body string) string {
			if strings.Contains(body, "used") || first[body] {
				return denied
			}
			first[body] = true
			return accepted
		}
		config := p.config(t)
		config.InFlight = inFlight
		ages := make([][]lateReplay, lateAges)
		for _, name := range []string{"a", "b", "c"} {
			ages[0] = append(ages[0], lateReplay{used: assay.Code{Code: "used-" + name}, twin: assay.Code{Code: "twin-" + name}})
		}
		trial := attempt(t, begin(t, config), entry{body: func(t *Trial) { t.replayLate(&lateReplays{ages: ages}, 0, time.Minute) }}, "code.single-use-later")
		expectVerdict(t, trial, assay.Pass)
		const used, again = "the used code, 1m0s after its use", "a code used 1m0s after its issue, and sent again at once"
		want := map[string]int{"used " + used: 3, "twin " + used: 3, "twin " + again: 3}
		for _, x := range trial.exchanges {
			kind, _, _ := strings.Cut(x.Code.Code, "-")
			want[kind+" "+x.Situation]--
		}
		for what, missing := range want {
			if missing != 0 {
				t.Errorf("%d in flight: %d exchanges too few of: %s", inFlight, missing, what)
			}
		}
	}
}
