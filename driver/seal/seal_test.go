package seal

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/platform/platformtest"
)

func TestParseKey(t *testing.T) {
	key := bytes.Repeat([]byte{0xfb, 0xff}, 16)
	for _, text := range []string{
		hex.EncodeToString(key), strings.ToUpper(hex.EncodeToString(key)), "\n" + hex.EncodeToString(key) + " \n",
		base64.StdEncoding.EncodeToString(key), base64.RawStdEncoding.EncodeToString(key),
		base64.URLEncoding.EncodeToString(key), base64.RawURLEncoding.EncodeToString(key),
	} {
		if got, err := ParseKey(text); err != nil || !bytes.Equal(got, key) {
			t.Errorf("ParseKey(%q) = %x, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "canary", hex.EncodeToString(key[:31]), hex.EncodeToString(key) + "00", "canary!" + hex.EncodeToString(key)} {
		if _, err := ParseKey(text); err == nil || err.Error() != "seal: the key is not 32 bytes in hex or base64; write 64 hex digits" {
			t.Errorf("ParseKey(%q) = %v", text, err)
		}
	}
}

// sealedOver seals over a host that offers ops and answers by answer.
func sealedOver(t *testing.T, p *platform.Platform, appID string, ops []assay.Op, answer drivertest.HostFunc) assay.Host {
	t.Helper()
	config := Config{Key: p.SealingKey(), CodeTTL: time.Minute, AppID: appID}
	host, hello, err := New(t.Context(), answer, assay.Hello{Name: "inner", Ops: ops}, config)
	if err != nil {
		t.Fatal(err)
	}
	if !hello.Offers(assay.OpMint) {
		t.Errorf("hello %+v", hello)
	}
	if got := drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpHello}).Hello; got.Name != "inner" || !got.Offers(assay.OpMint) {
		t.Errorf("hello %+v", got)
	}
	return host
}

func never(context.Context, assay.HostRequest) (assay.HostReply, error) {
	return assay.HostReply{}, errors.New("it was asked")
}

func TestSealedMintsInThisProcess(t *testing.T) {
	p := platformtest.New(t, platform.Config{})
	host := sealedOver(t, p, "", nil, never)
	reply := drivertest.Ask(t, host, assay.HostRequest{ID: 5, Op: assay.OpMint, Kind: assay.Phone, AppID: "fc1", Count: 4, Users: 2})
	if reply.ID != 5 || len(reply.Codes) != 4 {
		t.Fatalf("%+v", reply)
	}
	for i, code := range reply.Codes {
		grant := platformtest.GrantOf(t, p, code.Code)
		issued := grant.IssuedAt
		grant.IssuedAt = time.Time{}
		want := platform.Grant{Kind: platform.KindPhone, AppID: "fc1", UserID: code.UserID, Channel: code.Channel, Phone: code.Phone}
		if grant != want || code.Kind != assay.Phone || code.AppID != "fc1" || code.UserID != reply.Codes[i%2].UserID {
			t.Errorf("code %d of %+v seals %+v", i, code, grant)
		}
		if lifetime := code.ExpiresAt.Sub(issued); lifetime < time.Minute || lifetime > time.Minute+time.Second {
			t.Errorf("code %d lives %v", i, lifetime)
		}
	}
	if a, b := reply.Codes[0].UserID, reply.Codes[1].UserID; a == b {
		t.Errorf("two users, one id %s", a)
	}
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	if err == nil || err.Error() != "it was asked" {
		t.Errorf("login was not left to the driver: %v", err)
	}
}

// The platform's clock may have been moved long before, and may be moved through this host.
func TestSealedFollowsThePlatformsClock(t *testing.T) {
	ahead := 24 * time.Hour
	p := platformtest.New(t, platform.Config{Clock: func() time.Time { return time.Now().Add(ahead) }})
	host := sealedOver(t, p, "fc1", assay.Ops(), func(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
		if request.Op != assay.OpMint {
			return assay.HostReply{OK: true}, nil
		}
		code, err := p.Seal(platform.Grant{Kind: platform.KindLogin, AppID: request.AppID})
		return assay.HostReply{Codes: []assay.Code{{Code: code}}}, err
	})
	late := func() time.Duration {
		code := drivertest.Ask(t, host, drivertest.MintSpread(1, 1)).Codes[0].Code
		return time.Now().Add(ahead).Sub(platformtest.GrantOf(t, p, code).IssuedAt)
	}
	if got := late(); got < 0 || got > time.Minute {
		t.Errorf("sealed %v ago by the platform's clock", got)
	}
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpAdvance, Seconds: 7200})
	ahead += 2 * time.Hour
	if got := late(); got < 0 || got > time.Minute {
		t.Errorf("sealed %v ago by the platform's clock, after it was moved", got)
	}
}

func TestSealedRefusesAnotherPlatformsKey(t *testing.T) {
	p, other := platformtest.New(t, platform.Config{}), platformtest.New(t, platform.Config{})
	host := drivertest.HostFunc(func(context.Context, assay.HostRequest) (assay.HostReply, error) {
		code, err := p.Seal(platform.Grant{Kind: platform.KindLogin})
		return assay.HostReply{Codes: []assay.Code{{Code: code}}}, err
	})
	hello := assay.Hello{Ops: []assay.Op{assay.OpMint}}
	_, _, err := New(t.Context(), host, hello, Config{Key: other.SealingKey(), AppID: "fc1"})
	if err == nil || err.Error() != "seal: the driver's codes are not sealed under the key of driver.seal; set driver.seal to their key, or remove it" {
		t.Errorf("Sealed = %v", err)
	}
	if _, _, err := New(t.Context(), host, hello, Config{Key: []byte("canary")}); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("Sealed = %v", err)
	}
	if _, _, err := New(t.Context(), drivertest.HostFunc(never), hello, Config{Key: p.SealingKey(), AppID: "fc1"}); err == nil {
		t.Error("Sealed over a host that does not answer")
	}
}

// A user id that does not fit into a code is an error without the id.
func TestTooLongForACode(t *testing.T) {
	host := sealedOver(t, platformtest.New(t, platform.Config{}), "", nil, never)
	_, err := host.Ask(t.Context(), drivertest.MintFor(strings.Repeat("canary", 700), 1))
	drivertest.WantDriverError(t, err, "mint: seal code: 5")
}

// BenchmarkMint is what a load run pays for a code that is sealed in its own process.
func BenchmarkMint(b *testing.B) {
	config := Config{Key: make([]byte, KeySize), CodeTTL: time.Minute}
	host, _, err := New(b.Context(), drivertest.HostFunc(never), assay.Hello{}, config)
	if err != nil {
		b.Fatal(err)
	}
	request := drivertest.MintSpread(1000, 1000)
	b.ReportAllocs()
	for n := 0; n < b.N; n += request.Count {
		if _, err := host.Ask(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}
