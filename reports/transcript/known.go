package transcript

import (
	"bytes"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript/secrets"
)

// A Known is a text in a request, and the words of a shell that stand for it inside double quotes: "$CODE", say.
type Known struct{ Text, Words string }

// Command returns a line for a POSIX shell that sends the request of x as [Redactor.Reproduce] does. The line has words in
// front of the arguments of curl, and the words of every known text in its place. ok is false if the request has a secret
// that is not known, or a body that is too long for a command line.
func (r *Redactor) Command(x assay.Exchange, known []Known, words ...string) (line string, ok bool) {
	s := shell{redactor: r, known: append([]Known{}, known...)}
	line = s.command(x.Request, words...)
	return line, !s.unknown
}

// findKnown returns the known texts in text, the longest where several begin. What is between them must have no secret.
func (s *shell) findKnown(text []byte) []secrets.Span {
	var spans []secrets.Span
	literal := 0
	for at := 0; at < len(text); {
		longest := Known{}
		for _, known := range s.known {
			if len(known.Text) > len(longest.Text) && bytes.HasPrefix(text[at:], []byte(known.Text)) {
				longest = known
			}
		}
		if longest.Text == "" {
			at++
			continue
		}
		s.check(text[literal:at])
		spans = append(spans, secrets.Span{Start: at, End: at + len(longest.Text), Token: longest.Words})
		at += len(longest.Text)
		literal = at
	}
	s.check(text[literal:])
	return spans
}

// check notes a secret in a text that is written as it is.
func (s *shell) check(text []byte) {
	if !bytes.Equal(s.redactor.Bytes(text), text) {
		s.unknown = true
	}
}
