package suites

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/jwt"
	"github.com/unified-login/assay/internal/steady"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// tokenChapter: the accessToken of the guide's sample response. A login need not give one, and it need not be a JWT.
func tokenChapter(c *chapter) {
	c.requirement("token.present", notePresence)
	c.requirement("token.algorithm", func(t *Trial) { t.judgeToken(isSigned()) })
	c.everywhere("token.algorithm", func(t *Trial) { t.everyToken(isSigned()) })
	c.requirement("token.signature", func(t *Trial) {
		if !t.token().signed() {
			t.Untested(phrase.TokenUnsigned)
		}
		t.judgeToken(t.verifies())
	})
	c.everywhere("token.signature", func(t *Trial) { t.everyToken(t.verifies()) })
	c.requirement("token.times", func(t *Trial) { t.judgeToken(isTimely()) })
	c.everywhere("token.times", func(t *Trial) { t.everyToken(isTimely()) })
}

// A tokenRule is what has to hold of every accessToken that is a JWT; actual says why it does not.
type tokenRule struct {
	expected string
	judge    func(token) (actual string, ok bool)
}

// judgeToken applies a rule to the token of a fresh login.
func (t *Trial) judgeToken(rule tokenRule) {
	actual, ok := rule.judge(t.token())
	t.Check(ok, rule.expected, actual)
}

// everyToken applies a rule to the tokens of all sign-ins of the run.
func (t *Trial) everyToken(rule tokenRule) {
	ahead := t.session.config.Hello.Offers(assay.OpAdvance) && !t.session.dateFollows()
	t.every(t.jwts().Exchanges(), expect.Matcher{Expected: rule.expected}, func(x assay.Exchange) (string, bool) {
		read, isJWT := readToken(expect.AccessToken(x))
		if !isJWT {
			return "", true
		}
		read.clocks, read.ahead = t.clocks(x, read), ahead
		return rule.judge(read)
	}, phrase.SawNoSignIn)
}

// A token is a JWT, as far as it can be read without a key.
type token struct {
	raw       string
	algorithm string
	header    map[string]any
	claims    map[string]any
	signature []byte
	clocks    []time.Time // the time of its answer, by every clock that may be right
	ahead     bool        // an earlier run may have advanced the platform's clock, which only iat shows
}

// signed reports whether a secret was needed for the signature. One that everybody knows does not count.
func (t token) signed() bool {
	_, known := jwt.KnownSecret([]byte(t.raw))
	return t.algorithm != "" && !strings.EqualFold(t.algorithm, "none") && len(t.signature) > 0 && !known
}

// token is the accessToken of a fresh login, which is a JWT. Where the login gives none, or an opaque one, the requirement is
// not applicable.
func (t *Trial) token() token {
	raw, read, isJWT := t.freshToken()
	switch {
	case raw == "":
		t.NotApplicable(phrase.NoAccessToken)
	case !isJWT:
		t.NotApplicable(phrase.TokenOpaque)
	}
	return read
}

// freshToken is the accessToken of a fresh login, and what can be read of it.
func (t *Trial) freshToken() (raw string, read token, isJWT bool) {
	x := t.Exchange(t.Code())
	t.Given(x).To(expect.BeExchanged())
	raw = expect.AccessToken(x)
	t.session.learn("token", raw)
	read, isJWT = readToken(raw)
	read.clocks, read.ahead = t.clocks(x, read), t.session.config.Hello.Offers(assay.OpAdvance)
	return raw, read, isJWT
}

// clocks tell the time of an answer: ours and, if it differs, the platform's own, since ours may be wrong. A difference
// of more than a day is not skew, unless the driver may have advanced the platform's clock. Where it did, Date may come from
// a web server whose clock stayed behind. An iat of our clock, beside a Date of another day, shows that Date is not of the
// signer's clock, which is then ours.
func (t *Trial) clocks(x assay.Exchange, read token) []time.Time {
	arrived := steady.At(x.Sent).Add(x.Took)
	moved := t.session.movedBy(arrived)
	date, err := http.ParseTime(x.Response.Header.Get("Date"))
	switch {
	case err != nil:
		return []time.Time{arrived, arrived.Add(moved)}
	case date.Sub(arrived).Abs() > maxSkew && read.isIssued(arrived):
		return []time.Time{arrived}
	case date.Sub(arrived.Add(moved)).Abs() > maxSkew && read.isIssued(arrived.Add(moved)):
		return []time.Time{arrived.Add(moved)}
	case t.session.config.Hello.Offers(assay.OpAdvance):
		return []time.Time{date, date.Add(moved)}
	case date.Sub(arrived).Abs() > maxSkew:
		return []time.Time{arrived}
	default:
		return []time.Time{arrived, date}
	}
}

