package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

func TestExecAnswers(t *testing.T) {
	host := startDriver(t, "good", nil)
	if reply := drivertest.Ask(t, host, assay.HostRequest{ID: 7, Op: assay.OpHello}); reply.Hello == nil || reply.ID != 7 {
		t.Errorf("hello: %+v", reply)
	}
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			reply, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin, AppID: fmt.Sprint(i)})
			if want := fmt.Sprintf(`{"appid":"%d"}`, i); err != nil || string(reply.Callbacks[0].Detail) != want {
				t.Errorf("request %d: %+v, %v", i, reply, err)
			}
		})
	}
	group.Wait()
	if err := host.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "driver: login: the driver was closed")
	if err := host.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestExecMatchesRepliesByID(t *testing.T) {
	host := startDriver(t, "reversed", nil)
	var group sync.WaitGroup
	for _, app := range []string{"a", "b"} {
		group.Go(func() {
			reply, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin, AppID: app})
			if want := `{"appid":"` + app + `"}`; err != nil || string(reply.Callbacks[0].Detail) != want {
				t.Errorf("%s: %+v, %v", app, reply, err)
			}
		})
	}
	group.Wait()
}

func TestExecPassesOnTheDriversErrors(t *testing.T) {
	host := startDriver(t, "blank", nil)
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpExpire, Code: "the canary"})
	drivertest.WantDriverError(t, err, "driver: expire: no such code: [secret]")
	if failed, ok := errors.AsType[*assay.DriverError](err); !ok || !failed.Said {
		t.Errorf("%v is not the driver's own error", err)
	}
	_, err = host.Ask(t.Context(), assay.HostRequest{Op: assay.OpGray})
	drivertest.WantUnsupported(t, err, "no grayscale here")
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpAdvance, Seconds: 1}) // the driver lives on
}

func TestExecReportsProtocolViolations(t *testing.T) {
	for behaviour, want := range map[string]string{
		"rubbish":  `the driver wrote "listening on port 3000" instead of a JSON object; write only replies to standard output`,
		"html":     "the driver wrote a reply in HTML",
		"cut":      "the driver wrote a reply that is not JSON from byte 25 of 25 on",
		"type":     `the driver wrote a reply whose member "pat" does not have the protocol's type`,
		"nul":      "the driver wrote a reply with a NUL byte at byte 2 of 8; encode it as UTF-8",
		"latin":    "the driver wrote a reply that is not UTF-8 from byte 22 of 24 on",
		"talks":    "the driver wrote a reply whose unsupported has 65537 bytes; say why in one line",
		"crowded":  "the driver wrote a reply of more than 200000 members; mint no more codes than asked for",
		"unasked":  "the driver wrote a reply to 99, which is not the id of a request",
		"idless":   "the driver wrote a reply without the id of its request",
		"timeless": "the driver wrote a reply whose expiresAt is not a time; write it like 2026-01-31T12:00:00Z",
		"long":     "the driver wrote a line of more than 4 MiB; end each reply with a line break",
		"dying":    `the driver has died: exit status 3; standard error: "Error: no simulator for [secret]"`,
		"midline":  "the driver has died: exit status 3",
		"stdout":   "the driver has closed its standard output",
	} {
		t.Run(behaviour, func(t *testing.T) {
			host := startDriver(t, behaviour, nil)
			for range 2 { // it is not restarted, and every Ask names the cause
				_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
				drivertest.WantDriverError(t, err, want)
				if strings.Contains(err.Error(), "13800001111") {
					t.Errorf("a phone in %q", err)
				}
			}
			if err := host.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
}

// waitFor is a writer that signals when a text was written.
type waitFor struct {
	text string
	seen chan struct{}
	all  bytes.Buffer
}

func newWaitFor(text string) *waitFor { return &waitFor{text: text, seen: make(chan struct{})} }

func (w *waitFor) Write(text []byte) (int, error) {
	before := strings.Contains(w.all.String(), w.text)
	w.all.Write(text)
	if !before && strings.Contains(w.all.String(), w.text) {
		close(w.seen)
	}
	return len(text), nil
}

func TestExecReportsClosedInput(t *testing.T) {
	stderr := newWaitFor("closed")
	host := startDriver(t, "stdin", stderr)
	<-stderr.seen
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "the driver has closed its standard input")
}

func TestExecDeliversAReplyBeforeDeath(t *testing.T) {
	host := startDriver(t, "gasping", nil)
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpLogin, AppID: "a"})
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "the driver has died: exit status 3")
}

func TestExecHonoursTheContext(t *testing.T) {
	stderr := newWaitFor("heard")
	host := startDriver(t, "silent", stderr)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-stderr.seen
		cancel()
	}()
	_, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "driver: login: not answered: context canceled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not wrap the context's error", err)
	}
}

