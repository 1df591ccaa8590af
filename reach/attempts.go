package reach

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
)

// attempts are connections to the addresses of a name that are being opened.
type attempts struct {
	route         *Route
	of            *name
	network, port string
	ctx           context.Context // it outlives the caller's after a success
	cancel        func()
	detach        func() bool // ends the caller's influence
	waiting       []netip.Addr
	ended         chan attempt
}

// An attempt is how the opening of a connection ended.
type attempt struct {
	address netip.Addr
	conn    net.Conn
	err     error
}

func (r *Route) attempt(ctx context.Context, of *name, network, port string) *attempts {
	a := &attempts{route: r, of: of, network: network, port: port, ended: make(chan attempt)}
	deadline, bounded := ctx.Deadline()
	if !bounded {
		deadline = time.Now().Add(longest)
	}
	a.ctx, a.cancel = context.WithDeadline(context.WithoutCancel(ctx), deadline)
	a.detach = context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) { // a deadline is that of a.ctx too
			a.cancel()
		}
	})
	return a
}

func (a *attempts) begin(address netip.Addr) {
	a.waiting = append(a.waiting, address)
	go func() {
		conn, err := a.route.dial(a.ctx, a.network, net.JoinHostPort(address.String(), a.port))
		a.ended <- attempt{address, conn, err}
	}()
}

// over frees what attempts hold.
func (a *attempts) over() {
	a.detach()
	a.cancel()
}

// take notes how an attempt ended.
func (a *attempts) take(ended attempt) {
	a.waiting = slices.DeleteFunc(a.waiting, func(address netip.Addr) bool { return address == ended.address })
	a.route.names.ended(a.of, ended)
}

// ended notes how an attempt ended, unless that says nothing about the address.
func (n *names) ended(of *name, ended attempt) {
	if errors.Is(ended.err, context.Canceled) || ended.err != nil && failures.Classify(ended.err, false, 0).Kind == assay.LocalShortage {
		return
	}
	n.note(of, ended.address, ended.err)
}

// leave leaves the attempts that are not over. Those that were begun before the one that won hang: they are tried last for a while,
// unless it turns out that they were slow.
func (a *attempts) leave(begun []netip.Addr, won attempt) {
	if len(a.waiting) == 0 {
		a.over()
		return
	}
	a.detach()
	for _, address := range begun[:slices.Index(begun, won.address)] {
		if slices.Contains(a.waiting, address) {
			a.route.names.note(a.of, address, errHangs)
		}
	}
	bound := time.AfterFunc(longest, a.cancel)
	go func() {
		defer a.cancel()
		defer bound.Stop()
		for len(a.waiting) > 0 {
			ended := <-a.ended
			if a.take(ended); ended.err == nil {
				_ = ended.conn.Close() // nothing was sent on it
			}
		}
	}()
}
