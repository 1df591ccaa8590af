package metrics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/encoding/protowire"
)

// A point is one sample that was received, with its series as text.
type point struct {
	series    string
	value     float64
	timestamp int64
}

// A receiver is a remote-write receiver that keeps what it receives.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	pushes  [][]point
	arrived chan struct{} // one for each push
	answer  func(push int, w http.ResponseWriter, r *http.Request)
}

func receive(t *testing.T, answer func(push int, w http.ResponseWriter, r *http.Request)) *receiver {
	r := &receiver{arrived: make(chan struct{}, 100), answer: answer}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	plain, err := snappy.Decode(nil, body)
	if err != nil {
		panic(err)
	}
	r.mu.Lock()
	r.pushes = append(r.pushes, points(plain))
	push := len(r.pushes)
	r.mu.Unlock()
	r.answer(push, w, request)
	r.arrived <- struct{}{}
}

func (r *receiver) received() [][]point {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.pushes)
}

// fields calls each with the fields of a message, in order, and with their encoded numbers.
func fields(message []byte, each func(field protowire.Number, contents []byte, number uint64)) {
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		message = message[max(n, 0):]
		var contents []byte
		var number uint64
		switch kind {
		case protowire.BytesType:
			contents, n = protowire.ConsumeBytes(message)
		case protowire.Fixed64Type:
			number, n = protowire.ConsumeFixed64(message)
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(message)
		default:
			n = -1
		}
		if n < 0 {
			panic("not a message")
		}
		message = message[n:]
		each(field, contents, number)
	}
}

func points(request []byte) (all []point) {
	fields(request, func(_ protowire.Number, series []byte, _ uint64) {
		var p point
		var names []string
		fields(series, func(field protowire.Number, contents []byte, _ uint64) {
			var texts [2]string
			fields(contents, func(inner protowire.Number, text []byte, number uint64) {
				switch {
				case field == 1:
					texts[inner-1] = string(text)
				case inner == 1:
					p.value = math.Float64frombits(number)
				default:
					p.timestamp = int64(number)
				}
			})
			if field == 1 {
				names = append(names, texts[0])
				p.series += fmt.Sprintf("%s=%s ", texts[0], texts[1])
			}
		})
		if !slices.IsSorted(names) {
			panic("labels are not in order: " + p.series)
		}
		all = append(all, p)
	})
	return all
}

func value(t *testing.T, push []point, series string) float64 {
	t.Helper()
	for _, p := range push {
		if p.series == series {
			return p.value
		}
	}
	t.Errorf("no series %q", series)
	return math.NaN()
}

const (
	accepted = "__name__=assay_exchanges_total endpoint=login instance=host:1 job=assay verdict=accepted "
	answered = "__name__=assay_exchange_response_seconds_count instance=host:1 job=assay "
	within   = "__name__=assay_exchange_response_seconds_bucket instance=host:1 job=assay le=0.0025 "
	infinite = "__name__=assay_exchange_response_seconds_bucket instance=host:1 job=assay le=+Inf "
)

func ok(int, http.ResponseWriter, *http.Request) {}

// hurried pushes only at the start and at the end, and its pauses are short.
func hurried() pace {
	return pace{every: time.Hour, timeout: 20 * time.Second, pause: time.Millisecond}
}

