package rawjson

import "bytes"

// A Reader walks one JSON value as strictly as the grammar, and stops where the text violates it. It is a cursor:
//
//	r := rawjson.NewReader(text)
//	for r.Next() {
//		// r.Name, r.Value and r.Depth describe one value
//	}
//	valid := r.Whole()
//
// An object or array comes at its opening bracket, before the values in it. Nesting is unbounded and costs one bit a
// level; up to 64 levels the reader allocates nothing.
type Reader struct {
	// Value is the last value read; of an object or array it is the opening bracket.
	Value Token
	// Name is the name of the member that the value belongs to; the zero Token in an array and at the top.
	Name Token
	// Depth is the number of objects and arrays around the value.
	Depth int

	scanner Scanner
	around  nesting
	first   bool // the value was an opening bracket
	done    bool
	whole   bool
	closed  [2]int // where the last object or array ended that had one around it, and that had two
	deepest int    // the largest number of open objects and arrays
}

// NewReader returns a reader of the value that text begins with.
func NewReader(text []byte) Reader { return Reader{scanner: Scanner{Text: text}} }

// Next reads the next value. It returns false after the last one, and where the text violates the grammar.
func (r *Reader) Next() bool {
	r.done = r.done || !r.begin() || !r.name() || !r.value()
	return !r.done
}

// begin moves to the next member or item, past closing brackets and a comma; false at the end.
func (r *Reader) begin() bool {
	sign := r.scanner.Peek()
	for r.around.depth > 0 && sign == r.around.closing() {
		r.scanner.At++
		r.around.pop()
		if r.around.depth-1 < len(r.closed) && r.around.depth > 0 {
			r.closed[r.around.depth-1] = r.scanner.At
		}
		r.first = false
		if r.around.depth == 0 {
			r.whole = true
			return false
		}
		sign = r.scanner.Peek()
	}
	if r.around.depth == 0 {
		return !r.whole
	}
	if r.first {
		return true
	}
	r.scanner.At++
	return sign == ','
}

// name takes a member's name and the colon; an array has no names.
func (r *Reader) name() bool {
	if !r.around.inObject() {
		r.Name = Token{}
		return true
	}
	if r.scanner.Peek() != '"' {
		return false
	}
	r.Name = r.scanner.string(r.scanner.At)
	if r.Name.Bad() || r.scanner.Peek() != ':' {
		return false
	}
	r.scanner.At++
	return true
}

// value takes the value itself, of an object or array the opening bracket.
func (r *Reader) value() bool {
	sign, at := r.scanner.Peek(), r.scanner.At
	r.Depth, r.first = r.around.depth, false
	switch sign {
	case '"':
		r.Value = r.scanner.string(at)
	case '{', '[':
		r.scanner.At++
		r.Value = Token{Start: at, End: at + 1, Kind: sign}
		r.around.push(sign == '{')
		r.deepest = max(r.deepest, r.around.depth)
		r.first = true
		return true
	case End:
		return false
	default:
		r.Value = r.scanner.word(at)
	}
	valid := !r.Value.Bad()
	r.whole = valid && r.Depth == 0
	return valid
}

// Whole reports whether the value has been read to its end.
func (r *Reader) Whole() bool { return r.whole }

// Alone reports whether the value has been read to its end, and only space follows it.
func (r *Reader) Alone() bool {
	return r.whole && len(bytes.TrimLeft(r.scanner.Text[r.scanner.At:], " \t\r\n")) == 0
}

// Content is what a string has between its quotes, its escapes not undone, or the text of any other token.
func (r *Reader) Content(token Token) []byte {
	start, end := token.Start, token.End
	if token.Kind == String {
		start, end = token.Inside()
	}
	return r.scanner.Text[start:end]
}

// nesting remembers which of the brackets around a value are objects: one bit a level, the innermost the lowest.
type nesting struct {
	depth int
	bits  uint64
	outer []uint64 // full words, for more than 64 levels
}

func (n *nesting) inObject() bool { return n.depth > 0 && n.bits&1 == 1 }

func (n *nesting) closing() Kind {
	if n.bits&1 == 1 {
		return '}'
	}
	return ']'
}

func (n *nesting) push(object bool) {
	if n.depth > 0 && n.depth%64 == 0 {
		n.outer, n.bits = append(n.outer, n.bits), 0
	}
	n.bits <<= 1
	if object {
		n.bits |= 1
	}
	n.depth++
}

func (n *nesting) pop() {
	n.bits >>= 1
	if n.depth--; n.depth > 0 && n.depth%64 == 0 {
		last := len(n.outer) - 1
		n.outer, n.bits = n.outer[:last], n.outer[last]
	}
}
