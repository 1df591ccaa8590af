package secrets

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// TestTokensAreToldApartByTheirHeads: tokens of one platform begin alike and may have thousands of lengths. A search that tried
// all of them at every word that begins like a token would take minutes of a run.
func TestTokensAreToldApartByTheirHeads(t *testing.T) {
	const tokens, header = 2000, "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9."
	x := New()
	all := make([]string, tokens)
	for i := range all {
		payload := fmt.Appendf(nil, `{"sub":"user-%08d","pad":"%s"}`, i, strings.Repeat("p", 60+3*i))
		all[i] = header + base64.RawURLEncoding.EncodeToString(payload) + ".signature"
		x.Add(KindToken, all[i], fmt.Sprint("~token-", i, "~"))
	}
	place := x.places[keyAt([]byte(header), 0)]
	if len(place.lengths) > 0 {
		t.Errorf("%d lengths are tried at every word that begins like a token", len(place.lengths))
	}
	for head, lengths := range place.heads {
		if len(lengths) > 1 {
			t.Errorf("%d lengths are tried for the head %s", len(lengths), head)
		}
	}
	for _, i := range []int{0, 1, tokens - 1} {
		found := x.Find([]byte("before "+all[i]+" after"), Anywhere, nil)
		if len(found) != 1 || found[0].Token != fmt.Sprint("~token-", i, "~") {
			t.Errorf("token %d: %v", i, found)
		}
	}
}

// TestEscapesAreReadOnce checks that the escapes of a long string with many spans are read on from the span before, with the same
// result as from its beginning.
func TestEscapesAreReadOnce(t *testing.T) {
	text := []byte(`"` + strings.Repeat(`ab\u0041\\cd\n`, 500) + `"`)
	in := literal{start: 1, end: len(text) - 1}
	kept := lex(append([]byte("["), text...), Anywhere)
	kept.text = text
	for start := in.start; start+5 < in.end; start += 3 {
		fresh := lex(append([]byte("["), text...), Anywhere)
		fresh.text = text
		wantStart, wantEnd := fresh.wholeEscapes(start, start+5, in)
		gotStart, gotEnd := kept.wholeEscapes(start, start+5, in)
		if gotStart != wantStart || gotEnd != wantEnd {
			t.Fatalf("at %d: %d to %d, want %d to %d", start, gotStart, gotEnd, wantStart, wantEnd)
		}
		if behind := start - kept.escapes.at; behind > len(`\u0041`) {
			t.Fatalf("at %d the escapes are read again from %d bytes before", start, behind)
		}
	}
}

// TestQuotedMembers finds the values of members in what is not JSON from its start.
func TestQuotedMembers(t *testing.T) {
	for text, want := range map[string]string{
		`x "phone": "139"`:                         "139",
		`x 'phone' : '139'`:                        "139",
		`x "phone":13912345678,`:                   "13912345678",
		`x "PHONE":"1\"39"`:                        `1\"39`,
		`x "phone":"139`:                           "139",
		`x "phone":"a\`:                            `a\`,
		`x "phone":""`:                             "",
		`x "phone":null`:                           "",
		`x "phone"`:                                "",
		`x "phone" 139`:                            "",
		`x "phones":"139"`:                         "",
		`x "telephone":"139"`:                      "",
		`x "say "accessToken":"tok"`:               "tok",
		`x "access_token" : "tok" "phone":"139"`:   "tok 139",
		`x "code":"c-1"`:                           "c-1",
		`x "` + strings.Repeat("n", 100) + `":"1"`: "",
	} {
		var found [][]byte
		for _, s := range quotedMembers([]byte(text), InRequest) {
			found = append(found, []byte(s.value))
		}
		if got := string(bytes.Join(found, []byte(" "))); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if found := quotedMembers([]byte(`x "code":"c-1"`), InResponse); len(found) != 0 {
		t.Errorf("a code in a response: %v", found)
	}
}

// TestCover answers for ranges in their order.
func TestCover(t *testing.T) {
	spans := coverage([]span{{start: 30, end: 40}, {start: 0, end: 10}, {start: 5, end: 20}})
	for _, test := range []struct {
		start, end int
		want       bool
	}{{0, 10, true}, {2, 15, false}, {6, 20, true}, {8, 21, false}, {21, 25, false}, {30, 40, true}, {39, 41, false}} {
		if got := spans.covers(test.start, test.end); got != test.want {
			t.Errorf("%d to %d covered: %v", test.start, test.end, got)
		}
	}
}
