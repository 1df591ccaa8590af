package suites

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/reports/phrase"
)

// A width is how many connections a target takes at once. Some take as many as they have workers, and each worker waits a while for
// another request on its connection, so that those on other connections get no answer. It is measured once, after the first exchange
// without an answer. The zero value is ready.
type width struct {
	mu        sync.Mutex // held while it is measured
	suspected atomic.Bool
	measured  atomic.Bool
	few       atomic.Int64 // connections; 0 for as many as a run needs
}

// suspectWidth lets the next attempt of a trial measure the width. Until then, exchanges without an answer prove nothing.
func (s *Session) suspectWidth() {
	if s.width.suspected.CompareAndSwap(false, true) {
		s.mu.Lock()
		s.silence.expected++
		s.mu.Unlock()
	}
}

// measureWidth measures a suspected width while nothing else goes on, once. The caller holds no slot. From then on, the run sends no
// more at once, and every exchange gives its connection back.
func (s *Session) measureWidth(ctx context.Context) {
	w := &s.width
	if !w.suspected.Load() || w.measured.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.measured.Load() {
		return
	}
	end := s.slots.alone()
	defer end()
	s.slots.enter()
	defer s.slots.leave()
	s.client.Close()
	few := largest
	for replica := range s.client.Replicas() {
		few = min(few, s.widthOf(ctx, replica))
	}
	if few < largest {
		const each = 2 // connections of a trial: its own, and one of a lone request
		w.few.Store(int64(few))
		s.slots.shrink(few / each)
		s.client.KeepNone()
	}
	w.measured.Store(true)
	s.mu.Lock()
	s.silence.expected--
	s.mu.Unlock()
}

// widthOf is the greater of two measurements: this machine may be busy.
func (s *Session) widthOf(ctx context.Context, replica int) (most int) {
	patience := min(s.client.Timeout()/2, max(time.Second, 2*s.slowest))
	for range 2 {
		if most = max(most, s.client.Width(ctx, replica, largest, patience)); most == largest {
			break
		}
	}
	return most
}

// atOnce is how many of n exchanges the target has connections for.
func (s *Session) atOnce(n int) int {
	if few := int(s.width.few.Load()); few > 0 {
		return min(n, few)
	}
	return n
}

// narrowness says that the target takes few connections; zero if it does not.
func (s *Session) narrowness() phrase.Phrase {
	few := int(s.width.few.Load())
	if few == 0 {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.FewConnections, few)
}
