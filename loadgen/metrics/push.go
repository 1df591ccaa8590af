package metrics

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/unified-login/assay/reports/phrase"
)

// A pace is how often a run is pushed, and the timeouts.
type pace struct {
	every, timeout time.Duration
	pause          time.Duration // between the first two tries of the last push; doubled for every further one
}

func defaultPace() pace {
	return pace{every: 5 * time.Second, timeout: 3 * time.Second, pause: 500 * time.Millisecond}
}

// lastTries is how often the last push is tried: it has the final counts.
const lastTries = 3

// A Pusher writes the metrics of a run to a Prometheus in the background. The receiver cannot affect the run.
type Pusher struct {
	remote remote
	pace   pace
	failed func(error)

	stop   context.CancelFunc
	done   chan struct{}
	pushes int
	errors int
	last   error // of the last push; nil if it arrived
}

// ParseURL reads the address of a remote-write receiver: http or https. Its error does not repeat what may be a secret.
func ParseURL(text string) (*url.URL, error) {
	address, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("not a URL") // the error of url may quote a part of a password
	}
	if address.Scheme != "http" && address.Scheme != "https" || address.Hostname() == "" {
		return nil, errors.New("not an http or https URL")
	}
	return address, nil
}

// Shown returns a URL without the parts that may be secret: user, password and query.
func Shown(address *url.URL) string {
	shown := url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}
	return shown.String()
}

// Push starts to push all series to a remote-write receiver: at once, so that rates start at 0, every five seconds, and a
// last time in [Pusher.Finish]. The label instance distinguishes runs; the job is assay. failed is called with the first
// error, from another goroutine. The end of ctx does not end the pushing.
func (m *Metrics) Push(ctx context.Context, to *url.URL, instance string, failed func(error)) *Pusher {
	return m.push(ctx, to, instance, defaultPace(), failed)
}

func (m *Metrics) push(ctx context.Context, to *url.URL, instance string, pace pace, failed func(error)) *Pusher {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	p := &Pusher{remote: newRemote(m.registry, to, instance, pace.timeout), pace: pace, failed: failed, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		tick := time.NewTicker(pace.every)
		defer tick.Stop()
		for {
			p.once(ctx)
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return p
}

// once pushes the current state. A push that the end of the pushing interrupts does not count: the last push has its data.
func (p *Pusher) once(ctx context.Context) {
	body, err := p.remote.encode(time.Now())
	if err == nil {
		err = p.remote.send(ctx, body)
	}
	if ctx.Err() == nil {
		p.note(err)
	}
}

func (p *Pusher) note(err error) {
	p.pushes++
	if p.last = err; err == nil {
		return
	}
	if p.errors++; p.errors == 1 {
		p.failed(err)
	}
}

// Finish pushes the final state, three times at most, and ends the pushing: within about ten seconds. It says what did
// not arrive; zero when everything did. Watch must not be called any more.
func (p *Pusher) Finish() phrase.Phrase {
	p.Abandon()
	defer p.remote.client.CloseIdleConnections()
	p.note(p.final())
	switch {
	case p.errors == 0:
		return phrase.Phrase{}
	case p.last == nil:
		return phrase.Say(phrase.RemoteWriteGaps, p.remote.shown, p.errors, p.pushes)
	default:
		return phrase.Say(phrase.RemoteWriteFailed, p.remote.shown, p.errors, p.pushes, p.last)
	}
}

// Abandon ends the pushing without a last push, after a run that failed to start.
func (p *Pusher) Abandon() {
	p.stop()
	<-p.done
	p.remote.client.CloseIdleConnections()
}

// final pushes the final state, with a timestamp one millisecond later, so that it differs from that of the push before.
func (p *Pusher) final() error {
	body, err := p.remote.encode(time.Now().Add(time.Millisecond))
	if err != nil {
		return err
	}
	pause := p.pace.pause
	for try := 1; ; try++ {
		err = p.remote.send(context.Background(), body)
		refusal, refused := errors.AsType[*refusalError](err)
		if err == nil || try == lastTries || refused && !refusal.temporary() {
			return err
		}
		time.Sleep(pause)
		pause *= 2
	}
}

// A refusalError is an answer other than 2xx. It does not quote the body, which is not trusted.
type refusalError struct{ status int }

func (e *refusalError) Error() string {
	switch e.status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fmt.Sprintf("answered %d; Prometheus receives at /api/v1/write, when started with --web.enable-remote-write-receiver", e.status)
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Sprintf("answered %d; write the credentials as https://USER:PASSWORD@HOST/…", e.status)
	default:
		return fmt.Sprintf("answered %d", e.status)
	}
}

func (e *refusalError) temporary() bool {
	return e.status >= 500 || e.status == http.StatusTooManyRequests
}

// unreached returns why there is no answer, without the URL, which may contain a secret.
func unreached(err error, timeout time.Duration) error {
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return fmt.Errorf("no answer within %s", timeout)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return errors.New("its certificate is not trusted")
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("%s: %w", operation.Op, operation.Err)
	}
	return errors.New("the connection failed, or the answer is not HTTP")
}
