package suites

import (
	"crypto/rand"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// otherRequests lists requests that carry a used code unchanged and differ in something else that a ledger may use as its
// key.
func (t *Trial) otherRequests(app string) []replay {
	codeOf := func(r *client.Request) string { return r.Code.Code }
	list := []replay{
		{situation: "with JSON escapes", plain: true, bends: []client.Bend{func(r *client.Request) {
			client.Set("code", escaped(codeOf(r)))(r)
		}}},
		{situation: "in a body with other members", plain: true,
			bends: []client.Bend{client.Set("extra", true), func(r *client.Request) { slices.Reverse(r.Members) }}},
		{situation: "in front of an unknown code in one body", bends: []client.Bend{func(r *client.Request) {
			client.Repeat("code", t.unknown(codeOf(r)))(r)
		}}},
		{situation: "behind an unknown code in one body", bends: []client.Bend{func(r *client.Request) {
			client.Set("code", t.unknown(codeOf(r)))(r)
			client.Repeat("code", codeOf(r))(r)
		}}},
		{situation: "with the appId and a space behind it", bends: []client.Bend{client.Set("appId", app+" ")}},
		{situation: "with the appId in the letters and digits of formulas", bends: []client.Bend{client.Set("appId", tamper.InFormulas(app))}},
		{situation: "with a query string", plain: true, bends: []client.Bend{client.Query("attempt=2")}},
		{situation: "with another User-Agent and language", plain: true,
			bends: []client.Bend{client.Header("User-Agent", "okhttp/4.12.0"), client.Header("Accept-Language", "zh-CN,zh;q=0.9")}},
		{situation: "on a connection of its own", plain: true, bends: []client.Bend{func(r *client.Request) { r.Close = true }}},
	}
	if host := t.otherHost(); host != "" {
		list = append(list, replay{situation: situationHost, plain: true, bends: []client.Bend{client.Header("Host", host)}})
	}
	for _, member := range []string{"Code", "CODE", "authCode"} {
		list = append(list, replay{situation: "as the member " + member + ", beside an unknown code", bends: []client.Bend{func(r *client.Request) {
			used := codeOf(r)
			client.Set("code", t.unknown(used))(r)
			client.Set(member, used)(r)
		}}})
	}
	list = append(list, replay{situation: "inside the member data, beside an unknown code", bends: []client.Bend{func(r *client.Request) {
		used := codeOf(r)
		client.Set("code", t.unknown(used))(r)
		client.Set("data", map[string]string{"appId": app, "code": used})(r)
	}}}, replay{situation: "in the query, beside an unknown code", bends: []client.Bend{func(r *client.Request) {
		used := codeOf(r)
		client.Set("code", t.unknown(used))(r)
		client.Query("code=" + url.QueryEscape(used))(r)
	}}}, replay{situation: "as a form", plain: true, bends: []client.Bend{asForm}}, replay{situation: "as plain text", plain: true, bends: []client.Bend{client.Header("Content-Type", "text/plain")}})
	list = append(list, t.disguisedReplays(app)...)
	list = append(list, replay{situation: "with fields for a cache", plain: true, bends: []client.Bend{client.Header("Cache-Control", "max-stale=60"),
		client.Header("If-None-Match", "*"), client.Header("Range", "bytes=0-")}})
	list = append(list, replay{situation: "with a new request ID and the mark of a new attempt in many fields", plain: true, bends: requestIDs()})
	for _, path := range t.paths() {
		if app != t.App(0) && !path.Always && !t.session.config.Thorough {
			continue
		}
		list = append(list, replay{situation: "at a path with " + path.Name, plain: true, bends: []client.Bend{path.Bend}})
	}
	if other := strings.Map(tamper.SwapCase, app); other != app {
		list = append(list, replay{situation: "with the appId in the other letter case", bends: []client.Bend{client.Set("appId", other)}})
	}
	return list
}

// asForm sends the members as a form.
func asForm(r *client.Request) { client.Body(formOf(r), "application/x-www-form-urlencoded")(r) }

func formOf(r *client.Request) []byte {
	return []byte(url.Values{"appId": {r.Code.AppID}, "code": {r.Code.Code}}.Encode())
}

// disguisedReplays lists requests that a filter may read differently; for a further mini-program, a half that the seed decides.
func (t *Trial) disguisedReplays(app string) (list []replay) {
	forms := bodyForms()
	for _, form := range slices.Sorted(maps.Keys(forms)) { // the seed decides on places in the list
		list = append(list, replay{situation: "with " + form, plain: true, bends: forms[form]})
	}
	for _, d := range t.disguises() {
		list = append(list, replay{situation: "with " + d.name, plain: true, bends: d.bends()})
	}
	if app == t.App(0) || t.session.config.Thorough {
		return list
	}
	t.session.seeded(t.requirement.ID, "disguised", app).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:len(list)/2]
}

// requestIDs are fields that name a request or count its attempts. A service that knows replays by them takes a new name for a
// new request, and a new attempt for one that may be repeated.
func requestIDs() (bends []client.Bend) {
	for _, field := range []string{"Idempotency-Key", "X-Request-Id", "X-Correlation-Id", "X-Trace-Id", "Traceid", "X-Nonce"} {
		bends = append(bends, client.Header(field, strings.ToLower(rand.Text())))
	}
	for _, field := range []string{"X-Retry-Count", "X-Retry-Attempt", "Retry-Attempt", "X-Envoy-Attempt-Count", "Grpc-Previous-Rpc-Attempts"} {
		bends = append(bends, client.Header(field, "1"))
	}
	return bends
}
