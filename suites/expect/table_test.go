package expect_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// answer is an exchange of a login code with the given status and body.
func answer(status int, body string) assay.Exchange {
	return assay.Exchange{
		ID: "x-1", Endpoint: assay.Login,
		Code: &assay.Code{Kind: assay.Login, Code: "1drac2l7+WpTtetZ/F4=", AppID: "fc1", UserID: "u-1", Channel: "finclip", Phone: "13312345678"},
		Request: assay.Request{Method: "POST", URL: "https://api.example/login",
			Header: http.Header{"Authorization": {"Bearer pat_0123456789abcdef"}}},
		Response: &assay.Response{Status: status, Proto: "HTTP/1.1", Body: []byte(body), Header: http.Header{"Content-Type": {"application/json"}}},
	}
}

func signIn(body string) assay.Exchange  { return answer(200, body) }
func refusal(body string) assay.Exchange { return answer(401, body) }

func onPhone(x assay.Exchange) assay.Exchange {
	x.Endpoint = assay.Phone
	return x
}

func failed(x assay.Exchange, kind assay.FailureKind) assay.Exchange {
	x.Failure.Kind = kind
	return x
}

func silent(kind assay.FailureKind) assay.Exchange {
	x := failed(answer(0, ""), kind)
	x.Response = nil
	return x
}

func header(x assay.Exchange, name, value string) assay.Exchange {
	x.Response.Header = http.Header{name: {value}}
	return x
}

const (
	okLogin = `{"error":"","errcode":"OK","data":{"channel":"finclip","openId":"o-1","unionId":"un-1"},"traceid":"t"}`
	okPhone = `{"error":"","errcode":"OK","data":{"phone":"13312345678"}}`
	refused = `{"error":"个人访问令牌无效","errcode":"PAT_INVALID","traceid":"4fccb7b175cc401690235e4a400bb363"}`
)

// A claim is one matcher with exchanges that match and exchanges that do not.
type claim struct {
	matcher expect.Matcher
	holds   map[string]assay.Exchange
	fails   map[string]assay.Exchange
}

func check(t *testing.T, claims map[string]claim) {
	t.Helper()
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			for situation, x := range claim.holds {
				if actual, ok := claim.matcher.Judge(x); !ok {
					t.Errorf("%s: does not hold: %s", situation, actual)
				}
			}
			for situation, x := range claim.fails {
				actual, ok := claim.matcher.Judge(x)
				if ok {
					t.Errorf("%s: holds", situation)
				} else if actual == "" || len(actual) > 400 {
					t.Errorf("%s: does not hold, and says %q", situation, actual)
				}
			}
			if claim.matcher.Expected == "" {
				t.Error("does not say what it expects")
			}
		})
	}
}

// hostile are answers that no matcher may fail on.
func hostile() map[string]assay.Exchange {
	return map[string]assay.Exchange{
		"nothing":           silent(assay.TimedOut),
		"nothing, unsaid":   silent(assay.NoFailure),
		"no code":           {Endpoint: assay.Login, Response: &assay.Response{Status: 200, Body: []byte(okLogin)}},
		"no endpoint":       {Response: &assay.Response{Status: 200, Body: []byte(okLogin)}},
		"an empty body":     signIn(""),
		"invalid UTF-8":     signIn("{\"errcode\":\"O\xffK\",\"data\":{\"openId\":\"\xfe\xff\"}}"),
		"duplicates":        signIn(`{"errcode":"X","errcode":"OK","data":{"openId":"a","openId":"b"},"data":{"openId":"c"}}`),
		"a byte order mark": signIn("\ufeff" + okLogin),
		"HTML":              answer(502, "<html><body>Bad Gateway</body></html>"),
		"null":              signIn("null"),
		"a number":          signIn("12"),
		"closing brackets":  signIn("}}]]"),
		"half":              signIn(`{"errcode":"OK","data":{"openId":"o`),
		"a lone surrogate":  signIn(`{"errcode":"\ud800","error":"\ud800\u0000","data":{"openId":"\udfff"}}`),
	}
}

