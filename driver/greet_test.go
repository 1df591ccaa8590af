package driver

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// scripted answers hello with hello and everything else with reply, and records the requests.
type scripted struct {
	hello *assay.Hello
	reply assay.HostReply
	asked []assay.Op
}

func (s *scripted) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	s.asked = append(s.asked, request.Op)
	if request.Op == assay.OpHello {
		return assay.HostReply{Hello: s.hello}, nil
	}
	return s.reply, nil
}

func TestGreetForwardsOnlyOfferedOps(t *testing.T) {
	for _, op := range assay.Ops() {
		if op == assay.OpHello {
			continue
		}
		var others []assay.Op
		for _, other := range assay.Ops() {
			if other != op {
				others = append(others, other)
			}
		}
		inner := &scripted{hello: &assay.Hello{Name: "n", Ops: others, Platforms: []string{"ios"}}}
		host, hello, err := Greet(t.Context(), inner)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*inner.hello, hello); diff != "" {
			t.Errorf("hello (-want +got):\n%s", diff)
		}
		_, err = host.Ask(t.Context(), assay.HostRequest{Op: op, Host: drivertest.Injection("ios", "u")})
		drivertest.WantUnsupported(t, err, "")
		if diff := cmp.Diff([]assay.Op{assay.OpHello}, inner.asked); diff != "" {
			t.Errorf("%s was forwarded (-want +got):\n%s", op, diff)
		}
	}
}

func TestGreetForwardsOnlyOfferedPlatforms(t *testing.T) {
	inner := &scripted{hello: &assay.Hello{Ops: assay.Ops(), Platforms: []string{"ios", "ide"}}}
	host, _, err := Greet(t.Context(), inner)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range []assay.Op{assay.OpLogin, assay.OpGetPhoneNumber, assay.OpGray} {
		_, err = host.Ask(t.Context(), assay.HostRequest{Op: op, Host: drivertest.Injection("android", "u")})
		drivertest.WantUnsupported(t, err, `it offers the platforms [ios ide], not "android"`)
	}
	if len(inner.asked) != 1 {
		t.Errorf("asked %v", inner.asked)
	}
	inner.reply.Codes = []assay.Code{{Code: "c"}}
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpMint, Count: 1, Host: drivertest.Injection("", "u")})
}

func TestGreetRefusesHello(t *testing.T) {
	for want, hello := range map[string]*assay.Hello{
		`a reply without the member "hello"`:                                                      nil,
		`hello lists the unknown op "getphoneNumber"; did you mean "getPhoneNumber"?`:             {Ops: []assay.Op{"login", "getphoneNumber"}},
		`hello lists the unknown platform "Android"; did you mean "android"?`:                     {Platforms: []string{"Android"}},
		`hello lists the unknown platform "windows"; use ios, android, harmonyos, uniapp and ide`: {Platforms: []string{"windows"}},
	} {
		_, _, err := Greet(t.Context(), &scripted{hello: hello})
		drivertest.WantDriverError(t, err, want)
	}
	broken := drivertest.HostFunc(func(context.Context, assay.HostRequest) (assay.HostReply, error) {
		return assay.HostReply{}, failed(assay.OpHello, "not answered", nil)
	})
	_, _, err := Greet(t.Context(), broken)
	drivertest.WantDriverError(t, err, "driver: hello: not answered")
}

// A repeated entry of hello counts once.
func TestGreetCountsOnce(t *testing.T) {
	inner := &scripted{hello: &assay.Hello{Ops: []assay.Op{"login", "mint", "login"}, Platforms: []string{"ios", "ios"}}}
	_, hello, err := Greet(t.Context(), inner)
	if err != nil || !slices.Equal(hello.Ops, []assay.Op{"login", "mint"}) || !slices.Equal(hello.Platforms, []string{"ios"}) {
		t.Errorf("%+v, %v", hello, err)
	}
}

func TestGreetAsksForItsProtocol(t *testing.T) {
	var protocol string
	host := drivertest.HostFunc(func(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
		protocol = request.Protocol
		return assay.HostReply{Hello: &assay.Hello{}}, nil
	})
	if _, _, err := Greet(t.Context(), host); err != nil || protocol != "assay.driver/1" {
		t.Errorf("protocol %q, %v", protocol, err)
	}
}