// readToken reads a JWT without verifying it.
func readToken(raw string) (token, bool) {
	opened, isJWT := jwt.Read([]byte(raw))
	read := token{raw: string(jwt.Bare([]byte(raw))), signature: opened.Signature}
	if !isJWT || json.Unmarshal(opened.Header, &read.header) != nil || json.Unmarshal(opened.Payload, &read.claims) != nil {
		return token{}, false
	}
	read.algorithm, _ = read.header["alg"].(string)
	return read, true
}

func notePresence(t *Trial) {
	switch raw, token, isJWT := t.freshToken(); {
	case raw == "":
		t.Note(phrase.NoAccessToken)
	case !isJWT:
		t.Note(phrase.OpaqueToken)
	default:
		t.Note(phrase.TokenMembers, names(token.header), names(token.claims))
	}
}

func names(members map[string]any) string {
	var list []string
	for name := range members {
		list = append(list, name)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func isSigned() tokenRule {
	return tokenRule{"a signed JWT whose alg is not none, and a secret that is not one of the examples in documentation", func(t token) (string, bool) {
		if length, known := jwt.KnownSecret([]byte(t.raw)); known {
			return fmt.Sprintf("alg %q and a secret of %d characters that documentation gives as an example", t.algorithm, length), false
		}
		return fmt.Sprintf("alg %q and a signature of %d bytes", t.algorithm, len(t.signature)), t.signed()
	}}
}

// tokenSkew is how far the clocks of a token and of its answer may be apart.
const tokenSkew = time.Minute

// isTimely allows a minute of clock skew beyond the known one, and a token that was issued before the exchange.
func isTimely() tokenRule {
	return tokenRule{"exp in the future and after iat, nbf and iat not in the future", func(t token) (string, bool) {
		expires, hasExpiry := t.moment("exp")
		issued, hasIssue := t.moment("iat")
		from, hasStart := t.moment("nbf")
		earliest, latest := slices.MinFunc(t.clocks, time.Time.Compare), slices.MaxFunc(t.clocks, time.Time.Compare)
		if t.ahead && hasIssue && issued.After(latest) {
			latest = issued
		}
		switch {
		case !hasExpiry || !expires.After(earliest.Add(-tokenSkew)):
			return t.show("exp"), false
		case hasIssue && !expires.After(issued):
			return t.show("exp") + ", " + t.show("iat"), false
		case hasStart && !from.Before(latest.Add(tokenSkew)):
			return t.show("nbf"), false
		case hasIssue && !issued.Before(latest.Add(tokenSkew)):
			return t.show("iat"), false
		}
		return "", true
	}}
}

// isIssued reports whether iat is the time at, as well as clocks agree.
func (t token) isIssued(at time.Time) bool {
	issued, has := t.moment("iat")
	return has && issued.Sub(at).Abs() <= tokenSkew
}

// moment reads a time. One that is the text of a number counts where a client's leniency does harm: exp has to be a number.
func (t token) moment(claim string) (time.Time, bool) {
	seconds, isNumber := t.claims[claim].(float64)
	if text, isText := t.claims[claim].(string); isText && claim != "exp" {
		read, err := strconv.ParseFloat(text, 64)
		seconds, isNumber = read, err == nil
	}
	return time.Unix(int64(seconds), 0), isNumber && seconds < lastYear
}

// lastYear is the beginning of the year 10000 in seconds since 1970: a larger number counts milliseconds.
const lastYear = 253402300800

func (t token) show(claim string) string {
	if at, ok := t.moment(claim); ok {
		return fmt.Sprintf("%s %s", claim, at.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("%s %v", claim, t.claims[claim])
}
