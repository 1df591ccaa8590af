package tamper_test

import (
	"hash/crc32"
	"hash/fnv"
	"slices"
	"testing"

	"github.com/unified-login/assay/suites/internal/tamper"
)

func javaHash(text string) (code int32) {
	for i := range len(text) {
		code = 31*code + int32(text[i])
	}
	return code
}

func bernstein(text string) (sum uint32) {
	for i := range len(text) {
		sum = 33*sum + uint32(text[i])
	}
	return sum
}

func fnv1a(text string) uint32 {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(text)) // never fails
	return sum.Sum32()
}

func TestSameSum(t *testing.T) {
	for _, text := range []string{"pat_8f1c2a6d03be97aa41c0d5e2f7b69c3a", "fcp.Zk3mQ9xWvB7aTgR2nLcY5hJd8sEoU4iP6qKf1wXzM0", "0123456789012345678901234567890123456789"} {
		sums := tamper.SameSum(text)
		sorted := func(text string) string {
			letters := []byte(text)
			slices.Sort(letters)
			return string(letters)
		}
		for has, holds := range map[string]func(other string) bool{
			"two characters in the middle swapped": func(other string) bool { return sorted(other) == sorted(text) },
			"one CRC-32":                           func(other string) bool { return crc32.ChecksumIEEE([]byte(other)) == crc32.ChecksumIEEE([]byte(text)) },
			"one hash code in Java":                func(other string) bool { return javaHash(other) == javaHash(text) },
			"one hash of Bernstein's":              func(other string) bool { return bernstein(other) == bernstein(text) },
			"one FNV-1a of 32 bits":                func(other string) bool { return fnv1a(other) == fnv1a(text) },
		} {
			other, found := sums[has]
			if !found && (has == "one hash code in Java" || has == "one hash of Bernstein's") && text[0] == '0' {
				continue // digits have no neighbours with one hash code
			}
			if !found || other == text || len(other) != len(text) || !holds(other) {
				t.Errorf("%q: %s: %q", text, has, other)
			}
		}
	}
	for _, text := range []string{"", "a", "aa", "--", "ab"} {
		for has, other := range tamper.SameSum(text) {
			if other == text || len(other) != len(text) {
				t.Errorf("%q: %s: %q", text, has, other)
			}
		}
	}
}
