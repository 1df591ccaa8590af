package reproduce

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
)

// A Sign is what a script looks for in the answers: any of its conditions shows the fault. A violation without a sign can only
// be seen by the suite itself.
type Sign []Condition

// A Condition is one thing that a script can see.
type Condition struct {
	kind    kind
	pattern string // an extended regular expression
	not     bool
	fold    bool // letter case does not matter, as in a header
}

type kind int

const (
	signsIn kind = iota
	identity
	answer
	status
	racing
	otherIdentity
	quotesCode
)

// SignsIn sees that the probe's answer has a member that identifies somebody.
func SignsIn() Condition { return Condition{kind: signsIn} }

// Unidentified sees that the probe's answer has no identity of its endpoint.
func Unidentified() Condition { return Condition{kind: identity, not: true} }

// Has sees a pattern in a line of the probe's answer.
func Has(pattern string) Condition { return Condition{kind: answer, pattern: pattern} }

// Lacks is the opposite of Has.
func Lacks(pattern string) Condition { return Condition{kind: answer, pattern: pattern, not: true} }

// HasHeader sees a field of the probe's header with a value that matches the pattern.
func HasHeader(name, pattern string) Condition {
	return Condition{kind: answer, pattern: "^" + name + ":.*" + pattern, fold: true}
}

// LacksHeader is the opposite of HasHeader.
func LacksHeader(name, pattern string) Condition {
	c := HasHeader(name, pattern)
	c.not = true
	return c
}

// Status sees a status that matches the pattern.
func Status(pattern string) Condition { return Condition{kind: status, pattern: pattern} }

// StatusUnlike is the opposite of Status.
func StatusUnlike(pattern string) Condition {
	return Condition{kind: status, pattern: pattern, not: true}
}

// SeveralAccepted sees that more than one exchange of a race has an identity.
func SeveralAccepted() Condition { return Condition{kind: racing} }

// OtherIdentity sees that the probe gives another identity than the exchange that it is compared with, which is the same user's.
func OtherIdentity() Condition { return Condition{kind: otherIdentity} }

// QuotesCode sees the probe's code in its answer.
func QuotesCode() Condition { return Condition{kind: quotesCode} }

// member is a pattern for a member of a JSON object with a value that begins so.
func member(names, value string) string {
	return fmt.Sprintf(`"(%s)"[[:space:]]*:[[:space:]]*%s`, names, value)
}

// Text matches a member that is a string with something in it.
func Text(name string) string { return member(name, `"[^"]`) }

// NoText matches a member that is neither a string nor null.
func NoText(name string) string { return member(name, `[0-9tf{[]`) }

// OK matches the errcode OK.
func OK() string { return member("errcode", `"OK"`) }

// ErrorOK matches the error OK.
func ErrorOK() string { return member("error", `"[Oo][Kk]"`) }

// something is the beginning of a value that is not empty.
const something = `("[^"]|[0-9{t[])`

// test is the condition as a command of the shell. against is the answer that the probe's identity is compared with.
func (c Condition) test(endpoint assay.Endpoint, against string) string {
	var command string
	switch c.kind {
	case signsIn:
		command = find(signing, "probe", "")
	case identity:
		command = find(member(endpoint.Identity(), something), "probe", "")
	case answer:
		fold := ""
		if c.fold {
			fold = "i"
		}
		command = find(c.pattern, "probe", fold)
	case status:
		command = find(c.pattern, "probe.status", "")
	case racing:
		command = `[ "$accepted" -gt 1 ]`
	case otherIdentity:
		own, other := fmt.Sprintf(`$(member %s probe)`, endpoint.Identity()), fmt.Sprintf(`$(member %s %s)`, endpoint.Identity(), against)
		command = fmt.Sprintf(`[ -n "%s" ] && [ "%s" != "%s" ]`, own, own, other)
	case quotesCode:
		command = `grep -Fq -- "$SENT" "$dir/probe"`
	}
	if c.not {
		return "! " + command
	}
	return command
}

// signing is the pattern of an answer that signs somebody in.
const signing = `"(openId|unionId|phone|accessToken)"[[:space:]]*:[[:space:]]*` + something

// find is a command that looks for a pattern in an answer.
func find(pattern, name, flag string) string {
	return "grep -Eq" + flag + " '" + strings.ReplaceAll(pattern, "'", `'\''`) + `' "$dir/` + name + `"`
}

func (s Sign) has(kind kind) bool {
	return slices.ContainsFunc(s, func(c Condition) bool { return c.kind == kind })
}
