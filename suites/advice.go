package suites

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/unified-login/assay"
)

// mend guesses from a failure of the transport what is wrong.
func mend(failure string) string {
	for _, known := range []struct{ words, way string }{
		{"HTTP response to HTTPS client", "it speaks plain HTTP: apiServer should begin with http://"},
		{"does not look like a TLS handshake", "it speaks no TLS: should apiServer begin with http://?"},
		{"malformed HTTP", "what answers there does not speak HTTP: is it https://, or another port?"},
		{"no such host", "is the name in apiServer spelt right?"},
		{"x509: ", "mend its certificate, or name its CA under tls.ca"},
		{"proxy", "mend the proxy that HTTPS_PROXY or HTTP_PROXY names, or add the host to NO_PROXY"},
		{"no whole answer", "it takes connections and does not answer: is it healthy, and apiServer right? --timeout allows more"},
	} {
		if strings.Contains(failure, known.words) {
			return known.way
		}
	}
	return "is apiServer right, and is the platform running?"
}

// Errcodes that say by their name what a platform did not like.
var (
	aboutPAT = regexp.MustCompile(`(?i)pat|auth|scope|permission|forbidden|credential`)
	aboutApp = regexp.MustCompile(`(?i)app`)
)

// hint guesses from an answer to a fresh code what to mend.
func (p *probe) hint() string {
	x, target := p.exchange, p.session.config.Target
	body, errcode, status := string(x.Response.Body), assay.ReadEnvelope(x.Response.Body).Errcode(), x.Response.Status
	switch {
	case strings.HasPrefix(x.Request.URL, "http://") && errcode == "" && strings.Contains(body, "HTTPS"):
		return "it seems to speak TLS: apiServer should begin with https://"
	case status == 401 || status == 403 || errcode != "" && aboutPAT.MatchString(errcode):
		pat := cmp.Or(target.PATs.ValidFrom, "pats.valid")
		return fmt.Sprintf("is %s the right one, and does it have the Mini-Program Unified Authentication scope?", pat)
	case status == 407:
		return "that is a proxy: give HTTPS_PROXY or HTTP_PROXY its user name and password"
	case status == 404 || status == 405:
		return "is apiServer the server's base URL, without the path of the endpoint?"
	case strings.HasPrefix(strings.TrimSpace(body), "<") && status/100 != 5:
		return "that is a web page: is apiServer the API's base URL?"
	case status == 429:
		return "its rate limit leaves nothing: try again later, or have it raised for this PAT"
	case status/100 == 5:
		return "is the platform healthy? What it logged may say why"
	case errcode != "" && aboutApp.MatchString(errcode):
		return fmt.Sprintf("is %s, the first under apps, a mini-program of the PAT's owner?", target.Apps[0])
	default:
		return "are apps and the driver those of the same developer and platform?"
	}
}
