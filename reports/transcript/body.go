package transcript

import (
	"bytes"
	"time"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript/secrets"
)

// BodyLimit is the number of bytes of a body that are recorded.
const BodyLimit = 16 << 10

// margin is the number of bytes read beyond the recorded ones, so that a secret across the end is recognized.
const margin = 1 << 10

const microsecond = time.Microsecond

// A Body is the body of a request or a response. The zero value is empty.
type Body struct {
	// Text is the body if it is valid UTF-8, else Base64 is.
	Text   string `json:"body,omitempty"`
	Base64 []byte `json:"bodyBase64,omitempty"`
	// Length and Digest are set if only the beginning is recorded, or a note because the secrets cannot be removed. They are of
	// the whole body before it was redacted. The digest has the run's key: it identifies equal bodies of one run and nothing
	// else.
	Length int    `json:"bodyLength,omitempty"`
	Digest string `json:"bodyDigest,omitempty"`
}

// Bytes returns the body, or its beginning.
func (b Body) Bytes() []byte {
	if len(b.Base64) > 0 {
		return b.Base64
	}
	if b.Text == "" {
		return nil
	}
	return []byte(b.Text)
}

// Cut reports whether only the beginning is recorded.
func (b Body) Cut() bool { return b.Length > 0 }

// body redacts a body and cuts it to about limit bytes: a secret across the limit is replaced whole. known is the structure of
// what [beginning] returns, or nil.
func (r *Redactor) body(whole []byte, place secrets.Place, limit int, known *secrets.Structure) Body {
	var body Body
	text, end := beginning(whole, limit), len(whole)
	if len(whole) > limit {
		body.Length, body.Digest, end = len(whole), r.digest(whole), limit
		for end > limit-utf8.UTFMax && !utf8.RuneStart(whole[end]) {
			end--
		}
	}
	redacted := []byte(secrets.Dropped)
	if place != secrets.InResponse || !secrets.Opaque(text) {
		redacted = r.bodyBytes(text, end, place, known)
	}
	if string(redacted) == secrets.Dropped {
		body.Length, body.Digest = len(whole), r.digest(whole)
	}
	if utf8.Valid(redacted) {
		body.Text = string(redacted)
	} else {
		body.Base64 = redacted
	}
	return body
}

// beginning is the part of a body that is read in order to record limit bytes of it.
func beginning(whole []byte, limit int) []byte {
	if len(whole) <= limit {
		return whole
	}
	return whole[:min(len(whole), limit+margin)]
}

// bodyBytes redacts text and returns its first end bytes.
func (r *Redactor) bodyBytes(text []byte, end int, place secrets.Place, known *secrets.Structure) []byte {
	var form []secrets.Span
	if place == secrets.InForm {
		form = secrets.Query(text)
	}
	text, spans := within(text, r.find(text, place, known, form...), end)
	if len(spans) == 0 {
		return text
	}
	return r.render(text, spans)
}

// within cuts a text at end, or behind the secret across it, and returns the secrets in it.
func within(text []byte, spans []secrets.Span, end int) ([]byte, []secrets.Span) {
	for i, s := range spans {
		if s.Start >= end {
			spans = spans[:i]
			break
		}
		end = max(end, s.End)
	}
	return text[:end], spans
}

// Of bodies and headers larger than usual, largeBytes are recorded in a run, and of bodies longer than BodyLimit, longBytes, whole or
// to BodyLimit; of later ones briefLimit bytes each. To search a text for secrets is most of what a run costs.
const (
	usual      = 4 << 10
	largeBytes = 4 << 20
	longBytes  = 1 << 20
	briefLimit = 1 << 10
)

// bodyLimit is how much of x's response is recorded: all of it if its beginning would be judged differently, and less once there
// were many large ones, with the result that the whole had.
func (r *Redactor) bodyLimit(x assay.Exchange, judged assay.Outcome) int {
	if x.Response == nil || len(x.Response.Body) <= usual {
		return BodyLimit
	}
	whole := x.Response.Body
	if len(whole) <= BodyLimit {
		return r.allowed(len(whole), BodyLimit)
	}
	if r.long.Load() > longBytes {
		return briefLimit
	}
	cut := *x.Response
	cut.Body = bytes.Clone(whole[:BodyLimit-utf8.UTFMax])
	cut.Keep()
	x.Response = &cut
	limit := BodyLimit
	if assay.Judge(x) != judged {
		limit = len(whole)
	}
	r.long.Add(int64(limit))
	return limit
}

// allowed counts what is recorded of a large body or header of a size, and returns limit, or less once there were many.
func (r *Redactor) allowed(size, limit int) int {
	if size <= usual {
		return limit
	}
	if r.large.Load() > largeBytes {
		return briefLimit
	}
	r.large.Add(int64(min(size, limit)))
	return limit
}
