package suites

import (
	"context"
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A besideCode is what came beside a code in one callback of the run, and what was asked for.
type besideCode struct {
	op            assay.Op
	app, platform string
	requirement   string // that it was asked for; empty in the pre-flight
	detail        assay.Detail
}

// An askerKey is the key of the requirement that a context belongs to.
type askerKey struct{}

// asking is a context of a requirement's trial.
func asking(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, askerKey{}, id)
}

// askerOf is the requirement of a context; empty in the pre-flight.
func askerOf(ctx context.Context) string {
	id, _ := ctx.Value(askerKey{}).(string)
	return id
}

// noteBeside keeps what came beside the codes of a call, and who asked.
func (s *Session) noteBeside(asker string, request assay.HostRequest, callbacks []assay.Callback) {
	const most = 10_000 // callbacks
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, callback := range callbacks {
		if detail := callback.Read(); detail.Code != "" && len(s.besides) < most {
			s.besides = append(s.besides, besideCode{request.Op, request.AppID, request.Host.Platform, asker, detail})
		}
	}
}

// everyCallback judges what came beside each code of the run: an SDK may answer the first call of a user in another way than those
// behind it, or than two at once.
func everyCallback(judge func(t *Trial, b besideCode)) func(*Trial) {
	return func(t *Trial) {
		t.session.mu.Lock()
		besides := slices.Clone(t.session.besides)
		t.session.mu.Unlock()
		for _, b := range besides {
			t.situation = fmt.Sprintf("%s on %s in %s", b.op, b.platform, b.app)
			t.sources = []string{b.requirement}
			judge(t, b)
		}
	}
}

// ownAppID demands that an appid is the caller's. host.login-context and host.phone-event judge whether there is one.
func ownAppID(t *Trial, b besideCode) {
	t.Check(b.detail.AppID == "" || b.detail.AppID == b.app, fmt.Sprintf("appid %q, which called", b.app), fmt.Sprintf("appid %q", b.detail.AppID))
}

// ownServer demands that an apiserver is one of the target's. The main trial has the form of the text.
func ownServer(t *Trial, b besideCode) {
	named, _, err := readServer(b.detail.APIServer)
	declared := t.Declares().APIServers
	if err != nil || slices.ContainsFunc(slices.Concat(t.session.config.Target.APIServers, declared), named.is) {
		return
	}
	if len(declared) == 0 {
		t.Untested(phrase.OtherServer, named.base)
	}
	t.Check(false, "a server that the target names under apiServer or declares.apiServers", fmt.Sprintf("apiserver %q", b.detail.APIServer))
}
