package phrase

// What a requirement needs and does not have.
const (
	NoDriver           Key = "need.no-driver"
	Both               Key = "need.both" // one thing and another
	OneApp             Key = "need.one-app"
	OnePlatform        Key = "need.one-platform"
	DriverWithout      Key = "need.driver-without"       // operation
	DriverUnsupported  Key = "need.driver-unsupported"   // operation, why
	DriverWithoutCodes Key = "need.driver-without-codes" // operation
	ExpiredMissing     Key = "need.pat-expired"
	PATMissing         Key = "need.pat"         // member, operation or operations
	RevocationMissing  Key = "need.revocation"  // operation offered, operation not offered
	DeclarationMissing Key = "need.declaration" // member
	Impatient          Key = "need.wait"        // wait, --patience
	ImpatientForPAT    Key = "need.wait-pat"    // delay, --patience
	UnknownNeed        Key = "need.unknown"     // need
	PrivateCA          Key = "need.public-ca"
	NotAsPublic        Key = "need.public-way"
	OnLoopback         Key = "need.public-address" // API server
)

func ofNeeds() map[Key]Text {
	return map[Key]Text{
		NoDriver:           always("the target names no driver; see docs/driver.md"),
		Both:               always("%s, and %s"),
		OneApp:             always("the target names one app; add a second one of the same developer under apps"),
		OnePlatform:        always("the driver offers one platform; add a second one to hello.platforms"),
		DriverWithout:      always("the driver does not offer %s"),
		DriverUnsupported:  always("the driver does not support this %s: %s"),
		DriverWithoutCodes: always("the driver offers neither mint nor %s"),
		ExpiredMissing:     always("the target names no pats.expired; PATs without a lifetime have nothing to test"),
		PATMissing:         always("the target names no pats.%s and the driver does not offer %s"),
		RevocationMissing:  always("the driver offers %s but not %s, and the target names no pats.revoked"),
		DeclarationMissing: always("the target declares no %s"),
		Impatient:          always("it needs a wait of %s; --patience is %s"),
		ImpatientForPAT:    always("a revoked PAT may still work for %s; --patience is %s"),
		UnknownNeed:        always("the suite does not know how to meet %s"),
		NotAsPublic:        always("the target's transport has insecure, serverName or unixSocket, so that its users' way to it is not the one tried; test the public address without them to have this judged"),
		PrivateCA:          always("the target names a private CA; test the public address to have this judged"),
		OnLoopback:         always("%s is on loopback; test the public address to have this judged"),
	}
}
