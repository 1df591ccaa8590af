package loadgen

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/phrase"
)

// A Mix is what a run sends, as relative weights.
type Mix struct {
	// Login and Phone are valid exchanges with a fresh code.
	Login, Phone float64
	// Replay sends a code again that was accepted before; the target has to refuse it.
	Replay float64
	// Race sends one fresh code twice at once; the target may accept at most one of the two.
	Race float64
	// BadPAT sends a fresh code with a PAT that was never issued; the target has to refuse it.
	BadPAT float64

	phones float64 // the share of phone in the last three where neither Login nor Phone has a weight
}

// DefaultMix is the mix of a plan that has none: sign-ins, and a hundredth of each kind that a platform has to refuse.
func DefaultMix() Mix { return Mix{Login: 0.87, Phone: 0.1, Replay: 0.01, Race: 0.01, BadPAT: 0.01} }

// DefaultMixFor is the default mix with the endpoints of a target's profiles.
func DefaultMixFor(profiles []string) Mix {
	mix := DefaultMix()
	signIns := mix.Login + mix.Phone
	switch login, phone := slices.Contains(profiles, assay.ProfileLogin), slices.Contains(profiles, assay.ProfilePhone); {
	case phone && !login:
		mix.Login, mix.Phone = 0, signIns
	case login && !phone:
		mix.Login, mix.Phone = signIns, 0
	}
	return mix
}

// For returns the mix for a target with profiles: one that has a weight of neither endpoint tries those that the default mix has
// for the target, in its shares.
func (m Mix) For(profiles []string) Mix {
	if m.Login+m.Phone == 0 {
		m.phones = DefaultMixFor(profiles).phoneShare()
	}
	return m
}

// phoneShare is the share of phone in what may be sent to either endpoint.
func (m Mix) phoneShare() float64 {
	if signIns := m.Login + m.Phone; signIns > 0 {
		return m.Phone / signIns
	}
	return m.phones
}

// MixNames are the names of the weights, in the order in which they are shown.
func MixNames() []string { return []string{"login", "phone", "replay", "race", "badPat"} }

// weight returns the weight with a name; nil for an unknown name.
func (m *Mix) weight(name string) *float64 {
	switch name {
	case "login":
		return &m.Login
	case "phone":
		return &m.Phone
	case "replay":
		return &m.Replay
	case "race":
		return &m.Race
	case "badPat":
		return &m.BadPAT
	default:
		return nil
	}
}

// ParseMix reads weights such as "login=0.9,phone=0.1,replay=0.05".
func ParseMix(text string) (Mix, error) {
	var mix Mix
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return Mix{}, phrase.Failed(phrase.MixForm, strconv.Quote(part))
		}
		name = strings.TrimSpace(name)
		weight := mix.weight(name)
		if weight == nil {
			if near := words.Nearest(name, MixNames()); near != "" {
				return Mix{}, phrase.Failed(phrase.MixNear, strconv.Quote(name), strconv.Quote(near))
			}
			return Mix{}, phrase.Failed(phrase.MixUnknown, strconv.Quote(name), MixNames())
		}
		if seen[name] {
			return Mix{}, phrase.Failed(phrase.MixTwice, name)
		}
		number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || number < 0 || math.IsInf(number, 0) || math.IsNaN(number) {
			return Mix{}, phrase.Failed(phrase.MixWeight, strconv.Quote(value), name)
		}
		*weight, seen[name] = number, true
	}
	return mix, mix.check()
}

func (m Mix) check() error {
	switch {
	case m.total() == 0 || math.IsInf(m.total(), 0):
		return phrase.Failed(phrase.MixNothing, m.total(), MixNames())
	case m.Replay > 0 && m.Login+m.Phone == 0:
		return phrase.Failed(phrase.MixReplay, m)
	default:
		return nil
	}
}

func (m Mix) total() float64 { return m.Login + m.Phone + m.Replay + m.Race + m.BadPAT }

// signInShare is the share of the arrivals that sign a user in at an endpoint, or at either: a race signs in once.
func (m Mix) signInShare(endpoint assay.Endpoint) float64 {
	share := (m.Login + m.Phone + m.Race) / m.total()
	switch endpoint {
	case "":
		return share
	case assay.Phone:
		return share * m.phoneShare()
	default:
		return share * (1 - m.phoneShare())
	}
}

// sampleShare is the share of the arrivals that a service level is judged by, at least.
func (m Mix) sampleShare(level assay.SLO) float64 {
	switch {
	case level.Scope == assay.ScopeRefusals:
		return (m.Replay + m.Race + m.BadPAT) / m.total()
	case level.Scope == assay.ScopeAll, level.Metric == assay.MetricThroughput:
		return 1
	default:
		return m.signInShare(level.Scope.Endpoint())
	}
}

// Weights returns the weights above 0, by name.
func (m Mix) Weights() map[string]float64 {
	weights := map[string]float64{}
	for _, name := range MixNames() {
		if weight := *m.weight(name); weight > 0 {
			weights[name] = weight
		}
	}
	return weights
}

// String returns the mix as [ParseMix] reads it.
func (m Mix) String() string {
	var parts []string
	for _, name := range MixNames() {
		if weight := *m.weight(name); weight > 0 {
			parts = append(parts, name+"="+strconv.FormatFloat(weight, 'g', -1, 64))
		}
	}
	return strings.Join(parts, ",")
}

// Uses reports whether the mix needs codes of a kind.
func (m Mix) Uses(endpoint assay.Endpoint) bool {
	if endpoint == assay.Phone {
		return m.phoneShare() > 0
	}
	return m.phoneShare() < 1
}

// endpoints are those that the mix needs codes for.
func (m Mix) endpoints() []assay.Endpoint {
	return slices.DeleteFunc(assay.Endpoints(), func(e assay.Endpoint) bool { return !m.Uses(e) })
}

// An action is what one arrival sends.
type action struct {
	kind     kind
	endpoint assay.Endpoint
}

type kind uint8

const (
	plain kind = iota
	replay
	race
	badPAT
)

// String is the kind's name in transcripts.
func (k kind) String() string { return [...]string{"plain", "replay", "race", "badPat"}[k] }

// A picker picks the action of every arrival. The action of arrival n depends on n and the seed alone.
type picker struct {
	seed  uint64
	upTo  [5]float64 // cumulative shares, in the order of MixNames
	phone float64    // the share of phone where both endpoints are possible
}

func (m Mix) picker(seed uint64) picker {
	p := picker{seed: seed, phone: m.phoneShare()}
	sum := 0.0
	for i, name := range MixNames() {
		sum += *m.weight(name)
		p.upTo[i] = sum / m.total()
	}
	return p
}

// action returns the action of arrival n.
func (p picker) action(n uint64) action {
	bits := splitMix(p.seed + n*goldenGamma)
	u := float64(bits>>11) / (1 << 53)
	endpoint := assay.Login
	if float64(splitMix(bits)>>11)/(1<<53) < p.phone {
		endpoint = assay.Phone
	}
	switch {
	case u < p.upTo[0]:
		return action{plain, assay.Login}
	case u < p.upTo[1]:
		return action{plain, assay.Phone}
	case u < p.upTo[2]:
		return action{replay, endpoint}
	case u < p.upTo[3]:
		return action{race, endpoint}
	case p.upTo[3] < 1:
		return action{badPAT, endpoint}
	default:
		return action{plain, endpoint}
	}
}

// goldenGamma and splitMix are SplitMix64, whose n-th number needs none of those before it.
const goldenGamma = 0x9e3779b97f4a7c15

func splitMix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
