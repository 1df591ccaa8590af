package suites

import (
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// sharing is how many cases have one positive twin together: what was accepted a moment ago is the twin of what is refused now.
const sharing = 6

// twins are the valid exchanges that the cases of a trial share. The zero value is ready.
type twins struct {
	mu    sync.Mutex
	asked map[twinKey]int // how many cases have asked
	all   map[twinKey][]*sharedTwin
}

// A twinKey says where a valid exchange was sent.
type twinKey struct {
	app     string
	replica int
}

// A sharedTwin is made by the first of its cases; the others wait for it.
type sharedTwin struct {
	mu       sync.Mutex
	exchange assay.Exchange
	made     bool
}

// next is the twin of another case.
func (w *twins) next(key twinKey) *sharedTwin {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked == nil {
		w.asked, w.all = map[twinKey]int{}, map[twinKey][]*sharedTwin{}
	}
	if w.asked[key]%sharing == 0 {
		w.all[key] = append(w.all[key], new(sharedTwin))
	}
	w.asked[key]++
	return w.all[key][len(w.all[key])-1]
}

// twin makes sure that a valid exchange of another user is accepted, or was for a case beside this one. Where the trial has
// connections of its own, they have to carry the exchange.
func (t *Trial) twin(app string) {
	twin := new(sharedTwin)
	if t.siblings != nil && t.client == nil { // an isolated retry has none
		twin = t.siblings.next(twinKey{app, t.replica})
	}
	twin.mu.Lock()
	defer twin.mu.Unlock()
	if twin.made {
		t.keep(twin.exchange)
		return
	}
	x := t.Exchange(t.CodesIn(app, 1)[0])
	t.Given(x).To(expect.BeExchanged())
	twin.exchange, twin.made = x, true
}
