package client_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// hush discards what net/http logs about hostile servers.
func hush(t *testing.T) {
	before := log.Writer()
	log.SetOutput(io.Discard)
	t.Cleanup(func() { log.SetOutput(before) })
}

var sentCode = regexp.MustCompile(`"code":"([^"]*)"`)

// answerFor returns a sign-in as the user that the request's code names.
func answerFor(request string) string {
	return whole("200 OK", fmt.Sprintf(`{"errcode":"OK","data":{"openId":%q}}`, sentCode.FindStringSubmatch(request)[1]))
}

// TestAnswersAreNotMixed: where a server answers one request twice, the second answer must not be read as the answer to the
// next request. The client can only tell for data that has arrived before the next request is sent; later data looks like
// an early answer.
func TestAnswersAreNotMixed(t *testing.T) {
	hush(t)
	stray := whole("200 OK", `{"errcode":"OK","data":{"openId":"somebody else"}}`)
	empty := "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	for name, serve := range map[string]func(p peer, request string){
		"two at once":  func(p peer, request string) { p.send(answerFor(request) + stray) },
		"many at once": func(p peer, request string) { p.send(answerFor(request) + strings.Repeat(stray, 40)) },
		"an empty one first": func(p peer, request string) {
			if strings.Contains(request, "-0-") {
				p.send(empty + stray)
				return
			}
			p.send(answerFor(request))
		},
		"one and a part": func(p peer, request string) { p.send(answerFor(request) + stray[:20]) },
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, patient, listen(t, func(p peer) {
				for {
					request := p.request()
					if request == "" {
						return
					}
					serve(p, request)
				}
			}))
			var all sync.WaitGroup
			for worker := range 8 {
				all.Go(func() {
					for i := range 30 {
						own := fmt.Sprintf("user-%d-%d", i%3, worker*1000+i)
						x := c.Do(t.Context(), valid().With(client.Set("code", own)))
						if outcome := assay.Judge(x); outcome.Result == assay.Accepted && outcome.Identity != own {
							t.Errorf("%s received the answer of %s", own, outcome.Identity)
						}
					}
				})
			}
			all.Wait()
			noneLeft(t, c)
		})
	}
}

// TestConnectionsAreReused: without reuse every exchange would include a handshake.
func TestConnectionsAreReused(t *testing.T) {
	var mu sync.Mutex
	connections := 0
	c := open(t, patient, listen(t, func(p peer) {
		mu.Lock()
		connections++
		mu.Unlock()
		for request := p.request(); request != ""; request = p.request() {
			p.send(answerFor(request))
		}
	}))
	for i := range 20 {
		ctx, reused := client.Reused(t.Context())
		if x := c.Do(ctx, valid()); x.Failed() || *reused != (i > 0) {
			t.Fatalf("exchange %d: failure %q, reused %v", i, x.Failure, *reused)
		}
	}
	if connections != 1 {
		t.Errorf("%d connections for 20 exchanges", connections)
	}
}

// TestIdleConnectionClosed: a request that may have arrived is never sent twice, whatever its method.
func TestIdleConnectionClosed(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodDelete} {
		for name, bends := range map[string][]client.Bend{
			"with a body":    {client.Method(method)},
			"without a body": {client.Method(method), client.Body([]byte{}, "")},
		} {
			t.Run(method+" "+name, func(t *testing.T) {
				var mu sync.Mutex
				var arrived []string
				c := open(t, patient, listen(t, func(p peer) {
					p.request()
					p.send(whole("200 OK", okBody))
					again := p.request() // then close without an answer
					mu.Lock()
					defer mu.Unlock()
					arrived = append(arrived, again)
				}))
				c.Do(t.Context(), valid())
				x := c.Do(t.Context(), valid().With(bends...))
				if x.Failure.String() != broken || x.Response != nil {
					t.Errorf("failure %q, response %v", x.Failure, x.Response)
				}
				noneLeft(t, c)
				mu.Lock()
				defer mu.Unlock()
				if len(arrived) != 1 || !strings.HasPrefix(arrived[0], method) {
					t.Errorf("arrived: %q", arrived)
				}
			})
		}
	}
}
