// Package mint answers the mint op in this process: it checks a request and makes one code for each user. Start with
// [New].
package mint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/internal/redact"
)

// MaxCount is the largest count of one request: the reply has about 3 MiB.
const MaxCount = 10_000

// defaultChannel is the channel of a user for whom none, or an empty one, is injected.
const defaultChannel = "default"

// A Minter makes codes in bulk, without a Host-App: a load run has no time for one. It is safe for concurrent use.
type Minter struct {
	seal  func(assay.Code) (string, error)
	users *people.Rotation // for requests that leave the choice to the driver
	ttl   time.Duration
}

// New returns a Minter. The function seal returns the text of a code for the user, mini-program and kind in its argument;
// it is called by several goroutines at once. The code's ExpiresAt is ttl after its issue; with a ttl of 0 it stays zero.
// The users that the Minter chooses are within limits.
func New(seal func(assay.Code) (string, error), ttl time.Duration, limits people.Limits) *Minter {
	return &Minter{seal: seal, users: people.NewRotation(limits), ttl: ttl}
}

// Mint answers a request whose Op is mint. Its error is a *[assay.DriverError] without secrets.
func (m *Minter) Mint(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	codes, err := m.mint(ctx, request)
	switch {
	case err == nil:
		return assay.HostReply{ID: request.ID, Codes: codes}, nil
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return assay.HostReply{}, &assay.DriverError{Op: request.Op, Why: "not done", Err: err}
	default:
		var secrets []string
		if request.Host != nil && request.Host.Phone != nil {
			secrets = append(secrets, *request.Host.Phone)
		}
		return assay.HostReply{}, &assay.DriverError{Op: request.Op, Why: redact.Prose(err.Error(), secrets...)}
	}
}

func (m *Minter) mint(ctx context.Context, request assay.HostRequest) ([]assay.Code, error) {
	user, err := m.choose(request)
	if err != nil {
		return nil, err
	}
	codes := make([]assay.Code, request.Count)
	for i := range codes {
		// Not for every code: the lock of a context would be most of the work.
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		person := user(i)
		code := &codes[i]
		*code = assay.Code{
			Kind: request.Kind, AppID: request.AppID,
			UserID: person.UserID, Channel: person.Channel, Phone: person.Phone,
		}
		if code.Code, err = m.seal(*code); err != nil {
			return nil, err
		}
		if m.ttl > 0 {
			code.ExpiresAt = time.Now().Add(m.ttl)
		}
	}
	return codes, nil
}

// choose checks a request and returns the user of its i-th code.
func (m *Minter) choose(request assay.HostRequest) (user func(i int) people.Person, err error) {
	switch {
	case request.Kind != assay.Login && request.Kind != assay.Phone:
		return nil, fmt.Errorf("unknown kind %q; use %q or %q", request.Kind, assay.Login, assay.Phone)
	case request.AppID == "":
		return nil, errors.New("appId is missing")
	case request.Count < 1 || request.Count > MaxCount:
		return nil, fmt.Errorf("count %d is out of range; use 1 to %d", request.Count, MaxCount)
	case request.Host != nil && request.Users != 0:
		return nil, errors.New("host and users cannot be combined; send one of them")
	case request.Host != nil:
		person, err := personOf(request.Host)
		return func(int) people.Person { return person }, err
	case request.Users < 1:
		return nil, fmt.Errorf("users %d is not positive; send 1 or more, or host", request.Users)
	}
	return m.users.Next(request.Users, request.Count), nil
}

func personOf(host *assay.Injection) (people.Person, error) {
	if host.UserID == nil || *host.UserID == "" {
		return people.Person{}, errors.New("host injects no userId; a code needs a user")
	}
	person := people.Person{UserID: *host.UserID, Channel: defaultChannel}
	if host.Channel != nil && *host.Channel != "" {
		person.Channel = *host.Channel
	}
	if host.Phone != nil {
		person.Phone = *host.Phone
	}
	return person, nil
}
