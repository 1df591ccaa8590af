package phrase

// What any spec of the suite remarks on a verdict.
const (
	InSituation     Key = "spec.situation"    // situation, remark
	Reused          Key = "spec.reused"       // id of the first use, time since then
	ReusedAlive     Key = "spec.reused-alive" // id of the first use, time since then, lifetime left
	TwinRejected    Key = "spec.twin"         // answer
	TwinWithoutCode Key = "spec.twin-no-code" // callbacks
	CasesLeftOut    Key = "spec.cases-left-out"
	Undecided       Key = "spec.undecided"
	ClockShared     Key = "spec.clock-shared"    // exchange
	Suspended       Key = "spec.suspended"       // exchange, time
	SuiteFailed     Key = "spec.suite-failed"    // cause
	RecordLeftOut   Key = "spec.record-left-out" // exchanges, KiB
	WrongAccepted   Key = "spec.wrong-accepted"
	Traceless       Key = "spec.phones-are-tokens"
	RefusesPhone    Key = "spec.driver-refuses-phone"
	RefusesUser     Key = "spec.driver-refuses-user"
	SDKRefusesUser  Key = "spec.sdk-refuses-user" // platform
	UserRefused     Key = "spec.user-refused"     // answer
	PhoneRefused    Key = "spec.phone-refused"    // answer
	NotApplicable   Key = "spec.not-applicable"   // why
	MoreOfThem      Key = "spec.more-of-them"
)

// What the record of a run has to have before it can be judged.
const (
	SawNothing    Key = "record.nothing"
	SawNoBody     Key = "record.no-body"
	SawNo401      Key = "record.no-401"
	SawNo405      Key = "record.no-405"
	SawNoSignIn   Key = "record.no-sign-in"
	SawNoSuccess  Key = "record.no-success"
	SawNoRefusal  Key = "record.no-refusal"
	SawNoEnvelope Key = "record.no-envelope"
	SawNoJSON     Key = "record.no-json"
	SawNoRace     Key = "record.no-race"
)

