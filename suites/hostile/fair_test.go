package hostile_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/conformance"
)

// A fair is an unusual but legal implementation.
type fair struct {
	name, does string
	wrap       func(platform http.Handler) http.Handler
	arguments  []string
	// incomplete is set if the run may get no answers for a while, and so may end incomplete.
	incomplete bool
}

// large is the size of a body that an implementation may refuse unread.
const large = 60 << 10

func fairs() []fair {
	return []fair{
		{name: "large", does: "pads every tenth answer to 100 KiB", wrap: sometimes(10, padded)},
		{name: "slow", does: "takes its time for every three-hundredth answer", wrap: sometimes(300, hesitant), arguments: []string{"--timeout", "3s"}},
		{name: "http-1.0", does: "answers in HTTP/1.0, without a length", wrap: seized(func(a *act, status int, header, body string) {
			a.say(fmt.Sprintf("HTTP/1.0 %d X\r\n%s\r\n%s", status, header, body))
		})},
		{name: "resets", does: "resets the connection on a large body", wrap: beforeLarge((*act).reset)},
		{name: "away", does: "dies in the middle, and comes back", wrap: away, incomplete: true},
	}
}

// TestLegalTargets: none of them fails, and no run ends early.
func TestLegalTargets(t *testing.T) {
	for _, f := range fairs() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			o := &target{wrap: f.wrap, manner: never}
			got := run(t, nil, append(o.serve(t), f.arguments...)...)
			want := end{0, `OUTCOME CONFORMANT`}
			if f.incomplete && got.Code == 3 {
				want = end{3, `OUTCOME INCOMPLETE - \d+ in error: `}
			}
			got.demand(t, want)
			if !got.report.CutShort.IsZero() || got.report.Outcome == conformance.Nonconformant || got.report.Counts.Fail > 0 {
				t.Errorf("%s, cut short %q", got.report.Outcome, got.report.CutShort)
			}
		})
	}
}

// padded adds white space, which JSON allows, before an answer.
func padded(platform http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		platform.ServeHTTP(recorder, r)
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(recorder.Code)
		_, _ = io.WriteString(w, strings.Repeat(" ", 100<<10))
		_, _ = io.Copy(w, recorder.Body)
	})
}

// hesitant delays an answer by a second.
func hesitant(platform http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-time.After(time.Second)
		platform.ServeHTTP(w, r)
	})
}

// sometimes wraps one answer in oneIn.
func sometimes(oneIn int64, wrap func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(platform http.Handler) http.Handler {
		var count atomic.Int64
		wrapped := wrap(platform)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if count.Add(1)%oneIn == 0 {
				wrapped.ServeHTTP(w, r)
				return
			}
			platform.ServeHTTP(w, r)
		})
	}
}

// seized writes every answer on the raw connection.
func seized(write func(a *act, status int, header, body string)) func(http.Handler) http.Handler {
	return func(platform http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			platform.ServeHTTP(recorder, r)
			_, _ = io.Copy(io.Discard, r.Body) // closing would reset the connection otherwise
			var header strings.Builder
			_ = recorder.Header().Write(&header)
			a := &act{w: w, request: r}
			defer a.leave()
			write(a, recorder.Code, header.String(), recorder.Body.String())
		})
	}
}

// beforeLarge answers a large body with play, without reading it.
func beforeLarge(play func(*act)) func(http.Handler) http.Handler {
	return func(platform http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength < large {
				platform.ServeHTTP(w, r)
				return
			}
			a := &act{w: w, request: r}
			defer a.leave()
			play(a)
		})
	}
}

// away resets a dozen connections, from the hundredth request on.
func away(platform http.Handler) http.Handler {
	var count atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := count.Add(1); n < 100 || n >= 112 {
			platform.ServeHTTP(w, r)
			return
		}
		a := &act{w: w, request: r}
		defer a.leave()
		a.reset()
	})
}
