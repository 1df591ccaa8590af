package phrase

// What a command line, a variable or a machine has that a command refuses.
const (
	FlagNeedsValue        Key = "usage.needs-value"
	FlagTooLong           Key = "usage.too-long"
	FlagIsNot             Key = "usage.is-not"
	FlagsListed           Key = "usage.flags-listed"
	FlagNear              Key = "usage.flag-near"
	FlagOfCommand         Key = "usage.flag-of-command"
	FlagUnknown           Key = "usage.flag-unknown"
	FlagEmpty             Key = "usage.flag-empty"
	ArgumentsTarget       Key = "usage.arguments-target"
	ArgumentsNone         Key = "usage.arguments-none"
	At                    Key = "usage.at"
	RunInterrupted        Key = "usage.interrupted"
	CommandNear           Key = "usage.command-near"
	CommandUnknown        Key = "usage.command-unknown"
	SubcommandUnknown     Key = "usage.subcommand-unknown"
	CommandNeeds          Key = "usage.needs"
	CommandTakesOne       Key = "usage.takes-one"
	InterruptedEarly      Key = "usage.interrupted-early"
	ExplainOne            Key = "usage.explain-one"
	SetUnknown            Key = "usage.set-unknown"
	SchemaNeeds           Key = "usage.schema-needs"
	SchemaNear            Key = "usage.schema-near"
	SchemaUnknown         Key = "usage.schema-unknown"
	DriverOnlyBeside      Key = "usage.driver-only-beside"
	DriverOnlyNeeds       Key = "usage.driver-only-needs"
	DriverFaulty          Key = "usage.driver-faulty"
	CertFileNames         Key = "usage.cert-file"
	CertDirNames          Key = "usage.cert-dir"
	TimeZoneNames         Key = "usage.time-zone"
	StepSummary           Key = "usage.step-summary"
	PatienceNegative      Key = "usage.patience-negative"
	PatienceLimitNegative Key = "usage.patience-limit-negative"
	TimeoutNotPositive    Key = "usage.timeout-not-positive"
	InFlightRange         Key = "usage.in-flight-range"
	SeedTooLarge          Key = "usage.seed-large"
	WaitNegative          Key = "usage.wait-negative"
	KindUnknown           Key = "usage.kind-unknown"
	CountNotPositive      Key = "usage.count-not-positive"
	UsersNotPositive      Key = "usage.users-not-positive"
	MintNeeds             Key = "usage.mint-needs"
	NoCodesIssued         Key = "usage.no-codes-issued"
	DriverUnreached       Key = "usage.driver-unreached"
	DriverRefuses         Key = "usage.driver-refuses"
	ReferencePort         Key = "usage.reference-port"
	CalibrateStart        Key = "usage.calibrate-start"
	NullTargetFailed      Key = "usage.null-target"
	PowerWorkers          Key = "usage.power-workers"
	FaultOfLoad           Key = "usage.fault-of-load"
	ScenarioOfLegal       Key = "usage.scenario-of-legal"
	AddrForm              Key = "usage.addr"
	DriverAddrForm        Key = "usage.driver-addr"
	DriverAddrOpen        Key = "usage.driver-addr-open"
	SealTaken             Key = "usage.seal-taken"
	LimitForm             Key = "usage.limit"
	DelayRange            Key = "usage.delay"
	SealFailed            Key = "usage.seal-failed"
	SealOutdated          Key = "usage.seal-outdated"
	ListenFailed          Key = "usage.listen"
	WriteTargetFailed     Key = "usage.write-target"
	ServeDriverFailed     Key = "usage.serve-driver"
	ServeDriverCut        Key = "usage.serve-driver-cut"
	KindDuration          Key = "usage.kind-duration"
	KindBool              Key = "usage.kind-bool"
	KindWhole             Key = "usage.kind-whole"
	KindNumber            Key = "usage.kind-number"
	KindOther             Key = "usage.kind-other"  // type
	HintListed            Key = "usage.hint-listed" // command
	HintPath              Key = "usage.hint-path"
	HintOut               Key = "usage.hint-out"
	HintUse               Key = "usage.hint-use" // names
	HintPlan              Key = "usage.hint-plan"
	FilesScarce           Key = "usage.files-scarce"
	RunDirectory          Key = "usage.run-directory"
	Either                Key = "usage.either"  // one, another
	Further               Key = "usage.further" // names, another
	Neither               Key = "usage.neither" // one, another
	DriverItself          Key = "usage.driver"
)

