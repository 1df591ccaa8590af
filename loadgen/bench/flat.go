package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/unified-login/assay/internal/peak"
)

// flat runs assay against the reference platform for a long time and shows its resident memory, which should not grow with
// the length of the run.
func (b *bench) flat(ctx context.Context, w io.Writer) error {
	arguments, err := b.assayArgs(b.reference, strconv.Itoa(b.paced)+"/s", b.lasting, "--mix", "login=0.9,phone=0.1,replay=0.05,race=0.01", "--slo", "p99<1s")()
	if err != nil {
		return err
	}
	program, err := absolute(b.assay)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = b.dir
	var stdout bytes.Buffer
	command.Stdout = &stdout
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	tick := time.NewTicker(b.lasting / samples)
	defer tick.Stop()
	_, _ = fmt.Fprintf(w, "%d/s for %s\n%10s %14s\n", b.paced, b.lasting, "after", "resident MiB")
	found := memories{figures: figuresOf(b.lasting), Rate: b.paced}
	for began := time.Now(); ; {
		select {
		case <-tick.C:
			resident, err := residentOf(command.Process.Pid)
			if err == nil { // otherwise the process has just ended
				found.add(float64(resident) / (1 << 20))
				_, _ = fmt.Fprintf(w, "%10s %14.1f\n", time.Since(began).Round(time.Second), float64(resident)/(1<<20))
			}
		case failed := <-ended:
			if err := showOutcome(w, stdout.Bytes(), command.ProcessState); err != nil {
				return errors.Join(failed, err)
			}
			found.Peak = float64(peak.Of(command.ProcessState)) / (1 << 20)
			return save(b.json, found)
		}
	}
}

// memories are how much memory a run had.
type memories struct {
	figures
	Rate  int     `json:"rate"`     // exchanges a second
	Least float64 `json:"leastMiB"` // resident, of the values that are shown
	Most  float64 `json:"mostMiB"`
	Peak  float64 `json:"peakMiB"` // at any time
}

func (m *memories) add(resident float64) {
	if m.Most = max(m.Most, resident); m.Least == 0 || resident < m.Least {
		m.Least = resident
	}
}

// showOutcome writes the outcome of a run that has ended.
func showOutcome(w io.Writer, text []byte, ended *os.ProcessState) error {
	var report struct {
		Outcome   string
		Reasons   []string
		Exchanges struct{ Sent int }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s %q, %d exchanges, at most %.1f MiB\n", report.Outcome, report.Reasons, report.Exchanges.Sent,
		float64(peak.Of(ended))/(1<<20))
	return err
}

// samples is how many values are shown.
const samples = 20

// residentOf is the resident memory of a process, in bytes.
func residentOf(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0, errors.New("the system does not report resident memory")
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize()), err
}
