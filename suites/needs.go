package suites

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// missing says why a requirement cannot be tried on an endpoint and what to supply; zero if it can.
func (s *Session) missing(requirement assay.Requirement, endpoint assay.Endpoint) phrase.Phrase {
	if !s.selected[requirement.ID] {
		return phrase.Say(phrase.NotSelected)
	}
	if reason := s.undeclared(requirement, endpoint); !reason.IsZero() {
		return reason
	}
	for _, need := range requirement.Needs {
		if reason := s.unmet(need, endpoint); !reason.IsZero() {
			return reason
		}
	}
	return phrase.Phrase{}
}

// undeclared says why a requirement does not apply to this implementation: it declares none of the requirement's
// profiles, or not the endpoint's.
func (s *Session) undeclared(requirement assay.Requirement, endpoint assay.Endpoint) phrase.Phrase {
	declared := s.config.Target.Profiles
	if !slices.ContainsFunc(requirement.Profiles, func(p string) bool { return slices.Contains(declared, p) }) {
		if len(requirement.Profiles) > 1 {
			return phrase.Say(phrase.ProfilesUndeclared, requirement.Profiles)
		}
		return phrase.Say(phrase.ProfileUndeclared, requirement.Profiles[0])
	}
	if endpoint != "" && !slices.Contains(s.endpoints(), endpoint) {
		return phrase.Say(phrase.ProfileUndeclared, endpoint)
	}
	return phrase.Phrase{}
}

// endpoints are those whose profile is declared; both if neither is, for example with hardened alone.
func (s *Session) endpoints() []assay.Endpoint {
	var declared []assay.Endpoint
	for _, endpoint := range assay.Endpoints() {
		if slices.Contains(s.config.Target.Profiles, string(endpoint)) {
			declared = append(declared, endpoint)
		}
	}
	if declared == nil {
		return assay.Endpoints()
	}
	return declared
}

// unmet says why a need of the requirement set is not met; zero if it is. Alternatives are joined by " or "; the reason
// covers each of them.
func (s *Session) unmet(need string, endpoint assay.Endpoint) phrase.Phrase {
	var reasons []phrase.Phrase
	for alternative := range strings.SplitSeq(need, " or ") {
		why := s.unmetAlternative(alternative, endpoint)
		if why.IsZero() {
			return why
		}
		// The reason for a PAT names the driver's operations too.
		covered := why.Key() == phrase.DriverWithout && strings.HasPrefix(need, "pats.")
		if !covered && !slices.Contains(reasons, why) {
			reasons = append(reasons, why)
		}
	}
	reason := reasons[0]
	for _, another := range reasons[1:] {
		reason = phrase.Say(phrase.Both, reason, another)
	}
	return reason
}

func (s *Session) unmetAlternative(need string, endpoint assay.Endpoint) phrase.Phrase {
	target, hello := s.config.Target, s.config.Hello
	kind, name, _ := strings.Cut(need, ".")
	if gone := s.driverGone(); gone != "" && (need == "codes" || kind == "driver") {
		return phrase.Plain(gone)
	}
	switch {
	case s.driverless() && (need == "codes" || kind == "driver"):
		return phrase.Say(phrase.NoDriver)
	case need == "codes":
		return s.codesUnmet(endpoint)
	case need == "apps>=2":
		return unless(len(target.Apps) >= 2, phrase.OneApp)
	case need == "driver.platforms>=2":
		return unless(len(hello.Platforms) >= 2, phrase.OnePlatform)
	case kind == "driver":
		return unless(hello.Offers(assay.Op(name)), phrase.DriverWithout, name)
	case kind == "pats":
		return s.patUnmet(name)
	case kind == "declares":
		return s.declarationUnmet(name)
	default:
		return s.patienceUnmet(need)
	}
}

func unless(met bool, key phrase.Key, args ...any) phrase.Phrase {
	if met {
		return phrase.Phrase{}
	}
	return phrase.Say(key, args...)
}

func (s *Session) codesUnmet(endpoint assay.Endpoint) phrase.Phrase {
	switch {
	case s.driverless():
		return phrase.Say(phrase.NoDriver)
	case s.config.Hello.Offers(assay.OpMint) || s.config.Hello.Offers(opOf(endpoint)):
		return phrase.Phrase{}
	default:
		return phrase.Say(phrase.DriverWithoutCodes, opOf(endpoint))
	}
}

// driverless reports whether the target names no driver.
func (s *Session) driverless() bool { return s.config.Host == nil || s.driver() == "none" }

// patUnmet accepts a PAT that the driver can issue or revoke in place of one that the target supplies.
func (s *Session) patUnmet(name string) phrase.Phrase {
	pats, hello := s.config.Target.PATs, s.config.Hello
	secret, known := pats.All()[name]
	if !known {
		return phrase.Say(phrase.UnknownNeed, strconv.Quote("pats."+name))
	}
	switch {
	case name == "expired": // no driver can make one
		return unless(secret != "", phrase.ExpiredMissing)
	case name != "revoked":
		return unless(secret != "" || hello.Offers(assay.OpIssuePAT), phrase.PATMissing, name, assay.OpIssuePAT)
	case hello.Offers(assay.OpIssuePAT):
		return unless(secret != "" || hello.Offers(assay.OpRevokePAT), phrase.PATMissing, name, assay.OpRevokePAT)
	default: // for a driver that only revokes, the spec says so
		both := []string{string(assay.OpIssuePAT), string(assay.OpRevokePAT)}
		return unless(secret != "" || hello.Offers(assay.OpRevokePAT), phrase.PATMissing, name, both)
	}
}

func (s *Session) declarationUnmet(name string) phrase.Phrase {
	declares := s.config.Target.Declares
	declared := map[string]bool{"codeTTL": declares.CodeTTL > 0, "jwks": declares.JWKS != "", "slo": len(declares.SLO) > 0}
	return unless(declared[name], phrase.DeclarationMissing, name)
}

// patienceUnmet reads "patience>=30s", "patience>=codeTTL" and "patience>=codeTTL/2".
func (s *Session) patienceUnmet(need string) phrase.Phrase {
	asked, isPatience := strings.CutPrefix(need, "patience>=")
	if !isPatience {
		return phrase.Say(phrase.UnknownNeed, strconv.Quote(need))
	}
	wait := s.lifetime()
	switch asked {
	case "codeTTL":
	case "codeTTL/2":
		wait /= 2
	default:
		var err error
		if wait, err = time.ParseDuration(asked); err != nil {
			return phrase.Say(phrase.UnknownNeed, strconv.Quote(need))
		}
	}
	return unless(s.config.Patience >= wait, phrase.Impatient, wait, s.config.Patience)
}

// longestLifetime is the longest lifetime of a code, declared or not: RFC 6749, section 4.1.2.
const longestLifetime = 10 * time.Minute

// lifetime is the time after which a code must have expired.
func (s *Session) lifetime() time.Duration {
	if ttl := s.config.Target.Declares.CodeTTL; ttl > 0 && ttl < longestLifetime {
		return ttl
	}
	return longestLifetime
}
