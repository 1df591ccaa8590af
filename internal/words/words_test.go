package words

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestList(t *testing.T) {
	tests := map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}}
	for want, names := range tests {
		if got := List(names); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"login", "phone", "host", "hardened", "load"}
	tests := map[string]string{
		"login": "login", "loginn": "login", "lgin": "login", "fone": "", "phon": "phone", "hardned": "hardened",
		"hosts": "host", "": "", "x": "", "conformance": "",
	}
	for name, want := range tests {
		if got := Nearest(name, known); got != want {
			t.Errorf("the nearest to %q is %q, want %q", name, got, want)
		}
	}
	if got := Nearest("abcd", []string{"abcx", "abcy", "abcd"}); got != "abcd" {
		t.Errorf("the nearest of three is %q, want the exact match", got)
	}
	if got := Nearest("abcx", []string{"abcd", "abce"}); got != "abcd" {
		t.Errorf("of two equally near candidates %q is chosen, want the first", got)
	}
	if got := Nearest("a", nil); got != "" {
		t.Errorf("without candidates: %q", got)
	}
}

func TestEditDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"ab", "ba", 2},
		{"abc", "xyz", 3}, {strings.Repeat("a", 50), "a", 49},
	}
	for _, test := range tests {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("the distance from %q to %q is %d, want %d", test.a, test.b, got, test.want)
		}
		if got := editDistance(test.b, test.a); got != test.want {
			t.Errorf("the distance from %q to %q is %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for long, want := range map[string]string{
		"24h0m0s": "24h", "5m0s": "5m", "2m30s": "2m30s", "30s": "30s", "1h10m0s": "1h10m", "1h0m10s": "1h0m10s", "0s": "0s",
	} {
		d, err := time.ParseDuration(long)
		if got := Duration(d); err != nil || got != want {
			t.Errorf("%s is printed as %s, want %s", long, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		text  string
		limit int
		want  string
	}{
		{"", 0, ""}, {"a", 0, "…"}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"名前の値", 2, "名前…"}, {"名前", 2, "名前"},
		{"a\xff\xfeb", 2, "a\xff…"},
	} {
		if got := Shorten(test.text, test.limit); got != test.want {
			t.Errorf("%q, %d: %q, want %q", test.text, test.limit, got, test.want)
		}
	}
}

func TestClosest(t *testing.T) {
	known := []string{"pat-by-prefix", "ledger-none", "ledger-user-wide", "no-body", "use"}
	tests := map[string][]string{
		"ledgerr": {"ledger-none", "ledger-user-wide"}, "user": {"ledger-user-wide", "use"}, "prefix": {"pat-by-prefix", "use"},
	}
	for name, want := range tests {
		if got := Closest(name, known, 2); !slices.Equal(got, want) {
			t.Errorf("the closest to %q are %q, want %q", name, got, want)
		}
	}
	if got := Closest("x", nil, 3); len(got) != 0 {
		t.Errorf("without candidates: %q", got)
	}
}
