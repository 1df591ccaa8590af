package mint

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
	"github.com/unified-login/assay/internal/people"
)

// seal makes a code that names what it stands for.
func seal(code assay.Code) (string, error) {
	if strings.Contains(code.UserID, "refused") {
		return "", errors.New("no code for the phone " + code.Phone)
	}
	return strings.Join([]string{string(code.Kind), code.AppID, code.UserID, code.Channel, code.Phone}, "|"), nil
}

func mint(t *testing.T, request assay.HostRequest) []assay.Code {
	t.Helper()
	reply, err := New(seal, time.Minute, people.Limits{}).Mint(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return reply.Codes
}

func TestMintRefuses(t *testing.T) {
	good := drivertest.MintSpread(1, 1)
	for want, change := range map[string]func(*assay.HostRequest){
		`unknown kind "sms"; use "login" or "phone"`: func(r *assay.HostRequest) { r.Kind = "sms" },
		"appId is missing":                           func(r *assay.HostRequest) { r.AppID = "" },
		"count 0 is out of range; use 1 to 10000":    func(r *assay.HostRequest) { r.Count = 0 },
		"count 10001 is out of range":                func(r *assay.HostRequest) { r.Count = 10_001 },
		"users 0 is not positive":                    func(r *assay.HostRequest) { r.Users = 0 },
		"host and users cannot be combined":          func(r *assay.HostRequest) { r.Host = drivertest.Injection("ios", "u") },
		"host injects no userId":                     func(r *assay.HostRequest) { r.Users, r.Host = 0, drivertest.Injection("ios", "") },
		"no code for the phone [secret]": func(r *assay.HostRequest) {
			r.Users, r.Host = 0, drivertest.Injection("ios", "refused")
			r.Host.Phone = new("the canary")
		},
	} {
		request := good
		change(&request)
		_, err := New(seal, 0, people.Limits{}).Mint(t.Context(), request)
		drivertest.WantDriverError(t, err, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := New(seal, 0, people.Limits{}).Mint(ctx, good)
	drivertest.WantDriverError(t, err, "not done: context canceled")
}

func TestMintForAHost(t *testing.T) {
	request := drivertest.MintFor("u ", 2)
	request.Host.Phone = new("+86 133 0000 1111")
	codes := mint(t, request)
	if want := "login|fc1|u |default|+86 133 0000 1111"; len(codes) != 2 || codes[1].Code != want || codes[1].Channel != "default" {
		t.Errorf("%+v, want 2 codes %q", codes, want)
	}
	request.Host.Channel = new("finclip")
	if got := mint(t, request)[0]; got.Channel != "finclip" || !strings.Contains(got.Code, "|finclip|") {
		t.Errorf("%+v", got)
	}
}

func TestMintSpreadsOverUsers(t *testing.T) {
	minter := New(seal, 0, people.Limits{})
	var users []string
	for range 3 {
		reply, err := minter.Mint(t.Context(), drivertest.MintSpread(3, 2))
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range reply.Codes {
			users = append(users, code.UserID)
			if !code.ExpiresAt.IsZero() {
				t.Errorf("a code without a known lifetime expires at %v", code.ExpiresAt)
			}
		}
	}
	slices.Sort(users)
	if users = slices.Compact(users); len(users) != 3 {
		t.Errorf("6 codes in 3 requests are for %d users, want 3", len(users))
	}
}

func TestMintKeepsToTheLimits(t *testing.T) {
	reserved, err := people.ParsePhoneRange("13900000000-13900009999")
	if err != nil {
		t.Fatal(err)
	}
	minter := New(seal, 0, people.Limits{Channels: []string{"only"}, Phones: []people.PhoneRange{reserved}})
	reply, err := minter.Mint(t.Context(), drivertest.MintSpread(5, 20))
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range reply.Codes {
		if code.Channel != "only" || !strings.HasPrefix(code.Phone, "1390000") {
			t.Errorf("%+v", code)
		}
	}
}
