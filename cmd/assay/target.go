package main

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/targetfile"
)

// targetFlags name the target.
type targetFlags struct {
	file      string
	overrides targetfile.Overrides
	pat       string
	wait      time.Duration // for what is still starting; 0 for commands without --wait
	teller    io.Writer     // gets a line for what is waited for; nil for none
}

func (f *targetFlags) register(command *cobra.Command) {
	flags := command.Flags()
	flags.SortFlags = false // in the order of use
	flags.StringVar(&f.file, "target", "", "target `FILE` of the implementation; without one it is the reference platform")
	flags.StringSliceVar(&f.overrides.APIServers, "api-server", nil, "base `URL` of the API server, instead of the target file's; repeat for replicas")
	flags.StringSliceVar(&f.overrides.Apps, "app", nil, "mini-program `ID`, instead of the target file's; repeat for a second")
	flags.StringVar(&f.pat, "pat", "", "valid access token, instead of the target file's: file:PATH, or the `PAT` itself")
	flags.StringVar(&f.overrides.Driver, "driver", "", "`DRIVER`, instead of the target file's: exec:COMMAND ARGS, an http URL, or pool:PATH")
	flags.StringSliceVar(&f.overrides.Profiles, "profile", nil, "`LIST` of profiles to judge by, with commas, instead of the target file's: "+words.List(assay.Profiles()))
}

// named reports whether the flags name an implementation; profiles alone do not.
func (f *targetFlags) named() bool {
	o := f.overrides
	return f.file != "" || len(o.APIServers)+len(o.Apps) > 0 || f.pat != "" || o.Driver != ""
}

// An implementation is an open target: its description, its waivers and its host app.
type implementation struct {
	target  assay.Target
	waivers []assay.Waiver
	host    assay.Host
	hello   assay.Hello
	close   func()
}

// open reads the target and starts or reaches its driver; without a target it starts the reference platform. The standard
// error of a driver goes to log.
func (f *targetFlags) open(ctx context.Context, around surroundings, log io.Writer) (implementation, error) {
	if err := assay.CheckProfiles(f.overrides.Profiles); err != nil {
		return implementation{}, err
	}
	if !f.named() {
		return startReference(ctx, f.overrides.Profiles)
	}
	target, err := f.load(around)
	if err != nil {
		return implementation{}, err
	}
	var waivers []assay.Waiver
	if target.Waivers != "" {
		if waivers, err = targetfile.LoadWaivers(target.Waivers, assay.Requirements(), time.Now()); err != nil {
			return implementation{}, err
		}
	}
	starting := f.starter(f.teller, around.in)
	under := implementation{target: target, waivers: waivers}
	err = starting.await(ctx, phrase.Say(phrase.DriverItself), func(ctx context.Context) error { return under.openDriver(ctx, &starting, log) })
	if err != nil {
		return implementation{}, err
	}
	if err := starting.platform(ctx, target); err != nil {
		under.close()
		return implementation{}, err
	}
	return under, nil
}

// openDriver starts or reaches the driver. Only a server may still be starting: for any other driver, starting ends.
func (i *implementation) openDriver(ctx context.Context, starting *starter, log io.Writer) error {
	host, hello, closeHost, err := driver.Open(ctx, i.target, log)
	if err != nil {
		if i.target.Driver.Kind() != assay.DriverHTTP {
			starting.until = time.Time{}
		}
		return driverError(i.target.Driver, err)
	}
	i.host, i.hello, i.close = host, hello, func() { _ = closeHost() }
	return nil
}

// load reads the target that the flags name.
func (f *targetFlags) load(around surroundings) (assay.Target, error) {
	if err := assay.CheckProfiles(f.overrides.Profiles); err != nil {
		return assay.Target{}, err
	}
	overrides := f.overrides
	overrides.PAT = assay.Secret(f.pat)
	target, err := overrides.Load(f.file, around.env)
	learnTarget(around.secrets, target)
	if err == nil {
		for _, warning := range slices.Concat(transportWarnings(target, time.Now()), unusedWarnings(target, around.env)) {
			remark(around.stderr, around.in, phrase.Say(phrase.Warning, warning))
		}
	}
	return target, err
}

// driverError adds the URL of a driver that cannot be reached, without the query, which may contain a secret.
func driverError(config assay.DriverConfig, err error) error {
	failed, ok := errors.AsType[*assay.DriverError](err)
	if !ok || config.Kind() != assay.DriverHTTP || errors.Is(err, context.Canceled) {
		return err
	}
	address, _, _ := strings.Cut(config.HTTP, "?")
	if failed.Err != nil {
		return phrase.Failed(phrase.DriverUnreached, address, failed.Why, failed.Err)
	}
	return phrase.Failed(phrase.DriverRefuses, address, failed.Why)
}

// startReference runs the reference platform in this process, on a free loopback port.
func startReference(ctx context.Context, profiles []string) (implementation, error) {
	r, err := reference.New(reference.Options{Version: version(), Platform: platform.Config{}})
	if err != nil {
		return implementation{}, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return implementation{}, phrase.Failed(phrase.ReferencePort, err)
	}
	// It outlives an interrupt, so that the run can finish.
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.Serve(serving, l) // the run reports a platform that has stopped
	}()
	host, hello, err := driver.Greet(ctx, r.Host())
	if err != nil {
		stop()
		return implementation{}, err
	}
	target := r.Target("http://" + l.Addr().String())
	if len(profiles) > 0 {
		target.Profiles = profiles
	}
	return implementation{target: target, host: host, hello: hello, close: func() { stop(); <-done }}, nil
}
