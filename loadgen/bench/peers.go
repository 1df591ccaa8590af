package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay/internal/peak"
)

// body is what the peers send: a code of the usual length.
const body = `{"appId":"fc2183741419665349","code":"1drac2l7scWpTtetZtF4tA02llZegeLbJSxTYTUG6MmjBA2L3xewOk7IjSqY72ZNDsvWKU0r2EdLKcLqS82g0EKnDgE0uSu1REmvFpPIF8Y="}`

// A peer is a load generator with one kind of work.
type peer struct {
	Name    string
	Work    string // peers are compared within a kind of work
	program string
	lasting time.Duration
	args    func() ([]string, error)
	// count reads the number of exchanges from the output.
	count func(stdout []byte) (int, error)
}

// The kinds of work.
const (
	fast      = "as fast as it goes, nginx"
	paced     = "paced, nginx"
	punctual  = "paced at 5 000/s, nginx" // by punctualRate
	attacking = "as fast as it goes, nginx, both by vegeta's Attacker"
	reference = "as fast as it goes, reference platform"
)

// punctualRate is the rate of the runs whose lateness is compared with that of a bare sleep, per second.
const punctualRate = 5000

// pacedLonger is the factor by which paced runs last longer. They make few exchanges per second, so that the cost of the start
// would count.
const pacedLonger = 4

// all returns every peer, installed or not.
func (b *bench) all() []peer {
	long := pacedLonger * b.lasting
	seconds, longer := strconv.Itoa(int(b.lasting.Seconds())), strconv.Itoa(int(long.Seconds()))
	connections := strconv.Itoa(b.connections)
	attack := filepath.Join(b.dir, "vegeta")
	return append([]peer{
		{"assay", fast, b.assay, b.lasting, b.assayArgs("nginx.yaml", "max", b.lasting, "--in-flight", connections), sentByAssay},
		{"wrk", fast, "wrk", b.lasting, b.wrkArgs(seconds, connections), matched(`(\d+) requests in`)},
		{"vegeta", fast, attack, b.lasting, b.vegetaArgs("0", seconds, "-workers", connections, "-max-workers", connections), b.sentByVegeta},
		{"hey", fast, "hey", b.lasting, words("-z", seconds+"s", "-c", connections, "-m", "POST", "-T", "application/json", "-d", body, b.url), matched(`\[200\]\s+(\d+) responses`)},
		{"k6", fast, "k6", b.lasting, b.k6Args(seconds, connections), matched(`http_reqs\D*: (\d+)`)},
		{"assay --engine vegeta", attacking, b.assay, b.lasting, b.assayArgs("nginx.yaml", "max", b.lasting, "--in-flight", connections, "--engine", "vegeta"), sentByAssay},
		{"vegeta", attacking, attack, b.lasting, b.vegetaArgs("0", seconds, "-workers", connections, "-max-workers", connections), b.sentByVegeta},
		{"assay paced", paced, b.assay, long, b.assayArgs("nginx.yaml", strconv.Itoa(b.paced)+"/s", long), sentByAssay},
		{"vegeta paced", paced, attack, long, b.vegetaArgs(strconv.Itoa(b.paced), longer), b.sentByVegeta},
		{"assay", punctual, b.assay, b.lasting, b.assayArgs("nginx.yaml", strconv.Itoa(punctualRate)+"/s", b.lasting), sentByAssay},
		{"assay HTTP/2", punctual, b.assay, b.lasting, b.assayArgs(http2Target, strconv.Itoa(punctualRate)+"/s", b.lasting), sentByAssay},
		{sleeping, punctual, b.sleeper(), b.lasting, words("-sleep", strconv.Itoa(punctualRate), "-duration", b.lasting.String()), sentByAssay},
		{"assay reference", reference, b.assay, b.lasting, b.assayArgs(b.reference, "max", b.lasting, "--in-flight", connections), sentByAssay},
	}, b.overTLS()...)
}

// sleeping is the peer that sends nothing.
const sleeping = "clock_nanosleep alone"

// sleeper is the program that only sleeps: this one; empty where the system has no such sleep.
func (b *bench) sleeper() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	return b.itself
}

// A measurement is one run of a peer.
type measurement struct {
	Exchanges int     `json:"exchanges"`
	PerSecond float64 `json:"exchangesPerSecond"`
	CPU       float64 `json:"cpuMicrosecondsPerExchange"`
	MaxRSS    int64   `json:"maxRSSBytes"`
	// Late is by how much exchanges were late at p99, in seconds; 0 where the generator does not say, or has no schedule.
	Late float64 `json:"latenessP99,omitempty"`
}

