package ledger

import (
	"bytes"

	"github.com/unified-login/assay/internal/rawjson"
	"github.com/unified-login/assay/loadgen/codes"
)

// mostTexts bounds the texts of an answer that may be ids.
const mostTexts = 24

// elsewhere are the texts of an answer that stand where the contract names none, and may be ids: strings and numbers of the body, if it
// has more members than the contract names, and what the header has beside the usual fields. They are parts of the answer.
func elsewhere(x *Exchange, more bool) (all [][]byte) {
	if more {
		all = inBody(x.Answer.Body)
	}
	for _, value := range x.Answer.Further() {
		if len(all) < mostTexts {
			all = append(all, codes.Pieces(value)...)
		}
	}
	return all
}

// inBody are the strings and numbers of a body that stand where the contract names none.
func inBody(body []byte) (all [][]byte) {
	const least = 8 // bytes of what may name a user
	reader, inData := rawjson.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))), false
	for len(all) < mostTexts && reader.Next() {
		name := reader.Content(reader.Name)
		if reader.Depth == 1 {
			inData = string(name) == "data"
		}
		if kind := reader.Value.Kind; kind != rawjson.String && kind != rawjson.Number || documented(name, reader.Depth, inData) {
			continue
		}
		text := reader.Content(reader.Value)
		if !reader.Value.Plain() {
			text = []byte(rawjson.Decode(text))
		}
		if len(text) < least {
			continue
		}
		if all = append(all, text); bytes.ContainsAny(text, "/?&=:;,| ") {
			all = append(all, codes.Pieces(text)...)
		}
	}
	return all
}

// documented reports whether a member of an answer is one of the contract, which is compared by its name.
func documented(name []byte, depth int, inData bool) bool {
	switch string(name) {
	case "error", "errcode", "traceid":
		return depth == 1
	case "openId", "unionId", "channel", "phone", "accessToken":
		return depth == 2 && inData
	}
	return false
}
