package suites

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A ladder is one kind of input that a target may work on for a long time, in rising sizes.
type ladder struct {
	name  string
	rungs []int
	most  int // how many times as large as the rung before it a rung may be
	input func(size int) input
}

const (
	// affordable is the time that an input may be expected to take, in units of the time limit of an exchange: a target that hangs
	// is seen to, and comes back.
	affordable = 2
	// maxWork is how long the run waits until a target has worked off an input, in units of the session's backoff: two minutes.
	maxWork = 1200
	// doubts is how many times longer than expected an input may take before it counts as one that ended the service.
	doubts = 10
)

// next is the rung that follows one which took so long, and how long it is expected to take: the time may grow with the square of
// the size. The next is -1 where nothing larger can be afforded.
func (l ladder) next(rung int, took, affordable time.Duration) (next int, expected time.Duration) {
	for next := len(l.rungs) - 1; next > rung; next-- {
		times := float64(l.rungs[next]) / float64(l.rungs[rung])
		if expected := time.Duration(float64(took) * times * times); times <= float64(l.most) && expected <= affordable {
			return next, expected
		}
	}
	return -1, 0
}

// A climber is on its way up a ladder.
type climber struct {
	ladder
	rung     int           // the next one; -1 at the end
	expected time.Duration // that it takes
	harmless int           // the size of the largest input that took little
	last     assay.Exchange
}

// little is the part of the time limit of an exchange that counts as little: such inputs are sent together.
const little = 10

// climb sends the inputs of ladders, each when the time that the one before took allows it. Wait waits until what was sent is answered.
func (t *Trial) climb(send func(bad input, expected time.Duration) (sent *assay.Exchange), wait func(), ladders ...ladder) {
	climbers, limit := make([]*climber, len(ladders)), t.session.client.Timeout()
	for i, l := range ladders {
		climbers[i] = &climber{ladder: l}
	}
	for left := climbers; len(left) > 0 && t.ctx.Err() == nil; {
		t.step(left, send, wait)
		left = slices.DeleteFunc(slices.Clone(left), func(c *climber) bool { return !c.take(t, limit) })
	}
	for _, c := range climbers {
		t.session.debt.climbed(ladderKey{t.Endpoint, c.name}, c.harmless)
	}
}

// step sends the next input of each: those that take little together, and each of the others by itself.
func (t *Trial) step(climbers []*climber, send func(input, time.Duration) *assay.Exchange, wait func()) {
	sent := make([]*assay.Exchange, len(climbers))
	for i, c := range climbers {
		heavy := c.expected > t.session.client.Timeout()/little
		if heavy {
			wait()
		}
		if sent[i] = send(c.input(c.rungs[c.rung]), c.expected); heavy {
			wait()
		}
	}
	wait()
	for i, c := range climbers {
		c.last = *sent[i]
	}
}

// take learns from the answer to the last input, and reports whether there is another.
func (c *climber) take(t *Trial, limit time.Duration) (more bool) {
	x := c.last
	if x.ID == "" || unfinished(x) {
		return false
	}
	size := c.rungs[c.rung]
	if x.Took <= limit/little {
		c.harmless = size
	}
	c.rung, c.expected = c.next(c.rung, x.Took, affordable*limit)
	if c.rung < 0 && size < c.rungs[len(c.rungs)-1] {
		t.Note(phrase.CostlyEnough, c.input(size).name, x.Took.Round(100*time.Millisecond))
	}
	return c.rung >= 0
}

// costly sends an input that is expected to take so long, and waits until the target is there again if it did not answer.
func (t *Trial) costly(bad input, expected time.Duration) assay.Exchange {
	if !t.session.debt.hopeless(t.replica) {
		defer t.session.awaiting()()
	}
	code := assay.Code{Kind: t.Endpoint, AppID: t.App(0)}
	x := t.Exchange(code, append([]client.Bend{client.Body(bad.body(), "")}, bad.bends...)...)
	if unfinished(x) {
		t.workOff(x, expected)
	}
	return x
}

// unfinished reports whether the target may still be working on an input: it did not answer in time, or something in front of it
// answered that it does not.
func unfinished(x assay.Exchange) bool {
	if x.Response == nil {
		return expect.TimedOut(x)
	}
	return x.Response.Status == http.StatusBadGateway || x.Response.Status == http.StatusGatewayTimeout
}

// mute reports whether an exchange shows nothing but that the target is busy, or gone.
func mute(x assay.Exchange) bool { return unfinished(x) || gone(x) && x.Response != nil }

// workOff waits until the target answers again after an input that it did not answer in time.
func (t *Trial) workOff(x assay.Exchange, expected time.Duration) {
	if t.session.debt.hopeless(t.replica) {
		return
	}
	began, unit := time.Now(), t.session.backoff
	for wait := unit; ; wait = min(2*wait, 10*unit) {
		again := t.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0)}, client.Body([]byte("{}"), ""))
		if again.Response != nil && !mute(again) {
			return
		}
		if waited := time.Since(began); waited+wait > maxWork*unit || !rest(t.ctx, wait) {
			t.session.debt.unpaid(t.replica, owed{x.ID, expected, waited})
			return
		}
	}
}

// awaiting lets exchanges without an answer not end the run, until end is called.
func (s *Session) awaiting() (end func()) {
	add := func(n int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.silence.expected += n
	}
	add(1)
	return func() { add(-1) }
}

// An owed is an input that an API server did not answer, and which it had not worked off when the run stopped to wait for it.
type owed struct {
	id               string // of the exchange
	expected, waited time.Duration
}

// doubtful reports whether the server may still be working on it.
func (o owed) doubtful() bool { return o.id != "" && o.waited < doubts*o.expected }

// A debt is what is known of costly inputs. The zero value is ready.
type debt struct {
	mu      sync.Mutex
	owed    map[int]owed // by API server
	largest map[ladderKey]int
}

// A ladderKey names a ladder that was climbed on an endpoint.
type ladderKey struct {
	endpoint assay.Endpoint
	ladder   string
}

// of is what a server owes; zero for nothing.
func (d *debt) of(replica int) owed {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.owed[replica]
}

// hopeless reports whether the run has waited for a server without success.
func (d *debt) hopeless(replica int) bool { return d.of(replica).id != "" }

func (d *debt) unpaid(replica int, o owed) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.owed == nil {
		d.owed = map[int]owed{}
	}
	d.owed[replica] = o
}

// climbed remembers the largest input of a ladder that took little; the least, of several servers.
func (d *debt) climbed(key ladderKey, largest int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if before, known := d.largest[key]; known {
		largest = min(largest, before)
	}
	if d.largest == nil {
		d.largest = map[ladderKey]int{}
	}
	d.largest[key] = largest
}

// harmless is the largest input of a ladder that took little; 0 if none did, or it was not climbed.
func (d *debt) harmless(key ladderKey) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.largest[key]
}
