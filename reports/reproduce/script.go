package reproduce

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/transcript"
)

// A writer writes one script.
type writer struct {
	run   Run
	fault Fault
	codes map[string]string // variables, by code
	known []transcript.Known
	wrong int // wrong PATs so far
}

const (
	// raceRounds is how many codes a race is run for. Eight exchanges of each are sent together.
	raceRounds = 12
	// maxForms is in how many forms a race sends its code at most.
	maxForms = 2
	// longest is how long an exchange may take, in seconds.
	longest = 30
)

// The functions that a script uses.
const (
	sendFunction = `send() { name=$1; shift; curl -sS -i -m %d%s -o "$dir/$name" -w '%%{http_code}\n' "$@" > "$dir/$name.status" || : > "$dir/$name"; }`
	hexFunction  = `hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | sed "s/../$2&/g"; }`
	// bits flips the last bit of the last character of a text in base64, which is behind the last byte of most texts.
	bitsFunction = `bits() { b=${1%%=*}; printf '%s%s%s' "${b%?}" "$(printf %s "${b#"${b%?}"}" | tr '` + alphabet64 + `' '` + paired + `')" "${1#"$b"}"; }`
	// member is the text of a member of an answer.
	memberFunction = `member() { sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p" "$dir/$2" | sed -n 1p; }`
)

func (w *writer) write() (script string, ok bool) {
	steps := w.steps()
	if len(steps) == 0 || len(steps) > maxSteps {
		return "", false
	}
	for i, server := range w.run.Servers {
		w.known = append(w.known, transcript.Known{Text: server, Words: "${" + numbered("API", i) + "}"})
	}
	for _, text := range w.run.Public {
		w.known = append(w.known, transcript.Known{Text: text, Words: quoted(text)})
	}
	if w.run.PAT != "" {
		w.know("PAT", w.run.PAT)
	}
	mint, ok := w.mint(steps)
	if !ok {
		return "", false
	}
	sent, ok := w.send(steps)
	if !ok {
		return "", false
	}
	judge, ok := w.judge(steps)
	if !ok {
		return "", false
	}
	body := strings.Join(append(slices.Concat(padded(mint, steps), sent), judge...), "\n") + "\n"
	return w.head(body) + body, true
}

// steps are those that a script repeats; of a race, one of its exchanges. The last one is the probe.
func (w *writer) steps() []Step {
	var steps []Step
	for _, step := range w.fault.Steps {
		switch {
		case step.Role == conformance.Probe:
			return append(steps, step) // others are like it
		case step.Role == conformance.SecondLook, step.Role == conformance.Racer, w.fault.Sign.has(racing):
		default:
			steps = append(steps, step)
		}
	}
	return nil
}

// know adds a variable for a secret, as it is and in the encodings of a query and of Basic. Another code may need escapes in a query where
// the recorded one has none.
func (w *writer) know(name, secret string) {
	w.known = append(w.known, transcript.Known{Text: secret, Words: "${" + name + "}"})
	inQuery := `$(hex "${` + name + `}" %)`
	if escaped := url.QueryEscape(secret); escaped != secret {
		w.known = append(w.known, transcript.Known{Text: escaped, Words: inQuery})
		return
	}
	for _, member := range []string{"code=", "Code="} {
		w.known = append(w.known, transcript.Known{Text: member + secret, Words: member + inQuery})
	}
}

