package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript"
)

// A logPart is what a driver had written at some moment. It can be saved when the requests that it was working on then are
// answered: the secrets in it are known by then.
type logPart struct {
	beginning []byte
	end       []byte
	dropped   int64
	asks      map[uint64]bool // in progress at that moment
	answered  bool            // none of them is any more
}

// A loggedHost tells its driver's log which requests are in progress.
type loggedHost struct {
	assay.Host
	log *driverLog
}

// Ask implements [assay.Host].
func (h *loggedHost) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	defer h.log.asking()()
	return h.Host.Ask(ctx, request)
}

// asking notes that a request to the driver begins; the function that it returns notes its end.
func (l *driverLog) asking() (answered func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asks == nil {
		l.asks = map[uint64]bool{}
	}
	number := l.asked
	l.asked++
	l.asks[number] = true
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.asks, number)
	}
}

// save writes, without secrets, what the driver wrote up to a moment a second or more ago, so that a run that is killed leaves
// a log. It writes whole lines only.
func (l *driverLog) save(redactor *transcript.Redactor) error {
	part := l.ready()
	if part == nil {
		return nil
	}
	whole := part.beginning[:bytes.LastIndexByte(part.beginning, '\n')+1]
	if err := l.file.cut(l.savedSize); err != nil {
		return err
	}
	n, err := l.file.Write(readable(withoutSecretsOf(redactor, slices.Clone(whole[l.saved:]))))
	if err != nil {
		return err
	}
	l.saved, l.savedSize = len(whole), l.savedSize+int64(n)
	if len(part.end) == 0 {
		return nil
	}
	from, to := bytes.IndexByte(part.end, '\n')+1, bytes.LastIndexByte(part.end, '\n')+1
	left := part.dropped + int64(len(part.beginning)-len(whole)+from)
	_, err = l.file.Write(fmt.Appendf(nil, "… %d bytes left out …\n%s", left, readable(withoutSecretsOf(redactor, part.end[from:to]))))
	return err
}

// ready returns the part that can be saved, and remembers the next one. A part waits for one more call after its requests
// were answered, because their secrets are learned from the answers.
func (l *driverLog) ready() (part *logPart) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.part != nil && l.part.answered {
		part, l.part = l.part, nil
	}
	switch {
	case l.part == nil && l.written > l.parted:
		l.parted = l.written
		l.part = &logPart{beginning: l.beginning, end: slices.Clone(l.end), dropped: l.dropped, asks: maps.Clone(l.asks)}
	case l.part != nil:
		maps.DeleteFunc(l.part.asks, func(number uint64, _ bool) bool { return !l.asks[number] })
		l.part.answered = len(l.part.asks) == 0
	}
	return part
}