// measure runs a peer once.
func (b *bench) measure(ctx context.Context, p peer) (measurement, error) {
	args, err := p.args()
	if err != nil {
		return measurement{}, err
	}
	command := exec.CommandContext(ctx, p.program, args...)
	command.Dir = b.dir
	if command.Path, err = absolute(p.program); err != nil {
		return measurement{}, err
	}
	began := time.Now()
	stdout, err := command.Output()
	took := time.Since(began)
	// assay exits with 3 because it is the bottleneck, as intended here.
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) && failed.ExitCode() == 3 {
		err = nil
	}
	if err != nil {
		return measurement{}, fmt.Errorf("%w: %.300s", err, stdout)
	}
	count, err := p.count(stdout)
	if err != nil || count == 0 {
		return measurement{}, fmt.Errorf("no exchanges: %w: %.300s", err, stdout)
	}
	cpu := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return measurement{Exchanges: count, PerSecond: float64(count) / min(took, p.lasting).Seconds(),
		CPU: float64(cpu.Nanoseconds()) / 1e3 / float64(count), MaxRSS: peak.Of(command.ProcessState), Late: lateIn(stdout)}, nil
}

// lateIn is the lateness at p99 that a report says, in seconds; 0 where the output is no report.
func lateIn(stdout []byte) float64 {
	var report struct{ Lateness struct{ P99 float64 } }
	if json.Unmarshal(stdout, &report) != nil {
		return 0
	}
	return report.Lateness.P99
}

func words(args ...string) func() ([]string, error) {
	return func() ([]string, error) { return args, nil }
}

func (b *bench) assayArgs(target, rate string, lasting time.Duration, more ...string) func() ([]string, error) {
	args := []string{"load", "--target", target, "--rate", rate, "--duration", lasting.String(), "--warm-up", "0s",
		"--users", "1", "--mix", "login=1", "--json", "--quiet", "--out", filepath.Join(b.dir, "out")}
	if target == b.reference {
		args[10] = "1000"
	}
	return words(append(args, more...)...)
}

func sentByAssay(stdout []byte) (int, error) {
	var report struct {
		Exchanges struct{ Sent, Accepted int }
	}
	if err := json.Unmarshal(stdout, &report); err != nil {
		return 0, err
	}
	if report.Exchanges.Accepted != report.Exchanges.Sent {
		return 0, fmt.Errorf("%d of %d exchanges were accepted", report.Exchanges.Accepted, report.Exchanges.Sent)
	}
	return report.Exchanges.Sent, nil
}

func (b *bench) wrkArgs(seconds, connections string) func() ([]string, error) {
	return b.wrkAt(b.url, seconds, connections)
}

func (b *bench) wrkAt(url, seconds, connections string) func() ([]string, error) {
	return func() ([]string, error) {
		script := "wrk.method = 'POST'\nwrk.body = '" + body + "'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.headers['Authorization'] = 'Bearer benchmark'\n"
		path := filepath.Join(b.dir, "wrk.lua")
		return []string{"-t1", "-c" + connections, "-d" + seconds + "s", "-s", path, url}, os.WriteFile(path, []byte(script), 0o600)
	}
}

func (b *bench) vegetaArgs(rate, seconds string, more ...string) func() ([]string, error) {
	return b.vegetaAt(b.url, rate, seconds, more...)
}

func (b *bench) vegetaAt(url, rate, seconds string, more ...string) func() ([]string, error) {
	return func() ([]string, error) {
		target := "POST " + url + "\nContent-Type: application/json\nAuthorization: Bearer benchmark\n@" + filepath.Join(b.dir, "body.json") + "\n"
		args := append([]string{"attack", "-targets", filepath.Join(b.dir, "targets"), "-rate", rate, "-duration", seconds + "s",
			"-output", filepath.Join(b.dir, "vegeta.bin")}, more...)
		return args, errors.Join(os.WriteFile(filepath.Join(b.dir, "targets"), []byte(target), 0o600),
			os.WriteFile(filepath.Join(b.dir, "body.json"), []byte(body), 0o600))
	}
}

// sentByVegeta counts the successful results that vegeta wrote.
func (b *bench) sentByVegeta([]byte) (count int, err error) {
	file, err := os.Open(filepath.Join(b.dir, "vegeta.bin"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }() // the file was only read
	decode := vegeta.NewDecoder(file)
	for result := (vegeta.Result{}); ; result = (vegeta.Result{}) {
		switch err := decode(&result); {
		case errors.Is(err, io.EOF):
			return count, nil
		case err != nil:
			return count, err
		case result.Code == 200:
			count++
		}
	}
}

func (b *bench) k6Args(seconds, connections string) func() ([]string, error) {
	return func() ([]string, error) {
		script := fmt.Sprintf(`import http from 'k6/http';
export const options = {vus: %s, duration: '%ss'};
const params = {headers: {'Content-Type': 'application/json', Authorization: 'Bearer benchmark'}};
export default function () { http.post(%q, %q, params); }
`, connections, seconds, b.url, body)
		path := filepath.Join(b.dir, "k6.js")
		return []string{"run", "--quiet", path}, os.WriteFile(path, []byte(script), 0o600)
	}
}

// matched returns a function that reads a number from the output.
func matched(pattern string) func([]byte) (int, error) {
	number := regexp.MustCompile(pattern)
	return func(stdout []byte) (int, error) {
		found := number.FindSubmatch(stdout)
		if found == nil {
			return 0, fmt.Errorf("no %s in the output", pattern)
		}
		return strconv.Atoi(string(found[1]))
	}
}
