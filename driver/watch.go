package driver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/unified-login/assay/internal/redact"
)

// drainGrace is the time to read what an exited driver has written. It matters only if a process that has left the group
// still holds a pipe open.
const drainGrace = time.Second

// watch starts the goroutines that live as long as the child: a writer, two readers, and one that waits for its exit.
func (p *Process) watch() {
	go p.write()
	var readers sync.WaitGroup
	readers.Go(p.read)
	readers.Go(func() { p.tail.drain(p.stderr) }) // ends with the pipe
	go func() {
		_ = p.command.Wait() // the result is in ProcessState
		close(p.reaped)
		p.kill() // the rest of its group
		deadline := time.Now().Add(drainGrace)
		_ = p.stdout.SetReadDeadline(deadline)
		_ = p.stderr.SetReadDeadline(deadline)
		readers.Wait()
		p.end(p.withStderr("the driver has died: " + p.command.ProcessState.String()))
		_ = p.stdin.Close()
		_ = p.stdout.Close()
		_ = p.stderr.Close()
		close(p.gone)
	}()
}

// end makes every present and later Ask fail with the given cause. The first cause stays.
func (p *Process) end(why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why != "" {
		return
	}
	p.why = why
	close(p.dead)
}

// withStderr adds the line of standard error that probably explains why.
func (p *Process) withStderr(why string) string {
	if last := p.tail.String(); last != "" {
		return why + "; standard error: " + redact.Quote(last, redact.MaxProse)
	}
	return why
}

// abandon ends and kills a driver that does not keep to the protocol.
func (p *Process) abandon(why string) {
	p.end(p.withStderr(why))
	p.kill()
}

// lost handles a closed pipe. Usually the child is about to exit, and its status says more.
func (p *Process) lost(what string) {
	timer := time.NewTimer(p.exitGrace)
	defer timer.Stop()
	select {
	case <-p.reaped:
	case <-timer.C:
		p.abandon("the driver has closed its standard " + what)
	}
}

func (p *Process) write() {
	for {
		select {
		case line := <-p.lines:
			p.queue.ask(line.turn)
			if _, err := p.stdin.Write(line.text); err != nil {
				p.lost("input")
				return
			}
		case <-p.dead:
			return
		}
	}
}

func (p *Process) read() {
	lines := bufio.NewScanner(p.stdout)
	lines.Buffer(nil, maxLine)
	lines.Split(wholeLines)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		reply, err := readReply(lines.Bytes())
		if err == nil {
			err = p.deliver(reply)
		}
		if err != nil {
			p.abandon(fmt.Sprintf("the driver wrote %v; write only replies to standard output", err))
			return
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		p.abandon(fmt.Sprintf("the driver wrote a line of more than %d MiB; end each reply with a line break, and mint no more codes than asked for", maxLine>>20))
		return
	}
	p.lost("output")
}

// wholeLines is [bufio.ScanLines] without an unfinished last line: a driver that dies in the middle of a reply is reported
// as dead.
func wholeLines(data []byte, atEOF bool) (advance int, line []byte, err error) {
	if atEOF && !bytes.Contains(data, []byte{'\n'}) {
		return len(data), nil, nil
	}
	return bufio.ScanLines(data, atEOF)
}
