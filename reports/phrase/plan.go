package phrase

// What is wrong with the values of a plan or of the flags of a run.
const (
	MixForm              Key = "plan.mix-form"
	MixNear              Key = "plan.mix-near"
	MixUnknown           Key = "plan.mix-unknown"
	MixTwice             Key = "plan.mix-twice"
	MixWeight            Key = "plan.mix-weight"
	MixNothing           Key = "plan.mix-nothing"
	MixReplay            Key = "plan.mix-replay"
	TagName              Key = "plan.tag-name"
	TagReserved          Key = "plan.tag-reserved"
	TagEmpty             Key = "plan.tag-empty"
	TagLong              Key = "plan.tag-long"
	TagUnprintable       Key = "plan.tag-unprintable"
	GoalFigure           Key = "plan.goal-figure"
	GoalWidth            Key = "plan.goal-width"
	ReuseForm            Key = "plan.reuse"
	MaxRequestsForm      Key = "plan.max-requests"
	ConnectionsUnknown   Key = "plan.connections"
	EngineUnknown        Key = "plan.engine"
	ScheduleLength       Key = "plan.duration"
	ShapeTwoRates        Key = "plan.two-rates"
	ShapeNoRange         Key = "plan.one-rate"
	RateNumber           Key = "plan.rate-number"
	RateNotPositive      Key = "plan.rate-positive"
	RateTooHigh          Key = "plan.rate-high"
	NoArrival            Key = "plan.no-arrival"
	ManyArrivals         Key = "plan.arrivals"
	ArrivalsShapeNear    Key = "plan.shape-near"
	ArrivalsShapeUnknown Key = "plan.shape"
	LevelByChance        Key = "plan.by-chance"
	LevelAboveOffer      Key = "plan.above-offer"
	ToleranceForm        Key = "plan.tolerance"
	SkipAll              Key = "suite.skip-all"
	OnlyNothing          Key = "suite.only-nothing"
)

func ofPlan() map[Key]Text {
	return map[Key]Text{
		MixForm:              always("%s is not NAME=WEIGHT; write it like login=0.9,phone=0.1"),
		MixNear:              always("unknown name %s; did you mean %s?"),
		MixUnknown:           always("unknown name %s; use %s"),
		MixTwice:             always("%s has two weights; give it one"),
		MixWeight:            always("the weight %s of %s is not a number of at least 0; write it like 0.9"),
		MixNothing:           always("the weights add up to %s, so that nothing can be sent; give at least one of %s a weight"),
		MixReplay:            always("%s has no accepted codes to replay; add login or phone"),
		TagName:              always("%s is not a name; use a letter and then at most %d letters, digits and _"),
		TagReserved:          always("%s has the name of a label that the metrics have already; use another name"),
		TagEmpty:             always("%s has no value; give it one, or omit it"),
		TagLong:              always("%s has a value of %d characters; use at most %d"),
		TagUnprintable:       always("%s has a value with characters that cannot be printed; use others"),
		GoalFigure:           always("%s is about %s; only a percentile or the mean can be waited for to a width, so write it like %s"),
		GoalWidth:            always("%s does not end with a percentage between 0 and 100; write it like %s"),
		ReuseForm:            always("reuse %s is not true or false"),
		MaxRequestsForm:      always("maxRequests %s is not a number from 1 to %d"),
		ConnectionsUnknown:   always("%s is not reuse=false or maxRequests=N"),
		EngineUnknown:        always("unknown engine %s; use %s"),
		ScheduleLength:       always("duration %s is not positive; use one like 30s"),
		ShapeTwoRates:        always("shape %s needs two rates; write them like %s..%s"),
		ShapeNoRange:         always("shape %s has one rate, not the range %s..%s; use one rate, or one of %s"),
		RateNumber:           always("the rate is not a number; write it like 500/s"),
		RateNotPositive:      always("rate %s is not positive; use one like 500/s"),
		RateTooHigh:          always("rate %s is too high; use at most %s"),
		NoArrival:            always("no arrival falls within %s at this rate; raise the rate or the duration"),
		ManyArrivals:         always("%s arrivals within %s are more than %d; lower the rate or the duration"),
		ArrivalsShapeNear:    always("unknown shape %s; did you mean %s?"),
		ArrivalsShapeUnknown: always("unknown shape %s; use %s"),
		LevelByChance:        always("may not hold by chance alone, as the random gaps of the shape poisson offer %s on average, and %s at least; use a lower bound, or the shape constant"),
		LevelAboveOffer:      always("can never hold, as the schedule offers %s; use a lower bound or a higher rate"),
		ToleranceForm:        always("%s %s is not a share from 0 to 1; write %s as 0.05"),
		SkipAll:              always("--skip %s leaves nothing to try; leave out fewer, or choose some with --only"),
		OnlyNothing:          always("--only %s and --skip %s leave nothing to try; drop one of the patterns"),
	}
}
