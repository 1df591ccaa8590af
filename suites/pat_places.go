package suites

import (
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// patElsewhere sends the PAT in header fields and cookies that other services read tokens from: all at once, and one by one where that
// is accepted.
func (t *Trial) patElsewhere(pat string) {
	places := map[string][]claim{}
	for _, name := range []string{"X-Access-Token", "Access-Token", "X-Auth-Token", "X-Authorization", "Proxy-Authorization", "X-Api-Key", "Private-Token", "Token"} {
		places["in another header field"] = append(places["in another header field"], claim{name, pat})
	}
	places["in another header field"][4].value = "Bearer " + pat
	places["in another header field"] = append(places["in another header field"], claim{"Sec-Websocket-Protocol", "bearer, " + pat})
	for _, name := range []string{"X-Pat", "X-Personal-Access-Token"} {
		places["in another header field"] = append(places["in another header field"], claim{name, pat})
	}
	for _, name := range []string{"access_token", "token", "Authorization", "jwt"} {
		places["in a cookie"] = append(places["in a cookie"], claim{name, pat})
	}
	for place, claims := range places {
		bend := func(c claim) client.Bend { return client.Header(c.name, c.value) }
		if place == "in a cookie" {
			bend = addCookie
		}
		t.Case("the PAT "+place, func(t *Trial) {
			t.twin(t.App(0))
			bends := []client.Bend{client.NoAuthorization()}
			for _, c := range claims {
				bends = append(bends, bend(c))
			}
			together := t.Exchange(t.Code(), bends...)
			for i := 0; expect.Identified(together) && i < len(claims); i++ {
				t.situation = "the PAT " + place + ", " + claims[i].name
				t.negative(t.App(0), bends[0], bends[i+1])
			}
			t.Expect(together).To(expect.BeRefused())
		})
	}
}
