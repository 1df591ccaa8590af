package phrase

// Where a load run had too few codes or connections.
const (
	CodesAwaited Key = "load.codes-awaited" // exchanges, mean time
	CodesHeld    Key = "load.codes-held"    // exchanges, mean time, users, codes, time of a request, users needed
	CodesExpired Key = "load.codes-expired" // exchanges, kind, age
	// CodesSuperseded: exchanges, kind.
	CodesSuperseded Key = "load.codes-superseded"
	// CodesRenewed: exchanges, kind.
	CodesRenewed Key = "load.codes-renewed"
	// AboveRateLimit: the rate, the limit.
	AboveRateLimit Key = "load.above-rate-limit"
	// LoadSuspended: server, time.
	LoadSuspended Key = "load.suspended"
	// LoadClockMoved: server, time.
	LoadClockMoved Key = "load.clock-moved"
	CodesAged      Key = "load.codes-aged" // exchanges, mean time, codes
	// CodesFellBehind: exchanges.
	CodesFellBehind Key = "load.codes-fell-behind"
	LateShort       Key = "load.late-short"     // time, percentile, exchanges
	SlowPreflight   Key = "load.slow-preflight" // time, --timeout
)

// Where to look when an implementation failed a load run.
const (
	NextIncorrect Key = "load.next-incorrect" // exchanges, file, requirement
	NextErrors    Key = "load.next-errors"    // page, file of the exchanges
	NextTimes     Key = "load.next-times"     // page
	NextRun       Key = "load.next-run"       // command line
	NextSame      Key = "load.next-same"      // command line
)

func ofLoadCodes() map[Key]Text {
	return map[Key]Text{
		NextIncorrect: always("see %s in %s; assay explain %s"),
		NextErrors:    always("see the errors in %s, and the first of each kind in %s"),
		NextTimes:     always("see the times by second in %s; --find-limit searches for the highest rate at which every level holds"),
		NextRun:       always("run %s"),
		NextSame:      always("run it again: %s"),
		CodesAwaited: counted("%d exchange waited for a code, %s on average: the driver mints too slowly for the rate; lower the rate, or make mint faster",
			"%d exchanges waited for a code, %s on average: the driver mints too slowly for the rate; lower the rate, or make mint faster"),
		CodesHeld: counted("%d exchange waited for a code, %s on average: a new code ends the older ones of its user, so for %d users at most %d are ready or requested, and the driver takes %s for a request; "+
			"use --users %d and, if it is not declared, declare codeSupersedes; or make mint faster, or lower the rate",
			"%d exchanges waited for a code, %s on average: a new code ends the older ones of its user, so for %d users at most %d are ready or requested, and the driver takes %s for a request; "+
				"use --users %d and, if it is not declared, declare codeSupersedes; or make mint faster, or lower the rate"),
		CodesFellBehind: always("the codes fell behind the schedule: %d correct answers came after the time of the run, more slowly than they were due, and the throughput leaves them out"),
		LoadSuspended:   always("%s refused a fresh code after this machine had been suspended for %s, so that codes that were minted before may have expired: keep it awake during a run"),
		LoadClockMoved: always("%s refused a fresh code, and its clock is %s from where it was when the run began, so that codes that were minted before may have expired: " +
			"does another run advance it? use a platform that no other run uses"),
		AboveRateLimit: always("the plan sends %s, above the target's declared rateLimit of %s: errors of status 429 are as declared; use a lower --rate"),
		CodesExpired: counted("%d exchange was refused because its %s code was older than %s: the generator keeps codes of unknown lifetime for a while; declare codeTTL in the target, or give codes an expiresAt",
			"%d exchanges were refused because their %s codes were older than %s: the generator keeps codes of unknown lifetime for a while; declare codeTTL in the target, or give codes an expiresAt"),
		CodesSuperseded: counted("%d exchange was refused because the user of its %s code had got a newer one: if a new code ends the older ones of its user, declare codeSupersedes in the target",
			"%d exchanges were refused because the users of their %s codes had got newer ones: if a new code ends the older ones of its user, declare codeSupersedes in the target"),
		CodesRenewed: counted("%d exchange was refused because the user of its %s code got a newer one at about the same time: with more --users, this is rarer",
			"%d exchanges were refused because the users of their %s codes got newer ones at about the same time: with more --users, this is rarer"),
		CodesAged: counted("%d exchange waited for a code, %s on average, because %d codes were older than half of their lifetime before they were due; "+
			"give codes a longer lifetime, or raise the rate",
			"%d exchanges waited for a code, %s on average, because %d codes were older than half of their lifetime before they were due; "+
				"give codes a longer lifetime, or raise the rate"),
		SlowPreflight: always("an answer of the pre-flight took %s, longer than the --timeout of %s: the pre-flight waits for ten seconds at least, since a first answer may be slow"),
		LateShort:     always("exchanges were sent %s late at %s, %d of them because this machine could open no more connections: raise its limits (ulimit -n, ip_local_port_range), or lower the rate"),
	}
}
