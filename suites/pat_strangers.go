package suites

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"

	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// unknownPAT sends what was never issued as a PAT.
func unknownPAT(t *Trial) {
	pat := t.PAT().Reveal()
	unknown := t.session.reshape(pat)
	t.otherPAT("a random PAT of the same format", unknown)
	t.forKnownUser("a random PAT of the same format", t.bearer(unknown))
	t.inGuises("a random PAT", unknown, false) // pat.path has the paths
	t.unknownSchemes(unknown)
	t.amongMany("an unknown PAT")
	for _, pattern := range patterns() {
		t.Negative("the pattern "+pattern, t.bearer(pattern))
	}
	for situation, pattern := range shapedPatterns(pat) {
		t.Negative(situation, t.bearer(pattern))
	}
	for _, word := range placeholders() {
		t.Negative("the word "+word, client.Authorization("Bearer "+word))
	}
	encode := base64.RawURLEncoding.EncodeToString
	t.Negative("a JWT that nobody has signed, with the scope", t.bearer(encode([]byte(`{"alg":"none","typ":"JWT"}`))+"."+
		encode([]byte(`{"sub":"1","scope":"unified-auth","exp":9999999999}`))+"."))
	const long = 2 << 10
	t.Negative("an unknown one of more than 2 KiB", t.bearer(t.session.reshape(strings.Repeat(pat, 1+long/len(pat)))))
	t.Negative("an unknown one that is not ASCII", t.bearer(t.session.reshape(pat)+"\u00e9"))
	t.Negative("the ID of the mini-program", func(r *client.Request) { r.Header.Set("Authorization", "Bearer "+r.Code.AppID) })
	t.Negative("the code", func(r *client.Request) { r.Header.Set("Authorization", "Bearer "+r.Code.Code) })
}

// shapedPatterns match every PAT in a lookup by pattern, behind a check of the beginning or the length.
func shapedPatterns(pat string) map[string]string {
	const longest = 8
	head := pat[:min(4, len(pat))]
	if at := strings.IndexAny(pat[:min(longest, len(pat))], "_-."); at > 0 {
		head = pat[:at+1]
	}
	rest := len(pat) - len(head)
	if rest == 0 {
		return nil
	}
	return map[string]string{
		"the beginning of a PAT and %":            head + "%",
		"the beginning of a PAT and % throughout": head + strings.Repeat("%", rest),
		"the beginning of a PAT and _ throughout": head + strings.Repeat("_", rest),
	}
}

// placeholders are what programs send where they have no value, and what the guide writes for one. A platform that stores
// or compares a missing value in the same way accepts them.
func placeholders() []string {
	return []string{"null", "undefined", "None", "{personalAccessToken}", "personalAccessToken", "test", "0", "true", `""`, "%00"}
}

// A disguise is a set of header fields that an inner part of a platform sets or looks at. They are sent together, and one by
// one where that is not refused.
type disguise struct {
	name   string
	fields []claim
}

