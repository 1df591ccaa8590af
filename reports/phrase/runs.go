package phrase

// Why a conformance run ended early, or could not begin; and what a reader has to know of it.
const (
	SilentRow      Key = "silence.row"     // exchanges, why
	SilentUseless  Key = "silence.useless" // answers, why
	SilentShare    Key = "silence.share"   // exchanges lost, exchanges, time, why
	SilentLast     Key = "silence.last"    // what, exchange
	ShortRow       Key = "shortage.row"    // exchanges, why, hint
	ShortShare     Key = "shortage.share"  // exchanges lost, exchanges, time, why, hint
	LimitedTooLong Key = "pace.too-long"   // status, time, requests sent, of about how many, time for them, rate
	LimitedPreload Key = "pace.before"     // status, time, requests sent, what a load run sends
	LoadSends      Key = "pace.load"       // requests, rate, time
	LoadSendsAll   Key = "pace.load-max"   // time
	Oversized      Key = "silence.size"    // KiB

	NotReached   Key = "preflight.unreached"  // API server, failure, hint
	NotHandled   Key = "preflight.unhandled"  // API server, failure, hint
	NotUsable    Key = "preflight.unusable"   // API server, failure, hint
	Unfinished   Key = "preflight.unfinished" // endpoint, API server, failure
	Endless      Key = "preflight.endless"    // where, KiB
	EndlessFresh Key = "preflight.endless-fresh"
	Redirected   Key = "preflight.redirect" // where, status, address
	Refused      Key = "preflight.refused"  // where, answer, hint
	Unanswered   Key = "preflight.unanswered"
	Failing      Key = "preflight.failing"
	NoCode       Key = "preflight.no-code"      // kind, why
	NoDirectory  Key = "preflight.no-directory" // why
	AtServer     Key = "preflight.at"           // endpoint, API server

	HintNoTLS     Key = "hint.no-tls"
	HintNotHTTP   Key = "hint.not-http"
	HintNoH2C     Key = "hint.no-h2c"
	HintHeader    Key = "hint.header"
	HintFraming   Key = "hint.framing"
	HintName      Key = "hint.name"
	HintCA        Key = "hint.ca"
	HintClient    Key = "hint.client-certificate"
	HintGateway   Key = "hint.gateway-key"
	HintProxy     Key = "hint.proxy"
	HintNetwork   Key = "hint.network"
	HintTimeout   Key = "hint.timeout"
	HintBrokenOff Key = "hint.broken-off"
	HintShortage  Key = "hint.shortage"
	HintRunning   Key = "hint.running"
	HintTLS       Key = "hint.tls"
	HintPAT       Key = "hint.pat" // where it comes from
	HintProxyAuth Key = "hint.proxy-auth"
	HintBasePath  Key = "hint.base-path"
	HintWebPage   Key = "hint.web-page"
	HintRateLimit Key = "hint.rate-limit"
	HintHealth    Key = "hint.health"
	HintApp       Key = "hint.app" // app
	HintDeveloper Key = "hint.developer"

	ClockAhead        Key = "note.clock-ahead"      // API server, time
	ClockBehind       Key = "note.clock-behind"     // API server, time
	ClockFarAhead     Key = "note.clock-far-ahead"  // API server, time
	ClockFarBehind    Key = "note.clock-far-behind" // API server, time
	SlowTarget        Key = "note.slow"             // time, limit
	CodesLate         Key = "note.codes-late"       // delay
	CodesEndOlder     Key = "note.codes-end-older"
	CodesDeclared     Key = "note.codes-declared"
	CodesEndOthers    Key = "note.codes-end-others"
	FormsRefused      Key = "note.forms-refused"       // forms, of how many
	RateLimited       Key = "note.rate-limited"        // answers
	RateLimited503    Key = "note.rate-limited-503"    // answers
	FewConnections    Key = "note.few-connections"     // how many
	AddressChanged    Key = "note.address"             // API server, addresses
	CertificateNew    Key = "note.certificate"         // API server, certificates
	AnyCertificate    Key = "note.any-certificate"     // API server
	BehindProxy       Key = "note.proxy"               // API server, proxy
	PriorKnowledge    Key = "note.prior-knowledge"     // API server
	ShownCertificate  Key = "note.client-certificate"  // API server
	FurtherHeaders    Key = "note.headers"             // API server, names
	AddressesSpread   Key = "note.addresses"           // API server, addresses
	AddressDead       Key = "note.address-dead"        // address, API server, why
	ClosesUnsaid      Key = "note.closes"              // API server, requests
	StreamsHeld       Key = "note.streams-held"        // API server, streams on a connection, exchanges, longest wait, connections
	ConnectionsOpened Key = "note.connections-opened"  // API server, connections
	HandshakesMade    Key = "note.handshakes-made"     // API server, connections, handshakes, of them with a resumed session
	WindowHeld        Key = "note.window-held"         // API server, exchanges, longest wait
	ListCut           Key = "note.list-cut"            // how many, of what
	RemoteWriteGaps   Key = "note.remote-write-gaps"   // address, failed, pushes
	RemoteWriteFailed Key = "note.remote-write-failed" // address, failed, pushes, why
)

