package phrase

// What the flags and the plan of a load run have that it refuses.
const (
	TagSecret             Key = "usage.load-tag-secret"
	ComparisonFlag        Key = "usage.load-comparison-flag"
	AgainstBeside         Key = "usage.load-against-beside"
	AgainstFixed          Key = "usage.load-against-fixed"
	AgainstBesidePlan     Key = "usage.load-against-beside-plan"
	AgainstReferenceApart Key = "usage.load-against-reference"
	AgainstNeedsTarget    Key = "usage.load-against-target"
	SideFailed            Key = "usage.load-side"
	AgainstClosed         Key = "usage.load-against-closed"
	RawForeign            Key = "usage.load-raw-foreign"
	RawFailed             Key = "usage.load-raw-failed"
	LimitWithinForm       Key = "usage.load-limit-within"
	OutOfRange            Key = "usage.load-range"
	AboutSearch           Key = "usage.load-about-search"
	RangeAbove            Key = "usage.load-range-above"
	WarmUpRange           Key = "usage.load-warm-up-range"
	PatienceRange         Key = "usage.load-patience-range"
	UsersRange            Key = "usage.load-users-range"
	LoadInFlightRange     Key = "usage.load-in-flight-range"
	LoadSeedTooLarge      Key = "usage.load-seed-large"
	AbortOnUnknown        Key = "usage.load-abort-on"
	SearchBeside          Key = "usage.load-search-beside"
	SearchStages          Key = "usage.load-search-stages"
	OneRateStages         Key = "usage.load-one-rate-stages"
	OneRateShape          Key = "usage.load-one-rate-shape"
	FlagWith              Key = "usage.load-of"
	ShapeNear             Key = "usage.load-shape-near"
	ShapeUnknown          Key = "usage.load-shape-unknown"
	ConnectionsForm       Key = "usage.load-connections"
	OfLevel               Key = "usage.load-of-level"
	SearchOneRate         Key = "usage.load-search-one-rate"
	SearchConstant        Key = "usage.load-search-constant"
	ClosedUntil           Key = "usage.load-closed-until"
	ClosedShape           Key = "usage.load-closed-shape"
	ShapeAtRate           Key = "usage.load-shape-at-rate"
	PlanMemberFailed      Key = "usage.load-member-failed"
	LevelOfStage          Key = "usage.load-level-of-stage"
	LoadNeedsDriver       Key = "usage.load-needs-driver"
	LoadNeedsMint         Key = "usage.load-needs-mint"
	FlagStages            Key = "usage.load-flag-stages"
	MemberIsNot           Key = "usage.load-member-is-not"
	TagsTooMany           Key = "usage.load-tags-many"
	TagForm               Key = "usage.load-tag-form"
	TagTwice              Key = "usage.load-tag-twice"
	OutTaken              Key = "usage.load-out-taken"
	RawTaken              Key = "usage.load-raw-taken"
	MetricsForm           Key = "usage.load-metrics-form"
	LingerNegative        Key = "usage.load-linger-negative"
	LingerAlone           Key = "usage.load-linger-alone"
	RemoteWriteForm       Key = "usage.load-remote-write"
)

