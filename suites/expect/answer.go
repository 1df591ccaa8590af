package expect

import (
	"fmt"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/reproduce"
)

// BeAccepted holds when the oracle accepts the exchange: it signed a user in. [SignIn] checks which.
func BeAccepted() Matcher {
	return each("accepted: 2xx, errcode OK and an identity", func(x assay.Exchange) (string, bool) {
		return Summary(x), assay.Judge(x).Result == assay.Accepted
	}).Shows(reproduce.Unidentified())
}

// BeRefused holds when the answer carries no identity. Other matchers judge its form: a redirect, a 5xx or a page is no
// refusal of good form, but it signs nobody in.
func BeRefused() Matcher {
	m := each("refused: no identity", func(x assay.Exchange) (string, bool) {
		result := assay.Judge(x).Result
		return Summary(x), (result == assay.Refused || result == assay.Fault) && !SignedIn(x)
	})
	m.Refusal = true
	return m.Shows(reproduce.SignsIn())
}

// BeRefusedOrCutOff also accepts a connection that the target closed, but no identity, no 5xx and no time-out. A target
// that is overloaded or was not reached refused nothing. [NotRedirect] judges redirects.
func BeRefusedOrCutOff() Matcher {
	m := each("refused, or the connection closed", func(x assay.Exchange) (string, bool) {
		result := assay.Judge(x).Result
		redirect := x.Response != nil && x.Response.Status/100 == 3 && !SignedIn(x)
		return Summary(x), result == assay.Refused || redirect || result == assay.Inconclusive && CutOff(x)
	})
	m.Settles, m.Refusal = true, true
	m.undecided = func(x assay.Exchange) bool { return !CutOff(x) && !TimedOut(x) }
	return m.Shows(reproduce.SignsIn(), serverError())
}

// CutOff reports whether the connection ended, or carried no valid HTTP, after the request was sent.
func CutOff(x assay.Exchange) bool {
	switch x.Failure.Kind {
	case assay.BrokenOff, assay.NotHTTP, assay.Unsolicited, assay.BadEncoding:
		return true
	default:
		return false
	}
}

// TimedOut reports whether the exchange ended because no whole answer came in time.
func TimedOut(x assay.Exchange) bool { return x.Failure.Kind == assay.TimedOut }

// HaveStatus holds when the answer has one of the statuses.
func HaveStatus(statuses ...int) Matcher {
	expected := strings.Trim(strings.ReplaceAll(fmt.Sprint(statuses), " ", " or "), "[]")
	return answered("status "+expected, func(x assay.Exchange) (string, bool) {
		for _, status := range statuses {
			if x.Response.Status == status {
				return "", true
			}
		}
		return Summary(x), false
	}).Shows(reproduce.StatusUnlike("^(" + strings.ReplaceAll(expected, " or ", "|") + ")$"))
}

// HaveHeader holds when the answer has the header.
func HaveHeader(name string) Matcher {
	return answered("the header "+name, func(x assay.Exchange) (string, bool) {
		return fmt.Sprintf("status %d without %s", x.Response.Status, name), x.Response.Header.Get(name) != ""
	}).Shows(reproduce.LacksHeader(name, ""))
}

// Summary puts an answer in one line: the status, the errcode, the identity if any, and why it is a fault.
func Summary(x assay.Exchange) string {
	switch {
	case x.Response == nil && x.Failed():
		return "no answer: " + x.Failure.String()
	case x.Response == nil:
		return "no answer"
	}
	outcome := assay.Judge(x)
	envelope := x.Response.Envelope()
	words := []string{fmt.Sprintf("status %d", x.Response.Status)}
	if envelope.Object {
		words = append(words, "errcode "+shown(envelope.Member("errcode")))
		if raw := envelope.Data(x.Endpoint.Identity()); !assay.Empty(raw) {
			words = append(words, x.Endpoint.Identity()+" "+shown(raw))
		}
	} else {
		words = append(words, "not a JSON object")
	}
	switch outcome.Result {
	case assay.Fault:
		words = append(words, "a fault: "+outcome.Explain())
	case assay.Inconclusive:
		words = append(words, outcome.Explain())
	}
	return strings.Join(words, ", ")
}

// shown cuts raw JSON to a readable length.
func shown(raw []byte) string {
	const most = 80
	switch {
	case len(raw) == 0:
		return "absent"
	case len(raw) > most:
		return strings.ToValidUTF8(string(raw[:most]), "?") + "…"
	default:
		return string(raw)
	}
}
