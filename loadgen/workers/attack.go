package workers

import (
	"net/http"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// A Hitter is a worker whose arrivals a [vegeta.Attacker] can send.
type Hitter interface {
	Worker
	// Target fills in the request for the arrival that was composed, or the second one of two.
	Target(second bool, t *vegeta.Target)
	// Send sends what was composed and reads the answers. It returns false if nothing was sent, because this machine can open no
	// more connections.
	Send() bool
	// Response is the answer, as the attacker gets it.
	Response() (*http.Response, error)
	// Receive takes the answer to a request that another client than Send has sent.
	Receive(second bool, sent time.Time, result *vegeta.Result)
}

// An Attack serves arrivals by a [vegeta.Attacker]. It is the attacker's [vegeta.Pacer] and [vegeta.Targeter], its client's
// [http.RoundTripper], and takes its results: every hit is an arrival, which a worker composes in the Targeter, sends in the
// RoundTripper, and judges by the result.
//
// One made by [NewForeignAttack] is the Pacer and the Targeter of somebody else's attacker, whose client sends the hits.
type Attack[W Hitter] struct {
	options Options[W]
	waiter  Waiter // for the Pacer, which waits itself: the attacker's own pauses end up to a millisecond late
	foreign bool

	mu       sync.Mutex
	changed  *sync.Cond // jobs or closing
	began    bool
	closing  bool
	over     bool               // the run is over
	followed []*Job[W]          // jobs with arrivals that were not taken, the oldest first
	crowded  bool               // an arrival waited for a worker, and none since has come in time
	paced    uint64             // hits that the Pacer has allowed
	due      []dueHit[W]        // of these, those that no worker has yet
	second   *hit[W]            // whose second request is the next hit
	hits     map[uint64]*hit[W] // that workers have
	last     uint64             // number of a hit
	free     []resting[W]       // workers without a hit; the one that became free last is the last
	started  int                // workers, so far
	busy     int                // hits that have a worker and no answer
	peak     int                // of them at the same time
	starved  int                // hits that wait for a connection of this machine
	freed    chan struct{}      // closed and replaced when a hit ends
	all      sync.WaitGroup
}

var _ Dispatcher[Hitter] = (*Attack[Hitter])(nil)

// A resting worker has no hit.
type resting[W Hitter] struct {
	worker W
	until  time.Time // when it may have an arrival of a closed loop again; zero for now
}

// NewAttack returns an attack without workers. It uses the first of the waiters, and closes all of them.
func NewAttack[W Hitter](options Options[W]) *Attack[W] {
	a := &Attack[W]{options: options, waiter: options.Waiters[0], hits: map[uint64]*hit[W]{}, freed: make(chan struct{})}
	a.changed = sync.NewCond(&a.mu)
	return a
}

// NewForeignAttack returns an attack whose hits somebody else's attacker sends: it calls Pace and Target, and [Attack.Add] has to get
// the results. An arrival that makes two exchanges is two hits, one right after the other. A closed loop is not possible.
func NewForeignAttack[W Hitter](options Options[W]) *Attack[W] {
	a := NewAttack(options)
	a.foreign = true
	return a
}

// attack starts the attacker, once. The lock is held.
func (a *Attack[W]) attack() {
	a.changed.Broadcast()
	if a.foreign || a.began {
		return
	}
	a.began = true
	client := &http.Client{Transport: a, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	attacker := vegeta.NewAttacker(vegeta.Client(client), vegeta.MaxWorkers(uint64(a.options.Limit)))
	a.all.Go(func() {
		for result := range attacker.Attack(a.Target, a, 0, "") {
			a.Add(result)
		}
	})
}

// Warm implements [Dispatcher].
func (a *Attack[W]) Warm() error {
	if a.foreign {
		return nil
	}
	var fresh []W
	for n := range min(a.options.Keep, a.options.Limit) {
		fresh = append(fresh, a.options.New(n))
	}
	err := connect(fresh)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.started = len(fresh)
	for _, w := range fresh {
		a.free = append(a.free, resting[W]{worker: w})
	}
	return err
}

// Follow implements [Dispatcher].
func (a *Attack[W]) Follow(j *Job[W]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	j.hold()
	a.followed = append(a.followed, j)
	a.attack()
}

// RunLoop implements [Dispatcher]. The attacker makes as many hits at the same time as it has workers.
func (a *Attack[W]) RunLoop(j *Job[W], _ int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.followed = append(a.followed, j)
	a.attack()
}

// Abandon implements [Dispatcher]. An arrival for which the attacker waits for a worker is settled when it has one.
func (a *Attack[W]) Abandon(j *Job[W]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	j.abandon(time.Now())
}

// Cut implements [Dispatcher].
func (a *Attack[W]) Cut(j *Job[W]) (taken int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	j.release()
	return j.taken
}

// Borrow implements [Dispatcher].
func (a *Attack[W]) Borrow(of Arrival) (w W, giveBack func(), ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := a.connected(of)
	if i < 0 {
		return w, nil, false
	}
	one := a.free[i]
	a.free = append(a.free[:i], a.free[i+1:]...)
	return one.worker, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.free = append(a.free, one)
	}, true
}

// connected is the position of the worker that became free last of those with a connection for an arrival; -1 for none. The lock is
// held.
func (a *Attack[W]) connected(of Arrival) int {
	for i := len(a.free) - 1; i >= 0; i-- {
		if a.free[i].worker.Connected(of) {
			return i
		}
	}
	return -1
}

// Tick implements [Dispatcher].
func (a *Attack[W]) Tick() {}

// Peak implements [Dispatcher].
func (a *Attack[W]) Peak() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.peak
}

// End makes the attacker stop, once it has the arrivals that are due.
func (a *Attack[W]) End() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closing = true
	a.changed.Broadcast()
}

// Close implements [Dispatcher].
func (a *Attack[W]) Close() {
	a.End()
	a.all.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range a.free {
		one.worker.Close()
	}
	a.free = nil
	for _, by := range a.options.Waiters {
		by.Close()
	}
}