// What the specs of one chapter remark.
const (
	CodeNotRefused Key = "code.not-refused" // answer
	CodeUsable     Key = "code.usable"
	CodeUsedUp     Key = "code.used-up"
	CodesSupersede Key = "code.supersede"
	OtherUsers     Key = "code.other-users"
	OneCodeRaced   Key = "code.one-raced"
	OneOfTwoCodes  Key = "code.one-of-two"
	TwinsExpired   Key = "code.twins-expired"
	FewBits        Key = "code.few-bits"        // bits
	DriverTooSlow  Key = "code.driver-too-slow" // time for a code, lifetime
	SmallerCrowd   Key = "code.smaller-crowd"   // codes, of how many

	NoRaceWon      Key = "concurrency.none-won"      // rounds, exchanges
	NoRaceAnswered Key = "concurrency.none-answered" // rounds, exchanges

	NoTwoAtOnce   Key = "concurrency.none-together"
	RaceHalved    Key = "concurrency.halved"   // exchanges, exchanges
	RaceDoubtful  Key = "concurrency.doubtful" // rounds, of rounds, exchanges, what
	DoubtCutOff   Key = "concurrency.doubt-cut-off"
	DoubtStatus   Key = "concurrency.doubt-status"   // status
	DoubtRefusals Key = "concurrency.doubt-refusals" // kinds
	RaceWidth     Key = "concurrency.width"          // endpoint, exchanges, rounds, width

	NoTraceID        Key = "envelope.no-traceid"
	TraceIDs         Key = "envelope.traceid"          // answers with one, answers
	TraceIDsRepeated Key = "envelope.traceid-repeated" // answers with one, answers
	AllTraceIDs      Key = "envelope.all-traceid"
	AllRepeated      Key = "envelope.all-traceids-repeated"

	NoFailCallback    Key = "host.no-fail"
	NoCodeBefore      Key = "host.no-code-before"
	NoCodeUnbidden    Key = "host.no-code-without-channel"
	ChannelUnbidden   Key = "host.channel-without" // channel
	GrayRefused       Key = "host.gray-refused"    // why
	GrayTaken         Key = "host.gray-taken"
	GrayNotTaken      Key = "host.gray-not-taken"
	NoLoginCode       Key = "host.no-login-code"      // callbacks
	NoCallback        Key = "host.no-callback"        // name, callbacks
	NotInjected       Key = "host.not-injected"       // situation
	CallWithoutCode   Key = "host.call-without-code"  // op, callbacks
	LoneCall          Key = "host.lone-call"          // callbacks
	NothingBeside     Key = "host.nothing-beside"     // member
	OtherServer       Key = "host.other-server"       // base URL
	ServerUnreachable Key = "host.server-unreachable" // base URL

	LabelTaken    Key = "http.label-exchanged"
	LabelNotTaken Key = "http.label-not-exchanged"
	Repeated      Key = "http.repeated" // member, answer
	Compressed    Key = "http.compressed"
	Uncompressed  Key = "http.not-compressed"
	KeptAlive     Key = "http.kept-alive"     // protocol
	NotKeptAlive  Key = "http.not-kept-alive" // protocol
	ChunkedTaken  Key = "http.chunked-exchanged"
	ChunkedNot    Key = "http.chunked-not-exchanged" // answer
	UnsizedTaken  Key = "http.unsized-exchanged"
	UnsizedNot    Key = "http.unsized-not-exchanged" // answer
	NotOverHTTP1  Key = "http.not-over-http1"
	AnswersTwice  Key = "http.answers-twice"
	SpoiltOnce    Key = "http.spoilt-once"   // exchange
	PathsRouted   Key = "pat.paths-routed"   // how many, of how many, which
	NoPathRouted  Key = "pat.no-path-routed" // of how many
	FormTaken     Key = "http.form-exchanged"
	FormNotTaken  Key = "http.form-not-exchanged" // answer
	AnyOrigin     Key = "http.any-origin"
	LostOnce      Key = "limits.lost-once"     // exchange
	ShutOut       Key = "limits.shut-out"      // exchange
	CostlyEnough  Key = "limits.costly-enough" // input, time
	StillBusy     Key = "limits.still-busy"    // exchange, time
	DayNotPassed  Key = "time.day-not-passed"  // why
	DayRefused    Key = "time.day-refused"     // answer
	LimitedBefore Key = "limits.limited-before"
	LimitOfUser   Key = "limits.of-user"  // how many, hit, others
	LimitOfPAT    Key = "limits.of-pat"   // how many, hit, others
	NoLimitMet    Key = "limits.none-met" // how many

	FoldsUUIDs          Key = "login.folds-uuids"
	NoPairSignedIn      Key = "login.no-pair"
	OnlyChannels        Key = "login.only-channels"
	UnionOfPhone        Key = "login.union-of-phone"
	NoUnionID           Key = "login.no-union-id"
	NoSecondUnionID     Key = "login.no-second-union-id"
	OtherUnion          Key = "login.other-union"
	SameBetweenApps     Key = "login.same-between-apps"
	SameBetweenChannels Key = "login.same-between-channels"
	OtherByApp          Key = "login.differs-between-apps"
	OtherByChannel      Key = "login.differs-between-channels"

	NewPATLate    Key = "pat.new-late" // time
	NoOtherScope  Key = "pat.no-other-scope"
	NewPATUntried Key = "pat.new-untried" // why
	NoAccessToken Key = "pat.no-access-token"
	EnvelopeStyle Key = "pat.envelope-style" // status

	NoPhoneCode   Key = "phone.no-code"
	NoPhoneMint   Key = "phone.no-mint"
	PhoneDeclared Key = "phone.declared"
	PhoneUnknown  Key = "phone.unknown"

	OpaqueToken   Key = "token.opaque"
	TokenMembers  Key = "token.members" // header, claims
	TokenUnsigned Key = "token.unsigned"
	TokenUnread   Key = "token.unread" // algorithm
	TokenOpaque   Key = "token.none-jwt"
	TokensFresh   Key = "token.fresh"
	TokensUnknown Key = "token.unknown"
	TokenTooLarge Key = "pat.token-too-large" // bytes
	TokenLogins   Key = "token.logins"        // logins, users
	KeySetBroken  Key = "token.key-set"       // why
)