func TestExecLimitsEveryAnswer(t *testing.T) {
	host := startDriver(t, "silent", nil)
	host.limits = limits{start: time.Nanosecond, ask: 2 * time.Nanosecond}
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpHello})
	drivertest.WantDriverError(t, err, "driver: hello: no answer within 1ns")
	_, err = host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "driver: login: no answer within 2ns")
}

func TestExecLimitsAreConfigured(t *testing.T) {
	t.Setenv(behaviourVariable, "silent")
	t.Setenv("GORACE", noExitSleep)
	self, _ := os.Executable()
	host, err := Exec(ExecConfig{Command: []string{self}, StartLimit: time.Nanosecond, AskLimit: 2 * time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = host.Close() }()
	if want := (limits{time.Nanosecond, 2 * time.Nanosecond}); host.limits != want {
		t.Errorf("limits %v, want %v", host.limits, want)
	}
	if other := startDriver(t, "silent", nil); other.limits != (limits{startLimit, askLimit}) {
		t.Errorf("default limits %v", other.limits)
	}
}

func TestExecIgnoresALateReply(t *testing.T) {
	stderr := newWaitFor("held")
	host := startDriver(t, "late", stderr)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-stderr.seen
		cancel()
	}()
	if _, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpLogin, AppID: "a"}); err == nil {
		t.Fatal("the first request was answered")
	}
	reply := drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpLogin, AppID: "b"})
	if got := string(reply.Callbacks[0].Detail); got != `{"appid":"b"}` {
		t.Errorf("the second request was answered by %s", got)
	}
}

func TestCloseKillsADriverThatStays(t *testing.T) {
	host := startDriver(t, "deaf", nil)
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpHello})
	host.grace = time.Millisecond
	err := host.Close()
	if err == nil || !strings.Contains(err.Error(), "did not exit within 1ms of its input closing, and was killed") {
		t.Errorf("Close = %v", err)
	}
}

// startParent starts a driver that starts a process, and returns the connection that the process opens.
func startParent(t *testing.T, behaviour string) (*Process, net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	t.Setenv(addressVariable, listener.Addr().String())
	host := startDriver(t, behaviour, nil)
	child, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return host, child
}

func TestNoProcessIsLeftBehind(t *testing.T) {
	for name, end := range map[string]func(*Process){
		"close": func(p *Process) { _ = p.Close() },
		"death": func(p *Process) { _ = p.command.Process.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			host, grandchild := startParent(t, "parent")
			defer func() { _ = grandchild.Close() }()
			end(host)
			// The connection ends when the grandchild ends.
			if _, err := grandchild.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !strings.Contains(fmt.Sprint(err), "reset") {
				t.Errorf("read: %v", err)
			}
			<-host.gone
		})
	}
}

func TestExecPassesOnStandardError(t *testing.T) {
	var log bytes.Buffer
	host := startDriver(t, "dying", &log)
	if _, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin}); err == nil {
		t.Fatal("a dead driver answered")
	}
	_ = host.Close()
	if got := strings.Count(log.String(), "\n"); got != 2 {
		t.Errorf("the log has %d lines:\n%s", got, &log)
	}
}

func TestExecCannotStart(t *testing.T) {
	for want, config := range map[string]ExecConfig{
		"the driver's command is empty":               {},
		`cannot start "no-such-driver"`:               {Command: []string{"no-such-driver", "--token=canary"}},
		`cannot start "./driver": `:                   {Command: []string{"./driver"}, Dir: t.TempDir()},
		`cannot start "true": stat /no/such/folder: `: {Command: []string{"true"}, Dir: "/no/such/folder"},
	} {
		_, err := Exec(config)
		drivertest.WantDriverError(t, err, want)
	}
}

func TestExecStartsInItsDirectory(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "driver")); err != nil {
		t.Fatal(err)
	}
	t.Setenv(behaviourVariable, "good")
	t.Setenv("GORACE", noExitSleep)
	host, err := Exec(ExecConfig{Command: []string{"./driver"}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpHello})
	if err := host.Close(); err != nil {
		t.Error(err)
	}
}

// A reply that has arrived counts, even if the driver is found dead at the same moment.
func TestExecReturnsTheLastReply(t *testing.T) {
	for range 500 {
		p := &Process{
			lines: make(chan line), dead: make(chan struct{}), limits: limits{startLimit, askLimit},
			waiting: map[int]waiter{}, givenUp: map[int]struct{}{},
		}
		go func() {
			<-p.lines
			_ = p.deliver(assay.HostReply{ID: 1, OK: true})
			p.end("the driver has died")
		}()
		drivertest.Ask(t, p, assay.HostRequest{Op: assay.OpAdvance})
	}
}
