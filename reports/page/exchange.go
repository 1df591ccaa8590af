package page

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/transcript"
)

// shownBody is how many characters of a body are shown; transcript.jsonl may have more.
const shownBody = 4 << 10

// An exchangeView is an exchange as sent and received, or, with Again, a link to where it is shown.
type exchangeView struct {
	Anchor, ID, Role                                string
	Again, Open                                     bool
	Method, Path, Status, Result, Reason, Took, TLS string
	SentAt, Failure                                 string
	Sent, Received                                  *message
}

// A message is a request or a response: its first line, its headers sorted by name, and its body.
type message struct {
	First   string
	Headers []header
	Body    string
	Cut     string // the length of the whole body, if only its beginning is shown
}

type header struct{ Name, Value string }

// exchangeID matches ids that can be linked to.
var exchangeID = regexp.MustCompile(`^x-[0-9]+$`)

// exchange returns the view of the exchange id; false if it is not in the transcript, or the page has no room for it.
func (b *builder) exchange(id string, open, room bool) (exchangeView, bool) {
	record, known := b.evidence.records[id]
	if !known || !room {
		return exchangeView{}, false
	}
	view := exchangeView{ID: id}
	if len(id) <= lineLimit && exchangeID.MatchString(id) {
		view.Anchor = id
	}
	if b.shown[id] {
		view.Again = true
		return view, view.Anchor != ""
	}
	if b.bytes > exchangesInBytes {
		return exchangeView{}, false
	}
	b.shown[id] = true
	b.describe(&view, record)
	view.Open = open
	return view, true
}

func (b *builder) describe(view *exchangeView, record transcript.Record) {
	request := record.Request
	view.Method, view.Path, view.Result, view.Reason = request.Method, request.URL, resultText(b.in, record.Result), record.Reason
	if address, err := url.Parse(request.URL); err == nil && address.Host != "" {
		view.Path = address.RequestURI()
	}
	view.SentAt, view.Took = record.Sent.UTC().Format("2006-01-02T15:04:05.000000Z"), took(record.Seconds)
	view.Sent = b.message(request.Method+" "+request.URL, request.Headers, request.Body)
	view.Failure, view.Status = record.Failure, "—"
	if response := record.Response; response != nil {
		view.Status, view.TLS = fmt.Sprint(response.Status), response.TLS
		first := strings.TrimSpace(fmt.Sprintf("%s %d %s", response.Proto, response.Status, http.StatusText(response.Status)))
		view.Received = b.message(first, response.Headers, response.Body)
	}
}

func (b *builder) message(first string, headers http.Header, body transcript.Body) *message {
	m := &message{First: first}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			m.Headers = append(m.Headers, header{name, value})
			b.bytes += len(name) + min(len(value), lineLimit)
		}
	}
	text, more := visible.Cut(string(body.Bytes()), shownBody, "\n\t")
	m.Body = text
	b.bytes += len(text)
	switch {
	case body.Cut():
		m.Cut = fmt.Sprint(body.Length)
	case more > 0:
		m.Cut = fmt.Sprint(len(body.Bytes()))
	}
	return m
}

// took formats a duration, in seconds, for people.
func took(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	default:
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
}
