package suites

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// missingPAT leaves the header out: plainly, as a proxy on the platform's own host would, and on a connection that has
// just carried the valid PAT.
func missingPAT(t *Trial) {
	t.NegativeInEachApp("no Authorization header", client.NoAuthorization())
	t.NegativeInEachApp("an empty bearer", client.Authorization("Bearer"))
	t.Negative("a bearer that is one space", client.Authorization("Bearer "))
	for _, name := range []string{"X-Forwarded-For", "X-Real-Ip"} {
		t.Negative("no Authorization header, and "+name+" 127.0.0.1", client.NoAuthorization(), client.Header(name, "127.0.0.1"))
	}
	t.Negative("no Authorization header, and Expect: 100-continue", client.NoAuthorization(), client.Header("Expect", "100-continue"))
	for form, bends := range bodyForms() {
		t.Negative("no Authorization header, and "+form, append(bends, client.NoAuthorization())...)
	}
	for _, d := range t.disguises() {
		t.disguised(d)
	}
	t.Case("no Authorization header, and the cookies of an accepted exchange", func(t *Trial) {
		t.unscripted = true // a script does not keep cookies
		x := t.Exchange(t.Code())
		t.Given(x).To(expect.BeExchanged())
		if cookies := cookiesOf(x); cookies != nil {
			t.Expect(t.Exchange(t.Code(), cookies, client.NoAuthorization())).To(expect.BeRefused())
		}
	})
	t.onUsedConnection("no Authorization header", client.NoAuthorization())
	t.NotExchanged("no Authorization header, and the body as a form", asForm, client.NoAuthorization())
	t.NotExchanged("no Authorization header, and no Content-Type", client.NoHeader("Content-Type"), client.NoAuthorization())
	t.Negative("no Authorization header, and the body in gzip", client.Packed(), client.NoAuthorization())
	t.NotExchanged("no Authorization header, and PUT instead of POST", client.Method(http.MethodPut), client.NoAuthorization())
	t.forKnownUser("no Authorization header", client.NoAuthorization())
	t.amongMany("no Authorization header")
	t.Case("no Authorization header, "+situationHTTP10, func(t *Trial) {
		t.twin(t.App(0))
		if x, able := t.inHTTP10(t.Code(), client.NoAuthorization()); able {
			t.signsNobodyIn(x)
		}
	})
	if !t.overHTTP2() { // which knows no upgrade
		t.Case("no Authorization header, and the marks of a WebSocket", func(t *Trial) {
			t.twin(t.App(0))
			t.signsNobodyIn(t.Exchange(t.Code(), append(webSocket(), client.NoAuthorization())...))
		})
	}
	t.Case("no Authorization header, and the wish for HTTP/2 on the connection", overChangedConnection)
	t.Case("no Authorization header, "+situationMethod, func(t *Trial) {
		t.twin(t.App(0))
		t.signsNobodyIn(t.Exchange(t.Code(), client.Method("post"), client.NoAuthorization()))
	})
}

// overChangedConnection asks for HTTP/2 on a connection in HTTP/1.1, with the PAT and without it. A gateway that asks for the PAT sees
// nothing of what follows the change.
func overChangedConnection(t *Trial) {
	if !t.session.config.Thorough && t.Endpoint != t.session.endpoints()[0] || !t.session.client.SpeaksHTTP1(t.ctx, t.replica) {
		return
	}
	t.unscripted = true // a script does not keep connections
	known, unknown := t.connect(), t.connect()
	defer known.Close()
	defer unknown.Close()
	t.On(known, t.Code(), client.ToHTTP2()) // it may be refused
	if known.Switched() {
		t.signsNobodyIn(t.On(known, t.Code(), client.NoAuthorization()))
	}
	t.signsNobodyIn(t.On(unknown, t.Code(), client.ToHTTP2(), client.NoAuthorization()))
}

// webSocket asks for another protocol, which a gateway passes on and a server may ignore.
func webSocket() []client.Bend {
	return []client.Bend{client.Header("Connection", "Upgrade"), client.Header("Upgrade", "websocket"),
		client.Header("Sec-Websocket-Version", "13"), client.Header("Sec-Websocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")}
}

