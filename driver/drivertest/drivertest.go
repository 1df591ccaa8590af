// Package drivertest has what the tests of hosts share: a host made of a function, common requests and what to demand of
// errors. Every secret of these tests contains "canary", and no error may.
package drivertest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// HostFunc is a function as an [assay.Host].
type HostFunc func(context.Context, assay.HostRequest) (assay.HostReply, error)

// Ask implements [assay.Host].
func (f HostFunc) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	return f(ctx, request)
}

// Ask demands an answer.
func Ask(t testing.TB, host assay.Host, request assay.HostRequest) assay.HostReply {
	t.Helper()
	reply, err := host.Ask(t.Context(), request)
	if err != nil {
		t.Fatalf("%s: %v", request.Op, err)
	}
	return reply
}

// Injection injects a user without channel and phone.
func Injection(platform, userID string) *assay.Injection {
	return &assay.Injection{Platform: platform, UserID: &userID}
}

// MintFor requests login codes of one user.
func MintFor(user string, count int) assay.HostRequest {
	return assay.HostRequest{Op: assay.OpMint, Kind: assay.Login, AppID: "fc1", Count: count, Host: Injection("ios", user)}
}

// MintSpread requests login codes of several users.
func MintSpread(users, count int) assay.HostRequest {
	return assay.HostRequest{Op: assay.OpMint, Kind: assay.Login, AppID: "fc1", Count: count, Users: users}
}

// WantDriverError demands an [assay.DriverError] on one line that contains want.
func WantDriverError(t testing.TB, err error, want string) {
	t.Helper()
	if _, ok := errors.AsType[*assay.DriverError](err); !ok {
		t.Fatalf("error %v (%T), want a DriverError", err, err)
	}
	if !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\r\n") {
		t.Errorf("error %q, want one line with %q", err, want)
	}
	WantNoSecret(t, err.Error())
}

// WantUnsupported demands an [assay.UnsupportedError] whose reason contains want.
func WantUnsupported(t testing.TB, err error, want string) {
	t.Helper()
	unsupported, ok := errors.AsType[*assay.UnsupportedError](err)
	if !ok {
		t.Fatalf("error %v (%T), want an UnsupportedError", err, err)
	}
	if !strings.Contains(unsupported.Why, want) {
		t.Errorf("reason %q, want %q", unsupported.Why, want)
	}
	WantNoSecret(t, err.Error())
}

// WantNoSecret demands a text without a secret of the tests.
func WantNoSecret(t testing.TB, text string) {
	t.Helper()
	if strings.Contains(strings.ToLower(text), "canary") {
		t.Errorf("a secret in %q", text)
	}
}
