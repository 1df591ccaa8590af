// Package benchmark is the result of a load run, as data.
//
// Start with [Report], which is benchmark.json; [Conclude], a pure function that determines the outcome from what was measured;
// and [ExitCode], what a command says of it.
package benchmark

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// SchemaName is the schema member of benchmark.json.
const SchemaName = "assay.benchmark/1"

// A Report is one load run: benchmark.json. All times in it are seconds, all rates are per second. The runner fills in what
// was planned and measured, and calls [Conclude] for the remaining members.
//
// The members whose names end in Key or Keys belong to the file: [WriteJSON] fills them in from the phrases before them,
// and [ReadJSON] makes phrases of both and empties them.
type Report struct {
	Schema         string               `json:"schema"`
	Suite          Suite                `json:"suite"`
	Implementation assay.Implementation `json:"implementation"`
	Target         Target               `json:"target"`
	Started        time.Time            `json:"started"`
	Finished       time.Time            `json:"finished"`
	// Command makes the run again: a command line free of secrets; empty when unknown.
	Command string `json:"command,omitempty"`
	// Tags are labels of the run that its author chose.
	Tags map[string]string `json:"tags,omitempty"`
	// Pair names the other side of a run that measured two targets; nil for any other run.
	Pair *Pair `json:"pair,omitempty"`

	Outcome Outcome `json:"outcome"`
	// Reasons say why Outcome is what it is, a clause each; empty for a pass.
	Reasons    []phrase.Phrase `json:"reasons"`
	ReasonKeys []*phrase.Keyed `json:"reasonKeys,omitempty"`
	// Interrupted is set when the run was stopped before its end, Error when nothing could be measured.
	Interrupted bool          `json:"interrupted,omitempty"`
	Error       phrase.Phrase `json:"error,omitzero"`
	ErrorKey    *phrase.Keyed `json:"errorKey,omitempty"`
	// Notes are remarks that change no outcome: a remote write that failed, for example.
	Notes    []phrase.Phrase `json:"notes,omitempty"`
	NoteKeys []*phrase.Keyed `json:"noteKeys,omitempty"`

	Plan       Plan       `json:"plan"`
	Exchanges  Exchanges  `json:"exchanges"`
	Throughput Throughput `json:"throughput"`
	// ErrorShare is the share of wrong and failed exchanges, with its interval.
	ErrorShare uncertain.Interval `json:"errorShare,omitzero"`
	// Response counts from the moment that the schedule intended, Service from the moment of sending. Both are of sign-ins: of
	// accepted exchanges, and of those that timed out instead. Lateness is from the one moment to the other, of all exchanges. In
	// a closed loop there is no schedule: Response is Service, and Lateness is nothing.
	Response Times `json:"response"`
	Service  Times `json:"service"`
	Lateness Times `json:"lateness"`
	// Refusals are the response times of the other correct answers, Failures those of the rest, and All those of all exchanges.
	Refusals Times `json:"refusals"`
	Failures Times `json:"failures"`
	All      Times `json:"all"`
	// ByEndpoint has the endpoints at which something was sent, and ByServer the API servers if there are several.
	ByEndpoint []EndpointFigures `json:"byEndpoint,omitempty"`
	ByServer   []ServerFigures   `json:"byServer,omitempty"`
	// ByStage has the stages of the plan that were begun.
	ByStage []StageFigures `json:"byStage,omitempty"`
	// Compared has the members by which accepted answers identify their users, of the whole run.
	Compared []Compared `json:"compared,omitempty"`
	// Distribution is what a chart of the latencies is drawn from.
	Distribution Distribution `json:"distribution"`
	SLO          []Level      `json:"slo"`
	// Evidence judges SLO by the parts of a run that was just made; nil for a report that is judged already. [Conclude] keeps what it says.
	Evidence Evidence `json:"-"`
	// Gap is the longest time without an answer.
	Gap float64 `json:"gap,omitempty"`
	// Silence is the time in which arrivals were due and nothing was answered; nil in a closed loop, and where it was not counted.
	Silence *Silence `json:"silence,omitempty"`
	// Timeline has a row for every second in which something was due or answered.
	Timeline []Second `json:"timeline"`
	// Errors are the incorrect answers, those of the warm-up included, the most frequent first; of the
	// rarest only the sum is kept.
	Errors    []ErrorCount `json:"errors"`
	Generator Generator    `json:"generator"`
	// WarmUp is what was sent before the clock started. Its correctness is judged, its times are not.
	WarmUp *WarmUp `json:"warmUp,omitempty"`
	// Search is how the limit was looked for; nil where it was not. The rest of the report is then the confirmation run.
	Search *Search `json:"search,omitempty"`
	// Limit is what the search found; nil without a search, and in files of earlier versions.
	Limit *Limit `json:"limit,omitempty"`
	// NoiseFloor is what the same plan measures against a target that answers at once; nil when it was not measured.
	NoiseFloor *NoiseFloor `json:"noiseFloor,omitempty"`
	// Requirements are the requirements about load, judged from this run.
	Requirements []Requirement `json:"requirements"`
}

