package harm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/harm"
)

// TestHarms: every harm is a requirement's and is said in both languages, and every must has one or is a matter of form.
func TestHarms(t *testing.T) {
	var form []string
	for _, requirement := range assay.Requirements().Requirements {
		found, known := harm.Of(requirement.ID)
		switch {
		case !known && requirement.Level == assay.Must:
			form = append(form, requirement.ID)
		case !known && requirement.Severity == assay.High:
			t.Errorf("%s is of high severity and has no harm; add it to harms.yaml", requirement.ID)
		case known && (found.English == "" || found.Chinese == "" || !strings.HasSuffix(found.English, ".") || found.English == found.Chinese):
			t.Errorf("%s: %+v", requirement.ID, found)
		case known && requirement.Level == assay.May:
			t.Errorf("%s is a may, which nothing violates", requirement.ID)
		}
	}
	if diff := cmp.Diff(matterOfForm(), form); diff != "" {
		t.Errorf("musts without a harm (-known to be a matter of form +found); add theirs to harms.yaml, or their ids here:\n%s", diff)
	}
	if harm.Rank("code.single-use") >= harm.Rank("limits.survives") || harm.Rank("limits.survives") >= harm.Rank("http.allow") {
		t.Error("the worst harm is not first")
	}
}

// matterOfForm are the musts whose violation harms neither a user nor a service that copes with it, in the order of the set.
func matterOfForm() []string {
	return []string{"login.unionid", "http.malformed"}
}

func TestEveryHarmIsOfARequirement(t *testing.T) {
	for _, id := range harm.IDs() {
		if _, known := assay.Requirements().Find(id); !known {
			t.Errorf("%s is not a requirement", id)
		}
	}
}
