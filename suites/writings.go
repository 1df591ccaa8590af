package suites

import (
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

// writings are the forms of a body: those that can be in one, that one, and the names of its members in JSON escapes. Who looks for a name
// in the text does not find that, and reads the rest by other means.
func writings() (together, names writing, each []writing) {
	object := func(between string, texts ...[]byte) []byte {
		return []byte("{" + between + string(texts[0]) + between + ":" + between + string(texts[1]) + between + "," + between +
			string(texts[2]) + between + ":" + between + string(texts[3]) + between + "}")
	}
	const appID, code = "appId", "code"
	together = writing{"with all of these", func(app, text string) []byte {
		return object("\r\n\t ", mustJSON(code), escaped(text), mustJSON(appID), escaped(app))
	}}
	names = writing{"with the names of its members in JSON escapes", func(app, text string) []byte {
		return object("", escaped(appID), mustJSON(app), escaped(code), mustJSON(text))
	}}
	return together, names, []writing{
		{"with the code in JSON escapes", func(app, text string) []byte {
			return object("", mustJSON(appID), mustJSON(app), mustJSON(code), escaped(text))
		}},
		{"with the appId in JSON escapes", func(app, text string) []byte {
			return object("", mustJSON(appID), escaped(app), mustJSON(code), mustJSON(text))
		}},
		{"with the code in front of the appId", func(app, text string) []byte {
			return object("", mustJSON(code), mustJSON(text), mustJSON(appID), mustJSON(app))
		}},
		{"with white space between its parts", func(app, text string) []byte {
			return object("\r\n\t ", mustJSON(appID), mustJSON(app), mustJSON(code), mustJSON(text))
		}},
	}
}

func mustJSON(text string) []byte {
	raw, _ := json.Marshal(text) // a string always encodes
	return raw
}

// otherForms sends valid codes in a body of several forms, and in each of them alone where that is refused, and in one whose names are
// in JSON escapes.
func (t *Trial) otherForms() {
	codes := t.Codes(3)
	t.Given(t.Exchange(codes[0])).To(expect.BeExchanged())
	send := func(w writing, code assay.Code) assay.Exchange {
		return t.Exchange(code, client.Body(w.write(code.AppID, code.Code), "application/json"))
	}
	together, names, each := writings()
	whole := send(together, codes[1])
	for i := 0; !expect.Identified(whole) && i < len(each); i++ {
		t.situation = "a valid code in a body " + each[i].name
		t.Expect(send(each[i], t.Code())).To(expect.BeExchanged())
	}
	t.Expect(whole).To(expect.BeExchanged())
	t.situation = "a valid code in a body " + names.name
	t.Expect(send(names, codes[2])).To(expect.BeExchanged())
}
