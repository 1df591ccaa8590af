package suites

import (
	"net/http"
	"net/url"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// patChapter: the personal access token. Each requirement runs whole for the first mini-program, and with one case of each
// kind for the second.
func patChapter(c *chapter) {
	c.once("pat.accepted", acceptedPAT)
	c.inEachApp("pat.missing", missingPAT)
	c.inEachApp("pat.unknown", unknownPAT)
	c.inEachApp("pat.exact", exactPAT)
	c.requirement("pat.path", patPaths)
	c.inEachApp("pat.trailing", trailingPAT)
	c.requirement("pat.unscoped", func(t *Trial) {
		pat := t.unscopedPAT()
		t.otherPAT("a PAT without the scope", pat)
		t.forKnownUser(t.newlyIssued("a PAT without the scope", pat, []string{}, ""))
		t.inGuises("a PAT without the scope", pat, true)
		t.amongMany("a PAT without the scope")
	})
	c.requirement("pat.other-scope", func(t *Trial) {
		pat := t.otherScopePAT()
		t.NegativeInEachApp("a PAT with another scope", t.bearer(pat))
		t.onUsedConnection(t.newlyIssued("a PAT with another scope", pat, []string{otherScope}, ""))
	})
	c.requirement("pat.revoked", func(t *Trial) {
		revokedPAT(t)
		t.amongMany("a revoked PAT")
	})
	c.requirement("pat.expired", func(t *Trial) {
		t.otherPAT("a PAT whose lifetime is over", t.session.config.Target.PATs.Expired.Reveal())
	})
	c.requirement("pat.other-tenant", func(t *Trial) {
		pat := t.otherTenantPAT()
		t.otherPAT("another developer's PAT", pat)
		t.forKnownUser(t.newlyIssued("another developer's PAT", pat, []string{unifiedAuthScope}, "other"))
		t.amongMany("another developer's PAT")
		for how, respell := range respeltApps() {
			t.Negative("another developer's PAT, and the appId "+how, t.bearer(pat), client.Set("appId", respell(t.App(0))))
		}
	})
	c.requirement("pat.access-token", func(t *Trial) {
		t.otherPAT("an accessToken as the PAT", t.accessToken())
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
			t.Case("the scheme written "+scheme, func(t *Trial) {
				t.twin(t.App(0))
				t.Expect(t.Exchange(t.Code(), client.Authorization(scheme+" "+t.PAT().Reveal()))).To(expect.BeExchanged())
			})
		}
	})
	c.inEachApp("pat.other-scheme", otherScheme)
	c.inEachApp("pat.query", func(t *Trial) {
		pat := t.PAT().Reveal()
		for name, try := range map[string]func(string, ...client.Bend){"access_token": t.NegativeInEachApp, "token": t.Negative} {
			try("the PAT in the query as "+name, client.NoAuthorization(), client.Query(name+"="+url.QueryEscape(pat)))
			try("the PAT in the body as "+name, client.NoAuthorization(), client.Set(name, pat))
		}
		t.patElsewhere(pat)
	})
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
	reply, err := t.session.issue(t.ctx, scopes, tenant)
	if err != nil {
		t.driverFailed(err)
	}
	t.session.learn("pat", reply.PAT)
	return reply.PAT
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
	t.Case("no Authorization header", func(t *Trial) {
		t.expectStatus(t.Exchange(t.Code(), client.NoAuthorization()), http.StatusUnauthorized)
	})
	t.Case("an unknown PAT", func(t *Trial) {
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
	envelope := x.Response.Envelope()
	return !assay.Empty(envelope.Member("errcode")) && envelope.Errcode() != assay.OK
}

// answered lists the part of the record with a status.
func (t *Trial) answered(status int) []assay.Exchange {
	return filter(t.Record(), func(x assay.Exchange) bool { return x.Response.Status == status })
}
