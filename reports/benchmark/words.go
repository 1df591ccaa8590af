package benchmark

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/unified-login/assay/internal/words"
)

// Duration writes a measured time, in seconds, with three digits and a unit.
func Duration(seconds float64) string {
	switch {
	case seconds < 1e-3:
		return threeDigits(seconds*1e6) + "µs"
	case seconds < 1:
		return threeDigits(seconds*1e3) + "ms"
	case seconds < 100:
		return threeDigits(seconds) + "s"
	case seconds < 1e9:
		return words.Duration(time.Duration(seconds * float64(time.Second)).Round(time.Second))
	default:
		return Span(seconds)
	}
}

// Span writes a configured time, in seconds, exactly: 20s, 1m, 1h30m.
func Span(seconds float64) string {
	if seconds >= 1e9 {
		return fmt.Sprintf("%.3gs", seconds) // a time.Duration ends after 292 years
	}
	return words.Duration(time.Duration(seconds * float64(time.Second)))
}

// Rate writes a measured rate with three digits; from 1000 on, as a whole number.
func Rate(perSecond float64) string { return threeDigits(perSecond) + "/s" }

// PlannedRate writes a rate as it was asked for: whole, or to four digits after the point.
func PlannedRate(perSecond float64) string {
	const digits = 1e4
	return strconv.FormatFloat(math.Round(perSecond*digits)/digits, 'f', -1, 64) + "/s"
}

// Percent writes a share from 0 to 1.
func Percent(share float64) string {
	percent := 100 * share
	if math.Abs(percent) >= 0.0001 || percent == 0 {
		return fmt.Sprintf("%.3g%%", percent)
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(percent, 'e', 2, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64) + "%" // without an exponent
}

func threeDigits(x float64) string {
	switch {
	case x == 0:
		return "0"
	case x < 9.995:
		return fmt.Sprintf("%.2f", x)
	case x < 99.95:
		return fmt.Sprintf("%.1f", x)
	default:
		return fmt.Sprintf("%.0f", x)
	}
}
