package suites

import (
	"bytes"
	"encoding/json"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A writing is another form of a body that is the same JSON, which every parser of JSON reads.
type writing struct {
	name  string
	write func(appID, code string) []byte
}

// writings are the forms of a body: all in one, and each alone.
func writings() (together writing, each []writing) {
	object := func(between string, texts ...[]byte) []byte {
		return []byte("{" + between + string(texts[0]) + between + ":" + between + string(texts[1]) + between + "," + between +
			string(texts[2]) + between + ":" + between + string(texts[3]) + between + "}")
	}
	const appID, code = "appId", "code"
	plain := func(text string) []byte { return bytes.TrimSpace(mustJSON(text)) }
	return writing{"with all of these", func(app, text string) []byte {
			return object("\r\n\t ", escaped(code), escaped(text), escaped(appID), escaped(app))
		}}, []writing{
			{"with the code in JSON escapes", func(app, text string) []byte { return object("", plain(appID), plain(app), plain(code), escaped(text)) }},
			{"with the appId in JSON escapes", func(app, text string) []byte { return object("", plain(appID), escaped(app), plain(code), plain(text)) }},
			{"with the names of its members in JSON escapes", func(app, text string) []byte {
				return object("", escaped(appID), plain(app), escaped(code), plain(text))
			}},
			{"with the code in front of the appId", func(app, text string) []byte { return object("", plain(code), plain(text), plain(appID), plain(app)) }},
			{"with white space between its parts", func(app, text string) []byte {
				return object("\r\n\t ", plain(appID), plain(app), plain(code), plain(text))
			}},
		}
}

func mustJSON(text string) []byte {
	raw, _ := json.Marshal(text) // a string always encodes
	return raw
}

// otherForms sends a valid code in a body of all forms, and in each of them alone where that is refused.
func (t *Trial) otherForms() {
	codes := t.Codes(2)
	t.Given(t.Exchange(codes[0])).To(expect.BeExchanged())
	send := func(w writing, code assay.Code) assay.Exchange {
		return t.Exchange(code, client.Body(w.write(code.AppID, code.Code), "application/json"))
	}
	together, each := writings()
	whole := send(together, codes[1])
	for i := 0; !expect.Identified(whole) && i < len(each); i++ {
		t.situation = "a valid code in a body " + each[i].name
		t.Expect(send(each[i], t.Code())).To(expect.BeExchanged())
	}
	t.Expect(whole).To(expect.BeExchanged())
}
