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

// judgeHello says, a line each, what is wrong with what a driver says of itself.
func judgeHello(hello assay.Hello) []string {
	faults := driver.HelloFaults(hello)
	for _, member := range []struct{ name, value string }{{"name", hello.Name}, {"version", hello.Version}} {
		if member.value == "" {
			faults = append(faults, fmt.Sprintf("hello has no %s; say which driver, and which edition of it, the log is about", member.name))
		}
	}
	needy := []assay.Op{assay.OpLogin, assay.OpGetPhoneNumber, assay.OpGray}
	switch {
	case len(hello.Ops) == 0:
		faults = append(faults, "hello offers no op; list under ops what the driver can do")
	case len(hello.Platforms) == 0 && slices.ContainsFunc(needy, hello.Offers):
		faults = append(faults, "hello names no platform, so nothing can be injected; list under platforms those that the host app has, of "+
			words.List(assay.Platforms()))
	}
	return faults
}

// namesOf are the callbacks that may fire.
func namesOf(op assay.Op) []string {
	if op == assay.OpGetPhoneNumber {
		return []string{"bindgetphonenumber"}
	}
	return []string{"success", "fail", "complete"}
}

// judgeCallbacks says what is wrong with the form of callbacks, whatever they tell; "" when nothing is.
func judgeCallbacks(op assay.Op, fired []assay.Callback) string {
	if fired == nil {
		return "a reply without callbacks; it is the list of those that fired, [] where none did"
	}
	if len(fired) == 0 {
		return "no callback fired; wait for it, and reply with error when the driver missed it"
	}
	count := map[string]int{}
	for _, callback := range fired {
		if !slices.Contains(namesOf(op), callback.Name) {
			meant := "there " + map[bool]string{true: "are ", false: "is only "}[len(namesOf(op)) > 1] + words.List(namesOf(op))
			if near := words.Nearest(callback.Name, namesOf(op)); near != "" {
				meant = fmt.Sprintf("did you mean %q?", near)
			}
			return fmt.Sprintf("the callback %q is none of the guide's; %s", redact.Prose(callback.Name), meant)
		}
		if count[callback.Name]++; count[callback.Name] > 1 {
			return callback.Name + " fired more than once; report the callbacks of this call alone"
		}
		if callback.Name == "complete" {
			continue // it need not say anything
		}
		if detail := bytes.TrimSpace(callback.Detail); !bytes.HasPrefix(detail, []byte("{")) {
			return fmt.Sprintf("the detail of %s is %s; pass it on as the object that the mini-program saw", callback.Name, formOf(detail))
		}
	}
	if count["success"] > 0 && count["fail"] > 0 {
		return "success and fail fired both; report the callbacks of this call alone"
	}
	return ""
}

// formOf names a JSON value that is no object.
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

// judgeCode says what is wrong with what fired for a user who is injected, and returns the code.
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
		case detail.AppID == "":
			return detail.Code, fmt.Sprintf("%s has no appid beside the code; pass on all that the mini-program saw", name)
		case detail.AppID != appID:
			return detail.Code, fmt.Sprintf("%s is for another mini-program than appId asks for; open that one", name)
		case detail.APIServer == "":
			return detail.Code, fmt.Sprintf("%s has no apiserver beside the code; pass on all that the mini-program saw", name)
		default:
			return detail.Code, ""
		}
	}
	return "", fmt.Sprintf("no %s fired for an injected user; wait for it", name)
}

// judgeNobody says what is wrong with what fired when somebody's injection was missing. A code is whatever is at least
// half as long as one that the op gave before: an error code may have the same name.
func judgeNobody(op assay.Op, fired []assay.Callback, usual int) string {
	if fault := judgeCallbacks(op, fired); fault != "" {
		return fault
	}
	failed := op == assay.OpGetPhoneNumber // whose event tells by its members
	for _, callback := range fired {
		detail := callback.Read()
		failing := callback.Name == "fail" || strings.Contains(detail.ErrMsg, ":fail")
		if detail.Code != "" && (!failing || len(detail.Code)*2 >= usual) {
			return fmt.Sprintf("%s has a code although a member was not injected; clear what the call before injected. Should the driver do so, it is the host app, and assay test will tell",
				callback.Name)
		}
		failed = failed || callback.Name == "fail"
	}
	if !failed {
		return "no fail fired although a member was not injected; report it as it fires, not as an error nor as nothing"
	}
	return ""
}

// A span is when a code may expire.
type span struct {
	now    time.Time
	latest time.Time // zero: any time after now
}

// judgeMint says what is wrong with minted codes.
func judgeMint(request assay.HostRequest, codes []assay.Code, lifetime span) string {
	if len(codes) != request.Count {
		return fmt.Sprintf("%d codes where count asks for %d", len(codes), request.Count)
	}
	users, seen := map[string]bool{}, map[string]bool{}
	for i, code := range codes {
		fault := judgeUser(request, code)
		switch {
		case code.Code == "":
			fault = "is empty"
		case seen[code.Code]:
			fault = "is one that came before; every code is for one use"
		case code.Kind != "" && code.Kind != request.Kind:
			fault = "is of another kind than asked for"
		case code.AppID != "" && code.AppID != request.AppID:
			fault = "is for another mini-program than appId asks for"
		case fault == "":
			fault = lifetime.judge(code.ExpiresAt)
		}
		if fault != "" {
			return fmt.Sprintf("code %d of %d %s", i+1, len(codes), fault)
		}
		users[code.UserID], seen[code.Code] = true, true
	}
	if request.Host == nil && len(users) != request.Users {
		return fmt.Sprintf("codes of %d users where users asks for %d", len(users), request.Users)
	}
	return ""
}

// judgeUser says what is wrong with the user that a code names: what was asked for may be left out, nobody else named.
func judgeUser(request assay.HostRequest, code assay.Code) string {
	host := request.Host
	if host == nil {
		host = &assay.Injection{}
	}
	for _, member := range []struct {
		name  string
		asked *string
		given string
		bare  bool // it may be left out where nothing was asked for
	}{
		{"userId", host.UserID, code.UserID, false},
		{"channel", host.Channel, code.Channel, false},
		{"phone", host.Phone, code.Phone, request.Kind == assay.Login},
	} {
		switch {
		case member.asked != nil && member.given != "" && member.given != *member.asked:
			return fmt.Sprintf("is for another %s than host asks for", member.name)
		case member.asked == nil && member.given == "" && !member.bare:
			return fmt.Sprintf("has no %s; the driver chose the user, and has to say whom", member.name)
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

// judgePAT says what is wrong with a PAT as such.
func judgePAT(pat string, before []string) string {
	switch {
	case pat == "":
		return "a reply without pat"
	case strings.ContainsFunc(pat, func(c rune) bool { return c <= ' ' || c > '~' }):
		return "the pat has a character that no Authorization header can carry; give the token alone"
	case slices.Contains(before, pat):
		return "the same pat twice; issue another one for every request, since one of them will be revoked"
	default:
		return ""
	}
}
