package codes

import "sync"

// An order says which of the requests for codes came first, and which are under way. Two requests that overlap have no order: the driver
// may have minted the codes of either first, whichever reply came first. It is safe for concurrent use.
type order struct {
	mu   sync.Mutex
	last uint64         // event: a request that began, or a reply
	open map[uint64]int // requests that are under way: when they began, and the position of their endpoint in [assay.Endpoints]
}

// begin notes that a request for a kind of codes begins.
func (o *order) begin(kind int) (asked uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open == nil {
		o.open = map[uint64]int{}
	}
	o.last++
	o.open[o.last] = kind
	return o.last
}

// reply notes that the reply to a request came.
func (o *order) reply() (came uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	return o.last
}

// end notes that the users of a request's codes are known, or that it failed.
func (o *order) end(asked uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.open, asked)
}

// underWay returns the last event, when the oldest request began that is under way, 0 for none, and the kinds of these requests.
func (o *order) underWay() (now, oldest uint64, kinds [2]bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for asked, kind := range o.open {
		if kinds[kind] = true; oldest == 0 || asked < oldest {
			oldest = asked
		}
	}
	return o.last, oldest, kinds
}

// An issue is when a code was requested, when the reply with it came, and its place in this reply: a driver mints in this order.
type issue struct {
	asked, came uint64
	place       int
}

// latest are the last codes of a user, of one kind or of both.
type latest struct {
	asked uint64    // when the last one was requested
	place int       // of it in its reply
	came  [2]uint64 // when the last two replies with codes of the user came, the later first
}

// add adds a code. Those of one reply are added in their order.
func (l *latest) add(i issue) {
	if i.asked >= l.asked {
		l.asked, l.place = i.asked, i.place
	}
	switch {
	case i.came > l.came[0]:
		l.came = [2]uint64{i.came, l.came[0]}
	case i.came < l.came[0]:
		l.came[1] = max(l.came[1], i.came)
	}
}

// follow reports whether a code was certainly minted after another one of the user.
func (l *latest) follow(i issue) bool {
	return l.asked > i.came || l.asked == i.asked && l.place > i.place
}

// mayFollow reports whether a code may have been minted after another one of the user.
func (l *latest) mayFollow(i issue) bool {
	for _, came := range l.came {
		if came != i.came && came > i.asked {
			return true
		}
	}
	return l.follow(i)
}

// issue adds a code to the last ones of a user.
func (user *User) issue(kind int, i issue) {
	user.issues.Lock()
	defer user.issues.Unlock()
	for in := range scopes {
		user.last(scope(in), kind).add(i)
	}
	user.tell(kind, i)
}

// last are the user's last codes, of a kind or of both. The lock of issues is held.
func (user *User) last(in scope, kind int) *latest {
	if in == ofUser {
		return &user.latest[2]
	}
	return &user.latest[kind]
}

// newer reports for each scope whether the code's user has a newer code for certain, and whether the user may have one.
func (c *Code) newer() (certain, possible [scopes]bool) {
	if c.User == nil {
		return certain, possible
	}
	c.User.issues.Lock()
	defer c.User.issues.Unlock()
	return c.User.newer(c)
}

// possible reports for each scope whether the code's user may have a newer code.
func (c *Code) possible() [scopes]bool {
	_, possible := c.newer()
	return possible
}

// newer is that of one of the user's codes. The lock of issues is held.
func (user *User) newer(c *Code) (certain, possible [scopes]bool) {
	for in := range scopes {
		l := user.last(scope(in), c.kind)
		certain[in], possible[in] = l.follow(c.issue), l.mayFollow(c.issue)
	}
	return certain, possible
}
