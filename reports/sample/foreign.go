package sample

import (
	"maps"
	"regexp"
	"slices"
)

// Terms that a Chinese text has in Latin letters.
var (
	// notation are ids of requirements and needs, flags and their values, commands, addresses, files, versions and digests.
	notation = regexp.MustCompile(`\bassay (test|load|explain|report|mint|serve|power|schema|help)\b[^\n，。；：）、”]*|--[a-z][a-z-]*( [A-Z]+)?|https?://\S+|\bsha256:\w+|\b[\w-]+(\.[\w*-]+)+\b|\b[a-z]+\.\*|` +
		`\b[a-z]+(-[a-z]+)*/[\w./-]+|\b[a-z]+[A-Z]\w*\b|\bx-\d+\b|\bSHA-?\d+\b|\b[A-Za-z]+(_[A-Za-z]+)+\b`)
	// term are words of the contract, of HTTP and of the product, which have no other name in Chinese.
	term = regexp.MustCompile(`\b(assay|code|codes|login|phone|host|hardened|load|pat|token|envelope|concurrency|security|limits|http|apps|mint|worker|vegeta|lean|Acme|Mini-Platform|` +
		`reference|platform|devel|none|exec|pool|driver|replay|race|Node|node|Attacker|explain|Markdown|JSON Lines|Chromium|GitHub|Prometheus|Welch|Student)\b`)
	// named are members and fields of requests and answers, and what standards call by a name.
	named = regexp.MustCompile(`\b(Allow|Authorization|Bearer|bearer|Date|Cookie|KiB|MiB|GiB|apiserver|appid|bindgetphonenumber|cgroup|data|direct|errcode|error|fail|headers|https?|insecure|kid|` +
		`local|multipart|pats|port|proxy|range|success|target|traceid|transport|ulimit|union|API|PAT|HTTP|TLS|CPU|JSON|RFC|JWT|URL|SQL|XML|KEY|SDK|UUID|CORS|SLO|UTC|OPTIONS|POST|GET)\b`)
	latinWord = regexp.MustCompile(`[A-Za-z][A-Za-z'-]{2,}`)
	sentence  = regexp.MustCompile(`[A-Za-z][a-z']+,?(?: [A-Za-z]?[a-z']+,?){2,}`)
)

// ForeignWords are the words in Latin letters of a Chinese text that are not terms. Ids of requirements and flags, commands, names of files
// and members, and words of HTTP are terms.
func ForeignWords(text string) []string {
	found := map[string]bool{}
	for _, one := range latinWord.FindAllString(plain(text), -1) {
		found[one] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// plain is a text without its terms.
func plain(text string) string {
	for _, terms := range []*regexp.Regexp{notation, term, named} {
		text = terms.ReplaceAllString(text, " ")
	}
	return text
}

// ForeignSentences are the parts of a Chinese text that are English: three words or more in a row that are not terms.
func ForeignSentences(text string) []string {
	return sentence.FindAllString(notation.ReplaceAllString(text, "。"), -1)
}
