package benchmark

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Next says where to look when the implementation failed: the file, its section, and the command that says more. After a run that did
// not decide, and a search that found no limit, it says what to run. It is zero for every other outcome, and where the command is not
// known. page and exchanges are the paths of benchmark.html and transcript.jsonl.
func (r Report) Next(page, exchanges string) phrase.Phrase {
	if run := r.nextRun(); !run.IsZero() {
		return run
	}
	switch r.Outcome {
	case Incorrect:
		return r.nextOfIncorrect(page, exchanges)
	case Violated:
		for _, level := range r.SLO {
			slo, err := assay.ParseSLO(level.Expression)
			if err == nil && level.Verdict == DoesNotHold && slo.Metric != assay.MetricErrors {
				return phrase.Say(phrase.NextTimes, page)
			}
		}
		return phrase.Say(phrase.NextErrors, page, exchanges)
	default:
		return phrase.Phrase{}
	}
}

// nextOfIncorrect names the first exchange that broke correctness, and the one that it contradicts.
func (r Report) nextOfIncorrect(page, exchanges string) phrase.Phrase {
	broken := map[string]string{"wrongIdentity": loadIdentity, "withoutIdentity": loadIdentity, "doubleRedeemed": loadSingleUse, "badPatAccepted": "pat.unknown"}
	for _, kind := range r.Errors {
		about, wrong := broken[kind.Verdict]
		if !wrong || len(kind.Exchanges) == 0 {
			continue
		}
		ids := slices.Clone(kind.Exchanges[:1])
		if len(kind.Contradicts) > 0 && kind.Contradicts[0] != "" {
			ids = append(ids, kind.Contradicts[0])
		}
		return phrase.Say(phrase.NextIncorrect, ids, exchanges, about)
	}
	return phrase.Say(phrase.NextErrors, page, exchanges)
}
