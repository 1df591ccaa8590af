package expect

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/reproduce"
)

// Secrets are the codes, phones, tokens and PATs that exchanges carried.
type Secrets map[string]secret

// A secret says what a value is, and whose it is; codes and PATs belong to their requests, and to no user.
type secret struct {
	what  string
	users []string
}

// SecretsOf collects the secrets of exchanges: the codes and PATs that were sent, the phones that were injected, and the
// tokens and phones of the answers. Values that may occur by chance are left out, and so are the ids of mini-programs,
// which some requests carry in place of a secret.
func SecretsOf(exchanges []assay.Exchange) Secrets {
	secrets := Secrets{}
	add := func(what, value string, users ...string) {
		if len(value) >= shortestSecret && !isWord(value) {
			secrets[value] = secret{what, joined(secrets[value].users, users)}
		}
	}
	for _, x := range exchanges {
		user := ownersOf(x)
		if x.Code != nil {
			add("another request's code", x.Code.Code)
			add("another user's phone", x.Code.Phone, user...)
		}
		if pat, isBearer := strings.CutPrefix(x.Request.Header.Get("Authorization"), "Bearer "); isBearer {
			add("another request's PAT", pat)
		}
		for name, what := range map[string]string{"accessToken": "another request's token", "phone": "another user's phone"} {
			if value, isText := assay.Text(dataOf(x, name)); isText {
				add(what, value, user...)
			}
		}
	}
	for _, x := range exchanges {
		if x.Code != nil {
			delete(secrets, x.Code.AppID)
		}
	}
	return secrets
}

// isWord reports whether a text is as short as a word and has letters only, as the placeholders that are sent for a code or PAT:
// a refusal may say undefined, or name the guide's own placeholder.
func isWord(text string) bool {
	const longest, placeholder = 16, "personalAccessToken"
	text = strings.Trim(text, "{}")
	return text == placeholder || len(text) <= longest && strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz-_") == ""
}

// isPublic reports whether a text that was sent in the place of a secret may be in a refusal: a word, or the ID of the mini-program.
func isPublic(x assay.Exchange, text string) bool {
	return isWord(text) || x.Code != nil && text == x.Code.AppID
}

// ownersOf is the user whose code an exchange carries, if it is known.
func ownersOf(x assay.Exchange) []string {
	if x.Code == nil || x.Code.UserID == "" {
		return nil
	}
	return []string{x.Code.UserID}
}

func joined(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// ShowNoOther holds when the answer contains no secret that another exchange carried. What the request itself carried, and
// what belongs to its own user, is not another's.
func ShowNoOther(secrets Secrets) Matcher {
	return answered("no secret of another request in a refusal", func(x assay.Exchange) (string, bool) {
		const most = 64 << 10
		body := string(x.Response.Body[:min(len(x.Response.Body), most)])
		for _, reading := range append(readings(body), headerText(x.Response.Header)) {
			for _, word := range slices.Concat(wordsOf(reading), phonesIn(reading)) {
				if known, found := secrets[word]; found && !known.belongs(x) && !ownsSecret(x, word) {
					return "the answer contains " + known.what, false
				}
			}
		}
		return "", true
	})
}

// belongs reports whether a secret is one of the user whose code the exchange carries. A refusal that names its own user is
// judged by envelope.no-identity.
func (s secret) belongs(x assay.Exchange) bool {
	return slices.ContainsFunc(ownersOf(x), func(user string) bool { return slices.Contains(s.users, user) })
}

// wordsOf are the runs of characters of codes, tokens and phones in a text, whole and without what a sentence may add.
func wordsOf(text string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return r > 'z' || !isTokenByte(byte(r))
	}) {
		if len(word) < shortestSecret {
			continue
		}
		words = append(words, word)
		if trimmed := strings.TrimRight(word, ".:="); trimmed != word {
			words = append(words, trimmed)
		}
		if trimmed := strings.Trim(word, ".:"); trimmed != word {
			words = append(words, trimmed)
		}
		if _, after, found := strings.Cut(word, "="); found {
			words = append(words, after)
		}
		if _, after, found := strings.Cut(word, ":"); found {
			words = append(words, after)
		}
	}
	return words
}

// phonesIn are the runs of digits in a text, across what people put between the digits of a phone.
func phonesIn(text string) []string {
	const separators = " -()\u00a0"
	return strings.FieldsFunc(strings.Map(func(r rune) rune {
		if strings.ContainsRune(separators, r) {
			return -1
		}
		return r
	}, text), func(r rune) bool { return r != '+' && (r < '0' || r > '9') })
}

func isTokenByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/=_-.:~", c) >= 0
}

// ownsSecret reports whether a secret is the exchange's own: in its request, or of the user whose code it carries.
func ownsSecret(x assay.Exchange, secret string) bool {
	if x.Code != nil && (x.Code.Code == secret || x.Code.Phone == secret) {
		return true
	}
	for _, values := range x.Request.Header {
		for _, value := range values {
			if strings.Contains(value, secret) {
				return true
			}
		}
	}
	body := string(x.Request.Body)
	narrow := strings.ReplaceAll(body, "\x00", "") // of a body in UTF-16, as a parser that detects it quotes it
	for _, reading := range slices.Concat(readings(body), readings(narrow), readings(x.Request.URL)) {
		if strings.Contains(reading, secret) {
			return true
		}
	}
	return false
}

// NotReflect holds when the answer quotes neither the code of the request nor a PAT that the request carried outside the
// Authorization field.
func NotReflect() Matcher {
	return answered("a refusal that does not quote its own request's code or PAT", func(x assay.Exchange) (string, bool) {
		const most = 64 << 10
		body := string(x.Response.Body[:min(len(x.Response.Body), most)])
		misplaced := misplacedPATs(x.Request)
		for _, reading := range append(readings(body), headerText(x.Response.Header)) {
			if x.Code != nil && !isPublic(x, x.Code.Code) && isPartlyIn(x.Code.Code, reading) {
				return "the code that this request carried is quoted back", false
			}
			for _, pat := range misplaced {
				if isIn(pat, reading) {
					return "the PAT that this request carried outside the Authorization field is quoted back", false
				}
			}
		}
		return "", true
	}).Shows(reproduce.QuotesCode())
}

// isPartlyIn reports whether a text quotes a secret, or so much of it in one piece that it is not chance.
func isPartlyIn(secret, text string) bool {
	const piece, step = 16, 4
	for at := 0; at+piece <= len(secret); at += step {
		if strings.Contains(text, secret[at:at+piece]) {
			return true
		}
	}
	return isIn(secret, text)
}
