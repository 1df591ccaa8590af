package rawjson

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// TestSplitProperIsSplit: it says of a text what SplitInside and json.Valid say, or nothing.
func TestSplitProperIsSplit(t *testing.T) {
	wanted := func(name []byte) bool { return string(name) == "data" || string(name) == "openId" }
	many := strings.Repeat(`"m":[1,{"data":{"a":[]}}],`, MaxMembers+2)
	texts := []string{
		`{}`, ` { "a" : 1 , "data" : { "openId" : "x" , "b" : [ 1 , { "c" : { } } ] , "d" : { } } } x`, `{"data":{}}`, `[{}]`, `1`, ``,
		`{"data":{"openId":"1"},"data":{"openId":"2","x":{}},"data":[{"openId":3}],"data":null}`, `{"a":{"data":{"openId":1}},"data":{"a":{"b":{}}}}`,
		`{` + many + `"openId":1,"data":{` + many + `"openId":[{}],"z":1}}`, `{"d\u0061ta":{"openId":1}}`, `{"a":[[[{}]]],"b":{"c":{"d":1}},"data":{"e":[[]]}}`,
		"{\"a\":\"\xff\",\"data\":{\"openId\":\"\xff\"}}", `{"a":` + strings.Repeat("[", MaxDepth-1) + strings.Repeat("]", MaxDepth-1) + `}`,
		`{"a":` + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth) + `}`,
	}
	random, proper := rand.New(rand.NewPCG(1, 2)), 0
	for _, text := range texts {
		for try := range 60 {
			mutant := []byte(text)
			for range try % 3 {
				if len(mutant) > 0 && len(mutant) < MaxDepth {
					mutant[random.IntN(len(mutant))] = `{}[],:"\ 1ae`[random.IntN(12)]
				}
			}
			members, inside, length, ok := SplitProper(mutant, "data", wanted)
			wantMembers, wantInside, wantLength := SplitInside(mutant, "data", wanted)
			valid := json.Valid(mutant[:wantLength])
			if !ok && valid && !bytes.ContainsRune(mutant, '\\') {
				t.Errorf("%.80q is proper", mutant)
			}
			if !ok {
				continue
			}
			proper++
			if !valid || length != wantLength || !reflect.DeepEqual(members, wantMembers) || !reflect.DeepEqual(inside, wantInside) {
				t.Errorf("%.80q: %d %q %q, want %d %q %q", mutant, length, members, inside, wantLength, wantMembers, wantInside)
			}
		}
	}
	if proper < len(texts) {
		t.Errorf("%d texts were proper", proper)
	}
}

// TestSplitProperReadsOnce: members that nobody asks for take no memory, however many there are.
func TestSplitProperReadsOnce(t *testing.T) {
	allocations := func(members int) float64 {
		text := []byte(`{"data":{` + strings.Repeat(`"m":[{"a":1}],`, members) + `"openId":"x"},"errcode":"OK"}`)
		return testing.AllocsPerRun(10, func() {
			if _, _, _, ok := SplitProper(text, "data", func(name []byte) bool { return string(name) == "openId" }); !ok {
				t.Error("not proper")
			}
		})
	}
	if few, many := allocations(MaxMembers), allocations(100*MaxMembers); many > few {
		t.Errorf("%v allocations for %d members, and %v for %d", few, MaxMembers, many, 100*MaxMembers)
	}
}
