package steady

import (
	"testing"
	"time"

	"github.com/unified-login/assay/internal/steady/steadytest"
)

func TestAClockThatIsSet(t *testing.T) {
	for _, by := range []time.Duration{0, time.Hour, -25 * time.Hour} {
		now := time.Now()
		set := steadytest.Set(now, by)
		if got := At(set).Round(0); !got.Equal(At(now).Round(0)) {
			t.Errorf("set by %s, it is %s, want %s", by, got, At(now))
		}
		if got := setBy(began, set) - setBy(began, now); got != by {
			t.Errorf("set by %s, it says %s", by, got)
		}
	}
}

func TestATimeOfAnother(t *testing.T) {
	date := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if got := At(date); got != date {
		t.Errorf("%s became %s", date, got)
	}
}

func TestTheTimeLeft(t *testing.T) {
	const life = time.Minute
	now := time.Now()
	for _, by := range []time.Duration{0, time.Hour, -time.Hour} {
		set := steadytest.Set(now, by)
		for name, end := range map[string]time.Time{"a clock that was set too": set.Add(life).Round(0), "another clock": At(now).Add(life).Round(0)} {
			if got := Left(end, set).Round(time.Second); got != life {
				t.Errorf("set by %s, %s: %s, want %s", by, name, got, life)
			}
			if got := Left(end.Add(-3*life), set).Round(time.Second); by == 0 && got != -2*life {
				t.Errorf("%s: %s, want %s", name, got, -2*life)
			}
		}
	}
}

func TestNow(t *testing.T) {
	before := At(time.Now())
	now := Now()
	if after := At(time.Now()); now.Round(0).Before(before.Round(0)) || now.Round(0).After(after.Round(0)) {
		t.Errorf("%s is not from %s to %s", now, before, after)
	}
}
