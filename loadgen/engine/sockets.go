package engine

import (
	"math"
	"sync/atomic"

	"github.com/unified-login/assay"
)

// spareFiles is how many files this process may open beside the connections: results, and connections to the driver and to
// those who watch the run.
const spareFiles = 12

// sockets counts the sockets of an engine, and bounds them by the files that this process may open. It is safe for concurrent use.
type sockets struct {
	limit     int64
	taken     atomic.Int64 // those that are being opened, and those that are open
	now, most atomic.Int64
}

func newSockets() *sockets {
	s := &sockets{limit: math.MaxInt64}
	if files, ok := unopenedFiles(); ok {
		s.limit = max(1, files-spareFiles)
	}
	return s
}

// take allows to open a socket. An error says that this process has no file for it; otherwise untaken or opened has to follow.
func (s *sockets) take() error {
	if s.taken.Add(1) > s.limit {
		s.taken.Add(-1)
		return assay.FailureError{Failure: assay.Failure{Kind: assay.LocalShortage, Text: "no connection: too many open files"}}
	}
	return nil
}

// untaken says that the socket was not opened.
func (s *sockets) untaken() { s.taken.Add(-1) }

// opened says that the socket is open.
func (s *sockets) opened() {
	now := s.now.Add(1)
	for most := s.most.Load(); now > most && !s.most.CompareAndSwap(most, now); most = s.most.Load() {
	}
}

// closed says that the socket is closed.
func (s *sockets) closed() {
	s.now.Add(-1)
	s.taken.Add(-1)
}

// count returns how many sockets are open, and how many there were at most at the same time.
func (s *sockets) count() (now, most int) { return int(s.now.Load()), int(s.most.Load()) }
