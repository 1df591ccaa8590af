package suites

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
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

// TestASpoiltCodeIsNotTheTargetsFault: a code that the driver or the host app has changed, and that the target refuses, is no
// violation. A target that exchanges it may have issued it like that, and any other refusal is one.
func TestASpoiltCodeIsNotTheTargetsFault(t *testing.T) {
	for name, test := range map[string]struct {
		code   string
		answer string
		want   assay.Verdict
	}{
		"CR LF behind it":        {`abc\r\n`, denied, assay.Error},
		"CR LF inside it":        {`ab\r\nc`, denied, assay.Error},
		"NUL":                    {`ab\u0000c`, denied, assay.Error},
		"half of a pair":         {`ab\ud800c`, denied, assay.Error},
		"CR LF, and accepted":    {`ab\r\nc`, accepted, assay.Pass},
		"as it was issued":       {`abc=`, denied, assay.Fail},
		"a space inside, though": {`ab c`, denied, assay.Fail},
	} {
		h := &talker{script: script{answer: always(strings.ReplaceAll(test.answer, "CODE", "1"))}, callbacks: []assay.Callback{
			{Name: "success", Detail: json.RawMessage(`{"code":"` + test.code + `","appid":"fc1","apiserver":"https://a"}`)}}}
		config := h.config(t)
		config.Host, config.Target.Apps, config.Hello.Ops = h, []string{"fc1"}, []assay.Op{assay.OpLogin}
		trial := attempt(t, begin(t, config), entry{once: true, body: appID}, "host.appid")
		if got := trial.verdict(); got != test.want {
			t.Errorf("%s: %s, want %s; %+v %q", name, got, test.want, trial.findings, trial.reasons)
		}
		if text := strings.Join(phrase.Strings(trial.reasons), "; "); test.want == assay.Error && !strings.Contains(text, "the driver passed on a code") {
			t.Errorf("%s: reasons %q", name, text)
		}
	}
}
