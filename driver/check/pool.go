package check

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/internal/words"
)

// maxLines is the number of invalid lines of a pool that are reported one by one.
const maxLines = 20

// checkPool checks every line of the target's file of codes, and sums up its contents.
func checkPool(config Config) error {
	tell := func(check string, outcome Outcome, text string) { config.Tell(Result{check, outcome, text}) }
	lines, err := driver.ReadPool(config.Target.Driver.Pool)
	if err != nil {
		tell("file", Problem, err.Error())
		return nil
	}
	if len(lines) == 0 {
		tell("file", Problem, "it contains no code; add one per line, as assay mint prints them")
		return nil
	}
	good, bad := judgeLines(lines, config.Target, time.Now())
	for _, fault := range bad[:min(len(bad), maxLines)] {
		tell(fmt.Sprintf("line %d", fault.Number), Problem, fault.Fault)
	}
	if more := len(bad) - maxLines; more > 0 {
		tell("lines", Problem, fmt.Sprintf("%d more of %d lines are invalid", more, len(lines)))
	}
	for _, line := range lines {
		if config.Learn != nil {
			config.Learn("code", line.Code.Code)
			config.Learn("phone", line.Code.Phone)
		}
	}
	for _, endpoint := range assay.Endpoints() {
		outcome, text := stockOf(endpoint, good, config.Target)
		tell(fmt.Sprintf("%s codes", endpoint), outcome, text)
	}
	if key := config.Target.Driver.Seal; key != "" {
		tellSeal(config, key, lines)
	}
	tell("live host", NotOffered, untestedWithPool(config.Target, config.Patience))
	return nil
}

// judgeLines separates usable codes from invalid lines, with their faults.
func judgeLines(lines []driver.PoolLine, target assay.Target, now time.Time) (good []assay.Code, bad []driver.PoolLine) {
	for _, line := range lines {
		if line.Fault == "" {
			line.Fault = judgeLine(line.Code, target, now)
		}
		if line.Fault != "" {
			bad = append(bad, line)
		} else {
			good = append(good, line.Code)
		}
	}
	return good, bad
}

func judgeLine(code assay.Code, target assay.Target, now time.Time) string {
	switch {
	case !slices.Contains(target.Apps, code.AppID):
		return fmt.Sprintf("appId %q is not one of the target's apps, so no request uses the code; they are %s",
			redact.Prose(code.AppID), words.List(target.Apps))
	case !code.ExpiresAt.IsZero() && !code.ExpiresAt.After(now):
		return fmt.Sprintf("the code expired at %s; issue a new one", code.ExpiresAt.Format(time.RFC3339))
	case code.Channel == "":
		return "channel is missing; the answer of login is compared with it"
	case code.Kind == assay.Phone && code.Phone == "":
		return "phone is missing; the answer of phone/get is compared with it"
	default:
		return ""
	}
}

// stockOf sums up the usable codes of an endpoint.
func stockOf(endpoint assay.Endpoint, good []assay.Code, target assay.Target) (Outcome, string) {
	users, codes := map[string]bool{}, map[string]int{}
	var first time.Time
	for _, code := range good {
		if code.Kind != endpoint {
			continue
		}
		users[code.UserID] = true
		codes[code.AppID]++
		if at := code.ExpiresAt; !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if len(codes) == 0 {
		needed := ""
		if declared(target, string(endpoint)) {
			needed = fmt.Sprintf(", so the endpoint %s will be untested; add lines of kind %s", endpoint, endpoint)
		}
		return NotOffered, "the pool has none" + needed
	}
	var each []string
	for _, app := range slices.Sorted(maps.Keys(codes)) {
		each = append(each, fmt.Sprintf("%d for %s", codes[app], app))
	}
	text := fmt.Sprintf("%s, users: %d", words.List(each), len(users))
	if !first.IsZero() {
		text += fmt.Sprintf("; the first expires at %s", first.Format(time.RFC3339))
	}
	return OK, text
}

// tellSeal tries the key on a code of the pool.
func tellSeal(config Config, key assay.Secret, lines []driver.PoolLine) {
	said, err := judgeSeal(key, lines[0].Code.Code)
	result := Result{"seal", OK, said}
	if _, missing := errors.AsType[*untriedError](err); missing {
		result.Outcome, result.Text = NotOffered, "the first line has no code to try the key on"
	} else if err != nil {
		result.Outcome, result.Text = Problem, err.Error()
	}
	config.Tell(result)
}

// untestedWithPool says which requirements a file of codes leaves untested.
func untestedWithPool(target assay.Target, patience time.Duration) string {
	hello := assay.Hello{Ops: []assay.Op{assay.OpMint}}
	missed := map[string]bool{}
	var longest time.Duration
	for _, op := range assay.Ops() {
		ids, _, wait := untested(op, hello, target, patience)
		for _, id := range ids {
			missed[id] = true
		}
		longest = max(longest, wait)
	}
	if len(missed) == 0 {
		return "a file of codes offers only mint, and the declared profiles need no more"
	}
	text := fmt.Sprintf("a file of codes offers only mint: %s will be untested; supply driver: {exec: …} or {http: …}",
		words.List(slices.Sorted(maps.Keys(missed))))
	if longest > 0 {
		text += ", or, for requirements about time, --patience " + words.Duration(longest)
	}
	return text
}
