package assay

import (
	"encoding/json"
	"errors"
	"io"
	"testing"
)

func TestEndpoints(t *testing.T) {
	tests := map[Endpoint][2]string{
		Login: {"/api/v1/open/dev/mini-apps/unified-auth/login", "openId"},
		Phone: {"/api/v1/open/dev/mini-apps/unified-auth/phone/get", "phone"},
	}
	for endpoint, want := range tests {
		if got := [2]string{endpoint.Path(), endpoint.Identity()}; got != want {
			t.Errorf("%s is %q, want %q", endpoint, got, want)
		}
	}
	if got := Endpoints(); len(got) != 2 || got[0] != Login || got[1] != Phone {
		t.Errorf("endpoints %v", got)
	}
}

// TestHostRequestLines checks the lines of the driver protocol, which drivers in other languages read.
func TestHostRequestLines(t *testing.T) {
	user, none := "u-1", ""
	onAndroid, onIOS := &Injection{Platform: "android", UserID: &user}, &Injection{Platform: "ios", Phone: &none}
	values := []GrayValue{{Key: "age", Value: 18}, {Key: "s", Value: "m"}}
	tests := []struct {
		request HostRequest
		want    string
	}{
		{HostRequest{Op: OpHello, Protocol: DriverProtocol}, `{"id":0,"op":"hello","protocol":"assay.driver/1"}`},
		{
			HostRequest{ID: 7, Op: OpLogin, AppID: "fc1", Host: onAndroid},
			`{"id":7,"op":"login","appId":"fc1","host":{"platform":"android","userId":"u-1"}}`,
		},
		{
			HostRequest{ID: 1, Op: OpGetPhoneNumber, Host: onIOS},
			`{"id":1,"op":"getPhoneNumber","host":{"platform":"ios","phone":""}}`,
		},
		{HostRequest{Op: OpMint, Kind: Phone, Count: 3, Users: 2}, `{"id":0,"op":"mint","kind":"phone","count":3,"users":2}`},
		{HostRequest{Op: OpAdvance, Seconds: 0.5}, `{"id":0,"op":"advance","seconds":0.5}`},
		{HostRequest{Op: OpIssuePAT}, `{"id":0,"op":"issuePat"}`},
		{HostRequest{Op: OpIssuePAT, Scopes: []string{}, Tenant: "other"}, `{"id":0,"op":"issuePat","scopes":[],"tenant":"other"}`},
		{
			HostRequest{Op: OpGray, Values: values},
			`{"id":0,"op":"gray","values":[{"key":"age","value":18},{"key":"s","value":"m"}]}`,
		},
	}
	for _, test := range tests {
		if got, err := json.Marshal(test.request); err != nil || string(got) != test.want {
			t.Errorf("%s, %v, want %s", got, err, test.want)
		}
	}
}

func TestHelloOffers(t *testing.T) {
	hello := Hello{Ops: []Op{OpMint}}
	for op, want := range map[Op]bool{OpHello: true, OpMint: true, OpLogin: false} {
		if got := hello.Offers(op); got != want {
			t.Errorf("offers %s: %v", op, got)
		}
	}
	if !isSet(Ops()) || len(Ops()) != 10 || !isSet(Platforms()) || len(Platforms()) != 5 {
		t.Errorf("ops %v, platforms %v", Ops(), Platforms())
	}
}

func TestHostErrors(t *testing.T) {
	tests := map[string]error{
		"the driver does not offer gray":                   &UnsupportedError{Op: OpGray},
		"the driver does not support this mint: no phones": &UnsupportedError{Op: OpMint, Why: "no phones"},
		"driver: login: it died":                           &DriverError{Op: OpLogin, Why: "it died"},
		"driver: login: it died: EOF":                      &DriverError{Op: OpLogin, Why: "it died", Err: io.EOF},
	}
	for want, err := range tests {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
	if err := error(&DriverError{Err: io.EOF}); !errors.Is(err, io.EOF) {
		t.Error("Unwrap does not return the cause")
	}
}
