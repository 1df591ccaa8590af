package power_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/reports/sample/golden"
)

// A CI job that reads power.json can list the faults that the suite did not catch.
func ExampleReadJSON() {
	var file strings.Builder
	if err := power.WriteJSON(&file, golden.Power()); err != nil {
		log.Fatal(err)
	}
	matrix, err := power.ReadJSON(strings.NewReader(file.String()))
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range matrix.Survivors() {
		fmt.Println(row.Name(), "survived", row.Survived)
	}
	// Output:
	// survivor survived [code.single-use]
	// node/survivor survived [code.single-use]
}
