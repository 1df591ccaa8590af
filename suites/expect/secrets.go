package expect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/jwt"
	"github.com/unified-login/assay/internal/rawjson"
)

// secretNames are the names of credentials and identity documents, in small letters and without _ and -.
func secretNames() []string {
	return []string{"password", "passwd", "passwordsalt", "salt", "passwordhash", "secret", "clientsecret", "appsecret", "accesskey",
		"accesssecret", "privatekey", "totpsecret", "recoverycodes", "mfasecret", "pat", "personalaccesstoken", "idcard", "idcardno",
		"idnumber", "passportno", "passworddigest", "encryptedpassword", "hashedpassword", "passwordhashed", "passwordencrypted", "passwordmd5", "pwd",
		"userpwd", "userpassword", "loginpassword", "paypassword", "passcode", "passphrase", "privkey", "apikey", "apisecret", "sdksecret",
		"otpsecret", "twofactorsecret", "securityanswer", "identitycard", "identityno", "identitynumber", "idcardnumber", "passportnumber", "ssn"}
}

// longestName is the length up to which the name of a member may be one of secretNames or tokenSecretNames, written with _ and -.
const longestName = 40

// tokenSecretNames are further names that no token may fill in.
func tokenSecretNames() []string {
	return append(secretNames(), "hash", "prehash", "phone", "phonenumber", "mobile")
}

// GiveLeastData holds when no member of data, at any depth, has the name of a credential or an identity document and a value,
// and no reading of the answer contains the PAT.
func GiveLeastData(pat assay.Secret) Matcher {
	return answered("no credential and no identity document in data", func(x assay.Exchange) (string, bool) {
		for _, raw := range x.Response.Envelope().Members("data") {
			if name := filledIn(raw, secretNames()); name != "" {
				return fmt.Sprintf("the member %s has a value", name), false
			}
		}
		for _, reading := range append(readings(string(x.Response.Body)), headerText(x.Response.Header)) {
			if isIn(pat.Reveal(), reading) || inBase64(pat.Reveal(), reading) || inBytes(pat.Reveal(), reading) {
				return "the answer contains the PAT", false
			}
		}
		return "", true
	})
}

// CarryNoSecrets holds when the claims of the answer's token, at any depth, give no value to a credential, an identity
// document or a phone. Nor may they contain the injected phone, in any form. Opaque tokens hold.
func CarryNoSecrets() Matcher {
	return each("a token without a credential, an identity document or a phone", func(x assay.Exchange) (string, bool) {
		_, claims := tokenParts(x)
		if name := filledIn(claims, tokenSecretNames()); name != "" {
			return fmt.Sprintf("the claim %s has a value", name), false
		}
		if x.Code != nil && len(x.Code.Phone) >= shortestSecret && shows(string(claims), x.Code.Phone) {
			return "the claims contain the injected phone", false
		}
		return "", true
	})
}

// filledIn names a member of a JSON text, at any depth, that has one of the names and a value; "" for no such member. Empty and
// masked values, true and false do not count.
func filledIn(text []byte, names []string) string {
	if !mayFillIn(text, names) {
		return ""
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return ""
	}
	return filled(value, names)
}

// mayFillIn reports whether a text has a member of one of the names, or a string in which there may be one. Most texts have
// neither, and need not be decoded.
func mayFillIn(text []byte, names []string) bool {
	may := false
	reader := rawjson.NewReader(text)
	for !may && reader.Next() {
		var name []byte
		if reader.Name.Kind == rawjson.String {
			name = reader.Content(reader.Name)
			may = bytes.IndexByte(name, '\\') >= 0 || len(name) <= longestName && slices.Contains(names, plainName(string(name)))
		}
		if reader.Value.Kind == rawjson.String && string(name) != "accessToken" {
			content := reader.Content(reader.Value)
			may = may || !reader.Value.Plain() || bytes.IndexByte(content, '$') >= 0 || bytes.HasPrefix(content, []byte("{")) || bytes.HasPrefix(content, []byte("-----")) || bytes.Count(content, []byte(".")) == 2
		}
	}
	return may
}

// passwordHash matches how libraries write the hash of a password, whatever the name of its member: bcrypt, Argon2, scrypt, PBKDF2 and
// crypt, and those of Django; and a private key.
var passwordHash = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\{\w+\})?\$(?:2[abxy]?|argon2(?:id?|d)|scrypt|pbkdf2[\w-]*|[156y])\$[\w./$+=,-]{20,}$|^(?:pbkdf2_sha\d+|bcrypt_sha256|argon2|scrypt)\$[\w./$+=,-]{20,}$|^` + privateKey)
})

// privateKey is how a private key begins that is written as text, in an expression.
const privateKey = `-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----`

func filled(value any, names []string) string {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if slices.Contains(names, plainName(name)) && hasValue(value[name]) {
				return shown([]byte(name))
			}
			if name == "accessToken" {
				continue // judged by token.no-secrets
			}
			if text, isText := value[name].(string); isText && passwordHash().MatchString(text) {
				return shown([]byte(name))
			}
			if inner := filled(value[name], names); inner != "" {
				return inner
			}
		}
	case []any:
		for _, item := range value {
			if inner := filled(item, names); inner != "" {
				return inner
			}
		}
	case string:
		return filledInText(value, names)
	}
	return ""
}

// filledInText reads a text that is itself a JSON object or a JWT.
func filledInText(text string, names []string) string {
	if token, isJWT := jwt.Read([]byte(text)); isJWT {
		return filledIn(token.Payload, names)
	}
	if strings.HasPrefix(text, "{") {
		return filledIn([]byte(text), names)
	}
	return ""
}

// plainName is a name without case, _ and -.
func plainName(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "_", ""), "-", ""))
}

func hasValue(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value) != "" && !strings.Contains(value, "***")
	case json.Number:
		number, err := value.Float64()
		return err != nil || number != 0
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), hasValue)
	case []any:
		return slices.ContainsFunc(value, hasValue)
	default:
		return false
	}
}

// BeNoRefreshToken holds when neither the header nor the claims of the answer's token call it a refresh token.
func BeNoRefreshToken() Matcher {
	return each("a token that does not call itself a refresh token", func(x assay.Exchange) (string, bool) {
		header, claims := tokenParts(x)
		for _, part := range []struct {
			text  []byte
			names []string
		}{{header, []string{"typ"}}, {claims, []string{"tokenType", "token_type", "token_use", "typ"}}} {
			var members map[string]json.RawMessage
			if json.Unmarshal(part.text, &members) != nil {
				continue
			}
			for _, name := range part.names {
				if text, _ := assay.Text(members[name]); strings.Contains(strings.ToLower(text), "refresh") {
					return fmt.Sprintf("its %s is %q", name, shown([]byte(text))), false
				}
			}
		}
		return "", true
	})
}

// tokenParts returns the header and the claims of the answer's accessToken; nil for an opaque one.
func tokenParts(x assay.Exchange) (header, claims []byte) {
	if token, isJWT := jwt.Read([]byte(AccessToken(x))); isJWT {
		return token.Header, token.Payload
	}
	return nil, nil
}
