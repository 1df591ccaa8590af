package workers

import (
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// receive gives a result of another client to the worker of a hit, and reports whether the hit waits for another one.
func (a *Attack[W]) receive(h *hit[W], second bool, result *vegeta.Result) (open bool) {
	h.worker.Receive(second, h.sent[position(second)], result)
	a.mu.Lock()
	defer a.mu.Unlock()
	h.open[position(second)] = false
	return h.open[0] || h.open[1]
}

// Ended reports whether End was called.
func (a *Attack[W]) Ended() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closing
}

// Forget settles the hits of somebody else's attacker that was stopped: those that it did not begin were not sent, and those without a
// result are in doubt. No hit may begin any more.
func (a *Attack[W]) Forget() {
	a.mu.Lock()
	a.over = true
	a.changed.Broadcast()
	due := a.due
	a.due, a.second = nil, nil
	var begun []*hit[W]
	for _, h := range a.hits {
		begun = append(begun, h)
	}
	a.mu.Unlock()
	for _, next := range due {
		if !next.second {
			next.job.settle(next.arrival, Unsent)
		}
	}
	for _, h := range begun {
		for i, open := range h.open {
			if open {
				a.receive(h, i == 1, &vegeta.Result{Timestamp: time.Now(), Error: "no result"})
			}
		}
		a.end(h, h.job.judge(h.worker))
	}
}
