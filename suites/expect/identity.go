package expect

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/reproduce"
)

// Identified reports whether the answer carries the endpoint's identity in any form: a number for an openId, with a
// wrong errcode, under a wrong status. A user was signed in, correctly or not.
func Identified(x assay.Exchange) bool { return IdentityOf(x) != "" }

// OKWithoutIdentity reports whether the answer says OK under a success status and carries no identity.
func OKWithoutIdentity(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Status/100 == 2 && !Identified(x) && x.Response.Envelope().Errcode() == assay.OK
}

// SignedIn reports whether a client can sign somebody in with the answer: it carries the endpoint's identity in any form,
// or an openId, unionId, phone or accessToken without it.
func SignedIn(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Envelope().SignsIn(x.Endpoint) != ""
}

// IdentityOf is the identity that the answer carries: the string, or the raw JSON of anything else; "" if none.
func IdentityOf(x assay.Exchange) string {
	raw := dataOf(x, x.Endpoint.Identity())
	if assay.Empty(raw) {
		return ""
	}
	if text, isString := assay.Text(raw); isString {
		return text
	}
	return string(raw)
}

// BeExchanged holds when the answer carries an identity in any form. It is for the positive twin of a negative; other
// requirements check the form.
func BeExchanged() Matcher {
	return each("exchanged: an answer with an identity", func(x assay.Exchange) (string, bool) {
		return Summary(x), Identified(x)
	}).ofWhole().Shows(reproduce.Unidentified())
}

// SignIn holds when the answer carries the identity and no other.
func SignIn(identity string) Matcher {
	return each("the identity of the user that the code was issued for", func(x assay.Exchange) (string, bool) {
		switch given := IdentityOf(x); given {
		case identity:
			return "", true
		case "":
			return Summary(x), false
		default:
			return another(x, given, identity), false
		}
	})
}

// SignInEach holds when every exchange carries the identity that own has for its ID.
func SignInEach(own map[string]string) Matcher {
	m := SignIn("")
	m.judge = func(exchanges []assay.Exchange) (string, bool) {
		for _, x := range exchanges {
			if actual, ok := SignIn(own[x.ID]).Judge(x); !ok {
				return x.ID + ": " + actual, false
			}
		}
		return "", true
	}
	return m
}

// NotBeExchanged holds when the answer carries no identity and no server failure: a refusal, a redirect, or 501 for an
// unknown method.
func NotBeExchanged() Matcher {
	m := answered("not exchanged, and no 5xx except 501", func(x assay.Exchange) (string, bool) {
		status := x.Response.Status
		return Summary(x), !SignedIn(x) && (status < 500 || status == http.StatusNotImplemented)
	})
	m.Refusal = true
	return m.Shows(reproduce.SignsIn(), serverError())
}

// NotSignInOther holds unless the answer carries a different identity. A refusal holds too.
func NotSignInOther(identity string) Matcher {
	return each("a refusal, or the code's own user", func(x assay.Exchange) (string, bool) {
		given := IdentityOf(x)
		return another(x, given, identity), given == "" || given == identity
	}).Shows(reproduce.OtherIdentity())
}

func another(x assay.Exchange, given, own string) string {
	return fmt.Sprintf("another %s: %q instead of %q", x.Endpoint.Identity(), shown([]byte(given)), shown([]byte(own)))
}

// GiveChannel holds when data.channel is the one that was injected.
func GiveChannel() Matcher {
	return each("data.channel as injected", func(x assay.Exchange) (string, bool) {
		if x.Code == nil {
			return "an exchange without a code", false
		}
		raw := dataOf(x, "channel")
		channel, isString := assay.Text(raw)
		return fmt.Sprintf("channel %s, injected %q", shown(raw), shown([]byte(x.Code.Channel))), isString && channel == x.Code.Channel
	})
}

// GiveOneChannel holds when all exchanges gave the same data.channel, right or wrong.
func GiveOneChannel() Matcher {
	return Matcher{Expected: "one data.channel", judge: func(exchanges []assay.Exchange) (string, bool) {
		for _, x := range exchanges {
			if first, this := dataOf(exchanges[0], "channel"), dataOf(x, "channel"); !bytes.Equal(first, this) {
				return fmt.Sprintf("channel %s and channel %s", shown(first), shown(this)), false
			}
		}
		return "", true
	}}
}

// GivePhone holds when data.phone is the one that was injected, after the declared transform.
func GivePhone(transform assay.PhoneTransform) Matcher {
	return each("data.phone as injected"+transformed(transform), func(x assay.Exchange) (string, bool) {
		if x.Code == nil {
			return "an exchange without a code", false
		}
		phone, isString := assay.Text(dataOf(x, "phone"))
		return "a phone that was not injected", isString && transform.Matches(x.Code.Phone, phone)
	})
}

func transformed(transform assay.PhoneTransform) string {
	if transform == "" || transform == assay.PhoneAsInjected {
		return ""
	}
	return fmt.Sprintf(" (declared transform: %s)", transform)
}

func dataOf(x assay.Exchange, name string) []byte {
	if x.Response == nil {
		return nil
	}
	return x.Response.Envelope().Data(name)
}
