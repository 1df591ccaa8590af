package suites

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// ask sends one request to the driver, if there is one.
func (s *Session) ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if s.config.Host == nil || !s.config.Hello.Offers(request.Op) {
		return assay.HostReply{}, &assay.UnsupportedError{Op: request.Op}
	}
	reply, err := s.config.Host.Ask(ctx, request)
	s.users.remember(request, reply)
	var failed *assay.DriverError
	if errors.As(err, &failed) && failed.Gone {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.gone = s.config.Redactor.Text(failed.Why)
	}
	return reply, err
}

// driverGone says why the driver stopped answering; empty while it answers.
func (s *Session) driverGone() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

func unsupported(err error) bool {
	var unsupported *assay.UnsupportedError
	return errors.As(err, &unsupported)
}

// injected is a person as the Host-App injects one on Android, the platform that a driver most likely knows.
func injected(person people.Person) assay.Injection {
	in := assay.Injection{Platform: cmp.Or(person.Platform, usualPlatform), UserID: &person.UserID}
	if person.Channel != "" {
		in.Channel = &person.Channel
	}
	if person.Phone != "" {
		in.Phone = &person.Phone
	}
	return in
}

// mint issues n codes of a kind for the injected user: in bulk if the driver can, otherwise through the plugin.
func (s *Session) mint(ctx context.Context, kind assay.Endpoint, app string, user assay.Injection, n int) ([]assay.Code, error) {
	user.Platform = s.platform(user.Platform)
	if s.config.Hello.Offers(assay.OpMint) {
		codes, err := s.minted(ctx, assay.HostRequest{Op: assay.OpMint, Kind: kind, AppID: app, Count: n, Host: &user})
		if !unsupported(err) {
			return codes, err
		}
	}
	return s.tapped(ctx, kind, app, user, n)
}

// mintFor is mint for a person. Of one with a platform, the SDK there makes the codes: a driver's mint may pass it by.
func (s *Session) mintFor(ctx context.Context, kind assay.Endpoint, app string, person people.Person, n int) ([]assay.Code, error) {
	if person.Platform != "" && s.config.Hello.Offers(opOf(kind)) {
		return s.tapped(ctx, kind, app, injected(person), n)
	}
	return s.mint(ctx, kind, app, injected(person), n)
}

// tapped gets n codes for the injected user through the plugin.
func (s *Session) tapped(ctx context.Context, kind assay.Endpoint, app string, user assay.Injection, n int) ([]assay.Code, error) {
	codes, errs := make([]assay.Code, n), make([]error, n)
	s.slots.share(n, func(i int) { codes[i], errs[i] = s.tap(ctx, kind, app, user) })
	for _, err := range errs { // one is enough
		if err != nil {
			return codes, err
		}
	}
	return codes, nil
}

// mintAnyone issues n codes for one or more users that the driver chooses.
func (s *Session) mintAnyone(ctx context.Context, kind assay.Endpoint, app string, n int) ([]assay.Code, error) {
	return s.minted(ctx, assay.HostRequest{Op: assay.OpMint, Kind: kind, AppID: app, Count: n, Users: 1})
}