func parsed(t *testing.T, text string) *url.URL {
	t.Helper()
	address, err := ParseURL(text)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func TestPush(t *testing.T) {
	r := receive(t, func(_ int, _ http.ResponseWriter, request *http.Request) {
		user, password, _ := request.BasicAuth()
		for got, want := range map[string]string{
			request.Method:                                          "POST",
			request.URL.Path:                                        "/api/v1/write",
			request.Header.Get("Content-Type"):                      "application/x-protobuf",
			request.Header.Get("Content-Encoding"):                  "snappy",
			request.Header.Get("X-Prometheus-Remote-Write-Version"): "0.1.0",
			user + ":" + password:                                   "me:secret",
		} {
			if got != want {
				t.Errorf("%q is not %q", got, want)
			}
		}
	})
	m := New("", nil)
	to := parsed(t, strings.Replace(r.URL, "//", "//me:secret@", 1)+"/api/v1/write")
	started := time.Now()
	p := m.push(t.Context(), to, "host:1", hurried(), func(err error) { t.Error(err) })
	<-r.arrived
	m.Watch(interval(7, 2*time.Millisecond))
	m.Watch(interval(3, time.Second))
	if note := p.Finish(); !note.IsZero() {
		t.Error(note)
	}
	pushes := r.received()
	if len(pushes) != 2 {
		t.Fatalf("%d pushes, want one at the start and one at the end", len(pushes))
	}
	if got := value(t, pushes[0], accepted); got != 0 {
		t.Errorf("the first value is %v", got)
	}
	for series, want := range map[string]float64{accepted: 10, answered: 10, within: 7, infinite: 10} {
		if got := value(t, pushes[1], series); got != want {
			t.Errorf("%s: %v, want %v", series, got, want)
		}
	}
	first, last := pushes[0][0].timestamp, pushes[1][0].timestamp
	if first < started.UnixMilli() || last <= first || last > time.Now().UnixMilli()+1 {
		t.Errorf("timestamps %d and %d, begun at %d", first, last, started.UnixMilli())
	}
}

// An interrupt ends the run but not the pushing: the final counts are pushed, too.
func TestPushOutlivesAnInterrupt(t *testing.T) {
	r := receive(t, ok)
	ctx, interrupt := context.WithCancel(t.Context())
	m := New("", nil)
	p := m.push(ctx, parsed(t, r.URL), "host:1", hurried(), func(err error) { t.Error(err) })
	interrupt()
	<-r.arrived
	m.Watch(interval(7, time.Millisecond))
	if note := p.Finish(); !note.IsZero() {
		t.Error(note)
	}
	if got := value(t, r.received()[1], accepted); got != 7 {
		t.Errorf("%v of 7 arrived", got)
	}
}

// It pushes regularly in between.
func TestPushRepeats(t *testing.T) {
	r := receive(t, ok)
	often := hurried()
	often.every = time.Millisecond
	p := New("", nil).push(t.Context(), parsed(t, r.URL), "host:1", often, func(err error) { t.Error(err) })
	for range 5 {
		<-r.arrived
	}
	p.Abandon()
	if got := len(r.received()); got < 5 {
		t.Errorf("%d pushes", got)
	}
}

// A failure is reported once, and noted at the end, without words of the receiver and without secrets.
func TestPushFails(t *testing.T) {
	const body = "\x1b[31mhostile"
	status := func(code int) func(int, http.ResponseWriter, *http.Request) {
		return func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, test := range map[string]struct {
		answer func(int, http.ResponseWriter, *http.Request)
		tries  int // with the first
		says   string
	}{
		"not found":         {status(404), 2, "2 of 2 pushes failed, the last one too: answered 404; Prometheus receives at /api/v1/write"},
		"bad request":       {status(400), 2, "the last one too: answered 400"},
		"unauthorized":      {status(401), 2, "the last one too: answered 401; write the credentials as"},
		"redirect":          {status(307), 2, "the last one too: answered 307"},
		"overloaded":        {status(429), 4, "the last one too: answered 429"},
		"broken":            {status(500), 4, "the last one too: answered 500"},
		"connection closed": {func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 4, "the connection failed, or the answer is not HTTP"},
		"another protocol": {func(_ int, w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn) // until the client closes it
			_ = conn.Close()
		}, 2, "the last one too: answered 101"},
		"recovers": {func(push int, w http.ResponseWriter, r *http.Request) {
			if push < 4 {
				status(503)(push, w, r)
			}
		}, 4, "1 of 2 pushes failed; the last one arrived, so that no count is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, test.answer)
			to := parsed(t, strings.Replace(r.URL, "//", "//me:passw0rd@", 1)+"/write?token=t0ken")
			var told atomic.Int64
			first := make(chan error, 1)
			p := New("", nil).push(t.Context(), to, "host:1", hurried(), func(err error) {
				told.Add(1)
				first <- err
			})
			said := (<-first).Error()
			note := p.Finish()
			if told.Load() != 1 || !strings.Contains(note.String(), test.says) {
				t.Errorf("told %d times, and noted %q, want %q", told.Load(), note, test.says)
			}
			if got := len(r.received()); got != test.tries {
				t.Errorf("%d requests, want %d", got, test.tries)
			}
			for _, secret := range []string{"passw0rd", "t0ken", "hostile", "me:"} {
				if strings.Contains(said+note.String(), secret) {
					t.Errorf("%q is in %q or %q", secret, said, note)
				}
			}
		})
	}
}

// A receiver that never answers times out.
func TestPushHangs(t *testing.T) {
	release := make(chan struct{})
	r := receive(t, func(int, http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	impatient := hurried()
	impatient.timeout = 20 * time.Millisecond
	told := make(chan error, 1)
	p := New("", nil).push(t.Context(), parsed(t, r.URL), "host:1", impatient, func(err error) { told <- err })
	if err := <-told; err.Error() != "no answer within 20ms" {
		t.Error(err)
	}
	if note := p.Finish(); !strings.Contains(note.String(), "2 of 2 pushes failed, the last one too: no answer within 20ms") {
		t.Error(note)
	}
}

func TestPushRefused(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	to := parsed(t, closed.URL)
	closed.Close()
	told := make(chan error, 1)
	p := New("", nil).push(t.Context(), to, "host:1", hurried(), func(err error) { told <- err })
	if err := <-told; err.Error() != "dial: connect: connection refused" {
		t.Error(err)
	}
	if note := p.Finish(); !strings.Contains(note.String(), "connection refused") {
		t.Error(note)
	}
}

func TestPushUntrustedCertificate(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	told := make(chan error, 1)
	p := New("", nil).push(t.Context(), parsed(t, server.URL), "host:1", hurried(), func(err error) { told <- err })
	defer p.Abandon()
	if err := <-told; err.Error() != "its certificate is not trusted" {
		t.Error(err)
	}
}

func TestParseURL(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:9090/api/v1/write":               "http://127.0.0.1:9090/api/v1/write",
		"https://me:passw0rd@p.example/write?token=x#part": "https://p.example/write",
	} {
		if got := Shown(parsed(t, text)); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"", "x", "localhost:9090", "ftp://host/", "http://", "http:///path", "http://:9090/", "http://me:pass/w0rd@host/", "http://me:pa ss@host/", "http://[::1"} {
		if to, err := ParseURL(text); err == nil {
			t.Errorf("%q is read as %s", text, to)
		} else if errors.Unwrap(err) != nil || strings.Contains(err.Error(), "pass") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
