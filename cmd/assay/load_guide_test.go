package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
)

// The plan of the guide is a plan, and runs: here with a hundredth of its time. A busy machine may not keep to its rates.
func TestThePlanOfTheGuideRuns(t *testing.T) {
	guide, err := os.ReadFile("../../docs/load.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(schema: assay.plan/1\n.*?)```").FindSubmatch(guide)
	if block == nil {
		t.Fatal("docs/load.md has no plan file")
	}
	text := string(block[1])
	if again := printed(t, "--plan", planAt(t, text)); !strings.Contains(again, "  - peak/login.p99<100ms\n") {
		t.Error(again)
	}
	short := strings.NewReplacer("warmUp: 5s", "warmUp: 50ms", "duration: 30s", "duration: 300ms", "duration: 1m", "duration: 600ms").Replace(text)
	report, _ := measuredAs(t, []int{exitHolds, exitFails, exitUnknown}, "--plan", planAt(t, short), "--tag", "build=1.4.2", "--quiet")
	var names []string
	for _, stage := range report.ByStage {
		names = append(names, stage.Name)
	}
	if strings.Join(names, " ") != "calm peak after" || report.Plan.Shape != benchmark.Staged || report.Tags["env"] != "staging" || report.Tags["build"] != "1.4.2" {
		t.Errorf("%q, %+v, %v", names, report.Plan, report.Tags)
	}
}
