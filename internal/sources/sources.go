// Package sources explains the sources of requirements: the documents that the member source of requirements.yaml cites.
package sources

import "regexp"

// A Kind is a kind of source.
type Kind struct {
	Name  string // as a source cites it
	Means string // what it is, and how it is cited
	// Chinese is Means in Chinese.
	Chinese string

	cited *regexp.Regexp
}

// Kinds lists the kinds of sources. A source of no kind is a sentence that gives the reason itself.
func Kinds() []Kind {
	return []Kind{
		kind("guide", `guide`, "the contract, FinClip's unified login guide, by section or subject; "+
			"https://super-apps.ai/mop/document/en/develop/guide/ssoLogin.html",
			"契约，即 FinClip 的统一登录指南，按章节或主题引用；https://super-apps.ai/mop/document/en/develop/guide/ssoLogin.html"),
		kind("charter", `charter`, "the purpose of assay, which is to find missing injection, bad PATs and reused codes",
			"assay 的目的：发现缺失的注入、错误的 PAT 和重复使用的 code"),
		kind("developer centre", `developer centre`, "FinClip's pages for developers, which issue and reset PATs",
			"FinClip 面向开发者的页面，用于签发和重置 PAT"),
		kind("SDK", `SDK`, "FinClip's SDKs for host apps: their documentation and public headers",
			"FinClip 面向宿主应用的 SDK：其文档和公开的头文件"),
		kind("wx.login, WeChat", `wx\.login|WeChat|weRequest`, "WeChat's mini-program login, whose interface the guide follows, "+
			"and the client library weRequest for it",
			"微信的小程序登录，指南沿用其接口，以及用于它的客户端库 weRequest"),
		kind("peers", `peers`, "comparable login platforms, such as those of other mini-programs, whose behaviour was compared",
			"同类登录平台（如其他小程序的），比较其行为"),
		kind("RFC", `RFC`, "a standard of the IETF, by number and section; https://www.rfc-editor.org",
			"IETF 的标准，按编号和章节引用；https://www.rfc-editor.org"),
		kind("OpenID", `OpenID`, "a test of the OpenID Foundation's conformance suite, by name",
			"OpenID Foundation 符合性测试套件中的测试，按名称引用"),
		kind("Fetch standard", `Fetch standard`, "the WHATWG's standard for requests of browsers; https://fetch.spec.whatwg.org",
			"WHATWG 关于浏览器请求的标准；https://fetch.spec.whatwg.org"),
		kind("OWASP", `OWASP`, "a risk of the OWASP API Security Top 10, by number and year; https://owasp.org/API-Security",
			"OWASP API Security Top 10 的风险，按编号和年份引用；https://owasp.org/API-Security"),
		kind("CWE", `CWE`, "a weakness of the Common Weakness Enumeration, by number; https://cwe.mitre.org",
			"通用弱点枚举中的弱点，按编号引用；https://cwe.mitre.org"),
	}
}

func kind(name, pattern, means, chinese string) Kind {
	return Kind{Name: name, Means: means, Chinese: chinese, cited: regexp.MustCompile(`\b(` + pattern + `)\b`)}
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
