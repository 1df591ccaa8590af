package suites

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/phrase"
)

// fired are the callbacks of one call of the plugin.
type fired []assay.Callback

func (t *Trial) login(in assay.Injection) fired    { return t.fire(assay.Login, in) }
func (t *Trial) tapPhone(in assay.Injection) fired { return t.fire(assay.Phone, in) }

func (t *Trial) fire(kind assay.Endpoint, in assay.Injection) fired {
	return t.fireFor(t.App(0), kind, in)
}

// fireFor calls wx.login or taps the button in a mini-program.
func (t *Trial) fireFor(app string, kind assay.Endpoint, in assay.Injection) fired {
	callbacks, err := t.session.callbacks(t.ctx, kind, app, in)
	if err != nil {
		t.driverFailed(err)
	}
	return callbacks
}

// granted is a code that a callback carried, as the code of the injected user.
func granted(kind assay.Endpoint, app, code string, in assay.Injection) assay.Code {
	granted := assay.Code{Kind: kind, AppID: app, Code: code}
	fill(&granted, &in)
	return granted
}

// loginCode is the code of one wx.login; without one, the trial is untested.
func (t *Trial) loginCode(in assay.Injection) assay.Code {
	fired := t.login(in)
	if fired.code() == "" {
		t.Untested(phrase.NoLoginCode, t.describe(fired))
	}
	return granted(assay.Login, t.App(0), fired.code(), in)
}

// answers counts the callbacks that end a call of wx.login.
func (f fired) answers() int { return len(f.named("success")) + len(f.named("fail")) }

// named lists the details of the callbacks of one name.
func (f fired) named(name string) []assay.Detail {
	var details []assay.Detail
	for _, callback := range f {
		if callback.Name == name {
			details = append(details, callback.Read())
		}
	}
	return details
}

// code is the first code that any callback carried, whatever its name.
func (f fired) code() string {
	for _, callback := range f {
		if code := callback.Read().Code; code != "" {
			return code
		}
	}
	return ""
}

// codeLike reports whether a callback carried a code like the valid twin's. A failing callback may carry an error code
// under the same name, such as "10001": it is much shorter than a code.
func (f fired) codeLike(twin fired) bool {
	return slices.ContainsFunc(f, func(callback assay.Callback) bool {
		detail := callback.Read()
		failing := callback.Name == "fail" || strings.Contains(detail.ErrMsg, ":fail")
		return detail.Code != "" && (!failing || len(detail.Code)*2 >= len(twin.code()))
	})
}

// hasInName reports whether a word is part of a callback's name, in any case, as getPhoneNumber is.
func (f fired) hasInName(word string) bool {
	return slices.ContainsFunc(f, func(callback assay.Callback) bool {
		return strings.Contains(strings.ToLower(callback.Name), strings.ToLower(word))
	})
}

// texts are the words in all strings of the callbacks' details, without the quotes and the text in other scripts around them.
func (f fired) texts() []string {
	var words []string
	for _, value := range f.values() {
		words = append(words, strings.FieldsFunc(value, func(r rune) bool {
			return unicode.IsSpace(r) || r > unicode.MaxASCII || strings.ContainsRune(`"',;:()[]{}`, r)
		})...)
	}
	return words
}

// values are all strings of the callbacks' details.
func (f fired) values() []string {
	var values []string
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case string:
			values = append(values, value)
		case []any:
			for _, element := range value {
				walk(element)
			}
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(value)) {
				walk(value[name])
			}
		}
	}
	for _, callback := range f {
		var detail any
		if json.Unmarshal(callback.Detail, &detail) == nil {
			walk(detail)
		}
	}
	return values
}

// saysError reports whether a callback's detail has anything that may be error information: any value, at any depth, beside whose
// call it was.
func saysError(callback assay.Callback) bool {
	var detail any
	if json.Unmarshal(callback.Detail, &detail) != nil {
		return false
	}
	read := callback.Read()
	return slices.ContainsFunc(scalars(detail), func(value any) bool {
		text, isText := value.(string)
		return !isText && value != nil || isText && text != "" && text != read.AppID && text != read.APIServer
	})
}

// scalars are the values within a JSON value that are neither objects nor lists.
func scalars(value any) (all []any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			all = append(all, scalars(element)...)
		}
	case map[string]any:
		for _, element := range value {
			all = append(all, scalars(element)...)
		}
	default:
		all = append(all, value)
	}
	return all
}

// withCode is the first detail with a code.
func (f fired) withCode() (assay.Detail, bool) {
	for _, callback := range f {
		if detail := callback.Read(); detail.Code != "" {
			return detail, true
		}
	}
	return assay.Detail{}, false
}

// codeIn is the first code that a callback of one name carried.
func (f fired) codeIn(name string) string {
	for _, detail := range f.named(name) {
		if detail.Code != "" {
			return detail.Code
		}
	}
	return ""
}

// describe quotes callbacks without their secrets, cut to a readable length.
func (t *Trial) describe(f fired) string {
	const most, longest = 8, 600
	if len(f) == 0 {
		return "no callback fired"
	}
	var words []string
	for _, callback := range f[:min(len(f), most)] {
		text := t.session.config.Redactor.Text(fmt.Sprintf("%s %s", callback.Name, callback.Detail))
		words = append(words, visible.Line(text, longest))
	}
	if more := len(f) - most; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", then ")
}
