package console

import (
	"reflect"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

// The console and the tables of the other formats call the same count the same, and the console leaves out none of them.
func TestOneWordForACount(t *testing.T) {
	of := reflect.TypeFor[benchmark.Exchanges]()
	for i := range of.NumField() {
		name := of.Field(i).Name
		if strings.HasSuffix(name, "Sent") || name == "FoundLate" || name == "RefusalsFaulty" { // parts of other counts
			continue
		}
		e := benchmark.Exchanges{Sent: 7, ReplaysSent: 7, BadPATsSent: 7}
		reflect.ValueOf(&e).Elem().Field(i).SetInt(7)
		found := false
		for _, row := range figures.Exchanges(messages.For(messages.English), e) {
			if row.Count == "7" && !strings.HasSuffix(row.Name, "sent") && row.Name != "sent with an unknown PAT" {
				found = true
				if text := (benchmarkPrinter{in: messages.For(messages.English)}).exchangeCounts(e); !strings.Contains(text, "7 "+row.Name) {
					t.Errorf("%s is %q in tables, and here %q", name, row.Name, text)
				}
			}
		}
		if !found {
			t.Errorf("%s is in no table", name)
		}
	}
}
