package assay

import (
	"strconv"
	"strings"

	"github.com/unified-login/assay/internal/told"
	"github.com/unified-login/assay/internal/words"
)

// The limits of a rate, in exchanges per second.
const (
	minRate = 0.001
	maxRate = 10_000_000
)

// ParseRate reads a rate as exchanges per second: "500/s", "0.5/s", or per minute "30000/m". The least
// is 0.001/s, the most ten million. An error is one line that begins with the text in quotes; it wraps one without the text.
func ParseRate(text string) (float64, error) {
	rate, err := parseRate(text)
	if err != nil {
		return 0, told.Failed(told.Quoted, inQuotes(text), err)
	}
	return rate, nil
}

// parseRate is ParseRate with errors that do not begin with the text.
func parseRate(text string) (float64, error) {
	number, unit, hasUnit := strings.Cut(text, "/")
	number = strings.TrimSpace(number)
	rate, isNumber := decimal(number)
	per, known := map[string]float64{"s": 1, "m": 60}[strings.TrimSpace(unit)]
	switch {
	case strings.Contains(text, ".."):
		return 0, told.Failed(told.RateOne)
	case !isNumber:
		return 0, told.Failed(told.RateForm)
	case rate <= 0:
		return 0, told.Failed(told.RatePositive)
	case !hasUnit:
		return 0, told.Failed(told.RateUnit, number)
	case !known:
		return 0, told.Failed(told.RateUnitUnknown)
	}
	return inRange(rate / per)
}

func inRange(rate float64) (float64, error) {
	switch {
	case rate < minRate:
		return 0, told.Failed(told.RateLow, strconv.FormatFloat(minRate, 'g', -1, 64))
	case rate > maxRate:
		return 0, told.Failed(told.RateHigh, maxRate)
	}
	return rate, nil
}

// A RateRange is the load that a run offers, in exchanges per second: from one rate to another, which are equal for a
// constant load. The zero value is max: no schedule, but as fast as the exchanges in flight allow.
type RateRange struct{ From, To float64 }

// ParseRateRange reads a rate as [ParseRate] does, a range of them such as "500/s..2000/s", or "max". A range may
// decrease. An error begins with the part of text that is wrong.
func ParseRateRange(text string) (RateRange, error) {
	if strings.TrimSpace(text) == "max" {
		return RateRange{}, nil
	}
	first, second, isRange := strings.Cut(text, "..")
	from, err := ParseRate(first)
	if err != nil {
		return RateRange{}, err
	}
	if !isRange {
		return RateRange{From: from, To: from}, nil
	}
	to, err := ParseRate(second)
	if err != nil {
		return RateRange{}, err
	}
	return RateRange{From: from, To: to}, nil
}

// IsMax reports whether the range is max.
func (r RateRange) IsMax() bool { return r == RateRange{} }

// decimal reads a number as people write it, 0.5 or -3: neither an exponent nor Inf and NaN, which Go accepts.
func decimal(text string) (float64, bool) {
	if strings.Trim(text, "0123456789.-") != "" || strings.Trim(text, ".") != text {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil
}

// inQuotes quotes a text of the user in a message of one line.
func inQuotes(text string) string { return strconv.Quote(words.Brief(text)) }
