package page

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/transcript"
)

// Limits of a diagram.
const (
	arrows     = 2  // of an exchange
	sequenced  = 4  // exchanges drawn as a sequence
	valueLimit = 44 // characters of a value in the legend
	colours    = 4  // of equal values; the number of a value tells apart what has one colour
)

// A lane is a party of an exchange. The first lane is on the left.
type lane int

const (
	laneUser lane = iota
	laneMini
	laneService
	lanePlatform
)

// A mention is a part of a label: plain words, or a value with its number and colour.
type mention struct {
	Text   string
	Colour string // the class of a value; empty for words
	Strong bool
}

// An event is an arrow of a sequence.
type event struct {
	at       time.Time
	From, To lane
	Label    []mention
	Dashed   bool // an answer
	Lost     bool // no answer came
	Probe    bool
	ID       string // of the exchange; empty for the issue of a code
}

// A token is a value that a sequence shows by a number: equal values have equal numbers.
type token struct {
	Label, Colour, Value string
}

// A sequenceView is the exchanges of a finding as a sequence diagram, drawn twice: for wide and for narrow windows.
type sequenceView struct {
	Said     []string // the events, for those who do not see
	Tokens   []token
	Drawings []drawing
	Hidden   int // exchanges that are not drawn
}

// A sequencer numbers the values of a sequence.
type sequencer struct {
	in     messages.Printer
	tokens []token
	kinds  map[string]int
	issued map[string]bool
	events []event
}

// sequence draws the exchanges of a finding; nil if the transcript has none of them, or there is nothing to see.
func (b *builder) sequence(finding conformance.Finding) *sequenceView {
	picked, hidden := b.picked(finding)
	if len(picked) == 0 {
		return nil
	}
	s := sequencer{in: b.in, kinds: map[string]int{}, issued: map[string]bool{}}
	for _, record := range picked {
		s.exchange(record, finding.Roles[record.ID])
	}
	if len(s.events) == arrows { // one exchange, of no code: the request and the answer are below
		return nil
	}
	slices.SortStableFunc(s.events, func(a, b event) int { return a.at.Compare(b.at) })
	view := sequenceView{Tokens: s.tokens, Hidden: hidden, Drawings: []drawing{draw(b.in, s.events, wideSequence()), draw(b.in, s.events, narrowSequence())}}
	for _, e := range s.events {
		view.Said = append(view.Said, s.said(e))
	}
	return &view
}

// picked are the exchanges to draw, in the order sent: one probe and what it is compared with, and how many are left out.
func (b *builder) picked(finding conformance.Finding) (picked []transcript.Record, hidden int) {
	probed := false
	for _, id := range finding.Exchanges {
		record, known := b.evidence.records[id]
		role := finding.Roles[id]
		again := probed && (role == conformance.Probe || role == conformance.SecondLook)
		if !known || again || len(picked) == sequenced {
			hidden++
			continue
		}
		probed = probed || role == conformance.Probe
		picked = append(picked, record)
	}
	slices.SortStableFunc(picked, func(a, b transcript.Record) int { return a.Sent.Compare(b.Sent) })
	return picked, hidden
}

// exchange adds the events of an exchange: the issue of its code, the request and the answer.
func (s *sequencer) exchange(record transcript.Record, role conformance.Role) {
	if code := record.Code; code != nil && !s.issued[code.Code] {
		s.issued[code.Code] = true
		call := "wx.login"
		if code.Kind == assay.Phone {
			call = "getPhoneNumber"
		}
		user := s.token("user", strings.TrimRight(code.UserID+" · "+code.Channel, " ·"))
		issued := s.token("code", code.Code)
		s.events = append(s.events,
			event{at: record.Sent, From: laneUser, To: laneMini, Label: []mention{user, {Text: " " + call + " → "}, issued}},
			event{at: record.Sent, From: laneMini, To: laneService, Label: []mention{issued}})
	}
	probe := role == conformance.Probe
	sent := []mention{{Text: cut1(record.Request.Method+" "+string(record.Endpoint), valueLimit)}, {Text: " · "}, s.sent(record)}
	if role.Known() {
		sent = append([]mention{{Text: s.in.Text("role." + role.Key()), Strong: true}, {Text: " · "}}, sent...)
	}
	s.events = append(s.events, event{at: record.Sent, From: laneService, To: lanePlatform, Label: sent, Probe: probe, ID: record.ID})
	s.events = append(s.events, s.answer(record, probe))
}