// A Suite says what measured and judged.
type Suite struct {
	Version        string `json:"version"`
	RequirementSet string `json:"requirementSet"`
	Digest         string `json:"digest"`
	// Rules is [Rules] of what judged; 0 in files of earlier versions.
	Rules int `json:"rules,omitempty"`
}

// A Target is what was measured, and the driver that issued the codes.
type Target struct {
	APIServers []string `json:"apiServer"`
	Driver     string   `json:"driver"`
	// Profiles are those that the target declares.
	Profiles []string `json:"profiles,omitempty"`
	// Insecure is set where certificates were not checked.
	Insecure bool `json:"insecure,omitempty"`
}

// A Pair says which side of a run of two targets a report is of.
type Pair struct {
	Side string `json:"side"` // A or B
	// Other is when the other side started.
	Other time.Time `json:"other"`
}

// PairedWith reports whether two reports are the sides of one run, and name each other.
func (r Report) PairedWith(other Report) bool {
	return r.Pair != nil && other.Pair != nil && r.Pair.Side != other.Pair.Side && r.Plan.Seed == other.Plan.Seed &&
		r.Pair.Other.Equal(other.Started) && other.Pair.Other.Equal(r.Started)
}

// A Plan is what was asked for.
type Plan struct {
	// Shape is the schedule's, one of package loadgen/arrivals, or [Closed], or [Staged].
	Shape string `json:"shape"`
	// Rate is the initial rate, To the final one; 0 means that it has no such rate.
	Rate     float64 `json:"rate"`
	To       float64 `json:"to,omitempty"`
	Duration float64 `json:"duration"`
	WarmUp   float64 `json:"warmUp"`
	// Stages follow one another, where Shape is [Staged]. Rate is then that at which the first begins, and Duration their sum.
	Stages []PlanStage `json:"stages,omitempty"`
	// Mix are the weights of login, phone, replay, race and badPat, those that are not 0.
	Mix map[string]float64 `json:"mix"`
	// Users is how many users codes are minted for, and MaxUsers how many were asked for where the run is too short for each of
	// these to sign in several times.
	Users    int `json:"users"`
	MaxUsers int `json:"maxUsers,omitempty"`
	InFlight int `json:"inFlight"`
	// MaxRequests is how many requests were sent on a connection at most; 0 is no bound. FullHandshakes says that no session of TLS was
	// resumed.
	MaxRequests    int     `json:"maxRequests,omitempty"`
	FullHandshakes bool    `json:"fullHandshakes,omitempty"`
	Timeout        float64 `json:"timeout"`
	// DeclaredRate is the rate at which the target declares its service levels to hold; 0 for none.
	DeclaredRate float64 `json:"declaredRate,omitempty"`
	Seed         int64   `json:"seed"`
	// Until is what had to be known for the run to end. Duration is then how long it was.
	Until []string `json:"until,omitempty"`
	// AbortOnViolated is set where the run had to end as soon as a service level is certainly violated.
	AbortOnViolated bool `json:"abortOnViolated,omitempty"`
}

// The shapes beside those of package loadgen/arrivals: that of a closed loop, which has no schedule, and that of several schedules, one
// after another.
const (
	Closed = "closed"
	Staged = "stages"
)

