package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/suites"
)

// loadFlags are the flags of assay load.
type loadFlags struct {
	lang      string
	target    targetFlags
	rate      string
	shape     string
	duration  time.Duration
	warmUp    time.Duration
	mix       string
	users     int
	slo       []string
	findLimit bool
	calibrate bool
	shown     metricsFlags
	inFlight  int
	timeout   time.Duration
	seed      uint64
	out       string
	raw       string
	quiet     bool
	json      bool
}

func loadCommand(around surroundings) *cobra.Command {
	var flags loadFlags
	command := &cobra.Command{
		Use:   "load",
		Short: "Measure exchange throughput, every answer checked",
		Long: `Measure how fast an implementation exchanges codes, and check every answer: a fresh code
for every exchange, sent when the schedule says so whatever the target does. Response
times count from that moment: they are what a user waited. The output directory gets
benchmark.json, and made of it benchmark.html, summary.md and junit.xml; HdrHistogram
logs of the response, service and lateness; and transcript.jsonl, the first exchanges
that were not answered as they should be. In a GitHub workflow a run that does not hold
annotates the change, and the summary becomes the job's.

Exit code 0: every service level holds, and every answer was right. 1: not so. 2: bad
usage. 3: could not tell, because the target was out of reach, the run was interrupted,
or the figures would be the generator's.`,
		Example: `  assay load                                             the reference platform, at 500/s
  assay load --target target.yaml --rate 2000/s --duration 1m --slo 'p99<50ms' --slo 'errors<0.1%'
  assay load --target target.yaml --rate 100/s..2000/s --shape ramp
  assay load --target target.yaml --rate max --in-flight 32
  assay load --target target.yaml --mix login=0.8,phone=0.1,replay=0.08,race=0.02
  assay load --target target.yaml --find-limit --slo 'p99<50ms'
  assay load --metrics 127.0.0.1:9000 --linger 30s
  assay load --json | jq .response.p99`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if !command.Flags().Changed("seed") {
				flags.seed = rand.Uint64N(1 << 31) // short enough to be typed again
			}
			return load(command, around, flags)
		},
	}
	flags.register(command)
	return command
}

func (f *loadFlags) register(command *cobra.Command) {
	f.target.register(command)
	flags := command.Flags()
	flags.StringVar(&f.rate, "rate", "", "exchanges a second: a `RATE` such as 500/s, a range such as 500/s..2000/s, or max for a closed loop; "+
		"as the target declares, or "+defaultRate)
	flags.StringVar(&f.shape, "shape", string(arrivals.Constant), "`SHAPE` of the rate over time: constant, ramp, step, sine, spike or poisson")
	flags.DurationVar(&f.duration, "duration", loadgen.DefaultDuration, "`DURATION` of what is measured")
	flags.DurationVar(&f.warmUp, "warm-up", loadgen.DefaultWarmUp, "`DURATION` of what is sent before, and reported apart")
	flags.StringVar(&f.mix, "mix", "", "relative `WEIGHTS` of login, phone, replay, race and badPat; login=0.9,phone=0.1 as far as the profiles go")
	flags.IntVar(&f.users, "users", loadgen.DefaultUsers, "spread the codes over `N` users")
	flags.StringSliceVar(&f.slo, "slo", nil, "service level such as 'p99<50ms', an `EXPRESSION`, instead of the target's; repeat for more")
	flags.BoolVar(&f.findLimit, "find-limit", false, "look for the highest rate at which every service level holds, beginning with --rate")
	flags.BoolVar(&f.calibrate, "calibrate", false, "measure the generator itself first: its ceiling and noise floor, beside the results")
	flags.IntVar(&f.inFlight, "in-flight", 0, "let at most `N` exchanges be under way at a time; 0 leaves it to the rate")
	flags.DurationVar(&f.timeout, "timeout", loadgen.DefaultTimeout, "`DURATION` that one exchange may take")
	flags.Uint64Var(&f.seed, "seed", 0, "seed `N` of the mix and of poisson; a random one when not given")
	flags.StringVar(&f.out, "out", "out", "`DIR` for the results; those of an earlier run are replaced")
	flags.StringVar(&f.raw, "raw", "", "write every exchange to `FILE` as well, for vegeta's report and plot")
	registerLanguage(flags, &f.lang, "the page")
	f.shown.register(command)
	flags.BoolVar(&f.quiet, "quiet", false, "print only the outcome, and why it is so")
	flags.BoolVar(&f.json, "json", false, "print benchmark.json to standard output, and all else to standard error")
}

// load makes the run, writes what it measured, and turns the outcome into the exit code. As with assay test, a directory
// that cannot be written to is noticed first, and what an earlier run left in it goes when this one begins.
func load(command *cobra.Command, around surroundings, flags loadFlags) (err error) {
	collectEarly()
	results, err := openLoadResults(flags.out, flags.raw)
	if err != nil {
		return err
	}
	defer func() {
		failed := errors.Join(results.close(), results.tellLog(consoleWriter(around, flags.json), flags.quiet))
		if err == nil {
			err = failed
		}
	}()
	if err := errors.Join(flags.check(), flags.shown.check()); err != nil {
		return err
	}
	if results.in, err = printer(flags.lang); err != nil {
		return err
	}
	under, err := flags.target.open(command.Context(), around, results.log)
	if err != nil {
		return err
	}
	defer under.close()
	config, err := flags.config(under, results)
	if err != nil {
		return err
	}
	config.Command = again(command, flags.seed)
	report, err := loadgen.Begin(config)
	if err != nil {
		return err
	}
	return flags.run(command, around, results, under, config, report)
}

