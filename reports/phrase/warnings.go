package phrase

// What a command says beside its results: warnings, what it waits for, and the check of a driver.
const (
	Warning            Key = "warning"
	PATOnLine          Key = "warning.pat" // where it can be read
	PATInList          Key = "warning.pat-list"
	PATOverwritten     Key = "warning.pat-overwritten"
	InterruptedTwice   Key = "warning.interrupted-twice"
	FewAddresses       Key = "warning.addresses"   // MiB, MiB of a run
	FewMemory          Key = "warning.memory"      // MiB, MiB of a run
	OutMoved           Key = "warning.out-moved"   // directory, another
	OutRemoved         Key = "warning.out-removed" // directory, another
	WaitingFor         Key = "wait"                // time, what, why
	InsecureTarget     Key = "warning.insecure"
	CertificateExpired Key = "warning.certificate-expired" // day
	CertificateEarly   Key = "warning.certificate-early"   // time
	HeadersInPlain     Key = "warning.headers"             // host
	ResolveUnused      Key = "warning.resolve"             // HOST:PORT, another
	ProxyForm          Key = "warning.proxy"               // variable
)

func ofWarnings() map[Key]Text {
	return map[Key]Text{
		Warning:            always("warning: %s"),
		PATOnLine:          always("the PAT is on the command line: %s; give --pat file:PATH"),
		PATInList:          always("any user of this machine can read it in the process list, and the shell keeps it in its history"),
		PATOverwritten:     always("it is overwritten in the process list now, but was there for a moment, and the shell keeps it in its history"),
		InterruptedTwice:   always("interrupted twice; exiting at once"),
		FewAddresses:       always("this process may have %d MiB of addresses (ulimit -v), and a run reserves about %d MiB: it may end as out of memory; allow more, and limit memory by a control group"),
		FewMemory:          always("the control group of this process allows %d MiB of memory, and a run takes %d MiB: the kernel may end it without a word; allow more"),
		OutMoved:           always("--out %s can no longer be written to; the results are in %s"),
		OutRemoved:         always("--out %s was removed during the run; the results are in %s"),
		WaitingFor:         always("waiting up to %s for %s: %s"),
		InsecureTarget:     always("transport.insecure accepts every certificate: nothing shows who answers, and no result can be certified"),
		CertificateExpired: always("transport.clientCertificate has expired on %s: a server that asks for it will refuse it"),
		CertificateEarly:   always("transport.clientCertificate is not valid before %s: a server that asks for it will refuse it"),
		HeadersInPlain:     always("transport.headers are sent to %s without TLS: everybody in between can read them"),
		ResolveUnused:      always("transport.resolve has an address for %s, and no server of the target is there; write the host and the port of one, like %s"),
		ProxyForm:          always("%s is not the URL of a proxy; write one like http://proxy.example:3128, or unset it"),
	}
}
