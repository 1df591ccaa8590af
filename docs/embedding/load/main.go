// Command load measures a platform from a program of your own. TARGET names the target file.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/targetfile"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	path := os.Getenv("TARGET")
	if path == "" {
		return errors.New("TARGET is not set; set it to the path of a target file")
	}
	target, err := targetfile.Load(path, os.LookupEnv)
	if err != nil {
		return err
	}
	host, _, closeHost, err := driver.Open(ctx, target, os.Stderr)
	if err != nil {
		return err
	}
	defer func() { _ = closeHost() }()

	report, times, err := loadgen.Run(ctx, loadgen.Config{
		Target: target, Host: host,
		Plan: loadgen.Plan{Rate: 100, Duration: 2 * time.Second, Mix: loadgen.Mix{Login: 0.9, Phone: 0.1}},
	})
	if err != nil {
		return err
	}
	p99 := time.Duration(times.Response.ValueAtQuantile(99))
	fmt.Printf("%s: %d of %d exchanges accepted, p99 %s\n", report.Outcome, report.Exchanges.Accepted, report.Exchanges.Sent, p99)
	return nil
}
