//go:build !race

package people_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unified-login/assay/internal/people"
)

// TestIDsTellNothing counts over many seeds: a platform cannot tell a test user by a prefix, a counter or the seed.
func TestIDsTellNothing(t *testing.T) {
	const seeds, users = 100, 10_000
	for seed := range uint64(seeds) {
		supply := people.New(seed)
		ids, prefixes, numbers := map[string]bool{}, map[string]int{}, []uint64{}
		for range users {
			id := supply.Any().UserID
			if ids[id] {
				t.Fatalf("seed %d: %s twice", seed, id)
			}
			ids[id] = true
			prefixes[id[:3]]++
			if number, err := strconv.ParseUint(id, 10, 64); err == nil {
				numbers = append(numbers, number)
			}
		}
		for prefix, count := range prefixes {
			if count > users/5 {
				t.Errorf("seed %d: %d ids begin with %s", seed, count, prefix)
			}
		}
		slices.Sort(numbers)
		for i, number := range numbers[1:] {
			if number == numbers[i]+1 {
				t.Errorf("seed %d: neighbours %d and %d", seed, numbers[i], number)
			}
		}
	}
}

func TestIDsHaveTheClassesOfRealOnes(t *testing.T) {
	classes := []struct {
		form      string
		low, high int // of 10 000
	}{
		{`^[1-9]\d{15,18}$`, 2800, 5200},
		{`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, 1000, 2100},
		{`^([0-9a-f]{24}|[0-9a-f]{32})$`, 1000, 2100},
		{`^[1-9]\d{8,10}$`, 600, 1500},
		{`^(u|U|uid|m_|wx|cust-|acct_|A)[1-9]\d{6,8}$`, 300, 900},
		{`^[a-z._]+\d+(@example\.com|@mail\.example)?$`, 600, 1500},
		{`^[A-Za-z0-9_-]{22}$`, 300, 900},
	}
	forms := make([]*regexp.Regexp, len(classes))
	for i, class := range classes {
		forms[i] = regexp.MustCompile(class.form)
	}
	first := map[int]bool{}
	for seed := range uint64(20) {
		supply, counts, other := people.New(seed), make([]int, len(classes)), []string{}
		for range 10_000 {
			id := supply.Any().UserID
			found := slices.IndexFunc(forms, func(form *regexp.Regexp) bool { return form.MatchString(id) })
			if found < 0 {
				other = append(other, id)
				continue
			}
			counts[found]++
		}
		if len(other) > 0 {
			t.Errorf("seed %d: ids of no class: %q", seed, other[:min(len(other), 5)])
		}
		for i, class := range classes {
			if counts[i] < class.low || counts[i] > class.high {
				t.Errorf("seed %d: %d ids of class %s", seed, counts[i], class.form)
			}
		}
		first[counts[0]] = true
	}
	if len(first) < 10 {
		t.Error("the seeds give the classes one weight")
	}
}

func TestChannels(t *testing.T) {
	capital := regexp.MustCompile(`[A-Z]`)
	seen := map[string]bool{}
	for seed := range uint64(50) {
		supply := people.New(seed)
		channels, free := supply.Channels()
		if len(channels) != 3 || !free {
			t.Fatalf("seed %d: channels %q, free %v", seed, channels, free)
		}
		withCapital := 0
		for _, channel := range channels {
			seen[channel] = true
			if capital.MatchString(channel) {
				withCapital++
			}
		}
		if withCapital != 1 || strings.Count(channels[0], ".") != 2 || strings.ContainsAny(channels[1], ".-") || !strings.Contains(channels[2], "-") {
			t.Errorf("seed %d: channels %q", seed, channels)
		}
		used := map[string]bool{}
		for range 10 {
			used[supply.Any().Channel] = true
		}
		if len(used) != 3 {
			t.Errorf("seed %d: only %v are used", seed, used)
		}
	}
	if len(seen) < 30 {
		t.Errorf("all seeds share channels: %v", seen)
	}
}

func TestLimits(t *testing.T) {
	first, err := people.ParsePhoneRange("+8613900000500-+8613900000999")
	if err != nil {
		t.Fatal(err)
	}
	second, err := people.ParsePhoneRange("013700000000-013700000499")
	if err != nil {
		t.Fatal(err)
	}
	supply := people.Within(5, people.Limits{Channels: []string{"only"}, Phones: []people.PhoneRange{first, second}})
	if channels, free := supply.Channels(); free || !slices.Equal(channels, []string{"only"}) {
		t.Errorf("channels %q, free %v", channels, free)
	}
	allowed, phones := regexp.MustCompile(`^(\+8613900000[5-9]\d\d|013700000[0-4]\d\d)$`), map[string]bool{}
	for range people.MinPhones {
		person := supply.Any()
		if person.Channel != "only" || !allowed.MatchString(person.Phone) {
			t.Fatalf("person %+v", person)
		}
		phones[person.Phone] = true
	}
	if len(phones) != people.MinPhones {
		t.Errorf("%d of %d phones are used", len(phones), people.MinPhones)
	}
}

func TestParsePhoneRange(t *testing.T) {
	for text, valid := range map[string]bool{
		"13900000000-13900009999": true, "+8613900000000-+8613900000000": true, "00001-99999": true,
		"13900000000": false, "": false, "-": false, "139000-1390000": false, "+139000-139001": false, "139001-139000": false,
		"1390x0-139001": false, "1234-1235": false, "1234567890123456-1234567890123457": false, "13900-13901-13902": false,
		" 13900-13901": false, "１３９００-１３９０１": false,
	} {
		parsed, err := people.ParsePhoneRange(text)
		if (err == nil) != valid || valid && parsed.String() != text {
			t.Errorf("%q: %v, %v", text, parsed, err)
		}
	}
}
