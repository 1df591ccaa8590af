package suites

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// A talker is a host app with undocumented callbacks.
type talker struct {
	script
	callbacks []assay.Callback
}

func (h *talker) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if request.Op != assay.OpLogin {
		return h.script.Ask(ctx, request)
	}
	return assay.HostReply{Callbacks: h.callbacks}, nil
}

// TestAFindingShowsNoCode: a finding redacts codes anywhere in a callback, and quotes no more callbacks than one can
// read.
func TestAFindingShowsNoCode(t *testing.T) {
	const code = "1drac2l7scWpTtetZtF4tA02llZegeLb"
	detail := func(text string) assay.Callback {
		return assay.Callback{Name: "success", Detail: json.RawMessage(text)}
	}
	for name, test := range map[string]struct {
		fired []assay.Callback
		want  string
	}{
		"inside":      {[]assay.Callback{detail(`{"data":{"authCode":"` + code + `"}}`)}, `"authCode":"~code-`},
		"as a token":  {[]assay.Callback{detail(`{"a":{"b":{"token":"` + code + `"}}}`)}, `"token":"~code-`},
		"of an error": {[]assay.Callback{detail(`{"data":{"code":"AUTH_DENIED"}}`)}, "AUTH_DENIED"},
		"long":        {[]assay.Callback{detail(`{"x":"` + strings.Repeat("x", 5000) + `"}`)}, "… (4"},
		"many":        {make([]assay.Callback, 5000), "4992 more"},
	} {
		h := &talker{script: script{answer: always(accepted)}, callbacks: test.fired}
		config := h.config(t)
		config.Host = h
		trial := attempt(t, begin(t, config), entry{once: true, body: func(t *Trial) {
			fired := t.login(assay.Injection{Platform: "android"})
			t.Check(false, "a code", t.describe(fired))
		}}, "host.login-code")
		actual := trial.findings[0].Actual
		if strings.Contains(actual, code) || !strings.Contains(actual, test.want) || len(actual) > 2000 {
			t.Errorf("%s: %.300s", name, actual)
		}
	}
}