// Lists that a file may have too long: see [ListCut].
const (
	ListReasons      Key = "lists.reasons"
	ListNotes        Key = "lists.notes"
	ListServers      Key = "lists.servers"
	ListProfiles     Key = "lists.profiles"
	ListWaivers      Key = "lists.waivers"
	ListModes        Key = "lists.modes"
	ListRequirements Key = "lists.requirements"
	ListEndpoints    Key = "lists.endpoints"
	ListTheirs       Key = "lists.requirement-profiles"
	ListNeeds        Key = "lists.needs"
	ListFindings     Key = "lists.findings"
	ListLevels       Key = "lists.levels"
	ListPoints       Key = "lists.points"
	ListErrors       Key = "lists.errors"
	ListExchanges    Key = "lists.exchanges"
	ListSteps        Key = "lists.steps"
	ListStepReasons  Key = "lists.step-reasons"
	ListBelow        Key = "lists.below"
	ListStages       Key = "lists.stages"
	ListTags         Key = "lists.tags"
)

func ofRuns() map[Key]Text {
	return map[Key]Text{
		SilentRow:     always("the target stopped answering: %d exchanges in a row got no answer, %s"),
		SilentUseless: always("the target gave %d unusable answers in a row: %s"),
		SilentShare:   always("the target left %d of %d exchanges without an answer, for %s in all: %s"),
		LimitedTooLong: always("the target limits the rate of requests, with status %d: this run may wait %s for it in all, and sent %d " +
			"of about %d requests in that time; they take %s at %s/s; raise the target's limit, or --patience-limit"),
		LimitedPreload: always("the target limits the rate of requests, with status %d, before the load has begun: this run may wait %s for it " +
			"in all, and sent %d requests in that time; %s; raise the target's limit, lower --rate below it, or raise --patience-limit"),
		LoadSends:    always("the load is about %d requests, at %s/s for %s"),
		LoadSendsAll: always("the load is as many requests as the target answers in %s"),
		SilentLast:   always("%s, the last at %s"),
		ShortRow:     always("this machine had no connection for %d exchanges in a row, %s; %s"),
		ShortShare:   always("this machine had no connection for %d of %d exchanges, for %s in all: %s; %s"),
		Oversized:    always("more than %d KiB"),

		NotReached:   always("cannot reach %s: %s; %s"),
		NotHandled:   always("%s was reached, but its handler failed: %s; %s"),
		NotUsable:    always("%s was reached, but gave no usable answer: %s; %s"),
		Unfinished:   always("%s at %s begins an answer but does not complete it: %s; does a proxy hold it back? --timeout allows more time"),
		Endless:      always("%s answers a code with more than %d KiB; a legal answer is a few KiB: is apiServer the API's base URL?"),
		EndlessFresh: always("%s answers a fresh code with more than %d KiB; a legal answer is a few KiB: is apiServer the API's base URL?"),
		Redirected:   always(`%s answered a fresh code with a redirect (status %d) to %s, which is not followed; is that where apiServer should point?`),
		Refused:      always("%s refused a fresh code: %s; %s"),
		Unanswered:   always("%s does not answer a fresh code: %s; %s"),
		Failing:      always("%s fails on a fresh code: %s; %s"),
		NoCode:       always("no %s code to start with: %s"),
		NoDirectory:  always("the current directory does not exist any more: %s; change to another one"),
		AtServer:     always("%s at %s"),

		HintNoTLS:     always("it speaks no TLS: should apiServer begin with http://?"),
		HintHeader:    always("a legal answer has a few dozen header fields and a few KiB: is apiServer the API's base URL?"),
		HintFraming:   always("what sends this field, the platform or a gateway in front of it, has to send one length, that of the body"),
		HintNoH2C:     always("does the server speak HTTP/2 without TLS? If not, apiServer begins with http://, not with h2c://"),
		HintNotHTTP:   always("the server there does not speak HTTP: should it be https://, or another port?"),
		HintName:      always("is the host name in apiServer correct?"),
		HintClient:    always("the server demands a client certificate that it accepts: name it in the target file, transport: {clientCertificate: FILE, clientKey: FILE}"),
		HintGateway:   always("a gateway in front of the platform asks for a key: give it in the target file, transport: {headers: {NAME: ${KEY}}}"),
		HintCA:        always("fix its certificate, name its CA under tls.ca, or the name that it is for under transport.serverName"),
		HintProxy:     always("fix the proxy that transport.proxy of the target file, HTTPS_PROXY or HTTP_PROXY names; proxy: direct, or the host in NO_PROXY, uses none"),
		HintNetwork:   always("a network on the way wants somebody to log in: open a page without TLS in a browser on this machine, or use another network"),
		HintTimeout:   always("it accepts connections but does not answer: is it healthy, and is apiServer right? --timeout allows more time"),
		HintBrokenOff: always("it closes connections without an answer: see the platform's log, and that of any proxy before it; --wait waits for one that is starting"),
		HintShortage:  always("this machine can open no more connections: raise its limit of open files (ulimit -n) or its range of ports, or check its name server"),
		HintRunning:   always("is apiServer right, and is the platform running?"),
		HintTLS:       always("it seems to speak TLS: apiServer should begin with https://"),
		HintPAT:       always("is %s the right one, and does it have the Mini-Program Unified Authentication scope?"),
		HintProxyAuth: always("the answer is from a proxy: give transport.proxy of the target file, HTTPS_PROXY or HTTP_PROXY its user name and password"),
		HintBasePath:  always("is apiServer the server's base URL, without the path of the endpoint?"),
		HintWebPage:   always("the answer is a web page: is apiServer the API's base URL?"),
		HintRateLimit: always("its rate limit allows no more requests: try again later, or have the limit raised for this PAT"),
		HintHealth:    always("is the platform healthy? See its log"),
		HintApp:       always("is %s, the first under apps, a mini-program of the PAT's owner?"),
		HintDeveloper: always("are apps and the driver those of the same developer and platform?"),

		ClockAhead:     always("the clock of %s is %s ahead of this machine's, by the Date of its answers; its tokens are judged by either clock"),
		ClockBehind:    always("the clock of %s is %s behind this machine's, by the Date of its answers; its tokens are judged by either clock"),
		ClockFarAhead:  always("the clock of %s is %s ahead of this machine's, by the Date of its answers; its tokens are judged by this machine's alone"),
		ClockFarBehind: always("the clock of %s is %s behind this machine's, by the Date of its answers; its tokens are judged by this machine's alone"),
		SlowTarget:     always("the target is slow: an exchange of the pre-flight took %s, so one may take %s here; --timeout sets another limit"),
		CodesLate:      always("a fresh code is refused at first: this run exchanged every code at least %s after it was issued, and did not judge earlier exchanges"),
		CodesEndOlder: always("a newer code of a user ends the older unused ones, which the target does not declare: " +
			"this run had one unused code of a user at a time; if it is deliberate, declare codeSupersedes"),
		CodesDeclared:     always("a newer code of a user is declared to end the older unused ones: this run had one unused code of a user at a time"),
		CodesEndOthers:    always("the use of a code ends the other unused ones of its user: this run had one unused code of a user at a time"),
		FormsRefused:      always("the driver refuses user ids of %d of %d usual forms: the users of this run have ids of the others"),
		AddressChanged:    always("the name of %s resolved to several addresses during the run: %s"),
		AnyCertificate:    always("the certificates of %s were not checked, because the target file says insecure: nothing shows who answered, and this run cannot be certified"),
		BehindProxy:       always("%s was reached through the proxy %s"),
		PriorKnowledge:    always("%s was spoken to in HTTP/2 without TLS, as the target file says"),
		ShownCertificate:  always("connections to %s had the client certificate of the target file"),
		FurtherHeaders:    always("requests to %s had the header fields of the target file: %s"),
		AddressesSpread:   always("connections to %s were spread over the addresses of its name: %s"),
		AddressDead:       always("the address %s of %s took no connection (%s); the others of its name were used"),
		CertificateNew:    always("%s showed several valid certificates during the run, SHA-256 %s"),
		StreamsHeld:       always("%s allowed this many streams at a time on an HTTP/2 connection: %d; exchanges that waited for one: %d, for %s at most; connections open then: %d; that wait is lateness of the generator, and the cause of it is this limit"),
		ConnectionsOpened: always("%s: connections opened since the run began: %d"),
		HandshakesMade:    always("%s: connections opened since the run began: %d; handshakes of TLS: %d; those of them that resumed a session: %d"),
		WindowHeld:        always("%s did not open the window of its HTTP/2 connection in time; exchanges that waited for it: %d, for %s at most; that wait is lateness of the generator, and the cause of it is this window"),
		ClosesUnsaid:      always("%s closes every connection soon after its answer, without announcing it: %d requests were sent to a connection that had just closed and got no answer; since then each request has a connection of its own"),
		FewConnections:    always("the target takes %d connections at once and keeps them after its answers: no more exchanges were sent at once"),
		RateLimited: counted("the target limits the rate of requests: %d was answered with 429, and the run kept to its pace",
			"the target limits the rate of requests: %d were answered with 429, and the run kept to its pace"),
		RateLimited503: counted("the target limits the rate of requests: %d was answered with 503, which does not come to slower ones, and the run kept to its pace",
			"the target limits the rate of requests: %d were answered with 503, which does not come to slower ones, and the run kept to its pace"),
		ListCut:           always("%d more %s are in the file and were not read; no run has so many"),
		RemoteWriteGaps:   always("remote write to %s: %d of %d pushes failed; the last one arrived, so that no count is missing"),
		RemoteWriteFailed: always("remote write to %s: %d of %d pushes failed, the last one too: %s"),

		ListReasons: always("reasons"), ListNotes: always("notes"), ListServers: always("API servers"), ListProfiles: always("profiles"),
		ListWaivers: always("waivers"), ListModes: always("failure modes"), ListRequirements: always("requirements"),
		ListEndpoints: always("endpoints"), ListTheirs: always("profiles of requirements"), ListNeeds: always("needs"),
		ListFindings: always("findings"), ListLevels: always("service levels"), ListPoints: always("points of the distribution"),
		ListErrors: always("kinds of errors"), ListExchanges: always("exchanges of errors"), ListSteps: always("steps of the search"),
		ListStepReasons: always("reasons of steps"), ListBelow: always("percentiles below the noise floor"),
		ListStages: always("stages"), ListTags: always("tags"),
	}
}
