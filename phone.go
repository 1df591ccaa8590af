package assay

import "strings"

// A PhoneTransform says in which form phone/get returns the injected phone.
type PhoneTransform string

// The phone transforms. The zero value means PhoneAsInjected.
const (
	PhoneAsInjected PhoneTransform = "none"
	PhoneE164       PhoneTransform = "e164"
	PhoneMasked     PhoneTransform = "masked"
	PhoneToken      PhoneTransform = "token"
)

// Matches reports whether returned is a valid form of injected. A token is any text that is not empty.
func (t PhoneTransform) Matches(injected, returned string) bool {
	switch t {
	case PhoneE164:
		return sameE164(injected, returned)
	case PhoneMasked:
		return sameMasked(injected, returned)
	case PhoneToken:
		return returned != ""
	default:
		return returned == injected
	}
}

// sameE164 compares with a number of + and at most 15 digits. Where the injected number has no country code, it accepts any
// code of one to three digits.
func sameE164(injected, returned string) bool {
	number, isInternational := strings.CutPrefix(returned, "+")
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

// sameMasked compares the digits before and after the mask. The mask may be longer or shorter than the digits that it hides, the
// country code may be added or omitted, and separators are ignored.
func sameMasked(injected, returned string) bool {
	returned = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "+", "").Replace(returned)
	first, last := strings.IndexFunc(returned, isMask), strings.LastIndexFunc(returned, isMask)
	if first < 0 {
		return false
	}
	before, after := returned[:first], strings.TrimLeftFunc(returned[last:], isMask)
	for _, number := range spellings(injected) {
		if digits(returned) == before+after && len(before)+len(after) < len(number) {
			if strings.HasPrefix(number, before) && strings.HasSuffix(number, after) {
				return true
			}
		} else if shownInPlace(number, []rune(returned)) {
			return true
		}
	}
	return false
}

// shownInPlace compares every digit between masks with the digit at the same place of the number.
func shownInPlace(number string, returned []rune) bool {
	if len(returned) != len(number) {
		return false
	}
	for i, r := range returned {
		if !isMask(r) && r != rune(number[i]) {
			return false
		}
	}
	return true
}

func isMask(r rune) bool { return r < '0' || r > '9' }

// spellings returns the digits of an injected number: as they are, and without and with China's country code.
func spellings(phone string) []string {
	own := digits(phone)
	national := own
	if len(own) == 13 {
		national = strings.TrimPrefix(own, "86")
	}
	return []string{own, national, "86" + national}
}

// digits returns the digits of a phone number without separators.
func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
}
