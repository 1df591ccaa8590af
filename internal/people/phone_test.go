//go:build !race

package people_test

import (
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/unified-login/assay/internal/people"
)

// mobile is a strict validator of Chinese mobile numbers.
var mobile = regexp.MustCompile(`^1(3\d|5[0-35-9]|8\d|9[0-35-9])0000\d{4}$`)

func TestPhonesAreWellFormedAndDistinct(t *testing.T) {
	supply, phones := people.New(7), make([]uint64, 380_000)
	for n := range phones {
		phone := supply.At(uint64(n)).Phone
		if n < 10_000 && !mobile.MatchString(phone) {
			t.Fatalf("person %d: phone %q", n, phone)
		}
		var err error
		if phones[n], err = strconv.ParseUint(phone, 10, 64); err != nil {
			t.Fatalf("person %d: %v", n, err)
		}
	}
	slices.Sort(phones)
	for i, phone := range phones[1:] {
		if phone == phones[i] {
			t.Fatalf("phone %d twice", phone)
		}
	}
}
