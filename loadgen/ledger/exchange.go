package ledger

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
)

// Race is the situation of the two exchanges of one code that are sent at once.
const Race = "race"

// An Exchange is one exchange of a load run: what was sent, and what came back.
type Exchange struct {
	// Number is the arrival's in the run, from 0. The two exchanges of a race share it, and the second has Second set.
	Number uint64
	Second bool
	// Due is when the schedule intended it. In a closed loop, which has no schedule, it is when the arrival began.
	Due    time.Time
	Closed bool
	// CatchUp says that it was sent while the generator caught up with its schedule, or ran out of time while the generator stood still.
	CatchUp bool
	// WarmUp says that it belongs to the warm-up, which other figures leave out.
	WarmUp bool
	// Situation is the kind of exchange, for the transcript: plain, replay, [Race] or badPat.
	Situation string
	// Fresh says that a correct target accepts it: the code was not accepted before, and the PAT is valid.
	Fresh bool

	Endpoint assay.Endpoint
	// Server is the position of its API server in the target; -1 if there is only one.
	Server  int
	User    *codes.User
	Code    string
	Request *engine.Request
	Answer  engine.Answer

	Waited Wait

	latest   *Latest       // where it is kept for a while
	finding  codes.Finding // what the comparison of the identity found
	injected bool          // the identity was compared with what was injected
	told     string        // what of its own user an answer names that had to refuse; "" for nothing
}

// toRefuse reports whether a correct target may have to refuse it.
func (x *Exchange) toRefuse() bool { return !x.Fresh || x.Situation == Race }

// Sample returns the exchange as it is counted.
func (x *Exchange) Sample(verdict Verdict) Sample {
	a := &x.Answer
	s := Sample{Endpoint: x.Endpoint, Server: x.Server, Verdict: verdict, Censored: a.Failure.Kind.IsTimeout(), Service: int64(a.Done.Sub(a.Sent)),
		Uncompared: x.uncompared(verdict), Retracted: x.finding.Retracted}
	if verdict == Refused {
		s.Waited = x.Waited
	}
	if verdict == Accepted {
		s.Seen, s.Compared, s.Suspicion = x.finding.Seen, x.finding.Compared, x.finding.Suspicion
	}
	if a.Status > 0 {
		s.Done = steady.At(a.Done).UnixNano()
	}
	if s.Response, s.Lateness = s.Service, -1; !x.Closed {
		s.Response, s.Lateness = int64(a.Done.Sub(x.Due)), max(0, int64(a.Sent.Sub(x.Due)))
	}
	return s
}

// uncompared is how many accepted exchanges more have nothing to be compared with: a user's first is held until a second confirms
// it.
func (x *Exchange) uncompared(verdict Verdict) int64 {
	switch {
	case verdict != Accepted, x.injected:
		return 0
	case x.finding.First:
		return 1
	case x.finding.Confirmed:
		return -1
	default:
		return 0
	}
}

// Data returns the exchange as the oracle and the transcript have it. It shares memory with the request and the answer.
func (x *Exchange) Data() assay.Exchange {
	data := x.sent()
	data.Response = x.Answer.Response()
	return data
}

// sent is the exchange without the response.
func (x *Exchange) sent() assay.Exchange {
	a, request := &x.Answer, x.Request
	return assay.Exchange{
		Endpoint: x.Endpoint, Situation: x.Situation,
		Code: &assay.Code{Kind: x.Endpoint, Code: x.Code, AppID: request.Route.AppID, UserID: x.User.ID, Channel: x.User.Channel,
			Phone: x.User.Phone},
		Request: assay.Request{Method: "POST", URL: request.Route.URL.String(), Header: request.Route.Header, Body: request.Body},
		Failure: a.Failure, Sent: a.Sent, Took: a.Done.Sub(a.Sent),
	}
}
