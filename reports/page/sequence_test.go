package page_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

// requirementOf is the part of a page about a requirement.
func requirementOf(t *testing.T, text, id string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, ` id="`+id+`"`)
	part, _, ended := strings.Cut(rest, `<details class="requirement`)
	if !found || !ended {
		t.Fatalf("no requirement %s", id)
	}
	return part
}

// TestASequenceIsSaidInWords: who sends what to whom, with equal values by one number, for those who do not see the drawing.
func TestASequenceIsSaidInWords(t *testing.T) {
	for in, wanted := range map[messages.Language]map[string][]string{
		messages.English: {
			"code.single-use": {"user to mini-program: user 1 wx.login → code 1", "mini-program to business service: code 1",
				"business service to platform: first use of the code · POST login · code 1 (x-000122)", "platform to business service: 200 accepted · openId 1 (x-000122)",
				"business service to platform: probe · POST login · code 1 (x-000123)", "platform to business service: 200 accepted · openId 2 (x-000123)",
				"user 1 5015f7c3a · finclip", "openId 2 3668917986714172"},
			"pat.unknown": {"user 1 wx.login → code 1", "valid twin · POST login · code 1", "user 1 wx.login → code 2", "probe · POST login · code 2", "200 accepted · openId 1"},
		},
		messages.Chinese: {"code.single-use": {"用户 → 小程序：用户 1 wx.login → code 1", "业务服务 → 平台：该 code 的首次使用 · POST login · code 1", "平台 → 业务服务：200 接受 · openId 2"}},
	} {
		text := rendered(t, in, sample.Harmful())
		for id, parts := range wanted {
			said := between(t, strings.ReplaceAll(requirementOf(t, text, id), "&#43;", "+"), `<figure class="sequence">`, "</figure>")
			for _, want := range parts {
				if !strings.Contains(said, want) {
					t.Errorf("%s: no %q in %s", id, want, said)
				}
			}
		}
	}
}

// TestEqualValuesHaveOneColour: in a sequence a value has one class wherever it stands, and another value another.
func TestEqualValuesHaveOneColour(t *testing.T) {
	single := requirementOf(t, rendered(t, messages.English, sample.Harmful()), "code.single-use")
	for value, colour := range map[string]string{"user 1": "k0", "code 1": "k1", "openId 1": "k2", "openId 2": "k3"} {
		if !strings.Contains(single, `<tspan class="`+colour+`">`+value+"</tspan>") || strings.Count(single, `">`+value+"</tspan>") != strings.Count(single, `class="`+colour+`">`+value+"</tspan>") {
			t.Errorf("%s is not always %s", value, colour)
		}
	}
}

// TestARaceIsDrawnAsBars: one for each exchange, those that were accepted marked and counted in words.
func TestARaceIsDrawnAsBars(t *testing.T) {
	text := rendered(t, messages.English, sample.Harmful())
	race := requirementOf(t, text, "code.single-use-race")
	if !strings.Contains(race, "5 exchanges at once, 2 accepted") {
		t.Error(between(t, race, `<figure class="race">`, "</figure>"))
	}
	wide, _, _ := strings.Cut(race[strings.Index(race, `<figure class="race">`):], "</svg>")
	if strings.Count(wide, `<rect class="took"`) != 2 || strings.Count(wide, `<rect class="kept"`) != 3 || strings.Count(wide, "✓") != 2 {
		t.Error(wide)
	}
	if single := requirementOf(t, text, "code.single-use"); strings.Contains(single, `class="race"`) {
		t.Error("two exchanges one after the other are drawn as a race")
	}
}
