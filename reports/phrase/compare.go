package phrase

// What a comparison of load runs concludes.
const (
	CompareWorse         Key = "compare.worse"          // figure, A's, B's
	CompareIncorrect     Key = "compare.incorrect"      // exchanges
	CompareMended        Key = "compare.mended"         // exchanges
	CompareLevel         Key = "compare.level"          // service level
	CompareLevelFigures  Key = "compare.level-figures"  // service level
	CompareLevelUnknown  Key = "compare.level-unknown"  // service level
	CompareFewRuns       Key = "compare.too-few-runs"   // figures, runs needed, runs of A, runs of B
	CompareFewErrors     Key = "compare.too-few-errors" // A's, B's, runs needed, runs of A, runs of B
	CompareUndecided     Key = "compare.undecided"      // side, run, why
	CompareNoise         Key = "compare.noise"          // figure, lower end, upper end
	CompareOwnDelay      Key = "compare.own-delay"      // figure, A's, B's, the generator's delay
	CompareTwice         Key = "compare.twice"          // how often, side
	CompareItself        Key = "compare.itself"
	CompareUnfit         Key = "compare.unfit"    // side, outcome
	Contradicts          Key = "load.contradicts" // member, another
	CompareEmpty         Key = "compare.empty"    // side
	CompareFloor         Key = "compare.floor"    // side, noise floor, p99
	CompareBothIncorrect Key = "compare.both-incorrect"
	ComparePlans         Key = "compare.other-plan"  // side, starts, differences from the first run of A
	ComparePlan          Key = "compare.plan-member" // member, value, that of the first run of A
	CompareTag           Key = "compare.tag"         // name, A's values, B's
	CompareMachines      Key = "compare.machines"    // machines
	CompareLimits        Key = "compare.limits"      // A's, another's
	CompareShort         Key = "compare.short"       // figures
	ComparePairNoise     Key = "compare.pair-noise"  // figure, lower end, upper end
	ComparePairErrors    Key = "compare.pair-errors" // A's, B's
	ComparePairPlans     Key = "compare.pair-plans"  // differences of B from A
	ComparePair          Key = "compare.pair"
	ComparePairsNoise    Key = "compare.pairs-noise"   // figure, lower end, upper end
	CompareFewPairs      Key = "compare.too-few-pairs" // figures, pairs needed, pairs
	CompareMixedPairs    Key = "compare.mixed-pairs"
	CompareHidden        Key = "compare.hidden" // A's, B's, difference, tolerance of errors
	FigureErrors         Key = "compare.figure-errors"
	FigureThroughput     Key = "compare.figure-throughput"
	FigureSilent         Key = "compare.figure-silent"
	FigureGap            Key = "compare.figure-gap"
	FigureMean           Key = "compare.figure-mean"
	FigureMore           Key = "compare.figure-more" // figures, another
	HalfOfArrivals       Key = "load.half"           // side, rate, rate of both
)

func ofCompare() map[Key]Text {
	return map[Key]Text{
		CompareWorse: always("B is worse in %s: %s in A, %s in B"),
		CompareIncorrect: counted("B has %d incorrect exchange, A has none: no figure excuses it",
			"B has %d incorrect exchanges, A has none: no figure excuses them"),
		CompareMended:       counted("A has %d incorrect exchange, B has none", "A has %d incorrect exchanges, B has none"),
		CompareLevel:        always("B violates %s, which A holds"),
		CompareLevelFigures: always("by the figures of runs that were not judged by it, B violates %s, and A holds it"),
		CompareLevelUnknown: always("B violates %s, and it is not known whether A holds it"),
		CompareFewRuns: always("not known: %s; make %d runs a side, alternately: %d of A and %d of B do not show how much runs of one " +
			"build differ"),
		CompareFewErrors: always("not known: errors; they are %s in A and %s in B, but errors come together, so that runs of one build may differ " +
			"as much; make %d runs a side, alternately: there are %d of A and %d of B"),
		CompareUndecided:     always("the figures of a run of side %s (%s) say nothing of its target: %s"),
		CompareOwnDelay:      always("not known: %s; it is %s in A and %s in B, and the generator itself was %s late, more than half of the difference"),
		CompareNoise:         always("not known: %s; its change is somewhere from %s to %s; make more runs of each, alternately"),
		CompareTwice:         counted("%d run of side %s was named again and counts once", "%d runs of side %s were named again and count once"),
		CompareItself:        always("both sides have the same run"),
		CompareUnfit:         always("a run of side %s (%s) ended %s: its figures say nothing of its target"),
		Contradicts:          always("%s does not agree with %s"),
		CompareEmpty:         always("a run of side %s (%s) has no response times"),
		CompareFloor:         always("a run of side %s (%s) measures the generator: its p99 was %s for a target that takes no time, and %s for its own"),
		CompareBothIncorrect: always("both sides are incorrect: fix that first"),
		ComparePlans: always("%s (%s) has another plan than the first run of A: %s; " +
			"make both sides with the same flags"),
		ComparePlan:      always("%s %s instead of %s"),
		CompareTag:       always("the tag %s differs: %s in A, %s in B"),
		CompareMachines:  always("the runs were made on different machines: %s"),
		CompareLimits:    always("the runs confirm the limits of two searches, which differ: %s and %s; compare runs at one --rate"),
		CompareShort:     always("not known: %s; the run is too short to show how much its parts vary; use a longer --duration"),
		ComparePairNoise: always("not known: %s; its change is somewhere from %s to %s; use a longer --duration"),
		ComparePairErrors: always("not known: errors; they are %s in A and %s in B, but errors come together, so that two halves of the arrivals at one target " +
			"may differ as much; use a longer --duration"),
		ComparePairPlans: always("the two targets are not measured alike: %s"),
		ComparePair: always("both runs are sides of one assay load --against, which compares them by the same moments; use the comparison.json that it " +
			"wrote in the directory above theirs"),
		ComparePairsNoise: always("not known: %s; its change is somewhere from %s to %s; make more pairs with assay load --against"),
		CompareFewPairs:   always("not known: %s; make %d pairs with assay load --against: %d do not show how much they differ"),
		CompareMixedPairs: always("some runs are sides of one assay load --against, and others are not, or lack their other side; name both sides of every pair, as in " +
			"1/a,2/a,3/a 1/b,2/b,3/b, or only runs that were made apart"),
		CompareHidden: always("not known: errors; they are %s in A and %s in B, and so few exchanges may hide a difference of %s; " +
			"use a longer --duration, or a higher --tolerance-errors than %s"),
		FigureErrors:     always("errors"),
		FigureThroughput: always("throughput"),
		FigureSilent:     always("silent"),
		FigureGap:        always("gap"),
		FigureMean:       always("mean"),
		FigureMore:       always("%s, %s"),
		HalfOfArrivals:   always("this is side %s of two that were measured together: it got %s, half of the arrivals of %s; the CPU time and memory are those of both"),
	}
}
