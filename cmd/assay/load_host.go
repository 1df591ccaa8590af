package main

import (
	"context"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript"
)

// loggedCodes is how many codes of a load run are redacted in the driver's log. More would take too much memory, so the log
// ends with the last of them.
const loggedCodes = 2000

// A discreetHost keeps codes out of the log of a driver that mints for a load run.
type discreetHost struct {
	assay.Host
	redactor *transcript.Redactor
	log      *driverLog

	mu    sync.Mutex
	asked int // number of codes
}

// Ask implements [assay.Host].
func (h *discreetHost) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if request.Op != assay.OpMint {
		return h.Host.Ask(ctx, request)
	}
	known := h.reserve(request.Count)
	if !known {
		h.log.silence()
	}
	ctx, enough := patient(ctx)
	defer enough()
	reply, err := h.Host.Ask(ctx, request)
	if known {
		for _, code := range reply.Codes {
			h.redactor.Learn(transcript.KindCode, code.Code)
			h.redactor.Learn(transcript.KindPhone, code.Phone)
		}
	}
	return reply, err
}

// codeGrace is how much longer than the run a request for codes may take. The driver may already have logged codes that it
// is about to return, and they can be redacted only once they arrive.
const codeGrace = 5 * time.Second

// patient returns a context that outlives ctx by codeGrace.
func patient(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(codeGrace, cancel) })
	return longer, func() { stop(); cancel() }
}

// reserve reports whether count more codes can be remembered.
func (h *discreetHost) reserve(count int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked += count
	return h.asked <= loggedCodes
}
