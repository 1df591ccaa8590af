package assay

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFailureKindsHaveNamesAndTexts(t *testing.T) {
	names, texts := map[string]bool{}, map[string]bool{}
	for _, kind := range FailureKinds() {
		name, text := kind.String(), Failure{Kind: kind}.String()
		if name == "" || names[name] || text == "" || texts[text] {
			t.Errorf("kind %d has the name %q and the text %q", kind, name, text)
		}
		names[name], texts[text] = true, true
		written, err := json.Marshal(kind)
		if err != nil || string(written) != `"`+name+`"` {
			t.Errorf("%s is written as %s, error %v", name, written, err)
		}
		var read FailureKind
		if err := json.Unmarshal(written, &read); err != nil || read != kind {
			t.Errorf("%s is read as %s, error %v", name, read, err)
		}
	}
	if got := (Failure{}).String(); got != "" {
		t.Errorf("no failure has the text %q", got)
	}
}

// TestAnUnknownKindIsAFailure: what a later version writes must not read as a complete answer.
func TestAnUnknownKindIsAFailure(t *testing.T) {
	var kind FailureKind
	if err := json.Unmarshal([]byte(`"struck-by-lightning"`), &kind); err != nil || kind != UnknownFailure {
		t.Errorf("kind %s, error %v", kind, err)
	}
	if got := FailureKind(200).String(); got != UnknownFailure.String() {
		t.Errorf("a number without a name is %q", got)
	}
}

func TestFailureText(t *testing.T) {
	for want, f := range map[string]Failure{
		"a: b":                            {Kind: NotHTTP, Text: "a", Detail: "b"},
		"a":                               {Kind: NotHTTP, Text: "a"},
		"no valid HTTP answer: malformed": {Kind: NotHTTP, Detail: "malformed"},
		"no valid HTTP answer":            {Kind: NotHTTP},
	} {
		if got := f.String(); got != want {
			t.Errorf("%+v is %q, want %q", f, got, want)
		}
	}
	if got := (Failure{NotHTTP, "a", "b"}).Brief(); got != (Failure{Kind: NotHTTP, Text: "a"}) {
		t.Errorf("brief: %+v", got)
	}
}

// failureTexts returns every text that a failure may have after somebody reworded it.
func failureTexts() []string {
	texts := []string{"", "OK", strings.Repeat("x", 300)}
	for _, kind := range FailureKinds() {
		texts = append(texts, kind.usualText())
	}
	return texts
}

// TestRewordingAFailureChangesNoJudgement: only the kind of a failure decides.
func TestRewordingAFailureChangesNoJudgement(t *testing.T) {
	for _, endpoint := range Endpoints() {
		for _, response := range []*Response{
			nil, {Status: 200, Body: []byte(signedIn(endpoint, `"u"`))}, {Status: 200, Body: []byte(`{"errcode":"OK"`)}, {Status: 429}, {Status: 500},
		} {
			for _, kind := range append(FailureKinds(), NoFailure) {
				want := Judge(Exchange{Endpoint: endpoint, Response: response, Failure: Failure{Kind: kind, Text: kind.usualText()}})
				for _, text := range failureTexts() {
					x := Exchange{Endpoint: endpoint, Response: response, Failure: Failure{Kind: kind, Text: text, Detail: text}}
					got := Judge(x)
					if got.Result != want.Result || got.Reason != want.Reason || got.Identity != want.Identity || got.Failure.Kind != want.Failure.Kind {
						t.Errorf("%s with the text %q: %+v, want %+v", kind, text, got, want)
					}
				}
			}
		}
	}
}