// huge are answers that no matcher may take long for.
func huge() map[string]assay.Exchange {
	return map[string]assay.Exchange{
		"deep arrays":     signIn(strings.Repeat("[", 20_000)),
		"deep objects":    signIn(strings.Repeat(`{"data":`, 20_000) + "1" + strings.Repeat("}", 20_000)),
		"deep in a phone": refusal(`{"phone":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}"),
		"a mebibyte":      signIn(`{"errcode":"OK","data":{"openId":"` + strings.Repeat("x", 1<<20) + `"}}`),
		"dots":            refusal(strings.Repeat(".", 1<<14)),
		"at":              refusal(strings.Repeat("at a.b(", 1<<11)),
	}
}

func matchers() map[string]expect.Matcher {
	return map[string]expect.Matcher{
		"BeAccepted": expect.BeAccepted(), "BeRefused": expect.BeRefused(), "BeRefusedOrCutOff": expect.BeRefusedOrCutOff(),
		"GiveNoIdentity": expect.GiveNoIdentity(), "NotBeServerError": expect.NotBeServerError(), "NotRedirect": expect.NotRedirect(),
		"NotAdmit": expect.NotAdmit("https://a.example"), "GiveAnAnswer": expect.GiveAnAnswer(),
		"NotBeExchanged": expect.NotBeExchanged(), "HaveStatus": expect.HaveStatus(401), "HaveHeader": expect.HaveHeader("Allow"),
		"AnswerOK": expect.AnswerOK(), "GiveString": expect.GiveString("openId"), "GiveStringOrNothing": expect.GiveStringOrNothing("unionId"),
		"SayOK": expect.SayOK(), "NotSayOK": expect.NotSayOK(), "NotSayOKWithErrorStatus": expect.NotSayOKWithErrorStatus(),
		"CarryErrcode": expect.CarryErrcode(), "CarryError": expect.CarryError(), "CarryNoIdentity": expect.CarryNoIdentity(nil, nil),
		"BeEnvelope": expect.BeEnvelope(), "BeStrictJSON": expect.BeStrictJSON(), "BeLabelledJSON": expect.BeLabelledJSON(),
		"ForbidStoring": expect.ForbidStoring(), "TravelOverTLS": expect.TravelOverTLS(), "NotFailUnderLoad": expect.NotFailUnderLoad(),
		"BeExchanged": expect.BeExchanged(), "SignIn": expect.SignIn("o-1"), "NotSignInOther": expect.NotSignInOther("o-1"),
		"NotSignInAnother": expect.NotSignInAnother(signIn(okLogin), nil),
		"GiveChannel":      expect.GiveChannel(), "GivePhone": expect.GivePhone(assay.PhoneMasked), "NotShow": expect.NotShow("it", "13312345678"),
		"BeClean": expect.BeClean(), "AcceptAtMostOne": expect.AcceptAtMostOne(), "GiveOneIdentity": expect.GiveOneIdentity(),
		"GiveDistinctIdentities": expect.GiveDistinctIdentities(), "GiveOneChannel": expect.GiveOneChannel(),
		"SignInEach": expect.SignInEach(map[string]string{"x-1": "o-1"}),
	}
}

// TestHostileBodies: no matcher panics, hangs or says more than a few lines, whatever the answer is.
func TestHostileBodies(t *testing.T) {
	answers := hostile()
	maps.Copy(answers, huge())
	for name, matcher := range matchers() {
		for situation, x := range answers {
			if actual, _ := matcher.Judge(x); len(actual) > 800 {
				t.Errorf("%s of %s says %d bytes", name, situation, len(actual))
			}
		}
		if actual, ok := matcher.Judge(); !ok {
			t.Errorf("%s of no exchange at all: %s", name, actual)
		}
	}
}

// TestUnanswered: without an answer, only those matchers hold that allow for a missing one.
func TestUnanswered(t *testing.T) {
	excused := map[string]bool{"GiveNoIdentity": true, "NotFailUnderLoad": true, "NotSignInOther": true, "NotSignInAnother": true, "GiveStringOrNothing": true,
		"NotShow": true, "AcceptAtMostOne": true, "GiveOneIdentity": true, "GiveDistinctIdentities": true, "GiveOneChannel": true}
	for name, matcher := range matchers() {
		if _, ok := matcher.Judge(silent(assay.TimedOut)); ok != excused[name] {
			t.Errorf("%s without an answer: %v", name, ok)
		}
	}
}