// onUsedConnection is Negative on a connection that has just carried the valid PAT.
func (t *Trial) onUsedConnection(situation string, bends ...client.Bend) {
	t.Case(situation+", on the connection of the valid PAT", func(t *Trial) {
		defer t.apart()()
		t.negative(t.App(0), bends...)
	})
}

// otherPAT is Negative for each mini-program, and once more on a connection that has just carried the valid PAT.
func (t *Trial) otherPAT(situation, pat string) {
	t.NegativeInEachApp(situation, t.bearer(pat))
	t.onUsedConnection(situation, t.bearer(pat))
}

// forKnownUser is Negative for a user who has signed in with the valid PAT.
func (t *Trial) forKnownUser(situation string, bend client.Bend) {
	t.Case(situation+", for a user who has signed in", func(t *Trial) {
		person := t.Person()
		t.Given(t.Exchange(t.CodeFor(person))).To(expect.BeExchanged())
		t.Expect(t.Exchange(t.CodeFor(person), bend)).To(expect.BeRefused())
	})
}

// hashedBytes is how much of its input bcrypt looks at.
const hashedBytes = 72

// exactPAT changes the last character to one that differs in the first of its six bits: in a PAT that is a JWT, the last ones may
// be padding.
func exactPAT(t *Trial) {
	pat := t.PAT().Reveal()
	changed := func(i int) string {
		text := []byte(pat)
		text[i] = tamper.Neighbour(text[i])
		return string(text)
	}
	t.NegativeInEachApp("the PAT shortened by one character", t.bearer(pat[:len(pat)-1]))
	first, second := t.positions(len(pat))
	variants := map[string]string{
		"the PAT shortened by half":                           pat[:len(pat)/2],
		"the PAT without its beginning":                       pat[min(8, len(pat)/2):],
		"the PAT with a character of its first half changed":  changed(first),
		"the PAT with a character of its second half changed": changed(second),
		"the PAT lengthened by a letter":                      pat + "x",
		"the PAT repeated":                                    pat + pat,
		"the PAT with its first character changed":            changed(0),
		"the PAT with its middle character changed":           changed(len(pat) / 2),
		"the PAT with its letters in the other case":          strings.Map(tamper.SwapCase, pat),
	}
	if tail := (hashedBytes + len(pat)) / 2; len(pat) > hashedBytes+2 {
		variants["the PAT with a character behind the 72nd changed"] = changed(tail)
	}
	lookalikes := tamper.SameSum(pat)
	lookalikes["its last character changed"] = pat[:len(pat)-1] + string(tamper.Opposite(pat[len(pat)-1]))
	for has, other := range lookalikes {
		t.Case("the PAT with "+has, func(t *Trial) {
			t.unscripted = true // no shell makes such a text
			t.negative(t.App(0), t.bearer(other))
		})
	}
	const longest = 8 // of a prefix that says whose token it is
	if at := strings.IndexAny(pat[:min(longest, len(pat))], "_-."); at > 0 {
		variants["the PAT without its prefix"] = pat[at+1:]
	}
	for situation, respelt := range respeltPAT(pat) {
		variants[situation] = respelt
	}
	for how, forged := range forgeries(pat) {
		variants["the PAT"+how] = forged
	}
	for situation, variant := range variants {
		if variant != pat && variant != "" {
			t.Negative(situation, t.bearer(variant))
		}
	}
}

// positions are one in each half of a text that the seed chooses, neither the first, the middle nor the last of a long one.
func (t *Trial) positions(length int) (first, second int) {
	of := t.session.seeded(t.requirement.ID, "positions")
	half := max(1, length/2)
	return min(length-1, 1+of.IntN(max(1, half-1))), min(length-1, half+of.IntN(half))
}

