// Package messages is the catalogue of what reports say, in English and in Chinese.
//
// A [Printer] says it: [For] returns one for a language, [Printer.Text] looks a key of a renderer up, and [Printer.Say] says
// what a report says of itself. The catalogue is en.yaml and zh.yaml; the English of phrases is in package phrase, their
// Chinese in zh.phrases.yaml. A test fails when a language is without a key of another one, or when a key is used nowhere.
package messages

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/harm"
	"github.com/unified-login/assay/reports/phrase"
)

// A Language is one that reports are written in.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Languages lists them; the first is the default.
func Languages() []Language { return []Language{English, Chinese} }

// Parse returns the language of a name, or of a tag such as zh-CN or zh_Hans_CN.UTF-8.
func Parse(name string) (Language, error) {
	primary := name
	if end := strings.IndexAny(name, "-_.@"); end >= 0 {
		primary = name[:end]
	}
	language := Language(strings.ToLower(primary))
	if !slices.Contains(Languages(), language) {
		return "", fmt.Errorf("%q is not a language of the reports; use %s or %s", name, English, Chinese)
	}
	return language, nil
}

// Preferred is the language that an environment asks for, in the order of POSIX: LC_ALL, LC_MESSAGES, LANG. It is English where that
// is another one.
func Preferred(getenv func(string) string) Language {
	language, err := Parse(cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")))
	if err != nil {
		return Languages()[0]
	}
	return language
}

//go:embed *.yaml
var sources embed.FS

// A text is a message, or its forms by number: those of a message whose first argument is counted.
type text struct {
	Always string `yaml:"always"`
	One    string `yaml:"one"`
	Other  string `yaml:"other"`
}

// UnmarshalYAML reads a plain string as a text that is always the same.
func (t *text) UnmarshalYAML(decode func(any) error) error {
	if err := decode(&t.Always); err == nil {
		return nil
	}
	type plain text // without this method
	return decode((*plain)(t))
}

// texts is what a file of the catalogue says.
func texts(name string) (map[string]text, error) {
	source, err := sources.ReadFile(name + ".yaml")
	if err != nil {
		return nil, err
	}
	all := map[string]text{}
	if err := yaml.UnmarshalWithOptions(source, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("messages %s: %w", name, err)
	}
	return all, nil
}

// The catalogue is compiled in, so one that cannot be read is a broken build: a panic, which the first test shows.
var messages = sync.OnceValue(func() catalog.Catalog {
	all, err := build()
	if err != nil {
		panic(err)
	}
	return all
})

func build() (catalog.Catalog, error) {
	builder := catalog.NewBuilder(catalog.Fallback(language.English))
	for _, in := range Languages() {
		all, err := texts(string(in))
		if err != nil {
			return nil, err
		}
		for key, said := range all {
			message := []catalog.Message{catalog.String(said.Always)}
			if said.Always == "" {
				message[0] = plural.Selectf(1, "%d", plural.One, said.One, plural.Other, said.Other)
			}
			if err := builder.Set(language.Make(string(in)), key, message...); err != nil {
				return nil, fmt.Errorf("messages %s: %s: %w", in, key, err)
			}
		}
	}
	return builder, nil
}

// chinese is the Chinese of package phrase.
var chinese = sync.OnceValue(func() map[phrase.Key]phrase.Text {
	all, err := texts("zh.phrases")
	if err != nil {
		panic(err)
	}
	said := make(map[phrase.Key]phrase.Text, len(all))
	for key, text := range all {
		said[phrase.Key(key)] = phrase.Text{Other: text.Always}
	}
	return said
})

// A Printer says things in one language.
type Printer struct {
	in      Language
	printer *message.Printer
}

// For returns the printer of a language.
func For(in Language) Printer {
	return Printer{in, message.NewPrinter(language.Make(string(in)), message.Catalog(messages()))}
}

// Language is the language of the printer.
func (p Printer) Language() Language { return p.in }

// Say is what a report says of itself. A phrase without a key is shown as it is, one without a text in this language in
// English.
func (p Printer) Say(said phrase.Phrase) string { return said.In(p.phrases) }

// SayEach says each of a list.
func (p Printer) SayEach(list []phrase.Phrase) []string {
	all := make([]string, len(list))
	for i, said := range list {
		all[i] = p.Say(said)
	}
	return all
}

// SayAll says sentences one after another.
func (p Printer) SayAll(sentences []phrase.Phrase) string {
	var text string
	for i, said := range p.SayEach(sentences) {
		if i == 0 {
			text = said
		} else {
			text = p.Text("sentence.next", text, said)
		}
	}
	return text
}

// phrases are the texts of this language for package phrase.
func (p Printer) phrases(key phrase.Key) (phrase.Text, bool) {
	if p.in != Chinese {
		return phrase.Text{}, false
	}
	text, there := chinese()[key]
	return text, there
}

// Text is the message of that key. A key that is not in the catalogue is its own message: it is a verdict, for example, of a
// hand-made file.
func (p Printer) Text(key string, args ...any) string {
	return p.printer.Sprintf(message.Key(key, key), args...)
}

// Number writes a count as the language has it: 1,000.
func (p Printer) Number(n int64) string { return p.printer.Sprint(n) }

// Harm returns the sentence of harm of a requirement in the language. It is sentence itself, and own is false, if that is not this
// build's.
func (p Printer) Harm(id, sentence string) (said string, own bool) {
	found, known := harm.Of(id)
	if !known || found.English != sentence {
		return sentence, false
	}
	if p.in == Chinese {
		return found.Chinese, true
	}
	return found.English, true
}

// Says returns the sentence of a requirement in the language: sentence itself if digest is not that of this build's requirement
// set, or if there is no translation.
func (p Printer) Says(digest, id, sentence string) string {
	if p.in == English || digest != assay.Requirements().Digest {
		return sentence
	}
	if translated, ok := assay.Sentence(string(p.in), id); ok {
		return translated
	}
	return sentence
}
