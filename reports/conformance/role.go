package conformance

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A Role says what an exchange is to the finding that names it.
type Role string

// The roles.
const (
	Probe      Role = "probe"       // the exchange that Actual describes
	Twin       Role = "twin"        // a valid exchange, which differs from the probe in one thing
	FirstUse   Role = "first use"   // of a code that the probe sends again
	Replay     Role = "replay"      // an attempt with that code between the two
	Compared   Role = "compared"    // what the probe contradicts
	Racer      Role = "racer"       // sent at the same moment as the probe
	Before     Role = "before"      // came before the probe, for the same user
	SecondLook Role = "second look" // of an isolated retry
)

// Roles lists the roles, in the order in which a finding shows its exchanges.
func Roles() []Role {
	return []Role{Probe, FirstUse, Twin, Compared, Racer, Replay, Before, SecondLook}
}

// Key is the role as a part of a key of the catalogue.
func (r Role) Key() string { return strings.ReplaceAll(string(r), " ", "-") }

// Known reports whether the role is one of this build's.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Listed lists the exchanges with their roles, in English.
func (f Finding) Listed() []string {
	listed := make([]string, len(f.Exchanges))
	for i, id := range f.Exchanges {
		if listed[i] = id; f.Roles[id] != "" {
			listed[i] += " (" + string(f.Roles[id]) + ")"
		}
	}
	return listed
}

// A Reuse says when the code of a replay was used first.
type Reuse struct {
	FirstUse string  `json:"firstUse"` // the id of the exchange
	After    float64 `json:"after"`    // seconds from the answer to the first use until the probe was sent
	// Left is how many seconds of the code's lifetime were left for the probe; nil if the driver does not tell the lifetime.
	Left *float64 `json:"left,omitempty"`
}

// ReuseOf compares a replay with the first use of its code. Where the platform's clock was moved, its own Date gives the time.
func ReuseOf(first, probe assay.Exchange) *Reuse {
	between := probe.Sent.Sub(first.Sent.Add(first.Took))
	now := probe.Sent
	const exact = 2 * time.Second // a Date has no fractions
	started, startedKnown := dateOf(first)
	sent, sentKnown := dateOf(probe)
	if startedKnown && sentKnown {
		if moved := sent.Sub(started); (moved - between).Abs() > exact {
			between = moved
		}
		if sent.Sub(now).Abs() > exact {
			now = sent
		}
	}
	reuse := &Reuse{FirstUse: first.ID, After: rounded(max(between, 0))}
	if first.Code != nil && !first.Code.ExpiresAt.IsZero() {
		left := rounded(first.Code.ExpiresAt.Sub(now))
		reuse.Left = &left
	}
	return reuse
}

// Said is the reuse in a sentence; zero for none.
func (r *Reuse) Said() phrase.Phrase {
	switch {
	case r == nil:
		return phrase.Phrase{}
	case r.Left == nil:
		return phrase.Say(phrase.Reused, r.FirstUse, spoken(r.After))
	default:
		return phrase.Say(phrase.ReusedAlive, r.FirstUse, spoken(r.After), spoken(*r.Left))
	}
}

// spoken is a time in seconds for people, to two or three digits.
func spoken(seconds float64) string {
	const longest = 1e9 // a report that assay did not write may have anything
	if math.IsNaN(seconds) || math.Abs(seconds) > longest {
		return "?"
	}
	d := time.Duration(seconds * float64(time.Second))
	if d.Abs() >= time.Second {
		return d.Round(time.Second).String()
	}
	return d.Round(time.Millisecond).String()
}

// rounded is a duration in seconds, to the millisecond.
func rounded(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }

func dateOf(x assay.Exchange) (time.Time, bool) {
	if x.Response == nil {
		return time.Time{}, false
	}
	date, err := http.ParseTime(x.Response.Header.Get("Date"))
	return date, err == nil
}

// Arrange orders the exchanges of a finding: by role, and within a role as they were.
func (f *Finding) Arrange() {
	order := Roles()
	slices.SortStableFunc(f.Exchanges, func(a, b string) int {
		return slices.Index(order, f.Roles[a]) - slices.Index(order, f.Roles[b])
	})
}
