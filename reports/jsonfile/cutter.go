package jsonfile

import "github.com/unified-login/assay/reports/phrase"

// MostPhrases is how many reasons, and how many notes, of a report are kept.
const MostPhrases = 100

// A Cutter shortens lists that are longer than any run makes them, and records what it left out. The zero value is ready.
type Cutter struct {
	names []phrase.Key // in the order of their first cut
	left  map[phrase.Key]int
}

// Cut keeps the first most elements of a list; name is one of the lists of package phrase.
func Cut[T any](c *Cutter, name phrase.Key, list *[]T, most int) {
	more := len(*list) - most
	if more <= 0 {
		return
	}
	*list = (*list)[:most:most]
	if c.left[name] == 0 {
		c.names = append(c.names, name)
	}
	if c.left == nil {
		c.left = map[phrase.Key]int{}
	}
	c.left[name] += more
}

// Notes says what was left out.
func (c *Cutter) Notes() []phrase.Phrase {
	var notes []phrase.Phrase
	for _, name := range c.names {
		notes = append(notes, phrase.Say(phrase.ListCut, c.left[name], phrase.Say(name)))
	}
	return notes
}