func ofUsage() map[Key]Text {
	return map[Key]Text{
		FlagNeedsValue:        always("--%s needs a value: --%s %s"),
		FlagTooLong:           always("--%s %s is too long; use one like 30s, 5m or 1h30m"),
		FlagIsNot:             always("--%s %s is not %s"),
		FlagsListed:           always("%s; '%s --help' lists the flags"),
		FlagNear:              always("unknown flag %s; did you mean %s?"),
		FlagOfCommand:         always("unknown flag %s; it belongs after the command: %s"),
		FlagUnknown:           always("unknown flag %s; '%s --help' lists the flags"),
		FlagEmpty:             always("--%s is empty; give it a value, or omit the flag"),
		ArgumentsTarget:       always("%s takes no arguments, got %s; did you mean --target %s?"),
		ArgumentsNone:         always("%s takes no arguments, got %s; '%s --help' lists its flags"),
		At:                    always("%s: %s"),
		RunInterrupted:        always("interrupted"),
		CommandNear:           always("unknown command %s; did you mean %s?"),
		CommandUnknown:        always("unknown command %s; 'assay help' lists the commands"),
		SubcommandUnknown:     always("unknown command %s; %s"),
		CommandNeeds:          always("%s needs %s"),
		CommandTakesOne:       always("%s takes one argument, and %s is a second"),
		InterruptedEarly:      always("interrupted before anything was measured; no results were written"),
		ExplainOne:            always("assay explain takes one ID, got a second, %s; for several use a pattern such as 'code.*'"),
		SetUnknown:            always("unknown --set %s; use %s"),
		SchemaNeeds:           always("assay schema takes the name of one schema: %s"),
		SchemaNear:            always("unknown schema %s; did you mean %s?"),
		SchemaUnknown:         always("unknown schema %s; use one of %s"),
		DriverOnlyBeside:      always("%s cannot be combined with --driver-only, which tests no requirement and writes no report; leave one of them out"),
		DriverOnlyNeeds:       always("--driver-only needs --target FILE or --driver: the driver to check"),
		DriverFaulty:          always("the driver has problems: %d; none of them is the platform's"),
		CertFileNames:         always("SSL_CERT_FILE names %s, %s; name a bundle of certificates, or unset it"),
		CertDirNames:          always("SSL_CERT_DIR names %s, where %s is %s; name a directory of certificates, or unset it"),
		TimeZoneNames:         always("TZ names %s, %s; name a time zone such as Asia/Shanghai, or unset it"),
		StepSummary:           always("GITHUB_STEP_SUMMARY: %s; set it to a writable file, or unset it"),
		PatienceNegative:      always("--patience %s is negative; use 0s to wait for nothing"),
		PatienceLimitNegative: always("--patience-limit %s is negative; use one like 20m"),
		TimeoutNotPositive:    always("--timeout %s is not positive; use one like 10s"),
		InFlightRange:         always("--in-flight %d is out of range; use 1 or more"),
		SeedTooLarge:          always("--seed %s is too large; the largest is %d"),
		WaitNegative:          always("--wait %s is negative; use one like 1m, or omit it"),
		KindUnknown:           always("unknown --kind %s; use login or phone"),
		CountNotPositive:      always("--count %d is not positive; use 1 or more"),
		UsersNotPositive:      always("--users %d is not positive; use 1 or more"),
		MintNeeds:             always("mint needs --target FILE: the reference platform would end with this command, before its codes are exchanged"),
		NoCodesIssued:         always("the driver issues no codes; it has to offer mint, login or getPhoneNumber"),
		DriverUnreached:       always("driver %s: %s: %s; check that it is running, and its URL"),
		DriverRefuses:         always("driver %s: %s; --driver-only checks the driver alone"),
		ReferencePort:         always("the reference platform needs a loopback port: %s"),
		CalibrateStart:        always("--calibrate cannot start the null target: %s; omit --calibrate to measure without it"),
		NullTargetFailed:      always("the null target: %s"),
		PowerWorkers:          always("assay power starts itself as its workers: %s"),
		FaultOfLoad:           always("--fault %s is for load runs; 'assay serve --fault %s' serves it"),
		ScenarioOfLegal:       always("--scenario %s is for --legal; 'assay serve --scenario %s' serves it"),
		AddrForm:              always("--addr %s is not HOST:PORT; write it like 127.0.0.1:7080"),
		DriverAddrForm:        always("--driver-addr %s is not HOST:PORT; write it like 127.0.0.1:7081"),
		DriverAddrOpen:        always("--driver-addr %s is not on loopback, and the driver gives codes to every client; give it a --driver-token"),
		SealTaken:             always("--seal %s is also written by --write-target; name another file"),
		LimitForm:             always("--limit %s is not a number of requests per second; use 0 for no limit"),
		DelayRange:            always("--delay %s is out of range; use 0s to %s"),
		SealFailed:            always("--seal %s: %s"),
		SealOutdated:          always("--seal %s: %s; what it says of the time is out of date"),
		ListenFailed:          always("%s %s: %s; choose another address, or port 0 for a free port"),
		WriteTargetFailed:     always("--write-target %s: %s; use a file in a writable directory"),
		ServeDriverFailed:     always("driver: %s"),
		ServeDriverCut:        always("driver: requests cut off after %s: %s"),
		KindDuration:          always("a duration; write it like 30s, 5m or 1h30m"),
		KindBool:              always("true or false; omit the value for true"),
		KindWhole:             always("a whole number in range; write it like 100"),
		KindNumber:            always("a number; write it like 60"),
		KindOther:             always("a %s"),
		HintListed:            always("'%s --help' lists them"),
		HintPath:              always("check the path"),
		HintOut:               always("name a directory that can be written to"),
		HintUse:               always("use %s"),
		HintPlan:              always("name a plan with stages by --plan"),
		FilesScarce:           always("this machine can open no more files: raise its limit (ulimit -n)"),
		RunDirectory:          always("a directory with a conformance.json, a benchmark.json or a comparison.json, such as out"),
		Either:                always("%s or %s"),
		Further:               always("%s, %s"),
		Neither:               always("%s and no %s"),
		DriverItself:          always("the driver"),
	}
}
