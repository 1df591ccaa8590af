package transcript

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript/secrets"
)

// Exchange returns the record of x. It first learns the secrets that x itself names: its code, its phone, and an accessToken in
// the response.
func (r *Redactor) Exchange(x assay.Exchange) Record {
	outcome := assay.Judge(x)
	limit := r.bodyLimit(x, outcome)
	answer := r.learnExchange(x, limit)
	redacted := outcome
	redacted.Failure = r.failure(outcome.Failure)
	record := Record{
		Schema: SchemaName, ID: x.ID, Requirement: x.Requirement, Situation: r.Text(x.Situation), Endpoint: x.Endpoint,
		Code: r.code(x.Code),
		Request: Request{
			Method: r.Text(x.Request.Method), URL: r.url(x.Request.URL), Headers: r.headers(x.Request.Header),
			Body: r.body(x.Request.Body, requestPlace(x.Request), BodyLimit, nil),
		},
		Failure:     r.failure(x.Failure).String(),
		FailureKind: x.Failure.Kind,
		Result:      outcome.Result.String(),
		Reason:      redacted.Explain(),
		Sent:        x.Sent.UTC().Truncate(microsecond), Seconds: x.Took.Seconds(),
	}
	if x.Response != nil {
		record.Response = &Response{
			Status: x.Response.Status, Proto: x.Response.Proto, TLS: x.Response.TLS,
			Headers:   r.headers(x.Response.Header),
			Body:      r.body(x.Response.Body, secrets.InResponse, limit, answer),
			Truncated: x.Response.Truncated,
		}
	}
	return record
}

// failure redacts a failure: its texts may quote the target.
func (r *Redactor) failure(f assay.Failure) assay.Failure {
	return assay.Failure{Kind: f.Kind, Text: r.Text(f.Text), Detail: r.Text(f.Detail)}
}

func (r *Redactor) code(code *assay.Code) *Code {
	if code == nil {
		return nil
	}
	redacted := &Code{
		Kind: code.Kind, AppID: r.Text(code.AppID), UserID: r.Text(code.UserID), Channel: r.Text(code.Channel),
		ExpiresAt: instant(code.ExpiresAt),
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if code.Code != "" {
		redacted.Code = r.token(KindCode, code.Code)
	}
	if code.Phone != "" {
		redacted.Phone = r.token(KindPhone, code.Phone)
	}
	return redacted
}

// instant is a time in UTC or, where that is beyond the years that JSON can have, in its own zone: a driver may say any.
func instant(t time.Time) time.Time {
	const years = 10_000
	if utc := t.UTC(); utc.Year() >= 0 && utc.Year() < years {
		return utc
	}
	return t
}

// url redacts a URL: everything that Text finds, its parameters and its credentials.
func (r *Redactor) url(url string) string {
	found := r.find([]byte(url), secrets.Anywhere, nil, secrets.URL([]byte(url))...)
	if len(found) == 0 {
		return url
	}
	return string(r.render([]byte(url), found))
}

// ordinary are names of headers that cannot have a secret.
var ordinary = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Authorization": true, "Cache-Control": true, "Connection": true,
	"Content-Length": true, "Content-Type": true, "Date": true, "Location": true, "Server": true, "Set-Cookie": true,
	"User-Agent": true, "Vary": true, "Www-Authenticate": true,
}

// fieldLimit and headerLimit are the number of fields of a header, and of bytes of their values, that are recorded.
const (
	fieldLimit  = 128
	headerLimit = 16 << 10
)

// headers redacts names and values, because a name may echo what was sent. Of a header with more names than the limit it keeps the
// telling ones alone. A value that is cut ends in an ellipsis.
func (r *Redactor) headers(h http.Header) http.Header {
	redacted := make(http.Header, min(len(h), fieldLimit))
	fields, left := 0, r.allowed(sizeOf(h), headerLimit)
	for _, name := range inOrder(h) {
		shown := name
		if !ordinary[name] {
			shown = r.Text(name)
		}
		for _, value := range h[name] {
			if fields++; fields > fieldLimit || left <= 0 {
				return redacted
			}
			redacted[shown] = append(redacted[shown], r.field(name, value, left))
			left -= len(value)
		}
	}
	return redacted
}

// sizeOf is the size of the values of a header.
func sizeOf(h http.Header) (size int) {
	for _, values := range h {
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}

// telling are names of fields that checks ask for, besides the ordinary ones.
func telling() []string {
	return []string{"Access-Control-Allow-Credentials", "Access-Control-Allow-Origin", "Allow", "Content-Encoding", "Retry-After", "Transfer-Encoding"}
}

// inOrder lists the names of a header, sorted; the telling ones alone where there are too many.
func inOrder(h http.Header) []string {
	if len(h) <= fieldLimit {
		return slices.Sorted(maps.Keys(h))
	}
	names := slices.AppendSeq(telling(), maps.Keys(ordinary))
	names = slices.DeleteFunc(names, func(name string) bool { return h[name] == nil })
	slices.Sort(names)
	return names
}

// field redacts a value of a field and cuts it to about limit bytes: a secret across the limit is replaced whole.
func (r *Redactor) field(name, value string, limit int) string {
	text, end, more := []byte(value), len(value), ""
	if len(value) > limit {
		text, end, more = text[:min(len(value), limit+margin)], limit, "…"
	}
	found := r.find(text, secrets.Anywhere, nil, secrets.Header(name, string(text))...)
	return strings.ToValidUTF8(string(r.render(within(text, found, end))), "\ufffd") + more
}

// requestPlace says which members of a request's body are secret.
func requestPlace(request assay.Request) secrets.Place {
	if strings.Contains(strings.ToLower(request.Header.Get("Content-Type")), "form") {
		return secrets.InForm
	}
	return secrets.InRequest
}
