package loadgen_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/loadgen"
)

// A run needs a target, a host that mints codes, and a plan. Here the reference platform is the target, and its own host
// app mints the codes; a real host app is behind a driver.
func Example() {
	platform, err := reference.New(reference.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(platform.Handler())
	defer server.Close()

	report, times, err := loadgen.Run(context.Background(), loadgen.Config{
		Target: assay.Target{
			APIServers: []string{server.URL},
			Apps:       platform.Target(server.URL).Apps,
			PATs:       platform.Target(server.URL).PATs,
		},
		Host: platform.Host(),
		Plan: loadgen.Plan{
			Rate:     100, // exchanges per second
			Duration: 500 * time.Millisecond,
			Mix:      loadgen.Mix{Login: 0.8, Phone: 0.2},
			Seed:     1,
		},
	})
	if err != nil {
		fmt.Println(err) // the configuration is not possible
		return
	}
	fmt.Println(report.Exchanges.Sent, "sent,", report.Exchanges.Accepted, "accepted")
	fmt.Println(times.Response.TotalCount(), "response times")
	// Output:
	// 50 sent, 50 accepted
	// 50 response times
}
