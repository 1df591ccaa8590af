package phrase

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// samples are phrases of every kind of argument.
func samples() map[string]Phrase {
	return map[string]Phrase{
		"the target names no driver; see docs/driver.md":  Say(NoDriver),
		"10 violated: z.a, z.b and 8 more":                Say(Violated, 10, []Phrase{Plain("z.a"), Plain("z.b"), Say(More, 8)}),
		"1 waived: a.must":                                Say(Waived, 1, []string{"a.must"}),
		"1 exchange gave somebody else's identity":        Say(WrongIdentity, 1),
		"2 exchanges gave somebody else's identity":       Say(WrongIdentity, int64(2)),
		"not tried: more than 128 KiB, the last at x-7":   Say(UntriedCutShort, Say(SilentLast, Say(Oversized, 128), "x-7")),
		"refused: <b>\"\u202e & %s %!d(x) 男":              Say(GrayRefused, "<b>\"\u202e & %s %!d(x) 男"),
		"no one; the target declares no jwks; such words": Join(Phrase{}, Join(Plain("no one"), Say(DeclarationMissing, "jwks")), Plain("such words")),
		"exchanges were sent 5ms late at p99, 7 of them because all 8 workers were busy: raise --in-flight, or lower the rate": Say(LateCrowded, "5ms", fmt.Stringer(percentile("p99")), 7, 8),
		"their own words": Plain("their own words"),
		"":                {},
	}
}

type percentile string

func (p percentile) String() string { return string(p) }

