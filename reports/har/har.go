// Package har writes a transcript as an HTTP archive 1.2, which the network tools of browsers open:
// http://www.softwareishard.com/blog/har-12-spec.
//
// Start with [Write].
package har

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/unified-login/assay/reports/transcript"
)

// The objects of the format. It allows own members that begin with an underscore.
type (
	harEntry struct {
		Started     time.Time   `json:"startedDateTime"`
		Time        float64     `json:"time"` // milliseconds
		Request     harRequest  `json:"request"`
		Response    harResponse `json:"response"`
		Cache       struct{}    `json:"cache"`
		Timings     harTimings  `json:"timings"`
		Comment     string      `json:"comment"`
		ID          string      `json:"_id"`
		Requirement string      `json:"_requirement,omitempty"`
		Situation   string      `json:"_situation,omitempty"`
		Result      string      `json:"_result"`
	}
	harRequest struct {
		Method  string    `json:"method"`
		URL     string    `json:"url"`
		Version string    `json:"httpVersion"`
		Cookies []harPair `json:"cookies"`
		Headers []harPair `json:"headers"`
		Query   []harPair `json:"queryString"`
		Body    *harBody  `json:"postData,omitempty"`
		Head    int       `json:"headersSize"` // -1 for unknown
		Size    int       `json:"bodySize"`
	}
	harResponse struct {
		Status   int        `json:"status"`
		Text     string     `json:"statusText"`
		Version  string     `json:"httpVersion"`
		Cookies  []harPair  `json:"cookies"`
		Headers  []harPair  `json:"headers"`
		Content  harContent `json:"content"`
		Redirect string     `json:"redirectURL"`
		Head     int        `json:"headersSize"`
		Size     int        `json:"bodySize"`
		Error    string     `json:"_error,omitempty"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harBody struct {
		Type     string    `json:"mimeType"`
		Params   []harPair `json:"params"`
		Text     string    `json:"text"`
		Encoding string    `json:"_encoding,omitempty"`
	}
	harContent struct {
		Size     int    `json:"size"`
		Type     string `json:"mimeType"`
		Text     string `json:"text"`
		Encoding string `json:"encoding,omitempty"`
		Comment  string `json:"comment,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

// Write writes records as an HTTP archive, one entry an exchange, in order. Version is the version of assay. The entry of a
// body that the transcript has cut says so. The first error of records ends the archive and is returned.
func Write(w io.Writer, version string, records iter.Seq2[transcript.Record, error]) error {
	creator, err := json.Marshal(map[string]string{"name": "assay", "version": version})
	if err != nil {
		return fmt.Errorf("har: %w", err)
	}
	out := bufio.NewWriterSize(w, 64<<10) // it keeps its first error
	_, _ = fmt.Fprintf(out, "{\"log\":{\"version\":\"1.2\",\"creator\":%s,\"pages\":[],\"entries\":[", visibly(creator))
	separator := "\n"
	for record, err := range records {
		if err != nil {
			return err
		}
		entry, err := json.Marshal(entryOf(record))
		if err != nil {
			return fmt.Errorf("har: %s: %w", record.ID, err)
		}
		_, _ = out.WriteString(separator)
		_, _ = out.Write(visibly(entry))
		separator = ",\n"
	}
	_, _ = out.WriteString("\n]}}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("har: %w", err)
	}
	return nil
}

// visibly escapes the characters of a JSON text that do not print, so that the file does nothing to a terminal. They are all
// inside strings.
func visibly(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range string(text) {
		switch {
		case unicode.IsPrint(c):
			out = utf8.AppendRune(out, c)
		case c > 0xffff:
			high, low := utf16.EncodeRune(c)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
	}
	return out
}

func entryOf(record transcript.Record) harEntry {
	milliseconds := math.Round(record.Seconds*1e6) / 1e3 // more digits may look like a phone number
	return harEntry{
		Started: record.Sent, Time: milliseconds, Timings: harTimings{Wait: milliseconds},
		Request: requestOf(record.Request), Response: responseOf(record),
		ID: record.ID, Requirement: record.Requirement, Situation: record.Situation, Result: record.Result,
		Comment: record.ID + " " + record.Requirement + " " + record.Result,
	}
}

func requestOf(request transcript.Request) harRequest {
	entry := harRequest{
		Method: request.Method, URL: request.URL, Version: "HTTP/1.1", Cookies: []harPair{},
		Headers: pairs(request.Headers), Query: []harPair{}, Head: -1, Size: sizeOf(request.Body),
	}
	if address, err := url.Parse(request.URL); err == nil {
		entry.Query = pairs(http.Header(address.Query()))
	}
	if body := request.Bytes(); len(body) > 0 {
		entry.Body = &harBody{Type: request.Headers.Get("Content-Type"), Params: []harPair{}}
		entry.Body.Text, entry.Body.Encoding = textOf(request.Body)
	}
	return entry
}

// responseOf converts the response. As in browsers, status 0 means no response.
func responseOf(record transcript.Record) harResponse {
	if record.Response == nil {
		return harResponse{Cookies: []harPair{}, Headers: []harPair{}, Head: -1, Size: -1, Error: record.Failure,
			Content: harContent{Type: "x-unknown"}}
	}
	response := *record.Response
	entry := harResponse{
		Status: response.Status, Text: http.StatusText(response.Status), Version: response.Proto, Cookies: []harPair{},
		Headers: pairs(response.Headers), Redirect: response.Headers.Get("Location"), Head: -1, Size: sizeOf(response.Body),
		Content: harContent{Size: sizeOf(response.Body), Type: response.Headers.Get("Content-Type")}, Error: record.Failure,
	}
	entry.Content.Text, entry.Content.Encoding = textOf(response.Body)
	if response.Cut() {
		entry.Content.Comment = fmt.Sprintf("the beginning of %d bytes", response.Length)
	}
	return entry
}

// textOf returns a body as text, or in base64 if it is not UTF-8.
func textOf(body transcript.Body) (text, encoding string) {
	if len(body.Base64) == 0 {
		return body.Text, ""
	}
	encoded, _ := json.Marshal(body.Base64) // never fails for bytes
	return string(encoded[1 : len(encoded)-1]), "base64"
}

// sizeOf is the length of the whole body, in bytes.
func sizeOf(body transcript.Body) int {
	if body.Cut() {
		return body.Length
	}
	return len(body.Bytes())
}

// pairs lists headers or parameters, sorted by name.
func pairs(values http.Header) []harPair {
	list := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			list = append(list, harPair{name, value})
		}
	}
	return list
}
