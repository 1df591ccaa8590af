package phrase

// Why the outcome of a load run is what it is, and what a reader has to know of it.
const (
	UntilKnown       Key = "load.until-known"   // goals, time
	UntilUnknown     Key = "load.until-unknown" // goals, time
	AbortedOn        Key = "load.aborted-on"    // service levels, time
	LevelMissed      Key = "load.level-missed"  // service level, observed
	LevelUnknown     Key = "load.level-unknown" // service level, why
	LevelUnobserved  Key = "load.level-unobserved"
	LevelCensored    Key = "load.level-censored" // exchanges, time
	LevelClosed      Key = "load.level-closed"
	LevelNotOffered  Key = "load.level-not-offered"   // rate
	LevelTooFew      Key = "load.level-too-few"       // exchanges, metric, exchanges
	LevelTooFewFor   Key = "load.level-too-few-for"   // exchanges, metric, exchanges, duration
	LevelTooFewStage Key = "load.level-too-few-stage" // exchanges, metric, exchanges
	LevelNear        Key = "load.level-near"          // share, share, allowed share
	LevelBetween     Key = "load.level-between"       // figure, figure
	LevelShort       Key = "load.level-short"
	LevelWorth       Key = "load.level-worth"     // exchanges, metric, exchanges
	LevelLonger      Key = "load.level-longer"    // why, duration
	LevelStage       Key = "load.level-stage"     // why, duration, stage
	LevelStages      Key = "load.level-stages"    // why, duration
	LevelNoLonger    Key = "load.level-no-longer" // why
	LevelAtMost      Key = "load.level-at-most"   // share, allowed share
	LevelAtLeast     Key = "load.level-at-least"  // share, allowed share
	ClosedStall      Key = "load.closed-stall"    // time
	SlowServer       Key = "load.slow-server"     // server, percentile, time, the others' time
	FellBehind       Key = "load.fell-behind"     // exchanges
	WrongIdentity    Key = "load.wrong-identity"
	WithoutIdentity  Key = "load.without-identity"
	RedeemedTwice    Key = "load.redeemed-twice"
	BadPATAccepted   Key = "load.bad-pat"
	Stopped          Key = "load.stopped"
	StoppedEarly     Key = "load.stopped-early"
	NothingSent      Key = "load.nothing-sent"
	LimitUnconfirmed Key = "load.unconfirmed"
	Unsent           Key = "load.unsent"         // unsent, due
	Late             Key = "load.late"           // time, percentile
	LateCrowded      Key = "load.late-crowded"   // time, percentile, exchanges, workers
	LateButHolds     Key = "load.late-but-holds" // lateness
	OfWarmUp         Key = "load.of-warm-up"     // what was wrong, exchanges
	NoMoreCodes      Key = "load.no-more-codes"  // kind, why
	RawIncomplete    Key = "load.raw"            // why
	EngineForeign    Key = "load.engine-foreign"
	EngineDeaf       Key = "load.engine-deaf" // server
	MachineFailed    Key = "load.machine"     // why
)

// What a load run says of the requirements about load.
const (
	NoneAccepted      Key = "load.none-accepted"
	NoneCompared      Key = "load.none-compared"
	MembersUncompared Key = "load.members-uncompared" // members, users
	MostUncompared    Key = "load.most-uncompared"    // exchanges, of all, users
	FewCompared       Key = "load.few-compared"       // exchanges, what it takes
	AllRight          Key = "load.all-right"          // exchanges
	SomeRight         Key = "load.some-right"         // exchanges, further ones
	NoReplays         Key = "load.no-replays"
	ReplaysUndecided  Key = "load.replays-undecided"
	FewReplays        Key = "load.few-replays"      // codes, what it takes
	ReplaysRefused    Key = "load.replays-refused"  // refused, sent
	EndpointUntried   Key = "load.endpoint-untried" // endpoint
	NoLevels          Key = "load.no-levels"
	LevelsUntold      Key = "load.levels-untold" // why
	LevelsClosed      Key = "load.levels-closed"
	LevelsHold        Key = "load.levels-hold"
	RateTooLow        Key = "load.rate-too-low" // declared rate, rate
	RateUnset         Key = "load.rate-unset"   // declared rate
)

