package expect

import "github.com/unified-login/assay"

// Merged lists the sign-ins that gave what an earlier one of another user gave, of those in one mini-program, each behind that one.
// Empty values are nobody's, and users with one id in two channels are not compared.
func (r Record) Merged(given func(assay.Exchange) string) [][2]assay.Exchange {
	type place struct{ app, given string }
	holder := map[place]assay.Exchange{}
	var merged [][2]assay.Exchange
	for _, s := range r {
		value := given(s.Exchange)
		if s.Code == nil || s.Code.UserID == "" || value == "" {
			continue
		}
		at := place{s.Code.AppID, value}
		if first, taken := holder[at]; !taken {
			holder[at] = s.Exchange
		} else if first.Code.UserID != s.Code.UserID {
			merged = append(merged, [2]assay.Exchange{first, s.Exchange})
		}
	}
	return merged
}

// Apart lists the sign-ins of users who were not made to be mistaken for others.
func (r Record) Apart() Record {
	return r.only(func(s SignedInAs) bool { return !s.Near })
}

// Unshared lists the sign-ins of users whose phone no other user of the run has.
func (r Record) Unshared() Record {
	return r.only(func(s SignedInAs) bool { return !s.Shared })
}
