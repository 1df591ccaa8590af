package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"al.essio.dev/pkg/shellescape"
	"github.com/spf13/cobra"

	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/phrase"
)

// serveFlags are the flags of assay serve.
type serveFlags struct {
	addr, driverAddr, driverToken string
	writeTarget, fault, scenario  string
	seal                          string
	limit                         float64
	delay                         time.Duration
	verbose                       bool
}

func serveCommand(around surroundings) *cobra.Command {
	var flags serveFlags
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run the reference platform with its host-app simulators",
		Long: `Run the reference platform on one listener, and its driver on another, together with
/healthz, /readyz and /metrics. The driver gives codes to every client. The command runs
until it is interrupted, and then finishes the exchanges in flight.`,
		Example: `  assay serve --write-target target.yaml
  assay test --target target.yaml              in another terminal
  assay serve --addr 127.0.0.1:0 --driver-addr 127.0.0.1:0 --write-target target.yaml`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return serve(command.Context(), around, flags) },
	}
	f := command.Flags()
	f.SortFlags = false
	f.StringVar(&flags.addr, "addr", "127.0.0.1:7080", "`HOST:PORT` of the platform; port 0 chooses a free one")
	f.StringVar(&flags.driverAddr, "driver-addr", "127.0.0.1:7081", "`HOST:PORT` of the driver; beyond loopback only with --driver-token")
	f.StringVar(&flags.driverToken, "driver-token", "", "`TOKEN` that clients of the driver send as a bearer token")
	f.StringVar(&flags.writeTarget, "write-target", "", "write a target `FILE` for assay test, readable by its owner only")
	f.StringVar(&flags.seal, "seal", "", "keep keys and PATs in `FILE` over a restart; codes issued before the restart are refused")
	f.StringVar(&flags.fault, "fault", "", "serve the deliberately broken platform of that `NAME`; 'assay power --list' has them")
	f.StringVar(&flags.scenario, "scenario", "", "serve the legal variation of that `NAME`; 'assay power --list' has them")
	f.Float64Var(&flags.limit, "limit", 0, "answer 429 beyond `N` requests per second and PAT, after a burst of N; 0 for no limit")
	f.DurationVar(&flags.delay, "delay", 0, "delay every request by `DURATION`, as a distant platform does")
	f.BoolVar(&flags.verbose, "verbose", false, "log accepted exchanges too, not only refused ones")
	return command
}

// longestDelay leaves room below the platform's own time limit for an answer.
const longestDelay = 20 * time.Second

func (f serveFlags) check() error {
	if _, _, err := net.SplitHostPort(f.addr); err != nil {
		return phrase.Failed(phrase.AddrForm, strconv.Quote(f.addr))
	}
	host, _, err := net.SplitHostPort(f.driverAddr)
	if err != nil {
		return phrase.Failed(phrase.DriverAddrForm, strconv.Quote(f.driverAddr))
	}
	if ip := net.ParseIP(host); f.driverToken == "" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return phrase.Failed(phrase.DriverAddrOpen, f.driverAddr)
	}
	if seal := filepath.Clean(f.seal); f.seal != "" && f.writeTarget != "" && (seal == filepath.Clean(f.writeTarget) || seal == filepath.Clean(f.writeTarget+".seal")) {
		return phrase.Failed(phrase.SealTaken, f.seal)
	}
	if math.IsNaN(f.limit) || math.IsInf(f.limit, 0) || f.limit < 0 {
		return phrase.Failed(phrase.LimitForm, f.limit)
	}
	if f.delay < 0 || f.delay > longestDelay {
		return phrase.Failed(phrase.DelayRange, f.delay, longestDelay)
	}
	return nil
}

// serve runs the platform and its driver until ctx ends or one of them fails.
func serve(ctx context.Context, around surroundings, flags serveFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	around = around.lasting()
	counters, logger := newCounters(), newLogger(around.stderr, flags.verbose)
	options := reference.Options{
		Version: version(),
		Platform: platform.Config{
			Logger:  logger,
			Limit:   platform.Limit{PerSecond: flags.limit, Burst: int(flags.limit)},
			Delay:   flags.delay,
			Observe: counters.exchange,
		},
		Issued: counters.issued,
	}
	changed, err := flags.apply(&options)
	if err != nil {
		return err
	}
	keys, closeSeal, err := flags.openSeal(&options)
	if err != nil {
		return err
	}
	return errors.Join(serveOptions(ctx, around, flags, options, keys+changed, counters, logger), closeSeal())
}

// openSeal opens the seal, if there is one, and returns the line that announces it. The caller calls closeSeal at the end.
func (f serveFlags) openSeal(options *reference.Options) (announcement string, closeSeal func() error, err error) {
	if f.seal == "" {
		return "", func() error { return nil }, nil
	}
	seal, err := reference.OpenSeal(f.seal)
	if err != nil {
		return "", nil, phrase.Failed(phrase.SealFailed, f.seal, withoutPath(err))
	}
	options.Seal = seal
	announcement = fmt.Sprintf("seal      %s: new keys\n", f.seal)
	if since := seal.Since(); !since.IsZero() {
		announcement = fmt.Sprintf("seal      %s: the previous keys; codes issued until %s are refused\n", f.seal, since.UTC().Format(time.RFC3339Nano))
	}
	closeSeal = func() error {
		if err := seal.Close(); err != nil {
			return phrase.Failed(phrase.SealOutdated, f.seal, withoutPath(err))
		}
		return nil
	}
	return announcement, closeSeal, nil
}

