package compare

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// slowed is a comparison of three runs a side, of which B is slower.
func slowed(t *testing.T) Comparison {
	t.Helper()
	c, err := New([]benchmark.Report{made(1, 0.010), made(2, 0.0101), made(3, 0.0102)}, []benchmark.Report{made(4, 0.020), made(5, 0.0201), made(6, 0.0202)}, tolerant())
	if err != nil || c.Outcome != Regressed {
		t.Fatalf("%+v, %v", c, err)
	}
	return c
}

// A comparison is read as it was written, with the keys of its reasons; a change may be below 0.
func TestComparisonIsReadAsItWasWritten(t *testing.T) {
	for _, c := range []Comparison{slowed(t), func() Comparison {
		c, err := New([]benchmark.Report{made(4, 0.020), made(5, 0.0201), made(6, 0.0202)}, []benchmark.Report{made(1, 0.010), made(2, 0.0101), made(3, 0.0102)}, tolerant())
		if err != nil || c.Figures[0].Change >= 0 {
			t.Fatalf("%+v, %v", c, err)
		}
		return c
	}()} {
		var file bytes.Buffer
		if err := WriteJSON(&file, c); err != nil {
			t.Fatal(err)
		}
		read, err := ReadJSON(&file)
		for i := range c.Figures {
			c.Figures[i].falseAlarm = 0 // the file has the sum
		}
		c.A.Started, c.B.Started, read.A.Started, read.B.Started = nil, nil, nil, nil // in another time zone
		if err != nil || !reflect.DeepEqual(read, c) {
			t.Errorf("%v\n%+v\n%+v", err, read, c)
		}
		if found := read.Contradiction(); !found.IsZero() {
			t.Error(found)
		}
	}
}

// A file with a word or a number that no comparison has is an error in one line.
func TestReadRefusesAComparison(t *testing.T) {
	for says, change := range map[string][2]string{
		`unknown outcome "best"`:              {`"outcome": "worse"`, `"outcome": "best"`},
		`unknown figure "\x1b[2J"`:            {`"name": "p50"`, `"name": "\u001b[2J"`},
		"figure p99 is there twice":           {`"name": "p90"`, `"name": "p99"`},
		`figure p50: unknown verdict "w"`:     {`"verdict": "worse"`, `"verdict": "w"`},
		"figure p50: its change 9 is not in":  {`"change": 0.99`, `"change": 9, "was": 0.99`},
		"a.seconds is -1; expected a number":  {`"seconds": 180`, `"seconds": -1`},
		`unknown schema "assay.comparison/2"`: {`assay.comparison/1`, `assay.comparison/2`},
	} {
		var file bytes.Buffer
		if err := WriteJSON(&file, slowed(t)); err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(file.String(), change[0], change[1], 1)
		if text == file.String() {
			t.Fatalf("no %q in %s", change[0], text)
		}
		if _, err := ReadJSON(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, not %q", err, says)
		}
	}
}

// A comparison that was edited contradicts itself.
func TestEditedComparison(t *testing.T) {
	for says, change := range map[string]func(*Comparison){
		"a deciding figure that is worse": func(c *Comparison) { c.Outcome, c.Reasons = Held, nil },
		"a deciding figure that is not known": func(c *Comparison) {
			c.Outcome, c.Reasons, c.Figures[0].Verdict, c.Figures[2].Verdict = Held, nil, Unknown, Same
		},
		"incorrect exchanges of B 1": func(c *Comparison) { c.Outcome, c.Reasons, c.Figures, c.B.Incorrect = Held, nil, nil, 1 },
		"reasons 0":                  func(c *Comparison) { c.Reasons = nil },
		"figures 7":                  func(c *Comparison) { c.Outcome = Incomparable; settle(c) },
	} {
		c := slowed(t)
		change(&c)
		if found := c.Contradiction().String(); !strings.HasPrefix(found, "outcome ") || !strings.HasSuffix(found, " does not agree with "+says) {
			t.Errorf("%q, not %q", found, says)
		}
	}
}

func settle(c *Comparison) {
	for i := range c.Figures {
		c.Figures[i].Verdict = Same
	}
}

// The two sides of one run are not compared as runs that were made apart.
func TestSidesOfOneRunAreNotRunsApart(t *testing.T) {
	a, b := made(1, 0.010), made(1, 0.020)
	b.Started = a.Started.Add(time.Millisecond)
	a.Pair, b.Pair = &benchmark.Pair{Side: "A", Other: b.Started}, &benchmark.Pair{Side: "B", Other: a.Started}
	c, err := New([]benchmark.Report{a}, []benchmark.Report{b}, tolerant())
	if err != nil || c.Outcome != Incomparable || len(c.Reasons) != 1 || c.Reasons[0].Key() != phrase.ComparePair {
		t.Errorf("%+v, %v", c, err)
	}
	for _, side := range []*benchmark.Pair{a.Pair, b.Pair} { // that names another run
		named := side.Other
		side.Other = time.Unix(5, 0)
		if c, err := New([]benchmark.Report{a}, []benchmark.Report{b}, tolerant()); err != nil || c.Outcome != Undecided {
			t.Errorf("%+v, %v", c, err)
		}
		side.Other = named
	}
}

// An interrupted run counts the seconds that it measured.
func TestSecondsOfAnInterruptedRun(t *testing.T) {
	a, b := made(1, 0.010), made(2, 0.010)
	b.Interrupted, b.Outcome, b.Timeline = true, benchmark.Stopped, append(b.Timeline[:7:7], benchmark.Second{Second: 7, Answered: 3})
	c, err := New([]benchmark.Report{a}, []benchmark.Report{b}, tolerant())
	if err != nil || c.A.Seconds != 60 || c.B.Seconds != 7 {
		t.Errorf("%+v, %v", c, err)
	}
}