func ofLoadUsage() map[Key]Text {
	return map[Key]Text{
		TagSecret:             always("--tag %s has a secret for its value, and every report shows tags; use another value"),
		ComparisonFlag:        always("--%s is about a comparison; add --against, or use assay report compare"),
		AgainstBeside:         always("--against measures two targets and cannot be combined with --%s; omit one of them"),
		AgainstFixed:          always("--against measures for a fixed duration; omit findLimit, until and abortOn from the plan"),
		AgainstBesidePlan:     always("--against measures two targets and cannot be combined with %s; omit one of them"),
		AgainstReferenceApart: always("--against reference runs in this process, which the other target does not; name the target file of a deployment"),
		AgainstNeedsTarget:    always("--against needs a target too: the reference platform runs in this process, which the other one does not; add --target"),
		SideFailed:            always("side %s: %s"),
		AgainstClosed:         always("--rate max has no schedule to share and cannot be combined with --against; use a rate like 500/s"),
		RawForeign:            always("--raw %s: it has something else than the raw results of an earlier run, which this run would replace; name another file"),
		RawFailed:             always("--raw %s: %s; use a writable file"),
		LimitWithinForm:       always("%s %s is not a percentage from %s to %s; use one like %s"),
		OutOfRange:            always("%s %s is out of range; use %s to %s"),
		AboutSearch:           always("%s is about a search; add --find-limit, or omit it"),
		RangeAbove:            always("%s %s is out of range; use more than 0s and at most %s"),
		WarmUpRange:           always("%s %s is out of range; use 0s, for no warm-up, to %s"),
		PatienceRange:         always("%s %s is negative; use one like 20m"),
		UsersRange:            always("%s %d is out of range; use 1 to %d"),
		LoadInFlightRange:     always("%s %d is out of range; use 1 to %d, or 0 to derive it from the rate"),
		LoadSeedTooLarge:      always("%s %s is too large; the largest is %d"),
		AbortOnUnknown:        always("unknown --abort-on %s; use %s"),
		SearchBeside:          always("%s ends with the limit and cannot be combined with %s; omit one of them"),
		SearchStages:          always("%s cannot be combined with the stages of %s; omit one of them"),
		OneRateStages:         always("%s needs one rate and cannot be combined with the stages of %s; omit one of them"),
		OneRateShape:          always("%s needs one rate and cannot be combined with %s %s; omit one of them"),
		FlagWith:              always("%s %s"),
		ShapeNear:             always("unknown --shape %s; did you mean %s?"),
		ShapeUnknown:          always("unknown --shape %s; use %s"),
		ConnectionsForm:       always("%s: %s; use reuse=false for one request on each, or maxRequests=50"),
		OfLevel:               always("%s %s %s"),
		SearchOneRate:         always("%s starts at one rate, not at %s %s; use one like --rate 500/s"),
		SearchConstant:        always("%s uses constant rates and cannot be combined with %s %s; omit one of them"),
		ClosedUntil:           always("%s max has no schedule to judge times by and cannot be combined with %s; use a rate like 500/s"),
		ClosedShape:           always("%s max has no schedule and cannot be combined with %s %s; omit --shape, or use a rate like 500/s"),
		ShapeAtRate:           always("%s %s at the rate %s, as no other is given: %s"),
		PlanMemberFailed:      always("%s %s: %s"),
		LevelOfStage:          always("%s %s is about the stage %s, which the plan does not have; %s"),
		LoadNeedsDriver:       always("a load run needs a driver that mints codes, but the target names no driver; docs/driver.md shows how to write one"),
		LoadNeedsMint:         always("a load run needs a driver that mints codes, but this one does not offer mint; docs/driver.md shows how"),
		FlagStages:            always("--%s cannot be combined with the stages of %s; change the stages, or omit --%s"),
		MemberIsNot:           always("%s: %s %s is not %s"),
		TagsTooMany:           always("%d tags are too many; use at most %d"),
		TagForm:               always("--tag %s is not NAME=VALUE; write it like build=1.4.2"),
		TagTwice:              always("--tag %s is given twice; keep one of the two"),
		OutTaken:              always("--out %s: another run writes its results there; name another directory"),
		RawTaken:              always("--raw %s: another run writes its results there; name another file"),
		MetricsForm:           always("--metrics %s is not HOST:PORT; write it like 127.0.0.1:9000"),
		LingerNegative:        always("--linger %s is negative; use one like 30s"),
		LingerAlone:           always("--linger %s has no effect without --metrics; add --metrics HOST:PORT"),
		RemoteWriteForm:       always("--remote-write is %s; write it like http://127.0.0.1:9090/api/v1/write"),
	}
}
