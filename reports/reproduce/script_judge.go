package reproduce

import (
	"fmt"
	"slices"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/unified-login/assay/reports/conformance"
)

// judge writes the end of the script, which says whether the fault shows; ok is false where it cannot tell.
func (w *writer) judge(steps []Step) (lines []string, ok bool) {
	against := w.name(steps, max(0, len(steps)-2))
	var tests []string
	for _, condition := range w.fault.Sign {
		tests = append(tests, condition.test(w.fault.Endpoint, against))
	}
	if w.fault.Sign.has(quotesCode) {
		code := w.sentCode(steps[len(steps)-1])
		if code == "" {
			return nil, false
		}
		lines = append(lines, "SENT="+code)
	}
	return append(lines,
		"if "+strings.Join(tests, " ||\n  ")+"; then",
		`  echo "the fault shows: `+w.fault.ID+`"; exit 0`,
		"fi",
		`echo "the fault does not show: `+w.fault.ID+`"; exit 1`), true
}

// sentCode is the code of a step as a word of the shell: a variable, or the text of one that nobody issued; empty where it is a secret.
func (w *writer) sentCode(s Step) string {
	code := s.Exchange.Code
	switch {
	case code == nil || code.Code == "":
		return ""
	case w.codes[code.Code] != "":
		return "${" + w.codes[code.Code] + "}"
	case w.run.Redactor.Text(code.Code) == code.Code:
		return shellescape.Quote(code.Code)
	default:
		return ""
	}
}

// race writes rounds in which one code is exchanged several times at once, in each of the forms in which it was sent. The
// processes of a shell start too far apart for some races: the suite's own comes last.
func (w *writer) race() (lines []string, ok bool) {
	var forms []string
	for _, step := range w.fault.Steps {
		if step.Role != conformance.Probe && step.Role != conformance.Racer {
			continue
		}
		_, known := w.sent(step.Exchange)
		command, ok := w.run.Redactor.Command(step.Exchange, known, "send", `"racer-$n"`)
		if !ok || strings.Contains(command, "\n") {
			return nil, false
		}
		if !slices.Contains(forms, command) && len(forms) < maxForms {
			forms = append(forms, command)
		}
	}
	lines = []string{"accepted=0", "for CODE in $CODES; do"}
	if len(forms) == 1 {
		lines = append(lines, "  for n in 1 2 3 4 5 6 7 8; do", "    "+forms[0]+" &", "  done")
	} else {
		lines = append(lines, "  for n in 1 2 3 4; do")
		for i, form := range forms {
			lines = append(lines, "    "+strings.Replace(form, `"racer-$n"`, fmt.Sprintf(`"racer-$n-%d"`, i+1), 1)+" &")
		}
		lines = append(lines, "  done")
	}
	return append(lines,
		"  wait",
		`  accepted=$(grep -El '`+signing+`' "$dir"/racer-* | wc -l)`,
		`  [ "$accepted" -le 1 ] || break`,
		"done",
		`if [ "$accepted" -le 1 ]; then # a shell is too slow for some races; the suite's own is narrower`,
		"  "+w.run.Line(w.fault)+` --out "$dir/out" > "$dir/said" 2>&1`,
		"  [ $? -ne 1 ] || accepted=2",
		"fi"), true
}