func TestGreetRefusesIncompleteReplies(t *testing.T) {
	codes := func(codes ...assay.Code) assay.HostReply { return assay.HostReply{Codes: codes} }
	mint := assay.HostRequest{Op: assay.OpMint, Kind: assay.Login, AppID: "fc1", Count: 1, Users: 1}
	forUser := mint
	channel, phone := "finclip", "13800001111"
	forUser.Users, forUser.Host = 0, &assay.Injection{UserID: new("u"), Channel: &channel, Phone: &phone}
	for _, test := range []struct {
		request assay.HostRequest
		reply   assay.HostReply
		want    string
	}{
		{assay.HostRequest{Op: assay.OpLogin}, assay.HostReply{OK: true}, `a reply without the member "callbacks"`},
		{assay.HostRequest{Op: assay.OpGetPhoneNumber}, assay.HostReply{}, `a reply without the member "callbacks"`},
		{assay.HostRequest{Op: assay.OpIssuePAT}, assay.HostReply{OK: true}, `a reply without the member "pat"`},
		{assay.HostRequest{Op: assay.OpIssuePAT}, assay.HostReply{PAT: "p\r\nX: y"}, "the pat has a character that no Authorization header can carry; give the token alone"},
		{assay.HostRequest{Op: assay.OpRevokePAT}, assay.HostReply{}, `a reply without the member "ok"`},
		{assay.HostRequest{Op: assay.OpAdvance}, assay.HostReply{}, `a reply without the member "ok"`},
		{assay.HostRequest{Op: assay.OpExpire}, assay.HostReply{}, `a reply without the member "ok"`},
		{assay.HostRequest{Op: assay.OpGray}, assay.HostReply{}, `a reply without the member "ok"`},
		{mint, codes(), "0 codes instead of 1"},
		{mint, codes(assay.Code{Code: "a", UserID: "u"}, assay.Code{Code: "b", UserID: "u"}), "2 codes instead of 1"},
		{mint, codes(assay.Code{UserID: "u"}), "code 1 of 1 is empty"},
		{mint, codes(assay.Code{Code: " canary\n", UserID: "u"}), "code 1 of 1 has white space around it; remove it"},
		{mint, codes(assay.Code{Code: "\x00canary", UserID: "u"}), "code 1 of 1 has a control character; return it as it was issued"},
		{mint, codes(assay.Code{Code: "canary\ufffd", UserID: "u"}), "code 1 of 1 has a character that Unicode does not know"},
		{mint, codes(assay.Code{Code: "canary"}), "code 1 of 1 does not name its user"},
		{forUser, codes(assay.Code{Code: "canary", UserID: "v"}), "code 1 of 1 is for another userId than requested"},
		{forUser, codes(assay.Code{Code: "canary", Channel: "x"}), "code 1 of 1 is for another channel than requested"},
		{forUser, codes(assay.Code{Code: "canary", Phone: "1"}), "code 1 of 1 is for another phone than requested"},
	} {
		host := greeted{&scripted{reply: test.reply}, assay.Hello{Ops: assay.Ops()}}
		_, err := host.Ask(t.Context(), test.request)
		drivertest.WantDriverError(t, err, test.want)
	}
}

func TestGreetCompletesCodes(t *testing.T) {
	channel, phone := "finclip", "13800001111"
	request := assay.HostRequest{
		Op: assay.OpMint, Kind: assay.Phone, AppID: "fc1", Count: 1,
		Host: &assay.Injection{UserID: new("u"), Channel: &channel, Phone: &phone},
	}
	host := greeted{&scripted{reply: assay.HostReply{Codes: []assay.Code{{Code: "c"}}}}, assay.Hello{Ops: assay.Ops()}}
	want := []assay.Code{{Kind: assay.Phone, Code: "c", AppID: "fc1", UserID: "u", Channel: channel, Phone: phone}}
	if diff := cmp.Diff(want, drivertest.Ask(t, host, request).Codes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoCallbackIsAValidReply(t *testing.T) {
	host := greeted{&scripted{reply: assay.HostReply{Callbacks: []assay.Callback{}}}, assay.Hello{Ops: assay.Ops()}}
	if reply := drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpLogin}); len(reply.Callbacks) != 0 {
		t.Errorf("%+v", reply)
	}
}

// Fewer codes than asked for are passed on, and the caller asks for the rest. For an empty list, the driver is asked once more.
func TestGreetAcceptsFewerCodes(t *testing.T) {
	for name, test := range map[string]struct {
		gives []int // codes in each reply
		want  int
		asked int
	}{
		"some":       {[]int{2, 9}, 2, 1},
		"none, some": {[]int{0, 1, 9}, 1, 2},
		"none twice": {[]int{0, 0, 9}, 0, 2},
	} {
		asked := 0
		host := greeted{drivertest.HostFunc(func(context.Context, assay.HostRequest) (assay.HostReply, error) {
			asked++
			return assay.HostReply{Codes: make([]assay.Code, test.gives[asked-1])}, nil
		}), assay.Hello{Ops: assay.Ops()}}
		host.host = coded(host.host)
		reply, err := host.Ask(t.Context(), drivertest.MintSpread(1, 7))
		if test.want == 0 {
			drivertest.WantDriverError(t, err, "driver: mint: 0 codes instead of 7")
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(reply.Codes) != test.want || asked != test.asked {
			t.Errorf("%s: %d codes after %d requests, want %d after %d", name, len(reply.Codes), asked, test.want, test.asked)
		}
	}
}

// coded fills in codes and users that a host left out.
func coded(host assay.Host) assay.Host {
	return drivertest.HostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
		reply, err := host.Ask(ctx, request)
		for i := range reply.Codes {
			reply.Codes[i] = assay.Code{Code: "c", UserID: "u"}
		}
		return reply, err
	})
}
