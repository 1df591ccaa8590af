package loadgen

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// Bounds of the evidence: how many exchanges of one kind of failure and in all are kept, how many kinds are told apart,
// and how much of a body is kept.
const (
	keptOfKind   = 5
	keptInAll    = 200
	kindsOfError = 64
)

// evidence counts what was not as it should be, by what was wrong with it, and keeps the first exchanges of each kind in
// the transcript. It is safe for concurrent use.
type evidence struct {
	redactor   *transcript.Redactor
	transcript *transcript.Writer // nil for nobody

	mu    sync.Mutex
	kinds map[errorKind]*benchmark.ErrorCount
	other int64 // of kinds beyond the bound
	kept  int
	err   error // the first of writing
}

// An errorKind is what makes failures alike.
type errorKind struct {
	endpoint assay.Endpoint
	verdict  ledger.Verdict
	status   int
	errcode  string
	failure  assay.Failure // without its detail, which may differ from one exchange to the next
}

func newEvidence(redactor *transcript.Redactor, writer *transcript.Writer) *evidence {
	return &evidence{redactor: redactor, transcript: writer, kinds: map[errorKind]*benchmark.ErrorCount{}}
}

// add counts a move that was not as it should be.
func (e *evidence) add(m *move, verdict ledger.Verdict) {
	kind := errorKind{endpoint: m.endpoint, verdict: verdict, status: m.answer.Status, failure: m.answer.Failure.Brief()}
	if m.answer.Status > 0 {
		kind.errcode = assay.ReadEnvelope(m.answer.Body).Errcode()
		kind.errcode = strings.ToValidUTF8(kind.errcode[:min(len(kind.errcode), 64)], "")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	count := e.kinds[kind]
	if count == nil {
		if len(e.kinds) == kindsOfError {
			e.other++
			return
		}
		count = e.begin(kind, m)
	}
	count.Count++
	if len(count.Exchanges) < keptOfKind && e.kept < keptInAll && e.transcript != nil {
		count.Exchanges = append(count.Exchanges, e.keep(m, verdict))
	}
}

// begin makes room for a new kind. What it shows of the target's words is redacted: it may have repeated the code.
func (e *evidence) begin(kind errorKind, m *move) *benchmark.ErrorCount {
	x := m.exchange()
	e.redactor.Learn(transcript.KindCode, m.code)
	e.redactor.Learn(transcript.KindPhone, m.user.Phone)
	count := &benchmark.ErrorCount{Endpoint: kind.endpoint, Verdict: kind.verdict.String(), Status: kind.status,
		Errcode: e.redactor.Text(kind.errcode), Reason: kind.failure.String()}
	if !x.Failed() {
		count.Reason = assay.Judge(x).Reason
	}
	e.kinds[kind] = count
	return count
}

// keep writes the exchange of a move into the transcript and returns its id there.
func (e *evidence) keep(m *move, verdict ledger.Verdict) string {
	x := m.exchange()
	e.kept++
	x.ID = fmt.Sprintf("x-%06d", e.kept)
	x.Requirement, x.Situation = about(verdict), m.kind.String()
	x.Request.Body = bytes.Clone(x.Request.Body)
	if err := e.transcript.Write(x); e.err == nil {
		e.err = err
	}
	return x.ID
}

// about is the requirement that a verdict bears on; empty for none.
func about(verdict ledger.Verdict) string {
	switch verdict {
	case ledger.WrongIdentity:
		return "load.identity"
	case ledger.DoubleRedeemed:
		return "load.single-use"
	default:
		return ""
	}
}

// recount has the counts begin anew. What was kept of a kind remains.
func (e *evidence) recount() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, count := range e.kinds {
		count.Count = 0
	}
	e.other = 0
}

// list is what was counted, the most frequent first.
func (e *evidence) list() []benchmark.ErrorCount {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := []benchmark.ErrorCount{}
	for _, count := range e.kinds {
		if count.Count == 0 {
			continue
		}
		one := *count
		one.Exchanges = slices.Clone(one.Exchanges)
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b benchmark.ErrorCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Endpoint, b.Endpoint),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.Errcode, b.Errcode), cmp.Compare(a.Reason, b.Reason))
	})
	if e.other > 0 {
		list = append(list, benchmark.ErrorCount{Verdict: "other", Reason: "of further kinds", Count: e.other})
	}
	return list
}
