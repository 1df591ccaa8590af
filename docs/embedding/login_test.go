// Package login_test is the conformance suite of an imaginary team: the specs of assay and one of their own.
package login_test

import (
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/suites/client"
	. "github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/targetfile"
)

// TestLogin runs both. TARGET names the target file.
func TestLogin(t *testing.T) {
	RegisterFailHandler(Fail)
	path := os.Getenv("TARGET")
	if path == "" {
		t.Fatal("TARGET is not set; set it to the path of a target file")
	}
	target, err := targetfile.Load(path, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	host, hello, closeHost, err := driver.Open(t.Context(), target, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeHost() }()

	session, err := suites.Open(suites.Config{Target: target, Host: host, Hello: hello, Only: []string{"login.*", "code.single-use"}})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	suites.Register(session)
	ownSpecs(target, host)

	ReportAfterSuite("conformance.json", func(report Report) {
		file, err := os.Create("conformance.json")
		Expect(err).NotTo(HaveOccurred())
		defer func() { _ = file.Close() }()
		Expect(conformance.WriteJSON(file, session.Conclude(report))).To(Succeed())
	})
	RunSpecs(t, "login")
}

// ownSpecs are what the team asks of its platform beyond the contract.
func ownSpecs(target assay.Target, host assay.Host) {
	Describe("our users", func() {
		It("sign in from the staging channel", func(ctx SpecContext) {
			user, channel := "u-1", "com.acme.staging"
			reply, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpMint, Kind: assay.Login, AppID: target.Apps[0], Count: 1,
				Host: &assay.Injection{Platform: "ios", UserID: &user, Channel: &channel}})
			Expect(err).NotTo(HaveOccurred())

			business := client.New(client.Options{Servers: target.APIServers})
			defer business.Close()
			exchange := client.Exchange(reply.Codes[0], target.PATs.Valid)
			Expect(business.Do(ctx, exchange)).To(BeAccepted())
			Expect(business.Do(ctx, exchange)).To(BeRefused())
		})
	})
}
