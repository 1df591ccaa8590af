package benchmark

import (
	"fmt"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/messages"
)

// Duration writes seconds as people read them: three digits and a unit.
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

// Rate writes a rate as people read it, whole from a thousand on.
func Rate(perSecond float64) string { return threeDigits(perSecond) + "/s" }

func threeDigits(x float64) string {
	switch {
	case x == 0:
		return "0"
	case x < 10:
		return fmt.Sprintf("%.2f", x)
	case x < 100:
		return fmt.Sprintf("%.1f", x)
	default:
		return fmt.Sprintf("%.0f", x)
	}
}

// percent writes a share, 0 to 1.
func percent(share float64) string { return fmt.Sprintf("%.3g%%", 100*share) }

// plainNumber is a number as it was asked for.
func plainNumber(x float64) string { return fmt.Sprintf("%.10g", x) }

// String says what is sent and for how long.
func (p Plan) String() string { return p.Text(messages.For(messages.English)) }

// Text is String in the language of in.
func (p Plan) Text(in messages.Printer) string {
	rate := plainNumber(p.Rate) + "/s"
	if p.To != 0 {
		rate += ".." + plainNumber(p.To) + "/s"
	}
	text := in.Text("plan.open", rate, p.Shape, Span(p.Duration))
	if p.Shape == Closed {
		text = in.Text("plan.closed", fmt.Sprint(p.InFlight), Span(p.Duration))
	}
	if p.WarmUp > 0 {
		text = in.Text("plan.warm-up", text, Span(p.WarmUp))
	}
	return text
}

// Span writes seconds that were asked for, exactly: 20s, 1m, 1h30m.
func Span(seconds float64) string {
	if seconds >= 1e9 {
		return fmt.Sprintf("%.3gs", seconds) // a time.Duration ends after 292 years
	}
	return words.Duration(time.Duration(seconds * float64(time.Second)))
}

// mix is the mix as it is given.
func (p Plan) mix() string {
	var parts []string
	for _, name := range []string{"login", "phone", "replay", "race", "badPat"} {
		if weight := p.Mix[name]; weight > 0 {
			parts = append(parts, name+"="+plainNumber(weight))
		}
	}
	return strings.Join(parts, ",")
}

// String lists what became of the exchanges, as far as there is something to tell.
func (e Exchanges) String() string {
	text := fmt.Sprintf("%d sent", e.Sent)
	for _, part := range []struct {
		count int64
		words string
	}{
		{e.Accepted, "%d accepted"},
		{e.ReplaysSent, fmt.Sprintf("%d of %%d replays refused", e.ReplaysRefused)},
		{e.ReplaysExcused, "%d replays answered within the reuse grace"},
		{e.RacesSent, "%d races"},
		{e.RacesRefused, "%d races without a winner"},
		{e.BadPATsSent, fmt.Sprintf("%d of %%d unknown PATs refused", e.BadPATsRefused)},
		{e.WrongIdentity, "%d gave the wrong identity"},
		{e.DoubleRedeemed, "%d redeemed twice"},
		{e.BadPATsAccepted, "%d accepted an unknown PAT"},
		{e.Refused, "%d refused"},
		{e.Overloaded, "%d overloaded"},
		{e.Faults, "%d faults"},
		{e.InDoubt, "%d in doubt"},
		{e.Unreachable, "%d without a connection"},
	} {
		if part.count > 0 {
			text += ", " + fmt.Sprintf(part.words, part.count)
		}
	}
	return text
}
