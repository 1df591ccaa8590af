package driver

import (
	"context"
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
)

// Tapped returns host, which offers hello, with a mint of its own where the host has none: a code is what a mini-program
// gets by wx.login, or by a tap on the getPhoneNumber button, of a user whom this process invents. It offers mint only
// where the host offers at least one of the two, and only for what they give.
func Tapped(host assay.Host, hello assay.Hello) (assay.Host, assay.Hello) {
	if hello.Offers(assay.OpMint) || !hello.Offers(assay.OpLogin) && !hello.Offers(assay.OpGetPhoneNumber) {
		return host, hello
	}
	hello.Ops = append(slices.Clone(hello.Ops), assay.OpMint)
	return tapped{host, hello, people.NewRotation()}, hello
}

type tapped struct {
	host  assay.Host
	hello assay.Hello
	crowd *people.Rotation
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
		return nil, failed(request.Op, fmt.Sprintf("count %d, users %d", request.Count, request.Users), nil)
	}
	codes := make([]assay.Code, request.Count)
	anyone := t.crowd.Next(request.Users, request.Count)
	for i := range codes {
		in := t.user(request, anyone, i)
		var err error
		if codes[i], err = t.tap(ctx, request, in); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// user is whom the i-th code is for, on a platform that the driver has.
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

// tap gets one code the way a mini-program does.
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
	return assay.Code{}, failed(op, "gave no code for an injected user", nil)
}

func text(member *string) string {
	if member == nil {
		return ""
	}
	return *member
}
