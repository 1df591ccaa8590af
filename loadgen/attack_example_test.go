package loadgen_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/ledger"
)

// Somebody who has an Attacker of vegeta, with whatever options, gives it the pacer and the targeter of an attack, and gets the ledger of
// assay load.
func ExampleAttack() {
	platform, err := reference.New(reference.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(platform.Handler())
	defer server.Close()

	var judged atomic.Int64
	attack, err := loadgen.NewAttack(context.Background(), loadgen.Config{
		Target: platform.Target(server.URL),
		Host:   platform.Host(),
		Plan: loadgen.Plan{
			Rate:     200, // arrivals per second: a race is two hits
			Duration: 500 * time.Millisecond,
			Mix:      loadgen.Mix{Login: 0.6, Phone: 0.1, Replay: 0.1, Race: 0.1, BadPAT: 0.1},
			Seed:     1,
		},
		Each: func(_ vegeta.Result, verdict ledger.Verdict) {
			if verdict.Right() {
				judged.Add(1)
			}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer attack.Close()

	attacker := vegeta.NewAttacker(vegeta.Redirects(vegeta.NoFollow), vegeta.HTTP2(false))
	hits := 0
	for result := range attacker.Attack(attack.Targeter(), attack.Pacer(), 0, "") {
		attack.Add(result)
		hits++
	}

	report, _ := attack.Report()
	sum := report.Exchanges
	fmt.Println(sum.Sent == int64(hits), judged.Load() == sum.Sent)
	fmt.Println(int64(hits)-sum.RacesSent, "arrivals,", sum.Failed(), "errors,", sum.ReplaysSent-sum.ReplaysRefused, "codes used twice")
	// Output:
	// true true
	// 100 arrivals, 0 errors, 0 codes used twice
}
