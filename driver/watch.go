package driver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/unified-login/assay/internal/redact"
)

// drainGrace is how long what an exited driver has written may take to be read. It counts only where a process that
// has left the group still holds a pipe open.
const drainGrace = time.Second

// watch starts what lives as long as the child: a writer, two readers, and what sees to its end.
func (p *Process) watch() {
	go p.write()
	var readers sync.WaitGroup
	readers.Go(p.read)
	readers.Go(func() { _, _ = io.Copy(p.words, p.stderr) }) // ends with the pipe, whatever ends it
	go func() {
		_ = p.command.Wait() // how it went is in ProcessState
		close(p.reaped)
		p.kill() // what it has left behind
		deadline := time.Now().Add(drainGrace)
		_ = p.stdout.SetReadDeadline(deadline)
		_ = p.stderr.SetReadDeadline(deadline)
		readers.Wait()
		p.end(p.withLastWords("the driver has died: " + p.command.ProcessState.String()))
		_ = p.stdin.Close()
		_ = p.stdout.Close()
		_ = p.stderr.Close()
		close(p.gone)
	}()
}

// end makes every present and later Ask fail for the given reason. The first reason stays.
func (p *Process) end(why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why != "" {
		return
	}
	p.why = why
	close(p.dead)
}

// withLastWords adds what the driver said of its trouble on standard error.
func (p *Process) withLastWords(why string) string {
	if last := p.words.String(); last != "" {
		return why + "; its last words: " + redact.Quote(last, redact.MaxProse)
	}
	return why
}

func (p *Process) kill() { killGroup(p.command.Process) }

// abandon ends a driver that cannot be talked to any more, and kills it.
func (p *Process) abandon(why string) {
	p.end(p.withLastWords(why))
	p.kill()
}

// lost is for a pipe that has closed: mostly the child is about to exit, which then says more.
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
		if err == nil && !p.deliver(reply) {
			err = fmt.Errorf("a reply to %d, which was not asked", reply.ID)
			if reply.ID == 0 {
				err = errors.New("a reply without the id of its request")
			}
		}
		if err != nil {
			p.abandon(fmt.Sprintf("the driver wrote %v; its standard output is for replies only", err))
			return
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		p.abandon(fmt.Sprintf("the driver wrote a line of more than %d MiB", maxLine>>20))
		return
	}
	p.lost("output")
}

// wholeLines is [bufio.ScanLines] without a last line that has no end: a driver that died in the middle of a reply is
// reported as having died.
func wholeLines(data []byte, atEOF bool) (advance int, line []byte, err error) {
	if atEOF && !bytes.Contains(data, []byte{'\n'}) {
		return len(data), nil, nil
	}
	return bufio.ScanLines(data, atEOF)
}
