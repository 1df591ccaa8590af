package figures

import (
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
)

// Meaning explains the outcome of a run: what it does to users or what was checked and found right, the share of errors, and what is
// known of the service levels.
func Meaning(in messages.Printer, r benchmark.Report) string {
	means := in.Text(map[benchmark.Outcome]string{
		benchmark.Passed: "load.pass-means", benchmark.Violated: "load.violated-means", benchmark.Incorrect: "load.incorrect-means",
		benchmark.Unknown: "load.unknown-means", benchmark.Saturated: "load.saturated-means", benchmark.Stopped: "load.interrupted-means", benchmark.Errored: "load.error-means",
	}[r.Outcome])
	if r.Outcome == benchmark.Incorrect {
		return sentences(in, harms(in, r.Everything()), means)
	}
	if r.Exchanges.Sent == 0 {
		return means
	}
	return sentences(in, Checked(in, r), means)
}

// sentences joins sentences as the language does; an empty one is left out.
func sentences(in messages.Printer, parts ...string) (all string) {
	for _, part := range parts {
		switch {
		case part == "":
		case all == "":
			all = part
		default:
			all = in.Text("sentence.next", all, part)
		}
	}
	return all
}

// harms say what incorrect answers do to users, the worst first.
func harms(in messages.Printer, e benchmark.Exchanges) string {
	var all []string
	for _, one := range []struct {
		n   int64
		key string
	}{{e.WrongIdentity, "load.harm-identity"}, {e.DoubleRedeemed, "load.harm-twice"}, {e.BadPATsAccepted, "load.harm-pat"}, {e.WithoutIdentity, "load.harm-none"}} {
		if one.n > 0 {
			all = append(all, in.Text(one.key))
		}
	}
	return sentences(in, all...)
}

// Checked says what was looked for in the answers of a run without incorrect ones, and the share of errors.
func Checked(in messages.Printer, r benchmark.Report) string {
	e := r.Everything()
	identity, codes := in.Text("load.unchecked-identity"), in.Text("load.unchecked-codes")
	if compared := e.Accepted - e.Uncompared; compared > 0 {
		identity = in.Text("load.checked-identity", compared)
	}
	if e.ReplaysSent > 0 {
		codes = in.Text("load.checked-codes", e.ReplaysSent)
	}
	errors := ""
	if r.Exchanges.Judged() > 0 {
		errors = in.Text("load.checked-errors", benchmark.Percent(r.Exchanges.ErrorShare()))
	}
	return sentences(in, identity, codes, errors)
}

// Machine describes the machine of the generator in the reader's language.
func Machine(in messages.Printer, m benchmark.Machine) string {
	cores := in.Text("machine.cores", m.Cores)
	if m.Quota > 0 {
		cores += in.Text("machine.quota", Number(m.Quota))
	}
	parts := []string{m.CPU, cores}
	if m.MemoryBytes > 0 {
		parts = append(parts, in.Text("machine.memory", in.Number(m.MemoryBytes>>20)))
	}
	for _, part := range []string{strings.TrimSpace(m.OS+" "+m.Kernel) + " " + m.Arch, m.GoVersion} {
		if strings.TrimSpace(part) != "" {
			parts = append(parts, part)
		}
	}
	if m.CPU == "" {
		parts = parts[1:]
	}
	return together(parts...)
}