func (t *Trial) disguises() []disguise {
	all := func(name, value string, fields ...string) (d disguise) {
		d.name = name
		for _, field := range fields {
			d.fields = append(d.fields, claim{field, value})
		}
		return d
	}
	own := all("the address of the platform's own host in many fields", "127.0.0.1", "X-Client-Ip", "True-Client-Ip", "X-Cluster-Client-Ip",
		"X-Originating-Ip", "X-Remote-Ip", "X-Remote-Addr", "Cf-Connecting-Ip", "X-Forwarded-Host")
	own.fields = append(own.fields, claim{"Forwarded", "for=127.0.0.1;host=localhost;proto=https"}, claim{"Referer", "http://127.0.0.1/"},
		claim{"Sec-Fetch-Site", "same-origin"}, claim{"Origin", t.ownOrigin()}) // of a page of the platform itself
	inner := all("marks of an inner service", "true", "X-Internal", "X-Internal-Request", "X-Debug", "X-Test", "X-Health-Check", "X-From-Gateway")
	inner.fields = append(inner.fields, claim{"X-Requested-With", "XMLHttpRequest"}, claim{"X-Forwarded-For", "10.0.0.1"},
		claim{"X-Real-Ip", "10.0.0.1"}, claim{"X-Envoy-Internal", "true"}, claim{"User-Agent", "kube-probe/1.31"})
	for _, name := range []string{"X-Consumer-Username", "X-Consumer-Id", "X-Credential-Identifier", "X-Authenticated-Userid", "X-Auth-Request-User",
		"X-Remote-User", "X-Forwarded-User", "X-Webauth-User", "X-User", "X-Internal-Token", "X-Api-Key", "X-Service-Name", "X-Gateway", "X-Admin"} { // of a gateway that has asked for credentials
		inner.fields = append(inner.fields, claim{name, "admin"})
	}
	inner.fields = append(inner.fields, claim{"X-Middleware-Subrequest", strings.Repeat("middleware:", 5) + "middleware"}, // of a framework's own requests
		claim{"X-Forwarded-Client-Cert", "By=spiffe://cluster.local/ns/a/sa/b;Hash=" + strings.Repeat("0", 64) + ";URI=spiffe://cluster.local/ns/a/sa/c"})
	for _, name := range []string{"X-Ssl-Client-Verify", "X-Client-Verify"} {
		inner.fields = append(inner.fields, claim{name, "SUCCESS"})
	}
	for _, name := range []string{"Cf-Access-Authenticated-User-Email", "X-Goog-Authenticated-User-Email", "X-Ms-Client-Principal-Name", "X-Forwarded-Email"} {
		inner.fields = append(inner.fields, claim{name, "admin@example.com"}) // of a proxy that has asked for a login
	}
	inner.fields = append(inner.fields, claim{"X-Forwarded-Host", "localhost"})
	preflight := disguise{"marks of a CORS preflight", []claim{{"Origin", "https://example.com"}, {"Access-Control-Request-Method", "POST"},
		{"Access-Control-Request-Headers", "authorization"}, {"X-Http-Method-Override", "OPTIONS"}, {"X-Original-Method", "OPTIONS"},
		{"X-Forwarded-Method", "OPTIONS"}}}
	return []disguise{own, inner, preflight, all("another method to use instead", "GET", "X-Http-Method-Override", "X-Http-Method", "X-Method-Override")}
}

// ownOrigin is the origin of the API server, which a page of the platform's own console has.
func (t *Trial) ownOrigin() string {
	server, err := url.Parse(t.session.config.Target.APIServers[t.replica])
	if err != nil { // the client could not use it either
		return ""
	}
	return server.Scheme + "://" + server.Host
}

func (d disguise) bends() (bends []client.Bend) {
	for _, field := range d.fields {
		bends = append(bends, client.Header(field.name, field.value))
	}
	return bends
}

// disguised leaves the PAT out of a request with the fields.
func (t *Trial) disguised(d disguise) {
	t.Case("no Authorization header, and "+d.name, func(t *Trial) {
		bends := append([]client.Bend{client.NoAuthorization()}, d.bends()...)
		t.twin(t.App(0))
		together := t.Exchange(t.Code(), bends...)
		for i := 0; expect.Identified(together) && i < len(d.fields); i++ {
			t.situation = fmt.Sprintf("no Authorization header, and %s: %s", d.fields[i].name, d.fields[i].value)
			t.negative(t.App(0), client.NoAuthorization(), bends[i+1])
		}
		t.situation = "no Authorization header, and " + d.name
		t.Expect(together).To(expect.BeRefused())
	})
}

// bodyForms are requests with one meaning, in which a filter may find no PAT to ask for.
func bodyForms() map[string][]client.Bend {
	const large = 16 << 10
	return map[string][]client.Bend{
		"the body in chunks":               {client.Chunked()},
		"a charset behind the media type":  {client.Header("Content-Type", "application/json; charset=utf-8")},
		"a charset in quotes":              {client.Header("Content-Type", `application/json;charset="utf-8"`)},
		"the media type in capitals":       {client.Header("Content-Type", "APPLICATION/JSON")},
		"a further member of 16 KiB":       {client.Set("extra", strings.Repeat("x", large))},
		"an Accept header for a web page":  {client.Header("Accept", "text/html")},
		"a cookie of a session":            {client.Header("Cookie", "JSESSIONID=0123456789ABCDEF; session=0123456789abcdef")},
		"a query that ends like a picture": {client.Query("x=.png")},
	}
}
