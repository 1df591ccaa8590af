package harm_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/harm"
)

// TestHarms: every harm is a requirement's and is said in both languages, and every must has one or is a matter of form.
func TestHarms(t *testing.T) {
	form := map[string]bool{}
	for _, requirement := range assay.Requirements().Requirements {
		found, known := harm.Of(requirement.ID)
		if !known {
			form[requirement.ID] = true
			continue
		}
		if found.English == "" || found.Chinese == "" || !strings.HasSuffix(found.English, ".") || found.English == found.Chinese {
			t.Errorf("%s: %+v", requirement.ID, found)
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
	if harm.Rank("code.single-use") >= harm.Rank("limits.survives") || harm.Rank("limits.survives") >= harm.Rank("http.allow") {
		t.Error("the worst harm is not first")
	}
}

func TestEveryHarmIsOfARequirement(t *testing.T) {
	for _, id := range harm.IDs() {
		if _, known := assay.Requirements().Find(id); !known {
			t.Errorf("%s is not a requirement", id)
		}
	}
}
