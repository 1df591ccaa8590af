package phrase

// What assay power makes of the deliberately broken platforms, and of the legal variations.
const (
	PowerFaults           Key = "power.faults"
	PowerTally            Key = "power.tally"
	PowerOnNode           Key = "power.on-node"
	PowerNoNode           Key = "power.no-node"
	PowerBusy             Key = "power.busy"
	PowerNarrowed         Key = "power.narrowed"
	PowerCleanReference   Key = "power.clean-reference"
	PowerUncleanReference Key = "power.unclean-reference"
	PowerClean            Key = "power.clean"
	PowerUnclean          Key = "power.unclean"
	PowerSeed             Key = "power.seed"
	PowerReference        Key = "power.reference"
	PowerNodePlatform     Key = "power.node-platform"
	PowerUntried          Key = "power.untried"
	PowerCondemned        Key = "power.condemned"
	PowerNotJudged        Key = "power.not-judged"
	PowerSurvived         Key = "power.survived"
	PowerAccused          Key = "power.accused"
	PowerIdle             Key = "power.idle"
	LegalVariations       Key = "legal.variations"
	LegalWarned           Key = "legal.warned"
	LegalFound            Key = "legal.found"
	LegalPassedNothing    Key = "legal.passed-nothing"
	LegalAccusedBy        Key = "legal.accused-by"
	LegalNotJudgedBy      Key = "legal.not-judged-by"
	LegalWarnedBy         Key = "legal.warned-by"
	LegalClean            Key = "legal.clean"
	LegalBoth             Key = "legal.both"
	VerdictFail           Key = "power.fail"
	VerdictWarn           Key = "power.warn"
	VerdictError          Key = "power.error"
)

func ofPower() map[Key]Text {
	return map[Key]Text{
		PowerFaults:           always("Faults: %s."),
		PowerTally:            always("%d, condemned %d, survived %d, falsely accused %d"),
		PowerOnNode:           always("Of these also on the Node platform: %s, %s s each."),
		PowerNoNode:           always("None on the Node platform: %s."),
		PowerBusy:             always("Requirements that condemn a fault: %d; the only one that condemns it: %d."),
		PowerNarrowed:         always("%d of the runs were narrowed to %d of %d requirements on average: what the fault breaks, what follows, and a share of the rest."),
		PowerCleanReference:   always("The reference is clean."),
		PowerUncleanReference: always("The reference is not clean."),
		PowerClean:            always("The reference and the Node platform are clean."),
		PowerUnclean:          always("The reference or the Node platform is not clean."),
		PowerSeed:             always("Seed %s, %s s."),
		PowerReference:        always("the reference"),
		PowerNodePlatform:     always("the Node platform"),
		PowerUntried:          always("%s could not be tried: %s"),
		PowerCondemned:        always("%s is condemned by %s: %s"),
		PowerNotJudged:        always("%s was not judged by %s: %s"),
		PowerSurvived:         always("%s survived %s"),
		PowerAccused:          always("%s is condemned by %s, which it does not break"),
		PowerIdle:             always("%s condemns nothing"),
		LegalVariations:       always("Legal variations: %d (%d of the reference, %d of the Node platform), clean %d, accused %d."),
		LegalWarned:           always("With expected warnings: %d."),
		LegalFound:            always("%s: %s of %s: %s"),
		LegalPassedNothing:    always("%s passed nothing"),
		LegalAccusedBy:        always("accused by %s"),
		LegalNotJudgedBy:      always("not judged by %d"),
		LegalWarnedBy:         always("warned by %s"),
		LegalClean:            always("clean"),
		LegalBoth:             always("%s, %s"),
		VerdictFail:           always("fail"),
		VerdictWarn:           always("warn"),
		VerdictError:          always("error"),
	}
}
