package sample

import (
	"fmt"
	"net/http"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
)

// Harmful is a run whose violations harm users: a code signs in twice, also in a race of five, and another user once; a PAT that
// nobody has is accepted beside its valid twin; a warning makes the hardened profile nonconformant, another does not; one violation
// is waived.
func Harmful() Run {
	run := Conformant()
	left := 299.9
	first, replay := run.exchange("code.single-use", 1, 1, 0, 2*time.Millisecond, 1), run.exchange("code.single-use", 1, 1, 12*time.Millisecond, time.Millisecond, 2)
	single := run.finding(assay.Login, "the used code a second time", replay, first)
	single.Roles = map[string]conformance.Role{replay: conformance.Probe, first: conformance.FirstUse}
	single.Reuse = &conformance.Reuse{FirstUse: first, After: 0.01, Left: &left}
	run.amend("code.single-use", assay.Fail, phrase.Phrase{}, single)

	var racers []string
	for i := range 5 {
		at, identity := time.Duration(i)*300*time.Microsecond, 3
		if i > 1 {
			identity = 0 // refused
		}
		racers = append(racers, run.exchange("code.single-use-race", 2, 2, at, time.Duration(4+i%3)*time.Millisecond, identity))
	}
	race := run.finding(assay.Login, "5 exchanges of one code at once", racers...)
	race.Roles = map[string]conformance.Role{racers[0]: conformance.Probe, racers[1]: conformance.FirstUse, racers[2]: conformance.Racer, racers[3]: conformance.Racer, racers[4]: conformance.Racer}
	run.amend("code.single-use-race", assay.Fail, phrase.Phrase{}, race)

	unknown, twin := run.exchange("pat.unknown", 4, 4, time.Millisecond, time.Millisecond, 4), run.exchange("pat.unknown", 5, 4, 0, time.Millisecond, 4)
	accepted := run.finding(assay.Login, "a PAT that nobody has", unknown, twin)
	accepted.Roles = map[string]conformance.Role{unknown: conformance.Probe, twin: conformance.Twin}
	run.amend("pat.unknown", assay.Fail, phrase.Phrase{}, accepted)

	run.amend("security.clean-errors", assay.Warn, phrase.Phrase{}, run.finding(assay.Login, "unknown code", "x-000088"))
	run.amend("http.allow", assay.Warn, phrase.Phrase{}, run.finding(assay.Login, "", "x-000079"))
	run.amend("http.no-store", assay.Warn, phrase.Phrase{}, run.finding(assay.Phone, "", "x-000079"))
	run.Report.Waivers = []conformance.Waiver{{ID: "http.no-store", Reason: "fixed in 4.3", Owner: "qa@acme.example", Expires: "2026-04-15"}}
	run.Report = conformance.Conclude(assay.Requirements(), run.Report)
	return run
}

// exchange adds an exchange of a code that was issued for a user, and returns its id. It is refused without an identity.
func (r *Run) exchange(requirement string, code, user int, after, seconds time.Duration, identity int) string {
	added := record(len(r.Records)+1, requirement)
	token := fmt.Sprintf("~code-%010x~", 0x702d6b28*code)
	added.Code = &transcript.Code{Kind: assay.Login, Code: token, AppID: "fc2183741419665349", UserID: fmt.Sprintf("50%d5f7c3a", user), Channel: "finclip", ExpiresAt: started.Add(5 * time.Minute)}
	added.Request.Body = transcript.Body{Text: `{"appId":"fc2183741419665349","code":"` + token + `"}`}
	added.Sent, added.Seconds = started.Add(time.Second+after), seconds.Seconds()
	if identity == 0 {
		added.Result, added.Response.Status = assay.Refused.String(), http.StatusForbidden
		added.Response.Body = transcript.Body{Text: `{"error":"the code is used","errcode":"CODE_USED","traceid":"caee97f2"}`}
	} else {
		added.Response.Body = transcript.Body{Text: fmt.Sprintf(`{"error":"","errcode":"OK","data":{"openId":"366891798671417%d"},"traceid":"caee97f2"}`, identity)}
	}
	r.Records = append(r.Records, added)
	return added.ID
}
