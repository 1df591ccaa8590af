package secrets

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

// A Structure is what a text shows without knowledge of any secret.
type Structure struct {
	json  *lexer // nil if the text does not begin with a JSON object or array
	spans []span // secrets, by their place or their form
}

// StructureOf reads the structure of text.
func StructureOf(text []byte, members Place) *Structure {
	json := lex(text, members)
	if json == nil {
		return &Structure{spans: patterns(text, members)}
	}
	free := json.end // the text is not JSON from here on
	if json.improper {
		free = 0
	}
	spans := webTokens(text[:free], json.spans)
	for _, s := range patterns(text[free:], members) {
		s.start, s.end = s.start+free, s.end+free
		spans = append(spans, s)
	}
	return &Structure{json: json, spans: spans}
}

// secretMember returns the kind of secret in a member called name; "" if it has none.
func secretMember(name string, members Place) string {
	switch {
	case len(name) > len("access_token") || len(name) < len("code"):
		return ""
	case strings.EqualFold(name, "phone"):
		return KindPhone
	case strings.EqualFold(name, "accessToken") || strings.EqualFold(name, "access_token"):
		return KindToken
	case members != Anywhere && strings.EqualFold(name, "code"):
		return KindCode
	default:
		return ""
	}
}

// authorizationPattern is tried where it may match, because to search a long text with it takes long.
var authorizationPattern = regexp.MustCompile(`^(?i)uthorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+([^\s"'<]+)`)

// patterns finds members and credentials in text that is not JSON from its start: a page that quotes an answer, or
// JSON within JSON.
func patterns(text []byte, members Place) []span {
	var spans []span
	if bytes.IndexByte(text, ':') >= 0 {
		spans = quotedMembers(text, members)
	}
	for _, name := range []string{"uthorization", "UTHORIZATION"} {
		for from := 0; ; {
			at := bytes.Index(text[from:], []byte(name))
			if at < 0 {
				break
			}
			from += at
			found := authorizationPattern.FindSubmatchIndex(text[from:])
			if found != nil && from > 0 && text[from-1]|0x20 == 'a' {
				spans = append(spans, spanOf(text, from+found[2], from+found[3], KindPAT))
			}
			from += len(name)
		}
	}
	return webTokens(text, spans)
}

// quotedMembers finds the members whose names are in quotes: a string, a text between apostrophes, or digits.
func quotedMembers(text []byte, members Place) []span {
	var spans []span
	for from := 0; ; {
		at := bytes.IndexAny(text[from:], `"'`)
		if at < 0 {
			return spans
		}
		from += at + 1
		name := text[from:min(len(text), from+len("access_token")+1)]
		size := bytes.IndexAny(name, `"'`)
		if size < 0 {
			continue
		}
		kind := secretMember(string(name[:size]), InRequest)
		if kind == "" {
			continue
		}
		start, end := valueAfter(text, from+size+1)
		if start == end {
			continue
		}
		if secretMember(string(name[:size]), members) != "" {
			spans = append(spans, spanOf(text, start, end, kind))
		}
		from = end
	}
}

// valueAfter returns where the content of the value begins and ends that follows a member's name, which ends at from; nothing for
// other values.
func valueAfter(text []byte, from int) (start, end int) {
	space := func(at int) int { return len(text) - len(bytes.TrimLeft(text[at:], " \t\r\n\f")) }
	if from = space(from); from == len(text) || text[from] != ':' {
		return 0, 0
	}
	if start = space(from + 1); start == len(text) {
		return 0, 0
	}
	switch text[start] {
	case '"':
		start++
		for end = start; end < len(text) && text[end] != '"'; end++ {
			if text[end] == '\\' && end+1 < len(text) {
				end++
			}
		}
	case '\'':
		start++
		if end = bytes.IndexByte(text[start:], '\''); end < 0 {
			end = len(text) - start
		}
		end += start
	default:
		for end = start; end < len(text) && text[end] >= '0' && text[end] <= '9'; end++ {
		}
	}
	return start, min(end, len(text))
}

func spanOf(text []byte, start, end int, kind string) span {
	return span{start: start, end: end, kind: kind, value: string(text[start:end])}
}

