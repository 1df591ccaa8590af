package suites

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/reports/phrase"
)

// advice says what to check after a failure of the transport. With prior knowledge, HTTP/2 is spoken without TLS. A server of HTTP/1.1
// then either answers the first bytes, or closes the connection with bytes unread, by which its answer is lost.
func advice(failed assay.Failure, priorKnowledge bool) phrase.Phrase {
	if strings.HasPrefix(failed.Detail, "server response headers exceeded ") {
		return phrase.Say(phrase.HintHeader)
	}
	if failures.WantsCertificate(failed) {
		return phrase.Say(phrase.HintClient)
	}
	if failures.WantsLogin(failed) {
		return phrase.Say(phrase.HintNetwork)
	}
	if priorKnowledge && (failed.Kind == assay.NotHTTP || failed.Kind == assay.BrokenOff) {
		return phrase.Say(phrase.HintNoH2C)
	}
	if failed.Kind == assay.NotHTTP && strings.Contains(failed.Detail, "Content-Length") {
		return phrase.Say(phrase.HintFraming)
	}
	switch failed.Kind {
	case assay.NotTLS:
		return phrase.Say(phrase.HintNoTLS)
	case assay.NotHTTP, assay.Unsolicited: // a server of mail or SSH speaks first
		return phrase.Say(phrase.HintNotHTTP)
	case assay.NameUnknown:
		return phrase.Say(phrase.HintName)
	case assay.CertificateInvalid:
		return phrase.Say(phrase.HintCA)
	case assay.ProxyFailed:
		return phrase.Say(phrase.HintProxy)
	case assay.LocalShortage:
		return phrase.Say(phrase.HintShortage)
	case assay.BrokenOff:
		return phrase.Say(phrase.HintBrokenOff)
	case assay.TimedOut:
		return phrase.Say(phrase.HintTimeout)
	default:
		return phrase.Say(phrase.HintRunning)
	}
}

func (p *probe) advice() phrase.Phrase {
	return advice(p.exchange.Failure, p.session.config.Target.Transport.PriorKnowledge)
}

// aboutPAT and aboutApp match errcodes whose name says what the platform did not accept, aboutKey the answers of gateways that miss
// their own key.
var (
	aboutKey = regexp.MustCompile(`(?i)\bapi[ _-]?key\b|subscription key`)
	aboutPAT = regexp.MustCompile(`(?i)pat|auth|scope|permission|forbidden|credential`)
	aboutApp = regexp.MustCompile(`(?i)app`)
)

// hint guesses from the answer to a fresh code what to correct.
func (p *probe) hint() phrase.Phrase {
	x, target := p.exchange, p.session.config.Target
	body, errcode, status := string(x.Response.Body), x.Response.Envelope().Errcode(), x.Response.Status
	switch {
	case x.Failed():
		return p.advice()
	case strings.HasPrefix(x.Request.URL, "http://") && errcode == "" && strings.Contains(body, "HTTPS"):
		return phrase.Say(phrase.HintTLS)
	case status == 400 && errcode == "" && strings.Contains(body, "SSL certificate"): // nginx
		return phrase.Say(phrase.HintClient)
	case status/100 == 4 && errcode == "" && aboutKey.MatchString(body):
		return phrase.Say(phrase.HintGateway)
	case status == 401 || status == 403 || errcode != "" && aboutPAT.MatchString(errcode):
		pat := cmp.Or(target.PATs.ValidFrom, "pats.valid")
		return phrase.Say(phrase.HintPAT, pat)
	case status == 407:
		return phrase.Say(phrase.HintProxyAuth)
	case status == 404 || status == 405:
		return phrase.Say(phrase.HintBasePath)
	case strings.HasPrefix(strings.TrimSpace(body), "<") && status/100 != 5:
		return phrase.Say(phrase.HintWebPage)
	case status == 429:
		return phrase.Say(phrase.HintRateLimit)
	case status/100 == 5:
		return phrase.Say(phrase.HintHealth)
	case errcode != "" && aboutApp.MatchString(errcode):
		return phrase.Say(phrase.HintApp, target.Apps[0])
	default:
		return phrase.Say(phrase.HintDeveloper)
	}
}