// sent is the code that the request has.
func (s *sequencer) sent(record transcript.Record) mention {
	var body struct {
		Code json.RawMessage `json:"code"`
	}
	var text string
	if json.Unmarshal(record.Request.Bytes(), &body) != nil || len(body.Code) == 0 {
		return mention{Text: s.in.Text("sequence.no-code")}
	}
	if json.Unmarshal(body.Code, &text) != nil {
		text = string(body.Code)
	}
	return s.token("code", text)
}

// answer is the event of the answer, or of its absence.
func (s *sequencer) answer(record transcript.Record, probe bool) event {
	e := event{at: record.Sent.Add(time.Duration(record.Seconds * float64(time.Second))), From: lanePlatform, To: laneService, Dashed: true, Probe: probe, ID: record.ID}
	if record.Response == nil {
		e.Lost = true
		e.Label = []mention{{Text: cut1(s.in.Text("sequence.lost")+" "+record.Failure, valueLimit)}}
		return e
	}
	e.Label = []mention{{Text: fmt.Sprint(record.Response.Status) + " "}, {Text: resultText(s.in, record.Result), Strong: record.Result == assay.Accepted.String()}}
	identity := identified(record)
	for _, name := range []string{"openId", "phone"} {
		if value := identity[name]; value != "" {
			e.Label = append(e.Label, mention{Text: " · "}, s.token(name, value))
		}
	}
	return e
}

// identified are the identities in an answer, by member.
func identified(record transcript.Record) map[string]string {
	var body struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	found := map[string]string{}
	if record.Response == nil || json.Unmarshal(record.Response.Bytes(), &body) != nil {
		return found
	}
	for _, name := range []string{"openId", "phone"} {
		var value string
		if json.Unmarshal(body.Data[name], &value) == nil {
			found[name] = value
		}
	}
	return found
}

// token numbers a value among those of its kind.
func (s *sequencer) token(kind, value string) mention {
	value = cmp.Or(value, "—")
	for _, known := range s.tokens {
		if known.Value == value && strings.HasPrefix(known.Label, s.name(kind)+" ") {
			return mention{Text: known.Label, Colour: known.Colour}
		}
	}
	s.kinds[kind]++
	added := token{fmt.Sprintf("%s %d", s.name(kind), s.kinds[kind]), fmt.Sprintf("k%d", len(s.tokens)%colours), value}
	s.tokens = append(s.tokens, added)
	return mention{Text: added.Label, Colour: added.Colour}
}

// name is the word for a kind of value; members of the contract are their own.
func (s *sequencer) name(kind string) string {
	if kind == "user" {
		return s.in.Text("sequence.user")
	}
	return kind
}

// said is an event in words.
func (s *sequencer) said(e event) string {
	var text strings.Builder
	for _, part := range e.Label {
		text.WriteString(part.Text)
	}
	said := s.in.Text("sequence.event", lanes(s.in)[e.From], lanes(s.in)[e.To], text.String())
	if e.ID != "" {
		said += " (" + cut1(e.ID, valueLimit) + ")"
	}
	return said
}

// lanes are the names of the lanes.
func lanes(in messages.Printer) []string {
	return []string{in.Text("sequence.user"), in.Text("sequence.mini"), in.Text("sequence.service"), in.Text("sequence.platform")}
}

// resultText is the result of an exchange in the language; as it is if it is not one of this build's.
func resultText(in messages.Printer, said string) string {
	for _, known := range []assay.Result{assay.Accepted, assay.Refused, assay.Fault, assay.Inconclusive} {
		if known.String() == said {
			return in.Text("result." + said)
		}
	}
	return cut1(said, valueLimit)
}

// cut1 is the beginning of a text of any origin, on one line.
func cut1(text string, limit int) string {
	shown, more := visible.Cut(strings.TrimSpace(text), limit, "")
	if more > 0 {
		shown += "…"
	}
	return shown
}
