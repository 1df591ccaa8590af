package assay

import "testing"

func TestWorst(t *testing.T) {
	tests := []struct {
		verdicts []Verdict
		want     Verdict
	}{
		{nil, Untested},
		{[]Verdict{Pass}, Pass},
		{[]Verdict{Observed, Pass}, Observed},
		{[]Verdict{Pass, Waived}, Waived},
		{[]Verdict{Warn, Untested}, Untested},
		{[]Verdict{Error, Untested}, Error},
		{[]Verdict{Error, Fail, Error}, Fail},
		{[]Verdict{Fail, "unheard of"}, "unheard of"}, // never better than what is known
	}
	for _, test := range tests {
		if got := Worst(test.verdicts...); got != test.want {
			t.Errorf("the worst of %q is %q, want %q", test.verdicts, got, test.want)
		}
	}
}

func TestWorstFollowsTheOrderOfVerdicts(t *testing.T) {
	all := Verdicts()
	if len(all) != 7 {
		t.Fatalf("%d verdicts, want 7", len(all))
	}
	for i, better := range all {
		for _, worse := range all[i:] {
			if a, b := Worst(better, worse), Worst(worse, better); a != worse || b != worse {
				t.Errorf("the worst of %s and %s is %s, in the other order %s", better, worse, a, b)
			}
		}
	}
}
