package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/unified-login/assay"
)

// The target has room for some connections, and stalls once. What it counts is the truth.
const (
	roomRate    = 100 // arrivals per second
	roomLasting = 17 * time.Second
	roomStall   = 5 * roomRate // the number of the first request in the stall, which lasts a second
	places      = 40
	unlimited   = 1 << 20
)

// A crampedTarget closes every connection beyond its places at once, and holds what arrives in its stall.
type crampedTarget struct {
	stallingTarget
	places int

	room         sync.Mutex
	open, most   int
	within, past int // connections turned away in the stall, and before or after it
}

// A placedListener accepts connections for a cramped target.
type placedListener struct {
	net.Listener
	target *crampedTarget
}

// Accept implements [net.Listener].
func (l placedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || l.target.enters() {
			return &placedConn{Conn: conn, leave: sync.OnceFunc(l.target.leaves)}, err
		}
		_ = conn.Close() // there is no room for it
	}
}

// A placedConn gives its place back when it is closed.
type placedConn struct {
	net.Conn
	leave func()
}

// Close implements [net.Conn].
func (c *placedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}

func (t *crampedTarget) enters() bool {
	stalls := t.stalls()
	t.room.Lock()
	defer t.room.Unlock()
	if t.open == t.places {
		if stalls {
			t.within++
		} else {
			t.past++
		}
		return false
	}
	t.open++
	t.most = max(t.most, t.open)
	return true
}

func (t *crampedTarget) leaves() {
	t.room.Lock()
	defer t.room.Unlock()
	t.open--
}

// edge is how long after the stall its answers are still under way.
const edge = 100 * time.Millisecond

// stalls reports whether the stall goes on, or has just ended.
func (t *stallingTarget) stalls() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Now().Before(t.until.Add(edge))
}

// A cramped is one run against a cramped target.
type cramped struct {
	name, program string
	before        int // requests before its run
	places        int
	args          func() ([]string, error)
	told          func(stdout []byte) (string, error)
}

func (b *bench) cramped() []cramped {
	shell := func(files int) func() ([]string, error) {
		return func() ([]string, error) {
			program, err := absolute(b.assay)
			if err != nil {
				return nil, err
			}
			args, err := b.assayArgs("nginx.yaml", strconv.Itoa(roomRate)+"/s", roomLasting)()
			return append([]string{"-c", `ulimit -n "$0" && exec "$@"`, strconv.Itoa(files), program}, args...), err
		}
	}
	seconds := strconv.Itoa(int(roomLasting.Seconds()))
	return []cramped{
		{"assay, room for 40", b.assay, 2, places, b.assayArgs("nginx.yaml", strconv.Itoa(roomRate)+"/s", roomLasting), toldByAssay},
		{"vegeta, room for 40", filepath.Join(b.dir, "vegeta"), 0, places, b.vegetaArgs(strconv.Itoa(roomRate), seconds), b.toldByVegeta},
		{"assay, 60 files", "sh", 2, unlimited, shell(60), toldByAssay},
		{"assay, 120 files", "sh", 2, unlimited, shell(120), toldByAssay},
	}
}

// showRoom shows what a target with little room answered and turned away, and what the generators report.
func (b *bench) showRoom(ctx context.Context, w io.Writer) error {
	_, _ = fmt.Fprintf(w, "%d/s for %s, a stall of %s after 5 s\n%-22s %9s %24s %12s   %s\n", roomRate, roomLasting, stall, "",
		"answered", "turned away in the stall", "at any time", "the generator says")
	for i, one := range b.cramped() {
		if _, err := exec.LookPath(one.program); err != nil {
			_, _ = fmt.Fprintf(w, "%-22s not installed\n", one.name)
			continue
		}
		target := &crampedTarget{stallingTarget: stallingTarget{count: -one.before, stallAt: roomStall}, places: one.places}
		told, err := b.runCramped(ctx, i, target)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		_, _ = fmt.Fprintf(w, "%-22s %9d %24d %12d   %s\n", one.name, len(target.held)-one.before, target.within, target.within+target.past, told)
	}
	return nil
}

// runCramped makes the i-th run, against a target of its own.
func (b *bench) runCramped(ctx context.Context, i int, target *crampedTarget) (told string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := http.Server{Handler: target, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(placedListener{l, target}) // until it is closed
	}()
	defer func() {
		_ = server.Close()
		<-served
	}()
	b.url = "http://" + l.Addr().String() + assay.Login.Path()
	one := b.cramped()[i] // its arguments contain the address
	args, err := one.args()
	if err := errors.Join(err, b.writeTarget()); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, one.program, args...)
	command.Dir = b.dir
	if command.Path, err = absolute(one.program); err != nil {
		return "", err
	}
	stdout, err := command.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) && failed.ExitCode() != 2 {
		err = nil // a verdict, most often that errors are too many
	}
	if err != nil {
		return "", fmt.Errorf("%w: %.300s", err, stdout)
	}
	return one.told(stdout)
}

func toldByAssay(stdout []byte) (string, error) {
	var report struct {
		Outcome   string
		Exchanges struct{ Sent, Accepted int }
		Timeline  []struct{ Second, Failed int }
		Generator struct{ Unsent, Short, Connections int }
	}
	if err := json.Unmarshal(stdout, &report); err != nil {
		return "", err
	}
	g := report.Generator
	told := fmt.Sprintf("%s: %d sent, %d accepted, %d unsent, %d waited for a connection, %d connections; failed:", report.Outcome,
		report.Exchanges.Sent, report.Exchanges.Accepted, g.Unsent, g.Short, g.Connections)
	for _, second := range report.Timeline {
		if second.Failed > 0 {
			told += fmt.Sprintf(" %d in second %d", second.Failed, second.Second)
		}
	}
	return told, nil
}

func (b *bench) toldByVegeta(stdout []byte) (string, error) {
	count, err := b.sentByVegeta(stdout)
	return fmt.Sprintf("%d of %d succeeded", count, int(roomLasting.Seconds())*roomRate), err
}
