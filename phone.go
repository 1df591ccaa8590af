package assay

import "strings"

// A PhoneTransform says what phone/get gives for the phone that was injected.
type PhoneTransform string

// The phone transforms. The zero value means PhoneAsInjected.
const (
	PhoneAsInjected PhoneTransform = "none"
	PhoneE164       PhoneTransform = "e164"
	PhoneMasked     PhoneTransform = "masked"
	PhoneToken      PhoneTransform = "token"
)

// Matches reports whether given is what the transform may make of injected. A token may be anything but empty.
func (t PhoneTransform) Matches(injected, given string) bool {
	switch t {
	case PhoneE164:
		return sameE164(injected, given)
	case PhoneMasked:
		return sameMasked(injected, given)
	case PhoneToken:
		return given != ""
	default:
		return given == injected
	}
}

// sameE164 takes any country for a number that was injected without one: + and at most 15 digits, of which the country
// has one to three.
func sameE164(injected, given string) bool {
	number, isInternational := strings.CutPrefix(given, "+")
	own := digits(injected)
	if !isInternational || number != digits(number) || number == "" || len(number) > 15 || own == "" {
		return false
	}
	if strings.HasPrefix(strings.TrimSpace(injected), "+") {
		return number == own
	}
	country, isOwn := strings.CutSuffix(number, strings.TrimLeft(own, "0"))
	return isOwn && len(country) <= 3
}

// sameMasked compares what is shown of the number before and after the mask. The mask may be longer or shorter than what
// it hides, the country may be added or left out, and separators count for nothing.
func sameMasked(injected, given string) bool {
	given = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "+", "").Replace(given)
	first, last := strings.IndexFunc(given, isMask), strings.LastIndexFunc(given, isMask)
	if first < 0 {
		return false
	}
	before, after := given[:first], strings.TrimLeftFunc(given[last:], isMask)
	for _, number := range spellings(injected) {
		if digits(given) == before+after && len(before)+len(after) < len(number) {
			if strings.HasPrefix(number, before) && strings.HasSuffix(number, after) {
				return true
			}
		} else if shownInPlace(number, []rune(given)) {
			return true
		}
	}
	return false
}

// shownInPlace lets every digit count that stands between masks, in its place from the end.
func shownInPlace(number string, given []rune) bool {
	if len(given) != len(number) {
		return false
	}
	for i, r := range given {
		if !isMask(r) && r != rune(number[i]) {
			return false
		}
	}
	return true
}

func isMask(r rune) bool { return r < '0' || r > '9' }

// spellings are the digits of a number as injected, without China's country code and with it.
func spellings(phone string) []string {
	own := digits(phone)
	national := own
	if len(own) == 13 {
		national = strings.TrimPrefix(own, "86")
	}
	return []string{own, national, "86" + national}
}

// digits leaves only the digits of a phone number as people write them.
func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
}
