package phrase

// What a search for the limit found.
const (
	LimitNone         Key = "limit.none"
	LimitFitted       Key = "limit.fitted"        // rate, confidence, ends, service level
	LimitBeyond       Key = "limit.beyond"        // rate
	LimitConfirmed    Key = "limit.confirmed"     // limit, time, rate
	LimitNotConfirmed Key = "limit.not-confirmed" // limit
	LimitWide         Key = "limit.wide"          // half-width, the one asked for
	LimitScattered    Key = "limit.scattered"     // rate
	LimitScatter      Key = "limit.scatter"
	LimitRecovers     Key = "limit.recovers" // lower rate, higher rate
	LimitWarms        Key = "limit.warms"    // lower rate, higher rate
	LimitLong         Key = "limit.long"
	LimitPictured     Key = "limit.pictured" // throughput with one request in flight, shares of contention, coherency and residuals
	LimitKnee         Key = "limit.knee"     // picture, requests in flight
)

// ofLoadLimit are the texts about the limit.
func ofLoadLimit() map[Key]Text {
	return map[Key]Text{
		LimitNone:         always("not found"),
		LimitFitted:       always("%s (%s: %s to %s) by %s"),
		LimitBeyond:       always("at least %s, where the generator gave out"),
		LimitConfirmed:    always("%s, confirmed for %s at %s"),
		LimitNotConfirmed: always("%s, not confirmed"),
		LimitWide:         always("the interval of the limit is ±%s, where ±%s was asked for; more --limit-time makes it narrower"),
		LimitScattered:    always("not known (the probes around %s disagree)"),
		LimitScatter:      always("the limit is not known: what the probes saw depends on something else than their rate; see that nothing else uses the target or this machine, and give the search more --limit-time"),
		LimitRecovers:     always("after a higher rate the target holds its levels up to %s only, after a lower one up to %s: it recovers slowly from overload"),
		LimitWarms:        always("after a lower rate the target holds its levels up to %s only, after a higher one up to %s"),
		LimitLong:         always("the target answers for a while what it cannot sustain, so the probes were as long as the confirmation, and count by their second half"),
		LimitPictured:     always("%s with one request in flight, contention %s, coherency %s, residuals %s on average: a picture, no promise"),
		LimitKnee:         always("%s; the curve turns at %d requests in flight"),
	}
}
