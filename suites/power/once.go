package power

import (
	"encoding/json"
	"sync"
)

// onces are the runs of a pool by their jobs: those who have the same job share one run, as that of the reference.
type onces struct {
	mu    sync.Mutex
	begun map[string]*once
}

// A once is a run that may have ended.
type once struct {
	ended chan struct{}
	r     result
	err   error
}

// of returns the run of a job. The caller that is first has to do it, and calls end.
func (o *onces) of(j job) (run *once, first bool) {
	key, _ := json.Marshal(j) // never fails
	o.mu.Lock()
	defer o.mu.Unlock()
	if run = o.begun[string(key)]; run != nil {
		return run, false
	}
	if o.begun == nil {
		o.begun = map[string]*once{}
	}
	run = &once{ended: make(chan struct{})}
	o.begun[string(key)] = run
	return run, true
}

func (o *once) end(r result, err error) {
	o.r, o.err = r, err
	close(o.ended)
}

// wait returns what the run ended with.
func (o *once) wait() (result, error) {
	<-o.ended
	return o.r, o.err
}
