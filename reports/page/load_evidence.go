package page

import (
	"io"
	"slices"
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// LoadEvidence is what the page of a load run shows beside the report: the response times of every second, and the exchanges that its
// errors name. The zero value has neither.
type LoadEvidence struct {
	heat    heat
	records map[string]transcript.Record // by id
}

// ReadLoadEvidence reads the timeline.hdr and the transcript.jsonl of a run; a reader is nil where the run has no such file. A log of
// another run is left out, and so is what follows a line of the transcript that cannot be read: a run that was killed may have written half
// of it. An error is about the log.
func ReadLoadEvidence(report benchmark.Report, timeline, exchanges io.Reader) (evidence LoadEvidence, err error) {
	if timeline != nil {
		if evidence.heat, err = readHeat(timeline, report); err != nil {
			return LoadEvidence{}, err
		}
	}
	if exchanges == nil {
		return evidence, nil
	}
	named := map[string]bool{}
	for _, one := range report.Errors[:min(len(report.Errors), errorLimit)] {
		for _, id := range slices.Concat(one.Exchanges, one.Contradicts) {
			named[id] = true
		}
	}
	evidence.records = map[string]transcript.Record{}
	for record, err := range transcript.Read(exchanges) {
		if err != nil {
			break
		}
		if named[record.ID] {
			evidence.records[record.ID] = record
		}
	}
	return evidence, nil
}

// A proofView is a kind of errors, and the first of its exchanges with what they contradict.
type proofView struct {
	Title, Where string // the verdict, and the endpoint with the answer
	Count        int64
	Exchanges    []exchangeView
}

// perKind is how many exchanges of a kind of errors are shown, each with what it contradicts.
const perKind = 3

// proofs are the exchanges behind the errors, those that break correctness first.
func (b *loadBuilder) proofs() (all []proofView) {
	show := builder{in: b.in, evidence: Evidence{records: b.evidence.records}, shown: map[string]bool{}}
	for _, wrong := range []bool{true, false} {
		for _, one := range b.report.Errors[:min(len(b.report.Errors), errorLimit)] {
			if breaks(one) == wrong {
				all = append(all, b.proof(&show, one)...)
			}
		}
	}
	return all
}

// proof is nil for a kind of errors without an exchange.
func (b *loadBuilder) proof(show *builder, one benchmark.ErrorCount) []proofView {
	said := []string{string(one.Endpoint), one.Errcode, one.Reason}
	view := proofView{Title: b.verdict(one.Verdict), Count: one.Count, Where: strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " · ")}
	for i, id := range one.Exchanges[:min(len(one.Exchanges), perKind)] {
		exchange, there := show.exchange(id, breaks(one) && len(view.Exchanges) == 0, true)
		if !there {
			continue
		}
		exchange.Role = b.in.Text("role.probe")
		view.Exchanges = append(view.Exchanges, exchange)
		b.linked[id] = exchange.Anchor
		if i >= len(one.Contradicts) {
			continue
		}
		if other, there := show.exchange(one.Contradicts[i], false, true); there {
			other.Role = b.in.Text("role.compared")
			view.Exchanges = append(view.Exchanges, other)
			b.linked[one.Contradicts[i]] = other.Anchor
		}
	}
	if len(view.Exchanges) == 0 {
		return nil
	}
	return []proofView{view}
}

// breaks reports whether errors break correctness.
func breaks(one benchmark.ErrorCount) bool {
	return slices.Contains([]string{"wrongIdentity", "withoutIdentity", "doubleRedeemed", "badPatAccepted"}, one.Verdict)
}

// verdict names a verdict of the ledger in the reader's language; one that this version does not know is its own name.
func (b *loadBuilder) verdict(name string) string {
	key, known := map[string]string{"wrongIdentity": "ledger.wrong-identity", "withoutIdentity": "ledger.without-identity", "doubleRedeemed": "ledger.double-redeemed",
		"badPatAccepted": "ledger.bad-pats-accepted", "refused": "ledger.refused", "overloaded": "ledger.overloaded", "fault": "ledger.faults",
		"inDoubt": "ledger.in-doubt", "unreachable": "ledger.unreachable"}[name]
	if !known {
		return name
	}
	return b.in.Text(key)
}
