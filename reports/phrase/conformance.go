package phrase

// Why the outcome of a conformance run is what it is.
const (
	Violated        Key = "reason.violated"  // how many, which
	Following       Key = "reason.following" // how many, which
	InError         Key = "reason.error"     // how many, which
	Untested        Key = "reason.untested"  // how many, which
	Waived          Key = "reason.waived"    // how many, which
	More            Key = "reason.more"      // how many
	NoDriverReason  Key = "reason.no-driver"
	Narrowed        Key = "reason.narrowed"
	NarrowedBy      Key = "reason.narrowed-by" // flags
	Interrupted     Key = "reason.interrupted"
	NotEnded        Key = "reason.not-ended"
	NoProfile       Key = "reason.no-profile"
	NothingJudged   Key = "reason.unjudged"
	ProfileUnjudged Key = "reason.unjudged-profile" // profile
	WaiverUnknown   Key = "reason.waiver-unknown"   // id
	WaiverExpired   Key = "reason.waiver-expired"   // id, day
	WaiverUnneeded  Key = "reason.waiver-unneeded"  // id
	DriverLost      Key = "reason.driver-gone"      // why
	CodeSpoilt      Key = "reason.code-spoilt"
	ResultUnknown   Key = "reason.result-unknown" // id, set
)

// Why a requirement was not tried, or is waived.
const (
	ProfileUndeclared  Key = "untested.profile"    // profile
	ProfilesUndeclared Key = "untested.profiles"   // profiles
	UndeclaredHeading  Key = "untested.undeclared" // profiles
	Untried            Key = "untried"
	UntriedFailed      Key = "untried.failed"
	UntriedNarrowed    Key = "untried.narrowed"
	UntriedInterrupted Key = "untried.interrupted"
	UntriedEnded       Key = "untried.ended"
	UntriedCutShort    Key = "untried.cut-short" // why
	UntriedLoad        Key = "untried.load"
	NotSelected        Key = "untried.unselected"
	WaivedBy           Key = "waived"      // owner, day, reason
	WaivedWith         Key = "waived.with" // the root's id
)

// What to do after a conformance run; a command follows.
const (
	NextRepair  Key = "conform.repair" // id
	NextWaivers Key = "conform.waivers"
	NextConnect Key = "conform.connect"
	NextAgain   Key = "conform.again"
	NextWhole   Key = "conform.whole"
	NextDeclare Key = "conform.declare"
	NextTry     Key = "conform.try" // id
	NextSupply  Key = "conform.supply"
	NextWaived  Key = "conform.waived" // id, day
	NextLoad    Key = "conform.load"
	NextKeep    Key = "conform.keep"
)

func ofNextOfConformance() map[Key]Text {
	return map[Key]Text{
		NextRepair:  always("repair %s first, then run it alone"),
		NextWaivers: always("correct the waivers in the target file, then run it again"),
		NextConnect: always("correct what the error names, then run it again"),
		NextAgain:   always("run it again to its end"),
		NextWhole:   always("run it without --only and --skip"),
		NextDeclare: always("declare a profile"),
		NextTry:     always("see why %s is in error, then run it alone"),
		NextSupply:  always("supply what the untested requirements need, then run it again"),
		NextWaived:  always("repair %s before its waiver ends on %s"),
		NextLoad:    always("measure it, and check every answer under load"),
		NextKeep:    always("run it with every change"),
	}
}

func ofConformance() map[Key]Text {
	return map[Key]Text{
		Violated:        always("%d violated: %s"),
		Following:       counted("%d follows from these: %s", "%d follow from these: %s"),
		InError:         always("%d in error: %s"),
		Untested:        always("%d untested: %s"),
		Waived:          always("%d waived: %s"),
		More:            always("%d more"),
		NoDriverReason:  always("the target names no driver, so requirements that need codes or a host app were not tried; see docs/driver.md"),
		Narrowed:        always("the run was narrowed"),
		NarrowedBy:      always("the run was narrowed by %s"),
		Interrupted:     always("the run was interrupted"),
		NotEnded:        always("the run has not ended"),
		NoProfile:       always("no profile is declared"),
		NothingJudged:   always("nothing was judged"),
		ProfileUnjudged: always("no binding requirement of profile %s was judged"),
		WaiverUnknown:   always("a waiver names %s, which is not a requirement"),
		WaiverExpired:   always("the waiver of %s expired on %s"),
		WaiverUnneeded:  always("the waiver of %s is not needed: the requirement holds"),
		CodeSpoilt: always("the driver passed on a code with white space around it, a control character or a broken character, and the platform " +
			"refused it like that: the driver or the host app has changed it; pass it on as it was issued"),
		DriverLost:    always("requirements that need the driver were not completed: %s"),
		ResultUnknown: always("a result names %s, which is not in %s"),

		ProfileUndeclared:  always("profile %s is not declared"),
		ProfilesUndeclared: always("none of the profiles %s is declared"),
		UndeclaredHeading:  always("Not declared: profile %s"),
		Untried:            always("not tried"),
		UntriedFailed:      always("not tried: the run failed"),
		UntriedNarrowed:    always("not tried: the run was narrowed"),
		UntriedInterrupted: always("not tried: the run was interrupted"),
		UntriedEnded:       always("not tried: the run ended first"),
		UntriedCutShort:    always("not tried: %s"),
		UntriedLoad:        always("judged from a load run; run assay load"),
		NotSelected:        always("not selected"),
		WaivedBy:           always("waived by %s until %s: %s"),
		WaivedWith:         always("covered by the waiver of %s, which it follows"),
	}
}
