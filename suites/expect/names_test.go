package expect_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// ofUser is a documented login of a user, whose openId is o and the user id.
func ofUser(user, claims string) assay.Exchange {
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + ".c2ln"
	x := signIn(fmt.Sprintf(`{"errcode":"OK","data":{"openId":"o-%s","accessToken":"%s"}}`, user, token))
	x.ID = user + claims
	x.Code = &assay.Code{Kind: x.Endpoint, Code: fmt.Sprintf("code-%x", sha256.Sum256([]byte(x.ID))), AppID: "fc1", UserID: user, Channel: "finclip", Phone: "1330000" + user[len(user)-4:]}
	x.Request = assay.Request{Method: "POST", URL: "https://x" + x.Endpoint.Path(), Body: fmt.Appendf(nil, `{"appId":"fc1","code":"%s"}`, x.Code.Code),
		Header: map[string][]string{"Authorization": {"Bearer pat"}, "Content-Type": {"application/json"}}}
	return x
}

// TestTokenNamesOneUser: whatever a token says beside its subject, it says of one user. What several users were given names none.
func TestTokenNamesOneUser(t *testing.T) {
	ann := ofUser("user-0001", `{"sub":"account-0001"}`)
	shared := []assay.Exchange{ofUser("user-0003", `{"sub":"shared-subject","n":3}`), ofUser("user-0004", `{"sub":"shared-subject","n":4}`)}
	for name, test := range map[string]struct {
		claims string
		holds  bool
	}{
		"its own":                   {`{"sub":"account-0002","name":"account-0002"}`, true},
		"a stranger":                {`{"sub":"account-0002","name":"account-0009"}`, true},
		"what several had":          {`{"sub":"account-0002","name":"shared-subject"}`, true},
		"another's subject alone":   {`{"sub":"account-0001"}`, true}, // judged by token.subject
		"another's name":            {`{"sub":"account-0002","name":"account-0001"}`, false},
		"another's name, deep":      {`{"sub":"account-0002","a":[{"id":"account-0001"}]}`, false},
		"another's phone":           {`{"sub":"account-0002","x":"13300000001"}`, false},
		"another's openId":          {`{"sub":"account-0002","x":"o-user-0001"}`, false},
		"another's id in base64":    {`{"sub":"account-0002","x":"` + base64.StdEncoding.EncodeToString([]byte("user-0001")) + `"}`, false},
		"another's dashed phone":    {`{"sub":"account-0002","x":"133-0000-0001"}`, false},
		"its own id in base64":      {`{"sub":"account-0002","x":"` + base64.StdEncoding.EncodeToString([]byte("user-0002")) + `"}`, true},
		"an unknown phone, dashed":  {`{"sub":"account-0002","x":"133-0000-0009"}`, true},
		"another's masked phone":    {`{"sub":"account-0002","x":"133****0001"}`, false},
		"its own masked phone":      {`{"sub":"account-0002","x":"133****0002"}`, true},
		"its own with a code":       {`{"sub":"account-0002","x":"+86133****0002"}`, true},
		"a stranger's masked phone": {`{"sub":"account-0002","x":"133****0009"}`, true},
		"a phone nearly hidden":     {`{"sub":"account-0002","x":"*******0001"}`, true},
		"nothing of a short base64": {`{"sub":"account-0002","x":"QQ=="}`, true},
	} {
		x := ofUser("user-0002", test.claims)
		record := expect.RecordOf(append([]assay.Exchange{ann, x}, shared...), "pat")
		if actual, ok := expect.NameOneUser(record, nil).Judge(x); ok != test.holds {
			t.Errorf("%s: %v, %s", name, ok, actual)
		}
	}
}

// TestTokenHidesNoPhone: separators and encodings do not hide the injected phone.
func TestTokenHidesNoPhone(t *testing.T) {
	for claims, holds := range map[string]bool{
		`{"sub":"1"}`: true, `{"x":"133-0000-0009"}`: true, `{"x":"13300000001"}`: false,
		`{"x":"1330000-0001"}`: false, `{"x":"133 0000 0001"}`: false, `{"x":"` + base64.StdEncoding.EncodeToString([]byte("p=13300000001")) + `"}`: false,
	} {
		if actual, ok := expect.CarryNoSecrets().Judge(ofUser("user-0001", claims)); ok != holds {
			t.Errorf("%s: %v, %s", claims, ok, actual)
		}
	}
}