// Why a search for the limit ended.
const (
	SearchTooHigh   Key = "search.too-high"
	SearchUnstable  Key = "search.unstable"
	SearchTooLong   Key = "search.too-long"  // rate, time
	SearchSaturated Key = "search.saturated" // rate, why
	SearchIncorrect Key = "search.incorrect"
)

func ofLoad() map[Key]Text {
	return map[Key]Text{
		UntilKnown:      always("the run ended after %[2]s, when %[1]s was known"),
		UntilUnknown:    always("after %[2]s it is still not known: %[1]s"),
		AbortedOn:       always("the run ended after %[2]s, because it was certain that %[1]s does not hold"),
		LevelMissed:     always("%s does not hold: %s"),
		LevelUnknown:    always("it is not known whether %s holds: %s"),
		LevelUnobserved: always("no exchange that it covers was answered correctly"),
		LevelCensored: counted("%d exchange got no answer within %s, so its time is not known; use a longer --timeout",
			"%d exchanges got no answer within %s, so their times are not known; use a longer --timeout"),
		LevelTooFew: counted("%d exchange is too few to judge %s, which takes %d; use a longer --duration",
			"%d exchanges are too few to judge %s, which takes %d; use a longer --duration"),
		LevelTooFewFor: counted("%d exchange is too few to judge %s, which takes %d; use a --duration of %s or longer",
			"%d exchanges are too few to judge %s, which takes %d; use a --duration of %s or longer"),
		LevelTooFewStage: counted("%d exchange is too few to judge %s, which takes %d; use longer stages",
			"%d exchanges are too few to judge %s, which takes %d; use longer stages"),
		LevelNear:       always("between %s and %s of the exchanges may be beyond the bound, and %s is allowed"),
		LevelBetween:    always("it may be between %s and %s"),
		LevelShort:      always("the run is too short to tell how much its exchanges vary"),
		LevelWorth:      always("exchanges that are slow together count once, so the run is worth %d independent ones, and %s takes %d"),
		LevelLonger:     always("%s; --duration %s would tell"),
		LevelStage:      always("%s; %s of the stage %s would tell"),
		LevelStages:     always("%s; stages of %s in all would tell"),
		LevelNoLonger:   always("%s; no run of reasonable length would tell"),
		LevelAtMost:     always("at most %s beyond, %s allowed"),
		LevelAtLeast:    always("at least %s beyond, %s allowed"),
		LevelNotOffered: always("the schedule offered only %s, so that no target could hold it"),
		LevelClosed:     always("a closed loop does not send the exchanges that users would start while the target is slow; use a rate like --rate 500/s"),
		ClosedStall:     always("nothing was answered for %s: a closed loop sends nothing in that time, so the times do not show how long users would have waited; use a rate like --rate 500/s to see it"),
		SlowServer:      always("API server %s is slower than the others: %s is %s there, and %s at the others"),
		FellBehind:      always("the target fell behind the schedule: %d correct answers came after the time of the run, more slowly than they were due, and the throughput leaves them out"),
		WithoutIdentity: counted("%d exchange was answered OK without an identity",
			"%d exchanges were answered OK without an identity"),
		WrongIdentity:    counted("%d exchange gave somebody else's identity", "%d exchanges gave somebody else's identity"),
		RedeemedTwice:    counted("%d exchange gave the identity of a used code", "%d exchanges gave the identity of a used code"),
		BadPATAccepted:   counted("%d exchange gave an identity for an unknown PAT", "%d exchanges gave an identity for an unknown PAT"),
		Stopped:          always("the run was stopped before its end"),
		StoppedEarly:     always("the run was stopped before anything was measured"),
		NothingSent:      always("nothing was sent"),
		LimitUnconfirmed: always("the limit was not confirmed"),
		Unsent:           always("%d of %d exchanges that were due were never sent; lower the rate"),
		Late:             always("exchanges were sent %s late at %s: this machine is too busy for the rate; lower --rate, or stop other programs"),
		LateCrowded:      always("exchanges were sent %s late at %s, %d of them because all %d workers were busy: raise --in-flight, or lower the rate"),
		LateButHolds:     always("%s; response times include the lateness, and still hold"),
		OfWarmUp:         always("%s, %d of them in the warm-up"),
		NoMoreCodes:      always("no more %s codes: %s"),
		RawIncomplete:    always("the raw results are incomplete: %s"),
		EngineForeign:    always("another attacker of vegeta sent the requests: a failure that does not say that there was no connection counts as in doubt, and its connections, the addresses that answered and answers that no request asked for are not known"),
		EngineDeaf:       always("answers of %s that no request asked for were not all seen: net/http hid them on some of its connections"),
		MachineFailed:    always("exchanges that this machine could not send count against the generator: %s; raise its limits (ulimit -n, ip_local_port_range), or lower the rate"),

		NoneAccepted:      always("no exchange was accepted"),
		NoneCompared:      always("no user's identity was seen twice, and no phone was named, so there is nothing to compare; use a longer --duration, or fewer --users"),
		MembersUncompared: always("no user's %s was seen in two answers, so there was nothing to compare it with; use fewer --users, such as %d, or a longer --duration"),
		MostUncompared:    always("%d of %d accepted exchanges had nothing to compare their identity with; use fewer --users, such as %d, or a longer --duration"),
		FewCompared: counted("the identity of %d exchange was compared, which is too few to tell: it takes %d; use a longer --duration",
			"the identities of %d exchanges were compared, which are too few to tell: it takes %d; use a longer --duration"),
		AllRight: counted("%d accepted exchange was compared, and no other user's identity was found",
			"%d accepted exchanges were compared, and no other user's identity was found"),
		SomeRight: counted("%d accepted exchange was compared, and no other user's identity was found; %d more had nothing to compare",
			"%d accepted exchanges were compared, and no other user's identity was found; %d more had nothing to compare"),
		NoReplays:        always("no code was sent twice; add replay and race to --mix"),
		ReplaysUndecided: always("no replay got a conclusive answer"),
		FewReplays: counted("after the warm-up, %d code was sent again and refused, which is too few to tell: it takes %d; use a longer --duration, or more replay and race in --mix",
			"after the warm-up, %d codes were sent again and refused, which are too few to tell: it takes %d; use a longer --duration, or more replay and race in --mix"),
		ReplaysRefused: always("%d of %d codes that were sent again were refused, none was accepted"),
		EndpointUntried: always("no code was sent to %s again and refused there, so the run cannot tell whether its codes are accepted once only; " +
			"give it a weight in --mix beside replay or race, or use a longer --duration"),
		NoLevels:     always("no service level was declared; set declares.slo or --slo"),
		LevelsUntold: always("the run could not tell: %s"),
		LevelsClosed: always("service levels are judged on a schedule only, and the run was a closed loop; use a rate like --rate 500/s"),
		LevelsHold:   always("every declared service level holds"),
		RateTooLow:   always("the service levels were declared for %s, and the run was at %s; omit --rate"),
		RateUnset:    always("the service levels were declared for %s, and the run was a closed loop; omit --rate"),

		SearchTooHigh:   always("the initial rate does not hold; start the search at a lower one"),
		SearchUnstable:  always("no rate held for the requested duration"),
		SearchTooLong:   always("at %s the samples of its percentiles take longer than %s; start at a higher --rate, or ask for a lower percentile"),
		SearchSaturated: always("even at %s the generator is the bottleneck: %s"),
		SearchIncorrect: always("correctness was broken, which no rate excuses"),
	}
}
