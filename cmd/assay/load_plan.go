package main

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// defaultRate is the rate per second if neither the flags nor the target name one.
const defaultRate = 500

// refuse refuses flags that are wrong for every target, or cannot be combined: a run and --print-plan refuse the same.
func (f loadFlags) refuse(command *cobra.Command) error {
	limits := f.limit.check(f.findLimit, f.named)
	if f.overridesSearch() && limits != nil {
		_, limits = f.limit.share(f.named) // the plan file has them, for the search that a flag turns off
	}
	return errors.Join(f.check(), limits, f.shown.check(), f.checkAgainst(command))
}

// overridesSearch reports whether --find-limit=false turns off the search of a plan file that also says how precise it is.
func (f loadFlags) overridesSearch() bool {
	return f.given != nil && f.given("find-limit") && !f.findLimit && !f.given("limit-within") && !f.given("limit-time")
}

// check refuses flags that are wrong for every target.
func (f loadFlags) check() error {
	switch {
	case f.duration <= 0 || f.duration > loadgen.MaxDuration:
		return phrase.Failed(phrase.RangeAbove, f.named("duration"), f.duration, loadgen.MaxDuration)
	case f.warmUp < 0 || f.warmUp > loadgen.MaxDuration:
		return phrase.Failed(phrase.WarmUpRange, f.named("warm-up"), f.warmUp, loadgen.MaxDuration)
	case f.timeout <= 0 || f.timeout > longestTimeout:
		return phrase.Failed(phrase.RangeAbove, f.named("timeout"), f.timeout, longestTimeout)
	case f.patience < 0:
		return phrase.Failed(phrase.PatienceRange, f.named("patience-limit"), f.patience)
	case f.users < 1 || f.users > loadgen.MaxUsers:
		return phrase.Failed(phrase.UsersRange, f.named("users"), f.users, loadgen.MaxUsers)
	case f.inFlight < 0 || f.inFlight > loadgen.MaxInFlight:
		return phrase.Failed(phrase.LoadInFlightRange, f.named("in-flight"), f.inFlight, loadgen.MaxInFlight)
	case f.seed > math.MaxInt64:
		return phrase.Failed(phrase.LoadSeedTooLarge, f.named("seed"), f.seed, math.MaxInt64)
	case !slices.Contains(arrivals.Shapes(), arrivals.Shape(f.shape)):
		return unknownShape(f.shape)
	default:
		_, err := f.tagMap()
		_, unknown := f.engineKind()
		_, unused := f.reuse()
		return errors.Join(f.checkEnd(), err, unknown, unused, f.target.checkWait())
	}
}

// aboutViolated is the event of --abort-on.
const aboutViolated = "violated"

// checkEnd refuses flags about the end of a run that are wrong for every target.
func (f loadFlags) checkEnd() error {
	switch {
	case f.abortOn != "" && f.abortOn != aboutViolated:
		return phrase.Failed(phrase.AbortOnUnknown, strconv.Quote(f.abortOn), aboutViolated)
	case f.findLimit && len(f.until) > 0:
		return phrase.Failed(phrase.SearchBeside, f.named("find-limit"), f.beside("until"))
	case f.findLimit && f.abortOn != "":
		return phrase.Failed(phrase.SearchBeside, f.named("find-limit"), f.beside("abort-on"))
	case f.findLimit && len(f.file.Stages) > 0:
		return phrase.Failed(phrase.SearchStages, f.named("find-limit"), f.file.StagesAt)
	default:
		return errors.Join(f.checkOneRate("until", len(f.until) > 0), f.checkOneRate("abort-on", f.abortOn != ""))
	}
}

// checkOneRate refuses a flag that needs one rate beside a schedule that has several.
func (f loadFlags) checkOneRate(flag string, given bool) error {
	switch {
	case !given:
		return nil
	case len(f.file.Stages) > 0:
		return phrase.Failed(phrase.OneRateStages, f.named(flag), f.file.StagesAt)
	case f.shape != string(arrivals.Constant) && f.shape != string(arrivals.Poisson):
		return phrase.Failed(phrase.OneRateShape, f.named(flag), f.beside("shape"), f.shape)
	default:
		return nil
	}
}

// goals returns what has to be known for the run to end.
func (f loadFlags) goals() (goals []loadgen.Goal, err error) {
	for i, text := range f.until {
		goal, err := loadgen.ParseGoal(text)
		if err != nil {
			return nil, phrase.Failed(phrase.FlagWith, f.item("until", i), err)
		}
		goals = append(goals, goal)
	}
	return goals, nil
}

