package h2

import (
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
