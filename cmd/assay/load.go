package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/cgroup"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// loadFlags are the flags of assay load.
type loadFlags struct {
	lang                      string
	target                    targetFlags
	against                   string
	tolerance, errorTolerance float64 // of --against
	rate                      string
	shape                     string
	duration                  time.Duration
	warmUp                    time.Duration
	mix                       string
	users                     int
	slo                       []string
	until                     []string
	abortOn                   string
	findLimit                 bool
	limit                     limitFlags
	calibrate                 bool
	shown                     metricsFlags
	inFlight                  int
	engine                    string
	connections               string
	tlsResume                 bool
	patience                  time.Duration // --patience-limit
	timeout                   time.Duration
	seed                      uint64
	tags                      []string
	planFile                  string // --plan
	printPlan                 bool
	fromPlan
	given func(flag string) bool // on the command line; nil for none
	out   string
	raw   string
	quiet bool
	json  bool
}

func loadCommand(around surroundings) *cobra.Command {
	var flags loadFlags
	command := &cobra.Command{
		Use:   "load",
		Short: "Measure exchange throughput and check every answer",
		Long: `Measure how fast an implementation exchanges codes, and check every answer. Each exchange
uses a fresh code and is sent at its scheduled time, however slow the target is. Response
times count from that time: they are what a user waits. One exchange in a hundred sends a
used code and one an unknown PAT, which have to be refused, and one a code twice at once,
of which at most one may be accepted. These three kinds are counted separately. --mix
sends something else.

` + paragraph("The results go to the output directory: "+benchmarkFile+"; "+words.List(renderedOf(ofLoad))+", rendered from it; "+
			"HdrHistogram logs of the response times, service times and lateness, and of the response times by the second; and "+transcriptFile+", which records the first "+
			"exchanges with an unexpected result. In a GitHub workflow, failures annotate the change, and the summary "+
			"becomes the job's summary.") + `

Exit code 0: every service level holds, and every answer is right. 1: a service level or
the correctness does not hold. 2: wrong usage. 3: no verdict, because the target is
unreachable, the run was interrupted, the generator is the bottleneck, or the run cannot
tell whether a service level holds.`,
		Example: `  assay load                                             measure the reference platform at 500/s
  assay load --target target.yaml --rate 2000/s --duration 1m --slo 'p99<50ms' --slo 'errors<0.1%'
  assay load --target target.yaml --until 'p99<50ms' --abort-on violated
  assay load --target target.yaml --rate 100/s..2000/s --shape ramp
  assay load --target target.yaml --rate max --in-flight 32
  assay load --target target.yaml --engine vegeta        send by vegeta's Attacker, over net/http
  assay load --target target.yaml --mix login=0.8,phone=0.1,replay=0.08,race=0.02
  assay load --target target.yaml --find-limit --slo 'p99<50ms'
  assay load --target target.yaml --plan plan.yaml --tag build=1.4.2
  assay load --rate 2000/s --slo 'p99<50ms' --print-plan > plan.yaml
  assay load --target old.yaml --against new.yaml --duration 2m
  assay load --metrics 127.0.0.1:9000 --linger 30s
  assay load --json | jq .response.p99`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := flags.readPlan(command); err != nil {
				return err
			}
			if flags.printPlan {
				return flags.writePlan(command, around.stdout)
			}
			if !flags.given("seed") && len(flags.places["seed"]) == 0 {
				flags.seed = rand.Uint64N(1 << 31) // short enough to type again
			}
			if flags.against != "" {
				return loadAgainst(command, around, flags)
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
	f.target.registerWait(command)
	flags.StringVar(&f.against, "against", "", "also measure the target file `TARGET` at the same time, with arrivals at random to one or the other, and compare it with --target; reference is a second reference platform")
	flags.Float64Var(&f.tolerance, "tolerance", defaultTolerance, "`SHARE` by which a time of --against may be worse")
	flags.Float64Var(&f.errorTolerance, "tolerance-errors", defaultErrorTolerance, "`SHARE` by which the errors and the silent time of --against may be larger")
	flags.StringVar(&f.rate, "rate", "", "`RATE` of exchanges: 500/s, a range such as 500/s..2000/s, or max for a closed loop "+
		"(default: declares.rate; without it "+perSecond(defaultRate)+", or nine tenths of declares.rateLimit if that is lower)")
	flags.StringVar(&f.shape, "shape", string(arrivals.Constant), "`SHAPE` of the rate over time: "+words.List(shapes()))
	flags.DurationVar(&f.duration, "duration", loadgen.DefaultDuration, "`DURATION` of the measured phase")
	flags.DurationVar(&f.warmUp, "warm-up", loadgen.DefaultWarmUp, "`DURATION` of the warm-up, which is reported separately")
	flags.StringVar(&f.mix, "mix", "", "relative `WEIGHTS` of "+words.List(loadgen.MixNames())+" (default "+loadgen.DefaultMix().String()+", which also tries used codes, codes sent twice at once and unknown PATs; limited to the target's profiles)")
	flags.IntVar(&f.users, "users", loadgen.DefaultUsers, "spread the codes over at most `N` users; a short run has fewer, so that each signs in several times")
	flags.StringSliceVar(&f.slo, "slo", nil, "service level, an `EXPRESSION` such as 'p99<50ms' or 'login.p99<50ms', instead of those of the target; repeat for more")
	flags.StringSliceVar(&f.until, "until", nil, "end the run when this is known: an `EXPRESSION` such as 'p99<50ms', or p99:5% for p99 to 5 %; judged after --duration, and twice, 4 and 8 times that at most; repeat for more")
	flags.StringVar(&f.abortOn, "abort-on", "", "end the run early on an `EVENT`: violated, a service level that certainly does not hold")
	flags.BoolVar(&f.findLimit, "find-limit", false, "search for the highest rate at which every service level holds for --duration, starting at --rate; a target that allows bursts shows its limit only if --duration is longer")
	f.limit.register(flags)
	flags.BoolVar(&f.calibrate, "calibrate", false, "measure the generator itself first: report its ceiling and noise floor")
	flags.IntVar(&f.inFlight, "in-flight", 0, "most exchanges in flight, `N`; 0 derives it from the rate")
	flags.StringVar(&f.engine, "engine", string(engine.Auto), "`ENGINE` that sends the requests: "+words.List(engine.Kinds())+"; auto is lean where that reaches the target")
	flags.StringVar(&f.connections, "connections", "", "for how long `USE` a connection: reuse=false for one request, maxRequests=N for N (default: for as long as the server keeps it)")
	flags.BoolVar(&f.tlsResume, "tls-resume", true, "resume sessions of TLS; false makes every handshake a full one")
	registerPatienceLimit(flags, &f.patience)
	flags.DurationVar(&f.timeout, "timeout", loadgen.DefaultTimeout, "longest `DURATION` of one exchange")
	flags.Uint64Var(&f.seed, "seed", 0, "seed `N` of the mix and of the shape poisson (default random)")
	flags.StringArrayVar(&f.tags, "tag", nil, "label `NAME=VALUE` of the run, for the reports and the metrics; repeat for more")
	flags.StringVar(&f.planFile, "plan", "", "read the plan of the run from `FILE`; flags override its members; see assay schema plan")
	flags.BoolVar(&f.printPlan, "print-plan", false, "print the plan that the flags give, as a file for --plan, and make no run")
	flags.StringVar(&f.out, "out", "out", "`DIR` for the results; replaces those of an earlier run")
	flags.StringVar(&f.raw, "raw", "", "also write every exchange to `FILE`, for vegeta report and vegeta plot")
	registerLanguage(flags, &f.lang, "the console, the page and the summary")
	f.shown.register(command)
	flags.BoolVar(&f.quiet, "quiet", false, "print only the outcome and its reasons")
	flags.BoolVar(&f.json, "json", false, "print benchmark.json to standard output, and everything else to standard error")
}

// load makes the run, writes the results, and turns the outcome into the exit code. Like assay test, it checks first that it
// can write to the output directory, and removes the results of an earlier run when the new run begins.
func load(command *cobra.Command, around surroundings, flags loadFlags) (err error) {
	limitMemory(0)
	tellMemory(around.stderr, around.in, cgroup.Memory(), loadTakes)
	tellAddresses(around.stderr, around.in, addresses())
	collectEarly()
	around = around.lasting()
	results, err := openLoadResults(flags.out, flags.raw, around)
	if err != nil {
		return err
	}
	defer func() {
		failed := errors.Join(results.close(), results.tellLog(consoleWriter(around, flags.json), flags.quiet))
		if err == nil {
			err = failed
		}
	}()
	if err := flags.refuse(command); err != nil {
		return err
	}
	if results.in, err = printer(flags.lang); err != nil {
		return err
	}
	if !flags.quiet {
		flags.target.teller = consoleWriter(around, flags.json)
	}
	under, err := flags.target.open(command.Context(), around, results.log)
	if err != nil {
		return early(command.Context(), err)
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

// collectEarly makes the garbage collector run twice as often. It saves memory and costs no measurable time, as an exchange
// allocates almost nothing. GOGC of the environment takes precedence.
func collectEarly() {
	const percent = 50
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// run makes the run and shows its progress. begun is the report before the first exchange.
func (f loadFlags) run(command *cobra.Command, around surroundings, results *loadResults, under implementation,
	config loadgen.Config, begun benchmark.Report,
) error {
	ctx, console := command.Context(), newLoadConsole(around, f)
	shown, err := openMetrics(f.shown, config.Tags)
	shown.in = f.in()
	if err != nil {
		return err
	}
	defer shown.close()
	before := newSlowStart(f.in(), console.Say)
	defer before.close()
	config.Watch = func(i loadgen.Interval) {
		before.close()
		console.Watch(progress(i))
		shown.watch(i)
	}
	keep := config.Checkpoint
	config.Checkpoint = func(report benchmark.Report, measured loadgen.Histograms) {
		shown.report(report, false)
		keep(report, measured)
	}
	workflow := workflowOf(around, consoleWriter(around, f.json))
	workflow.begin()
	defer func() { _ = workflow.resume() }() // for a return without a report
	console.Begin(begun)
	shown.report(begun, false)
	shown.begin(ctx, console.Say)
	over := context.AfterFunc(ctx, func() { console.Interrupted(f.timeout) })
	defer over()
	before.await(forCalibration)
	floor, err := f.noiseFloor(ctx, config.Plan)
	if err != nil {
		return err
	}
	config.NoiseFloor, begun.NoiseFloor = floor, floor
	if err := results.begin(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	kept := results.keep(func(err error) { complain(around, err); stop() }, results.flushRaw, results.checkpoints)
	defer kept()
	report, measured, err := f.measure(ctx, config, under, begun, beforeLoad{console, before})
	before.close()
	if err != nil {
		return err
	}
	kept()
	shown.report(benchmark.Conclude(report), true)
	report.Notes = append(report.Notes, shown.finish()...)
	over() // from here on an interrupt only ends --linger
	err = concludeLoad(around, f, results, console, workflow, benchmark.Conclude(report), measured)
	shown.linger(ctx)
	return err
}

// noiseFloor measures the generator itself, for --calibrate; nil without. The run reports an interrupt.
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

// config returns the configuration of the run.
func (f loadFlags) config(under implementation, results *loadResults) (loadgen.Config, error) {
	plan, err := f.plan(under.target)
	if err != nil {
		return loadgen.Config{}, err
	}
	if err := measurable(under.hello, under.target.Driver.Kind()); err != nil {
		return loadgen.Config{}, err
	}
	tags, err := f.tagMap()
	if err != nil {
		return loadgen.Config{}, err
	}
	for name, value := range tags {
		if results.redactor.Text(value) != value {
			return loadgen.Config{}, phrase.Failed(phrase.TagSecret, strconv.Quote(name))
		}
	}
	roots, err := under.target.TLS.Roots()
	if err != nil {
		return loadgen.Config{}, err
	}
	config := loadgen.Config{
		Target: under.target, Host: under.host, RootCAs: roots, Plan: plan, Search: f.findLimit, Tags: tags, LimitTime: f.limit.time,
		InProcess: !f.target.named(), Version: version(), Checkpoint: results.checkpoint,
		Redactor: results.redactor, Transcript: results.transcript, Raw: results.rawWriter(),
	}
	if config.LimitWithin, err = f.limit.share(f.named); err != nil {
		return loadgen.Config{}, err
	}
	if under.target.Driver.Kind() == assay.DriverExec {
		config.Host = &loggedHost{&discreetHost{Host: under.host, redactor: results.redactor, log: results.log}, results.log}
	}
	return config, nil
}

// progress converts an interval for the console.
func progress(i loadgen.Interval) console.Progress {
	return console.Progress{Phase: i.Phase, Stage: i.Stage, Elapsed: i.Elapsed, Duration: i.Duration, Second: i.Second, Sum: i.Sum, Last: i.Last, Most: i.Most}
}

// concludeLoad writes and prints the report. Its error holds the exit code, and the report's error if it has one.
func concludeLoad(around surroundings, flags loadFlags, results *loadResults, console *console.Benchmark, workflow *workflow,
	report benchmark.Report, measured loadgen.Histograms,
) error {
	files, err := results.write(report, measured)
	if err != nil {
		return results.untold(err) // and no verdict is printed: what was not written was not judged
	}
	annotate := func(w io.Writer) error { return annotations.WriteBenchmark(w, results.in, report) }
	summarize := func(w io.Writer) error { return markdown.WriteBenchmark(w, results.in, report) }
	if err := errors.Join(console.Summary(report, files), workflow.end(annotate, summarize)); err != nil {
		return err
	}
	if flags.json {
		if err := benchmark.WriteJSON(around.stdout, report); err != nil {
			return err
		}
	}
	return exitOf(benchmark.ExitCode(report.Outcome), report.Error)
}

// in says things in the language of --lang, which was checked.
func (f loadFlags) in() messages.Printer {
	in, err := printer(f.lang)
	if err != nil {
		return messages.For(messages.English)
	}
	return in
}

func newLoadConsole(around surroundings, flags loadFlags) *console.Benchmark {
	w := consoleWriter(around, flags.json)
	shown := console.NewBenchmark(w, consoleOptions(w, around, flags.quiet))
	return shown.In(flags.in())
}
