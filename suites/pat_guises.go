package suites

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// A guise is a way to send a request that one part of a platform may read differently from another: a filter that asks for the
// PAT, and a check of its scope behind it.
type guise struct {
	name  string
	bends []client.Bend
	raw   bool // byte by byte, on a connection over HTTP/1.1
}

// guises lists ways to send a wrong PAT; whole adds those that pat.missing and pat.path try, for a PAT that passes their filter.
// The seed decides which half an endpoint has; the other endpoint has the other half. A thorough run, or one of a single endpoint,
// tries them all.
func (t *Trial) guises(whole bool) []guise {
	var all []guise
	for _, d := range t.disguises() {
		all = append(all, guise{name: "with " + d.name, bends: d.bends()})
	}
	forms := bodyForms()
	for _, form := range slices.Sorted(maps.Keys(forms)) { // the seed decides on places in the list
		if whole {
			all = append(all, guise{name: "with " + form, bends: forms[form]})
		}
	}
	all = append(all,
		guise{name: "with the address of the platform's own host", bends: []client.Bend{client.Header("X-Forwarded-For", "127.0.0.1")}},
		guise{name: "with the scheme in small letters", bends: []client.Bend{smallScheme}},
		guise{name: situationHTTP10, bends: []client.Bend{func(r *client.Request) { r.HTTP10 = true }}, raw: true},
		guise{name: "with " + situationMethod, bends: []client.Bend{client.Method(strings.ToLower(http.MethodPost))}, raw: true})
	for _, path := range tamper.Paths(t.Endpoint.Path()) {
		if whole && path.Always {
			all = append(all, guise{name: "at a path with " + path.Name, bends: []client.Bend{path.Bend}, raw: true})
		}
	}
	if t.session.config.Thorough || len(t.session.endpoints()) < 2 {
		return all
	}
	order, i := t.session.seeded(t.requirement.ID, "guises").Perm(len(all)), 0
	return slices.DeleteFunc(all, func(guise) bool {
		i++
		return (order[i-1]%2 == 0) != (t.Endpoint == assay.Login)
	})
}

// smallScheme writes the scheme of the Authorization field in small letters.
func smallScheme(r *client.Request) {
	if pat, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
		r.Header.Set("Authorization", "bearer "+pat)
	}
}

// inGuises sends a wrong PAT in each guise. A server may answer some of them by itself, so only an identity counts, and only where
// none is given without a PAT: that is judged by pat.missing and pat.path.
func (t *Trial) inGuises(situation, pat string, whole bool) {
	for _, g := range t.guises(whole) {
		t.Case(situation+", "+g.name, func(t *Trial) {
			t.twin(t.App(0))
			x := t.inGuise(g, t.bearer(pat))
			if expect.SignedIn(x) && !expect.SignedIn(t.inGuise(g, client.NoAuthorization())) {
				t.Expect(x).To(expect.GiveNoIdentity())
			}
		})
	}
}

// inGuise sends a fresh code in a guise. The exchange is empty where the API server cannot be reached over HTTP/1.1.
func (t *Trial) inGuise(g guise, authorization client.Bend) assay.Exchange {
	bends := append([]client.Bend{authorization}, g.bends...)
	if !g.raw {
		return t.Exchange(t.Code(), bends...)
	}
	x, _ := t.inHTTP1(t.Code(), bends...)
	return x
}

// unknownSchemes sends credentials that were never issued under other schemes: a filter may leave a scheme that it does not know
// to another one, which is not there.
func (t *Trial) unknownSchemes(unknown string) {
	t.session.learn("pat", unknown)
	for situation, value := range map[string]string{
		"an unknown credential of Basic":     "Basic " + base64.StdEncoding.EncodeToString([]byte("pat:"+unknown)),
		"an empty credential of Basic":       "Basic " + base64.StdEncoding.EncodeToString([]byte(":")),
		"an unknown credential of Digest":    `Digest username="pat", realm="api", nonce="0", uri="/", response="` + t.session.reshape(strings.Repeat("0a", 16)) + `"`,
		"an unknown credential of Negotiate": "Negotiate " + base64.StdEncoding.EncodeToString([]byte(unknown)),
	} {
		t.Negative(situation, client.Authorization(value))
	}
}

// respeltPAT lists spellings of a PAT that are not the PAT: without what separates its parts, with one separator more, and with
// its first letter percent-encoded.
func respeltPAT(pat string) map[string]string {
	half := len(pat) / 2
	return map[string]string{
		"the PAT without hyphens and underscores":       strings.NewReplacer("-", "", "_", "").Replace(pat),
		"the PAT with a space in the middle":            pat[:half] + " " + pat[half:],
		"the PAT with a hyphen in the middle":           pat[:half] + "-" + pat[half:],
		"the PAT with its first letter percent-encoded": fmt.Sprintf("%%%02x", pat[0]) + pat[1:],
	}
}
