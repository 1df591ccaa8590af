package loadgen

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
)

// A room is a target that stalls for a second, and that has place for some connections, or this machine has. Its own counts are
// the truth.
type room struct {
	places int
	full   assay.FailureKind                             // how the connection fails that finds no place
	stall  func(since time.Duration) (end time.Duration) // of an exchange that begins then; 0 without a stall
	closes bool                                          // every connection after its answer
	takes  time.Duration                                 // an answer

	mu             sync.Mutex
	start          time.Time
	open, most     int
	answered       int
	turnedAway     []time.Duration // when connections found no place
	whileUnused    int             // of them, while an open connection was not in use
	inUse, maximum int
}

// A placedConnection is a connection to a room.
type placedConnection struct {
	fakeConnection
	*room
	placed bool
}

func (c *placedConnection) Live() bool { return c.placed }

func (c *placedConnection) Dial(time.Duration) error {
	if !c.enter() {
		return assay.FailureError{Failure: assay.Failure{Kind: c.full}}
	}
	return nil
}

// enter takes a place, if there is one.
func (c *placedConnection) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.placed:
	case c.open < c.places:
		c.open++
		c.most = max(c.most, c.open)
		c.placed = true
	default:
		c.turnedAway = append(c.turnedAway, time.Since(c.start))
		if c.inUse < c.open {
			c.whileUnused++
		}
	}
	return c.placed
}

func (c *placedConnection) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.placed {
		c.placed = false
		c.open--
	}
}

func (c *placedConnection) use(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inUse += n
	c.maximum = max(c.maximum, c.inUse)
}

func (c *placedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	sent := time.Now()
	if !c.enter() {
		time.Sleep(200 * time.Microsecond)
		return engine.Answer{From: c, Sent: sent, Done: time.Now(), Opened: true, Failure: assay.Failure{Kind: c.full}}
	}
	c.use(1)
	defer c.use(-1)
	c.wait = func(sent time.Time) time.Duration {
		since := sent.Sub(c.start)
		return max(c.takes, c.stall(since)-since)
	}
	a := c.fakeConnection.Exchange(r, timeout)
	if c.closes {
		c.Close()
	}
	c.mu.Lock()
	c.answered++
	c.mu.Unlock()
	return a
}

// A roomEngine counts the connections of a room.
type roomEngine struct {
	engine.Engine
	*room
}

// Connection implements [engine.Engine].
func (e roomEngine) Connection(int) engine.Connection { return &placedConnection{room: e.room} }

// Connections implements [engine.Engine].
func (e roomEngine) Connections() (now, most int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.open, e.most
}

// visit makes a run against a room that stalls from its fifth second to the sixth.
func (o *room) visit(t *testing.T, mix Mix, plan Plan) *phase {
	t.Helper()
	r := stage{}.open(t, plan)
	defer r.close()
	o.start = time.Now()
	o.stall = func(since time.Duration) time.Duration {
		const end = 6*time.Second - 5*time.Millisecond // between two arrivals
		if since >= 5*time.Second && since < end {
			return end
		}
		return 0
	}
	r.traffic.picker = mix.picker(1)
	r.traffic.engine = roomEngine{r.traffic.engine, o}
	return r.measure(r.plan)
}

// After a stall that needed more connections than the target has room for, those that are there are used: a worker without
// one, which fails at once, is the last to be called. What fails was due in the second of the stall.
func TestOnlyTheStallFails(t *testing.T) {
	for _, mix := range []Mix{{Login: 1}, {Login: 0.9, Race: 0.1}} {
		synctest.Test(t, func(t *testing.T) {
			o := &room{takes: time.Millisecond, places: 40, full: assay.NoConnection}
			p := o.visit(t, mix, Plan{Rate: 100, Duration: 17 * time.Second})
			sum := p.total.Exchanges()
			if sum.Unreachable == 0 || int(sum.Sent-sum.Unreachable) != o.answered {
				t.Errorf("%+v; the target answered %d and turned %d away", sum, o.answered, len(o.turnedAway))
			}
			for _, at := range o.turnedAway {
				if at < 5*time.Second || at > 6*time.Second+time.Millisecond {
					t.Errorf("a connection found no room after %s", at)
				}
			}
			if mix.Race == 0 && (sum.Unreachable != 60 || sum.Accepted != 1640 || o.whileUnused > 0) {
				t.Errorf("%d failed, %d of them while connections were idle; want 60, those that the target had no room for",
					sum.Unreachable, o.whileUnused)
			}
		})
	}
}

// If this machine can open no more connections, what is due waits for those that are in use, and all of it is sent.
func TestFewFilesAreUsed(t *testing.T) {
	for _, closes := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			o := &room{takes: time.Millisecond, places: 40, full: assay.LocalShortage, closes: closes}
			p := o.visit(t, Mix{Login: 1}, Plan{Rate: 100, Duration: 17 * time.Second, Engine: engine.Lean}) // connections of a worker's own
			sum := p.total.Exchanges()
			if sum.Sent != 1700 || sum.Accepted != 1700 || o.answered != 1700 || p.Unsent() != 0 || o.whileUnused > 0 {
				t.Errorf("%+v, %d unsent; the target answered %d", sum, p.Unsent(), o.answered)
			}
			if p.Short() != 60 || p.total.Times.Lateness.Values().Max() < int64(time.Second/3) {
				t.Errorf("%d waited for a connection, late by at most %s; want the 60 of the stall without one", p.Short(),
					time.Duration(p.total.Times.Lateness.Values().Max()))
			}
		})
	}
}
