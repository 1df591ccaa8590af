package planfile

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/arrivals"
)

// Write writes the file, with its members in the order of the schema. [Load] reads it as what it was, without the places.
func (f File) Write(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "schema: %s\n", Version)
	for _, member := range forms() {
		if member.name == WarmUp {
			f.writeStages(&out)
		}
		if values := f.Members[member.name]; len(values) > 0 {
			writeMember(&out, member, values)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func writeMember(out *strings.Builder, member memberForm, values []Value) {
	switch member.form {
	case list:
		fmt.Fprintf(out, "%s:\n", member.name)
		for _, value := range values {
			fmt.Fprintf(out, "  - %s\n", quoted(value.Text))
		}
	case weights, labelled:
		fmt.Fprintf(out, "%s:\n", member.name)
		for _, pair := range pairs(values, member.form == weights) {
			name, value, _ := strings.Cut(pair, "=")
			if member.form == labelled {
				value = quoted(value)
			}
			fmt.Fprintf(out, "  %s: %s\n", strings.TrimSpace(name), strings.TrimSpace(value))
		}
	case setting:
		name, value, _ := strings.Cut(values[0].Text, "=")
		fmt.Fprintf(out, "%s:\n  %s: %s\n", member.name, strings.TrimSpace(name), strings.TrimSpace(value))
	case literal:
		fmt.Fprintf(out, "%s: %s\n", member.name, values[0].Text)
	default:
		fmt.Fprintf(out, "%s: %s\n", member.name, quoted(duration(values[0].Text)))
	}
}

// pairs are NAME=VALUE: the weights of a mix, which are in one text, in the order of the mix, or the tags, sorted.
func pairs(values []Value, ofMix bool) (all []string) {
	if ofMix {
		mix, err := loadgen.ParseMix(values[0].Text)
		if err != nil {
			return nil
		}
		weights := mix.Weights()
		for _, name := range loadgen.MixNames() { // without exponents, which YAML reads as texts
			if weight, ok := weights[name]; ok {
				all = append(all, name+"="+strconv.FormatFloat(weight, 'f', -1, 64))
			}
		}
		return all
	}
	for _, value := range values {
		all = append(all, value.Text)
	}
	slices.Sort(all)
	return all
}

func (f File) writeStages(out *strings.Builder) {
	if len(f.Stages) == 0 {
		return
	}
	out.WriteString("stages:\n")
	for _, stage := range f.Stages {
		rate := perSecond(stage.Rate)
		if stage.To > 0 {
			rate += ".." + perSecond(stage.To)
		}
		fmt.Fprintf(out, "  - name: %s\n    rate: %s\n", quoted(stage.Name), rate)
		if stage.Shape != "" && stage.Shape != arrivals.Constant {
			fmt.Fprintf(out, "    shape: %s\n", stage.Shape)
		}
		fmt.Fprintf(out, "    duration: %s\n", words.Duration(stage.Duration))
	}
}

func perSecond(rate float64) string { return strconv.FormatFloat(rate, 'f', -1, 64) + "/s" }

// duration is a duration as people write it; any other text stays as it is.
func duration(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return text
	}
	return words.Duration(d)
}

// plain matches what YAML reads as the text that it is, without quotes.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./<>=%-]*$|^[0-9]+(\.[0-9]+)?/[sm](\.\.[0-9]+(\.[0-9]+)?/[sm])?$|^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`)

// notText matches words that YAML may read as something else.
var notText = regexp.MustCompile(`(?i)^(y|yes|n|no|on|off|true|false|null)$`)

// quoted is a text as YAML has it.
func quoted(text string) string {
	if plain.MatchString(text) && !notText.MatchString(text) {
		return text
	}
	return strconv.Quote(text)
}
