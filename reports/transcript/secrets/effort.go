package secrets

// A finder is one search. It stops before a hostile text makes it expensive: many secrets that begin alike, and a text that
// repeats their beginning.
type finder struct {
	*Index
	work int // the number of bytes that may still be compared; negative if it was not enough
	// For decoded runs of the text, and for those in UTF-16.
	buffer, widened []byte
}

// runWork is the work of all searches of an index after which a text may cost less: every text of a run may be hostile.
const runWork = 32 << 20

// newFinder returns a search of text. Its work is what it may cost beyond one pass over the text. Ordinary texts need less than a
// tenth, and have an eighth after a hostile run.
func (x *Index) newFinder(text []byte) finder {
	work := 32*len(text) + 1<<16
	if x.spent.Load() > runWork {
		work /= 8
	}
	return finder{Index: x, work: work}
}

// find searches text for learnt secrets: see search. It reports whether the work was enough.
func (x *finder) find(text []byte, found []span, members Place) ([]span, bool) {
	work := x.work
	found = x.search(text, found, members)
	x.spent.Add(int64(work - max(x.work, 0)))
	return found, x.work >= 0
}

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
	f := x.newFinder(text)
	found, enough := f.find(text, nil, Anywhere)
	for _, s := range found {
		if word := text[s.start:s.end]; (s.token != "" || s.changed) && !contract[string(word)] {
			return true
		}
	}
	return !enough
}
