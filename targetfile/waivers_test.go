package targetfile

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
)

// now is the day on which the tests read waivers.
func now() time.Time { return time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC) }

func loadWaivers(t *testing.T, text string) ([]assay.Waiver, error) {
	t.Helper()
	return LoadWaivers(filepath.Join(writeFiles(t, "waivers.yaml", text), "waivers.yaml"), assay.Requirements(), now())
}

func TestLoadWaivers(t *testing.T) {
	const file = `schema: assay.waivers/1
waivers:
  - id: code.expiry
    reason: the ledger keeps no clock; ${NOT_A_VARIABLE}
    owner: qa@acme.example
    expires: 2026-12-31
  - {id: pat.challenge, reason: "proxy", owner: ops, expires: "2026-06-15"}
`
	got, err := loadWaivers(t, file)
	if err != nil {
		t.Fatal(err)
	}
	want := []assay.Waiver{
		{
			ID: "code.expiry", Reason: "the ledger keeps no clock; ${NOT_A_VARIABLE}", Owner: "qa@acme.example",
			Expires: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC),
		},
		{ID: "pat.challenge", Reason: "proxy", Owner: "ops", Expires: time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNoWaivers(t *testing.T) {
	if got, err := loadWaivers(t, "schema: assay.waivers/1\nwaivers: []\n"); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWaiverErrors(t *testing.T) {
	checkErrorCases(t, errorCases(t, "waivers.txt", ""), func(text string) error {
		dir := writeFiles(t, "file.yaml", text)
		_, err := LoadWaivers(filepath.Join(dir, "file.yaml"), assay.Requirements(), now())
		return relative(err, dir)
	})
	missing := filepath.Join(t.TempDir(), "no.yaml")
	_, err := LoadWaivers(missing, assay.Requirements(), now())
	checkLines(t, "a missing file", err, []string{missing + ": no such file or directory; check the path"})
}

// relative removes the temporary directory from an error.
func relative(err error, dir string) error {
	if err == nil {
		return nil
	}
	return textError(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
}

type textError string

func (e textError) Error() string { return string(e) }

// TestWaiverLastDay shows that a waiver holds to the end of its last day in UTC, wherever the clock is.
func TestWaiverLastDay(t *testing.T) {
	waiver := assay.Waiver{Expires: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}
	east := time.FixedZone("", 12*60*60)
	tests := map[time.Time]bool{
		time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC):          false,
		time.Date(2026, 12, 31, 23, 59, 59, 999, time.UTC):     false,
		time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC):            true,
		time.Date(2027, 1, 1, 11, 59, 59, 0, east):             false,
		time.Date(2027, 1, 1, 12, 0, 0, 0, east):               true,
		time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC):            true,
		time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC).Add(-12): false,
	}
	for at, want := range tests {
		if got := waiver.Expired(at); got != want {
			t.Errorf("expired at %s: %v", at, got)
		}
	}
}

func TestWaiversSchemaAgrees(t *testing.T) {
	var file struct {
		Properties struct{ Schema struct{ Const string } }
	}
	if err := json.Unmarshal(WaiversSchema(), &file); err != nil || file.Properties.Schema.Const != waiversVersion {
		t.Errorf("the version is %q, %v", file.Properties.Schema.Const, err)
	}
}
