package assay_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// TestHarms: every harm is a requirement's and is said in both languages, and every must has one or is a matter of form.
func TestHarms(t *testing.T) {
	form := map[string]bool{}
	for _, requirement := range assay.Requirements().Requirements {
		harm, known := assay.HarmOf(requirement.ID)
		if !known {
			form[requirement.ID] = true
			continue
		}
		if harm.English == "" || harm.Chinese == "" || !strings.HasSuffix(harm.English, ".") || harm.English == harm.Chinese {
			t.Errorf("%s: %+v", requirement.ID, harm)
		}
		if requirement.Level == assay.May {
			t.Errorf("%s is a may, which nothing violates", requirement.ID)
		}
		if requirement.Severity == assay.High && form[requirement.ID] {
			t.Errorf("%s is of high severity and has no harm", requirement.ID)
		}
	}
	for _, id := range []string{"code.single-use", "pat.missing", "login.openid-distinct", "limits.survives", "security.clean-errors"} {
		if form[id] {
			t.Errorf("%s has no harm", id)
		}
	}
	if assay.HarmRank("code.single-use") >= assay.HarmRank("limits.survives") || assay.HarmRank("limits.survives") >= assay.HarmRank("http.allow") {
		t.Error("the worst harm is not first")
	}
}

func TestEveryHarmIsOfARequirement(t *testing.T) {
	for _, id := range assay.HarmIDs() {
		if _, known := assay.Requirements().Find(id); !known {
			t.Errorf("%s is not a requirement", id)
		}
	}
}