func TestEnglish(t *testing.T) {
	for want, p := range samples() {
		if got := p.String(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// file is a file as reports have it.
type file struct {
	Text Phrase   `json:"text"`
	Key  *Keyed   `json:"key,omitempty"`
	All  []Phrase `json:"all"`
	Keys []*Keyed `json:"keys,omitempty"`
}

// TestAPhraseComesBack: what is written and read says the same in any language, and is the same value.
func TestAPhraseComesBack(t *testing.T) {
	for want, p := range samples() {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetIndent("", "  ")
		all := []Phrase{Plain("first"), p}
		if err := encoder.Encode(file{p, p.Keyed(), all, KeyedList(all)}); err != nil {
			t.Fatal(err)
		}
		var got file
		if err := json.Unmarshal(text.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got.Text.Key() != "" || got.Text.String() != want {
			t.Errorf("the file has %q for %q", got.Text, want)
		}
		if restored := got.Text.Restore(got.Key); restored != p {
			t.Errorf("%q came back as %q", p, restored)
		}
		if restored := RestoreList(got.All, got.Keys); !slices.Equal(restored, all) {
			t.Errorf("%q came back as %q", all, restored)
		}
	}
}

// TestStrangersKeysAreIgnored: a key of another version, or one with other arguments, leaves the text as it is.
func TestStrangersKeysAreIgnored(t *testing.T) {
	deep := strings.Repeat(`{"key":"untried.cut-short","args":[`, 20) + `"x"` + strings.Repeat("]}", 20)
	for _, keyed := range []string{
		"null", `{}`, `{"key":"no.such","args":[]}`, `{"key":"waived"}`, `{"key":"waived","args":["a","b"]}`,
		`{"key":"waived","args":["a","b",3]}`, `{"key":"reason.more","args":["8"]}`, `{"key":"reason.more","args":[1.5]}`,
		`{"key":"reason.more","args":{}}`, `{"key":"reason.more","args":[99999999999999999999]}`, `{"key":"joined","args":[]}`,
		`{"key":"reason.driver-gone","args":[{"key":"no.such","args":[]}]}`, `{"key":"reason.driver-gone","args":[true]}`,
		`{"key":"reason.driver-gone","args":[["a",["b",null]]]}`, deep,
	} {
		var key *Keyed
		if err := json.Unmarshal([]byte(keyed), &key); err != nil {
			t.Fatalf("%s: %v", keyed, err)
		}
		if got := Plain("its text").Restore(key); got != Plain("its text") {
			t.Errorf("%s: %q", keyed, got)
		}
	}
	one := Say(NoDriver).Keyed()
	if got := RestoreList([]Phrase{Plain("a"), Plain("b")}, []*Keyed{one}); !slices.Equal(got, []Phrase{Plain("a"), Plain("b")}) {
		t.Errorf("%q", got)
	}
	if got := (Phrase{}).Restore(one); !got.IsZero() {
		t.Errorf("%q for no text", got)
	}
}

func TestOnlyATextIsAPhrase(t *testing.T) {
	for text, want := range map[string]string{`{"a":1}`: "object", `[1]`: "array", `true`: "bool", `1.5`: "number"} {
		var p Phrase
		err := json.Unmarshal([]byte(text), &p)
		wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
		if !ok || wrong.Value != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	p := Plain("before")
	if err := json.Unmarshal([]byte("null"), &p); err != nil || p != Plain("before") {
		t.Errorf("null: %q, %v", p, err)
	}
}

func TestMapReachesEveryText(t *testing.T) {
	hide := func(s string) string { return strings.ReplaceAll(s, "secret", "~") }
	for want, p := range map[string]Phrase{
		"~": Plain("secret"),
		"cannot reach ~: ~; is ~ the right one, and does it have the Mini-Program Unified Authentication scope?": Say(NotReached, "secret", "secret", Say(HintPAT, "secret")),
		"1 waived: ~ and 1 more": Say(Waived, 1, []Phrase{Plain("secret"), Say(More, 1)}),
	} {
		if got := p.Map(hide).String(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("the driver has died")
	failed := Failed(NoCode, "login", cause)
	if !errors.Is(failed, cause) || failed.Error() != "no login code to start with: the driver has died" {
		t.Errorf("%v", failed)
	}
	if Of(failed) != Say(NoCode, "login", "the driver has died") || Of(fmt.Errorf("%w", failed)) != Of(failed) {
		t.Errorf("%q", Of(failed))
	}
	if got := Of(fmt.Errorf("login: %w", failed)); got.Key() != "" || got.String() != "login: "+failed.Error() {
		t.Errorf("%q", got)
	}
}

// TestEveryTextIsWhole: a form takes the arguments of the other, in order, and no text is there twice.
func TestEveryTextIsWhole(t *testing.T) {
	seen := map[string]Key{}
	for _, key := range Keys() {
		text, _ := English(key)
		if text.Other == "" || text.One != "" && !slices.Equal(Verbs(text.One), Verbs(text.Other)) {
			t.Errorf("%s: %+v", key, text)
		}
		if strings.Count(text.Other, "%") != len(Verbs(text.Other)) {
			t.Errorf("%s: %q has a verb that is neither %%d nor %%s", key, text.Other)
		}
		if other, there := seen[text.Other]; there && strings.Contains(text.Other, " ") && len(text.Other) > len("%s: %s") {
			t.Errorf("%s and %s both say %q", key, other, text.Other)
		}
		seen[text.Other] = key
	}
	if parts := []map[Key]Text{joints(), ofConformance(), ofNextOfConformance(), ofNeeds(), ofSpecs(), ofRuns(), ofLoad(), ofLoadCodes(), ofLoadDelay(), ofLoadLimit(), ofCompare(), ofPower(), ofUsage(), ofLoadUsage(), ofFileUsage(), ofWarnings(), ofErrors(), ofTold(), ofPlan()}; len(table()) != total(parts) {
		t.Error("a key has two texts")
	}
}

func total(parts []map[Key]Text) (n int) {
	for _, part := range parts {
		n += len(part)
	}
	return n
}

func TestWhatDoesNotFitSaysItsKey(t *testing.T) {
	for _, p := range []Phrase{Say("no.such", 1), Say(More), Say(More, "1"), Say(Waived, "1", "a"), Say(NoDriver, "x")} {
		if got := p.String(); got != string(p.Key()) {
			t.Errorf("%q", got)
		}
	}
}
