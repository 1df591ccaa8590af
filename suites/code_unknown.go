package suites

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// unknownCode needs no codes. If there are some, it uses the format of a real one and tries the valid twin.
func unknownCode(t *Trial) {
	if t.session.codesUnmet(t.Endpoint).IsZero() {
		t.Case("a random code with the format of a real one", func(t *Trial) {
			codes := t.Codes(2)
			t.Given(t.Exchange(codes[0])).To(expect.BeExchanged())
			t.Expect(t.Exchange(codes[1], t.otherCode(t.session.reshape(codes[1].Code)))).To(expect.BeRefused())
		})
	}
	if t.session.codesUnmet(assay.Login).IsZero() {
		t.namesAsCode()
	}
	t.Case("the PAT", patAsCode)
	t.Case("a code that is JSON in base64", unencryptedCode)
	never := map[string]string{"the sample code of the guide": sampleCode}
	for _, pattern := range patterns() {
		never["the pattern "+pattern] = pattern
	}
	for _, word := range []string{"null", "undefined", "test", "mock", "0", "123456", "the code is a mock one"} {
		never["the word "+word] = word
	}
	for situation, code := range never {
		t.Case(situation, func(t *Trial) {
			t.Expect(t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: code})).To(expect.BeRefused())
		})
	}
}

// namesAsCode sends what a sign-in says of a user, or of who asks, in place of a code: a platform may look all of them up in one
// table. The PAT is apart: a refusal may quote the code that was sent.
func (t *Trial) namesAsCode() {
	t.Case("what names a user, or who asks", func(t *Trial) {
		person := t.Person()
		x := t.Exchange(t.CodeOfKind(assay.Login, person))
		t.Given(x).To(expect.BeExchanged())
		t.session.learn("token", expect.AccessToken(x))
		t.session.learn("phone", person.Phone)
		t.session.config.Redactor.Spare(person.UserID, expect.IdentityOf(x), expect.UnionID(x)) // none of them is a code
		for name, text := range map[string]string{"the user id of a user": person.UserID, "the openId of a user": expect.IdentityOf(x),
			"the unionId of a user": expect.UnionID(x), "the phone of a user": person.Phone, "the accessToken of a user": expect.AccessToken(x),
			"the ID of the mini-program": t.App(0), "the traceid of an answer": traceID(x)} {
			if text == "" {
				continue
			}
			t.situation = name
			t.Expect(t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: text})).To(expect.BeRefused())
		}
	})
}

// unencryptedCode says in JSON who the user is, as a mini-program itself can: test systems may make such codes, and a platform may
// still take them.
func unencryptedCode(t *Trial) {
	person := t.Person()
	said, _ := json.Marshal(map[string]any{"appId": t.App(0), "userId": person.UserID, "currentUserId": person.UserID, "openId": person.UserID,
		"channel": person.Channel, "phone": person.Phone, "type": t.Endpoint, "timestamp": time.Now().UnixMilli()}) // texts and a number always encode
	code := base64.StdEncoding.EncodeToString(said)
	t.session.learn("code", code)
	t.session.learn("phone", person.Phone)
	t.Expect(t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: code})).To(expect.BeRefused())
}

// patAsCode sends the PAT in place of a code, as a business service does that confuses the two. Where a refusal quotes any code, which
// security.reflection judges, it may quote this one.
func patAsCode(t *Trial) {
	as := func(text string) assay.Exchange {
		return t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: text})
	}
	other := as(t.unknown(t.PAT().Reveal()))
	t.Expect(other).To(expect.BeRefused())
	x := as(t.PAT().Reveal())
	if _, silent := expect.NotReflect().Judge(other); !silent {
		t.signsNobodyIn(x)
		return
	}
	t.Expect(x).To(expect.BeRefused())
}

// patterns match everything in a lookup by pattern.
func patterns() []string { return []string{"%", "*"} }

// missingCode leaves the code out, or sends one that is empty when what counts as white space is taken off.
func missingCode(t *Trial) {
	for situation, bend := range map[string]client.Bend{
		"the code omitted":                          client.Omit("code"),
		"an empty code":                             client.Set("code", ""),
		"null for the code":                         client.Set("code", nil),
		"a space for the code":                      client.Set("code", " "),
		"a tab and a newline for the code":          client.Set("code", "\t\n"),
		"an ideographic space for the code":         client.Set("code", "\u3000"),
		"a zero-width space and a BOM for the code": client.Set("code", "\u200b\ufeff"),
	} {
		t.Case(situation, func(t *Trial) {
			t.twin(t.App(0))
			t.Expect(t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: sampleCode}, bend)).To(expect.BeRefused())
		})
	}
	t.Case("the code omitted, behind a request with one that was refused", behindRefusedCode)
}

// traceID is the traceid of an answer; "" where it is no text.
func traceID(x assay.Exchange) string {
	text, _ := assay.Text(x.Response.Envelope().Member("traceid"))
	return text
}
