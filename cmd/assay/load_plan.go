package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/arrivals"
)

// defaultRate is what is sent where neither the flags nor the target name a rate.
const defaultRate = "500/s"

// check refuses what is wrong whatever the target.
func (f loadFlags) check() error {
	switch {
	case f.duration <= 0 || f.duration > loadgen.MaxDuration:
		return fmt.Errorf("--duration %s is not more than 0 and at most %s; try 30s", f.duration, loadgen.MaxDuration)
	case f.warmUp < 0 || f.warmUp > loadgen.MaxDuration:
		return fmt.Errorf("--warm-up %s is not between 0 and %s; 0s is none", f.warmUp, loadgen.MaxDuration)
	case f.timeout <= 0 || f.timeout > longestTimeout:
		return fmt.Errorf("--timeout %s is not a time to wait, of at most %s; try 10s", f.timeout, longestTimeout)
	case f.users < 1 || f.users > loadgen.MaxUsers:
		return fmt.Errorf("--users %d is not a number of users; there can be 1 to %d", f.users, loadgen.MaxUsers)
	case f.inFlight < 0 || f.inFlight > loadgen.MaxInFlight:
		return fmt.Errorf("--in-flight %d cannot be; 1 to %d exchanges can be under way, and 0 leaves it to the rate", f.inFlight, loadgen.MaxInFlight)
	case f.seed > math.MaxInt64:
		return fmt.Errorf("--seed %d is too large; the largest is %d", f.seed, math.MaxInt64)
	case !slices.Contains(arrivals.Shapes(), arrivals.Shape(f.shape)):
		return unknownShape(f.shape)
	default:
		return nil
	}
}

// longestTimeout is the longest time that is measured.
const longestTimeout = 10 * time.Minute

func unknownShape(name string) error {
	var names []string
	for _, shape := range arrivals.Shapes() {
		names = append(names, string(shape))
	}
	if near := words.Nearest(strings.ToLower(name), names); near != "" {
		return fmt.Errorf("--shape %q is none; did you mean %q?", name, near)
	}
	return fmt.Errorf("--shape %q is none; there are %s", name, words.List(names))
}

// plan is what the flags say, completed with what the target declares.
func (f loadFlags) plan(target assay.Target) (loadgen.Plan, error) {
	plan := loadgen.Plan{Shape: arrivals.Shape(f.shape), Duration: f.duration, WarmUp: f.warmUp, Timeout: f.timeout,
		Users: f.users, InFlight: f.inFlight, Seed: f.seed}
	var err error
	if plan.Mix, err = f.mixFor(target); err != nil {
		return plan, err
	}
	if plan.SLO, err = f.levels(target); err != nil {
		return plan, err
	}
	plan.DeclaredRate = target.Declares.Rate
	return plan, f.pace(&plan)
}

// pace sets the plan's rates, and refuses a schedule that cannot be.
func (f loadFlags) pace(plan *loadgen.Plan) error {
	text := f.rate
	if text == "" {
		text = cmp.Or(perSecond(plan.DeclaredRate), defaultRate)
	}
	rate, err := assay.ParseRateRange(text)
	if err != nil {
		return fmt.Errorf("--rate %w", err)
	}
	isRange := strings.Contains(text, "..")
	switch {
	case f.findLimit && (isRange || rate.IsMax()):
		return fmt.Errorf("--find-limit begins with one rate, and --rate is %s; write it like --rate 500/s", text)
	case f.findLimit && f.shape != string(arrivals.Constant):
		return fmt.Errorf("--find-limit goes at constant rates, and --shape is %s; leave one of them out", f.shape)
	case rate.IsMax() && f.shape != string(arrivals.Constant):
		return fmt.Errorf("--rate max follows no schedule, and --shape is %s; leave the shape out, or give a rate like 500/s", f.shape)
	}
	if plan.Closed, plan.Rate = rate.IsMax(), rate.From; isRange {
		plan.To = rate.To
	}
	if plan.Closed {
		return nil
	}
	if _, err := arrivals.New(plan.Shape, plan.Rate, plan.To, plan.Duration, plan.Seed); err != nil {
		return fmt.Errorf("--rate %s: %w", text, err)
	}
	return nil
}

// perSecond is a rate as it is typed; empty for none.
func perSecond(rate float64) string {
	if rate == 0 {
		return ""
	}
	return strconv.FormatFloat(rate, 'f', -1, 64) + "/s"
}

// mixFor is the mix that was asked for; without one, the default mix as far as the target's profiles go.
func (f loadFlags) mixFor(target assay.Target) (loadgen.Mix, error) {
	if f.mix != "" {
		mix, err := loadgen.ParseMix(f.mix)
		if err != nil {
			return mix, fmt.Errorf("--mix %s: %w", f.mix, err)
		}
		return mix, nil
	}
	mix := loadgen.DefaultMix()
	login, phone := slices.Contains(target.Profiles, assay.ProfileLogin), slices.Contains(target.Profiles, assay.ProfilePhone)
	switch {
	case phone && !login:
		mix.Login = 0
	case login && !phone:
		mix.Phone = 0
	}
	return mix, nil
}

// levels are the service levels that were asked for; without any, those that the target declares.
func (f loadFlags) levels(target assay.Target) ([]assay.SLO, error) {
	if len(f.slo) == 0 {
		return target.Declares.SLO, nil
	}
	var levels []assay.SLO
	for _, text := range f.slo {
		level, err := assay.ParseSLO(text)
		if err != nil {
			return nil, fmt.Errorf("--slo %w", err)
		}
		levels = append(levels, level)
	}
	return levels, nil
}

// measurable refuses a driver that gives no codes in bulk: a load run has a fresh one for every exchange.
func measurable(hello assay.Hello, driver string) error {
	switch {
	case hello.Offers(assay.OpMint):
		return nil
	case driver == "none":
		return errors.New("a load run needs a driver that mints codes, and the target names no driver; docs/driver.md says how to write one")
	default:
		return errors.New("a load run needs a driver that mints codes, and this one does not offer mint; docs/driver.md says how")
	}
}
