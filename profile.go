package assay

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/unified-login/assay/internal/words"
)

// The profiles: frozen sets of requirements that an implementation declares.
const (
	ProfileLogin    = "login"    // POST unified-auth/login
	ProfilePhone    = "phone"    // POST unified-auth/phone/get
	ProfileHost     = "host"     // the Host-App SDKs and plugins
	ProfileHardened = "hardened" // the security practice that the guide leaves open
	ProfileLoad     = "load"     // judged from a load run
)

// Profiles lists every profile.
func Profiles() []string {
	return []string{ProfileLogin, ProfilePhone, ProfileHost, ProfileHardened, ProfileLoad}
}

// CheckProfiles returns an error that names the first unknown profile.
func CheckProfiles(profiles []string) error {
	for _, profile := range profiles {
		if !slices.Contains(Profiles(), profile) {
			return fmt.Errorf("unknown profile %q; the profiles are %s", profile, words.List(Profiles()))
		}
	}
	return nil
}

// ProfileDigest is "sha256:" and the hex digest of the profile's requirements, one "id level severity" a line in the
// set's order: two runs with equal digests were held to the same list.
func (s RequirementSet) ProfileDigest(profile string) string {
	digest := sha256.New()
	for _, requirement := range s.Requirements {
		if requirement.In(profile) {
			_, _ = fmt.Fprintf(digest, "%s %s %s\n", requirement.ID, requirement.Level, requirement.Severity)
		}
	}
	return "sha256:" + hex.EncodeToString(digest.Sum(nil))
}
