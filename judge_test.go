package assay

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answered returns an exchange with endpoint whose answer has the status and the body.
func answered(endpoint Endpoint, status int, body string) Exchange {
	return Exchange{Endpoint: endpoint, Response: &Response{Status: status, Body: []byte(body)}}
}

// signedIn returns an envelope with errcode OK and the endpoint's identity, which is raw JSON.
func signedIn(endpoint Endpoint, identity string) string {
	return fmt.Sprintf(`{"error":"","errcode":"OK","data":{%q:%s},"traceid":"t"}`, endpoint.Identity(), identity)
}

// inEndpoint replaces login's identity member in a body with the endpoint's.
func inEndpoint(endpoint Endpoint, text string) string {
	return strings.ReplaceAll(text, "openId", endpoint.Identity())
}

func forEndpoints(t *testing.T, test func(t *testing.T, endpoint Endpoint)) {
	t.Helper()
	for _, endpoint := range Endpoints() {
		t.Run(string(endpoint), func(t *testing.T) { test(t, endpoint) })
	}
}

func TestJudgeAcceptsTheGuidesSamples(t *testing.T) {
	want := map[Endpoint]string{Login: "2279547539610117", Phone: "13333333333"}
	forEndpoints(t, func(t *testing.T, endpoint Endpoint) {
		sample, err := os.ReadFile(filepath.Join("testdata", "documented_"+string(endpoint)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		got := Judge(answered(endpoint, 200, string(sample)))
		if diff := cmp.Diff(Outcome{Result: Accepted, Identity: want[endpoint]}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestJudgeRejectsTheOtherEndpointsIdentity(t *testing.T) {
	for _, pair := range [][2]Endpoint{{Login, Phone}, {Phone, Login}} {
		got := Judge(answered(pair[0], 200, signedIn(pair[1], `"x"`)))
		if got.Result != Fault {
			t.Errorf("%s with the identity of %s: %v, want fault", pair[0], pair[1], got)
		}
	}
}

// A client that signs users in by another member than the identity is signed in by a refusal that has it.
func TestJudgeSeesEveryMemberThatIdentifies(t *testing.T) {
	forEndpoints(t, func(t *testing.T, endpoint Endpoint) {
		for _, name := range IdentityMembers() {
			for value, want := range map[string]Result{`"x"`: Fault, `7`: Fault, `""`: Refused, `null`: Refused, `0`: Refused, `{}`: Refused, `false`: Refused} {
				for _, status := range []int{200, 403, 503} {
					got := Judge(answered(endpoint, status, fmt.Sprintf(`{"errcode":"USED","data":{%q:%s}}`, name, value)))
					if own := name == endpoint.Identity() && value != `""` && value != "null"; own || want == Fault {
						if got.Result != Fault {
							t.Errorf("%s %s with status %d: %v, want fault", name, value, status, got)
						}
					} else if (got.Result == Refused) != (status != 503) || got.Result == Fault {
						t.Errorf("%s %s with status %d: %v", name, value, status, got)
					}
				}
			}
		}
	})
}

// TestJudgeBodies judges bodies with status 200. openId stands for the endpoint's identity.
func TestJudgeBodies(t *testing.T) {
	bodies := map[Result]map[string]string{Accepted: acceptedBodies(), Refused: refusedBodies(), Fault: faultyBodies()}
	forEndpoints(t, func(t *testing.T, endpoint Endpoint) {
		for want, named := range bodies {
			for name, text := range named {
				got := Judge(answered(endpoint, 200, inEndpoint(endpoint, text)))
				if got.Result != want {
					t.Errorf("%s: %+v, want %v", name, got, want)
				}
				if want == Accepted && got.Identity != "u" {
					t.Errorf("%s: identity %q, want u", name, got.Identity)
				}
				checkOutcome(t, got)
			}
		}
	})
}

const plainBody = `{"errcode":"OK","data":{"openId":"u"}}`

func acceptedBodies() map[string]string {
	return map[string]string{
		"plain":                     plainBody,
		"surrounding space":         " \t\r\n" + strings.ReplaceAll(plainBody, ":", " :\n ") + "\n",
		"byte order mark":           "\xef\xbb\xbf" + plainBody,
		"an object after it":        plainBody + `{"errcode":"NO"}`,
		"other data after it":       plainBody + "\x00<html>",
		"escaped OK":                `{"errcode":"\u004f\u004B","data":{"openId":"u"}}`,
		"escaped names":             `{"err\u0063ode":"OK","d\u0061ta":{"openId":"u"}}`,
		"escaped identity":          `{"errcode":"OK","data":{"openId":"\u0075"}}`,
		"errcode OK first":          `{"errcode":"OK","errcode":"NO","data":{"openId":"u"}}`,
		"errcode OK last":           `{"errcode":"NO","errcode":"OK","data":{"openId":"u"}}`,
		"empty identity first":      `{"errcode":"OK","data":{"openId":"","openId":"u"}}`,
		"empty identity last":       `{"errcode":"OK","data":{"openId":"u","openId":null}}`,
		"one identity twice":        `{"errcode":"OK","data":{"openId":"u","openId":"\u0075"}}`,
		"data twice, full first":    `{"errcode":"OK","data":{"openId":"u"},"data":{}}`,
		"data twice, full last":     `{"errcode":"OK","data":null,"data":[],"data":{"openId":"u"}}`,
		"numbers beyond float64":    `{"n":1e999999,"errcode":"OK","data":{"m":-123456789012345678901234567890,"openId":"u"}}`,
		"brackets in strings":       `{"error":"}]\"{[\\","errcode":"OK","data":{"x":"}","openId":"u"}}`,
		"values of every kind":      `{"a":[],"b":{},"c":true,"d":null,"e":[{"errcode":"NO"}],"errcode":"OK","data":{"openId":"u"}}`,
		"the names in other places": `{"x":{"errcode":"NO"},"errcode":"OK","data":{"x":{"openId":5},"openId":"u"}}`,
		"nesting within the limit":  `{"errcode":"OK","data":{"openId":"u"},"x":` + nested(9000) + `}`,
	}
}

func refusedBodies() map[string]string {
	return map[string]string{
		"empty":                   ``,
		"space":                   "\n ",
		"null":                    `null`,
		"true":                    `true`,
		"a string":                `"OK"`,
		"a number":                `200`,
		"an array":                `[` + plainBody + `]`,
		"two byte order marks":    "\xef\xbb\xbf\xef\xbb\xbf" + plainBody,
		"UTF-16":                  "\xfe\xff\x00{\x00}",
		"a page":                  `<html>{"errcode":"OK","data":{"openId":"u"}}</html>`,
		"an empty object":         `{}`,
		"an open object":          `{`,
		"no identity":             `{"errcode":"NO","data":{}}`,
		"no data":                 `{"errcode":"NO"}`,
		"null data":               `{"errcode":"NO","data":null}`,
		"null identity":           `{"errcode":"NO","data":{"openId":null}}`,
		"empty identity":          `{"errcode":"NO","data":{"openId":""}}`,
		"no errcode":              `{"data":{}}`,
		"numeric errcode":         `{"errcode":0,"data":{}}`,
		"identity outside data":   `{"errcode":"NO","openId":"u"}`,
		"identity in another":     `{"errcode":"NO","Data":{"openId":"u"}}`,
		"nested one level deeper": `{"response":` + plainBody + `}`,
		"identity name, no value": `{"errcode":"NO","data":{"openId":`,
		"identity cut off":        `{"errcode":"NO","data":{"openId":"u`,
		"only nesting":            nested(100_000),
	}
}

func faultyBodies() map[string]string {
	return map[string]string{
		"OK without data":             `{"errcode":"OK"}`,
		"OK with null data":           `{"errcode":"OK","data":null}`,
		"OK with empty data":          `{"errcode":"OK","data":{}}`,
		"OK, identity null":           `{"errcode":"OK","data":{"openId":null}}`,
		"OK, identity empty":          `{"errcode":"OK","data":{"openId":""}}`,
		"OK, identity outside data":   `{"errcode":"OK","openId":"u"}`,
		"OK, data an array":           `{"errcode":"OK","data":[{"openId":"u"}]}`,
		"OK, data a string":           `{"errcode":"OK","data":"{\"openId\":\"u\"}"}`,
		"OK, upper-case identity":     `{"errcode":"OK","data":{"OPENID":"u","Phone":"u"}}`,
		"OK, once, without identity":  `{"errcode":"OK","errcode":"NO"}`,
		"numeric identity":            `{"errcode":"OK","data":{"openId":5}}`,
		"boolean identity":            `{"errcode":"OK","data":{"openId":false}}`,
		"object identity":             `{"errcode":"OK","data":{"openId":{}}}`,
		"array identity":              `{"errcode":"OK","data":{"openId":["u"]}}`,
		"numeric identity, not OK":    `{"errcode":"NO","data":{"openId":0}}`,
		"ok":                          `{"errcode":"ok","data":{"openId":"u"}}`,
		"Ok":                          `{"errcode":"Ok","data":{"openId":"u"}}`,
		" OK":                         `{"errcode":" OK","data":{"openId":"u"}}`,
		"OK and a NUL":                `{"errcode":"OK\u0000","data":{"openId":"u"}}`,
		"OK in an array":              `{"errcode":["OK"],"data":{"openId":"u"}}`,
		"errcode a number":            `{"errcode":0,"data":{"openId":"u"}}`,
		"errcode null":                `{"errcode":null,"data":{"openId":"u"}}`,
		"errcode missing":             `{"data":{"openId":"u"}}`,
		"upper-case errcode":          `{"ErrCode":"OK","data":{"openId":"u"}}`,
		"two identities":              `{"errcode":"OK","data":{"openId":"u","openId":"v"}}`,
		"two identities in two datas": `{"errcode":"OK","data":{"openId":"u"},"data":{"openId":"v"}}`,
		"an identity and a number":    `{"errcode":"OK","data":{"openId":"u","openId":7}}`,
		"identity not UTF-8":          "{\"errcode\":\"OK\",\"data\":{\"openId\":\"\xff\"}}",
		"a brace missing":             `{"errcode":"OK","data":{"openId":"u"}`,
		"both braces missing":         `{"errcode":"OK","data":{"openId":"u"`,
		"cut off after it":            `{"errcode":"OK","data":{"openId":"u","unionId":"12`,
		"cut off after OK":            `{"errcode":"OK","data":{"open`,
		"identity before, cut off":    `{"data":{"openId":"u"},"errcode":"NO`,
		"an extra comma":              `{"errcode":"OK","data":{"openId":"u"},}`,
		"a comma missing":             `{"errcode":"OK" "data":{"openId":"u"}}`,
		"a bad word":                  `{"errcode":"OK","data":{"openId":"u"},"x":undefined}`,
		"a bad escape":                `{"errcode":"OK","data":{"openId":"u","x":"\q"}}`,
		"a raw newline in a string":   "{\"errcode\":\"OK\",\"data\":{\"openId\":\"u\",\"x\":\"\n\"}}",
		"nesting beyond the limit":    `{"x":` + nested(100_000) + `,"errcode":"OK","data":{"openId":"u"}}`,
		"endless nesting":             `{"errcode":"OK","data":{"openId":"u","x":` + strings.Repeat("[", 100_000),
	}
}

func nested(depth int) string {
	return strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth)
}

// checkOutcome checks what is true of every outcome.
func checkOutcome(t *testing.T, got Outcome) {
	t.Helper()
	if (got.Result == Accepted) != (got.Identity != "") {
		t.Errorf("%+v: an identity without acceptance, or the reverse", got)
	}
	if (got.Result == Fault || got.Result == Inconclusive) != (got.Explain() != "") {
		t.Errorf("%+v: only Fault and Inconclusive have a reason", got)
	}
}

func TestJudgeStatuses(t *testing.T) {
	type results struct{ identified, ok, refusing, empty Result }
	all := func(r Result) results { return results{r, r, r, r} }
	overloaded := results{Fault, Inconclusive, Inconclusive, Inconclusive}
	tests := map[int]results{
		0: all(Fault), 100: all(Fault), 101: all(Fault), 199: all(Fault),
		200: {Accepted, Fault, Refused, Refused}, 201: {Accepted, Fault, Refused, Refused},
		204: {Accepted, Fault, Refused, Refused}, 299: {Accepted, Fault, Refused, Refused},
		301: all(Fault), 302: all(Fault), 304: all(Fault), 307: all(Fault),
		400: {Fault, Fault, Refused, Refused}, 401: {Fault, Fault, Refused, Refused}, 403: {Fault, Fault, Refused, Refused},
		404: {Fault, Fault, Refused, Refused}, 408: {Fault, Fault, Refused, Refused}, 499: {Fault, Fault, Refused, Refused},
		429: overloaded, 503: overloaded,
		500: all(Fault), 501: all(Fault), 502: all(Fault), 504: all(Fault), 599: all(Fault), 999: all(Fault), -200: all(Fault),
	}
	forEndpoints(t, func(t *testing.T, endpoint Endpoint) {
		for status, want := range tests {
			judged := func(text string) Result {
				got := Judge(answered(endpoint, status, text))
				checkOutcome(t, got)
				return got.Result
			}
			got := results{
				identified: judged(signedIn(endpoint, `"u"`)),
				ok:         judged(`{"errcode":"OK"}`),
				refusing:   judged(`{"errcode":"NO"}`),
				empty:      judged(""),
			}
			if got != want {
				t.Errorf("status %d: %+v, want %+v", status, got, want)
			}
		}
	})
}

func TestJudgeFailures(t *testing.T) {
	reset := Failure{Kind: BrokenOff, Text: "connection reset"}
	forEndpoints(t, func(t *testing.T, endpoint Endpoint) {
		broken := func(status int, text string) Exchange {
			x := answered(endpoint, status, text)
			x.Failure = reset
			return x
		}
		tests := map[string]struct {
			exchange Exchange
			want     Outcome
		}{
			"no answer":       {Exchange{Endpoint: endpoint}, Outcome{Reason: "no answer"}},
			"a reset":         {Exchange{Endpoint: endpoint, Failure: reset}, Outcome{Failure: reset}},
			"within the body": {broken(200, `{"errcode":"OK","data":{"un`), Outcome{Failure: reset}},
			"after a refusal": {broken(400, `{"errcode":"NO"}`), Outcome{Failure: reset}},
			"after a 500":     {broken(500, ``), Outcome{Failure: reset}},
			"after a 503":     {broken(503, ``), Outcome{Failure: reset}},
			"within the identity": {
				broken(200, inEndpoint(endpoint, `{"errcode":"OK","data":{"openId":"u`)), Outcome{Failure: reset},
			},
			"after the identity": {
				broken(200, inEndpoint(endpoint, `{"errcode":"OK","data":{"openId":"u"`)),
				Outcome{Result: Fault, Reason: endpoint.Identity() + " in an answer that broke off", Failure: reset},
			},
			"after all of it": {
				broken(429, signedIn(endpoint, `"u"`)),
				Outcome{Result: Fault, Reason: endpoint.Identity() + " in an answer that broke off", Failure: reset},
			},
		}
		for name, test := range tests {
			if diff := cmp.Diff(test.want, Judge(test.exchange)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	})
}

func TestJudgeTruncated(t *testing.T) {
	tests := []struct {
		status int
		text   string
		want   Result
	}{
		{200, `{"errcode":"OK","data":{"openId":"u"}}`, Accepted}, // the missing part follows the object
		{200, `{"errcode":"OK","data":{"openId":"u","x":"`, Fault},
		{200, `{"errcode":"NO","x":"`, Fault},
		{400, `{"errcode":"NO","x":"`, Fault},
		{429, `{"errcode":"NO","x":"`, Inconclusive},
		{429, `{"errcode":"NO","data":{"openId":"u"},"x":"`, Fault},
		{500, ``, Fault},
	}
	for _, test := range tests {
		x := answered(Login, test.status, test.text)
		x.Response.Truncated = true
		got := Judge(x)
		checkOutcome(t, got)
		if got.Result != test.want {
			t.Errorf("%d %s: %+v, want %v", test.status, test.text, got, test.want)
		}
	}
}

func TestResultString(t *testing.T) {
	want := map[Result]string{Inconclusive: "inconclusive", Accepted: "accepted", Refused: "refused", Fault: "fault", 99: "inconclusive"}
	for result, text := range want {
		if got := result.String(); got != text {
			t.Errorf("Result(%d) is %q, want %q", result, got, text)
		}
	}
}
