package document

import (
	"fmt"
	"strconv"
	"strings"
)

// A Node is one value of a document: a scalar, a list or a mapping. The methods that read accept nil, an absent value.
type Node struct {
	shape    shape
	path     string // from the root: "apps[1]", "pats.valid"
	place    place
	members  []member // of a mapping, in the order of the file
	items    []*Node  // of a list
	value    any      // of a scalar: string, bool, float64 for any number, nil for null
	raw      string   // a scalar as it was written, before ${NAME} was expanded
	plain    bool     // a string without quotes
	reported bool
}

type shape int

const (
	scalar shape = iota
	list
	mapping
)

// A member belongs to a mapping; place is where its name was written.
type member struct {
	name  string
	place place
	value *Node
}

// A Flag is a command-line flag that gives values in place of a file's; messages name it in place of a line.
type Flag string

// Text returns a string that the flag gives. ${NAME} in it is not expanded: that is the shell's task.
func (f Flag) Text(text string) *Node {
	return &Node{place: place{flag: f}, value: text, raw: text}
}

// List returns a list of strings that the flag gives.
func (f Flag) List(texts []string) *Node {
	n := &Node{shape: list, place: place{flag: f}}
	for _, text := range texts {
		n.items = append(n.items, f.Text(text))
	}
	return n
}

// Mapping returns an empty mapping that the flag gives.
func (f Flag) Mapping() *Node { return &Node{shape: mapping, place: place{flag: f}} }

// Path is the value's path from the root as messages write it: "apps[1]", "pats.valid".
func (n *Node) Path() string { return n.path }

// Flag is the flag that gave the value; "" when the file did, or when it is absent.
func (n *Node) Flag() Flag {
	if n == nil {
		return ""
	}
	return n.place.flag
}

// Raw is a scalar as it was written, before ${NAME} was expanded.
func (n *Node) Raw() string {
	if n == nil {
		return ""
	}
	return n.raw
}

// IsList reports whether the value is a list.
func (n *Node) IsList() bool { return n != nil && n.shape == list }

// IsBlank reports whether nothing but space was written, or is left once the variables are expanded.
func (n *Node) IsBlank() bool {
	return n == nil || strings.TrimSpace(n.raw) == "" || n.isText() && strings.TrimSpace(n.Text()) == ""
}

func (n *Node) isNull() bool { return n.shape == scalar && n.value == nil }

// Items returns the items of a list; nil for anything else.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Members returns the names of the members of a mapping, in the order of the file; nil for anything else.
func (n *Node) Members() (names []string) {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		names = append(names, m.name)
	}
	return names
}

// find returns the value at a path of names and indexes, joined by dots; nil when it is absent.
func (n *Node) find(path string) *Node {
	for name := range strings.SplitSeq(path, ".") {
		n = n.Child(name)
	}
	return n
}

// Child returns a member of a mapping or, by its index from 0, an item of a list; nil when it is absent.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n.items) {
		return n.items[i]
	}
	return nil
}

// set puts value at name, in place of what was there.
func (n *Node) set(name string, value *Node) {
	value.locate(memberPath(n.path, name))
	for i, m := range n.members {
		if m.name == name {
			n.members[i].value = value
			return
		}
	}
	n.members = append(n.members, member{name: name, place: value.place, value: value})
}

// locate sets the path of n and of what is in it.
func (n *Node) locate(path string) {
	n.path = path
	for i, item := range n.items {
		item.locate(fmt.Sprintf("%s[%d]", path, i))
	}
	for _, m := range n.members {
		m.value.locate(memberPath(path, m.name))
	}
}

func memberPath(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "." + name
}

func (n *Node) isText() bool {
	if n == nil {
		return false
	}
	_, ok := n.value.(string)
	return ok
}

// Text returns the value of a string, and "" for anything else.
func (n *Node) Text() string {
	if !n.isText() {
		return ""
	}
	return n.value.(string)
}

// IsNumber reports whether the value is a number; Raw is its text.
func (n *Node) IsNumber() bool {
	if n == nil {
		return false
	}
	_, ok := n.value.(float64)
	return ok
}

// Names are those of the members of a mapping, in the order of the file; nil for anything else.
func (n *Node) Names() []string {
	if n == nil {
		return nil
	}
	var names []string
	for _, m := range n.members {
		names = append(names, m.name)
	}
	return names
}

// IsTrue reports whether the value is the boolean true.
func (n *Node) IsTrue() bool { return n != nil && n.value == true }

// Texts returns the values of a list of strings.
func (n *Node) Texts() []string {
	if n == nil {
		return nil
	}
	var texts []string
	for _, item := range n.items {
		texts = append(texts, item.Text())
	}
	return texts
}

// json returns the value as encoding/json would decode it.
func (n *Node) json() any {
	switch n.shape {
	case mapping:
		members := map[string]any{}
		for _, m := range n.members {
			members[m.name] = m.value.json()
		}
		return members
	case list:
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = item.json()
		}
		return items
	default:
		return n.value
	}
}
