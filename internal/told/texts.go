package told

// What is wrong with a rate, a service level, a profile or a pattern.
const (
	Quoted           Key = "input.quoted"
	RateOne          Key = "input.rate.one"
	RateForm         Key = "input.rate.form"
	RatePositive     Key = "input.rate.positive"
	RateUnit         Key = "input.rate.unit"
	RateUnitUnknown  Key = "input.rate.unit-unknown"
	RateLow          Key = "input.rate.low"
	RateHigh         Key = "input.rate.high"
	LevelForm        Key = "input.level.form"
	LevelStageName   Key = "input.level.stage-name"
	LevelMetric      Key = "input.level.metric"
	DidYouMean       Key = "input.did-you-mean"
	UseOneOf         Key = "input.use-one-of"
	LevelSlow        Key = "input.level.slow"
	LevelFailing     Key = "input.level.failing"
	LevelLittle      Key = "input.level.little"
	LevelOperator    Key = "input.level.operator"
	LevelScope       Key = "input.level.scope"
	LevelPart        Key = "input.level.part"
	LevelUnit        Key = "input.level.unit"
	LevelLong        Key = "input.level.long"
	LevelDuration    Key = "input.level.duration"
	LevelNever       Key = "input.level.never"
	LevelShare       Key = "input.level.share"
	LevelPercent     Key = "input.level.percent"
	LevelAll         Key = "input.level.all"
	LevelNoErrors    Key = "input.level.no-errors"
	LevelRate        Key = "input.level.rate"
	ProfileUnknown   Key = "input.profile.unknown"
	PatternNear      Key = "input.pattern.near"
	PatternUnknown   Key = "input.pattern.unknown"
	FaultNear        Key = "input.fault.near"
	FaultUnknown     Key = "input.fault.unknown"
	VariationNear    Key = "input.variation.near"
	VariationUnknown Key = "input.variation.unknown"
)

// Texts are the English texts of the keys. %d is a whole number, %s anything else.
func Texts() map[Key]string {
	return map[Key]string{
		Quoted:           "%s %s",
		RateOne:          "is not one rate; write it like 500/s",
		RateForm:         "is not a rate; write it like 500/s",
		RatePositive:     "is not positive; write it like 500/s",
		RateUnit:         "has no unit; did you mean %s/s?",
		RateUnitUnknown:  "has an unknown unit; write it like 500/s or 30000/m",
		RateLow:          "is below the minimum of %s/s",
		RateHigh:         "is above the maximum of %d/s",
		LevelForm:        "is not a service level; write it like p99<50ms",
		LevelStageName:   "has %s for the name of a stage; use a letter and then at most %d letters, digits, _ and -",
		LevelMetric:      "has an unknown metric; %s",
		DidYouMean:       "did you mean %s?",
		UseOneOf:         "use one of %s",
		LevelSlow:        "holds when answers are slow; write it like %s",
		LevelFailing:     "holds when exchanges fail; write it like %s",
		LevelLittle:      "holds when little gets through; write it like %s",
		LevelOperator:    "has the operator %s; use %s or %s, as in %s",
		LevelScope:       "has the unknown scope %s; use login, phone, refusals or all, as in login.p99<50ms",
		LevelPart:        "is about the throughput of a part of the run, which depends on the mix; write it like %s",
		LevelUnit:        "has no unit; write it like %s",
		LevelLong:        "has a bound that is too long; write it like %s",
		LevelDuration:    "does not end with a duration; write it like %s",
		LevelNever:       "can never hold; write it like %s",
		LevelShare:       "does not end with a share; write it like %s",
		LevelPercent:     "lets every exchange fail; did you mean %s?",
		LevelAll:         "lets every exchange fail; write a share below 1 or %s, like %s",
		LevelNoErrors:    "can never hold; write errors<=0 for none",
		LevelRate:        "does not end with a rate; write it like %s",
		ProfileUnknown:   "unknown profile %s; the profiles are %s",
		PatternNear:      "%s matches no requirement; did you mean %s? 'assay explain' lists them all",
		PatternUnknown:   "%s matches no requirement; 'assay explain' lists them all",
		FaultNear:        "unknown fault %s; did you mean %s?",
		FaultUnknown:     "unknown fault %s; the nearest are %s; 'assay power --list' has all %d",
		VariationNear:    "unknown legal variation %s; did you mean %s?",
		VariationUnknown: "unknown legal variation %s; the nearest are %s; 'assay power --list' has all %d",
	}
}