// TestUnionIDOfUserWithPhone: a user without a phone who has the unionId of one with a phone is named as that one. A unionId that
// all users without a phone have names nobody.
func TestUnionIDOfUserWithPhone(t *testing.T) {
	with := func(user, phone, union string) assay.Exchange {
		x := ofUser(user, `{"sub":"s-`+user+`"}`)
		x.Response.Body = fmt.Appendf(nil, `{"errcode":"OK","data":{"openId":"o-%s","unionId":"%s"}}`, user, union)
		x.Code.Phone = phone
		return x
	}
	ann, bob := with("user-0001", "13300000001", "union-0001"), with("user-0002", "13300000002", "union-0002")
	for name, test := range map[string]struct {
		unions [2]string
		holds  bool
	}{
		"their own":      {[2]string{"union-0003", "union-0004"}, true},
		"one for both":   {[2]string{"union-none", "union-none"}, true},
		"that of others": {[2]string{"union-0001", "union-0002"}, false},
	} {
		cid, dan := with("user-0003", "", test.unions[0]), with("user-0004", "", test.unions[1])
		all := []assay.Exchange{cid, ann, dan, bob}
		for _, x := range []assay.Exchange{cid, dan} {
			if actual, ok := expect.NameOneUser(expect.RecordOf(all, "pat"), nil).Judge(x); ok != test.holds {
				t.Errorf("%s: %v, %s", name, ok, actual)
			}
		}
	}
}

// TestTokenOfOnePhone: two users with one phone have one token only where they have one unionId.
func TestTokenOfOnePhone(t *testing.T) {
	with := func(user, union, claims string) assay.Exchange {
		x := ofUser(user, claims)
		x.Response.Body = bytes.Replace(x.Response.Body, []byte(`"openId"`), fmt.Appendf(nil, `"unionId":%q,"openId"`, union), 1)
		x.Code.Phone = "13300000001"
		return x
	}
	ann := with("user-0001", "union-0001", `{"sub":"account-0001"}`)
	for name, test := range map[string]struct {
		bob   assay.Exchange
		wrong int
	}{
		"one token":                {with("user-0002", "union-0002", `{"sub":"account-0001"}`), 1},
		"one token and unionId":    {with("user-0002", "union-0001", `{"sub":"account-0001"}`), 0},
		"one token and no unionId": {with("user-0002", "", `{"sub":"account-0001"}`), 0},
		"two tokens":               {with("user-0002", "union-0002", `{"sub":"account-0002"}`), 0},
	} {
		if wrong := expect.RecordOf([]assay.Exchange{ann, test.bob}, "pat").TokensOfOthers(); len(wrong) != test.wrong {
			t.Errorf("%s: %d", name, len(wrong))
		}
	}
}

// TestTokensOfGroups: tokens of groups are no tokens of users, some of which are another user's.
func TestTokensOfGroups(t *testing.T) {
	for name, test := range map[string]struct {
		subject func(user, login int) int
		values  int
		groups  bool
	}{
		"of the users":             {func(user, _ int) int { return user }, 48, false},
		"of tenants":               {func(user, _ int) int { return user % 12 }, 12, true},
		"of tenants, and of users": {func(user, _ int) int { return max(user, 17) }, 31, true},
		"of two users each":        {func(user, _ int) int { return user / 2 }, 24, false},
		"of the login before":      {func(user, login int) int { return (user + login/2) % 48 }, 48, false},
		"of some, the first's":     {func(user, _ int) int { return max(user, 9) }, 39, false},
	} {
		var all []assay.Exchange
		for login := range 3 {
			for user := range 48 {
				all = append(all, ofUser(fmt.Sprintf("user-%04d", user), fmt.Sprintf(`{"sub":"account-%04d"}`, test.subject(user, login))))
			}
		}
		if users, values, groups := expect.RecordOf(all, "pat").Groups(); users != 48 || values != test.values || groups != test.groups {
			t.Errorf("%s: %d users, %d values, groups: %v", name, users, values, groups)
		}
	}
}
