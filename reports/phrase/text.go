package phrase

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/unified-login/assay/internal/told"
)

// A Text is the words of a key in one language. %d is a whole number, %s anything else; %[2]s takes the second argument.
// One is for a first number of 1, where the language has such a form.
type Text struct{ One, Other string }

func always(text string) Text { return Text{Other: text} }

func counted(one, other string) Text { return Text{one, other} }

// table is the English text of every key. It is made once and never changed.
var table = sync.OnceValue(func() map[Key]Text {
	all := map[Key]Text{}
	for _, part := range []map[Key]Text{joints(), ofConformance(), ofNextOfConformance(), ofNeeds(), ofSpecs(), ofRuns(), ofLoad(), ofLoadCodes(), ofLoadDelay(), ofLoadLimit(), ofCompare(), ofPower(), ofUsage(), ofLoadUsage(), ofFileUsage(), ofWarnings(), ofErrors(), ofTold(), ofPlan()} {
		for key, text := range part {
			all[key] = text
		}
	}
	return all
})

// ofTold are the texts of package told.
func ofTold() map[Key]Text {
	all := map[Key]Text{}
	for key, text := range told.Texts() {
		all[Key(key)] = always(text)
	}
	return all
}

// Keys lists every key that has a text, in no order.
func Keys() []Key {
	keys := make([]Key, 0, len(table()))
	for key := range table() {
		if key != Joined {
			keys = append(keys, key)
		}
	}
	return keys
}

// English is the English text of a key; false where there is no such key.
func English(key Key) (Text, bool) {
	text, known := table()[key]
	return text, known
}

// How phrases are put together.
const (
	Joined    Key = "joined" // any number of phrases
	Separator Key = "joined.separator"
	Comma     Key = "list.comma"
	And       Key = "list.and"
)

func joints() map[Key]Text {
	return map[Key]Text{
		Joined: {}, Separator: always("; "), Comma: always(", "), And: always(" and "),
	}
}

// In is the phrase with the texts of a language, and in English where texts has none for a key. Texts may be nil.
func (p Phrase) In(texts func(Key) (Text, bool)) string {
	if p.key == "" {
		return p.said
	}
	args := p.args()
	said := make([]any, len(args))
	for i, arg := range args {
		said[i] = shown(arg, texts)
	}
	if p.key == Joined {
		parts := make([]string, len(said))
		for i := range said {
			parts[i] = fmt.Sprint(said[i])
		}
		return strings.Join(parts, word(Separator, texts))
	}
	text, known := find(p.key, texts)
	if !known || !text.fits(p.key, args) {
		return string(p.key)
	}
	return fmt.Sprintf(text.form(args), said...)
}

// listed joins names with the texts of a language: a, b and c.
func listed(names []string, texts func(Key) (Text, bool)) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	and := word(And, texts)
	if first, _ := utf8.DecodeRuneInString(names[last]); unicode.Is(unicode.Han, first) {
		and = strings.TrimRight(and, " ") // no space is between two characters
	}
	return strings.Join(names[:last], word(Comma, texts)) + and + names[last]
}

func shown(arg any, texts func(Key) (Text, bool)) any {
	switch arg := arg.(type) {
	case Phrase:
		return arg.In(texts)
	case []any:
		names := make([]string, len(arg))
		for i := range arg {
			names[i] = fmt.Sprint(shown(arg[i], texts))
		}
		return listed(names, texts)
	default:
		return arg
	}
}

func find(key Key, texts func(Key) (Text, bool)) (Text, bool) {
	if texts != nil {
		if text, there := texts(key); there {
			return text, true
		}
	}
	return English(key)
}

func word(key Key, texts func(Key) (Text, bool)) string {
	text, _ := find(key, texts)
	return text.Other
}

// form is the form for the arguments: by the first number among them.
func (t Text) form(args []any) string {
	for _, arg := range args {
		if n, ok := arg.(int64); ok {
			if n == 1 && t.One != "" {
				return t.One
			}
			break
		}
	}
	return t.Other
}

// verb is %d, %s or %[2]s; the second group is the kind.
var verb = regexp.MustCompile(`%(?:\[(\d)\])?([ds])`)

// Verbs are the kinds of the arguments, d or s, in the order of the arguments; of a form that leaves some out, those are "".
func Verbs(form string) []string {
	var kinds []string
	next := 0
	for _, match := range verb.FindAllStringSubmatch(form, -1) {
		if match[1] != "" {
			next = int(match[1][0]-'0') - 1
		}
		for len(kinds) <= next {
			kinds = append(kinds, "")
		}
		kinds[next] = match[2]
		next++
	}
	return kinds
}

// fits reports whether arguments are those of the text.
func (t Text) fits(key Key, args []any) bool {
	if key == Joined {
		return len(args) > 0
	}
	kinds := Verbs(t.Other)
	if len(kinds) != len(args) {
		return false
	}
	for i, arg := range args {
		if _, number := arg.(int64); number != (kinds[i] == "d") {
			return false
		}
	}
	return true
}
