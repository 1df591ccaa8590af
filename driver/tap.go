package driver

import (
	"context"
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
)

// MintByTap adds a mint to host, which offers hello, if it has none: each code comes from wx.login or from a tap on the
// getPhoneNumber button, with a user that this process invents. A host that offers neither is returned unchanged, and a
// host that offers one of them mints codes of that kind only. The users have channels and phones of the target, if it lists any.
func MintByTap(host assay.Host, hello assay.Hello, target assay.Target) (assay.Host, assay.Hello) {
	if hello.Offers(assay.OpMint) || !hello.Offers(assay.OpLogin) && !hello.Offers(assay.OpGetPhoneNumber) {
		return host, hello
	}
	hello.Ops = append(slices.Clone(hello.Ops), assay.OpMint)
	limits, _ := people.LimitsOf(target.Channels, target.Phones) // the target file was checked
	return tapped{host, hello, people.NewRotation(limits)}, hello
}

type tapped struct {
	host  assay.Host
	hello assay.Hello
	users *people.Rotation
}

// Ask implements [assay.Host].
func (t tapped) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	switch request.Op {
	case assay.OpHello:
		return assay.HostReply{ID: request.ID, Hello: &t.hello}, nil
	case assay.OpMint:
		codes, err := t.mint(ctx, request)
		return assay.HostReply{ID: request.ID, Codes: codes}, err
	default:
		return t.host.Ask(ctx, request)
	}
}

func (t tapped) mint(ctx context.Context, request assay.HostRequest) ([]assay.Code, error) {
	if request.Count < 1 || request.Host == nil && request.Users < 1 {
		return nil, failed(request.Op, fmt.Sprintf("count %d, users %d: both must be positive", request.Count, request.Users), nil)
	}
	codes := make([]assay.Code, request.Count)
	anyone := t.users.Next(request.Users, request.Count)
	for i := range codes {
		in := t.user(request, anyone, i)
		var err error
		if codes[i], err = t.tap(ctx, request, in); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// user returns the user of the i-th code, on a platform that the driver offers.
func (t tapped) user(request assay.HostRequest, anyone func(i int) people.Person, i int) assay.Injection {
	var in assay.Injection
	if request.Host != nil {
		in = *request.Host
	} else {
		person := anyone(i)
		in = assay.Injection{UserID: &person.UserID, Channel: &person.Channel, Phone: &person.Phone}
	}
	if platforms := t.hello.Platforms; len(platforms) > 0 && !slices.Contains(platforms, in.Platform) {
		in.Platform = platforms[0]
	}
	return in
}

// tap gets one code as a mini-program does.
func (t tapped) tap(ctx context.Context, request assay.HostRequest, in assay.Injection) (assay.Code, error) {
	op := assay.OpLogin
	if request.Kind == assay.Phone {
		op = assay.OpGetPhoneNumber
	}
	reply, err := t.host.Ask(ctx, assay.HostRequest{Op: op, AppID: request.AppID, Host: &in})
	if err != nil {
		return assay.Code{}, err
	}
	for _, callback := range reply.Callbacks {
		if detail := callback.Read(); detail.Code != "" && callback.Name != "fail" {
			code := assay.Code{Kind: request.Kind, Code: detail.Code, AppID: request.AppID}
			code.UserID, code.Channel, code.Phone = text(in.UserID), text(in.Channel), text(in.Phone)
			return code, nil
		}
	}
	return assay.Code{}, failed(op, "no code for an injected user", nil)
}

func text(member *string) string {
	if member == nil {
		return ""
	}
	return *member
}
