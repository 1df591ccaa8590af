package suites

import (
	"context"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// An outage is the time in which a target that has answered takes no connections: a request has ended its process, and another one is
// about to start. The run waits for that, so that the requests of others are not lost as well. The zero value is ready.
type outage struct {
	mu      sync.Mutex
	refused bool          // the last connection was refused
	begun   int           // how many outages there were
	spent   time.Duration // waiting for their ends

	waiting sync.Mutex // held while the run waits
}

// Bounds of the waiting for a target that takes no connections, in units of the session's backoff: 2 s for one outage, 60 s in all.
const longestOutage, longestOutages = 20, 600

// saw learns from an exchange whether connections are refused.
func (o *outage) saw(x assay.Exchange, worked bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case x.Response != nil:
		o.refused = false
	case worked && x.Failure.Kind == assay.NoConnection && !o.refused:
		o.refused, o.begun = true, o.begun+1
	}
}

// expect lets the next request wait until the target answers.
func (o *outage) expect() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refused = true
}

// count is how many outages there were.
func (o *outage) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.begun
}

// left is how long an outage may be waited for now, 0 while connections are taken.
func (o *outage) left(unit time.Duration) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.refused {
		return 0
	}
	return max(0, min(longestOutage*unit, longestOutages*unit-o.spent))
}

// over ends an outage, or the waiting for one that lasts.
func (o *outage) over(took time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refused, o.spent = false, o.spent+took
}

// withSample is a request to a replica with the guide's code, which every platform answers and none accepts.
func (s *Session) withSample(replica int) client.Request {
	request := client.Exchange(assay.Code{Kind: s.endpoints()[0], AppID: s.config.Target.Apps[0], Code: sampleCode}, s.config.Target.PATs.Valid)
	request.Replica = replica
	return request
}

// awaitTarget waits while the target takes no connections. It asks with requests that are not recorded.
func (s *Session) awaitTarget(ctx context.Context, replica int) {
	if s.outage.left(s.backoff) == 0 {
		return
	}
	s.outage.waiting.Lock()
	defer s.outage.waiting.Unlock()
	longest := s.outage.left(s.backoff)
	if longest == 0 {
		return // another request has waited
	}
	began := time.Now()
	request := s.withSample(replica)
	for ctx.Err() == nil && time.Since(began) < longest && s.client.Unrecorded(ctx, request) == nil {
		rest(ctx, s.backoff/2)
	}
	s.outage.over(time.Since(began))
}
