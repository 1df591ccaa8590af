package suites

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// patChapter: the personal access token.
func patChapter(c *chapter) {
	c.requirement("pat.accepted", acceptedPAT)
	c.requirement("pat.missing", func(t *Trial) {
		t.Negative("no Authorization header", client.NoAuthorization())
		t.Negative("an empty bearer", client.Authorization("Bearer"))
		t.Negative("a bearer that is one space", client.Authorization("Bearer "))
	})
	c.requirement("pat.unknown", func(t *Trial) {
		t.Negative("a random PAT of the same format", t.bearer(t.session.reshape(t.PAT().Reveal())))
		for _, pattern := range patterns() {
			t.Negative("the pattern "+pattern, t.bearer(pattern))
		}
	})
	c.requirement("pat.exact", exactPAT)
	c.requirement("pat.path", patPaths)
	c.requirement("pat.unscoped", func(t *Trial) {
		t.Negative("a PAT without the scope", t.bearer(t.unscopedPAT()))
	})
	c.requirement("pat.revoked", revokedPAT)
	c.requirement("pat.other-tenant", func(t *Trial) {
		t.Negative("another developer's PAT", t.bearer(t.otherTenantPAT()))
	})
	c.requirement("pat.access-token", func(t *Trial) {
		t.Negative("an accessToken as the PAT", t.bearer(t.accessToken()))
	})
	c.requirement("pat.status", patStatus)
	c.record("pat.challenge", func(t *Trial) {
		t.Every(t.answered(http.StatusUnauthorized), expect.HaveHeader("WWW-Authenticate"), phrase.SawNo401)
	})
	c.requirement("pat.unscoped-status", func(t *Trial) {
		t.expectStatus(t.Exchange(t.Code(), t.bearer(t.unscopedPAT())), http.StatusForbidden)
	})
	c.requirement("pat.scheme-case", func(t *Trial) {
		for _, scheme := range []string{"bearer", "BEARER"} {
			t.Case(scheme, func(t *Trial) {
				codes := t.Codes(2)
				t.Given(t.Exchange(codes[0])).To(expect.BeExchanged())
				t.Expect(t.Exchange(codes[1], client.Authorization(scheme+" "+t.PAT().Reveal()))).To(expect.BeExchanged())
			})
		}
	})
	c.requirement("pat.other-scheme", func(t *Trial) {
		pat := t.PAT().Reveal()
		t.Negative("Basic, as the password", client.Authorization("Basic "+base64.StdEncoding.EncodeToString([]byte("pat:"+pat))))
		t.Negative("Basic, unencoded", client.Authorization("Basic "+pat))
		t.Negative("without a scheme", client.Authorization(pat))
	})
	c.requirement("pat.query", func(t *Trial) {
		pat := t.PAT().Reveal()
		for _, name := range []string{"access_token", "token"} {
			t.Negative("in the query as "+name, client.NoAuthorization(), client.Query(name+"="+url.QueryEscape(pat)))
			t.Negative("in the body as "+name, client.NoAuthorization(), client.Set(name, pat))
		}
	})
}

// acceptedPAT tries the target's PAT and, if the driver issues PATs, a new one.
func acceptedPAT(t *Trial) {
	t.Expect(t.Exchange(t.Code())).To(expect.BeExchanged())
	issue := assay.HostRequest{Op: assay.OpIssuePAT, Scopes: []string{unifiedAuthScope}}
	reply, err := t.session.ask(t.ctx, issue)
	if err != nil {
		t.Note(phrase.NewPATUntried, err)
		return
	}
	t.situation = "a new PAT"
	t.Expect(t.Exchange(t.Code(), t.bearer(reply.PAT))).To(expect.BeExchanged())
}

// exactPAT never changes the last character alone: in a PAT that is a JWT it may hold only padding bits.
func exactPAT(t *Trial) {
	pat := t.PAT().Reveal()
	middle := []byte(pat)
	middle[len(middle)/2] = tamper.Neighbour(middle[len(middle)/2])
	variants := map[string]string{
		"shortened":             pat[:len(pat)-1],
		"shortened by half":     pat[:len(pat)/2],
		"lengthened":            pat + "x",
		"one character changed": string(middle),
		"case changed":          strings.Map(tamper.SwapCase, pat),
	}
	for situation, forged := range forgeries(pat) {
		variants[situation] = forged
	}
	for situation, variant := range variants {
		if variant != pat && variant != "" {
			t.Negative(situation, t.bearer(variant))
		}
	}
}

