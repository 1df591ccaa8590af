package ledger

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
)

// A Reader reads answers, and compares their identities with those that were seen before. It is safe for concurrent use.
type Reader struct {
	Users *codes.Users
	// Phones is how the target transforms phone numbers, and PhoneInLogin says that a login gives the phone, too.
	Phones       assay.PhoneTransform
	PhoneInLogin bool
	// Kept bounds the answers that are kept for evidence, and Latest has the last ones; nil keeps none.
	Kept   *Budget
	Latest *Latest
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
		reading.Own = !contradicts(envelope) && r.own(x, answerOf(envelope, outcome.Identity))
		return reading
	}
	reading.Nameless = reading.Whole && a.Status/100 == 2 && envelope.Errcode() == assay.OK && missing(envelope, x.Endpoint)
	reading.Wordless = reading.Whole && a.Status/100 == 2 && !envelope.Object
	reading.Leaked = contradicts(envelope)
	if x.toRefuse() && !reading.Identified && outcome.Result != assay.Inconclusive {
		x.told = r.told(x, data)
		reading.Told = x.told != ""
	}
	if other := r.leaks(x, answerOf(envelope, "")); other != nil {
		reading.Leaked = true
		x.finding.Contrast = r.contrast(x.User, other, x.Endpoint)
	}
	return reading
}

// answerOf reads an answer that is not plainly accepted. A member that is not a string is compared as it is, and one without a value
// is absent.
func answerOf(envelope assay.Envelope, identity string) assay.Answer {
	text := func(name string) []byte {
		raw := envelope.Data(name)
		if text, isText := assay.Text(raw); isText {
			return []byte(text)
		}
		if !assay.Holds(raw) {
			return nil
		}
		return raw
	}
	return assay.Answer{Identity: []byte(identity), Channel: text("channel"), OpenID: text("openId"), UnionID: text("unionId"),
		AccessToken: text("accessToken"), Phone: text("phone"), More: true}
}

// leaks is the other user whose identity an answer has that accepts nobody; nil if none is known.
func (r Reader) leaks(x *Exchange, answer assay.Answer) *codes.User {
	if other := r.Users.OfPhone(x.User, string(answer.Phone)); other != nil {
		return other
	}
	return r.Users.Leaks(x.User, x.Endpoint, codes.Identity{OpenID: answer.OpenID, UnionID: answer.UnionID, AccessToken: answer.AccessToken,
		Elsewhere: elsewhere(x, true)})
}

// missing reports whether an answer lacks the endpoint's identity: a client that trusts errcode OK signs in nobody.
func missing(envelope assay.Envelope, endpoint assay.Endpoint) bool {
	return !slices.ContainsFunc(envelope.Values(endpoint.Identity()), func(raw json.RawMessage) bool { return !assay.Empty(raw) })
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

// own reports whether an answer names the user that the code was minted for in all its members. What was injected is compared
// with that, and everything else with the answers of this user and of others: see [codes.Users].
func (r Reader) own(x *Exchange, answer assay.Answer) bool {
	if x.Endpoint == assay.Phone {
		return r.ownPhone(x, answer)
	}
	identity := codes.Identity{OpenID: answer.Identity, UnionID: answer.UnionID, AccessToken: answer.AccessToken, Elsewhere: elsewhere(x, answer.More)}
	injected, also := true, codes.Members(0)
	if x.User.Channel == "" {
		identity.Channel = answer.Channel
	} else {
		injected = string(answer.Channel) == x.User.Channel
	}
	switch phone := string(answer.Phone); {
	case phone == "":
	case !r.PhoneInLogin:
		injected = injected && r.Users.OfPhone(x.User, phone) == nil
	case r.Phones == assay.PhoneToken:
	case x.User.Phone == "":
		identity.Phone = answer.Phone
	default:
		injected, also = injected && r.Phones.Matches(x.User.Phone, phone), codes.Phone
	}
	if !injected {
		x.finding = codes.Finding{Contrast: r.contrast(x.User, nil, assay.Login)}
		return false
	}
	x.finding = r.compare(x, identity)
	x.finding.Seen, x.finding.Compared = x.finding.Seen|also, x.finding.Compared|also
	return x.finding.Own
}

// ownPhone reports whether a phone is the user's, and no other member of the answer is somebody else's: a phone does not need any.
// There is nothing to compare a phone that is a token with.
func (r Reader) ownPhone(x *Exchange, answer assay.Answer) bool {
	identity := codes.Identity{OpenID: answer.OpenID, UnionID: answer.UnionID, AccessToken: answer.AccessToken, Elsewhere: elsewhere(x, answer.More)}
	phone := string(answer.Identity)
	if x.User.Channel == "" {
		identity.Channel = answer.Channel
	}
	switch {
	case x.User.Channel != "" && len(answer.Channel) > 0 && string(answer.Channel) != x.User.Channel:
		x.finding = codes.Finding{Contrast: r.contrast(x.User, nil, assay.Phone)}
		return false
	case r.Phones == assay.PhoneToken:
		x.finding = codes.Finding{Own: true, First: true}
	case x.User.Phone == "":
		identity.Phone = answer.Identity
	case r.Phones.Matches(x.User.Phone, phone):
		x.finding, x.injected = codes.Finding{Own: true, Seen: codes.Phone, Compared: codes.Phone}, true
		if x.Fresh && identity.IsZero() {
			r.Users.Confirm(x.User, r.keeper(x))
		}
	default:
		x.finding = codes.Finding{Contrast: r.contrast(x.User, r.Users.OfPhone(x.User, phone), assay.Phone)}
		return false
	}
	if identity.IsZero() && len(identity.Elsewhere) == 0 {
		return x.finding.Own
	}
	if identity.IsZero() { // beside the phone it has texts only where the contract has none
		if other := r.Users.Leaks(x.User, x.Endpoint, identity); other != nil {
			x.finding = codes.Finding{Contrast: r.contrast(x.User, other, assay.Phone)}
		}
		return x.finding.Own
	}
	also := x.finding.Seen
	x.finding = r.compare(x, identity)
	x.finding.Seen, x.finding.Compared = x.finding.Seen|also, x.finding.Compared|also
	return x.finding.Own
}

// compare compares an identity with other answers.
func (r Reader) compare(x *Exchange, identity codes.Identity) codes.Finding {
	if r.Latest != nil {
		x.latest, identity.Answer = r.Latest, x
	}
	finding := r.Users.Compare(x.User, x.Endpoint, identity, r.keeper(x))
	if finding.Earlier != 0 {
		if earlier := r.Latest.find(finding.Earlier); earlier != nil {
			finding.Contrast = earlier
		}
	}
	return finding
}

// contrast is an answer that one which is not the user's contradicts: another one of the user or, where none is known, one of
// the user whose identity it is. nil if neither is known.
func (r Reader) contrast(user, other *codes.User, endpoint assay.Endpoint) codes.Kept {
	kept := r.Users.Witness(user, endpoint)
	if kept == nil && other != nil {
		kept = r.Users.Witness(other, endpoint)
	}
	return kept
}

// keeper returns what keeps an exchange for evidence; nil for one that is meant to be refused, by which no user is known.
func (r Reader) keeper(x *Exchange) func() codes.Kept {
	if !x.Fresh {
		return nil
	}
	return func() codes.Kept { return r.Kept.keep(x) }
}
