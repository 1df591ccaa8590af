package suites

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// serverChapter: what an HTTP server answers besides the exchange itself.
func serverChapter(c *chapter) {
	c.add("http.no-5xx", entry{stage: hostile, once: true, body: oddInput})
	c.everywhere("http.no-5xx", noServerErrors)
	c.record("http.redirect", func(t *Trial) { t.Every(filter(t.Record(), t.documented), expect.NotRedirect(), phrase.SawNothing) })
	c.requirement("http.cors", foreignOrigin)
}

// oddInput sends what noServerErrors judges later. limits.survives, which is between them, looks for crashes.
func oddInput(t *Trial) {
	for _, odd := range oddities() {
		t.Case(odd.name, func(t *Trial) {
			code := assay.Code{Kind: t.Endpoint, AppID: t.App(0), Code: sampleCode}
			if t.session.codesUnmet(t.Endpoint).IsZero() {
				code = t.Code()
			}
			t.odd(code, odd.bends...)
		})
	}
}

// noServerErrors judges the odd input together with every refusal of the run.
func noServerErrors(t *Trial) {
	t.Every(filter(append(t.Refusals(), t.own()...), isPlain), expect.NotBeServerError(), phrase.SawNoRefusal)
}

// odd sends odd input until the answer says something. A closed connection does.
func (t *Trial) odd(code assay.Code, bends ...client.Bend) {
	x := t.Exchange(code, bends...)
	if assay.Judge(x).Result != assay.Inconclusive || expect.CutOff(x) || t.unavailing && isAway(x) {
		return
	}
	stopped := again([]assay.Exchange{x})
	stopped.away = isAway(x)
	panic(stopped)
}

// own lists the exchanges of the record that were made for the trial's requirement, and not accepted.
func (t *Trial) own() []assay.Exchange {
	return filter(t.Record(), func(x assay.Exchange) bool { return x.Requirement == t.requirement.ID && !expect.Identified(x) })
}

// isPlain leaves out the exchanges that requirements of their own judge: limits, and races.
func isPlain(x assay.Exchange) bool {
	return !isHostile(x) && x.Requirement != "code.single-use-race" && !strings.HasPrefix(x.Requirement, "concurrency.")
}

// oddities are inputs that careless code fails on.
func oddities() []wayToRefuse {
	var odd []wayToRefuse
	for _, member := range []string{"appId", "code"} {
		for name, text := range map[string]string{"a lone surrogate": `\ud800`, "a NUL": `\u0000`} {
			odd = append(odd, wayToRefuse{name + " in " + member, []client.Bend{inMiddle(member, text)}})
		}
		for _, name := range []string{"__proto__", "constructor", "toString"} {
			odd = append(odd, wayToRefuse{member + " is " + name, []client.Bend{client.Set(member, name)}})
		}
	}
	long := func(size int) client.Bend { return client.Authorization("Bearer " + strings.Repeat("x", size)) }
	return append(odd,
		wayToRefuse{"an appId of 4 KiB", []client.Bend{client.Set("appId", strings.Repeat("x", 4<<10))}},
		wayToRefuse{"a number of 5000 digits as the code, and one with a large exponent as the appId", []client.Bend{
			client.Set("appId", json.RawMessage("1e999999999")), client.Set("code", json.RawMessage(strings.Repeat("9", 5000)))}},
		wayToRefuse{"1500 further members, and one with a name of 1 KiB", []client.Bend{manyMembers}},
		wayToRefuse{"members named like those of every object", []client.Bend{namedLikeOwn}},
		wayToRefuse{"a PAT of 1 KiB", []client.Bend{long(1 << 10)}},
		wayToRefuse{"a PAT of 4 KiB", []client.Bend{long(4 << 10)}},
		wayToRefuse{"a PAT with a byte above 127", []client.Bend{client.Authorization("Bearer abc\xe9def")}},
		wayToRefuse{"multipart/form-data", []client.Bend{multipart}},
		wayToRefuse{"X-HTTP-Method-Override DELETE", []client.Bend{client.Header("X-HTTP-Method-Override", http.MethodDelete)}},
		wayToRefuse{"no Content-Type", []client.Bend{client.NoHeader("Content-Type")}},
		wayToRefuse{"an empty Content-Type", []client.Bend{client.Header("Content-Type", "")}},
		wayToRefuse{"two Content-Type fields", []client.Bend{client.AddHeader("Content-Type", "text/plain")}},
		wayToRefuse{"the charset UTF-32", []client.Bend{client.Header("Content-Type", "application/json; charset=utf-32")}},
		wayToRefuse{"an unknown charset", []client.Bend{client.Header("Content-Type", "application/json; charset=assay-1")}},
		wayToRefuse{"Content-Encoding gzip before a body that is not", []client.Bend{client.Header("Content-Encoding", "gzip")}},
		wayToRefuse{"an unknown Content-Encoding", []client.Bend{client.Header("Content-Encoding", "assay")}},
		wayToRefuse{"a query of 4 KiB", []client.Bend{client.Query("q=" + strings.Repeat("x", 4<<10))}},
		wayToRefuse{"a query with a broken escape", []client.Bend{client.Query("q=%zz")}},
		wayToRefuse{"100 header fields", []client.Bend{manyFields}},
		wayToRefuse{"header fields of the wrong form", malformedFields()},
	)
}