// collectEarly has the garbage collector run twice as often as it would: an exchange allocates next to nothing, so that
// this costs no measurable time and saves memory. What the environment says in GOGC stands.
func collectEarly() {
	const percent = 50
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// run makes the run and shows it while it is under way. begun is the report as it begins.
func (f loadFlags) run(command *cobra.Command, around surroundings, results *loadResults, under implementation,
	config loadgen.Config, begun benchmark.Report,
) error {
	ctx, console := command.Context(), newLoadConsole(around, f)
	shown, err := openMetrics(f.shown)
	if err != nil {
		return err
	}
	defer shown.close()
	config.Watch = func(i loadgen.Interval) {
		console.Watch(progress(i))
		shown.watch(i)
	}
	workflow := workflowOf(around, consoleWriter(around, f.json))
	workflow.begin()
	defer func() { _ = workflow.resume() }() // where it does not come to a report
	console.Begin(begun)
	shown.begin(ctx, console.Say)
	over := context.AfterFunc(ctx, func() { console.Interrupted(f.timeout) })
	defer over()
	floor, err := f.noiseFloor(ctx, config.Plan)
	if err != nil {
		return err
	}
	if err := results.begin(); err != nil {
		return err
	}
	report, measured, err := measure(command, config, under, begun)
	if err != nil {
		return err
	}
	report.NoiseFloor = floor
	report.Notes = append(report.Notes, shown.finish()...)
	over() // an interrupt from now on ends the lingering, and no run
	err = concludeLoad(around, f, results, console, workflow, benchmark.Conclude(report), measured)
	shown.linger(ctx)
	return err
}

// noiseFloor measures the generator itself where that was asked for. An interrupt is for the run to tell.
func (f loadFlags) noiseFloor(ctx context.Context, plan loadgen.Plan) (*benchmark.NoiseFloor, error) {
	if !f.calibrate {
		return nil, nil
	}
	floor, err := calibrate(ctx, plan)
	switch {
	case ctx.Err() != nil:
		return nil, nil
	case err != nil:
		return nil, err
	default:
		return &floor, nil
	}
}

// config is what the flags say of the run.
func (f loadFlags) config(under implementation, results *loadResults) (loadgen.Config, error) {
	plan, err := f.plan(under.target)
	if err != nil {
		return loadgen.Config{}, err
	}
	if err := measurable(under.hello, under.target.Driver.Kind()); err != nil {
		return loadgen.Config{}, err
	}
	roots, err := under.target.TLS.Roots()
	if err != nil {
		return loadgen.Config{}, err
	}
	config := loadgen.Config{
		Target: under.target, Host: under.host, RootCAs: roots, Plan: plan, Search: f.findLimit,
		InProcess: !f.target.named(), Version: version(), Checkpoint: results.checkpoint,
		Redactor: results.redactor, Transcript: results.transcript, Raw: results.rawWriter(),
	}
	if under.target.Driver.Kind() == "exec" {
		config.Host = &discreetHost{Host: under.host, redactor: results.redactor, log: results.log}
	}
	return config, nil
}

// measure makes sure that the target can be reached and takes a fresh code, then makes the run. begun is the report that
// there is where it does not come to that.
func measure(command *cobra.Command, config loadgen.Config, under implementation, begun benchmark.Report) (
	benchmark.Report, loadgen.Histograms, error,
) {
	target := under.target
	target.Profiles = nil
	for _, endpoint := range assay.Endpoints() {
		if config.Plan.Mix.Uses(endpoint) {
			target.Profiles = append(target.Profiles, string(endpoint))
		}
	}
	session, err := suites.Open(suites.Config{Target: target, Host: under.host, Hello: under.hello,
		Timeout: config.Plan.Timeout, Seed: config.Plan.Seed, Redactor: config.Redactor})
	if err != nil {
		return begun, loadgen.Histograms{}, err
	}
	defer session.Close()
	if failed := session.Preflight(command.Context()); failed != nil {
		begun.Error, begun.Finished = config.Redactor.Text(failed.Error()), time.Now()
		return benchmark.Conclude(begun), loadgen.Histograms{}, nil
	}
	return loadgen.Run(command.Context(), config)
}

// progress is an interval as the console is told of it.
func progress(i loadgen.Interval) console.Progress {
	return console.Progress{Phase: i.Phase, Elapsed: i.Elapsed, Duration: i.Duration, Second: i.Second, Sum: i.Sum, Last: i.Last}
}

// concludeLoad writes and prints the report. Its error holds the exit code, and why nothing could be told.
func concludeLoad(around surroundings, flags loadFlags, results *loadResults, console *console.Benchmark, workflow *workflow,
	report benchmark.Report, measured loadgen.Histograms,
) error {
	files, err := results.write(report, measured)
	annotate := func(w io.Writer) error { return annotations.WriteBenchmark(w, results.in, report) }
	summarize := func(w io.Writer) error { return markdown.WriteBenchmark(w, results.in, report) }
	if err := errors.Join(err, console.Summary(report, files), workflow.end(annotate, summarize)); err != nil {
		return err
	}
	if flags.json {
		if err := benchmark.WriteJSON(around.stdout, report); err != nil {
			return err
		}
	}
	code := benchmark.ExitCode(report.Outcome)
	if code == exitHolds {
		return nil
	}
	exit := &exitError{code: code}
	if report.Error != "" {
		exit.err = errors.New(report.Error)
	}
	return exit
}

func newLoadConsole(around surroundings, flags loadFlags) *console.Benchmark {
	w := consoleWriter(around, flags.json)
	return console.NewBenchmark(w, consoleOptions(w, around, flags.quiet))
}
