package assay

import (
	"strings"
	"testing"
)

func TestParseRate(t *testing.T) {
	tests := map[string]float64{
		"500/s": 500, "30000/m": 500, "0.5/s": 0.5, " 500 / s ": 500, "1/m": 1.0 / 60, "0.001/s": 0.001, "10000000/s": 1e7,
		"600000000/m": 1e7, "007/s": 7,
	}
	for text, want := range tests {
		if got, err := ParseRate(text); err != nil || got != want {
			t.Errorf("%q is %v, want %v: %v", text, got, want, err)
		}
	}
}

func TestParseRateErrors(t *testing.T) {
	const notARate = " is not a rate; write it like 500/s"
	const oneRate = " is not one rate; write it like 500/s"
	const otherUnit = " has an unknown unit; write it like 500/s or 30000/m"
	const tooSlow = " is below the minimum of 0.001/s"
	const tooFast = " is above the maximum of 10000000/s"
	tests := map[string]string{
		"": notARate, "/s": notARate, "fast": notARate, "max": notARate, "1e3/s": notARate, "inf/s": notARate, "NaN/s": notARate,
		"0x10/s": notARate, "1_000/s": notARate, "1,000/s": notARate, "5-3/s": notARate, ".5/s": notARate, "5./s": notARate, "1.2.3/s": notARate, "1..2/s": oneRate,
		"+5/s": notARate, "500/s..600/s": oneRate,
		"500": " has no unit; did you mean 500/s?", " 0.5 ": " has no unit; did you mean 0.5/s?",
		"500/": otherUnit, "500/h": otherUnit, "500/ms": otherUnit, "500/S": otherUnit, "500/sec": otherUnit, "5/s/s": otherUnit,
		"0/s": " is not positive; write it like 500/s", "-5/s": " is not positive; write it like 500/s", "0": " is not positive; write it like 500/s",
		"0.0009/s": tooSlow, "0.05/m": tooSlow, "10000001/s": tooFast, "600000060/m": tooFast,
		strings.Repeat("9", 309) + "/s": notARate,
	}
	for text, want := range tests {
		_, err := ParseRate(text)
		checkParseError(t, text, err, want)
	}
}

// checkParseError checks for an error of one line that begins with text in quotes and continues with want.
func checkParseError(t *testing.T, text string, err error, want string) {
	t.Helper()
	if err == nil {
		t.Errorf("%q: no error", text)
		return
	}
	if full := inQuotes(text) + want; err.Error() != full {
		t.Errorf("%q:\n got %s\nwant %s", text, err, full)
	}
}

func TestParseRateRange(t *testing.T) {
	tests := map[string]RateRange{
		"500/s": {500, 500}, "500/s..2000/s": {500, 2000}, "2000/s .. 30000/m": {2000, 500}, "5/s..5/s": {5, 5}, "max": {}, " max ": {},
	}
	for text, want := range tests {
		if got, err := ParseRateRange(text); err != nil || got != want {
			t.Errorf("%q is %v, want %v: %v", text, got, want, err)
		}
	}
	wrong := map[string]string{
		"":               `"" is not a rate; write it like 500/s`,
		"500":            `"500" has no unit; did you mean 500/s?`,
		"500..2000/s":    `"500" has no unit; did you mean 500/s?`,
		"500/s..2000":    `"2000" has no unit; did you mean 2000/s?`,
		"500/s..":        `"" is not a rate; write it like 500/s`,
		"..500/s":        `"" is not a rate; write it like 500/s`,
		"500/s..0/s":     `"0/s" is not positive; write it like 500/s`,
		"500/s...2000/s": `".2000/s" is not a rate; write it like 500/s`,
		"500/s..max":     `"max" is not a rate; write it like 500/s`,
		"1/s..2/s..3/s":  `"2/s..3/s" is not one rate; write it like 500/s`,
	}
	for text, want := range wrong {
		if got, err := ParseRateRange(text); err == nil || err.Error() != want || got != (RateRange{}) {
			t.Errorf("%q: %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestRateRangeIsMax(t *testing.T) {
	for r, want := range map[RateRange]bool{{}: true, {5, 5}: false, {5, 0.5}: false} {
		if r.IsMax() != want {
			t.Errorf("%v is max: %v", r, r.IsMax())
		}
	}
}
