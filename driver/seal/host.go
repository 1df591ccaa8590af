package seal

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/mint"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/internal/steady"
)

// ParseKey reads a sealing key: KeySize bytes in hex, or in base64 of either alphabet, padded or not; white space around
// it is ignored. The error does not show the key.
func ParseKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if key, err := hex.DecodeString(text); err == nil && len(key) == KeySize {
		return key, nil
	}
	standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	if key, err := base64.RawStdEncoding.DecodeString(standard); err == nil && len(key) == KeySize {
		return key, nil
	}
	return nil, errors.New("seal: the key is not 32 bytes in hex or base64; write 64 hex digits")
}

// A Config says how codes are sealed.
type Config struct {
	Key     []byte        // the platform's sealing key, KeySize bytes
	CodeTTL time.Duration // the platform's code lifetime, for the codes' ExpiresAt; 0: unknown
	// AppID is the mini-program for which the host mints one code, if it offers mint, so that its issue time shows the
	// platform's clock: a test system's clock may have been moved forward. Empty: the platform has this machine's clock.
	AppID string
	// Channels and Phones are those of the target: the only ones of users that this process chooses; empty: any.
	Channels, Phones []string
}

// New returns a host that mints in this process and passes every other op on to host, which offers hello. The returned
// hello offers mint too. New fails if the key has the wrong length, or if the host's codes are not sealed under it.
func New(ctx context.Context, host assay.Host, hello assay.Hello, config Config) (assay.Host, assay.Hello, error) {
	sealer, err := NewSealer(config.Key)
	if err != nil {
		return nil, assay.Hello{}, err
	}
	limits, err := people.LimitsOf(config.Channels, config.Phones)
	if err != nil {
		return nil, assay.Hello{}, err
	}
	s := &sealing{host: host, sealer: sealer}
	s.minter = mint.New(s.seal, config.CodeTTL, limits)
	if !hello.Offers(assay.OpMint) {
		hello.Ops = append(slices.Clone(hello.Ops), assay.OpMint)
	} else if config.AppID != "" {
		if err := s.setClock(ctx, config.AppID); err != nil {
			return nil, assay.Hello{}, err
		}
	}
	s.hello = hello
	return s, hello, nil
}

type sealing struct {
	host   assay.Host
	hello  assay.Hello
	sealer *Sealer
	minter *mint.Minter
	// ahead is how far the platform's clock is ahead of this machine's, in nanoseconds. A code with this machine's time
	// would be too old for a platform whose clock was moved.
	ahead atomic.Int64
}

// setClock reads the platform's clock from a code that it issues now.
func (s *sealing) setClock(ctx context.Context, appID string) error {
	reply, err := s.host.Ask(ctx, assay.HostRequest{Op: assay.OpMint, Kind: assay.Login, AppID: appID, Count: 1, Users: 1})
	if err != nil {
		return err
	}
	if len(reply.Codes) != 1 {
		return &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("%d codes instead of 1", len(reply.Codes))}
	}
	grant, err := s.sealer.Open(reply.Codes[0].Code)
	if err != nil {
		return errors.New("seal: the driver's codes are not sealed under the key of driver.seal; set driver.seal to their key, or remove it")
	}
	s.ahead.Store(int64(grant.IssuedAt.Sub(steady.Now())))
	return nil
}

// Ask implements [assay.Host].
func (s *sealing) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	switch request.Op {
	case assay.OpMint:
		return s.minter.Mint(ctx, request)
	case assay.OpHello:
		return assay.HostReply{ID: request.ID, Hello: &s.hello}, nil
	}
	reply, err := s.host.Ask(ctx, request)
	if err == nil && request.Op == assay.OpAdvance {
		s.ahead.Add(int64(request.Seconds * float64(time.Second)))
	}
	return reply, err
}

func (s *sealing) seal(code assay.Code) (string, error) {
	return s.sealer.Seal(Grant{
		Kind: code.Kind, AppID: code.AppID, UserID: code.UserID, Channel: code.Channel, Phone: code.Phone,
		IssuedAt: steady.Now().Add(time.Duration(s.ahead.Load())),
	})
}
