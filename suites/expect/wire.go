package expect

import (
	"fmt"
	"net/http"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/reproduce"
)

// GiveNoIdentity holds when the answer carries no identity, whatever else it is. A closed connection holds too: it signs
// nobody in. An overloaded target and one that did not answer in time say nothing.
func GiveNoIdentity() Matcher {
	m := each("no identity", func(x assay.Exchange) (string, bool) { return Summary(x), !SignedIn(x) })
	m.Settles, m.Refusal = true, true
	m.undecided = func(x assay.Exchange) bool { return !CutOff(x) }
	return m.Shows(reproduce.SignsIn())
}

// NotBeServerError holds unless the answer is a 5xx. 501 is an answer to a method, and 503 one to the load.
func NotBeServerError() Matcher {
	return answered("no 5xx", func(x assay.Exchange) (string, bool) {
		status := x.Response.Status
		return Summary(x), status < 500 || status == http.StatusNotImplemented || status == http.StatusServiceUnavailable
	}).Shows(serverError())
}

// NotRedirect holds unless the answer is a redirect.
func NotRedirect() Matcher {
	return answered("no redirect", func(x assay.Exchange) (string, bool) {
		status := x.Response.Status
		return fmt.Sprintf("status %d", status), status/100 != 3 || status == http.StatusNotModified
	}).Shows(reproduce.Status("^30[0-35-9]$"))
}

// NotAdmit holds unless the answer lets scripts of the origin read it with credentials.
func NotAdmit(origin string) Matcher {
	return answered("no foreign origin admitted with credentials", func(x assay.Exchange) (string, bool) {
		header := x.Response.Header
		admits := header.Get("Access-Control-Allow-Origin") == origin && header.Get("Access-Control-Allow-Credentials") == "true"
		return "Access-Control-Allow-Origin echoes the foreign origin, with Access-Control-Allow-Credentials: true", !admits
	}).Shows(reproduce.HasHeader("access-control-allow-credentials", "true"))
}

// GiveAnAnswer holds when there is an answer, whatever it says.
func GiveAnAnswer() Matcher {
	return answered("an answer", func(assay.Exchange) (string, bool) { return "", true })
}
