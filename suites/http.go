package suites

import (
	"bytes"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// httpChapter: methods, media types and headers.
func httpChapter(c *chapter) {
	c.record("http.content-type", func(t *Trial) {
		answers := filter(filter(t.Record(), fromApplication), func(x assay.Exchange) bool { return beginsLikeJSON(x) && !isNotice(x) })
		t.Every(answers, expect.BeLabelledJSON(), phrase.SawNoBody)
	})
	c.requirement("http.charset", func(t *Trial) {
		for _, label := range []string{"application/json; charset=utf-8", "Application/JSON;Charset=UTF-8"} {
			t.Case("Content-Type "+label, func(t *Trial) {
				t.twin(t.App(0))
				t.Expect(t.Exchange(t.Code(), client.Header("Content-Type", label))).To(expect.BeExchanged())
			})
		}
	})
	c.requirement("http.media", media)
	c.inEachApp("http.method", methods)
	c.record("http.allow", func(t *Trial) {
		t.Every(t.answered(http.StatusMethodNotAllowed), expect.HaveHeader("Allow"), phrase.SawNo405)
	})
	c.inEachApp("http.malformed", malformed)
	c.requirement("http.duplicate-members", duplicateMembers)
	c.requirement("http.wire-forms", wireForms)
	c.record("http.no-store", func(t *Trial) { t.Every(t.SignIns(), expect.ForbidStoring(), phrase.SawNoSignIn) })
	c.record("http.tls", overTLS)
	c.requirement("http.one-answer", oneAnswer)
	c.requirement("http.connection", keptConnection)
}

func media(t *Trial) {
	write := map[string]func(appID, code string) string{
		"application/x-www-form-urlencoded": func(appID, code string) string {
			return url.Values{"appId": {appID}, "code": {code}}.Encode()
		},
		"application/xml": func(appID, code string) string {
			return "<request><appId>" + appID + "</appId><code>" + code + "</code></request>"
		},
		"text/plain": func(appID, code string) string { return "appId=" + appID + "\ncode=" + code + "\n" },
	}
	forms := map[string]client.Bend{"multipart/form-data": multipart}
	for label, write := range write {
		forms[label] = func(r *client.Request) { client.Body([]byte(write(r.Code.AppID, r.Code.Code)), label)(r) }
	}
	for label, bend := range forms {
		t.Case(label, func(t *Trial) { t.noteWhether(phrase.FormTaken, phrase.FormNotTaken, t.Exchange(t.Code(), bend)) })
	}
	t.Case("JSON labelled text/plain", func(t *Trial) {
		x := t.Exchange(t.Code(), client.Header("Content-Type", "text/plain"))
		t.Note(map[bool]phrase.Key{true: phrase.LabelTaken, false: phrase.LabelNotTaken}[expect.Identified(x)])
	})
}

func methods(t *Trial) {
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "QUERY", "PROPFIND"} {
		t.otherMethod(method+" instead of POST", client.Method(method))
	}
	t.otherMethod("GET with a query", client.Method(http.MethodGet), func(r *client.Request) {
		r.Query = url.Values{"appId": {r.Code.AppID}, "code": {r.Code.Code}}.Encode()
		r.Members = nil
	})
	for _, override := range []client.Bend{client.Header("X-Http-Method-Override", http.MethodPost), client.Query("_method=POST")} {
		t.otherMethod("GET with a field or query that says POST", client.Method(http.MethodGet), override)
	}
	t.await()
	t.Case("POST afterwards", func(t *Trial) { t.Expect(t.Exchange(t.Code())).To(expect.BeExchanged()) })
}

// otherMethod is Negative, but also accepts a 501 and a redirect as refusals.
func (t *Trial) otherMethod(situation string, bends ...client.Bend) {
	t.Case(situation, func(t *Trial) {
		t.twin(t.App(0))
		t.Expect(t.Exchange(t.Code(), bends...)).To(expect.NotBeExchanged())
	})
}

