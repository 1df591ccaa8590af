//go:build !race

package expect_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/gomega"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

var openID = regexp.MustCompile(`openId "[^"]*"`)

// A suite of your own: the file is the chapter, the sentence is the test.
func loginChapter(service *client.Client, pat assay.Secret, login func(user string) assay.Code) {
	Describe, It, Expect, And := ginkgo.Describe, ginkgo.It, gomega.Expect, gomega.And // most suites import them with a dot

	Describe("Our shop's login", func() {
		It("signs the user in", func(ctx ginkgo.SpecContext) {
			x := service.Do(ctx, client.Exchange(login("u-1"), pat))
			Expect(x).To(And(expect.BeAccepted(), expect.HaveStatus(http.StatusOK), expect.GiveChannel()))
		})

		It("refuses a code that was exchanged before", func(ctx ginkgo.SpecContext) {
			code := login("u-2")
			Expect(service.Do(ctx, client.Exchange(code, pat))).To(expect.BeAccepted())
			Expect(service.Do(ctx, client.Exchange(code, pat))).To(expect.BeRefused())
		})

		It("keeps two users apart", func(ctx ginkgo.SpecContext) {
			exchanges := []assay.Exchange{
				service.Do(ctx, client.Exchange(login("u-3"), pat)),
				service.Do(ctx, client.Exchange(login("u-4"), pat)),
			}
			Expect(exchanges).To(And(expect.BeAccepted(), expect.GiveDistinctIdentities()))
		})

		It("refuses every code, which is wrong", func(ctx ginkgo.SpecContext) {
			Expect(service.Do(ctx, client.Exchange(login("u-5"), pat))).To(expect.BeRefused())
		})
	})
}

// Another team's Ginkgo suite uses the matchers on exchanges that client sends.
func Example() {
	platform, err := reference.New(reference.Options{}) // stands in for your platform and your host app
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(platform.Handler())
	defer server.Close()
	target := platform.Target(server.URL)
	login := func(user string) assay.Code {
		channel, phone := "finclip", "13312345678"
		reply, err := platform.Host().Ask(context.Background(), assay.HostRequest{Op: assay.OpMint, Kind: assay.Login,
			AppID: target.Apps[0], Count: 1, Host: &assay.Injection{Platform: "android", UserID: &user, Channel: &channel, Phone: &phone}})
		if err != nil {
			panic(err)
		}
		code := reply.Codes[0]
		code.Kind, code.AppID, code.UserID, code.Channel = assay.Login, target.Apps[0], user, channel
		return code
	}
	service := client.New(client.Options{Servers: target.APIServers})
	defer service.Close()

	gomega.RegisterFailHandler(ginkgo.Fail)
	loginChapter(service, target.PATs.Valid, login)
	ginkgo.ReportAfterSuite("print", printSpecs)
	runQuietly()
	// Output:
	// passed: signs the user in
	// passed: refuses a code that was exchanged before
	// passed: keeps two users apart
	// failed: refuses every code, which is wrong
	// Expected of login exchange x-000006
	//     refused: no identity
	// but got
	//     status 200, errcode "OK", openId "…"
}

func printSpecs(report ginkgo.Report) {
	for _, spec := range report.SpecReports {
		if spec.LeafNodeType.String() == "It" {
			fmt.Printf("%s: %s\n", spec.State, spec.LeafNodeText)
			if spec.Failed() {
				fmt.Println(openID.ReplaceAllString(spec.FailureMessage(), `openId "…"`))
			}
		}
	}
}

// runQuietly is RunSpecs without a *testing.T and without Ginkgo's own output.
func runQuietly() {
	console := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	defer func() { formatter.ColorableStdOut = console }()
	defer globals.Reset()
	ginkgo.RunSpecs(silently{}, "our shop")
}

type silently struct{}

func (silently) Fail() {}
