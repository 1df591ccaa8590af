package h2

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

const long = time.Minute

func TestExchanges(t *testing.T) {
	for name, p := range map[string]*peer{"plain": serve(t, []http2.Setting{}, echo), "TLS": serveTLS(t, []http2.Setting{}, echo)} {
		t.Run(name, func(t *testing.T) {
			s := exchanges(p.client(8), 8, 40, long)
			s.check(t, p, [4]int64{0, 0, 0, 320})
			if p.conns.Load() != 1 || p.seen.Load() != 320 {
				t.Errorf("%d connections, %d requests", p.conns.Load(), p.seen.Load())
			}
		})
	}
}

// Where a connection takes one request, those for requests that wait together are opened beside each other: each of four dials here waits for
// the other three.
func TestConnectionsAreOpenedBesideEachOther(t *testing.T) {
	const atOnce = 4
	p := serve(t, []http2.Setting{}, echo)
	client := p.client(atOnce)
	var dialling sync.WaitGroup
	dialling.Add(atOnce)
	dial := client.options.Dial
	client.options.MostStreams, client.lasts = 1, 1
	client.options.Dial = func(ctx context.Context) (net.Conn, error) {
		dialling.Done()
		met := make(chan struct{})
		go func() { dialling.Wait(); close(met) }()
		select {
		case <-met:
			return dial(ctx)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			call := newCall("one", long)
			if client.Do(call); call.Fate != Answered || string(call.Answer) != "one" {
				t.Errorf("%v, %v", call.Fate, call.Err)
			}
		})
	}
	all.Wait()
	if p.conns.Load() != atOnce {
		t.Errorf("%d connections", p.conns.Load())
	}
}
