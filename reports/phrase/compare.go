package phrase

// What a comparison of load runs concludes.
const (
	CompareWorse         Key = "compare.worse"     // figure, A's, B's
	CompareIncorrect     Key = "compare.incorrect" // exchanges
	CompareMended        Key = "compare.mended"    // exchanges
	CompareLevel         Key = "compare.level"     // service level
	CompareFewRuns       Key = "compare.few-runs"  // figure, runs of A, runs of B, runs needed
	CompareNoise         Key = "compare.noise"     // figure, lower end, upper end
	CompareTwice         Key = "compare.twice"     // how often, side
	CompareItself        Key = "compare.itself"
	CompareUnfit         Key = "compare.unfit" // side, outcome
	CompareEmpty         Key = "compare.empty" // side
	CompareFloor         Key = "compare.floor" // side, noise floor, p99
	CompareBothIncorrect Key = "compare.both-incorrect"
	ComparePlans         Key = "compare.plans"  // member, A's, another's
	CompareLimits        Key = "compare.limits" // A's, another's
)

func ofCompare() map[Key]Text {
	return map[Key]Text{
		CompareWorse: always("%s is worse: %s, then %s"),
		CompareIncorrect: counted("B has %d incorrect exchange, A has none: no figure excuses it",
			"B has %d incorrect exchanges, A has none: no figure excuses them"),
		CompareMended: counted("A has %d incorrect exchange, B has none", "A has %d incorrect exchanges, B has none"),
		CompareLevel:  always("B violates %s, which A holds"),
		CompareFewRuns: always("%s is not known: %d and %d runs do not show how much runs of one build differ; make at least %d of each, " +
			"taking turns"),
		CompareNoise:         always("%s is not known: its change is somewhere from %s to %s; make more runs of each, taking turns"),
		CompareTwice:         counted("%d run of side %s was named again and counts once", "%d runs of side %s were named again and count once"),
		CompareItself:        always("both sides have the same run"),
		CompareUnfit:         always("a run of side %s ended %s: its figures say nothing of its target"),
		CompareEmpty:         always("a run of side %s has no response times"),
		CompareFloor:         always("a run of side %s measures the generator: its p99 was %s for a target that takes no time, and %s for its own"),
		CompareBothIncorrect: always("both sides are incorrect: fix that first"),
		ComparePlans:         always("the plans differ in %s: %s and %s"),
		CompareLimits:        always("the runs confirm the limits of two searches, which differ: %s and %s; compare runs at one --rate"),
	}
}
