package expect

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/rawjson"
	"github.com/unified-login/assay/reports/reproduce"
)

// AnswerOK holds for 200 or 201 with a JSON object, errcode OK and an object data.
func AnswerOK() Matcher {
	return answered("200 or 201, a JSON object, errcode OK and a data object", func(x assay.Exchange) (string, bool) {
		status, envelope := x.Response.Status, x.Response.Envelope()
		data := envelope.Member("data")
		isObject := len(data) > 0 && data[0] == '{'
		ok := (status == http.StatusOK || status == http.StatusCreated) && envelope.Object && envelope.Errcode() == assay.OK && isObject
		return fmt.Sprintf("%s, data an object: %v", Summary(x), isObject), ok
	}).ofWhole().Shows(reproduce.StatusUnlike("^20[01]$"), reproduce.Lacks(reproduce.OK()))
}

// GiveString holds when the member of data is a string that is not empty.
func GiveString(name string) Matcher {
	return each("data."+name+" a non-empty string", func(x assay.Exchange) (string, bool) {
		raw := dataOf(x, name)
		text, isString := assay.Text(raw)
		return fmt.Sprintf("data.%s %s", name, shown(raw)), isString && text != ""
	}).ofWhole().Shows(reproduce.Lacks(reproduce.Text(name)))
}

// GiveStringOrNothing holds when the member of data is a string, null or absent.
func GiveStringOrNothing(name string) Matcher {
	return each("data."+name+", where present, a string", func(x assay.Exchange) (string, bool) {
		raw := dataOf(x, name)
		_, isString := assay.Text(raw)
		return fmt.Sprintf("data.%s %s", name, shown(raw)), isString || assay.Empty(raw)
	}).Shows(reproduce.Has(reproduce.NoText(name)))
}

// UnionID is the unionId that a login gave; "" if none.
func UnionID(x assay.Exchange) string { return textOf(x, "unionId") }

// AccessToken is the accessToken that a login gave; "" if none.
func AccessToken(x assay.Exchange) string { return textOf(x, "accessToken") }

// Channel is the channel that a login gave, as raw JSON for people to read.
func Channel(x assay.Exchange) string { return shown(dataOf(x, "channel")) }

func textOf(x assay.Exchange, name string) string {
	text, _ := assay.Text(dataOf(x, name))
	return text
}

// SayOK holds when errcode is exactly the string OK.
func SayOK() Matcher {
	return answered("errcode exactly \"OK\"", func(x assay.Exchange) (string, bool) {
		raw := x.Response.Envelope().Member("errcode")
		text, isString := assay.Text(raw)
		return "errcode " + shown(raw), isString && text == assay.OK
	}).Shows(reproduce.Lacks(reproduce.OK()))
}

// NotSayOK holds when errcode is anything but OK, in whichever letter case a client reads its name, and error is not OK either.
func NotSayOK() Matcher {
	return answered("a refusal that does not say OK", func(x assay.Exchange) (string, bool) {
		if x.Response.Envelope().Errcode() == assay.OK {
			return Summary(x), false
		}
		if text, _ := assay.Text(x.Response.Envelope().Member("error")); strings.EqualFold(text, assay.OK) {
			return Summary(x) + ", but error is OK", false
		}
		alias := saysOKAs(x.Response.Body)
		return fmt.Sprintf("%s, but %s is OK", Summary(x), shown([]byte(alias))), alias == ""
	}).Shows(reproduce.Has(reproduce.OK()), reproduce.Has(reproduce.ErrorOK()))
}

// saysOKAs names a member of an envelope that some clients read as errcode, because they match names without case, and that is OK;
// "" for none.
func saysOKAs(body []byte) string {
	reader := rawjson.NewReader(body)
	for reader.Next() {
		if reader.Depth != 1 || reader.Value.Kind != rawjson.String || rawjson.Decode(reader.Content(reader.Value)) != assay.OK {
			continue
		}
		if name := rawjson.Decode(reader.Content(reader.Name)); strings.EqualFold(name, "errcode") {
			return name
		}
	}
	return ""
}

// NotSayOKWithErrorStatus holds unless errcode OK comes with a 4xx or 5xx.
func NotSayOKWithErrorStatus() Matcher {
	return answered("errcode OK never with a 4xx or 5xx", func(x assay.Exchange) (string, bool) {
		status := x.Response.Status
		ok := x.Response.Envelope().Errcode() == assay.OK
		return fmt.Sprintf("errcode OK with status %d", status), !ok || status < 400
	})
}

// CarryErrcode holds when errcode is a string that is not empty.
func CarryErrcode() Matcher {
	return answered("errcode a non-empty string", func(x assay.Exchange) (string, bool) {
		raw := x.Response.Envelope().Member("errcode")
		text, isString := assay.Text(raw)
		return "errcode " + shown(raw), isString && text != ""
	}).Shows(reproduce.Lacks(reproduce.Text("errcode")))
}

// CarryError holds when error is an empty string on success and a non-empty one on refusal.
func CarryError() Matcher {
	return answered("error an empty string on success and a text on refusal", func(x assay.Exchange) (string, bool) {
		raw := x.Response.Envelope().Member("error")
		text, isString := assay.Text(raw)
		if Identified(x) {
			return "on success error " + shown(raw), isString && text == ""
		}
		return "on refusal error " + shown(raw), isString && text != ""
	})
}

// BeEnvelope holds when the answer is a JSON object with an errcode.
func BeEnvelope() Matcher {
	return answered("a JSON envelope", func(x assay.Exchange) (string, bool) {
		envelope := x.Response.Envelope()
		if !envelope.Object {
			return fmt.Sprintf("status %d with a body that is not a JSON object", x.Response.Status), false
		}
		return fmt.Sprintf("status %d without errcode", x.Response.Status), len(envelope.Member("errcode")) > 0
	})
}
