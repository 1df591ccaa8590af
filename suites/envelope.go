package suites

import (
	"net/http"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// envelopeChapter: error, errcode, data and traceid, judged from every exchange of the run.
func envelopeChapter(c *chapter) {
	c.record("envelope.ok", func(t *Trial) {
		t.Every(filter(t.SignIns(), isSuccess), expect.SayOK(), phrase.SawNoSuccess)
	})
	c.record("envelope.refusal", func(t *Trial) { t.Every(t.Refusals(), expect.NotSayOK(), phrase.SawNoRefusal) })
	c.record("envelope.status", func(t *Trial) { t.Every(t.Record(), expect.NotSayOKWithErrorStatus(), phrase.SawNothing) })
	c.record("envelope.errcode", func(t *Trial) {
		t.Every(filter(t.Refusals(), hasErrcode), expect.CarryErrcode(), phrase.SawNoEnvelope)
	})
	c.record("envelope.error", func(t *Trial) {
		refusals := filter(t.Refusals(), func(x assay.Exchange) bool { return hasErrcode(x) && !expect.Identified(x) })
		t.Every(append(filter(t.SignIns(), isSuccess), refusals...), expect.CarryError(), phrase.SawNoRefusal)
	})
	c.record("envelope.no-identity", func(t *Trial) {
		known, refusals := expect.KnownFrom(t.SignIns()), t.Refusals()
		t.Every(refusals, expect.CarryNoIdentity(known, known.SupportLines(refusals)), phrase.SawNoRefusal)
	})
	c.record("envelope.traceid", noteTraceIDs)
	c.record("envelope.json", func(t *Trial) {
		contradicting := t.contradicting()
		t.Every(filter(t.Record(), func(x assay.Exchange) bool { return beginsLikeJSON(x) && !contradicting[x.ID] }),
			expect.BeStrictJSON(), phrase.SawNoJSON)
	})
	c.record("envelope.json-errors", func(t *Trial) {
		t.Send(client.Exchange(assay.Code{Kind: t.Endpoint}, t.PAT()).With(notFound)) // for the 404
		refusals := append(t.Refusals(), t.answered(http.StatusNotFound)...)
		t.Every(filter(filter(refusals, fromApplication), isNoDirection), expect.BeEnvelope(), phrase.SawNoRefusal)
	})
}

// notFound asks for an undocumented path below the endpoint.
func notFound(r *client.Request) { r.Path = r.Endpoint.Path() + "/no-such-path" }

// isSuccess leaves out refusals that carry an identity: their errcode and error are those of a refusal.
func isSuccess(x assay.Exchange) bool { return x.Response.Status/100 == 2 }

func isEnvelope(x assay.Exchange) bool { return x.Response.Envelope().Object }

// hasErrcode leaves objects that are not envelopes, such as the default pages of web frameworks, to envelope.json-errors.
func hasErrcode(x assay.Exchange) bool { return len(x.Response.Envelope().Member("errcode")) > 0 }

// isNotice reports whether an answer is a refusal without an errcode, as gateways and frameworks give in JSON of their own.
func isNotice(x assay.Exchange) bool {
	return x.Response.Status >= 400 && isEnvelope(x) && !hasErrcode(x)
}

// isNoDirection leaves out what refuses nothing: a redirect, which is judged by http.redirect, and the methods of a resource,
// which many routers list in the answer to OPTIONS. An answer to HEAD has no body.
func isNoDirection(x assay.Exchange) bool {
	status := x.Response.Status
	return status/100 != 3 && x.Request.Method != http.MethodHead && (status/100 != 2 || x.Request.Method != http.MethodOptions)
}

// beginsLikeJSON leaves pages and texts to envelope.json-errors.
func beginsLikeJSON(x assay.Exchange) bool {
	return isEnvelope(x) || expect.LooksLikeJSON(x.Response.Body)
}

// fromApplication leaves out the answers that an HTTP server or a gateway gives before the application sees the request: to
// a header that is too large, to a path, a method, a version or a name of the host that it cannot read, to Expect, and a page of its own to a body that is
// too large.
func fromApplication(x assay.Exchange) bool {
	switch {
	case x.Requirement == "pat.path", x.Situation == situationHugeHeader, strings.HasSuffix(x.Situation, situationHTTP10),
		strings.HasSuffix(x.Situation, situationMethod), strings.Contains(x.Situation, situationHost):
		return false
	case x.Response.Status == http.StatusRequestEntityTooLarge:
		return isEnvelope(x)
	default:
		return x.Response.Status != http.StatusRequestHeaderFieldsTooLarge && x.Response.Status != http.StatusExpectationFailed
	}
}

func noteTraceIDs(t *Trial) {
	seen := map[string]bool{}
	answers, present := filter(t.Record(), isEnvelope), 0
	for _, x := range answers {
		id, isString := assay.Text(x.Response.Envelope().Member("traceid"))
		if isString && id != "" {
			present++
			seen[id] = true
		}
	}
	distinct := len(seen) == present
	switch all := present == len(answers); {
	case present == 0:
		t.Note(phrase.NoTraceID)
	case all && distinct:
		t.Note(phrase.AllTraceIDs)
	case all:
		t.Note(phrase.AllRepeated)
	case distinct:
		t.Note(phrase.TraceIDs, present, len(answers))
	default:
		t.Note(phrase.TraceIDsRepeated, present, len(answers))
	}
}
