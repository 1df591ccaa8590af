package assay

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// DriverProtocol is the version of the driver protocol that this package speaks.
const DriverProtocol = "assay.driver/1"

// A Host gives access to an implementation's host app: one request, one reply. Package driver implements it with a child
// process, over HTTP, and with a file of codes; the other packages do not know which.
//
// Ask returns an *[UnsupportedError] where the host does not offer what was asked, and a *[DriverError] where it tried and
// failed; the reply is then empty. It is safe for concurrent use.
type Host interface {
	Ask(ctx context.Context, request HostRequest) (HostReply, error)
}

// An Op is an operation of the driver protocol.
type Op string

// The operations of the driver protocol.
const (
	OpHello          Op = "hello"          // ask what the driver offers
	OpLogin          Op = "login"          // call wx.login
	OpGetPhoneNumber Op = "getPhoneNumber" // tap the getPhoneNumber button
	OpMint           Op = "mint"           // issue codes in bulk
	OpExpire         Op = "expire"         // end the lifetime of one unused code
	OpAdvance        Op = "advance"        // move the platform's clock forward
	OpIssuePAT       Op = "issuePat"       // issue a personal access token
	OpRevokePAT      Op = "revokePat"      // revoke or reset a personal access token
	OpGray           Op = "gray"           // report grayscale matching values
	OpOverlap        Op = "overlap"        // call wx.login twice, the second time before the first has called back
)

// Ops returns all operations.
func Ops() []Op {
	return []Op{OpHello, OpLogin, OpGetPhoneNumber, OpMint, OpExpire, OpAdvance, OpIssuePAT, OpRevokePAT, OpGray, OpOverlap}
}

// A HostRequest is one request of the driver protocol. Op decides which members it uses.
type HostRequest struct {
	ID       int         `json:"id"`
	Op       Op          `json:"op"`
	Protocol string      `json:"protocol,omitempty"` // hello
	AppID    string      `json:"appId,omitempty"`    // login, getPhoneNumber, mint, overlap
	Host     *Injection  `json:"host,omitempty"`     // login, getPhoneNumber, mint, gray, overlap
	Then     *Injection  `json:"then,omitempty"`     // overlap: injected before the second call, on the same platform
	Kind     Endpoint    `json:"kind,omitempty"`     // mint
	Count    int         `json:"count,omitempty"`    // mint
	Users    int         `json:"users,omitempty"`    // mint, instead of Host: spread the codes over this many users
	Code     string      `json:"code,omitempty"`     // expire
	Seconds  float64     `json:"seconds,omitempty"`  // advance
	Scopes   []string    `json:"scopes,omitzero"`    // issuePat; empty and absent differ
	Tenant   string      `json:"tenant,omitempty"`   // issuePat: "other" for a developer who does not own the apps
	PAT      string      `json:"pat,omitempty"`      // revokePat
	Values   []GrayValue `json:"values,omitempty"`   // gray
	// Extra belongs to no op. It stands for members that a later version may add, which a driver must ignore.
	Extra string `json:"x-assay,omitempty"`
}

// An Injection is what the Host-App gives to its SDK. A nil member is not injected, which differs from an empty one.
type Injection struct {
	Platform string  `json:"platform"` // one of Platforms
	UserID   *string `json:"userId,omitempty"`
	Channel  *string `json:"channel,omitempty"`
	Phone    *string `json:"phone,omitempty"`
}

// Platforms returns the five platforms on which the guide injects a user.
func Platforms() []string { return []string{"ios", "android", "harmonyos", "uniapp", "ide"} }

// A GrayValue is one grayscale matching value. Value is a string or a number.
type GrayValue struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// A HostReply answers a HostRequest, whose Op decides which members are set.
type HostReply struct {
	ID          int        `json:"id"`
	Hello       *Hello     `json:"hello,omitempty"`
	Callbacks   []Callback `json:"callbacks,omitzero"` // login, getPhoneNumber, overlap: in the order they fired; empty where none fired
	Later       []Callback `json:"later,omitzero"`     // overlap: those of the second call
	Codes       []Code     `json:"codes,omitzero"`     // mint
	OK          bool       `json:"ok,omitempty"`       // expire, advance, revokePat, gray
	PAT         string     `json:"pat,omitempty"`      // issuePat
	Unsupported string     `json:"unsupported,omitempty"`
	Error       string     `json:"error,omitempty"`
}

// A Callback is a callback that wx.login or the getPhoneNumber button fired. Detail is exactly what the mini-program received.
type Callback struct {
	Name   string          `json:"name"`
	Detail json.RawMessage `json:"detail,omitempty"`
}

// A Detail holds the members of a callback's detail. A member that is missing or not a string is empty.
type Detail struct{ Code, AppID, APIServer, ErrMsg string }

// Read reads the callback's detail. It finds the members at the top of the detail or in a member detail of it, and accepts
// appid and appId, apiserver and apiServer.
func (c Callback) Read() Detail {
	var read Detail
	raw := c.Detail
	for range 2 {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return read
		}
		for name, value := range members {
			text, _ := Text(value)
			switch name {
			case "code":
				read.Code = text
			case "appid", "appId":
				read.AppID = text
			case "apiserver", "apiServer":
				read.APIServer = text
			case "errMsg":
				read.ErrMsg = text
			}
		}
		raw = members["detail"]
	}
	return read
}

// CodeFault says what is wrong with a code that no platform issues like this, so that a driver or a host app has spoilt it: "is
// empty". It is empty for any other code, whatever its alphabet and its length.
func CodeFault(code string) string {
	switch {
	case code == "":
		return "is empty"
	case strings.TrimSpace(code) != code:
		return "has white space around it; remove it"
	case strings.ContainsFunc(code, unicode.IsControl):
		return "has a control character; return it as it was issued"
	case strings.ContainsRune(code, utf8.RuneError): // encoding/json puts it where half of a pair was escaped
		return "has a character that Unicode does not know; return it as it was issued"
	default:
		return ""
	}
}

// Hello describes a driver: its name and version, and what it offers.
type Hello struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Ops       []Op     `json:"ops"`
	Platforms []string `json:"platforms"`
}

// Offers reports whether the driver offers op. Every driver offers hello.
func (h Hello) Offers(op Op) bool { return op == OpHello || slices.Contains(h.Ops, op) }

// A Code is a one-time code and the user it was issued for: one line of a pool file, or one code of a mint reply, where Kind
// and AppID are the request's.
type Code struct {
	Kind    Endpoint `json:"kind,omitempty"`
	Code    string   `json:"code"`
	AppID   string   `json:"appId,omitempty"`
	UserID  string   `json:"userId"`
	Channel string   `json:"channel"`
	Phone   string   `json:"phone,omitempty"`
	// ExpiresAt is the end of the code's lifetime; zero where the driver does not know it.
	ExpiresAt time.Time `json:"expiresAt,omitzero"`
}

// An UnsupportedError says that a host does not offer what was asked. What depends on it is untested.
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

// A DriverError is a fault of the driver: it died, sent an invalid reply, exceeded its time limit, or reported an error. It is
// never a nonconformance of the implementation.
type DriverError struct {
	Op  Op
	Why string // one line without secrets
	Err error  // the cause; may be nil
	// Gone is set where the driver answers nothing more: it died, hangs, or cannot be reached.
	Gone bool
	// Said is set where Why is the error that the driver replied. The driver still answers other requests.
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
