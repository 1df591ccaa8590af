package driver

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// tappable is a host that offers only login on ios.
func tappable(t *testing.T) (assay.Host, assay.Hello) {
	t.Helper()
	issued := 0
	raw := drivertest.HostFunc(func(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
		switch {
		case request.Op == assay.OpHello:
			return assay.HostReply{Hello: &assay.Hello{Ops: []assay.Op{assay.OpLogin}, Platforms: []string{"ios"}}}, nil
		case request.Host.UserID == nil:
			return assay.HostReply{Callbacks: []assay.Callback{{Name: "fail", Detail: []byte(`{"code":"10001"}`)}}}, nil
		}
		issued++
		detail := fmt.Sprintf(`{"detail":{"code":"c%d for %s","appId":%q}}`, issued, *request.Host.UserID, request.AppID)
		return assay.HostReply{Callbacks: []assay.Callback{{Name: "success", Detail: []byte(detail)}, {Name: "complete"}}}, nil
	})
	host, hello, err := Greet(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	return MintByTap(host, hello, assay.Target{})
}

func TestMintByTap(t *testing.T) {
	host, hello := tappable(t)
	if !hello.Offers(assay.OpMint) {
		t.Fatalf("hello %+v", hello)
	}
	if reply := drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpHello}); !slices.Equal(reply.Hello.Ops, hello.Ops) {
		t.Errorf("hello %+v, then %+v", hello, reply.Hello)
	}
	users, codes := map[string]int{}, map[string]bool{}
	for _, code := range drivertest.Ask(t, host, drivertest.MintSpread(3, 7)).Codes {
		users[code.UserID]++
		codes[code.Code] = true
		if code.Kind != assay.Login || code.AppID != "fc1" || code.Channel == "" || code.Phone == "" {
			t.Errorf("incomplete: %+v", code)
		}
	}
	if len(users) != 3 || len(codes) != 7 {
		t.Errorf("%d codes of %v", len(codes), users)
	}
	for _, code := range drivertest.Ask(t, host, drivertest.MintFor("u-1", 2)).Codes {
		if code.UserID != "u-1" {
			t.Errorf("asked for u-1, got %+v", code)
		}
	}
}

func TestMintByTapRefuses(t *testing.T) {
	host, _ := tappable(t)
	phone := drivertest.MintSpread(1, 1)
	phone.Kind = assay.Phone
	_, err := host.Ask(t.Context(), phone)
	drivertest.WantUnsupported(t, err, "")
	_, err = host.Ask(t.Context(), drivertest.MintSpread(0, 1))
	drivertest.WantDriverError(t, err, "driver: mint: count 1, users 0")
	nobody := drivertest.MintFor("u-1", 1)
	nobody.Host.UserID = nil
	_, err = host.Ask(t.Context(), nobody)
	drivertest.WantDriverError(t, err, "driver: login: no code for an injected user")
}

// A host that mints, or that gives no codes, is returned unchanged.
func TestMintByTapLeavesOthersUnchanged(t *testing.T) {
	for _, ops := range [][]assay.Op{{assay.OpMint, assay.OpLogin}, {assay.OpIssuePAT}} {
		host, hello := MintByTap(none{}, assay.Hello{Ops: ops}, assay.Target{})
		if _, same := host.(none); !same || !slices.Equal(hello.Ops, ops) {
			t.Errorf("%v became %v", ops, hello.Ops)
		}
	}
}