// withoutPath removes the path of a temporary file, or one that has been named.
func withoutPath(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// serveOptions serves a reference implementation until ctx ends or one of its servers fails.
func serveOptions(ctx context.Context, around surroundings, flags serveFlags, options reference.Options, changed string, counters *counters, logger *slog.Logger) error {
	r, err := reference.New(options)
	if err != nil {
		return err
	}
	exchanges, asks, err := flags.listen()
	if err != nil {
		return err
	}
	r.SetAPIServer(r.URL(exchanges.Addr()))
	if err := flags.announce(around.stdout, r, baseURL(asks), changed); err != nil {
		return errors.Join(err, exchanges.Close(), asks.Close())
	}
	return all(ctx,
		func(ctx context.Context) error {
			<-ctx.Done()
			logger.Info("stopping: finishing the exchanges in flight")
			return nil
		},
		func(ctx context.Context) error { return r.Serve(ctx, exchanges) },
		func(ctx context.Context) error {
			return serveDriver(ctx, asks, counters.handler(refdriver.Handler(r.Host(), flags.driverToken)), r.DriverIdle(), logger)
		})
}

// apply changes the options as --fault and --scenario say, and returns the lines that announce it.
func (f serveFlags) apply(options *reference.Options) (announcement string, err error) {
	if f.scenario != "" {
		variation, err := legal.Find(f.scenario)
		if err != nil {
			return "", phrase.Failed(phrase.At, "--scenario", err)
		}
		variation.Apply(options)
		announcement = fmt.Sprintf("scenario  %s: %s\n", variation.Name, variation.Does)
	}
	if f.fault != "" {
		fault, err := faults.Find(f.fault)
		if err != nil {
			return "", phrase.Failed(phrase.At, "--fault", err)
		}
		fault.Apply(options)
		announcement += fmt.Sprintf("fault     %s: %s\n", fault.Name, fault.Breaks)
	}
	return announcement, nil
}

func newLogger(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// listen opens both listeners, or neither.
func (f serveFlags) listen() (exchanges, asks net.Listener, err error) {
	if exchanges, err = listen("--addr", f.addr); err != nil {
		return nil, nil, err
	}
	if asks, err = listen("--driver-addr", f.driverAddr); err != nil {
		return nil, nil, errors.Join(err, exchanges.Close())
	}
	return exchanges, asks, nil
}

func listen(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err == nil {
		return l, nil
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		err = operation.Err // the rest repeats the address
	}
	return nil, phrase.Failed(phrase.ListenFailed, flag, address, err)
}

// baseURL is the URL of a listener for clients on this machine; for an unspecified address it is that of loopback.
func baseURL(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "http://" + l.Addr().String()
	}
	if ip := net.ParseIP(host); ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// announce writes the target file, if requested, and prints the addresses and what was changed. The listeners are open by
// then, so that clients can connect.
func (f serveFlags) announce(w io.Writer, r *reference.Reference, driverURL string, changed string) error {
	if f.writeTarget != "" {
		if err := r.WriteTarget(f.writeTarget, r.APIServer(), driverURL, f.driverToken); err != nil {
			return phrase.Failed(phrase.WriteTargetFailed, f.writeTarget, withoutPath(err))
		}
	}
	_, err := fmt.Fprintf(w, "platform  %s\ndriver    %s\n", r.APIServer(), driverURL)
	if err == nil {
		_, err = io.WriteString(w, changed)
	}
	if err == nil && f.writeTarget != "" {
		_, err = fmt.Fprintf(w, "target    %s\n\nnow, in another terminal: assay test --target %s\n", f.writeTarget, shellescape.Quote(f.writeTarget))
	}
	return err
}

// all runs servers until ctx ends or one of them fails, which stops the others.
func all(ctx context.Context, servers ...func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, len(servers))
	for _, server := range servers {
		go func() {
			failed <- server(ctx)
			stop()
		}()
	}
	var err error
	for range servers {
		err = errors.Join(err, <-failed)
	}
	return err
}

// Time limits of the driver's server. A reply with many codes has some megabytes.
const (
	driverHeaderTimeout = 5 * time.Second
	driverReadTimeout   = 30 * time.Second
	driverGrace         = 5 * time.Second
)

// serveDriver answers on l until ctx ends. It closes connections that stay idle for the given time; 0 means a minute.
func serveDriver(ctx context.Context, l net.Listener, handler http.Handler, idle time.Duration, logger *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: driverHeaderTimeout, ReadTimeout: driverReadTimeout, IdleTimeout: cmp.Or(idle, time.Minute),
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), driverGrace)
		defer cancel()
		stopped <- server.Shutdown(within)
	})
	if err := server.Serve(l); stop() {
		return phrase.Failed(phrase.ServeDriverFailed, err)
	}
	if err := <-stopped; err != nil {
		return phrase.Failed(phrase.ServeDriverCut, driverGrace, err)
	}
	return nil
}
