package main

import (
	"context"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites"
)

// measure checks that the target is reachable and accepts a fresh code, then makes the run. If the check fails, the result
// is begun with the error.
func (f loadFlags) measure(ctx context.Context, config loadgen.Config, under implementation, begun benchmark.Report, before beforeLoad) (
	benchmark.Report, loadgen.Histograms, error,
) {
	session, err := f.session(config, under, before)
	if err != nil {
		return begun, loadgen.Histograms{}, err
	}
	defer session.Close()
	before.await(forPreflight)
	if failed := session.Preflight(ctx); failed != nil {
		begun.Error, begun.Finished = phrase.Of(failed).Map(config.Redactor.Text), time.Now()
		return benchmark.Conclude(begun), loadgen.Histograms{}, nil
	}
	config.Closing = closings(session, under)
	session.Close() // its connections would take the room of workers
	before.await(forFirstCodes)
	report, measured, err := loadgen.Run(ctx, config)
	report.Notes = append(report.Notes, slowPreflight(session, config.Plan)...)
	return report, measured, err
}

// session opens a session for the pre-flight of a run.
func (f loadFlags) session(config loadgen.Config, under implementation, before beforeLoad) (*suites.Session, error) {
	target := under.target
	target.Profiles = nil
	for _, endpoint := range assay.Endpoints() {
		if config.Plan.Mix.Uses(endpoint) {
			target.Profiles = append(target.Profiles, string(endpoint))
		}
	}
	return suites.Open(suites.Config{Target: target, Host: under.host, Hello: under.hello,
		Timeout: max(config.Plan.Timeout, loadgen.DefaultTimeout), Seed: config.Plan.Seed, Redactor: config.Redactor, PatienceLimit: f.patience,
		Needs: sends(config.Plan), Progress: before})
}

// closings are what the pre-flight found of connections that servers close, for [loadgen.Config].
func closings(session *suites.Session, under implementation) (all []int64) {
	for replica := range under.target.APIServers {
		all = append(all, session.Closing(replica))
	}
	return all
}

// slowPreflight says that the pre-flight waited longer for an answer than the run does.
func slowPreflight(session *suites.Session, plan loadgen.Plan) []phrase.Phrase {
	if slowest := session.Slowest(); slowest > plan.Timeout {
		return []phrase.Phrase{phrase.Say(phrase.SlowPreflight, benchmark.Duration(slowest.Seconds()), plan.Timeout)}
	}
	return nil
}