// forgeries are what an attacker without the key can make of a PAT that is a JWT: the same claims without a valid
// signature. Other PATs have none.
func forgeries(pat string) map[string]string {
	token, isJWT := readToken(pat)
	if !isJWT {
		return nil
	}
	parts := strings.Split(pat, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	return map[string]string{
		"a JWT with alg none":              unsigned,
		"a JWT without its signature":      parts[0] + "." + parts[1] + ".",
		"a JWT with a signature of zeroes": parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, len(token.signature))),
	}
}

// bearer sends another PAT.
func (t *Trial) bearer(pat string) client.Bend {
	t.session.learn("pat", pat)
	return client.Authorization("Bearer " + pat)
}

func (t *Trial) unscopedPAT() string {
	if pat := t.session.config.Target.PATs.Unscoped; pat != "" {
		return pat.Reveal()
	}
	return t.issuePAT([]string{}, "")
}

func (t *Trial) otherTenantPAT() string {
	if pat := t.session.config.Target.PATs.OtherTenant; pat != "" {
		return pat.Reveal()
	}
	return t.issuePAT([]string{unifiedAuthScope}, "other")
}

// unifiedAuthScope is the driver protocol's name of the Mini-Program Unified Authentication scope.
const unifiedAuthScope = "unified-auth"

func (t *Trial) issuePAT(scopes []string, tenant string) string {
	reply, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpIssuePAT, Scopes: scopes, Tenant: tenant})
	if err != nil {
		t.driverFailed(err)
	}
	t.session.learn("pat", reply.PAT)
	return reply.PAT
}

// revokedPAT uses a PAT, revokes it and uses it again; without a driver that can, it uses one that was revoked before.
func revokedPAT(t *Trial) {
	hello := t.session.config.Hello
	if !hello.Offers(assay.OpIssuePAT) || !hello.Offers(assay.OpRevokePAT) {
		if t.session.config.Target.PATs.Revoked == "" {
			t.Untested(phrase.RevocationMissing, assay.OpRevokePAT, assay.OpIssuePAT)
		}
		t.Negative("a revoked PAT", t.bearer(t.session.config.Target.PATs.Revoked.Reveal()))
		return
	}
	pat := t.issuePAT([]string{unifiedAuthScope}, "")
	codes := t.Codes(2)
	t.Given(t.Exchange(codes[0], t.bearer(pat))).To(expect.BeExchanged())
	if _, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpRevokePAT, PAT: pat}); err != nil {
		t.driverFailed(err)
	}
	t.awaitRevocation()
	t.Expect(t.Exchange(codes[1], t.bearer(pat))).To(expect.BeRefused())
}

// awaitRevocation waits as long as a revoked PAT may still work by the implementation's own declaration.
func (t *Trial) awaitRevocation() {
	delay := t.Declares().PATRevocationDelay
	if delay > t.session.config.Patience {
		t.Untested(phrase.ImpatientForPAT, delay, t.session.config.Patience)
	}
	select {
	case <-time.After(delay):
	case <-t.ctx.Done():
	}
}

// accessToken is the accessToken of a fresh login.
func (t *Trial) accessToken() string {
	x := t.Exchange(t.CodeOfKind(assay.Login, t.Person()))
	t.Given(x).To(expect.BeExchanged())
	token := expect.AccessToken(x)
	switch {
	case token == "":
		t.NotApplicable(phrase.NoAccessToken)
	case len(token) > maxToken:
		t.Untested(phrase.TokenTooLarge, len(token))
	}
	t.session.learn("token", token)
	return token
}

func patStatus(t *Trial) {
	t.Case("missing", func(t *Trial) {
		t.expectStatus(t.Exchange(t.Code(), client.NoAuthorization()), http.StatusUnauthorized)
	})
	t.Case("unknown", func(t *Trial) {
		unknown := t.bearer(t.session.reshape(t.PAT().Reveal()))
		t.expectStatus(t.Exchange(t.Code(), unknown), http.StatusUnauthorized)
	})
}

// expectStatus accepts 2xx with an errcode other than OK, the envelope style, in place of the status. Another
// requirement demands the refusal.
func (t *Trial) expectStatus(x assay.Exchange, status int) {
	if expect.Identified(x) {
		t.Untested(phrase.WrongAccepted)
	}
	if envelopeStyle(x) {
		t.Note(phrase.EnvelopeStyle, x.Response.Status)
		return
	}
	t.Expect(x).To(expect.HaveStatus(status))
}

func envelopeStyle(x assay.Exchange) bool {
	if x.Response == nil || x.Response.Status/100 != 2 {
		return false
	}
	envelope := assay.ReadEnvelope(x.Response.Body)
	return !assay.Empty(envelope.Member("errcode")) && envelope.Errcode() != assay.OK
}

// answered lists the part of the record with a status.
func (t *Trial) answered(status int) []assay.Exchange {
	return filter(t.Record(), func(x assay.Exchange) bool { return x.Response.Status == status })
}
