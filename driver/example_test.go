package driver_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
)

// A pool is the simplest driver: a file of codes that were issued in advance.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "pool")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "codes.jsonl")
	line := `{"kind":"login","code":"1drac2l7scWp","appId":"fc2183741419665349","userId":"u-1","channel":"finclip"}`
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	ctx := context.Background()
	target := assay.Target{Driver: assay.DriverConfig{Pool: path}}
	host, hello, closeHost, err := driver.Open(ctx, target, os.Stderr)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = closeHost() }()
	fmt.Println(hello.Name, "offers", hello.Ops)

	request := assay.HostRequest{
		Op: assay.OpMint, Kind: assay.Login, AppID: "fc2183741419665349", Count: 1, Users: 1,
	}
	reply, err := host.Ask(ctx, request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Codes[0].UserID, reply.Codes[0].Code)
	// Output:
	// pool offers [mint]
	// u-1 1drac2l7scWp
}

// fakeHost is a host in this process that signs everybody in.
type fakeHost struct{}

func (fakeHost) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if request.Op == assay.OpHello {
		hello := &assay.Hello{Name: "fake", Version: "1", Ops: []assay.Op{assay.OpLogin}, Platforms: []string{"ios"}}
		return assay.HostReply{Hello: hello}, nil
	}
	return assay.HostReply{Callbacks: []assay.Callback{
		{Name: "success", Detail: []byte(`{"code":"c-1","appid":"` + request.AppID + `"}`)},
	}}, nil
}

// Greet checks a host against its hello: an op that it does not offer is not requested.
func ExampleGreet() {
	host, _, err := driver.Greet(context.Background(), fakeHost{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = host.Ask(context.Background(), assay.HostRequest{Op: assay.OpExpire, Code: "c-1"})
	fmt.Println(err)
	// Output: the driver does not offer expire
}

// A host that only calls wx.login can mint all the same, one login at a time.
func ExampleMintByTap() {
	ctx := context.Background()
	host, hello, err := driver.Greet(ctx, fakeHost{})
	if err != nil {
		fmt.Println(err)
		return
	}
	host, hello = driver.MintByTap(host, hello, assay.Target{})
	fmt.Println(hello.Ops)
	reply, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpMint, Kind: assay.Login, AppID: "fc1", Count: 1, Users: 1})
	fmt.Println(len(reply.Codes), err)
	// Output:
	// [login mint]
	// 1 <nil>
}
