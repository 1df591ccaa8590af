// Package sources explains the sources of requirements: the documents that the member source of requirements.yaml cites.
package sources

import "regexp"

// A Kind is a kind of source.
type Kind struct {
	Name  string // as a source cites it
	Means string // what it is, and how it is cited

	cited *regexp.Regexp
}

// Kinds lists the kinds of sources. A source of no kind is a sentence that gives the reason itself.
func Kinds() []Kind {
	return []Kind{
		kind("guide", `guide`, "the contract, FinClip's unified login guide, by section or subject; "+
			"https://super-apps.ai/mop/document/en/develop/guide/ssoLogin.html"),
		kind("charter", `charter`, "the purpose of assay, which is to find missing injection, bad PATs and reused codes"),
		kind("developer centre", `developer centre`, "FinClip's pages for developers, which issue and reset PATs"),
		kind("SDK", `SDK`, "FinClip's SDKs for host apps: their documentation and public headers"),
		kind("wx.login, WeChat", `wx\.login|WeChat|weRequest`, "WeChat's mini-program login, whose interface the guide follows, "+
			"and the client library weRequest for it"),
		kind("peers", `peers`, "comparable login platforms, such as those of other mini-programs, whose behaviour was compared"),
		kind("RFC", `RFC`, "a standard of the IETF, by number and section; https://www.rfc-editor.org"),
		kind("OpenID", `OpenID`, "a test of the OpenID Foundation's conformance suite, by name"),
		kind("Fetch standard", `Fetch standard`, "the WHATWG's standard for requests of browsers; https://fetch.spec.whatwg.org"),
		kind("OWASP", `OWASP`, "a risk of the OWASP API Security Top 10, by number and year; https://owasp.org/API-Security"),
		kind("CWE", `CWE`, "a weakness of the Common Weakness Enumeration, by number; https://cwe.mitre.org"),
	}
}

func kind(name, pattern, means string) Kind {
	return Kind{Name: name, Means: means, cited: regexp.MustCompile(`\b(` + pattern + `)\b`)}
}

// Of lists the kinds that a source cites, in the order of [Kinds].
func Of(source string) []Kind {
	var kinds []Kind
	for _, kind := range Kinds() {
		if kind.cited.MatchString(source) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
