package check

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/internal/words"
)

// judgeHello lists what is wrong with a hello.
func judgeHello(hello assay.Hello) []string {
	faults := driver.HelloFaults(hello)
	for _, member := range []struct{ name, value string }{{"name", hello.Name}, {"version", hello.Version}} {
		if member.value == "" {
			faults = append(faults, fmt.Sprintf("hello has no %s; set it, so that the log names the driver", member.name))
		}
	}
	needPlatform := []assay.Op{assay.OpLogin, assay.OpGetPhoneNumber, assay.OpGray, assay.OpOverlap}
	switch {
	case len(hello.Ops) == 0:
		faults = append(faults, "hello offers no op; list the ops of the driver under ops")
	case len(hello.Platforms) == 0 && slices.ContainsFunc(needPlatform, hello.Offers):
		faults = append(faults, "hello names no platform, so nothing can be injected; list those of the host app under platforms; known are "+
			words.List(assay.Platforms()))
	}
	return faults
}

// namesOf lists the callbacks that an op may fire.
func namesOf(op assay.Op) []string {
	if op == assay.OpGetPhoneNumber {
		return []string{"bindgetphonenumber"}
	}
	return []string{"success", "fail", "complete"}
}

// judgeCallbacks returns what is wrong with the form of callbacks, regardless of their outcome; "" if nothing is.
func judgeCallbacks(op assay.Op, fired []assay.Callback) string {
	if fired == nil {
		return `a reply without the member "callbacks"; list those that fired, or [] if none did`
	}
	if len(fired) == 0 {
		return "no callback fired; wait for it, and reply with error if the driver missed it"
	}
	count := map[string]int{}
	for _, callback := range fired {
		if !slices.Contains(namesOf(op), callback.Name) {
			meant := "use " + words.List(namesOf(op))
			if near := words.Nearest(callback.Name, namesOf(op)); near != "" {
				meant = fmt.Sprintf("did you mean %q?", near)
			}
			return fmt.Sprintf("the callback %q is not defined by the guide; %s", redact.Prose(callback.Name), meant)
		}
		if count[callback.Name]++; count[callback.Name] > 1 {
			return callback.Name + " fired more than once; report the callbacks of this call alone"
		}
		if callback.Name == "complete" {
			continue // its detail may be empty
		}
		if detail := bytes.TrimSpace(callback.Detail); !bytes.HasPrefix(detail, []byte("{")) {
			return fmt.Sprintf("the detail of %s is %s; pass it on as the object that the mini-program saw", callback.Name, formOf(detail))
		}
	}
	if count["success"] > 0 && count["fail"] > 0 {
		return "both success and fail fired; report the callbacks of this call alone"
	}
	return ""
}

// formOf names a JSON value that is not an object.
func formOf(detail []byte) string {
	switch {
	case len(detail) == 0 || string(detail) == "null":
		return "missing"
	case detail[0] == '"':
		return "a string"
	case detail[0] == '[':
		return "an array"
	default:
		return "a bare value"
	}
}

// judgeCode returns the code for an injected user, and what is wrong with the callbacks.
func judgeCode(op assay.Op, appID string, fired []assay.Callback) (code, fault string) {
	if fault := judgeCallbacks(op, fired); fault != "" {
		return "", fault
	}
	name := namesOf(op)[0]
	for _, callback := range fired {
		detail := callback.Read()
		switch {
		case callback.Name == "fail":
			return "", fmt.Sprintf("fail fired for an injected user: %q; is the user injected before the mini-program opens?",
				cmp.Or(redact.Prose(detail.ErrMsg, detail.Code), "no errMsg"))
		case callback.Name != name:
		case detail.Code == "":
			return "", fmt.Sprintf("%s has no code, a string, in its detail or in a detail inside that; pass on all that the mini-program saw", name)
		case assay.CodeFault(detail.Code) != "":
			return "", fmt.Sprintf("the code in %s %s", name, assay.CodeFault(detail.Code))
		case detail.AppID == "":
			return detail.Code, fmt.Sprintf("%s has no appid beside the code; pass on all that the mini-program saw", name)
		case detail.AppID != appID:
			return detail.Code, fmt.Sprintf("%s is for another mini-program than appId; open that one", name)
		case detail.APIServer == "":
			return detail.Code, fmt.Sprintf("%s has no apiserver beside the code; pass on all that the mini-program saw", name)
		default:
			return detail.Code, ""
		}
	}
	return "", fmt.Sprintf("no %s fired for an injected user; wait for it", name)
}

