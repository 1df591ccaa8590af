package suites

import "testing"

// TestHalves: a code is cut where its parts meet, or in the middle.
func TestHalves(t *testing.T) {
	for code, want := range map[string][2]string{
		"abcdef": {"abc", "def"}, "abcde": {"ab", "cde"}, "user.ticket": {"user", ".ticket"}, "a.b.c": {"a.b", ".c"}, "v1:user|ticket=": {"v1:user", "|ticket="},
		"": {"", ""}, "x": {"", "x"},
	} {
		if first, second := halves(code); first != want[0] || second != want[1] {
			t.Errorf("%q is cut into %q and %q", code, first, second)
		}
	}
}
