package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/driver/seal"
)

// inFlight is the number of concurrent requests: half of what assay test may send.
const inFlight = 8

// together sends several requests at once. Every other one has no user, and a second mini-program if there is one, so that
// a reply to the wrong request shows.
func (c *checker) together(ctx context.Context) (string, error) {
	op := c.firstOffered(assay.OpLogin, assay.OpGetPhoneNumber, assay.OpMint)
	apps := c.config.Target.Apps
	errs := make([]error, inFlight)
	var group sync.WaitGroup
	for i := range inFlight {
		host, app := c.newUser(c.platforms()[i/2%len(c.platforms())]), apps[i/2%min(2, len(apps))]
		group.Go(func() {
			switch {
			case op == assay.OpHello:
				errs[i] = c.greetAgain(ctx, "")
			case op == assay.OpMint:
				errs[i] = c.mint(ctx, assay.HostRequest{Op: op, Kind: assay.Login, AppID: app, Count: i + 1, Users: 1})
			case i%2 == 0:
				errs[i] = c.tap(ctx, assay.HostRequest{Op: op, AppID: app, Host: host})
			default:
				host.UserID, host.Phone = nil, nil
				errs[i] = c.tapOfNobody(ctx, assay.HostRequest{Op: op, AppID: app, Host: host})
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if _, unsupported := errors.AsType[*assay.UnsupportedError](err); err != nil && !unsupported {
			return "", fmt.Errorf("%d %s in flight together (a driver may answer them one after the other): %w", inFlight, op, err)
		}
	}
	return fmt.Sprintf("%d %s in flight together, each with its own reply", inFlight, op), nil
}

// unknownMembers repeats a request with a member that the protocol does not define.
func (c *checker) unknownMembers(ctx context.Context) (string, error) {
	const extra = "a driver ignores what it does not know"
	op := c.firstOffered(assay.OpLogin, assay.OpGetPhoneNumber, assay.OpMint)
	var err error
	switch op {
	case assay.OpHello:
		err = c.greetAgain(ctx, extra)
	case assay.OpMint:
		request := c.mintForOne(assay.Login)
		request.Extra = extra
		err = c.mint(ctx, request)
	default:
		err = c.tap(ctx, assay.HostRequest{Op: op, AppID: c.app(), Host: c.newUser(c.platforms()[0]), Extra: extra})
	}
	if _, unsupported := errors.AsType[*assay.UnsupportedError](err); err != nil && !unsupported {
		return "", fmt.Errorf("%s with an unknown member: %w; ignore unknown members, because a later version may send some", op, err)
	}
	return "they are ignored", nil
}

func (c *checker) greetAgain(ctx context.Context, extra string) error {
	reply, err := c.ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol, Extra: extra})
	if err == nil && reply.Hello == nil {
		return errors.New(`a reply without the member "hello"`)
	}
	return err
}

// firstOffered returns the first of ops that the driver offers, or hello.
func (c *checker) firstOffered(ops ...assay.Op) assay.Op {
	for _, op := range ops {
		if c.hello.Offers(op) {
			return op
		}
	}
	return assay.OpHello
}

// seal checks that the driver's codes are sealed under the target's key.
func (c *checker) seal(context.Context) (string, error) {
	return judgeSeal(c.config.Target.Driver.Seal, c.seen.one)
}

func judgeSeal(secret assay.Secret, code string) (string, error) {
	key, err := seal.ParseKey(secret.Reveal())
	if err != nil {
		return "", errors.New(strings.TrimPrefix(err.Error(), "seal: "))
	}
	sealer, err := seal.NewSealer(key)
	if err != nil {
		return "", err
	}
	if code == "" {
		return "", untried("the driver gave no code to try the key on")
	}
	if _, err := sealer.Open(code); err != nil {
		return "", errors.New("the driver's codes are not sealed under this key; set driver.seal to their key, or remove it")
	}
	return "the key opens the driver's codes", nil
}

// token sends requests without the token, and with almost the right one.
func (c *checker) token(ctx context.Context) (string, error) {
	config := c.config.Target.Driver
	token := config.Token.Reveal()
	if token == "" {
		return "", untried("the driver gives codes to every client; require a bearer token, and set it in driver.token")
	}
	attempts := []struct{ what, token string }{
		{"without its token", ""}, {"with another token", token + "x"}, {"with a part of its token", token[:len(token)-1]},
	}
	answers := make([]bool, len(attempts))
	var group sync.WaitGroup // a driver may be silent to each until its limit
	for i, attempt := range attempts {
		group.Go(func() {
			_, err := driver.HTTP(config.HTTP, attempt.token, nil).Ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol})
			answers[i] = err == nil
		})
	}
	group.Wait()
	if i := slices.Index(answers, true); i >= 0 {
		return "", fmt.Errorf("it answers %s; compare the whole Authorization header, and answer 401", attempts[i].what)
	}
	return "requests without it are refused", nil
}
