package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/phrase"
)

// limitFlags say how precise a search for the limit is, and how long it may take.
type limitFlags struct {
	within string
	time   time.Duration
}

const defaultWithin = "3%"

func (f *limitFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.within, "limit-within", defaultWithin, "with --find-limit: probe until the interval of the limit is at most this `SHARE` of it on either side")
	flags.DurationVar(&f.time, "limit-time", loadgen.DefaultLimitTime, "with --find-limit: longest `DURATION` of the search; only the confirmation of the limit may end later")
}

// share is --limit-within as a share. named is how an error names a flag.
func (f limitFlags) share(named func(flag string) string) (float64, error) {
	const least, most = 0.1, 50
	percent, err := strconv.ParseFloat(strings.TrimSuffix(f.within, "%"), 64)
	if err != nil || !strings.HasSuffix(f.within, "%") || math.IsNaN(percent) || percent < least || percent > most {
		return 0, phrase.Failed(phrase.LimitWithinForm, named("limit-within"), fmt.Sprintf("%.40q", f.within), fmt.Sprintf("%g%%", least), fmt.Sprintf("%d%%", most), defaultWithin)
	}
	return percent / 100, nil
}

func (f limitFlags) check(findLimit bool, named func(flag string) string) error {
	const least, most = time.Minute, 24 * time.Hour
	_, err := f.share(named)
	switch {
	case err != nil:
		return err
	case f.time < least || f.time > most:
		return phrase.Failed(phrase.OutOfRange, named("limit-time"), f.time, least, most)
	case !findLimit && f.within != defaultWithin:
		return phrase.Failed(phrase.AboutSearch, named("limit-within"))
	case !findLimit && f.time != loadgen.DefaultLimitTime:
		return phrase.Failed(phrase.AboutSearch, named("limit-time"))
	default:
		return nil
	}
}
