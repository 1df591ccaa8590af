package power

import (
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"sync/atomic"
	"testing"

	"github.com/unified-login/assay"
)

// TestOneRunOfAJob: those who share a pool and have the same job share one run, and each gets its result; another seed is another job.
func TestOneRunOfAJob(t *testing.T) {
	var ran atomic.Int64
	pool := NewPool(t.Context(), nil, nil)
	pool.start = func() (*worker, error) { return echoing(t, &ran), nil }
	jobs := []job{{Seed: 1}, {Seed: 1}, {Seed: 2}, {Seed: 1, Fault: "json-bom"}}
	for range 2 {
		results := make(chan numbered, len(jobs))
		if err := pool.distribute(t.Context(), jobs, results, func() {}); err != nil {
			t.Fatal(err)
		}
		close(results)
		got := map[int]string{}
		for n := range results {
			got[n.i] = n.r.Reasons["job"]
		}
		for i, j := range jobs {
			if got[i] != j.String() {
				t.Errorf("job %d has the result of %q", i, got[i])
			}
		}
	}
	if ran.Load() != 3 {
		t.Errorf("%d runs of 3 jobs", ran.Load())
	}
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
}

// echoing is a worker that counts its jobs and answers with their names.
func echoing(t *testing.T, ran *atomic.Int64) *worker {
	t.Helper()
	jobs, in := io.Pipe()
	out, results := io.Pipe()
	go func() {
		decoder, encoder := json.NewDecoder(jobs), json.NewEncoder(results)
		for {
			var j job
			if decoder.Decode(&j) != nil {
				return
			}
			ran.Add(1)
			_ = encoder.Encode(result{Verdicts: map[string]assay.Verdict{}, Reasons: map[string]string{"job": j.String()}})
		}
	}()
	command := exec.CommandContext(context.Background(), "true")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return &worker{command, in, json.NewEncoder(in), json.NewDecoder(out)}
}
