package suites

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/unified-login/assay"
)

// crowdOf answers a number of users at once; the busy ones of them with 503, or another status.
func crowdOf(size, busy, status int, openID func(i int) string) (crowd []assay.Exchange) {
	for i := range size {
		x := assay.Exchange{ID: fmt.Sprintf("x-%d", i), Endpoint: assay.Login, Response: &assay.Response{
			Status: http.StatusOK, Body: fmt.Appendf(nil, `{"error":"","errcode":"OK","data":{"openId":%q,"channel":"finclip"}}`, openID(i)),
		}}
		if i >= size-busy {
			x.Response = &assay.Response{Status: status, Body: []byte(`{"errcode":"BUSY"}`)}
		}
		crowd = append(crowd, x)
	}
	return crowd
}

// TestCrowdIsHalved: a target that answers 503 or 429 to a crowd is judged by what it answered, and then by a smaller crowd.
func TestCrowdIsHalved(t *testing.T) {
	own := func(i int) string { return fmt.Sprintf("o-%d", i) }
	next := func(i int) string { return fmt.Sprintf("o-%d", i+1) }
	for name, test := range map[string]struct {
		size, busy int
		openID     func(int) string
		halved     int
		want       assay.Verdict
	}{
		"all answered":              {8, 0, own, 8, assay.Pass},
		"one in sixteen is busy":    {16, 1, own, 16, assay.Pass},
		"half are busy":             {8, 4, own, 4, assay.Pass},
		"all are busy":              {8, 8, own, 4, assay.Pass},
		"half are busy, and mixed":  {8, 4, next, 4, assay.Fail},
		"the smallest is busy":      {2, 2, own, 2, assay.Error},
		"the smallest is half busy": {2, 1, own, 2, assay.Pass},
		"the smallest is mixed":     {2, 1, next, 2, assay.Fail},
	} {
		for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests} {
			t.Run(fmt.Sprintf("%s, %d", name, status), func(t *testing.T) {
				var c *crowd
				p := &script{answer: always(accepted)}
				trial := p.try(t, "concurrency.no-crosstalk", func(trial *Trial) {
					c = &crowd{trial: trial, size: test.size}
					c.judge(crowdOf(test.size, 0, status, own), crowdOf(test.size, test.busy, status, test.openID))
				})
				expectVerdict(t, trial, test.want)
				if c.size != test.halved {
					t.Errorf("%d at once next, want %d", c.size, test.halved)
				}
			})
		}
	}
}
