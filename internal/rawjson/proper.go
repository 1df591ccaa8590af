package rawjson

import "encoding/json"

// MaxDepth is how many objects and arrays may be open at once in a text that encoding/json reads.
const MaxDepth = 10000

// SplitProper is [SplitInside] for a well-formed object, which it reads once, at every level: it is false for any other text, for a
// deeper object than encoding/json reads, and where a name has escapes, which the other functions read.
func SplitProper(text []byte, inner string, wanted func(name []byte) bool) (members, inside Members, length int, ok bool) {
	r := NewReader(text)
	if !r.Next() || r.Value.Kind != '{' {
		return nil, nil, 0, false
	}
	p := proper{text: text, inner: inner, wanted: wanted, outer: pile{members: Members{}}}
	for r.Next() {
		if r.Depth <= len(r.closed) && !p.take(&r) {
			return nil, nil, 0, false
		}
	}
	if !r.Whole() || r.deepest > MaxDepth {
		return nil, nil, 0, false
	}
	p.close(&r, 1)
	return p.outer.members, p.inside, r.scanner.At, true
}

// A proper takes a well-formed object and an object in it apart.
type proper struct {
	text   []byte
	inner  string
	wanted func(name []byte) bool
	outer  pile
	data   pile    // of the object in the member inner that is being read; no members outside of one
	inside Members // of all of them
}

// A pile are the members of an object that is being read.
type pile struct {
	members Members
	kept    int
	name    []byte // of the member whose value is an object or array that has not ended
	start   int    // of that value
	open    bool
}

// take adds a member of the object or of the inner one; false for a name with escapes.
func (p *proper) take(r *Reader) bool {
	p.close(r, r.Depth)
	to := &p.outer
	if r.Depth == 2 {
		if to = &p.data; to.members == nil {
			return true
		}
	}
	name := r.Content(r.Name)
	if !r.Name.Plain() {
		return false
	}
	isOpen := r.Value.Kind == '{' || r.Value.Kind == '['
	if isInner := r.Depth == 1 && r.Value.Kind == '{' && string(name) == p.inner; isInner {
		p.data = pile{members: Members{}}
	}
	switch {
	case to.kept >= MaxMembers && p.wanted != nil && !p.wanted(name):
	case isOpen:
		to.name, to.start, to.open = name, r.Value.Start, true
	default:
		to.add(name, p.text[r.Value.Start:r.Value.End])
	}
	return true
}

// close adds the members whose values have ended, where the next value has so many objects and arrays around it.
func (p *proper) close(r *Reader, depth int) {
	if p.data.open {
		p.data.open = false
		p.data.add(p.data.name, p.text[p.data.start:r.closed[1]])
	}
	if depth > 1 {
		return
	}
	if p.outer.open {
		p.outer.open = false
		p.outer.add(p.outer.name, p.text[p.outer.start:r.closed[0]])
	}
	if p.inside == nil {
		p.inside = p.data.members
	} else {
		for name, values := range p.data.members {
			p.inside[name] = append(p.inside[name], values...)
		}
	}
	p.data = pile{}
}

func (l *pile) add(name []byte, raw json.RawMessage) {
	l.members[string(name)] = append(l.members[string(name)], raw)
	l.kept++
}
