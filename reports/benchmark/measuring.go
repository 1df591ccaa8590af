package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A Generator says what the measuring itself cost, and where it was too slow.
type Generator struct {
	CPUSeconds     float64 `json:"cpuSeconds"`
	CPUPerExchange float64 `json:"cpuPerExchange"`
	MaxRSSBytes    int64   `json:"maxRSSBytes"`
	Shards         int     `json:"shards"`
	// Workers and Connections are how many there were at most.
	Workers     int `json:"workers"`
	Connections int `json:"connections"`
	// Protocol is what was negotiated, for example "HTTP/1.1".
	Protocol string `json:"protocol,omitempty"`
	// Engine is how requests were sent: lean or vegeta.
	Engine string `json:"engine,omitempty"`
	// InProcess is set when the platform ran in this process: the CPU time and the memory are then of both.
	InProcess bool `json:"inProcess,omitempty"`
	// Machine is where it ran; nil in files of earlier versions.
	Machine *Machine `json:"machine,omitempty"`
	Codes   Codes    `json:"codes"`
	Delay   Delay    `json:"delay,omitzero"`
	// Unsent are arrivals of the schedule that were not sent before the run ended.
	Unsent int64 `json:"unsent"`
	// Crowded are arrivals that found every worker busy.
	Crowded int64 `json:"crowded"`
	// Short are arrivals for which this machine could open no connection: they waited for one that was in use, or were not sent.
	Short int64 `json:"short,omitempty"`
}

// A Machine is what a generator ran on. It names neither the host nor a user. What the system does not say is zero.
type Machine struct {
	CPU         string  `json:"cpu,omitempty"` // the model
	Cores       int     `json:"cores"`
	Quota       float64 `json:"quota,omitempty"`       // CPUs that a control group allows; 0 where none limits them
	MemoryBytes int64   `json:"memoryBytes,omitempty"` // that the machine has, or a control group allows
	OS          string  `json:"os"`
	Arch        string  `json:"arch"`
	Kernel      string  `json:"kernel,omitempty"`
	GoVersion   string  `json:"goVersion"`
}

// String describes the machine in a line.
func (m Machine) String() string {
	cores := fmt.Sprintf("%d cores", m.Cores)
	if m.Quota > 0 {
		cores += fmt.Sprintf(", %g of them allowed", m.Quota)
	}
	parts := []string{m.CPU, cores}
	if m.MemoryBytes > 0 {
		parts = append(parts, fmt.Sprintf("%d MiB", m.MemoryBytes>>20))
	}
	parts = append(parts, strings.TrimSpace(m.OS+" "+m.Kernel)+" "+m.Arch, m.GoVersion)
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return strings.TrimSpace(part) == "" }), " · ")
}

// Codes says how the codes were minted.
type Codes struct {
	Minted int64 `json:"minted"`
	// Aged were dropped because they were older than half their lifetime when they were due.
	Aged int64 `json:"aged"`
	// Starved are arrivals that found no code in stock, and StarvedMean how many seconds they waited on average.
	Starved     int64   `json:"starved"`
	StarvedMean float64 `json:"starvedMean"`
	// Minters is how many asked the driver at the same time at most.
	Minters int `json:"minters"`
	// MintMean is how many seconds a request to the driver took on average, of the kind of codes where it took longer; since the start.
	MintMean float64 `json:"mintMean,omitempty"`
	// Held is how many codes were kept or requested at most because newer ones end those of their users, where that is too few for the
	// rate; 0 where it is not. UsersNeeded have enough.
	Held        int `json:"held,omitempty"`
	UsersNeeded int `json:"usersNeeded,omitempty"`
}

// A WarmUp is what came before the clock started.
type WarmUp struct {
	Seconds   float64   `json:"seconds"`
	Exchanges Exchanges `json:"exchanges"`
	Response  Times     `json:"response"`
}

// A Search is how the highest rate was found at which everything holds.
type Search struct {
	// Limit is that rate; 0 when none was found.
	Limit float64 `json:"limit"`
	// Confirmed is set when the run at Limit, as long as requested, confirmed it.
	Confirmed bool   `json:"confirmed"`
	Steps     []Step `json:"steps"`
	// Saturated is the last rate at which the generator was the bottleneck, so that the target's own limit may be higher
	// than Limit; 0 when it never was.
	Saturated float64 `json:"saturated,omitempty"`
	// Reason says why the search ended early.
	Reason    phrase.Phrase `json:"reason,omitzero"`
	ReasonKey *phrase.Keyed `json:"reasonKey,omitempty"`
}

// A Step of a search.
type Step struct {
	Phase    string  `json:"phase"` // "climb", "narrow", "probe" or "confirm"
	Rate     float64 `json:"rate"`
	Seconds  float64 `json:"seconds"`
	Sent     int64   `json:"sent"`
	Achieved float64 `json:"achieved"`
	Response Times   `json:"response"`
	Lateness Times   `json:"lateness"`
	Errors   float64 `json:"errors"` // a share
	Holds    bool    `json:"holds"`
	Outcome  Outcome `json:"outcome"`
	// Broke are the service levels that did not hold, and Overload the errors that may be of an overload: 429, 503, no whole
	// answer, no connection.
	Broke    []Level `json:"broke,omitempty"`
	Overload int64   `json:"overload,omitempty"`
	// Reasons say what did not hold.
	Reasons    []phrase.Phrase `json:"reasons,omitempty"`
	ReasonKeys []*phrase.Keyed `json:"reasonKeys,omitempty"`
}

// A NoiseFloor is what the generator measures of itself.
type NoiseFloor struct {
	// Ceiling is the exchanges a second that this generator can make here, in a closed loop.
	Ceiling  float64 `json:"ceiling"`
	Response Times   `json:"response"`
	Service  Times   `json:"service"`
	Lateness Times   `json:"lateness"`
	// Below names the percentiles of the run's response that are less than twice the floor's: they say more of the
	// generator than of the target.
	Below []string `json:"below,omitempty"`
}

// Seen is what a step showed of a service level, in the unit of its bound; false where the step does not tell.
func (s Step) Seen(slo assay.SLO) (float64, bool) {
	for _, level := range s.Broke {
		if level.Expression == slo.String() {
			return level.Observed, true
		}
	}
	switch {
	case slo.Scope != "" || slo.Stage != "":
		return 0, false
	case slo.Metric == assay.MetricErrors:
		return s.Errors, true
	case slo.Metric == assay.MetricThroughput:
		return s.Achieved, true
	default:
		return s.Response.of(slo.Metric), s.Response.Samples > 0 || s.Response.P99 > 0
	}
}
