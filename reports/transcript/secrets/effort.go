package secrets

// A finder is one search. It stops before a hostile text makes it expensive: many secrets that begin alike, and a text that
// repeats their beginning.
type finder struct {
	*Index
	work int // the number of bytes that may still be compared; negative if it was not enough
}

// workFor is the work that a search of text may cost beyond one pass over it. Ordinary texts need less than a tenth.
func workFor(text []byte) int { return 32*len(text) + 1<<16 }

// tailWork is the work of looking up how a text of one length ends.
const tailWork = 16

// spend reports whether n more bytes may be compared.
func (x *finder) spend(n int) bool {
	if x.work >= 0 {
		x.work -= n
	}
	return x.work >= 0
}

// Dropped replaces a text whose secrets cannot all be removed.
const Dropped = "[left out: it may still contain a secret]"

func dropped(text []byte) Span {
	return Span{Start: 0, End: len(text), Token: Dropped}
}

// Leaks reports whether text, which was redacted, still has a learnt secret. The words of the contract stay, even if one of
// them is a secret.
func (x *Index) Leaks(text []byte) bool {
	f := finder{Index: x, work: workFor(text)}
	for _, s := range f.search(text, nil, Anywhere) {
		if word := text[s.start:s.end]; (s.token != "" || s.changed) && !contract[string(word)] {
			return true
		}
	}
	return f.work < 0
}