// judgeNobody returns what is wrong with the callbacks for an incomplete injection. In a failure, a code is a text at least
// half as long as an earlier code of the driver: a shorter one is an error code.
func judgeNobody(op assay.Op, fired []assay.Callback, usual int) string {
	if fault := judgeCallbacks(op, fired); fault != "" {
		return fault
	}
	failed := op == assay.OpGetPhoneNumber // its one event reports success and failure
	for _, callback := range fired {
		detail := callback.Read()
		failing := callback.Name == "fail" || strings.Contains(detail.ErrMsg, ":fail")
		if detail.Code != "" && (!failing || len(detail.Code)*2 >= usual) {
			return fmt.Sprintf("%s has a code although a member was not injected; clear what the previous call injected, and inject nothing in its place, not an empty text either. If the driver does so, the host app is at fault, and assay test will report it",
				callback.Name)
		}
		failed = failed || callback.Name == "fail"
	}
	if !failed {
		return "no fail fired although a member was not injected; report the callback that fires, neither an error nor an empty list"
	}
	return ""
}

// A span is the time in which a code may expire.
type span struct {
	now    time.Time
	latest time.Time // zero: any time after now
}

// fewer says what a run does with fewer codes than it asked for.
func fewer(codes, count int) string {
	if codes == 0 || codes > count {
		return ""
	}
	return "; a run asks again for the rest, which takes time"
}

// judgeMint returns what is wrong with minted codes; "" if nothing is.
func judgeMint(request assay.HostRequest, codes []assay.Code, lifetime span) string {
	if len(codes) != request.Count {
		return fmt.Sprintf("%d codes, but count is %d%s", len(codes), request.Count, fewer(len(codes), request.Count))
	}
	users, seen := map[string]bool{}, map[string]bool{}
	for i, code := range codes {
		fault := judgeUser(request, code)
		switch {
		case code.Code == "":
			fault = "is empty"
		case seen[code.Code]:
			fault = "was returned before; every code is for one use"
		case code.Kind != "" && code.Kind != request.Kind:
			fault = "is of another kind than requested"
		case code.AppID != "" && code.AppID != request.AppID:
			fault = "is for another mini-program than appId"
		case fault == "":
			fault = lifetime.judge(code.ExpiresAt)
		}
		if fault != "" {
			return fmt.Sprintf("code %d of %d %s", i+1, len(codes), fault)
		}
		users[code.UserID], seen[code.Code] = true, true
	}
	if request.Host == nil && len(users) != request.Users {
		return fmt.Sprintf("codes of %d users, but users is %d", len(users), request.Users)
	}
	return ""
}

// judgeUser returns what is wrong with the user that a code names. It may omit members of the request, but not contradict
// them.
func judgeUser(request assay.HostRequest, code assay.Code) string {
	host := request.Host
	if host == nil {
		host = &assay.Injection{}
	}
	for _, member := range []struct {
		name  string
		asked *string
		named string
		bare  bool // it may be empty if the request does not set it
	}{
		{"userId", host.UserID, code.UserID, false},
		{"channel", host.Channel, code.Channel, false},
		{"phone", host.Phone, code.Phone, request.Kind == assay.Login},
	} {
		switch {
		case member.asked != nil && member.named != "" && member.named != *member.asked:
			return fmt.Sprintf("is for another %s than host injects%s", member.name, driver.AsNumber(*member.asked, member.named))
		case member.asked == nil && member.named == "" && !member.bare:
			return fmt.Sprintf("has no %s; the driver chose the user and must name it", member.name)
		}
	}
	return ""
}

func (s span) judge(at time.Time) string {
	const skew = time.Minute // between this machine's clock and the driver's
	switch {
	case at.IsZero():
		return ""
	case at.Before(s.now.Add(-skew)):
		return fmt.Sprintf("expired at %s, before it was issued; is expiresAt the end of its lifetime, with its time zone?", at.Format(time.RFC3339))
	case !s.latest.IsZero() && at.After(s.latest.Add(skew)):
		return fmt.Sprintf("expires at %s, later than declares.codeTTL allows; is expiresAt the end of its lifetime?", at.Format(time.RFC3339))
	default:
		return ""
	}
}

// judgePAT returns what is wrong with the form of a PAT; "" if nothing is.
func judgePAT(pat string, before []string) string {
	switch {
	case pat == "":
		return `a reply without the member "pat"`
	case strings.ContainsFunc(pat, func(c rune) bool { return c <= ' ' || c > '~' }):
		return "the pat has a character that no Authorization header can carry; give the token alone"
	case slices.Contains(before, pat):
		return "the same pat twice; issue a new one for every request, because one of them will be revoked"
	default:
		return ""
	}
}
