// Package words builds the parts of sentences that messages share: lists, short durations, likely corrections and
// shortened quotations.
package words

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// List joins names for a message: a, b and c.
func List(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Duration prints 24h and 5m, where the duration itself prints 24h0m0s and 5m0s.
func Duration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// spelled matches a duration as Go writes one, of any length.
var spelled = regexp.MustCompile(`^[+-]?(\d*\.?\d+(ns|us|µs|μs|ms|s|m|h))+$`)

// IsTooLong reports whether a text is a duration but for its length, which is more than 292 years.
func IsTooLong(text string) bool {
	_, err := time.ParseDuration(text)
	return err != nil && spelled.MatchString(text)
}

// Shorten returns the first limit characters of text with an ellipsis after them, or text itself where it fits.
func Shorten(text string, limit int) string {
	count := 0
	for i := range text {
		if count == limit {
			return text[:i] + "…"
		}
		count++
	}
	return text
}

// Brief shortens a text that a user wrote to what a message quotes of it.
func Brief(text string) string { return Shorten(text, 60) }

// Nearest returns the candidate that name most likely misspells, or "" when none is near: at most a third of the
// letters differ.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+1
	for _, candidate := range candidates {
		if distance := editDistance(name, candidate); distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	return best
}

// Closest returns the n candidates that share the longest part with name; of those that share equally much, the ones with
// the fewest letters that differ. None of them need be a misspelling of name.
func Closest(name string, candidates []string, n int) []string {
	sorted := slices.Clone(candidates)
	slices.SortStableFunc(sorted, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(sharedPart(name, b), sharedPart(name, a)),
			cmp.Compare(editDistance(name, a), editDistance(name, b)))
	})
	return sorted[:min(n, len(sorted))]
}

// sharedPart is the length of the longest text that a and b both contain.
func sharedPart(a, b string) int {
	longest := 0
	for from := range len(a) {
		for to := from + longest + 1; to <= len(a) && strings.Contains(b, a[from:to]); to++ {
			longest = to - from
		}
	}
	return longest
}

// editDistance counts the letters to insert, delete or replace to get from a to b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
