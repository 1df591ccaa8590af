package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

const (
	// maxKept bounds the exchanges that are kept of all failures, and maxKeptOfKind those of one kind.
	maxKept, maxKeptOfKind = 200, 5
	// maxKinds bounds the kinds of failures that are counted separately.
	maxKinds = 64
	// maxErrcode bounds the bytes of an errcode.
	maxErrcode = 64
)

// Evidence counts exchanges whose answers are not right by what is wrong with them, and writes the first of every kind
// into a transcript: an exchange with a wrong identity together with one that it contradicts. It is safe for concurrent use.
type Evidence struct {
	redactor   *transcript.Redactor
	transcript *transcript.Writer // nil for none
	open       atomic.Int64       // examples that wait for another exchange

	mu       sync.Mutex
	kinds    map[failureKind]*benchmark.ErrorCount
	details  map[failureKind]string // what the transport reported, while all failures of the kind say the same
	other    int64                  // of kinds beyond maxKinds
	kept     int
	ids      map[*assay.Exchange]string // of the contradicted ones in the transcript
	disputes map[party]example          // of two exchanges that differ, until a third tells which is wrong
	waiting  map[party][]example        // for an exchange of the user that they contradict
	suspects map[suspects]*suspected
	early    map[suspicion]int // suspects that were retracted before they were counted
	proven   [2]codes.Suspicion
}

// A failureKind is what failures that are counted together have in common.
type failureKind struct {
	endpoint assay.Endpoint
	verdict  Verdict
	status   int
	errcode  string
	empty    bool          // the answer has no body
	told     string        // see [Exchange]
	failure  assay.Failure // without its detail, which may be another one in every exchange
}

// A party is a user at an endpoint.
type party struct {
	user     *codes.User
	endpoint assay.Endpoint
}

// An example is an exchange with a wrong identity, and one that it contradicts; nil where none is known.
type example struct {
	kind        failureKind
	wrong       *assay.Exchange
	contradicts *assay.Exchange
}

// NewEvidence returns evidence without any failure. Its redactor learns the secrets of the failures; a nil writer keeps no
// exchange.
func NewEvidence(redactor *transcript.Redactor, writer *transcript.Writer) *Evidence {
	return &Evidence{redactor: redactor, transcript: writer, kinds: map[failureKind]*benchmark.ErrorCount{},
		details: map[failureKind]string{}, ids: map[*assay.Exchange]string{}, disputes: map[party]example{}, waiting: map[party][]example{},
		suspects: map[suspects]*suspected{}, early: map[suspicion]int{}}
}

// Add counts an exchange whose verdict is not right. It also takes those that are: one of them may tell which of two others is
// wrong.
func (e *Evidence) Add(x *Exchange, verdict Verdict) {
	e.suspect(x, verdict)
	if verdict.Right() {
		if x.finding.Confirmed || e.open.Load() > 0 {
			e.settle(x, verdict)
		}
		return
	}
	kind := kindOf(x, verdict)
	e.mu.Lock()
	defer e.mu.Unlock()
	count := e.count(kind, x)
	if count == nil {
		e.other++
		return
	}
	count.Count++
	if x.WarmUp {
		count.WarmUp++
	}
	switch {
	case !e.wants(count):
	case verdict != WrongIdentity:
		data := x.copied()
		count.Exchanges = append(count.Exchanges, e.keep(data, verdict))
	case x.finding.Disputed:
		e.disputed(kind, x)
	default:
		e.contrasted(example{kind, x.copied(), kept(x.finding.Contrast)}, party{x.User, x.Endpoint})
	}
	e.mind()
}

// kindOf is the kind of a failure.
func kindOf(x *Exchange, verdict Verdict) failureKind {
	kind := failureKind{endpoint: x.Endpoint, verdict: verdict, status: x.Answer.Status, failure: x.Answer.Failure.Brief()}
	if verdict == DoubleRedeemed || verdict == BadPATAccepted {
		kind.told = x.told
	}
	if verdict == Faulty && x.Answer.Surplus && !x.Answer.Failed() {
		kind.failure.Kind = assay.Unsolicited
	}
	if x.Answer.Status > 0 {
		errcode := assay.ReadEnvelope(x.Answer.Body).Errcode()
		if kind.errcode = errcode; len(errcode) > maxErrcode {
			kind.errcode = strings.ToValidUTF8(errcode[:maxErrcode], "") + "…"
		}
		kind.empty = verdict == Faulty && len(bytes.TrimSpace(x.Answer.Body)) == 0
	}
	return kind
}

// kept is what a reader kept; nil for nothing.
func kept(by codes.Kept) *assay.Exchange {
	data, _ := by.(*assay.Exchange)
	return data
}

// count returns the count of a kind; nil where there are too many kinds. The lock is held.
func (e *Evidence) count(kind failureKind, x *Exchange) *benchmark.ErrorCount {
	if count := e.kinds[kind]; count != nil {
		if detail, told := e.details[kind]; told && detail != x.Answer.Failure.Detail {
			delete(e.details, kind)
			count.Reason = kind.failure.String()
		}
		return count
	}
	if len(e.kinds) == maxKinds {
		return nil
	}
	return e.newKind(kind, x)
}

