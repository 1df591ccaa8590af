package assay

import (
	"strings"
	"testing"
	"time"
)

func TestQuoted(t *testing.T) {
	tests := map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}}
	for want, names := range tests {
		if got := Quoted(names); got != want {
			t.Errorf("%q is %q, want %q", names, got, want)
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
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
	if got := Nearest("abcd", []string{"abcx", "abcy", "abcd"}); got != "abcd" {
		t.Errorf("the nearest of three is %q, want the equal one", got)
	}
	if got := Nearest("abcx", []string{"abcd", "abce"}); got != "abcd" {
		t.Errorf("of two as near it is %q, want the first", got)
	}
	if got := Nearest("a", nil); got != "" {
		t.Errorf("of none it is %q", got)
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
			t.Errorf("from %q to %q it is %d, want %d", test.a, test.b, got, test.want)
		}
		if got := editDistance(test.b, test.a); got != test.want {
			t.Errorf("from %q to %q it is %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestShortDuration(t *testing.T) {
	for long, want := range map[string]string{
		"24h0m0s": "24h", "5m0s": "5m", "2m30s": "2m30s", "30s": "30s", "1h10m0s": "1h10m", "1h0m10s": "1h0m10s", "0s": "0s",
	} {
		d, err := time.ParseDuration(long)
		if got := ShortDuration(d); err != nil || got != want {
			t.Errorf("%s became %s, want %s", long, got, want)
		}
	}
}
