package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/driver/seal"
)

// crowd is how many requests are made at once: half of what assay test may have under way.
const crowd = 8

// together makes several requests at once, every other one of them for nobody and for another mini-program where there is
// one, so that a reply to one that goes to another shows.
func (c *checker) together(ctx context.Context) (string, error) {
	op := c.firstOffered(assay.OpLogin, assay.OpGetPhoneNumber, assay.OpMint)
	apps := c.config.Target.Apps
	errs := make([]error, crowd)
	var group sync.WaitGroup
	for i := range crowd {
		host, app := c.everybody(c.platforms()[i/2%len(c.platforms())]), apps[i/2%min(2, len(apps))]
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
			return "", fmt.Errorf("of %d %s at once, which a driver may answer one after the other: %w", crowd, op, err)
		}
	}
	return fmt.Sprintf("%d %s under way together, each with its own reply", crowd, op), nil
}

// unknownMembers asks once more with a member that no version of the protocol has.
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
		err = c.tap(ctx, assay.HostRequest{Op: op, AppID: c.app(), Host: c.everybody(c.platforms()[0]), Extra: extra})
	}
	if _, unsupported := errors.AsType[*assay.UnsupportedError](err); err != nil && !unsupported {
		return "", fmt.Errorf("%s with a member more than the protocol has: %w; ignore what the driver does not know, a later version may have more", op, err)
	}
	return "they are ignored", nil
}

func (c *checker) greetAgain(ctx context.Context, extra string) error {
	reply, err := c.ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol, Extra: extra})
	if err == nil && reply.Hello == nil {
		return errors.New("a reply without hello")
	}
	return err
}

// firstOffered is the first of ops that the driver does, or hello.
func (c *checker) firstOffered(ops ...assay.Op) assay.Op {
	for _, op := range ops {
		if c.hello.Offers(op) {
			return op
		}
	}
	return assay.OpHello
}

// seal sees whether the key is the one under which the driver's codes are sealed.
func (c *checker) seal(context.Context) (string, error) {
	return judgeSeal(c.config.Target.Driver.Seal, c.given.one)
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
		return "", untried("there is no code of the driver's to try the key on")
	}
	if _, err := sealer.Open(code); err != nil {
		return "", errors.New("the key is not the one that the driver's codes are sealed under; name that, or leave driver.seal out")
	}
	return "the key opens the driver's codes", nil
}

// token asks without the token, and with one that is nearly right.
func (c *checker) token(ctx context.Context) (string, error) {
	config := c.config.Target.Driver
	token := config.Token.Reveal()
	if token == "" {
		return "", untried("whoever reaches the driver is given codes; demand a bearer token, and name it in driver.token")
	}
	for _, attempt := range []struct{ what, token string }{
		{"without its token", ""}, {"with another token", token + "x"}, {"with a part of its token", token[:len(token)-1]},
	} {
		_, err := driver.HTTP(config.HTTP, attempt.token, nil).Ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol})
		if err == nil {
			return "", fmt.Errorf("it answers %s; compare the whole Authorization header, and answer 401", attempt.what)
		}
	}
	return "who does not bring it is turned away", nil
}