// longestTimeout is the upper end of the histograms.
const longestTimeout = 10 * time.Minute

func unknownShape(name string) error {
	if near := words.Nearest(strings.ToLower(name), shapes()); near != "" {
		return phrase.Failed(phrase.ShapeNear, strconv.Quote(name), strconv.Quote(near))
	}
	return phrase.Failed(phrase.ShapeUnknown, strconv.Quote(name), folded(phrase.Further, shapes()))
}

// engineKind is the engine of --engine.
func (f loadFlags) engineKind() (engine.Kind, error) {
	kind, err := engine.ParseKind(f.engine)
	if err != nil {
		return "", phrase.Failed(phrase.At, f.named("engine"), err)
	}
	return kind, nil
}

// reuse is for how long connections are used.
func (f loadFlags) reuse() (engine.Reuse, error) {
	most, err := engine.ParseReuse(f.connections)
	if err != nil {
		return engine.Reuse{}, phrase.Failed(phrase.ConnectionsForm, f.named("connections"), err)
	}
	return engine.Reuse{MaxRequests: most, FullHandshakes: !f.tlsResume}, nil
}

// shapes lists the names for --shape.
func shapes() []string {
	var names []string
	for _, shape := range arrivals.Shapes() {
		names = append(names, string(shape))
	}
	return names
}

// plan combines the flags with what the target declares.
func (f loadFlags) plan(target assay.Target) (loadgen.Plan, error) {
	plan := loadgen.Plan{Shape: arrivals.Shape(f.shape), Duration: f.duration, WarmUp: f.warmUp, Timeout: f.timeout,
		Users: f.users, InFlight: f.inFlight, Seed: f.seed}
	var err error
	if plan.Engine, err = f.engineKind(); err != nil {
		return plan, err
	}
	if plan.Reuse, err = f.reuse(); err != nil {
		return plan, err
	}
	if plan.Mix, err = f.mixFor(target); err != nil {
		return plan, err
	}
	if plan.SLO, err = f.levels(target); err != nil {
		return plan, err
	}
	if plan.Until, err = f.goals(); err != nil {
		return plan, err
	}
	plan.AbortOnViolated = f.abortOn == aboutViolated
	plan.DeclaredRate = target.Declares.Rate
	if err := f.pace(&plan, target.Declares.RateLimit); err != nil {
		return plan, err
	}
	return plan, f.checkPossible(plan)
}

// checkPossible refuses a service level that no target can keep, by the name of its flag, of its place in the plan file, or of the target
// file's member.
func (f loadFlags) checkPossible(plan loadgen.Plan) error {
	if f.findLimit {
		return nil
	}
	if half, _, err := plan.Halves(); f.against != "" && err == nil { // each of two targets has half of the rate
		plan = half
	}
	for i, slo := range plan.SLO {
		name := "declares.slo of the target"
		if len(f.slo) > 0 {
			name = f.item("slo", i)
		}
		if err := plan.CheckLevel(slo); err != nil {
			return phrase.Failed(phrase.OfLevel, name, strconv.Quote(slo.Expression), err)
		}
	}
	for i, goal := range plan.Until {
		if err := plan.CheckLevel(goal.SLO); err != nil {
			return phrase.Failed(phrase.OfLevel, f.item("until", i), strconv.Quote(goal.String()), err)
		}
	}
	return nil
}

// pace sets the plan's rates, and refuses an impossible schedule.
func (f loadFlags) pace(plan *loadgen.Plan, limit float64) error {
	if len(f.file.Stages) > 0 {
		*plan = plan.InStages(f.file.Stages)
		return nil
	}
	text := f.rate
	if text == "" {
		text = cmp.Or(perSecond(plan.DeclaredRate), within(limit), perSecond(defaultRate))
	}
	rate, err := assay.ParseRateRange(text)
	if err != nil {
		return phrase.Failed(phrase.FlagWith, f.named("rate"), err)
	}
	isRange := strings.Contains(text, "..")
	switch {
	case f.findLimit && (isRange || rate.IsMax()):
		return phrase.Failed(phrase.SearchOneRate, f.named("find-limit"), f.beside("rate"), text)
	case f.findLimit && f.shape != string(arrivals.Constant):
		return phrase.Failed(phrase.SearchConstant, f.named("find-limit"), f.beside("shape"), f.shape)
	case rate.IsMax() && len(f.until) > 0:
		return phrase.Failed(phrase.ClosedUntil, f.named("rate"), f.beside("until"))
	case rate.IsMax() && f.shape != string(arrivals.Constant):
		return phrase.Failed(phrase.ClosedShape, f.named("rate"), f.beside("shape"), f.shape)
	}
	if plan.Closed, plan.Rate = rate.IsMax(), rate.From; isRange {
		plan.To = rate.To
	}
	if plan.Closed {
		return nil
	}
	if _, err := arrivals.New(plan.Shape, plan.Rate, plan.To, plan.Duration, plan.Seed); err != nil && f.rate == "" {
		return phrase.Failed(phrase.ShapeAtRate, f.named("shape"), f.shape, text, err)
	} else if err != nil {
		return phrase.Failed(phrase.PlanMemberFailed, f.named("rate"), text, err)
	}
	return nil
}

