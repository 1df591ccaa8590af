package ledger

import (
	"bytes"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
)

// An Exchange is one exchange of a load run: what was sent, and what came back.
type Exchange struct {
	// Number is the arrival's in the run, from 0. The two exchanges of a race share it, and the second has Second set.
	Number uint64
	Second bool
	// Due is when the schedule intended it. In a closed loop, which has no schedule, it is when the arrival began.
	Due    time.Time
	Closed bool
	// CatchUp says that it was sent while the generator caught up with its schedule.
	CatchUp bool
	// Situation is the kind of exchange, for the transcript: plain, replay, race or badPat.
	Situation string

	Endpoint assay.Endpoint
	User     *codes.User
	Code     string
	Request  *engine.Request
	Answer   engine.Answer

	uncompared bool // there was nothing to compare the identity with
}

// Sample returns the exchange as it is counted.
func (x *Exchange) Sample(verdict Verdict) Sample {
	a := &x.Answer
	s := Sample{Endpoint: x.Endpoint, Verdict: verdict, Censored: a.Failure.Kind.IsTimeout(), Service: int64(a.Done.Sub(a.Sent)),
		Uncompared: x.uncompared && verdict == Accepted}
	if s.Response, s.Lateness = s.Service, -1; !x.Closed {
		s.Response, s.Lateness = int64(a.Done.Sub(x.Due)), max(0, int64(a.Sent.Sub(x.Due)))
	}
	return s
}

// Data returns the exchange as the oracle and the transcript have it. It shares memory with the request and the answer.
func (x *Exchange) Data() assay.Exchange {
	a, request := &x.Answer, x.Request
	return assay.Exchange{
		Endpoint: x.Endpoint,
		Code: &assay.Code{Kind: x.Endpoint, Code: x.Code, AppID: request.Route.AppID, UserID: x.User.ID, Channel: x.User.Channel,
			Phone: x.User.Phone},
		Request:  assay.Request{Method: "POST", URL: request.Route.URL.String(), Header: request.Route.Header, Body: request.Body},
		Response: a.Response(),
		Failure:  a.Failure, Sent: a.Sent, Took: a.Done.Sub(a.Sent),
	}
}

// A Reader reads answers, and compares their identities with those that were seen before. It is safe for concurrent use.
type Reader struct {
	Users *codes.Users
	// Phones is how the target transforms phone numbers.
	Phones assay.PhoneTransform
}

// Read gives the reading of an exchange's answer. A valid acceptance takes a fast path; the oracle judges every other
// answer.
func (r Reader) Read(x *Exchange) Reading {
	a := &x.Answer
	if !a.Failed() && !a.Truncated {
		if seen, ok := assay.Glance(x.Endpoint, a.Status, a.Body); ok {
			own := r.own(x, seen)
			return Reading{Result: assay.Accepted, Whole: true, Sent: true, Own: own, Identified: true}
		}
	}
	data := x.Data()
	outcome := assay.Judge(data)
	reading := Reading{Result: outcome.Result, Whole: !a.Failed(), Sent: !a.Failure.Kind.Unconnected()}
	if a.Status == 0 {
		return reading
	}
	envelope := assay.ReadEnvelope(data.Response.Body)
	reading.Identified = envelope.SignsIn(x.Endpoint) != ""
	if outcome.Result == assay.Accepted {
		text := func(name string) []byte {
			text, _ := assay.Text(envelope.Data(name))
			return []byte(text)
		}
		reading.Own = !contradicts(envelope) && r.own(x, assay.Answer{Identity: []byte(outcome.Identity), Channel: text("channel"),
			UnionID: text("unionId"), AccessToken: text("accessToken")})
		return reading
	}
	reading.Leaked = contradicts(envelope)
	if identity, ok := assay.Text(envelope.Data(x.Endpoint.Identity())); ok {
		reading.Leaked = reading.Leaked || r.Users.BelongsToAnother(x.User, x.Endpoint, identity)
	}
	return reading
}

// contradicts reports whether a member that identifies somebody is repeated with another value: clients differ in which one
// they read.
func contradicts(envelope assay.Envelope) bool {
	for _, name := range append(assay.IdentityMembers(), "channel") {
		values := envelope.Values(name)
		for i := 1; i < len(values); i++ {
			if !bytes.Equal(values[i], values[0]) {
				return true
			}
		}
	}
	return false
}

// own reports whether an answer names the user that the code was minted for in all its members. Where the driver did not name
// the user's phone, and for a user's first openId, there is nothing to compare with, and the exchange is marked uncompared.
func (r Reader) own(x *Exchange, answer assay.Answer) bool {
	identity := answer.Identity
	if x.Endpoint == assay.Phone {
		x.uncompared = x.User.Phone == "" || r.Phones == assay.PhoneToken
		return x.User.Phone == "" || r.Phones.Matches(x.User.Phone, string(identity))
	}
	if x.User.Channel != "" && string(answer.Channel) != x.User.Channel {
		return false
	}
	own, first := r.Users.SignedIn(x.User, identity)
	x.uncompared = first
	return own && r.Users.Further(x.User, answer.UnionID, answer.AccessToken)
}
