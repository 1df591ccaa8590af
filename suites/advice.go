package suites

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/unified-login/assay"
)

// advice says what to check after a failure of the transport.
func advice(kind assay.FailureKind) string {
	switch kind {
	case assay.NotTLS:
		return "it speaks no TLS: should apiServer begin with http://?"
	case assay.NotHTTP:
		return "what answers there does not speak HTTP: is it https://, or another port?"
	case assay.NameUnknown:
		return "is the name in apiServer spelt right?"
	case assay.CertificateInvalid:
		return "mend its certificate, or name its CA under tls.ca"
	case assay.ProxyFailed:
		return "mend the proxy that HTTPS_PROXY or HTTP_PROXY names, or add the host to NO_PROXY"
	case assay.LocalShortage:
		return "this machine has no connection to offer: raise its limit of open files (ulimit -n), or check its name server"
	case assay.TimedOut:
		return "it takes connections and does not answer: is it healthy, and apiServer right? --timeout allows more"
	default:
		return "is apiServer right, and is the platform running?"
	}
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