// A PlanStage is a stage of a plan, with a schedule of its own.
type PlanStage struct {
	Name string `json:"name"`
	// Shape, Rate and To are as in a [Plan].
	Shape    string  `json:"shape"`
	Rate     float64 `json:"rate"`
	To       float64 `json:"to,omitempty"`
	Duration float64 `json:"duration"`
}

// A Compared is a member that identifies a user: openId, unionId, phone or accessToken.
type Compared struct {
	Member string `json:"member"`
	// Answers are accepted ones that had it, and Compared those of them that there was something to compare with: what was injected,
	// or the same member in another answer of the user.
	Answers  int64 `json:"answers"`
	Compared int64 `json:"compared"`
}

// Throughput is per second of the measured time.
type Throughput struct {
	// Offered is what the schedule intended; in a closed loop, what was sent.
	Offered float64 `json:"offered"`
	// Achieved counts the arrivals of that time that got a correct answer, however late; in a closed loop, the correct answers
	// that came in that time.
	Achieved float64 `json:"achieved"`
	// Interval is that of Achieved on a schedule that was kept, with a confidence of 95 %.
	Interval uncertain.Interval `json:"interval,omitzero"`
}

// Times sum up a histogram, in seconds. Of no samples all are 0.
type Times struct {
	P50     float64 `json:"p50"`
	P90     float64 `json:"p90"`
	P95     float64 `json:"p95"`
	P99     float64 `json:"p99"`
	P999    float64 `json:"p999"`
	Max     float64 `json:"max"`
	Mean    float64 `json:"mean"`
	Samples int64   `json:"samples"`
	// Censored are the samples of exchanges that timed out: they would have taken longer than recorded. CensoredFrom is the
	// shortest of them: a percentile from there on is at least what is said, and so are then the mean and the maximum.
	Censored     int64   `json:"censored,omitempty"`
	CensoredFrom float64 `json:"censoredFrom,omitempty"`
	// Intervals are nil where the run was too short to tell any.
	Intervals *Intervals `json:"intervals,omitempty"`
}

// EndpointFigures are about one endpoint.
type EndpointFigures struct {
	Endpoint  assay.Endpoint `json:"endpoint"`
	Exchanges Exchanges      `json:"exchanges"`
	Response  Times          `json:"response"` // of sign-ins
	Service   Times          `json:"service"`
	CatchUp   CatchUp        `json:"catchUp,omitzero"`
	// Distribution is missing in files of earlier versions.
	Distribution Distribution `json:"distribution,omitzero"`
	// ErrorShare is the share of errors, with its interval.
	ErrorShare uncertain.Interval `json:"errorShare,omitzero"`
}

// ServerFigures are about one API server.
type ServerFigures struct {
	APIServer string `json:"apiServer"`
	Service   Times  `json:"service"` // of sign-ins, with a precision of 1 %
}

// A Silence sums up the times of at least half a second without an answer in which at least ten arrivals were due.
type Silence struct {
	Seconds float64 `json:"seconds"`
	Times   int64   `json:"times"`
	// Longest are the longest of them, in the order of time; nil in files of earlier versions.
	Longest []Quiet `json:"longest,omitempty"`
}

// A Quiet is a time without an answer: From is in seconds from the start of what is measured, and Due how many arrivals were due in it.
type Quiet struct {
	From    float64 `json:"from"`
	Seconds float64 `json:"seconds"`
	Due     int64   `json:"due"`
}

// MostQuiet is how many of the longest times without an answer a report has.
const MostQuiet = 5

// A Distribution is the response and service times at rising percentiles.
type Distribution struct {
	Response []Point `json:"response"`
	Service  []Point `json:"service"`
}

// A Point is a percentage of the exchanges, 0 to 100, and the seconds that they took at most.
type Point struct {
	Percentile float64 `json:"percentile"`
	Seconds    float64 `json:"seconds"`
}

// A LevelVerdict says whether a service level holds.
type LevelVerdict string

// The verdicts on a service level.
const (
	Holds       LevelVerdict = "holds"
	DoesNotHold LevelVerdict = "violated"
	NotKnown    LevelVerdict = "unknown"
)

