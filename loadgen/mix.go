package loadgen

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
)

// A Mix is what a run sends, as relative weights. The zero value sends nothing.
type Mix struct {
	// Login and Phone are valid exchanges with a fresh code.
	Login, Phone float64
	// Replay sends a code again that was accepted before; it has to be refused.
	Replay float64
	// Race sends one fresh code twice at once; at most one of the two may be accepted.
	Race float64
	// BadPAT sends a fresh code with a PAT that was never issued; it has to be refused.
	BadPAT float64
}

// DefaultMix is what a run sends when nothing else is asked for.
func DefaultMix() Mix { return Mix{Login: 0.9, Phone: 0.1} }

// mixNames are the names of the weights, in the order that they are shown.
func mixNames() []string { return []string{"login", "phone", "replay", "race", "badPat"} }

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
	given := map[string]bool{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return Mix{}, fmt.Errorf("%q is not NAME=WEIGHT; write it like login=0.9,phone=0.1", part)
		}
		name = strings.TrimSpace(name)
		weight := mix.weight(name)
		if weight == nil {
			if near := words.Nearest(name, mixNames()); near != "" {
				return Mix{}, fmt.Errorf("there is no %q to mix in; did you mean %q?", name, near)
			}
			return Mix{}, fmt.Errorf("there is no %q to mix in; there are %s", name, words.List(mixNames()))
		}
		if given[name] {
			return Mix{}, fmt.Errorf("%s is there twice; give it one weight", name)
		}
		number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || number < 0 || math.IsInf(number, 0) || math.IsNaN(number) {
			return Mix{}, fmt.Errorf("the weight of %s, %q, is not a number from 0 up", name, value)
		}
		*weight, given[name] = number, true
	}
	return mix, mix.check()
}

func (m Mix) check() error {
	switch {
	case m.total() == 0 || math.IsInf(m.total(), 0):
		return fmt.Errorf("a mix of no weights sends nothing; give at least one of %s a weight", words.List(mixNames()))
	case m.Replay > 0 && m.Login+m.Phone == 0:
		return fmt.Errorf("a mix of %s replays codes, but none is accepted before; add login or phone", m)
	default:
		return nil
	}
}

func (m Mix) total() float64 { return m.Login + m.Phone + m.Replay + m.Race + m.BadPAT }

// Weights are the weights that are not 0, by name.
func (m Mix) Weights() map[string]float64 {
	weights := map[string]float64{}
	for _, name := range mixNames() {
		if weight := *m.weight(name); weight > 0 {
			weights[name] = weight
		}
	}
	return weights
}

// String is the mix as [ParseMix] reads it.
func (m Mix) String() string {
	var parts []string
	for _, name := range mixNames() {
		if weight := *m.weight(name); weight > 0 {
			parts = append(parts, name+"="+strconv.FormatFloat(weight, 'g', -1, 64))
		}
	}
	return strings.Join(parts, ",")
}

// Uses reports whether codes of a kind are needed.
func (m Mix) Uses(endpoint assay.Endpoint) bool {
	if endpoint == assay.Phone {
		return m.Phone > 0
	}
	return m.Login > 0 || m.Phone == 0
}

// An action is what one arrival of the schedule does.
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

// A dealer deals out actions: which one arrival n gets depends on n and the seed alone.
type dealer struct {
	seed  uint64
	upTo  [5]float64 // cumulative shares, in the order of mixNames
	phone float64    // the share of phone among what may be either
}

func (m Mix) dealer(seed uint64) dealer {
	d := dealer{seed: seed}
	sum := 0.0
	for i, name := range mixNames() {
		sum += *m.weight(name)
		d.upTo[i] = sum / m.total()
	}
	if m.Phone > 0 {
		d.phone = m.Phone / (m.Login + m.Phone)
	}
	return d
}

func (d dealer) action(n uint64) action {
	bits := splitMix(d.seed + n*goldenGamma)
	u := float64(bits>>11) / (1 << 53)
	endpoint := assay.Login
	if float64(splitMix(bits)>>11)/(1<<53) < d.phone {
		endpoint = assay.Phone
	}
	switch {
	case u < d.upTo[0]:
		return action{plain, assay.Login}
	case u < d.upTo[1]:
		return action{plain, assay.Phone}
	case u < d.upTo[2]:
		return action{replay, endpoint}
	case u < d.upTo[3]:
		return action{race, endpoint}
	case d.upTo[3] < 1:
		return action{badPAT, endpoint}
	default:
		return action{plain, endpoint}
	}
}

// goldenGamma and splitMix are SplitMix64: the n-th number of a seed without those before it.
const goldenGamma = 0x9e3779b97f4a7c15

func splitMix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// String is the kind as transcripts show it.
func (k kind) String() string { return [...]string{"plain", "replay", "race", "badPat"}[k] }