// minted asks for codes in batches that the driver issues in a short time, and again where it issues fewer. It returns the codes
// beside a [repeatedError] too.
func (s *Session) minted(ctx context.Context, request assay.HostRequest) ([]assay.Code, error) {
	var all []assay.Code
	for left := request.Count; left > 0; left = request.Count - len(all) {
		next := request
		next.Count = s.batch(left)
		codes, err := s.mintBatch(ctx, next)
		all = append(all, codes...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// mintBatch asks for codes in bulk and adds to each what was asked for.
func (s *Session) mintBatch(ctx context.Context, request assay.HostRequest) ([]assay.Code, error) {
	defer s.enqueue()()
	reply, began, advanced, err := s.askAt(ctx, request)
	if err != nil {
		return nil, err
	}
	if len(reply.Codes) == 0 || len(reply.Codes) > request.Count {
		why := fmt.Sprintf("asked for %d codes, got %d", request.Count, len(reply.Codes))
		return nil, &assay.DriverError{Op: assay.OpMint, Why: why}
	}
	for i := range reply.Codes {
		code := &reply.Codes[i]
		if fault := assay.CodeFault(code.Code); fault != "" {
			return nil, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("code %d of %d %s", i+1, len(reply.Codes), fault)}
		}
		code.Kind, code.AppID = request.Kind, request.AppID
		if request.Host != nil {
			fill(code, request.Host)
		}
		s.learn("code", code.Code)
		s.learn("phone", code.Phone)
	}
	s.took(began, advanced, reply.Codes)
	s.tellMinting()
	if err := s.issued.once(assay.OpMint, reply.Codes...); err != nil {
		return reply.Codes, err
	}
	s.ripened(ctx)
	return reply.Codes, nil
}

// fill adds to a code the user that it was asked for.
func fill(code *assay.Code, user *assay.Injection) {
	code.UserID, code.Channel, code.Phone = text(user.UserID), text(user.Channel), text(user.Phone)
}

func text(member *string) string {
	if member == nil {
		return ""
	}
	return *member
}

// tap gets one code as a mini-program does: by wx.login or the getPhoneNumber button.
func (s *Session) tap(ctx context.Context, kind assay.Endpoint, app string, user assay.Injection) (assay.Code, error) {
	callbacks, err := s.callbacks(ctx, kind, app, user)
	if err != nil {
		return assay.Code{}, err
	}
	for _, callback := range callbacks {
		if detail := callback.Read(); detail.Code != "" {
			code := assay.Code{Kind: kind, Code: detail.Code, AppID: app}
			fill(&code, &user)
			if fault := assay.CodeFault(code.Code); fault != "" {
				return assay.Code{}, &assay.DriverError{Op: opOf(kind), Why: "its code " + fault}
			}
			return code, s.issued.once(opOf(kind), code)
		}
	}
	return assay.Code{}, &assay.DriverError{Op: opOf(kind), Why: "gave no code for an injected user"}
}

// callbacks calls wx.login or taps the button and returns the callbacks that fired.
func (s *Session) callbacks(ctx context.Context, kind assay.Endpoint, app string, user assay.Injection) ([]assay.Callback, error) {
	s.learn("phone", text(user.Phone))
	reply, err := s.call(ctx, assay.HostRequest{Op: opOf(kind), AppID: app, Host: &user})
	return reply.Callbacks, err
}

// overlap calls wx.login for one injection and, before that has called back, for another.
func (s *Session) overlap(ctx context.Context, app string, one, other assay.Injection) (first, second []assay.Callback, err error) {
	s.learn("phone", text(one.Phone), text(other.Phone))
	reply, err := s.call(ctx, assay.HostRequest{Op: assay.OpOverlap, AppID: app, Host: &one, Then: &other})
	return reply.Callbacks, reply.Later, err
}

// call sends a request whose reply has callbacks, and remembers when their codes were issued.
func (s *Session) call(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	defer s.enqueue()()
	reply, began, advanced, err := s.askAt(ctx, request)
	if err != nil {
		return reply, err
	}
	s.learnCallbacks(reply.Callbacks)
	s.learnCallbacks(reply.Later)
	s.noteBeside(askerOf(ctx), request, slices.Concat(reply.Callbacks, reply.Later))
	var codes []assay.Code
	for _, callback := range slices.Concat(reply.Callbacks, reply.Later) {
		if code := callback.Read().Code; code != "" {
			codes = append(codes, assay.Code{Code: code})
		}
	}
	if len(codes) > 0 {
		s.took(began, advanced, codes)
		s.tellMinting()
	}
	s.ripened(ctx)
	return reply, nil
}

// askAt asks for codes while the clock is not being advanced, and says when and how far it had been advanced then.
func (s *Session) askAt(ctx context.Context, request assay.HostRequest) (reply assay.HostReply, began time.Time, advanced time.Duration, err error) {
	s.clock.RLock()
	defer s.clock.RUnlock()
	began, advanced = s.now(), time.Duration(s.advanced.Load())
	reply, err = s.ask(ctx, request)
	return reply, began, advanced, err
}

func (s *Session) learnCallbacks(callbacks []assay.Callback) {
	for _, callback := range callbacks {
		s.learn("code", callback.Read().Code)
		s.learnInside(callback.Detail, 4)
	}
}

// learnInside learns what may be a code in an unexpected place, because a finding quotes it: a long text in a member
// whose name says code or token, a few levels deep.
func (s *Session) learnInside(detail json.RawMessage, levels int) {
	const shortest = 16 // an error code is shorter
	var members map[string]json.RawMessage
	if levels == 0 || json.Unmarshal(detail, &members) != nil {
		return
	}
	for name, value := range members {
		name = strings.ToLower(name)
		text, isText := assay.Text(value)
		if isText && len(text) >= shortest && (strings.Contains(name, "code") || strings.Contains(name, "token")) {
			s.learn("code", text)
		}
		s.learnInside(value, levels-1)
	}
}

// opOf is the operation that issues a code of a kind through the plugin.
func opOf(kind assay.Endpoint) assay.Op {
	if kind == assay.Phone {
		return assay.OpGetPhoneNumber
	}
	return assay.OpLogin
}

// usualPlatform is the one on which users are injected who need no other.
const usualPlatform = "android"

// furtherPlatforms are those of the driver on which no user is injected without need: an SDK may make codes of its own.
func (s *Session) furtherPlatforms() []string {
	usual := s.platform(usualPlatform)
	return slices.DeleteFunc(slices.Clone(s.config.Hello.Platforms), func(platform string) bool { return platform == usual })
}

// platform is the preferred one if the driver offers it, otherwise the first that it offers.
func (s *Session) platform(preferred string) string {
	offered := s.config.Hello.Platforms
	if len(offered) == 0 || slices.Contains(offered, preferred) {
		return preferred
	}
	return offered[0]
}

// seeded is a source of random numbers that depends on the seed and on names alone, whatever else runs at the same time.
func (s *Session) seeded(names ...string) *rand.Rand {
	hash := fnv.New64a()
	for _, name := range names {
		_, _ = hash.Write(append([]byte(name), 0)) // never fails
	}
	return rand.New(rand.NewPCG(s.config.Seed, hash.Sum64()))
}

// reshape is a random text with the length and the character classes of text. It differs from text and from the target's
// mini-programs. If nothing in text can be varied, it is text with one character more.
func (s *Session) reshape(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	const most = 100
	for range most {
		if other := tamper.Reshape(s.random, text); other != text && !slices.Contains(s.config.Target.Apps, other) {
			return other
		}
	}
	return text + "x"
}
