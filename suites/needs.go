package suites

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
)

// missing says what keeps a requirement from being tried on an endpoint and how to supply it; "" when nothing does.
func (s *Session) missing(requirement assay.Requirement, endpoint assay.Endpoint) string {
	if !s.selected[requirement.ID] {
		return "not selected"
	}
	if reason := s.undeclared(requirement, endpoint); reason != "" {
		return reason
	}
	for _, need := range requirement.Needs {
		if reason := s.lacks(need, endpoint); reason != "" {
			return reason
		}
	}
	return ""
}

// undeclared says why a requirement does not concern this implementation: it declares none of its profiles, or not
// the endpoint's.
func (s *Session) undeclared(requirement assay.Requirement, endpoint assay.Endpoint) string {
	declared := s.config.Target.Profiles
	if !slices.ContainsFunc(requirement.Profiles, func(p string) bool { return slices.Contains(declared, p) }) {
		return fmt.Sprintf("profile %s is not declared", strings.Join(requirement.Profiles, " or "))
	}
	if endpoint != "" && !slices.Contains(s.endpoints(), endpoint) {
		return fmt.Sprintf("profile %s is not declared", endpoint)
	}
	return ""
}

// endpoints are those whose profile is declared; both when neither is, as with hardened alone.
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

// lacks says why a need of the requirement set is not met. Alternatives are joined by " or "; the reason says of
// each why it is not met.
func (s *Session) lacks(need string, endpoint assay.Endpoint) string {
	reason := ""
	for alternative := range strings.SplitSeq(need, " or ") {
		why := s.lacksOne(alternative, endpoint)
		if why == "" {
			return ""
		}
		if strings.Contains(reason, why) {
			continue
		}
		if reason != "" {
			reason += ", and "
		}
		reason += why
	}
	return reason
}

func (s *Session) lacksOne(need string, endpoint assay.Endpoint) string {
	target, hello := s.config.Target, s.config.Hello
	kind, name, _ := strings.Cut(need, ".")
	if gone := s.driverGone(); gone != "" && (need == "codes" || kind == "driver") {
		return gone
	}
	switch {
	case s.driverless() && (need == "codes" || kind == "driver"):
		return noDriver
	case need == "codes":
		return s.lacksCodes(endpoint)
	case need == "apps>=2":
		return unless(len(target.Apps) >= 2, "the target names one app; name a second of the same developer under apps")
	case need == "driver.platforms>=2":
		return unless(len(hello.Platforms) >= 2, "the driver offers one platform; offer a second in hello.platforms")
	case kind == "driver":
		return unless(hello.Offers(assay.Op(name)), fmt.Sprintf("the driver does not offer %s", name))
	case kind == "pats":
		return s.lacksPAT(name)
	case kind == "declares":
		return s.lacksDeclaration(name)
	default:
		return s.lacksPatience(need)
	}
}

func unless(met bool, reason string) string {
	if met {
		return ""
	}
	return reason
}

func (s *Session) lacksCodes(endpoint assay.Endpoint) string {
	switch {
	case s.driverless():
		return noDriver
	case s.config.Hello.Offers(assay.OpMint) || s.config.Hello.Offers(opOf(endpoint)):
		return ""
	default:
		return fmt.Sprintf("the driver offers neither mint nor %s", opOf(endpoint))
	}
}

// noDriver is why most is untested where there is no driver: once, whatever the need.
const noDriver = "the target names no driver; docs/driver.md says how to write one"

// driverless reports whether there never was a driver.
func (s *Session) driverless() bool { return s.config.Host == nil || s.driver() == "none" }

// lacksPAT takes a PAT that the driver can issue or revoke for one that the target supplies.
func (s *Session) lacksPAT(name string) string {
	pats, hello := s.config.Target.PATs, s.config.Hello
	supplied := map[string]assay.Secret{"unscoped": pats.Unscoped, "revoked": pats.Revoked, "otherTenant": pats.OtherTenant}
	secret, known := supplied[name]
	if !known {
		return fmt.Sprintf("the suite does not know how to meet %q", "pats."+name)
	}
	op := assay.OpIssuePAT
	if name == "revoked" {
		op = assay.OpRevokePAT
	}
	return unless(secret != "" || hello.Offers(op),
		fmt.Sprintf("the target names no pats.%s and the driver does not offer %s", name, op))
}

func (s *Session) lacksDeclaration(name string) string {
	declares := s.config.Target.Declares
	declared := map[string]bool{"codeTTL": declares.CodeTTL > 0, "jwks": declares.JWKS != "", "slo": len(declares.SLO) > 0}
	return unless(declared[name], fmt.Sprintf("the target declares no %s", name))
}

// lacksPatience reads "patience>=30s", "patience>=codeTTL" and "patience>=codeTTL/2".
func (s *Session) lacksPatience(need string) string {
	asked, isPatience := strings.CutPrefix(need, "patience>=")
	if !isPatience {
		return fmt.Sprintf("the suite does not know how to meet %q", need)
	}
	wait := s.lifetime()
	switch asked {
	case "codeTTL":
	case "codeTTL/2":
		wait /= 2
	default:
		var err error
		if wait, err = time.ParseDuration(asked); err != nil {
			return fmt.Sprintf("the suite does not know how to meet %q", need)
		}
	}
	return unless(s.config.Patience >= wait, fmt.Sprintf("it takes a wait of %s; --patience is %s", wait, s.config.Patience))
}

// The longest that a code may live, declared or not: RFC 6749, section 4.1.2.
const longestLifetime = 10 * time.Minute

// lifetime is after how long a code must have expired.
func (s *Session) lifetime() time.Duration {
	if ttl := s.config.Target.Declares.CodeTTL; ttl > 0 && ttl < longestLifetime {
		return ttl
	}
	return longestLifetime
}
