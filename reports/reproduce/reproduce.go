// Package reproduce writes the reproduction of a finding: a script for a POSIX shell that mints codes, exchanges them, sends the
// probe and says whether the fault shows, or, where a shell cannot do that, the command that runs the requirement again.
//
// Start with [Run.Script]. A script exits with 0 if the fault shows, with 1 if it does not, and with 2 if it could not tell. It
// contains no secret: it reads the valid PAT from $PAT, and mints its codes.
package reproduce

import (
	"fmt"
	"slices"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/transcript"
)

// A Run is what all reproductions of a run have in common.
type Run struct {
	// Target are the flags that name the target: "--target target.yaml". Without any there are no scripts.
	Target string
	Seed   uint64
	// PAT is the valid one.
	PAT     string
	Servers []string
	CA      string   // the file of a private authority, or empty
	Public  []string // texts that look like secrets but are public
	// Transport is how the servers are reached.
	Transport assay.Transport
	// Redactor knows the secrets of the run.
	Redactor *transcript.Redactor
}

// A Fault is a violation, as its exchanges show it.
type Fault struct {
	ID        string // of the requirement
	Also      []string
	Endpoint  assay.Endpoint
	Situation string
	Steps     []Step // in the order in which they were sent
	Sign      Sign
	// OneConnection sends all steps on one connection.
	OneConnection bool
}

// A Step is an exchange and its role.
type Step struct {
	Exchange assay.Exchange
	Role     conformance.Role
}

// maxSteps is how many steps a script has at most. More would show nothing that one can follow.
const maxSteps = 6

// Line is the command that runs the requirement again.
func (r Run) Line(f Fault) string {
	only := slices.Concat([]string{f.ID}, f.Also)
	words := []string{"assay test"}
	if r.Target != "" {
		words = append(words, r.Target)
	}
	return strings.Join(append(words, "--only", shellescape.Quote(strings.Join(only, ",")), "--seed", fmt.Sprint(r.Seed)), " ")
}

// Script is the reproduction of a fault. Its first line is [Run.Line], behind a # where a script follows.
func (r Run) Script(f Fault) string {
	line := r.Line(f)
	if r.Target == "" || len(f.Sign) == 0 || len(f.Steps) == 0 || !r.named() {
		return line
	}
	w := &writer{run: r, fault: f, codes: map[string]string{}}
	script, ok := w.write()
	if !ok {
		return line
	}
	return "# " + line + "\n" + script
}

// With is a command line that selects others in addition to its own.
func With(line string, others ...string) string {
	before, after, _ := strings.Cut(line, "--only ")
	only, rest, _ := strings.Cut(after, " ")
	return before + "--only " + shellescape.Quote(strings.Join(append([]string{strings.Trim(only, "'")}, others...), ",")) + " " + rest
}

// Command is the first line of a reproduction, as a command.
func Command(script string) string {
	first, _, _ := strings.Cut(script, "\n")
	return strings.TrimPrefix(first, "# ")
}