// newKind adds a kind of failure. Its texts are redacted: the target may have repeated the code in them.
func (e *Evidence) newKind(kind failureKind, x *Exchange) *benchmark.ErrorCount {
	e.learn(x)
	reason := kind.failure.String()
	switch detail := x.Answer.Failure.Detail; {
	case kind.failure.Kind == assay.NoFailure:
		reason = cmp.Or(assay.Judge(x.Data()).Reason, kind.told)
	case detail != "":
		e.details[kind] = detail
		reason = e.redactor.Text(x.Answer.Failure.String())
	}
	switch wordless := x.Answer.Status/100 == 2 && reason == ""; {
	case wordless && kind.empty:
		reason = fmt.Sprintf("status %d with an empty body", kind.status)
	case wordless && kind.verdict == Faulty:
		reason = fmt.Sprintf("status %d without a JSON object", kind.status)
	}
	count := &benchmark.ErrorCount{Endpoint: kind.endpoint, Verdict: kind.verdict.String(), Status: kind.status,
		Errcode: e.redactor.Text(kind.errcode), Reason: reason}
	e.kinds[kind] = count
	return count
}

// learn has the redactor know the secrets of an exchange.
func (e *Evidence) learn(x *Exchange) {
	e.redactor.Learn(transcript.KindCode, x.Code)
	e.redactor.Learn(transcript.KindPhone, x.User.Phone)
}

// wants reports whether a kind has too few examples. The lock is held.
func (e *Evidence) wants(count *benchmark.ErrorCount) bool {
	return e.transcript != nil && len(count.Exchanges) < maxKeptOfKind && e.kept < maxKept
}

// disputed notes that an exchange and the one before it differ: a later one tells which is wrong. The lock is held.
func (e *Evidence) disputed(kind failureKind, x *Exchange) {
	who := party{x.User, x.Endpoint}
	if odd := kept(x.finding.Odd); odd != nil { // it agreed with none of the two after it
		delete(e.disputes, who)
		e.contrasted(example{kind, odd, kept(x.finding.Right)}, who)
	}
	if len(e.disputes) < maxKept {
		e.disputes[who] = example{kind, x.copied(), kept(x.finding.Contrast)}
	}
}

// contrasted writes an example or, where nothing is known that it contradicts, waits for it. The lock is held.
func (e *Evidence) contrasted(one example, who party) {
	if one.contradicts == nil && len(e.waiting) < maxKeptOfKind && len(e.waiting[who]) < maxKeptOfKind {
		e.waiting[who] = append(e.waiting[who], one)
		return
	}
	e.write(one)
}

// settle takes an exchange that is right as what others of its user contradict.
func (e *Evidence) settle(x *Exchange, verdict Verdict) {
	e.mu.Lock()
	defer e.mu.Unlock()
	who := party{x.User, x.Endpoint}
	dispute, disputed := e.disputes[who]
	if disputed && x.finding.Confirmed {
		delete(e.disputes, who)
		if odd := kept(x.finding.Odd); odd != nil {
			dispute.wrong, dispute.contradicts = odd, kept(x.finding.Right)
		}
		e.contrasted(dispute, who)
	}
	if verdict == Accepted && len(e.waiting[who]) > 0 {
		right := x.copied()
		for _, one := range e.waiting[who] {
			one.contradicts = right
			e.write(one)
		}
		delete(e.waiting, who)
	}
	e.mind()
}

// Settle writes the examples that wait for an exchange which does not come any more.
func (e *Evidence) Settle() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, one := range e.disputes {
		e.write(one)
	}
	for _, list := range e.waiting {
		for _, one := range list {
			e.write(one)
		}
	}
	clear(e.disputes)
	clear(e.waiting)
	e.mind()
}

// mind notes how many examples wait. The lock is held.
func (e *Evidence) mind() { e.open.Store(int64(len(e.disputes) + len(e.waiting))) }

// write adds an example to its kind, and the exchange that it contradicts. The lock is held.
func (e *Evidence) write(one example) {
	count := e.kinds[one.kind]
	if count == nil || !e.wants(count) {
		return
	}
	if one.contradicts != nil && e.ids[one.contradicts] == "" && e.kept+1 == maxKept {
		return // there is no room for both
	}
	e.writeTo(count, one)
}

// writeTo writes an example into the transcript, and its ids into a count. The lock is held.
func (e *Evidence) writeTo(count *benchmark.ErrorCount, one example) {
	contradicts := ""
	if one.contradicts != nil {
		contradicts = e.ids[one.contradicts]
		if contradicts == "" {
			contradicts = e.keep(one.contradicts, one.kind.verdict)
			e.ids[one.contradicts] = contradicts
		}
	}
	count.Exchanges = append(count.Exchanges, e.keep(one.wrong, one.kind.verdict))
	count.Users = append(count.Users, e.redactor.Text(one.wrong.Code.UserID))
	count.Contradicts = append(count.Contradicts, contradicts)
}

// keep writes an exchange into the transcript and returns its id there. The lock is held.
func (e *Evidence) keep(data *assay.Exchange, verdict Verdict) string {
	e.kept++
	written := *data
	written.ID = fmt.Sprintf("x-%06d", e.kept)
	written.Requirement = verdict.Requirement()
	_ = e.transcript.Write(written) // the writer reports a failure again when it is closed
	return written.ID
}