// mint writes the commands that issue the codes: as many users as the recorded codes had, if all of them had one or each its
// own.
func (w *writer) mint(steps []Step) (lines []string, ok bool) {
	type group struct{ kind, app string }
	var order []group
	codes, users := map[group][]assay.Code{}, map[group]map[string]bool{}
	for _, step := range steps {
		code := step.Exchange.Code
		if code == nil || code.Code == "" || code.UserID == "" || w.codes[code.Code] != "" {
			continue
		}
		g := group{string(code.Kind), code.AppID}
		if users[g] == nil {
			order, users[g] = append(order, g), map[string]bool{}
		}
		w.codes[code.Code] = numbered("CODE", len(w.codes))
		codes[g] = append(codes[g], *code)
		users[g][code.UserID+"\x00"+code.Channel+"\x00"+code.Phone] = true
	}
	for _, g := range order {
		n, people := len(codes[g]), len(users[g])
		if people > 1 && people < n || w.fault.Sign.has(otherIdentity) && (people > 1 || len(order) > 1) {
			return nil, false
		}
		if w.fault.Sign.has(racing) {
			n = raceRounds
		}
		command := fmt.Sprintf("assay mint --app %s %s --kind %s --bare", shellescape.Quote(g.app), w.run.Target, g.kind)
		if n > 1 {
			command += fmt.Sprintf(" --count %d --users %d", n, people)
		}
		name := w.codes[codes[g][0].Code]
		if n == 1 {
			lines = append(lines, name+"=$("+command+") || exit 2")
		} else {
			lines = append(lines, name+"S=$("+command+") || exit 2")
			for i, code := range codes[g] {
				if !w.fault.Sign.has(racing) {
					lines = append(lines, fmt.Sprintf(`%s=$(printf '%%s\n' "$%sS" | sed -n %dp)`, w.codes[code.Code], name, i+1))
				}
			}
		}
		for _, code := range codes[g] {
			w.know(w.codes[code.Code], code.Code)
		}
	}
	return lines, true
}

// padded chooses, where a code in base64 was sent in another spelling, a code with as much padding among several: what a decoder
// makes of a spelling can depend on it.
func padded(mint []string, steps []Step) []string {
	probe := steps[len(steps)-1].Exchange
	if probe.Code == nil || len(probe.Code.Code)%4 != 0 || bytes.Contains(probe.Request.Body, []byte(`"`+probe.Code.Code+`"`)) {
		return mint
	}
	bare := strings.TrimRight(probe.Code.Code, "=")
	choice := fmt.Sprintf(" --bare --count 32 --users 32 | grep -m 1 '[^=]%s$')", probe.Code.Code[len(bare):])
	for i, line := range mint {
		mint[i] = strings.Replace(line, " --bare)", choice, 1)
	}
	return mint
}

// send writes the exchanges.
func (w *writer) send(steps []Step) (lines []string, ok bool) {
	if w.fault.Sign.has(racing) {
		return w.race()
	}
	var kept []string
	for i, step := range steps {
		name := w.name(steps, i)
		assignments, known := w.sent(step.Exchange)
		lines = append(lines, assignments...)
		words := []string{"send", name}
		if w.fault.OneConnection {
			words = []string{"-sS", "-i", "-o", `"$dir/` + name + `"`, "-w", `'%{http_code}\n'`}
		}
		command, ok := w.run.Redactor.Command(step.Exchange, known, words...)
		if !ok || strings.Contains(command, "\n") || w.fault.OneConnection && strings.Contains(command, " | ") {
			return nil, false
		}
		if !w.fault.OneConnection {
			lines = append(lines, "# "+string(step.Role), command)
			lines = append(lines, w.accepted(step, name)...)
		}
		kept = append(kept, command)
	}
	if w.fault.OneConnection {
		lines = append(lines, "# one after the other, on one connection",
			fmt.Sprintf(`curl -m %d%s %s | tail -n 1 > "$dir/probe.status"`, longest, w.way(), strings.Join(kept, " \\\n  --next ")))
		for i, step := range steps {
			lines = append(lines, w.accepted(step, w.name(steps, i))...)
		}
	}
	return lines, true
}

// accepted writes the check of a valid exchange: without it, nothing was shown.
func (w *writer) accepted(step Step, name string) []string {
	if step.Role != conformance.Twin && step.Role != conformance.FirstUse || step.Exchange.Response == nil {
		return nil
	}
	if endpoint := step.Exchange.Endpoint; identified(step.Exchange) {
		return []string{find(member(endpoint.Identity(), something), name, "") +
			` || { echo "could not tell: the ` + string(step.Role) + ` was not accepted"; exit 2; }`}
	}
	return nil
}

func identified(x assay.Exchange) bool {
	return !assay.Empty(assay.ReadEnvelope(x.Response.Body).Data(x.Endpoint.Identity()))
}