func ofSpecs() map[Key]Text {
	return map[Key]Text{
		InSituation:     always("%s: %s"),
		Reused:          always("the code was first used in %s, %s before the probe"),
		ReusedAlive:     always("the code was first used in %s, %s before the probe; %s of its lifetime were left"),
		TwinRejected:    always("its valid twin was not accepted: %s"),
		TwinWithoutCode: always("its valid twin gave no code: %s"),
		CasesLeftOut:    counted("%d more case was not tried", "%d more cases were not tried"),
		Suspended:       always("%s was refused after this machine had been suspended for %s, so that its code may have expired: keep it awake during a run"),
		ClockShared:     always("%s was refused after somebody else had moved the platform's clock, so that its code may have expired: use a platform that no other run uses"),
		Undecided:       always("no attempt was conclusive"),
		SuiteFailed:     always("the suite itself failed: %s"),
		RecordLeftOut: counted("%d exchange of the run was left out: its answer is larger than %d KiB, and the record was full",
			"%d exchanges of the run were left out: their answers are larger than %d KiB, and the record was full"),
		WrongAccepted:  always("such a request was accepted, so there is no refusal to judge"),
		Traceless:      always("phones are declared to be tokens, which cannot be compared"),
		RefusesPhone:   always("the driver refuses such a phone"),
		RefusesUser:    always("the driver refuses such a user"),
		UserRefused:    always("the platform refuses such a user: %s"),
		SDKRefusesUser: always("wx.login gives no code for such a user on %s"),
		PhoneRefused:   always("the platform refuses such a phone: %s"),
		NotApplicable:  always("not applicable: %s"),
		MoreOfThem:     counted("%d more of these was found", "%d more of these were found"),

		SawNothing:    always("nothing was answered"),
		SawNoBody:     always("no answer had a body"),
		SawNo401:      always("no 401 was seen"),
		SawNo405:      always("no 405 was seen"),
		SawNoSignIn:   always("no sign-in was seen in this run"),
		SawNoSuccess:  always("no successful sign-in was seen in this run"),
		SawNoRefusal:  always("no refusal was seen in this run"),
		SawNoEnvelope: always("no refusal was a JSON object with an errcode"),
		SawNoJSON:     always("no answer was a JSON object"),
		SawNoRace:     always("no race was run"),

		CodeNotRefused: always("the attempt was not refused: %s"),
		CodeUsable:     always("leaves the code usable"),
		CodeUsedUp:     always("uses the code up"),
		CodesSupersede: always("a newer code is declared to end the older ones of its user"),
		OneCodeRaced:   always("one code of each new user was sent several times at once: a user has one valid code at a time"),
		OneOfTwoCodes:  always("one of the two codes has to be valid: a user has one valid code at a time"),
		OtherUsers:     always("the driver cannot issue several codes for one user"),
		TwinsExpired:   always("unused codes of the same age were refused as well, so that a refusal shows nothing"),
		FewBits:        always("at most %d bits vary from code to code"),
		DriverTooSlow:  always("the driver is too slow for this lifetime: it needs %s for a code, which is valid for %s"),
		SmallerCrowd:   always("tried with %d codes instead of %d: the driver cannot issue more before half of their lifetime is over"),

		NoRaceWon:      always("no exchange succeeded in %d rounds of %d at once"),
		NoRaceAnswered: always("no two exchanges were answered in any of %d rounds of %d at once"),

		NoTwoAtOnce: always("the target's rate limit lets no two requests through at once; have it raised for this PAT, or its burst"),
		RaceHalved:  always("%d at once were answered with 503 or 429 too often; tried with %d as well"),
		RaceDoubtful: always("%d of %d rounds of %d at once gave losers %s: the possible sign of a redemption that is not atomic, " +
			"although no code was redeemed twice here"),
		DoubtCutOff:   always("an answer that was cut off"),
		DoubtStatus:   always("status %d"),
		DoubtRefusals: always("%d kinds of refusals"),
		RaceWidth:     always("%s: %d at once, %d rounds, sent within %s (median)"),

		NoTraceID:        always("no answer has a traceid"),
		TraceIDs:         always("traceid in %d of %d answers, always another"),
		TraceIDsRepeated: always("traceid in %d of %d answers, sometimes repeated"),
		AllTraceIDs:      always("traceid in all of the answers, always another"),
		AllRepeated:      always("traceid in all of the answers, sometimes repeated"),

		NoFailCallback:    always("no fail callback was seen"),
		NoCodeBefore:      always("wx.login gave no code before the user was cleared"),
		NoCodeUnbidden:    always("wx.login gives no code without a channel"),
		ChannelUnbidden:   always("channel without injection: %s"),
		GrayRefused:       always("refused: %s"),
		GrayTaken:         always("a string and a number are accepted"),
		GrayNotTaken:      always("a string and a number are not accepted"),
		NoLoginCode:       always("wx.login gave no code: %s"),
		NoCallback:        always("no %s callback fired: %s"),
		NotInjected:       always("the driver cannot inject this: %s"),
		CallWithoutCode:   always("%s gave no code: %s"),
		LoneCall:          always("even a single call of wx.login does not end in one callback with a code: %s"),
		NothingBeside:     always("no %s came with the code"),
		OtherServer:       always("the host app names %s, where no PAT was sent; name it in declares.apiServers if it is yours"),
		ServerUnreachable: always("%s cannot be reached from here"),

		LabelTaken:    always("JSON labelled text/plain is exchanged"),
		LabelNotTaken: always("JSON labelled text/plain is not exchanged"),
		Repeated:      always("%s repeated with another value: %s"),
		Compressed:    always("answers are compressed when asked"),
		Uncompressed:  always("answers are not compressed when asked"),
		KeptAlive:     always("%s, connections are kept alive"),
		NotKeptAlive:  always("%s, connections are not kept alive"),
		ChunkedTaken:  always("a chunked body is exchanged"),
		ChunkedNot:    always("a chunked body is not exchanged: %s"),
		UnsizedTaken:  always("a body of no stated length is exchanged"),
		UnsizedNot:    always("a body of no stated length is not exchanged: %s"),
		NotOverHTTP1:  always("not applicable: the API server is not reached directly over HTTP/1.1"),
		AnswersTwice:  always("something follows the answer to a valid exchange, which http.one-answer judges"),
		SpoiltOnce:    always("the answer in %s belonged to another request; tried again, the request got its own"),
		PathsRouted:   always("%d of %d other spellings of the path find the endpoint: %s"),
		NoPathRouted:  always("none of the %d other spellings of the path finds the endpoint"),
		FormTaken:     always("exchanged"),
		FormNotTaken:  always("not exchanged: %s"),
		AnyOrigin:     always("every origin may read the answer, without credentials"),
		LostOnce:      always("the service was unavailable once after %s, but not after an isolated retry"),
		ShutOut:       always("no exchange has worked since %s: the platform may block this tool; allow its address, or find out why the service does not recover"),
		CostlyEnough:  always("%s took %s, so nothing larger of the kind was sent"),
		StillBusy:     always("no exchange has worked since %s: the service may still be processing it after %s; limit what it reads, and run this again"),
		DayNotPassed:  always("what the platform knows a day later was not tried: %s"),
		DayRefused:    always("a day later a valid exchange got: %s; what the platform knows by then was not judged"),
		LimitedBefore: always("the run has met a rate limit before"),
		LimitOfUser:   always("one user met a limit after %d exchanges; of the valid exchanges of others after it, %d of %d met it too"),
		LimitOfPAT:    always("an unknown PAT met a limit after %d exchanges; of the valid exchanges of others after it, %d of %d met it too"),
		NoLimitMet:    always("no limit was met in %d exchanges"),

		FoldsUUIDs:          always("UUIDs that differ in case are one user"),
		NoPairSignedIn:      always("no two of such users were signed in"),
		OnlyChannels:        always("other channels were not tried: the target knows only those that it lists"),
		UnionOfPhone:        always("users who share a phone share a unionId"),
		NoUnionID:           always("no unionId is given"),
		NoSecondUnionID:     always("no unionId is given in the second mini-program"),
		OtherUnion:          always("the two mini-programs are declared to be of different union groups"),
		SameBetweenApps:     always("openId is the same between mini-programs"),
		SameBetweenChannels: always("openId is the same between channels"),
		OtherByApp:          always("openId differs between mini-programs"),
		OtherByChannel:      always("openId differs between channels"),

		NewPATLate:    always("a new PAT was refused for %s after it was issued"),
		NoOtherScope:  always("the driver cannot issue a PAT with another scope; name one as pats.otherScope in the target file"),
		NewPATUntried: always("no new PAT was tried: %s"),
		NoAccessToken: always("a login gives no accessToken"),
		EnvelopeStyle: always("answered %d with an errcode, the envelope style"),

		NoPhoneCode:   always("tapped without a phone, the button of the host app gives no code"),
		NoPhoneMint:   always("the driver issues no code for such a user in any other way"),
		PhoneDeclared: always("declared to be in the login"),
		PhoneUnknown:  always("the driver does not say which phone it injected"),

		OpaqueToken:   always("the accessToken is opaque"),
		TokenMembers:  always("a JWT with header %s and claims %s"),
		TokenUnsigned: always("the token is not signed"),
		TokenUnread:   always("assay cannot verify the algorithm %s, or a key of its kind"),
		TokenOpaque:   always("the accessToken is opaque, not a JWT"),
		TokensUnknown: always("the users of the accessTokens are not known: the first sign-ins for this requirement were not made"),
		TokenTooLarge: always("the accessToken has %d bytes, more than fit a header field"),
		TokensFresh:   always("every login gives another accessToken, which cannot be compared"),
		TokenLogins:   always("%d sign-ins of %d users were compared"),
		KeySetBroken:  always("the declared key set: %s"),
	}
}
