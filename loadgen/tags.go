package loadgen

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/phrase"
)

// The limits of tags.
const (
	MaxTags     = 16
	longestTag  = 40  // letters of a name
	longestText = 100 // characters of a value
)

// reservedTags are names of labels that the metrics have already, or that Prometheus adds.
func reservedTags() []string {
	return []string{"endpoint", "verdict", "le", "quantile", "job", "instance", "version", "goversion", "requirements", "engine", "run", "phase", "level", "state", "kind", "result", "outcome"}
}

// CheckTag returns an error for a tag that cannot be a label of the metrics. It begins with the name in quotes.
func CheckTag(name, value string) error {
	shown := fmt.Sprintf("%q", words.Brief(name))
	switch {
	case !isLabel(name):
		return phrase.Failed(phrase.TagName, shown, longestTag-1)
	case slices.Contains(reservedTags(), name):
		return phrase.Failed(phrase.TagReserved, shown)
	case strings.TrimSpace(value) == "":
		return phrase.Failed(phrase.TagEmpty, shown)
	case utf8.RuneCountInString(value) > longestText:
		return phrase.Failed(phrase.TagLong, shown, utf8.RuneCountInString(value), longestText)
	case !utf8.ValidString(value) || strings.ContainsFunc(value, func(c rune) bool { return !unicode.IsPrint(c) }):
		return phrase.Failed(phrase.TagUnprintable, shown)
	default:
		return nil
	}
}

// isLabel reports whether Prometheus takes a name for a label.
func isLabel(name string) bool {
	const letters, others = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789_"
	return len(name) > 0 && len(name) <= longestTag && strings.Trim(name, letters+others) == "" && !strings.Contains(others, name[:1])
}