// name is the name of a step's answer.
func (w *writer) name(steps []Step, at int) string {
	if at == len(steps)-1 {
		return "probe"
	}
	same := 0
	for _, earlier := range steps[:at] {
		if earlier.Role == steps[at].Role {
			same++
		}
	}
	name := strings.ReplaceAll(string(steps[at].Role), " ", "-")
	if same > 0 {
		return fmt.Sprintf("%s-%d", name, same+1)
	}
	return name
}

// codeMember matches the member code of a body, whose value may have escapes.
var codeMember = regexp.MustCompile(`"code"\s*:\s*"((?:[^"\\]|\\.)*)"`)

// sent returns what else is known in a request: a wrong PAT, and another text that was made of the code. Both are derived from
// the valid ones.
func (w *writer) sent(x assay.Exchange) (assignments []string, known []transcript.Known) {
	known = slices.Clone(w.known)
	for _, value := range x.Request.Header.Values("Authorization") {
		_, credentials, _ := strings.Cut(value, " ")
		switch {
		case credentials == "" || credentials == w.run.PAT || w.run.PAT == "":
			continue
		case strings.HasPrefix(value, "Basic "):
			if inside, err := base64.StdEncoding.DecodeString(credentials); err == nil && strings.HasSuffix(string(inside), w.run.PAT) {
				user := strings.TrimSuffix(string(inside), w.run.PAT)
				known = append(known, transcript.Known{Text: credentials, Words: `$(printf %s "` + quoted(user) + `${PAT}" | base64 | tr -d '\n')`})
				continue
			}
		}
		if strings.Contains(credentials, w.run.PAT) && !strings.HasPrefix(value, "Bearer ") {
			continue // the valid PAT in another form
		}
		if words, ok := derive("PAT", w.run.PAT, credentials); ok {
			name := numbered("WRONG_PAT", w.wrong)
			w.wrong++
			assignments = append(assignments, name+`="`+words+`"`)
			known = append(known, transcript.Known{Text: credentials, Words: "${" + name + "}"})
		}
	}
	if x.Code == nil || w.codes[x.Code.Code] == "" {
		return assignments, known
	}
	for _, found := range codeMember.FindAllSubmatch(x.Request.Body, -1) {
		text := string(found[1])
		if text == "" || strings.Contains(text, x.Code.Code) {
			continue
		}
		if words, ok := derive(w.codes[x.Code.Code], x.Code.Code, text); ok {
			known = append(known, transcript.Known{Text: text, Words: words})
		}
	}
	return assignments, known
}

// head writes what comes before the steps.
func (w *writer) head(body string) string {
	var head strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&head, format+"\n", args...) }
	line("# %s", strings.TrimSuffix(comment(strings.Join([]string{w.fault.ID, string(w.fault.Endpoint), w.fault.Situation}, ", ")), ", "))
	for i, server := range w.run.Servers {
		if name := numbered("API", i); strings.Contains(body, "${"+name+"}") {
			base, _, _ := w.run.base(server)
			line("%s=${%s:-%s}", name, name, shellescape.Quote(base))
		}
	}
	if strings.Contains(body, "${PAT}") || strings.Contains(body, "${PAT%") {
		line(`: "${PAT:?is not set; export the valid access token as PAT}"`)
	}
	line(`dir=$(mktemp -d) || exit 2`)
	line(`trap 'rm -rf "$dir"' EXIT`)
	for _, check := range w.demanded() {
		line("%s", check)
	}
	line(sendFunction, longest, w.way())
	if strings.Contains(body, "$(hex ") {
		line("%s", hexFunction)
	}
	if strings.Contains(body, "$(bits ") {
		line("%s", bitsFunction)
	}
	if strings.Contains(body, "$(member ") {
		line("%s", memberFunction)
	}
	return head.String()
}

// numbered is the name of the i-th of several variables.
func numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s_%d", name, i+1)
}

// comment is text on one line.
func comment(text string) string {
	return strings.Map(func(r rune) rune {
		if !printable(string(r)) {
			return ' '
		}
		return r
	}, text)
}