// sends says what a plan sends, for a target that limits requests.
func sends(plan loadgen.Plan) phrase.Phrase {
	lasts := plan.WarmUp + plan.Duration
	if plan.Closed {
		return phrase.Say(phrase.LoadSendsAll, lasts)
	}
	rate := mean(plan.Rate, plan.To)
	if len(plan.Stages) > 0 {
		sent := plan.Rate * plan.WarmUp.Seconds()
		for _, stage := range plan.Stages {
			sent += mean(stage.Rate, stage.To) * stage.Duration.Seconds()
		}
		rate = sent / lasts.Seconds()
	}
	return phrase.Say(phrase.LoadSends, int(math.Ceil(rate*lasts.Seconds())), strings.TrimSuffix(benchmark.PlannedRate(rate), "/s"), lasts)
}

// mean is the mean rate between two, the second of which is 0 where there is only one.
func mean(rate, to float64) float64 {
	if to == 0 {
		return rate
	}
	return (rate + to) / 2
}

// perSecond formats a rate as for --rate; empty for 0.
func perSecond(rate float64) string {
	if rate == 0 {
		return ""
	}
	return strconv.FormatFloat(rate, 'f', -1, 64) + "/s"
}

// within is a rate that keeps below a declared limit of requests, although some arrivals make two; empty where the default does.
func within(limit float64) string {
	const share = 0.9
	if limit == 0 || share*limit >= defaultRate {
		return ""
	}
	return perSecond(share * limit)
}

// mixFor returns the mix of --mix or the default mix, either with the endpoints of the target's profiles where --mix names none.
func (f loadFlags) mixFor(target assay.Target) (loadgen.Mix, error) {
	if f.mix != "" {
		mix, err := loadgen.ParseMix(f.mix)
		if err != nil {
			return mix, phrase.Failed(phrase.PlanMemberFailed, f.named("mix"), f.mix, err)
		}
		return mix.For(target.Profiles), nil
	}
	return loadgen.DefaultMixFor(target.Profiles), nil
}

// levels returns the service levels of --slo, or those that the target declares.
func (f loadFlags) levels(target assay.Target) ([]assay.SLO, error) {
	if len(f.slo) == 0 {
		return target.Declares.SLO, nil
	}
	var levels []assay.SLO
	for i, text := range f.slo {
		level, err := assay.ParseSLO(text)
		if err != nil {
			return nil, phrase.Failed(phrase.FlagWith, f.item("slo", i), err)
		}
		if level.Stage != "" && !f.hasStage(level.Stage) {
			return nil, phrase.Failed(phrase.LevelOfStage, f.item("slo", i), strconv.Quote(text), level.Stage, f.stageAdvice())
		}
		levels = append(levels, level)
	}
	return levels, nil
}

func (f loadFlags) hasStage(name string) bool {
	return slices.ContainsFunc(f.file.Stages, func(stage loadgen.Stage) bool { return stage.Name == name })
}

// stageAdvice says which stages there are.
func (f loadFlags) stageAdvice() phrase.Phrase {
	var names []string
	for _, stage := range f.file.Stages {
		names = append(names, stage.Name)
	}
	if len(names) == 0 {
		return phrase.Say(phrase.HintPlan)
	}
	return phrase.Say(phrase.HintUse, names)
}

// measurable refuses a driver that does not mint: a load run needs a fresh code for every exchange.
func measurable(hello assay.Hello, driver assay.DriverKind) error {
	switch {
	case hello.Offers(assay.OpMint):
		return nil
	case driver == assay.NoDriver:
		return phrase.Failed(phrase.LoadNeedsDriver)
	default:
		return phrase.Failed(phrase.LoadNeedsMint)
	}
}
