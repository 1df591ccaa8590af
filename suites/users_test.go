package suites

import (
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/conformance"
)

// TestOneOpenIDForAll: a platform that cannot distinguish users is reported, however many exchanges are lost at first, and however
// many pairs of users fail.
func TestOneOpenIDForAll(t *testing.T) {
	const lost, one = 60, `200 {"error":"","errcode":"OK","data":{"openId":"2279547539610117","channel":"finclip"}}`
	p := &script{answer: func(n int, _ string) string {
		if n < lost {
			return busy
		}
		return one
	}}
	trial := p.try(t, "login.openid-distinct", distinctUsers)
	if !slices.ContainsFunc(trial.findings, func(f conformance.Finding) bool { return strings.Contains(f.Situation, allOne) }) {
		t.Errorf("%d findings, none for all users", len(trial.findings))
	}
}
