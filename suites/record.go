package suites

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// Bounds of the record of exchanges, for the checks that look at all of them. The transcript has everything.
const (
	// keptFreely is the size of the record up to which everything is kept. Beyond it, large answers are kept as samples
	// only, one for each requirement and status. A run against a conformant platform keeps a few MiB.
	keptFreely = 8 << 20
	// keptBytes is the largest size of the record.
	keptBytes = 24 << 20
	// Of answers larger than keptAlways and not long, largeFreely bytes are kept freely, and largeBytes in all.
	largeFreely = 4 << 20
	largeBytes  = 6 << 20
	// longAnswer is the size from which an answer is long: its checks cost as much as those of dozens of ordinary ones. Of long
	// answers, longFreely bytes are kept freely, and longBytes in all.
	longAnswer = 16 << 10
	longFreely = 512 << 10
	longBytes  = 3584 << 10
	// calibration is the requirement whose few dozen sign-ins are needed together, to tell whose tokens are.
	calibration = "token.subject"
	// keptAlways is the size up to which an exchange or a body is always kept.
	keptAlways = 4 << 10
	// keptRequest is how much of a request's body is kept: some bodies are too large on purpose.
	keptRequest = 64 << 10
	// stringSize is the memory that a header value takes in addition to its text.
	stringSize = 16
)

