package suites

import (
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/jwt"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// inQuery sends a code where every log keeps it. GET with a query is judged by http.method.
func inQuery(t *Trial) {
	query := func(r *client.Request) {
		r.Query = url.Values{"appId": {r.Code.AppID}, "code": {r.Code.Code}}.Encode()
	}
	for situation, body := range map[string]client.Bend{
		"the code in the query, without a body":            client.Body([]byte{}, ""),
		"the code in the query, with an empty object":      client.Body([]byte("{}"), ""),
		"the code in the query, with a body of appId only": client.Omit("code"),
	} {
		t.Case(situation, func(t *Trial) {
			t.twin(t.App(0))
			t.Expect(t.Exchange(t.Code(), query, body)).To(expect.GiveNoIdentity())
		})
	}
}

// outstanding exchanges several unused codes of one user, each of which is good once.
func outstanding(t *Trial) {
	if t.Declares().CodeSupersedes {
		t.Note(phrase.CodesSupersede)
		return
	}
	for situation, reverse := range map[string]bool{"unused codes of one user, the oldest first": false, "unused codes of one user, the newest first": true} {
		t.Case(situation, func(t *Trial) {
			const each = 3
			person := t.Person()
			var codes []assay.Code
			for range each { // one after another, so that their order is known
				codes = append(codes, t.codesAt(person, t.App(0), 1)...)
			}
			if codes[0].UserID != codes[each-1].UserID {
				t.Untested(phrase.OtherUsers)
			}
			if reverse {
				slices.Reverse(codes)
			}
			exchanges := make([]assay.Exchange, each)
			for i, code := range codes {
				exchanges[i] = t.Exchange(code)
			}
			t.Expect(exchanges...).To(expect.BeExchanged())
		})
	}
}

// guessing issues codes one after another and looks for what they have in common.
func guessing(t *Trial) {
	const users, each = 8, 8
	var texts []string
	ofUser := map[string][]string{}
	for range users {
		person := t.Person()
		for range each {
			code := t.codesAt(person, t.App(0), 1)[0]
			texts, ofUser[code.UserID] = append(texts, code.Code), append(ofUser[code.UserID], code.Code)
		}
	}
	bits := expect.VaryingBits(texts)
	if len(ofUser) == users { // where the driver chooses the users, some have too few codes to tell what varies
		bits = min(bits, expect.VaryingBits(slices.Collect(maps.Values(ofUser))...))
	}
	const enough, ample = 64, 120
	t.Check(bits >= enough, fmt.Sprintf("at least %d bits that vary from code to code of a user", enough),
		fmt.Sprintf("no more than %.0f bits vary in %d codes of %d users", bits, len(texts), users))
	step, counted := expect.Counts(texts)
	t.Check(!counted || t.session.config.Target.Driver.Kind() == assay.DriverPool, "codes that are not counted up",
		fmt.Sprintf("each of %d codes is larger than the one before it, by no more than 2^%d", len(texts), step))
	length, known := jwt.KnownSecret([]byte(texts[0]))
	t.Check(!known, "codes that nobody else can sign", fmt.Sprintf("the code is a JWT that is signed with a secret of %d characters that documentation gives as an example", length))
	if bits < ample {
		t.Note(phrase.FewBits, int(bits))
	}
}
