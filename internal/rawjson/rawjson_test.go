package rawjson

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// tokens describes the tokens of text, one word each: the kind, the text, and ! where it is bad, ~ where it is not plain.
func tokens(text string) []string {
	var all []string
	s := Scanner{Text: []byte(text)}
	for token := s.Next(); token.Kind != End; token = s.Next() {
		word := string(rune(token.Kind)) + text[token.Start:token.End]
		if token.Kind != String && token.Kind != Number && token.Kind != Word && token.Kind != Garbage {
			word = text[token.Start:token.End]
		}
		if token.Bad() {
			word += "!"
		}
		if !token.Plain() {
			word += "~"
		}
		all = append(all, word)
	}
	return all
}

func TestScanner(t *testing.T) {
	for text, want := range map[string][]string{
		"":                       nil,
		" \t\r\n":                nil,
		` { "a" : [1,-0, true]}`: {"{", `""a"`, ":", "[", "01", ",", "0-0", ",", "atrue", "]", "}"},
		`1.5 1e3 -0.1E-7 1e+0`:   {"01.5~", "01e3~", "0-0.1E-7~", "01e+0~"},
		`01 - 1. 1e .5 1x --1`:   {"001!~", "0-!~", "01.!~", "01e!~", "?.!", "05", "01x!~", "0--1!~"},
		`tru nulls _ Null`:       {"atru!", "anulls!", "a_!", "aNull!"},
		`"\"\\\/\b\u00e9" "\x"`:  {`""\"\\\/\b\u00e9"~`, `""\x"!~`},
		`"\u12" "\u12g4"`:        {`""\u12"!~`, `""\u12g4"!~`},
		"\"\n\" \"\x1f1234567\"": {"\"\"\n\"!~", "\"\"\x1f1234567\"!~"},
		`"open`:                  {`""open!`},
		`"a\`:                    {`""a\!~`},
		`"`:                      {`""!`},
		"\x00?é'":                {"?\x00!", "??!", "?\xc3!", "?\xa9!", "?'!"},
	} {
		if diff := cmp.Diff(want, tokens(text)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

// TestScannerFindsEveryQuote holds the reading of eight bytes at a time to that of one.
func TestScannerFindsEveryQuote(t *testing.T) {
	for length := range 40 {
		for _, c := range []string{`"`, "\x00", "\x1f", `\n`} {
			text := `"` + strings.Repeat("\xff", length) + c + `12345678901234567"`
			s := Scanner{Text: []byte(text)}
			token := s.Next()
			if plain := c == `"`; token.Plain() != plain || plain && token.End != length+2 || !plain && token.End != len(text) {
				t.Errorf("%q ends at %d, plain %v", text, token.End, token.Plain())
			}
		}
	}
}

// values describes what a reader finds in text.
func values(text string) (all []string, whole, alone bool) {
	r := NewReader([]byte(text))
	for r.Next() {
		all = append(all, fmt.Sprintf("%d %s=%s", r.Depth, r.Content(r.Name), text[r.Value.Start:r.Value.End]))
	}
	return all, r.Whole(), r.Alone()
}

func TestReader(t *testing.T) {
	for text, want := range map[string][]string{
		`{}`:                                  {"0 ={", "whole", "alone"},
		` [ ] `:                               {"0 =[", "whole", "alone"},
		`"a"`:                                 {`0 ="a"`, "whole", "alone"},
		`{"a":1,"b":{"c":[true,{}]},"d":""}x`: {"0 ={", "1 a=1", "1 b={", "2 c=[", "3 =true", "3 ={", `1 d=""`, "whole"},
		`[[1],2`:                              {"0 =[", "1 =[", "2 =1", "1 =2"},
		`{"a":1]`:                             {"0 ={", "1 a=1"},
		`{"a":1,}`:                            {"0 ={", "1 a=1"},
		`{,"a":1}`:                            {"0 ={"},
		`[1,,2]`:                              {"0 =[", "1 =1"},
		`[1 2]`:                               {"0 =[", "1 =1"},
		`{"a" 1}`:                             {"0 ={"},
		`{a:1}`:                               {"0 ={"},
		`{"\x":1}`:                            {"0 ={"},
		`{"a":01}`:                            {"0 ={"},
		`}`:                                   nil,
		``:                                    nil,
		`nul`:                                 nil,
	} {
		got, whole, alone := values(text)
		if whole {
			got = append(got, "whole")
		}
		if alone {
			got = append(got, "alone")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
		if whole := whole && alone; whole != json.Valid([]byte(text)) {
			t.Errorf("%q is valid: %v", text, whole)
		}
	}
}

// TestReaderAtEveryDepth nests objects and arrays in turn, past the words of bits that remember them.
func TestReaderAtEveryDepth(t *testing.T) {
	for _, depth := range []int{1, 63, 64, 65, 127, 128, 129, 1000, 100_000} {
		var text, closing strings.Builder
		for i := range depth {
			if i%3 == 0 {
				text.WriteString(`{"a":`)
				closing.WriteString("}")
			} else {
				text.WriteString("[")
				closing.WriteString("]")
			}
		}
		reversed := []byte(closing.String())
		for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
			reversed[i], reversed[j] = reversed[j], reversed[i]
		}
		whole := text.String() + "1" + string(reversed)
		r, deepest := NewReader([]byte(whole)), 0
		for r.Next() {
			deepest = max(deepest, r.Depth)
		}
		if !r.Alone() || deepest != depth {
			t.Errorf("%d levels: whole %v, deepest %d", depth, r.Alone(), deepest)
		}
		reversed[len(reversed)-1] ^= '}' ^ ']'
		r = NewReader([]byte(text.String() + "1" + string(reversed)))
		for r.Next() {
		}
		if r.Whole() {
			t.Errorf("%d levels: closed by the other bracket", depth)
		}
	}
}

func TestReaderAllocatesNothing(t *testing.T) {
	text := []byte(`{"a":[1,{"b":"\u0041"}],"c":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "}")
	if allocs := testing.AllocsPerRun(100, func() {
		r := NewReader(text)
		for r.Next() {
		}
		if !r.Alone() {
			t.Error("not whole")
		}
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                           `2 {}`,
		` { "a" : 1 , "b":[1 ] } x`:    `23 {"a":["1"],"b":["[1 ]"]}`,
		`{"a":1,"a":{},"\u0061":null}`: `28 {"a":["1","{}","null"]}`,
		`{"a":1 "b":2}`:                `0 {"a":["1 \"b\""]}`,
		`{"a":"1" "b":2}`:              `15 {"a":["\"1\""],"b":["2"]}`,
		`{"a":1,}`:                     `8 {"a":["1"]}`,
		`{"a":,"b":}`:                  `11 {"a":[""],"b":[""]}`,
		`{"a":[}],"b":1}`:              `0 {"a":["[}"]}`,
		`{"a":{"b":1`:                  `0 {"a":["{\"b\":1"]}`,
		`{"a":1,"b":[1`:                `0 {"a":["1"]}`,
		`{"a":1,"b":"x`:                `0 {"a":["1"]}`,
		`{"a":1,"b`:                    `0 {"a":["1"]}`,
		`{"a":1,b:2}`:                  `0 {"a":["1"]}`,
		"{\"a\nb\":1}":                 `9 {"a\nb":["1"]}`,
		`{"\x":1,"b":2}`:               `0 {}`,
		"{\"a\":\x00,":                 `0 {"a":["\u0000"]}`,
		`[1]`:                          `0 null`,
		``:                             `0 null`,
	} {
		members, length := Split([]byte(text), nil)
		var texts map[string][]string
		if members != nil {
			texts = map[string][]string{}
		}
		for name, raws := range members {
			for _, raw := range raws {
				texts[name] = append(texts[name], string(raw))
			}
		}
		shown, err := json.Marshal(texts)
		if got := fmt.Sprintf("%d %s", length, shown); err != nil || got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestDecode(t *testing.T) {
	for content, want := range map[string]string{"": "", "a": "a", `\u0041\n`: "A\n", `\x`: `\x`, `a\`: `a\`, `\ud800`: "\ufffd", "\xff": "\xff"} {
		if got := Decode([]byte(content)); got != want {
			t.Errorf("%q is %q, want %q", content, got, want)
		}
	}
	for raw, want := range map[string]string{`"a"`: "a", `"\u0041"`: "A", `1`: "", `"\x"`: "", "\"\xff\"": "", `"`: "", ``: ""} {
		if got, ok := Text([]byte(raw)); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", raw, got, ok)
		}
	}
}

// FuzzReadersAgree holds the readers to each other and to encoding/json: on whether a text is well-formed, on the values
// of an object's members, and, where the text breaks off, on those before the break.
func FuzzReadersAgree(f *testing.F) {
	for _, text := range []string{
		``, `null`, `{}`, ` {"a":1,"b":{"c":[true,"\u0041"]},"a":-0.5e7} `, `{"a":"}\"{","b":[[{}],1e999]}`, `{"a":1 "b":2}`,
		"{\"\\u0061\":\"\\ud800\",\"\xff\":\"\x00\"}", `{"a":{"b":`, `{"a":1,}`, `[{"a":01}]`, `{"":0,"":1}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const most = 10_000 // levels that encoding/json reads
		if strings.Count(text, "{")+strings.Count(text, "[") > most {
			return
		}
		strict := map[string][]string{} // of a member that is an object or array, the bracket
		r := NewReader([]byte(text))
		for r.Next() {
			if r.Depth == 1 && r.Name.Kind == String {
				name := Decode(r.Content(r.Name))
				strict[name] = append(strict[name], text[r.Value.Start:r.Value.End])
			}
		}
		if valid := json.Valid([]byte(text)); valid != r.Alone() {
			t.Fatalf("%q: valid %v, encoding/json says %v", text, r.Alone(), valid)
		}
		members, length := Split([]byte(text), nil)
		for name, values := range strict {
			checkValues(t, text, name, values, members[name], r.Whole())
		}
		var decoded map[string]json.RawMessage
		if !r.Alone() || !utf8.ValidString(text) || json.Unmarshal([]byte(text), &decoded) != nil {
			return
		}
		for name, want := range decoded {
			if values := members[name]; len(values) == 0 || string(values[len(values)-1]) != string(want) {
				t.Errorf("%q: member %q: %q, encoding/json says %q", text, name, values, want)
			}
		}
		if decoded != nil && (len(members) != len(decoded) || length != len(strings.TrimRight(text, " \t\r\n"))) {
			t.Errorf("%q: %d members in %d bytes, encoding/json says %d", text, len(members), length, len(decoded))
		}
	})
}

// checkValues compares the values that the strict reader found with those of the tolerant one, which may find more and
// longer ones where the text is malformed.
func checkValues(t *testing.T, text, name string, strict []string, tolerant []json.RawMessage, whole bool) {
	t.Helper()
	for i, value := range strict {
		switch open := value == "{" || value == "["; {
		case i >= len(tolerant):
			if whole || i+1 < len(strict) {
				t.Errorf("%q: member %q: strict %q, tolerant %q", text, name, strict, tolerant)
			}
		case !strings.HasPrefix(string(tolerant[i]), value), whole && !open && value != string(tolerant[i]):
			t.Errorf("%q: member %q: strict %q, tolerant %q", text, name, strict, tolerant)
		}
	}
}

// TestSplitInside compares the one pass with two, also where the text is malformed.
func TestSplitInside(t *testing.T) {
	for _, text := range []string{
		`{"data":{"a":1,"b":[2]},"c":3}`, `{"data":{"a":1},"data":{"a":2,"c":{}}}`, `{"data":{"a":1`, `{"data":{"a":1]},"c":3}`,
		`{"data":{"a" 1},"c":3}`, `{"data":{"a":[1}},"c":3}`, `{"data":[{"a":1}],"c":3}`, `{"data":7,"data":{"a":1}}`, `{"data":{}}`, `{"data"`,
		`{"data":{"a":"}"},"c":"{"}`, `{"c":{"data":{"a":1}}}`, `{"data":{"a":1}}}`, `{"data":{"a":{"data":{"a":2}}}}`, `["data"]`, ``,
	} {
		members, inside, length := SplitInside([]byte(text), "data", nil)
		wantMembers, wantLength := Split([]byte(text), nil)
		want := Members{}
		for _, raw := range wantMembers["data"] {
			fields, _ := Split(raw, nil)
			for name, values := range fields {
				want[name] = append(want[name], values...)
			}
		}
		if got := fmt.Sprintf("%q %q", inside, members); got != fmt.Sprintf("%q %q", want, wantMembers) || length != wantLength {
			t.Errorf("%s: %s in %d bytes, want %q %q in %d", text, got, length, want, wantMembers, wantLength)
		}
	}
}

// TestSplitKeepsWhatIsWanted checks that the members of an object with thousands are kept only where they are wanted.
func TestSplitKeepsWhatIsWanted(t *testing.T) {
	var text strings.Builder
	text.WriteString("{")
	for i := range 9000 {
		fmt.Fprintf(&text, `"m%d":%[1]d,`, i)
	}
	text.WriteString(`"openId":"o"}`)
	members, length := Split([]byte(text.String()), func(name []byte) bool { return string(name) == "openId" })
	if len(members) != MaxMembers+1 || string(members["openId"][0]) != `"o"` || length != text.Len() {
		t.Errorf("%d members with openId %q in %d bytes, want %d in %d", len(members), members["openId"], length, MaxMembers+1, text.Len())
	}
}
