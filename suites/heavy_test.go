//go:build unix

package suites_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/unified-login/assay/fixtures/platform"
)

// A heavy answer is legal and costs its reader much: it is the reference's with something added.
type heavy struct {
	name string
	// data and top are members, each with a comma behind it, that every accepted answer has in data and beside it; refusal those
	// that every refusal has beside errcode.
	data, top, refusal string
	header             http.Header
	claims             map[string]any
	gzip               bool
	lengths            bool   // every token has another length
	unlike             bool   // no two answers are equal: the first m has a number of its own
	page               string // the body of every refusal
}

// repeated joins n texts.
func repeated(n int, format string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// text is a member with a text.
func text(inside string) string { return `"text":"` + inside + `",` }

// words joins n words.
func words(n int, word func(i int) string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(word(i) + " ")
	}
	return all.String()
}

func base64Of(i int) string { return base64.RawStdEncoding.EncodeToString(fmt.Appendf(nil, "%08d", i)) }
func jwtOf(i int) string    { return fmt.Sprintf("eyJ%08d.eyJ%08d.%d", i, i, i) }

// heavies lists the kinds of heavy answers. The client reads 128 KiB of an answer.
func heavies() []heavy {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	claims := map[string]any{}
	for i := range 3000 {
		claims[fmt.Sprintf("claim%d", i)] = i
	}
	fields := http.Header{}
	for i := range 2500 {
		fields[fmt.Sprintf("X-Field-%04d", i)] = []string{"v"}
	}
	return []heavy{
		{name: "plain"},
		{name: "data-members", data: repeated(9000, `"m%d":1,`)},
		{name: "data-texts", data: repeated(5000, `"m%d":"text %[1]d",`)},
		{name: "top-members", top: repeated(9000, `"m%d":1,`)},
		{name: "data-deep", data: `"deep":` + nested(9000) + ","},
		{name: "data-arrays", data: `"deep":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + ","},
		{name: "long-text", data: text(strings.Repeat("lorem ipsum ", 10000))},
		{name: "long-word", data: text(strings.Repeat("a", 120000))},
		{name: "token-60k", claims: map[string]any{"permissions": strings.Fields(strings.Repeat("app:read ", 4500))}},
		{name: "token-claims", claims: claims},
		{name: "header-fields", header: fields},
		{name: "header-long", header: http.Header{"X-Long": {strings.Repeat("value ", 10000)}}},
		{name: "base64-words", data: text(words(9000, base64Of))},
		{name: "jwt-words", data: text(words(4000, jwtOf))},
		{name: "data-numbers", data: `"list":[` + repeated(9000, "988%08d,") + "0],"},
		{name: "data-users", data: `"list":[` + repeated(1500, `{"id":"user-%05d","phone":"139%08[1]d","openId":"22795%011[1]d"},`) + "0],"},
		{name: "base64-1m", data: text(words(1<<17, base64Of))},
		{name: "hex-1m", data: text(repeated(1<<17, "%08x"))},
		{name: "members-15k", data: repeated(1500, `"m%d":1,`), refusal: repeated(1500, `"m%d":1,`)},
		{name: "paths-15k", data: text(strings.Repeat("/a/b at x.y ", 1200)), refusal: text(strings.Repeat("/a/b at x.y ", 1200))},
		{name: "unlike", data: `"m":1,` + repeated(9000, `"m%d":1,`), unlike: true},
	}
}

// heavyTexts lists the kinds that are a text of hard words.
func heavyTexts() []heavy {
	return []heavy{
		{name: "escapes", data: text(strings.Repeat(`\u0041`, 20000))},
		{name: "escaped-backslashes", data: text(strings.Repeat(`\\`, 60000))},
		{name: "percents", data: text(strings.Repeat(`%41&#65;`, 15000))},
		{name: "digits", data: text(strings.Repeat("12345678901 ", 10000))},
		{name: "digit-run", data: text(strings.Repeat("1", 120000))},
		{name: "number-long", data: `"n":` + strings.Repeat("1", 300) + ","},
		{name: "dots", data: text(strings.Repeat("a.", 60000))},
		{name: "words-dots", data: text(strings.Repeat("abcdefghij.", 10000))},
		{name: "repeated-names", data: repeated(9000, `"m":%d,`)},
		{name: "whitespace", data: strings.Repeat("\n          ", 10000)},
		{name: "refusals-64k", refusal: text(strings.Repeat("lorem ipsum ", 5000))},
		{name: "refusals-paths", refusal: text(strings.Repeat("/a/b at x.y ", 5000))},
		{name: "refusals-words", refusal: text(words(4000, base64Of))},
		{name: "refusals-select", refusal: text(strings.Repeat("select from ", 5000))},
		{name: "refusals-slashes", refusal: text(strings.Repeat("/a", 30000))},
		{name: "refusals-page", refusal: "\x00" + strings.Repeat(`"code" : x <a href="/x">`, 2500)},
		{name: "refusals-members", refusal: repeated(9000, `"m%d":1,`)},
		{name: "refusals-jwts", refusal: text(words(4000, jwtOf))},
		{name: "refusals-numbers", refusal: `"list":[` + repeated(9000, "988%08d,") + "0],"},
		{name: "refusals-escapes", refusal: text(strings.Repeat(`\u0041`, 20000))},
		{name: "refusals-deep", refusal: `"deep":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + ","},
		{name: "refusals-unlike", refusal: `"m":1,` + repeated(9000, `"m%d":1,`), unlike: true},
		{name: "refusals-html", page: "<html><body>" + repeated(2000, `<p><a href="/a/%d?x=%[1]d">at /a/b.go</a>&nbsp;`) + "</body></html>"},
		{name: "jwts", data: text(strings.Repeat("\\n", 1) + strings.Repeat("eyJhbGciOiJub25lIn0.e.x ", 4500))},
		{name: "token-lengths", lengths: true, data: text(strings.Repeat("eyJhbGciOi ", 5000))},
		{name: "gzip", data: text(strings.Repeat("a", 100<<10)), gzip: true},
	}
}

// over makes the heavy answer the platform's.
func (h heavy) over(parts *platform.Parts) error {
	if h.claims != nil {
		parts.Signer = claimant{parts.Signer, h.claims}
	}
	if h.lengths {
		parts.Signer = &grower{Signer: parts.Signer}
	}
	next, answers := parts.Handler, new(atomic.Int64)
	parts.Handler = http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		seen := httptest.NewRecorder()
		next.ServeHTTP(seen, r)
		body := seen.Body.Bytes()
		for name, values := range seen.Header() {
			out.Header()[name] = values
		}
		for name, values := range h.header {
			out.Header()[name] = values
		}
		if bytes.Contains(body, []byte(`"errcode":"OK"`)) {
			body = bytes.Replace(body, []byte(`"data":{`), []byte(h.top+`"data":{`+h.data), 1)
		} else if bytes.Contains(body, []byte(`"errcode"`)) && h.refusal != "" {
			body = bytes.Replace(body, []byte("{"), []byte("{"+h.refusal), 1)
		}
		if h.page != "" && !bytes.Contains(body, []byte(`"errcode":"OK"`)) {
			body = []byte(h.page)
			out.Header().Set("Content-Type", "text/html")
		}
		if h.unlike {
			body = bytes.Replace(body, []byte(`"m":1,`), fmt.Appendf(nil, `"m":%d,`, answers.Add(1)), 1)
		}
		if h.gzip && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			var zipped bytes.Buffer
			writer, _ := gzip.NewWriterLevel(&zipped, gzip.BestSpeed)
			_, _ = writer.Write(body)
			_ = writer.Close()
			body = zipped.Bytes()
			out.Header().Set("Content-Encoding", "gzip")
		}
		out.Header().Set("Content-Length", strconv.Itoa(len(body)))
		out.WriteHeader(seen.Code)
		_, _ = out.Write(body)
	})
	return nil
}

// A claimant adds claims to every token.
type claimant struct {
	platform.Signer
	claims map[string]any
}

// Sign implements [platform.Signer].
func (c claimant) Sign(ctx context.Context, payload []byte) (string, error) {
	more, err := json.Marshal(c.claims)
	if err != nil {
		return "", err
	}
	payload = append(append(bytes.TrimSuffix(payload, []byte("}")), ','), more[1:]...)
	return c.Signer.Sign(ctx, payload)
}

// A grower makes every token longer than the one before.
type grower struct {
	platform.Signer
	tokens atomic.Int64
}

// Sign implements [platform.Signer].
func (g *grower) Sign(ctx context.Context, payload []byte) (string, error) {
	more := fmt.Sprintf(`,"pad":"%s"}`, strings.Repeat("p", 3*int(g.tokens.Add(1))))
	return g.Signer.Sign(ctx, append(bytes.TrimSuffix(payload, []byte("}")), more...))
}