// A Level is a service level and what was observed of it: seconds, a share from 0 to 1, or a number per second.
type Level struct {
	Expression string       `json:"expression"`
	Observed   float64      `json:"observed"` // 0 where nothing was
	Holds      bool         `json:"holds"`    // Verdict is that
	Verdict    LevelVerdict `json:"verdict"`
	// AtLeast is set where Observed is a lower bound, because exchanges timed out.
	AtLeast bool `json:"atLeast,omitempty"`
	// Reason says why it is not known whether the level holds.
	Reason    phrase.Phrase `json:"reason,omitzero"`
	ReasonKey *phrase.Keyed `json:"reasonKey,omitempty"`
	Proof
	// Needs is how many samples the verdict takes or, where there were that many, the percentile to mean something; 0 for enough.
	Needs int `json:"needs,omitempty"`
	// Default is set for the level that holds where none about errors was asked for.
	Default bool `json:"default,omitempty"`
}

// A Second of the run; its times are of the sign-ins that were answered in it, and nil without any.
type Second struct {
	Second   int   `json:"second"`  // from the start of what is measured
	Offered  int64 `json:"offered"` // by the schedule, in this second exactly
	Answered int64 `json:"answered"`
	Accepted int64 `json:"accepted"`
	Wrong    int64 `json:"wrong,omitempty"` // what breaks correctness
	Failed   int64 `json:"failed"`          // refused, overloaded, faults, in doubt, unreachable
	Aged     int64 `json:"aged,omitempty"`  // refused, because the generator had kept their codes too long
	// Apart are those of Answered that were sent to be refused and are no errors, whether they were refused or found the target busy;
	// Busy are the latter, which Failed has as well.
	Apart int64 `json:"apart,omitempty"`
	Busy  int64 `json:"busy,omitempty"`
	// RefusedAsItShould are the correct answers beside Accepted: those to a replay, a race or an unknown PAT. Answered is the sum of
	// both, Wrong, Failed and Aged. It is 0 throughout a file of an earlier version.
	RefusedAsItShould int64    `json:"refusedAsItShould,omitempty"`
	P50               *float64 `json:"p50"`
	P90               *float64 `json:"p90"`
	P99               *float64 `json:"p99"`
	Max               *float64 `json:"max"`
	// Sum is that of the response times, to the nanosecond, so that the mean of any seconds and of several runs can be computed. It is
	// missing in files of earlier versions.
	Sum      *float64 `json:"sum"`
	Late     *float64 `json:"late"` // p99 of the lateness of all exchanges; nil if none was sent on schedule
	InFlight int64    `json:"inFlight"`
	Pool     int64    `json:"pool"` // codes in stock at its end
	// Partial is set where the measured time does not cover the whole second: the last, and those in which the run drained. It is also
	// set where the generator stood still, and for the second after, which has all that was answered since.
	Partial bool `json:"partial,omitempty"`
}

// An ErrorCount counts answers that were alike in what was wrong with them.
type ErrorCount struct {
	Endpoint assay.Endpoint `json:"endpoint,omitempty"`
	// Verdict is the ledger's: refused, overloaded, faults, inDoubt and so on.
	Verdict string `json:"verdict"`
	Status  int    `json:"status,omitempty"` // 0 where nothing was answered
	Errcode string `json:"errcode,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Count   int64  `json:"count"`
	// WarmUp is how many of them were in the warm-up, which [Report.Exchanges] leaves out.
	WarmUp int64 `json:"warmUp,omitempty"`
	// Exchanges are ids in transcript.jsonl, of the first of them. Where the answers are another user's, the user of the code is at
	// the same place in Users, and in Contradicts is the exchange that it disagrees with; "" for only what was injected.
	Exchanges   []string `json:"exchanges,omitempty"`
	Users       []string `json:"users,omitempty"`
	Contradicts []string `json:"contradicts,omitempty"`
}

// A Requirement is one of the requirements about load and its verdict.
type Requirement struct {
	ID        string        `json:"id"`
	Says      string        `json:"says"`
	Verdict   assay.Verdict `json:"verdict"`
	Reason    phrase.Phrase `json:"reason"`
	ReasonKey *phrase.Keyed `json:"reasonKey,omitempty"`
}