// malformed sends bodies that no parser can read a whole valid request from, not even one with the extensions that RFC
// 8259 section 9 allows; one that ends before its object does; one whose object has a word in front of it; and a form under
// the label of JSON. limits.fuzzed judges whether such extensions are exchanged.
func malformed(t *Trial) {
	damage := map[string]func(body []byte) []byte{
		"an empty body":                     func([]byte) []byte { return []byte{} },
		"a truncated body":                  func(body []byte) []byte { return body[:len(body)-3] },
		"a body whose object is not closed": func(body []byte) []byte { return body[:len(body)-1] },
		"a body of two documents": func(body []byte) []byte {
			return bytes.Replace(body, []byte(`,"code"`), []byte(`}{"code"`), 1)
		},
		"a body with NaN for the code": func(body []byte) []byte { return replaceCode(body, func(string) string { return "NaN" }) },
		"a body with a byte in the code that is not UTF-8": func(body []byte) []byte {
			return replaceCode(body, func(code string) string { return code[:len(code)/2] + "\xff" + code[len(code)/2+1:] })
		},
		"a word in front of the body": func(body []byte) []byte { return append([]byte("request="), body...) },
		"a body with a quote missing": func(body []byte) []byte { return bytes.Replace(body, []byte(`"code"`), []byte(`code"`), 1) },
	}
	for situation, damage := range damage {
		t.NotExchanged(situation, func(r *client.Request) { r.Body = damage(r.Encode()) })
	}
	t.NotExchanged("a form under the label of JSON", func(r *client.Request) { r.Body = formOf(r) })
}

// replaceCode rewrites the raw JSON value of the last member, which is the code.
func replaceCode(body []byte, rewrite func(string) string) []byte {
	const name = `"code":`
	at := bytes.Index(body, []byte(name)) + len(name)
	return []byte(string(body[:at]) + rewrite(string(body[at:len(body)-1])) + "}")
}

func duplicateMembers(t *Trial) {
	for _, name := range []string{"code", "appId"} {
		t.Case(name, func(t *Trial) {
			code := t.Code()
			x := t.Exchange(code, client.Repeat(name, t.session.reshape(map[string]string{"code": code.Code, "appId": code.AppID}[name])))
			t.Note(phrase.Repeated, name, expect.Summary(x))
		})
	}
}

func wireForms(t *Trial) {
	t.Case("chunked body", func(t *Trial) {
		x := t.Exchange(t.Code(), client.Chunked())
		if x.Response != nil && strings.HasPrefix(x.Response.Proto, "HTTP/2") {
			t.noteWhether(phrase.UnsizedTaken, phrase.UnsizedNot, x) // HTTP/2 has no chunks
			return
		}
		t.noteWhether(phrase.ChunkedTaken, phrase.ChunkedNot, x)
	})
	t.Case("gzip", func(t *Trial) {
		x := t.Exchange(t.Code(), client.Header("Accept-Encoding", "gzip"))
		if x.Response != nil {
			t.Note(map[bool]phrase.Key{true: phrase.Compressed, false: phrase.Uncompressed}[x.Response.Header.Get("Content-Encoding") != ""])
		}
	})
	t.Case("version and connection", func(t *Trial) {
		first, kept := t.Exchange(t.Code()), false
		for attempt := 0; attempt < maxAttempts && !kept; attempt++ { // another exchange may take the connection
			ctx, reused := client.Reused(t.ctx)
			t.ctx = ctx
			t.Exchange(t.Code())
			kept = *reused
		}
		if first.Response != nil {
			alive := map[bool]phrase.Key{true: phrase.KeptAlive, false: phrase.NotKeptAlive}[kept]
			t.Note(alive, strings.TrimSuffix(first.Response.Proto+", "+first.Response.TLS, ", "))
		}
	})
}

func (t *Trial) noteWhether(taken, notTaken phrase.Key, x assay.Exchange) {
	if expect.Identified(x) {
		t.Note(taken)
	} else {
		t.Note(notTaken, expect.Summary(x))
	}
}

// overTLS leaves loopback addresses and private CAs untested: neither says anything about the public service.
func overTLS(t *Trial) {
	target := t.session.config.Target
	switch way := target.Transport; {
	case way.Insecure || way.ServerName != "" || way.UnixSocket != "":
		t.Untested(phrase.NotAsPublic)
	case target.TLS.CA != "":
		t.Untested(phrase.PrivateCA)
	}
	for _, server := range target.APIServers {
		if isLoopback(server) || leadsToLoopback(target.Transport, server) {
			t.Untested(phrase.OnLoopback, server)
		}
	}
	t.Every(t.Record(), expect.TravelOverTLS(), phrase.SawNothing)
}

// leadsToLoopback reports whether the target file gives a server loopback addresses.
func leadsToLoopback(way assay.Transport, server string) bool {
	address := reach.Address(server)
	_, port, _ := net.SplitHostPort(address)
	for _, key := range []string{address, net.JoinHostPort(assay.AnyHost, port)} {
		if given := way.Resolve[key]; given != nil {
			return !slices.ContainsFunc(given, func(a netip.Addr) bool { return !a.IsLoopback() })
		}
	}
	return false
}

func isLoopback(server string) bool {
	parsed, err := url.Parse(server)
	if err != nil {
		return false
	}
	address := net.ParseIP(parsed.Hostname())
	return parsed.Hostname() == "localhost" || address != nil && address.IsLoopback()
}