// forgeries are what an attacker without the key can make of a PAT or code that is a JWT, each behind what is said of it: the same
// claims without a valid signature. Other texts have none.
func forgeries(pat string) map[string]string {
	token, isJWT := readToken(pat)
	if !isJWT {
		return nil
	}
	parts := strings.Split(pat, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	return map[string]string{
		"'s claims in a JWT with alg none": unsigned,
		"'s claims in a JWT with alg NoNe": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"NoNe","typ":"JWT"}`)) + "." + parts[1] + ".", // a filter may know it in small letters
		" without its signature":           parts[0] + "." + parts[1] + ".",
		" with a signature of zeroes":      parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, len(token.signature))),
	}
}

// trailingPAT sends the whole valid PAT with something separate beside it.
func trailingPAT(t *Trial) {
	pat := t.PAT().Reveal()
	unknown := t.session.reshape(pat)
	t.session.learn("pat", unknown)
	t.NegativeInEachApp("the PAT followed by a space and a word", client.Authorization("Bearer "+pat+" x"))
	t.Negative("the PAT followed by .x", client.Authorization("Bearer "+pat+".x"))
	t.Negative("the PAT followed by a no-break space", client.Authorization("Bearer "+pat+"\u00a0"))
	if t.Endpoint == assay.Login { // one filter serves both endpoints
		t.Negative("the PAT followed by a comma and a second bearer", client.Authorization("Bearer "+pat+", Bearer "+unknown))
		t.Negative("the PAT preceded by a second Bearer", client.Authorization("Bearer Bearer "+pat))
		t.Negative("the PAT followed by a semicolon and a parameter", client.Authorization("Bearer "+pat+";x=1"))
	} else {
		t.Negative("the PAT preceded by another one and a comma", client.Authorization("Bearer "+unknown+", Bearer "+pat))
		t.Negative("the PAT preceded by a word", client.Authorization("Bearer x "+pat))
		t.Negative("the PAT followed by an equals sign and a word", client.Authorization("Bearer "+pat+"=x"))
	}
	t.twoFields("Bearer " + unknown)
}

// twoFields sends a second Authorization field behind the one with the PAT, and before it where that is accepted. HTTP libraries give a
// service the first of two fields, or the last, and hide the other: to accept one of the two requests is legal.
func (t *Trial) twoFields(other string) {
	t.Case("a second Authorization field behind the one with the PAT, and before it", func(t *Trial) {
		t.twin(t.App(0))
		behind := t.Exchange(t.Code(), func(r *client.Request) {
			r.Header["Authorization"] = append(slices.Clone(r.Header["Authorization"]), other)
		})
		if !expect.SignedIn(behind) {
			t.Expect(behind).To(expect.BeRefused())
			return
		}
		before := t.Exchange(t.Code(), func(r *client.Request) {
			r.Header["Authorization"] = append([]string{other}, r.Header["Authorization"]...)
		})
		t.Expect(before).After(behind).Unsigned().To(expect.BeRefused())
	})
}

// otherScheme sends the valid PAT in forms that are not the guide's.
func otherScheme(t *Trial) {
	pat := t.PAT().Reveal()
	t.NegativeInEachApp("the PAT as the password of Basic", client.Authorization("Basic "+base64.StdEncoding.EncodeToString([]byte("pat:"+pat))))
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for situation, value := range map[string]string{
		"the PAT as the user name of Basic":                  basic(pat + ":"),
		"the PAT as the user name of Basic, with a password": basic(pat + ":x-oauth-basic"),
		"the PAT behind Basic, unencoded":                    "Basic " + pat,
		"the PAT behind JWT":                                 "JWT " + pat,
		"the PAT behind OAuth":                               "OAuth " + pat,
		"the PAT behind PAT":                                 "PAT " + pat,
		"the PAT behind ApiKey":                              "ApiKey " + pat,
		"the PAT with a colon behind the scheme":             "Bearer: " + pat,
		"the PAT behind Token":                               "Token " + pat,
		"the PAT without a scheme":                           pat,
		"the PAT in quotes":                                  `Bearer "` + pat + `"`,
		"the PAT as a parameter token":                       "Bearer token=" + pat,
		"the PAT as a quoted parameter token":                `Bearer token="` + pat + `"`,
		"the PAT as a parameter of Token":                    `Token token="` + pat + `"`,
	} {
		t.Negative(situation, client.Authorization(value))
	}
}
