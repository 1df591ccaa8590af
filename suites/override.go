package suites

import (
	"net/url"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A claim to be somebody else: a member and its value.
type claim struct{ name, value string }

// noOverride names another user in the request, who has signed in before, so that the platform could mistake one for the
// other.
func noOverride(t *Trial) {
	if t.traceless() {
		t.Note(phrase.Traceless)
		return
	}
	victim := t.Code()
	theirs := t.Exchange(victim)
	t.Given(theirs).To(expect.BeExchanged())
	places := overrides(claimsOf(victim, theirs))
	if other := t.App(1); other != t.App(0) {
		places["of another mini-program, in the query and a header"] = []client.Bend{client.Query("appId=" + url.QueryEscape(other)), client.Header("X-App-Id", other)}
	}
	for situation, bends := range places {
		t.Case("another user named "+situation, func(t *Trial) {
			if refused := t.override(bends); refused && len(bends) > 1 {
				for _, bend := range bends { // one of them may be why
					t.override([]client.Bend{bend})
				}
			}
		})
	}
}

// claimsOf lists the names under which platforms know a user, each with what it is for the victim.
func claimsOf(victim assay.Code, theirs assay.Exchange) []claim {
	openID, unionID := victim.UserID, expect.UnionID(theirs)
	if victim.Kind == assay.Login {
		openID = expect.IdentityOf(theirs)
	}
	claims := []claim{
		{"currentUserId", victim.UserID}, {"userId", victim.UserID}, {"user_id", victim.UserID}, {"uid", victim.UserID},
		{"sub", victim.UserID}, {"username", victim.UserID}, {"openId", openID}, {"open_id", openID},
		{"unionId", unionID}, {"union_id", unionID}, {"channel", victim.Channel + "-x"}, {"phone", victim.Phone},
		{"mobile", victim.Phone}, {"phoneNumber", victim.Phone}, {"tel", victim.Phone}, {"openid", openID}, {"unionid", unionID},
	}
	for _, name := range []string{"id", "userid", "user", "userName", "user_name", "name", "loginName", "login_id", "account", "accountId", "memberId", "email",
		"customerId", "externalId", "principal", "identity", "profileId", "guid", "uin", "thirdUserId", "hostUserId"} {
		claims = append(claims, claim{name, victim.UserID})
	}
	return claims
}

// overrides lists the places of a request where claims can stand, and the bends that put them there.
func overrides(claims []claim) map[string][]client.Bend {
	places := map[string][]client.Bend{}
	members, query := map[string]string{}, url.Values{}
	for _, c := range claims {
		members[c.name] = c.value
		query.Set(c.name, c.value)
		places["in the body"] = append(places["in the body"], client.Set(c.name, c.value))
		places["in a cookie"] = append(places["in a cookie"], addCookie(c))
	}
	places["in the query"] = []client.Bend{client.Query(query.Encode())}
	for _, object := range []string{"data", "user", "host", "userInfo", "__proto__"} {
		places["in the member "+object+" of the body"] = []client.Bend{client.Set(object, members)}
	}
	for _, object := range []string{"profile", "params", "payload", "context", "config", "session", "claims", "extra", "detail"} {
		places["in an object of the body"] = append(places["in an object of the body"], client.Set(object, members))
	}
	for _, header := range []claim{
		{"X-Current-User-Id", members["currentUserId"]}, {"X-User-Id", members["userId"]},
		{"X-Forwarded-User", members["userId"]}, {"X-Open-Id", members["openId"]}, {"X-Phone", members["phone"]},
		{"X-Uid", members["uid"]}, {"X-Remote-User", members["username"]}, {"X-Username", members["username"]},
		{"X-Authenticated-Userid", members["userId"]}, {"X-Userid", members["userId"]}, {"X-Auth-User", members["userId"]},
		{"X-Auth-Request-User", members["userId"]}, {"X-Forwarded-Email", members["userId"]}, {"X-Login-User", members["userId"]},
		{"X-Impersonate-User", members["userId"]}, {"Impersonate-User", members["userId"]}, {"X-On-Behalf-Of", members["userId"]},
		{"Remote-User", members["userId"]}, {"X-Channel", members["channel"]}, {"X-User", members["userId"]}, {"X-Sub", members["sub"]},
		{"X-Account-Id", members["userId"]}, {"X-Openid", members["openId"]}, {"X-Wx-Openid", members["openId"]}, {"X-Mobile", members["mobile"]},
	} {
		places["in a header"] = append(places["in a header"], client.Header(header.name, url.PathEscape(header.value)))
	}
	return places
}

// addCookie adds a cookie to those of the request.
func addCookie(c claim) client.Bend {
	return func(r *client.Request) {
		cookie := c.name + "=" + url.PathEscape(c.value)
		if others := r.Header.Get("Cookie"); others != "" {
			cookie = others + "; " + cookie
		}
		r.Header.Set("Cookie", cookie)
	}
}

// override sends the bends with the code of a new user, who must stay the one who is signed in, and reports whether the
// request was refused.
func (t *Trial) override(bends []client.Bend) (refused bool) {
	next := t.dealt(t.Person(), t.App(0), 2)
	twin := t.Exchange(next())
	t.Given(twin).To(expect.BeExchanged())
	x := t.Exchange(next(), bends...)
	t.Expect(x).To(expect.NotSignInOther(expect.IdentityOf(twin)))
	if t.Endpoint == assay.Login && expect.Identified(x) {
		t.Expect(twin, x).To(expect.GiveOneChannel())
		t.keepsUser(twin, x)
	}
	return assay.Judge(x).Result == assay.Refused
}

// keepsUser expects the twin's unionId and token subject, unless they are new in every sign-in of a user.
func (t *Trial) keepsUser(twin, x assay.Exchange) {
	one := expect.GiveOneUser()
	if _, same := one.Judge(twin, x); same {
		return
	}
	own := people.Person{UserID: twin.Code.UserID, Channel: twin.Code.Channel, Phone: twin.Code.Phone}
	again := t.Exchange(t.CodeFor(own))
	t.Given(again).To(expect.BeExchanged())
	if _, stable := one.Judge(twin, again); stable {
		t.Expect(twin, x).To(one)
	}
}
