package loadgen

import (
	"crypto/x509"
	"io"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// A Config says what a run measures and how. Target, Host and Plan are required; every other member may be zero.
type Config struct {
	// Target has the API servers, the app and the PATs. Arrivals take the API servers in turn.
	Target assay.Target
	// Host mints the codes; it has to support [assay.OpMint].
	Host assay.Host
	// RootCAs replaces the system's root certificates.
	RootCAs *x509.CertPool
	Plan    Plan
	// Search looks for the highest rate at which everything holds, starting with the plan's rate.
	Search bool
	// LimitWithin is the half-width of the limit's interval at which a search stops, as a share of the limit, and LimitTime bounds the
	// search: only a confirmation may end after it. 0 is [DefaultWithin] and [DefaultLimitTime].
	LimitWithin float64
	LimitTime   time.Duration
	// NoiseFloor is what [Calibrate] measured before the run, for the report and every step of a search; nil for nothing.
	NoiseFloor *benchmark.NoiseFloor
	// Closing has, for every API server, how many requests were lost before the run because it closes every connection soon after
	// its answer, without saying so; nil or 0 for none that is known to do that.
	Closing []int64
	// InProcess says that the target runs in this process, so that CPU time and memory include the target's.
	InProcess bool
	// Version is the suite's and Command the run's command line, for the report.
	Version, Command string
	// Tags are labels of the run, for the report: see [CheckTag].
	Tags map[string]string
	// Watch is called once a second and at the end of every phase, by one goroutine at a time.
	Watch func(Interval)
	// Checkpoint is called every few seconds with the report so far, which says that the run was interrupted. A caller that
	// stores it loses only seconds of a run that is killed. The histograms are valid only during the call.
	Checkpoint func(benchmark.Report, Histograms)
	// Transcript receives the first exchanges of every kind of failure, redacted by Redactor.
	Redactor   *transcript.Redactor
	Transcript *transcript.Writer
	// Each is called for every exchange after the warm-up, with its verdict, by several goroutines at a time. Its result is as in Raw.
	Each func(vegeta.Result, ledger.Verdict)
	// Raw receives every exchange after the warm-up in vegeta's own encoding.
	Raw io.Writer
}

// An Interval is about one second of a run. Its histograms, in nanoseconds, are valid only during the call of Watch.
type Interval struct {
	Phase    string        // WarmUp, Measured, or the name of a search's step
	Stage    string        // of the plan, in this moment; empty without stages, and when the last is over
	Elapsed  time.Duration // since the start of the phase
	Duration time.Duration // of the phase, as planned
	Second   benchmark.Second
	// Counts are the exchanges of the interval.
	Counts map[assay.Endpoint]map[ledger.Verdict]int64
	// Response and Service are of sign-ins, as in the report, and Lateness is of all exchanges.
	Response, Service, Lateness *hdrhistogram.Histogram
	Engine                      string              // that sends the requests: lean or vegeta
	OfferedRate                 float64             // of the schedule now, per second; 0 in a closed loop
	Minted                      int64               // codes, in the interval
	Sum                         benchmark.Exchanges // of the phase so far
	Last                        bool                // of the phase
	Most                        time.Duration       // that a search may take from now on; 0 without one
}

// Histograms are the times of what was measured, in nanoseconds: Response and Service of sign-ins, Lateness of all exchanges. Seconds are
// kept for a [Config] with a Checkpoint alone.
type Histograms struct {
	Response, Service, Lateness *hdrhistogram.Histogram
	Seconds                     Seconds
}
