package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

const (
	// maxKept bounds the exchanges that are kept of all failures, and maxKeptOfKind those of one kind.
	maxKept, maxKeptOfKind = 200, 5
	// maxKinds bounds the kinds of failures that are counted apart.
	maxKinds = 64
	// maxErrcode bounds the bytes of an errcode.
	maxErrcode = 64
)

// Evidence counts exchanges whose answers are not right by what is wrong with them, and writes the first of every kind
// into a transcript. It is safe for concurrent use.
type Evidence struct {
	redactor   *transcript.Redactor
	transcript *transcript.Writer // nil for none

	mu    sync.Mutex
	kinds map[failureKind]*benchmark.ErrorCount
	other int64 // of kinds beyond maxKinds
	kept  int
}

// A failureKind is what failures that are counted together have in common.
type failureKind struct {
	endpoint assay.Endpoint
	verdict  Verdict
	status   int
	errcode  string
	failure  assay.Failure // without its detail, which may be another one in every exchange
}

// NewEvidence returns evidence without any failure. Its redactor learns the secrets of the failures; a nil writer keeps no
// exchange.
func NewEvidence(redactor *transcript.Redactor, writer *transcript.Writer) *Evidence {
	return &Evidence{redactor: redactor, transcript: writer, kinds: map[failureKind]*benchmark.ErrorCount{}}
}

// Add counts an exchange whose verdict is not right.
func (e *Evidence) Add(x *Exchange, verdict Verdict) {
	kind := failureKind{endpoint: x.Endpoint, verdict: verdict, status: x.Answer.Status, failure: x.Answer.Failure.Brief()}
	if verdict == Faulty && x.Answer.Surplus && !x.Answer.Failed() {
		kind.failure.Kind = assay.Unsolicited
	}
	if x.Answer.Status > 0 {
		errcode := assay.ReadEnvelope(x.Answer.Body).Errcode()
		kind.errcode = strings.ToValidUTF8(errcode[:min(len(errcode), maxErrcode)], "")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	count := e.kinds[kind]
	if count == nil {
		if len(e.kinds) == maxKinds {
			e.other++
			return
		}
		count = e.newKind(kind, x)
	}
	count.Count++
	if len(count.Exchanges) < maxKeptOfKind && e.kept < maxKept && e.transcript != nil {
		count.Exchanges = append(count.Exchanges, e.keep(x, verdict))
		if verdict == WrongIdentity {
			count.Users = append(count.Users, e.redactor.Text(x.User.ID))
		}
	}
}

// newKind adds a kind of failure. Its texts are redacted: the target may have repeated the code in them.
func (e *Evidence) newKind(kind failureKind, x *Exchange) *benchmark.ErrorCount {
	e.redactor.Learn(transcript.KindCode, x.Code)
	e.redactor.Learn(transcript.KindPhone, x.User.Phone)
	reason := kind.failure.String()
	if kind.failure.Kind == assay.NoFailure {
		reason = assay.Judge(x.Data()).Reason
	}
	count := &benchmark.ErrorCount{Endpoint: kind.endpoint, Verdict: kind.verdict.String(), Status: kind.status,
		Errcode: e.redactor.Text(kind.errcode), Reason: reason}
	e.kinds[kind] = count
	return count
}

// keep writes an exchange into the transcript and returns its id there.
func (e *Evidence) keep(x *Exchange, verdict Verdict) string {
	data := x.Data()
	e.kept++
	data.ID = fmt.Sprintf("x-%06d", e.kept)
	data.Requirement, data.Situation = verdict.Requirement(), x.Situation
	data.Request.Body = bytes.Clone(data.Request.Body)
	_ = e.transcript.Write(data) // the writer reports a failure again when it is closed
	return data.ID
}

// Reset sets all counts to 0. Exchanges that were kept stay with their kind.
func (e *Evidence) Reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, count := range e.kinds {
		count.Count = 0
	}
	e.other = 0
}

// List returns what was counted, the most frequent kind first.
func (e *Evidence) List() []benchmark.ErrorCount {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := []benchmark.ErrorCount{}
	for _, count := range e.kinds {
		if count.Count == 0 {
			continue
		}
		one := *count
		one.Exchanges, one.Users = slices.Clone(one.Exchanges), slices.Clone(one.Users)
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