// malformedFields are header fields that a server may read without need, with values that it cannot read.
func malformedFields() (bends []client.Bend) {
	for name, value := range map[string]string{"Accept": "json", "Accept-Language": "$$;q=x", "Cookie": "%zz=%; =", "If-Modified-Since": "yesterday!",
		"Range": "bytes=%", "Traceparent": "$", "X-Forwarded-For": "unknown, somewhere", "X-Forwarded-Proto": "?"} {
		bends = append(bends, client.Header(name, value))
	}
	return bends
}

// namedLikeOwn adds members that hide what an object of the parser has by itself.
func namedLikeOwn(r *client.Request) {
	for _, name := range []string{"__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "length", "class"} {
		client.Set(name, nil)(r)
	}
}

func manyMembers(r *client.Request) {
	for i := range 1500 {
		client.Set(fmt.Sprintf("m%d", i), i)(r)
	}
	client.Set(strings.Repeat("m", 1<<10), true)(r)
}

func manyFields(r *client.Request) {
	for i := range 100 {
		client.Header(fmt.Sprintf("X-Filler-%d", i), "x")(r)
	}
}

// inMiddle replaces the middle character of a member by raw JSON text.
func inMiddle(member, text string) client.Bend {
	return func(r *client.Request) {
		for i := range r.Members {
			if valid, isText := r.Members[i].Value.(string); isText && r.Members[i].Name == member {
				half := len(valid) / 2
				r.Members[i].Value = json.RawMessage(`"` + quotable(valid[:half]) + text + quotable(valid[min(half+1, len(valid)):]) + `"`)
			}
		}
	}
}

// quotable is text as it stands between the quotes of a JSON string.
func quotable(text string) string {
	raw, _ := json.Marshal(strings.ToValidUTF8(text, "")) // a string always encodes
	return string(raw[1 : len(raw)-1])
}

func multipart(r *client.Request) {
	const boundary = "assay-boundary"
	var body strings.Builder
	for _, member := range [][2]string{{"appId", r.Code.AppID}, {"code", r.Code.Code}} {
		body.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + member[0] + "\"\r\n\r\n" + member[1] + "\r\n")
	}
	body.WriteString("--" + boundary + "--\r\n")
	client.Body([]byte(body.String()), "multipart/form-data; boundary="+boundary)(r)
}

// documented reports whether an exchange was sent to the endpoint's own path.
func (t *Trial) documented(x assay.Exchange) bool {
	path, _, _ := strings.Cut(x.Request.URL, "?")
	return slices.ContainsFunc(t.session.config.Target.APIServers, func(server string) bool { return path == server+t.Endpoint.Path() })
}

// foreignOrigin sends a valid exchange as a script of a foreign page does, and the browser's question before it. Anybody can
// have any of the origins: a name of one's own, which may begin or end like the API server's, and that of a sandboxed frame.
func foreignOrigin(t *Trial) {
	own, host := strings.ToLower(t.session.reshape("aa-random-name")), t.session.hostname(t.replica)
	for situation, origin := range map[string]string{
		"a foreign page":               "https://" + own + ".example",
		"a name that begins like ours": "https://" + host + "." + own + ".example",
		"a name that ends like ours":   "https://" + own + host,
		"a sandboxed frame":            "null",
	} {
		t.fromOrigin(situation, origin)
	}
}

// hostname is the host of an API server, without its port.
func (s *Session) hostname(replica int) string {
	server, err := url.Parse(s.config.Target.APIServers[replica])
	if err != nil {
		return ""
	}
	return server.Hostname()
}

func (t *Trial) fromOrigin(situation, origin string) {
	from := client.Header("Origin", origin)
	t.Case("a valid exchange from a foreign origin, "+situation, func(t *Trial) {
		x := t.Exchange(t.Code(), from)
		t.Given(x).To(expect.GiveAnAnswer())
		t.Expect(x).To(expect.NotAdmit(origin))
		if allowed := x.Response.Header.Get("Access-Control-Allow-Origin"); allowed == "*" {
			t.Note(phrase.AnyOrigin)
		}
	})
	t.Case("a preflight from a foreign origin, "+situation, func(t *Trial) {
		x := t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0)}, from, client.Method(http.MethodOptions), client.NoAuthorization(),
			client.Header("Access-Control-Request-Method", http.MethodPost),
			client.Header("Access-Control-Request-Headers", "authorization,content-type"))
		t.Given(x).To(expect.GiveAnAnswer())
		t.Expect(x).To(expect.NotAdmit(origin))
	})
}
