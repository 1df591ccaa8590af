package jsonfile

import "fmt"

// A Cutter shortens lists that are longer than any run makes them, and tells what it left out. The zero value is ready.
type Cutter struct {
	names []string // in the order of their first cut
	left  map[string]int
}

// Cut leaves the beginning of a list, the most that there may be of what is named.
func Cut[T any](c *Cutter, name string, list *[]T, most int) {
	more := len(*list) - most
	if more <= 0 {
		return
	}
	*list = (*list)[:most:most]
	if c.left[name] == 0 {
		c.names = append(c.names, name)
	}
	if c.left == nil {
		c.left = map[string]int{}
	}
	c.left[name] += more
}

// Notes says what was left out.
func (c *Cutter) Notes() []string {
	var notes []string
	for _, name := range c.names {
		notes = append(notes, fmt.Sprintf("%d %s more are in the file; no run has so many", c.left[name], name))
	}
	return notes
}
