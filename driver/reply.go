package driver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/internal/words"
)

const (
	// maxMembers bounds the commas of a reply. One with a code for each of ten thousand users has half as many, and a small
	// text can stand for a large value.
	maxMembers = 200_000
	// maxWhy is the longest reason why an op failed or is unsupported, in bytes.
	maxWhy = 64 << 10
)

// byteOrderMark is what some languages write before a text.
const byteOrderMark = "\ufeff"

// readReply reads one reply. Its errors show the driver's author what arrived instead.
func readReply(text []byte, secrets ...string) (assay.HostReply, error) {
	var reply assay.HostReply
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte(byteOrderMark)))
	switch {
	case len(text) == 0:
		return reply, errors.New("an empty reply")
	case bytes.IndexByte(text, 0) >= 0:
		return reply, fmt.Errorf("a reply with a NUL byte at byte %d of %d; encode it as UTF-8", bytes.IndexByte(text, 0)+1, len(text))
	case !utf8.Valid(text): // encoding/json would change it
		return reply, fmt.Errorf("a reply that is not UTF-8 from byte %d of %d on", validUTF8(text)+1, len(text))
	case bytes.Count(text, []byte(",")) > maxMembers:
		return reply, fmt.Errorf("a reply of more than %d members; mint no more codes than asked for", maxMembers)
	case text[0] == '<':
		return reply, errors.New("a reply in HTML")
	case text[0] != '{':
		return reply, fmt.Errorf("%s instead of a JSON object", redact.Excerpt(beforeJSON(string(text)), secrets...))
	}
	err := json.Unmarshal(text, &reply)
	if err == nil {
		if name := repeated(text); name != "" {
			return reply, fmt.Errorf("a reply with two members %q in one object; write each once", name)
		}
		return reply, tooLong(reply)
	}
	// The text may be a reply with codes, so nothing of it is shown, and no error of encoding/json either.
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return reply, fmt.Errorf("a reply whose member %q does not have the protocol's type", words.Shorten(wrong.Field, redact.MaxExcerpt))
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return reply, fmt.Errorf("a reply that is not JSON from byte %d of %d on", wrong.Offset, len(text))
	}
	// Only a time fails with another type of error.
	return reply, errors.New("a reply whose expiresAt is not a time; write it like 2026-01-31T12:00:00Z")
}

// beginsJSON matches where a text may go on as a reply, which may have codes and PATs: an object, or a list of texts, lists or objects.
var beginsJSON = regexp.MustCompile(`\{|\[\s*["[{]`)

// beforeJSON is the part of a text before what may be a reply.
func beforeJSON(text string) string {
	if at := beginsJSON.FindStringIndex(text[:min(len(text), maxRead)]); at != nil {
		return text[:at[0]] + "…"
	}
	return text
}

// maxRead is more of a text than is shown, in bytes.
const maxRead = 4 << 10

// withoutReply is the error of an answer that is not HTTP, without the part that it quotes if that may be of a reply: a reply
// without a head, or what follows where a length is too short.
func withoutReply(err error) error {
	text := err.Error()
	if strings.ContainsAny(text, "{}") {
		before, _, _ := strings.Cut(text, `"`)
		return errors.New(before + "…")
	}
	if shown := redact.Text(text); shown != text {
		return errors.New(shown)
	}
	return err
}

// validUTF8 is the length of the part of text before the first byte that is not UTF-8.
func validUTF8(text []byte) (length int) {
	for length < len(text) {
		r, size := utf8.DecodeRune(text[length:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		length += size
	}
	return length
}

// tooLong is an error where a reply explains itself at length.
func tooLong(reply assay.HostReply) error {
	for _, member := range []struct{ name, text string }{{"error", reply.Error}, {"unsupported", reply.Unsupported}} {
		if len(member.text) > maxWhy {
			return fmt.Errorf("a reply whose %s has %d bytes; say why in one line", member.name, len(member.text))
		}
	}
	return nil
}

// settle turns a reply with an error, or with a reason why the op is unsupported, into a Go error.
func settle(request assay.HostRequest, reply assay.HostReply) (assay.HostReply, error) {
	switch {
	case reply.Error != "":
		return assay.HostReply{}, &assay.DriverError{Op: request.Op, Why: redact.Prose(reply.Error, secretsOf(request)...), Said: true}
	case reply.Unsupported != "":
		why := redact.Prose(reply.Unsupported, secretsOf(request)...)
		return assay.HostReply{}, &assay.UnsupportedError{Op: request.Op, Why: why}
	}
	reply.ID = request.ID
	return reply, nil
}

func failed(op assay.Op, why string, cause error) error {
	return &assay.DriverError{Op: op, Why: why, Err: cause}
}

// gone is the error of a driver that gets no more requests.
func gone(op assay.Op, why string) error {
	return &assay.DriverError{Op: op, Why: why, Gone: true}
}

// secretsOf lists the secrets of a request, which a driver may repeat when it complains.
func secretsOf(request assay.HostRequest) []string {
	secrets := []string{request.PAT, request.Code}
	for _, host := range []*assay.Injection{request.Host, request.Then} {
		if host != nil && host.Phone != nil {
			secrets = append(secrets, *host.Phone)
		}
	}
	return secrets
}
