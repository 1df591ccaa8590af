package phrase

// What a load run says of the generator's own delays, and why no rate was found.
const (
	LateIncluded      Key = "load.late-included"      // lateness
	OwnDelay          Key = "load.own-delay"          // service level, time, percentile
	CatchUpErrors     Key = "load.catch-up"           // service level, errors, exchanges
	CatchUpLeftOut    Key = "load.catch-up-left"      // errors, exchanges, share
	HeartbeatLate     Key = "load.heartbeat"          // time
	HeartbeatIncluded Key = "load.heartbeat-included" // heartbeat
	Throttled         Key = "load.throttled"          // time, periods
	Queued            Key = "load.queued"             // time
	Silent            Key = "load.silent"             // time, spans
	SilentMore        Key = "load.silent-more"        // time, the longest spans, how many further ones
	SilentSpan        Key = "load.silent-span"        // start, end, exchanges
	SilentOwn         Key = "load.silent-own"         // silence, the generator's delay
	SearchIncurable   Key = "search.incurable"        // service level, observed, rate, observed, lower rate
	SearchSavings     Key = "search.savings"          // service level, share
	SearchFading      Key = "search.fading"           // service level
	SearchEndless     Key = "search.endless"          // time
	SearchNoTime      Key = "search.no-time"          // time, rate and time of the next step
	SearchFloor       Key = "search.floor"            // lowest rate, rate of a step, why
)

func ofLoadDelay() map[Key]Text {
	return map[Key]Text{
		LateIncluded:  always("%s; response times include the lateness, and no service level is about them"),
		OwnDelay:      always("%s does not hold, but the generator itself ran up to %s late at %s: the delay may be its own"),
		CatchUpErrors: always("%s does not hold, but %d of the errors are among %d exchanges that the generator sent in bursts, to catch up with its schedule, or that ran out of time while it stood still"),
		CatchUpLeftOut: counted("%d error among %d exchanges that the generator sent in bursts, to catch up with its schedule, or that ran out of time while it stood still, is not counted against the target; with it, the share of errors is %s",
			"%d errors among %d exchanges that the generator sent in bursts, to catch up with its schedule, or that ran out of time while it stood still, are not counted against the target; with them, the share of errors is %s"),
		HeartbeatLate:     always("a heartbeat beside the exchanges was %s late at p99"),
		HeartbeatIncluded: always("%s; service times include this delay of the generator"),
		Throttled:         always("the CPU quota of its cgroup stopped the generator for %s, in %d periods: raise the quota"),
		Queued:            always("its threads waited %s for a CPU in total: stop other programs, or lower --rate"),
		Silent:            always("nothing was answered for %s: %s"),
		SilentMore:        always("nothing was answered for %s in all: %s, and %d shorter times"),
		SilentSpan:        always("from %s to %s of the run, while %d exchanges were due"),
		SilentOwn:         always("%s; the generator itself stood still for up to %s"),
		SearchIncurable:   always("no rate cures %s: %s at %s, and %s at %s"),
		SearchSavings:     always("%s holds at first only: in the second half, errors are %s"),
		SearchFading:      always("%s holds at first only: it certainly does not hold in the second half"),
		SearchEndless:     always("no limit was found in %s; start nearer to it with --rate, or give the search more --limit-time"),
		SearchNoTime:      always("no limit was found in %s, and what is left of --limit-time is too short for a step at %s, which takes %s; start nearer to the limit with --rate, or give the search more --limit-time"),
		SearchFloor:       always("no rate meets every service level: those on throughput need at least %s, and at %s %s"),
	}
}
