package reach

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// names are the addresses of names, as they were looked up last.
type names struct {
	ttl    time.Duration
	lookUp func(ctx context.Context, network, host string) ([]netip.Addr, error)
	mu     sync.Mutex
	known  map[string]*name
}

// A name is a host name and its addresses. The lock of names is held where it changes.
type name struct {
	addresses []netip.Addr             // of the family that is used
	both      bool                     // the name has addresses of both families, and it is not known which can be used
	mixed     bool                     // the name has addresses of both families
	until     time.Time                // when addresses are looked up again
	next      int                      // the index of the address for the next connection
	first     []netip.Addr             // what the first look-up found
	alive     bool                     // an address has taken a connection
	dead      map[netip.Addr]time.Time // took no connection, until when they are tried last
	failed    map[netip.Addr]string    // took no connection, and none since; why
}

// shunned is for how long an address that took no connection is tried last.
const shunned = 10 * time.Second

func newNames(ttl time.Duration) *names {
	return &names{ttl: ttl, lookUp: net.DefaultResolver.LookupNetIP, known: map[string]*name{}}
}

func newName(first []netip.Addr) *name {
	return &name{first: first, dead: map[netip.Addr]time.Time{}, failed: map[netip.Addr]string{}}
}

// given returns the name of addresses that are known.
func (n *names) given(address string, addresses []netip.Addr) *name {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known[address] == nil {
		n.known[address] = newName(addresses)
		n.known[address].addresses = ordered(addresses)
	}
	return n.known[address]
}

// ordered returns addresses in one order, each once. Name servers turn their order: turning it too would use one address for ever.
func ordered(addresses []netip.Addr) []netip.Addr {
	return slices.Compact(slices.SortedFunc(slices.Values(addresses), netip.Addr.Compare))
}

// of looks a name up, unless that was done within the time to live.
func (n *names) of(ctx context.Context, host string) (*name, error) {
	n.mu.Lock()
	known := n.known[host]
	if known != nil && time.Now().Before(known.until) {
		n.mu.Unlock()
		return known, nil
	}
	n.mu.Unlock()
	found, err := n.lookUp(ctx, "ip", host)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	for i := range found {
		found[i] = found[i].Unmap()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if known = n.known[host]; known == nil {
		known = newName(found)
		n.known[host] = known
	}
	known.take(found)
	known.until = time.Now().Add(n.ttl)
	return known, nil
}

// take notes what a look-up found.
func (n *name) take(found []netip.Addr) {
	isV4 := func(a netip.Addr) bool { return a.Is4() }
	mixed := slices.ContainsFunc(found, isV4) && slices.ContainsFunc(found, func(a netip.Addr) bool { return !a.Is4() })
	n.both = mixed && (!n.mixed || n.both)
	found = ordered(found)
	if mixed && !n.both && len(n.addresses) > 0 { // the family is known
		v4 := n.addresses[0].Is4()
		found = slices.DeleteFunc(slices.Clone(found), func(a netip.Addr) bool { return a.Is4() != v4 })
	}
	n.addresses, n.mixed = found, mixed
	maps.DeleteFunc(n.failed, func(a netip.Addr, _ string) bool { return !slices.Contains(found, a) })
	maps.DeleteFunc(n.dead, func(a netip.Addr, _ time.Time) bool { return !slices.Contains(found, a) })
}

// keep keeps the addresses of one family: that of the connection that won.
func (n *names) keep(of *name, won netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if of.both {
		of.both, of.alive = false, true
		of.addresses = slices.DeleteFunc(slices.Clone(of.addresses), func(a netip.Addr) bool { return a.Is4() != won.Is4() })
	}
}

// order returns the addresses in the order in which the next connection tries them: those that took none are the last.
func (n *names) order(of *name) []netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	count := len(of.addresses)
	if count == 0 {
		return nil
	}
	turned := append(slices.Clone(of.addresses[of.next%count:]), of.addresses[:of.next%count]...)
	of.next++
	now := time.Now()
	alive := func(a netip.Addr) bool { return !now.Before(of.dead[a]) }
	return append(slices.DeleteFunc(slices.Clone(turned), func(a netip.Addr) bool { return !alive(a) }), slices.DeleteFunc(turned, alive)...)
}

// note notes whether an address took a connection.
func (n *names) note(of *name, address netip.Addr, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		of.alive = true
		delete(of.dead, address)
		delete(of.failed, address)
		return
	}
	of.dead[address], of.failed[address] = time.Now().Add(shunned), reason(err)
}

// lose notes that no address took a connection: the next connection looks the name up again, and may use the other family.
func (n *names) lose(of *name) {
	n.mu.Lock()
	defer n.mu.Unlock()
	of.until, of.both = time.Time{}, of.mixed
}

// reason is the cause of a failed connection, without addresses.
func reason(err error) string {
	for operation, ok := errors.AsType[*net.OpError](err); ok; operation, ok = errors.AsType[*net.OpError](err) {
		err = operation.Err
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "no connection in time"
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	return err.Error()
}

// Spread returns the addresses that connections to HOST:PORT are spread over, and those of them that take none, with the reasons. It
// returns nil for a name with one address.
func (r *Route) Spread(address string) (over []string, dead map[string]string) {
	of := r.known(address)
	if of == nil {
		return nil, nil
	}
	r.names.mu.Lock()
	defer r.names.mu.Unlock()
	if len(of.addresses) < 2 {
		return nil, nil
	}
	for _, one := range of.addresses {
		over = append(over, one.String())
	}
	if of.alive {
		dead = map[string]string{}
		for one, why := range of.failed {
			dead[one.String()] = why
		}
	}
	return over, dead
}

// Together returns a function that reports whether an address, an IP, is one of those that a server, a URL, was led to at first,
// which are one service. Those of a proxy are the proxy's: they say nothing about the server.
func (r *Route) Together(server string) func(ip string) bool {
	if r.way(server) != "" {
		return func(string) bool { return true }
	}
	address := Address(server)
	return func(ip string) bool {
		of := r.known(address)
		parsed, err := netip.ParseAddr(ip)
		if of == nil || err != nil {
			return false
		}
		r.names.mu.Lock()
		defer r.names.mu.Unlock()
		return len(of.first) > 1 && slices.Contains(of.first, parsed.Unmap())
	}
}

// known returns the name of HOST:PORT; nil for one that was not looked up.
func (r *Route) known(address string) *name {
	r.names.mu.Lock()
	defer r.names.mu.Unlock()
	if of := r.names.known[address]; of != nil {
		return of
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	return r.names.known[host]
}
