package assay

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// DriverProtocol is the version of the driver protocol that this package speaks.
const DriverProtocol = "assay.driver/1"

// A Host is the way to an implementation's host app: one request, one reply. The clients in driver carry it
// to a child process, over http or to a file of codes; nothing else of the module knows which.
//
// Ask returns an *[UnsupportedError] when the host does not do what was asked and a *[DriverError] when it tried and
// could not; the reply is then empty. It is safe for concurrent use.
type Host interface {
	Ask(ctx context.Context, request HostRequest) (HostReply, error)
}

// An Op names what a host is asked to do.
type Op string

// The operations of the driver protocol.
const (
	OpHello          Op = "hello"          // what the driver offers
	OpLogin          Op = "login"          // call wx.login
	OpGetPhoneNumber Op = "getPhoneNumber" // tap the getPhoneNumber button
	OpMint           Op = "mint"           // issue codes in bulk
	OpExpire         Op = "expire"         // bring one unused code to the end of its lifetime
	OpAdvance        Op = "advance"        // move the platform's clock forward
	OpIssuePAT       Op = "issuePat"       // issue a personal access token
	OpRevokePAT      Op = "revokePat"      // revoke or reset one
	OpGray           Op = "gray"           // report grayscale matching values
)

// Ops lists every operation.
func Ops() []Op {
	return []Op{OpHello, OpLogin, OpGetPhoneNumber, OpMint, OpExpire, OpAdvance, OpIssuePAT, OpRevokePAT, OpGray}
}

// A HostRequest is one line of the driver protocol; which members count depends on Op.
type HostRequest struct {
	ID       int         `json:"id"`
	Op       Op          `json:"op"`
	Protocol string      `json:"protocol,omitempty"` // hello
	AppID    string      `json:"appId,omitempty"`    // login, getPhoneNumber, mint
	Host     *Injection  `json:"host,omitempty"`     // login, getPhoneNumber, mint, gray
	Kind     Endpoint    `json:"kind,omitempty"`     // mint
	Count    int         `json:"count,omitempty"`    // mint
	Users    int         `json:"users,omitempty"`    // mint, instead of Host: spread over so many users
	Code     string      `json:"code,omitempty"`     // expire
	Seconds  float64     `json:"seconds,omitempty"`  // advance
	Scopes   []string    `json:"scopes,omitzero"`    // issuePat; empty and absent differ
	Tenant   string      `json:"tenant,omitempty"`   // issuePat: "other" for another developer than the apps' owner
	PAT      string      `json:"pat,omitempty"`      // revokePat
	Values   []GrayValue `json:"values,omitempty"`   // gray
	// Extra is for no op: it stands for the members that a later version may add, which a driver has to ignore.
	Extra string `json:"x-assay,omitempty"`
}

// An Injection is what the Host-App hands its SDK. A nil member was not injected, which differs from an empty one.
type Injection struct {
	Platform string  `json:"platform"` // one of Platforms
	UserID   *string `json:"userId,omitempty"`
	Channel  *string `json:"channel,omitempty"`
	Phone    *string `json:"phone,omitempty"`
}

// Platforms lists the five ways of the guide to inject a user.
func Platforms() []string { return []string{"ios", "android", "harmonyos", "uniapp", "ide"} }

// A GrayValue is one grayscale matching value; Value is a string or a number.
type GrayValue struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// A HostReply answers a HostRequest; which members are set depends on the request's Op.
type HostReply struct {
	ID          int        `json:"id"`
	Hello       *Hello     `json:"hello,omitempty"`
	Callbacks   []Callback `json:"callbacks,omitzero"` // login, getPhoneNumber: in the order they fired; empty when none did
	Codes       []Code     `json:"codes,omitzero"`     // mint
	OK          bool       `json:"ok,omitempty"`       // expire, advance, revokePat, gray
	PAT         string     `json:"pat,omitempty"`      // issuePat
	Unsupported string     `json:"unsupported,omitempty"`
	Error       string     `json:"error,omitempty"`
}

// Hello is what a driver says of itself.
type Hello struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Ops       []Op     `json:"ops"`
	Platforms []string `json:"platforms"`
}

// Offers reports whether the driver does op; hello is always offered.
func (h Hello) Offers(op Op) bool { return op == OpHello || slices.Contains(h.Ops, op) }

// A Code is a one-time code and the user it was issued for. In a pool file it is one line; in a mint reply Kind and
// AppID are those of the request.
type Code struct {
	Kind    Endpoint `json:"kind,omitempty"`
	Code    string   `json:"code"`
	AppID   string   `json:"appId,omitempty"`
	UserID  string   `json:"userId"`
	Channel string   `json:"channel"`
	Phone   string   `json:"phone,omitempty"`
	// ExpiresAt is the end of its lifetime; zero when the driver did not say.
	ExpiresAt time.Time `json:"expiresAt,omitzero"`
}

// An UnsupportedError says that a host does not do what was asked: what depends on it is untested.
type UnsupportedError struct {
	Op  Op
	Why string // the driver's words; may be empty
}

func (e *UnsupportedError) Error() string {
	if e.Why == "" {
		return fmt.Sprintf("the driver does not offer %s", e.Op)
	}
	return fmt.Sprintf("the driver does not support this %s: %s", e.Op, e.Why)
}

// A DriverError is the driver's own fault: it died, answered rubbish, ran out of time or said so itself. It is never
// the implementation's nonconformance.
type DriverError struct {
	Op  Op
	Why string // one line, free of secrets
	Err error  // the cause; may be nil
	// Gone says that the driver will answer nothing any more: it has died, hangs, or cannot be reached.
	Gone bool
	// Said says that Why is what the driver replied, as its error: it is there, and can be asked for other things.
	Said bool
}

func (e *DriverError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("driver: %s: %s", e.Op, e.Why)
	}
	return fmt.Sprintf("driver: %s: %s: %v", e.Op, e.Why, e.Err)
}

// Unwrap returns the cause.
func (e *DriverError) Unwrap() error { return e.Err }
