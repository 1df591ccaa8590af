package phrase

// What a search for the limit found.
const (
	LimitNone         Key = "limit.none"
	LimitFitted       Key = "limit.fitted"        // rate, confidence, ends, service level
	LimitBeyond       Key = "limit.beyond"        // rate
	LimitConfirmed    Key = "limit.confirmed"     // limit, time, rate
	LimitNotConfirmed Key = "limit.not-confirmed" // limit
	LimitWide         Key = "limit.wide"          // half-width, the one asked for
	LimitRecovers     Key = "limit.recovers"      // lower rate, higher rate
	LimitWarms        Key = "limit.warms"         // lower rate, higher rate
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
		LimitRecovers:     always("after a higher rate the target holds its levels up to %s only, after a lower one up to %s: it recovers slowly from overload"),
		LimitWarms:        always("after a lower rate the target holds its levels up to %s only, after a higher one up to %s"),
		LimitLong:         always("the target answers for a while what it cannot sustain, so the probes were as long as the confirmation, and count by their second half"),
		LimitPictured:     always("%s with one request in flight, contention %s, coherency %s, residuals %s on average: a picture, no promise"),
		LimitKnee:         always("%s; the curve turns at %d requests in flight"),
	}
}
