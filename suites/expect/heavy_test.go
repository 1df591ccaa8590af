package expect_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// heavy lists what makes an answer costly to read, as members of data; each is about n bytes long.
func heavy(n int) map[string]string {
	var members, words, tokens strings.Builder
	for i := range n / 12 {
		fmt.Fprintf(&members, `"m%05d":1234,`, i)
		fmt.Fprintf(&words, "MDAwMDA%05d ", i)
	}
	for i := range n / 32 {
		fmt.Fprintf(&tokens, "eyJ%08d.eyJ%08d.signature ", i, i)
	}
	text := func(inside string) string { return `"text":"` + inside + `",` }
	return map[string]string{
		"members":          members.String(),
		"repeated members": strings.Repeat(`"m":12345678,`, n/13),
		"words":            text(words.String()),
		"tokens":           text(tokens.String()),
		"dots":             text(strings.Repeat("abcdefghij.", n/11)),
		"escapes":          text(strings.Repeat(`\u0041\\`, n/8)),
		"digits":           text(strings.Repeat("1", n)),
		"depth":            `"deep":` + strings.Repeat("[", min(n/2, 5000)) + strings.Repeat("]", min(n/2, 5000)) + ",",
		"space":            strings.Repeat("\n   ", n/4),
		"paths":            text(strings.Repeat("at /a/b x.y ", n/12)),
		"texts of JSON":    text(strings.Repeat(`{\"a\":`, n/7)),
	}
}

// heavyExchange is an exchange whose answer has more members of data.
func heavyExchange(more string) assay.Exchange {
	x := assay.Exchange{
		ID: "x-1", Endpoint: assay.Login, Requirement: "login.ok",
		Code:    &assay.Code{Kind: assay.Login, Code: "code-of-the-request-0001", AppID: "fc2183741419665349", UserID: "user-0001", Channel: "finclip", Phone: "13912345678"},
		Request: assay.Request{Method: http.MethodPost, URL: "https://api.example" + assay.Login.Path(), Header: http.Header{"Authorization": {"Bearer pat_0123456789abcdef"}}},
		Response: &assay.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
			Body: []byte(`{"error":"","errcode":"OK","data":{` + more + `"openId":"2279547539610117"}}`)},
	}
	x.Response.Keep()
	return x
}

// readers are the checks that read an answer from its beginning to its end.
func readers() map[string]func(assay.Exchange) {
	judge := func(m expect.Matcher) func(assay.Exchange) { return func(x assay.Exchange) { m.Judge(x) } }
	return map[string]func(assay.Exchange){
		"the envelope":    func(x assay.Exchange) { x.Response.Keep() },
		"NotShow":         judge(expect.NotShow("the phone", "13912345678")),
		"BeClean":         judge(expect.BeClean()),
		"GiveLeastData":   judge(expect.GiveLeastData(assay.Secret("pat_0123456789abcdef"))),
		"BeStrictJSON":    judge(expect.BeStrictJSON()),
		"CarryNoIdentity": judge(expect.CarryNoIdentity(expect.Known{}, nil)),
		"ShowNoOther":     judge(expect.ShowNoOther(expect.Secrets{})),
		"NotReflect":      judge(expect.NotReflect()),
		"NameOneUser": func(x assay.Exchange) {
			record := expect.RecordOf([]assay.Exchange{x}, "pat_0123456789abcdef")
			expect.NameOneUser(record, nil).Judge(x)
			record.NumbersOfOthers()
		},
	}
}

// TestHeavyAnswersTakeLinearSpace counts the memory that the checks take for an answer and for one of twice the length: a check
// that reads its answer again for every member or word takes four times as much.
func TestHeavyAnswersTakeLinearSpace(t *testing.T) {
	const n, most = 24 << 10, 3 // times as much
	long := heavy(2 * n)
	for kind, members := range heavy(n) {
		short, double := heavyExchange(members), heavyExchange(long[kind])
		for name, read := range readers() {
			read(short) // what is made once is made now
			const slack = 32 << 10
			bound := 64 * uint64(len(double.Response.Body))
			once := taken(read, short, 0)
			if twice := taken(read, double, min(bound, most*once+slack)); twice > most*once+slack {
				t.Errorf("%s of an answer with %s takes %d bytes, and %d for twice as many", name, kind, once, twice)
			} else if twice > bound {
				t.Errorf("%s of an answer with %s takes %d bytes, want %d at most", name, kind, twice, bound)
			}
		}
	}
}

// taken is the memory that a check takes, the least of some tries: of three, and of more while it is above most. The race detector
// takes pools' buffers away at random, and other goroutines allocate as well.
func taken(read func(assay.Exchange), x assay.Exchange, most uint64) uint64 {
	least := ^uint64(0)
	for try := range 30 {
		if try >= 3 && (most == 0 || least <= most) {
			break
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		read(x)
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}