// webTokens appends the JSON Web Tokens in text: base64url parts joined by dots, the first of which decodes to an
// object with an algorithm.
func webTokens(text []byte, spans []span) []span {
	for i := 0; i < len(text); i++ {
		dot := bytes.IndexByte(text[i:], '.')
		if dot < 0 {
			break
		}
		dot += i
		start, end, parts := dot, dot, 1
		for start > i && isURLSafe(text[start-1]) {
			start--
		}
		for end < len(text) && text[end] == '.' {
			parts++
			for end++; end < len(text) && isURLSafe(text[end]); end++ {
			}
		}
		if parts >= 3 && namesAlgorithm(text[start:dot]) {
			spans = append(spans, spanOf(text, start, end, KindToken))
		}
		i = max(end-1, dot)
	}
	return spans
}

func isURLSafe(c byte) bool { return sextets[c] != invalid && c != '+' && c != '/' }

func namesAlgorithm(part []byte) bool {
	if len(part) < len("eyJhbGciOiIifQ") || part[0] != 'e' {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(string(part))
	return err == nil && header[0] == '{' && bytes.Contains(header, []byte(`"alg"`))
}

// scheme returns where the credentials begin in the value of an Authorization header: after a known scheme, else at the
// start, because the value may be a bare PAT. A scheme alone has no credentials.
func scheme(value string) int {
	name, _, _ := strings.Cut(strings.ReplaceAll(value, "\t", " "), " ")
	switch strings.ToLower(name) {
	case "bearer", "basic", "digest", "token":
		rest := strings.TrimLeft(value[len(name):], " \t")
		return len(value) - len(rest)
	default:
		return 0
	}
}

// queryPattern finds the parameters of a URL or a form.
var queryPattern = regexp.MustCompile(`(?i)(?:^|[?&;#])(code|access_?token|token|phone)=([^&;#\s]+)`)

// query finds secrets among the parameters of a URL or a form.
func query(text []byte) []span {
	if bytes.IndexByte(text, '=') < 0 {
		return nil
	}
	var spans []span
	for _, at := range queryPattern.FindAllSubmatchIndex(text, -1) {
		kind := KindToken
		if name := string(text[at[2]:at[3]]); !strings.EqualFold(name, "token") {
			kind = secretMember(name, InRequest)
		}
		value, _ := view{text: text[at[4]:at[5]]}.unescape()
		s := span{start: at[4], end: at[5], kind: kind, value: string(value.text)}
		s.encoded = len(s.value) != s.end-s.start
		spans = append(spans, s)
	}
	return spans
}

// userinfo finds the credentials in a URL's authority.
func userinfo(url []byte) []span {
	_, rest, found := bytes.Cut(url, []byte("://"))
	if !found {
		return nil
	}
	authority := rest
	if end := bytes.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	at := bytes.LastIndexByte(authority, '@')
	if at <= 0 {
		return nil
	}
	start := len(url) - len(rest)
	return []span{spanOf(url, start, start+at, KindPAT)}
}

// header finds the secrets in one value of a header: all credentials and cookies, and the parameters of URLs.
func header(name, value string) []span {
	text := []byte(value)
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "Proxy-Authorization":
		return credentials(text, scheme(value))
	case "Cookie":
		return cookies(text, bytes.Count(text, []byte(";"))+1)
	case "Set-Cookie":
		return cookies(text, 1)
	case "Location", "Content-Location", "Referer", "Link", "Refresh":
		return append(userinfo(text), query(text)...)
	default:
		return nil
	}
}

// credentials finds the credentials from start on in the value of an Authorization header. Those of Basic are decoded, so that
// a PAT sent that way has the PAT's token.
func credentials(text []byte, start int) []span {
	if start == len(text) {
		return nil
	}
	s := spanOf(text, start, len(text), KindPAT)
	if strings.HasPrefix(strings.ToLower(string(text)), "basic ") {
		if decoded, err := base64.StdEncoding.DecodeString(s.value); err == nil {
			s.value, s.encoded = string(decoded), true
		}
	}
	return []span{s}
}

// cookies finds the values of the first n name=value pairs.
func cookies(text []byte, n int) []span {
	var spans []span
	start := 0
	for pair := range bytes.SplitSeq(text, []byte(";")) {
		if n--; n < 0 {
			break
		}
		end := start + len(pair)
		from := start + bytes.IndexByte(pair, '=') + 1
		if from < end {
			spans = append(spans, spanOf(text, from, end, KindCookie))
		}
		start = end + 1
	}
	return spans
}
