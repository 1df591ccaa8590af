package expect_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

func withID(id string, x assay.Exchange) assay.Exchange {
	x.ID = id
	return x
}

func user(id, openID string) assay.Exchange {
	return withID(id, signIn(`{"errcode":"OK","data":{"openId":"`+openID+`"}}`))
}

// withUser is an answer to a code of a user.
func withUser(id, body string) assay.Exchange {
	x := signIn(body)
	x.Code = &assay.Code{UserID: id}
	return x
}

func TestIdentities(t *testing.T) {
	type set = map[string]assay.Exchange
	number := signIn(`{"errcode":"OK","data":{"openId":7,"channel":7}}`)
	const alicesToken = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln"
	bob := withUser("bob", `{"errcode":"OK","data":{"openId":"o-1","unionId":"n-1","phone":"13300000001"}}`)
	everyone := []assay.Exchange{
		withUser("alice", `{"errcode":"OK","data":{"openId":"o-2","unionId":"n-2","accessToken":"`+alicesToken+`","phone":"13300000002"}}`),
		withUser("carol", `{"errcode":"OK","data":{"openId":"o-3","accessToken":"shared"}}`),
		withUser("dave", `{"errcode":"OK","data":{"openId":"o-4","accessToken":"shared"}}`),
	}
	check(t, map[string]claim{
		"BeExchanged": {expect.BeExchanged(),
			set{"a sign-in": signIn(okLogin), "a number": number, "under 401": refusal(okLogin), "without OK": signIn(`{"data":{"openId":"o"}}`), "a phone": onPhone(signIn(okPhone))},
			set{"a refusal": refusal(refused), "empty": signIn(`{"errcode":"OK","data":{"openId":""}}`), "another kind's": onPhone(signIn(okLogin)), "nothing": silent(assay.BrokenOff)}},
		"SignIn": {expect.SignIn("o-1"), set{"the user": signIn(okLogin)},
			set{"another": user("x", "o-2"), "a refusal": refusal(refused), "nothing": silent(assay.BrokenOff), "in another case": user("x", "O-1")}},
		"NotSignInOther": {expect.NotSignInOther("o-1"), set{"the user": signIn(okLogin), "a refusal": refusal(refused), "500": answer(500, ""), "nothing": silent(assay.BrokenOff)},
			set{"another": user("x", "o-2"), "another, dressed as a refusal": refusal(`{"errcode":"X","data":{"openId":"o-2"}}`), "a number": number}},
		"NotSignInAnother": {expect.NotSignInAnother(bob, append(everyone, bob)), set{
			"the user": bob, "a refusal": refusal(refused), "everybody's token": withUser("bob", `{"data":{"accessToken":"shared"}}`),
			"a value that nobody had": withUser("bob", `{"data":{"unionId":"n-9"}}`), "nothing": silent(assay.BrokenOff),
		}, set{
			"another openId": user("x", "o-2"), "another unionId alone": withUser("bob", `{"errcode":"X","data":{"unionId":"n-2"}}`),
			"another accessToken":             withUser("bob", `{"errcode":"X","data":{"accessToken":"`+alicesToken+`"}}`),
			"a new token for another subject": withUser("bob", `{"data":{"accessToken":"`+strings.Replace(alicesToken, ".c2ln", ".bmV3", 1)+`"}}`),
			"another phone":                   withUser("bob", `{"data":{"phone":"13300000002"}}`),
		}},
		"GiveChannel": {expect.GiveChannel(), set{"as injected": signIn(okLogin), "escaped": signIn(`{"data":{"channel":"\u0066inclip"}}`)},
			set{"another": signIn(`{"data":{"channel":"acme"}}`), "absent": signIn(`{"data":{}}`), "null": signIn(`{"data":{"channel":null}}`), "a number": number, "in another case": signIn(`{"data":{"channel":"FinClip"}}`)}},
		"GivePhone": {expect.GivePhone(""), set{"as injected": onPhone(signIn(okPhone))},
			set{"another": onPhone(signIn(`{"data":{"phone":"13312345679"}}`)), "a number": onPhone(signIn(`{"data":{"phone":13312345678}}`)), "absent": onPhone(signIn(`{"data":{}}`))}},
		"GivePhone, masked": {expect.GivePhone(assay.PhoneMasked), set{"masked": onPhone(signIn(`{"data":{"phone":"133****5678"}}`))},
			set{"as injected": onPhone(signIn(okPhone)), "another": onPhone(signIn(`{"data":{"phone":"133****5679"}}`))}},
	})
	if got := expect.IdentityOf(number); got != "7" || !expect.Identified(number) {
		t.Errorf("identity %q", got)
	}
}

func TestSeveral(t *testing.T) {
	a, b, again := user("x-1", "o-1"), user("x-2", "o-2"), user("x-3", "o-1")
	disguised := withID("x-4", refusal(`{"errcode":"X","data":{"openId":"o-1"}}`))
	no, lost := refusal(refused), silent(assay.BrokenOff)
	type list = []assay.Exchange
	for name, test := range map[string]struct {
		matcher      expect.Matcher
		holds, fails []list
	}{
		"AcceptAtMostOne": {expect.AcceptAtMostOne(), []list{nil, {no, no}, {a, no, lost}, {lost, lost}},
			[]list{{a, a}, {a, b}, {a, no, disguised}, {a, no, failed(again, assay.BrokenOff)}}},
		"GiveOneIdentity":        {expect.GiveOneIdentity(), []list{nil, {a, again}, {a, no, lost, again}, {no, lost}}, []list{{a, b}, {a, no, again, b}}},
		"GiveDistinctIdentities": {expect.GiveDistinctIdentities(), []list{nil, {a, b}, {a, no, no, lost, lost}}, []list{{a, again}, {a, b, disguised}}},
		"BeRefused, all of them": {expect.BeRefused(), []list{{no, no}}, []list{{no, a}, {no, lost}}},
	} {
		for _, exchanges := range test.holds {
			if actual, ok := test.matcher.Judge(exchanges...); !ok {
				t.Errorf("%s does not hold: %s", name, actual)
			}
		}
		for i, exchanges := range test.fails {
			if actual, ok := test.matcher.Judge(exchanges...); ok || actual == "" {
				t.Errorf("%s holds for %d (%q)", name, i, actual)
			}
		}
	}
	if diff := cmp.Diff([]string{"o-1", "o-2"}, expect.Identities(list{no, a, b, again, lost})); diff != "" {
		t.Errorf("identities (-want +got):\n%s", diff)
	}
	if got := expect.Accepted(list{a, no, disguised, lost}); got != 2 {
		t.Errorf("%d accepted", got)
	}
	many := list{}
	for _, id := range []string{"1", "2", "3", "4", "5", "6"} {
		many = append(many, user("x", id))
	}
	if actual, _ := expect.GiveOneIdentity().Judge(many...); actual != `6 identities: "1", "2", "3", "4", …` {
		t.Errorf("says %s", actual)
	}
}