// record writes an exchange to the transcript and keeps it for the checks that look at all of them. An exchange without
// a usable answer may end the run.
func (s *Session) record(x assay.Exchange) {
	if s.config.Transcript != nil {
		_ = s.config.Transcript.Write(x) // the error shows when the transcript is closed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(x)
	if err := s.silence.heard(x); err != nil {
		s.stop(err)
	}
}

// keep adds an exchange to the record. Once the record is large, an exchange whose answer is larger than 4 KiB may be left out as
// a whole, because a check must not see an answer without its body; one with a long answer also where there are many of these.
// Once the record is full, request bodies over 4 KiB are left out as well. The lock is held.
func (s *Session) keep(x assay.Exchange) {
	if len(x.Request.Body) > keptRequest {
		x.Request.Body = bytes.Clone(x.Request.Body[:keptRequest]) // a slice would keep the whole body in memory
	}
	answer := 0
	if x.Response != nil {
		answer = cap(x.Response.Body)
		for name, values := range x.Response.Header {
			answer += len(name)
			for _, value := range values {
				answer += len(value) + stringSize
			}
		}
	}
	full, many := s.kept+len(x.Request.Body)+answer > keptBytes, s.kept > keptFreely
	if x.Requirement == calibration {
		many = false
	} else if answer > longAnswer {
		full, many = full || s.long+answer > longBytes, many || s.long > longFreely
	} else if answer > keptAlways {
		full, many = full || s.large+answer > largeBytes, many || s.large > largeFreely
	}
	if answer > keptAlways && (full || many && !s.sample(x)) {
		s.unkept++
		return
	}
	switch {
	case x.Requirement == calibration:
	case answer > longAnswer:
		s.long += answer
	case answer > keptAlways:
		s.large += answer
	}
	if s.kept+len(x.Request.Body)+answer > keptBytes && len(x.Request.Body) > keptAlways {
		x.Request.Body = nil
	}
	s.kept += len(x.Request.Body) + answer
	s.exchanges = append(s.exchanges, x)
}

// sample reports whether an answer is the first of its kind since the record became large.
func (s *Session) sample(x assay.Exchange) bool {
	kind := fmt.Sprint(x.Requirement, " ", x.Endpoint, " ", x.Response.Status)
	seen := s.sampled[kind]
	s.sampled[kind] = true
	return !seen
}

// mustBeRefused remembers exchanges as negatives of the run: a refusal was due, whatever the answer was.
func (s *Session) mustBeRefused(exchanges []assay.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range exchanges {
		s.refusals[x.ID] = true
	}
}

// Record lists the exchanges of the run so far on the trial's endpoint that got a whole answer.
func (t *Trial) Record() []assay.Exchange {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	var answered []assay.Exchange
	for _, x := range t.session.exchanges {
		if x.Endpoint == t.Endpoint && x.Response != nil && !x.Failed() {
			answered = append(answered, x)
		}
	}
	return answered
}

// Refusals lists the negatives of the run: the part of the record that had to be refused and was not accepted.
func (t *Trial) Refusals() []assay.Exchange {
	t.session.mu.Lock()
	due := maps.Clone(t.session.refusals)
	t.session.mu.Unlock()
	return filter(t.Record(), func(x assay.Exchange) bool {
		result := assay.Judge(x).Result
		return due[x.ID] && result != assay.Accepted && result != assay.Inconclusive
	})
}

// SignIns lists the part of the record that gave an identity in any form.
func (t *Trial) SignIns() []assay.Exchange { return filter(t.Record(), expect.Identified) }

// Every expects the same of each of many exchanges, and makes one finding of all that differ in the same way. Exchanges
// of the record are judged as they are, inconclusive ones included.
func (t *Trial) Every(exchanges []assay.Exchange, matcher expect.Matcher, none phrase.Key) {
	t.every(exchanges, matcher, func(x assay.Exchange) (string, bool) { return matcher.Judge(x) }, none)
}

// every judges in another way than the matcher, which says what was expected and how a script sees a violation.
func (t *Trial) every(exchanges []assay.Exchange, matcher expect.Matcher, judge func(assay.Exchange) (actual string, ok bool), none phrase.Key) {
	if len(exchanges) == 0 {
		t.Untested(none)
	}
	t.session.mu.Lock()
	unkept := t.session.unkept
	t.session.mu.Unlock()
	if unkept > 0 {
		t.Note(phrase.RecordLeftOut, unkept, keptAlways>>10)
	}
	differ := map[string][]assay.Exchange{}
	var order []string
	for _, x := range exchanges {
		if actual, ok := judge(x); !ok {
			if differ[actual] == nil {
				order = append(order, actual)
			}
			differ[actual] = append(differ[actual], x)
		}
	}
	const most = 8 // findings
	for _, actual := range order[:min(len(order), most)] {
		all := differ[actual]
		if t.sources = nil; expect.Identified(all[0]) && seldom(len(all), len(exchanges)) {
			t.sources = busiest(t.Endpoint)
		}
		t.found(t.requirement.Violated(), observation{expected: matcher.Expected, actual: actual, steps: append(t.history(all[0]), alike(all)...), sign: matcher.Sign})
	}
}

func filter(exchanges []assay.Exchange, keep func(assay.Exchange) bool) []assay.Exchange {
	return slices.DeleteFunc(slices.Clone(exchanges), func(x assay.Exchange) bool { return !keep(x) })
}

// failureModes tabulates how the implementation answered each failure mode: the first answer to each situation.
func (s *Session) failureModes() []conformance.FailureMode {
	s.mu.Lock()
	defer s.mu.Unlock()
	modes := []conformance.FailureMode{}
	seen := map[[2]string]bool{}
	for _, x := range s.exchanges {
		key := [2]string{situationOf(x), string(x.Endpoint)}
		if !s.refusals[x.ID] || seen[key] || x.Response == nil || assay.Judge(x).Result == assay.Inconclusive {
			continue
		}
		seen[key] = true
		envelope := x.Response.Envelope()
		message, _ := assay.Text(envelope.Member("error"))
		modes = append(modes, conformance.FailureMode{Situation: s.config.Redactor.Text(key[0]), Endpoint: x.Endpoint, Status: x.Response.Status,
			Errcode: s.brief(envelope.Errcode()), Error: s.brief(message)})
	}
	modes = collapse(modes)
	slices.SortFunc(modes, func(a, b conformance.FailureMode) int {
		return cmp.Or(cmp.Compare(a.Situation, b.Situation), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return modes
}

// collapse leaves one row, for the requirement as a whole, of situations that all got the same answer.
func collapse(modes []conformance.FailureMode) []conformance.FailureMode {
	requirement := func(mode conformance.FailureMode) string {
		id, _, _ := strings.Cut(mode.Situation, ": ")
		return id + " " + string(mode.Endpoint)
	}
	answers := map[string][]conformance.FailureMode{}
	for _, mode := range modes {
		answers[requirement(mode)] = append(answers[requirement(mode)], mode)
	}
	kept := []conformance.FailureMode{}
	for _, mode := range modes {
		all := answers[requirement(mode)]
		differs := slices.ContainsFunc(all, func(other conformance.FailureMode) bool {
			return other.Status != mode.Status || other.Errcode != mode.Errcode || other.Error != mode.Error
		})
		switch {
		case differs:
			kept = append(kept, mode)
		case mode == all[0]:
			mode.Situation, _, _ = strings.Cut(mode.Situation, ": ")
			kept = append(kept, mode)
		}
	}
	return kept
}

func situationOf(x assay.Exchange) string {
	if x.Situation == "" {
		return x.Requirement
	}
	return x.Requirement + ": " + x.Situation
}

// brief redacts a text of the target and cuts it to the width of a table.
func (s *Session) brief(text string) string {
	const most = 200
	text = s.config.Redactor.Text(text)
	return words.Shorten(text, most)
}
