package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/unified-login/assay/internal/peak"
)

// A scaled is a run at a limit of a machine, or of what one process has.
type scaled struct {
	name, asked string
	after       time.Duration // of the target's answers; 0 for the reference platform
	listen      string        // the target's address
	scheme      string        // instead of http
	resolve     string        // the addresses of a name that the target has; empty where it is known by its address
	// within are the commands that a shell runs before it becomes assay. $target is a command that starts the target.
	within string
	rate   string
	lasts  time.Duration
	more   []string
	note   string // a word of the reasons and notes that are shown beside the first reason
}

// elsewhere is an address in a network namespace of its own.
const elsewhere = "127.0.0.1:18090"

// quota makes the shell a member of a control group with a fifth of a CPU: of version 2 where it is mounted, or of version 1.
const quota = `group=/sys/fs/cgroup/assay-bench-$$
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  echo +cpu > /sys/fs/cgroup/cgroup.subtree_control; mkdir $group; echo "20000 100000" > $group/cpu.max
else
  group=/sys/fs/cgroup/cpu/assay-bench-$$; mkdir $group; echo 100000 > $group/cpu.cfs_period_us; echo 20000 > $group/cpu.cfs_quota_us
fi
echo $$ > $group/cgroup.procs
`

func (b *bench) scaled() []scaled {
	const loopback = "127.0.0.1:0"
	return []scaled{
		{name: "20 000 in flight, HTTP/2", asked: "10 000/s, answers after 2 s", after: 2 * time.Second, listen: loopback, scheme: "h2c", rate: "10000/s", lasts: 8 * time.Second, more: []string{"--in-flight", "25000"}},
		{name: "19 000 in flight, HTTP/1.1", asked: "9 500/s, answers after 2 s", after: 2 * time.Second, listen: loopback, rate: "9500/s", lasts: 8 * time.Second, more: []string{"--in-flight", "25000"}},
		{name: "few files", asked: "2 000/s, answers after 2 s, `ulimit -n 1000`", after: 2 * time.Second, listen: loopback, within: "ulimit -n 1000", rate: "2000/s", lasts: 6 * time.Second},
		{name: "few ports", asked: "1 000/s, answers after 1 s, a network namespace with 500 ports", after: time.Second, listen: elsewhere,
			within: `ip link set lo up; echo "40000 40499" > /proc/sys/net/ipv4/ip_local_port_range; timeout 60 $target > /dev/null 2>&1 &`,
			rate:   "1000/s", lasts: 6 * time.Second, more: []string{"--wait", "10s"}},
		{name: "0.2 of a CPU", asked: "4 000/s, a control group with that quota", after: time.Millisecond, listen: loopback, within: quota, rate: "4000/s", lasts: 6 * time.Second, note: "quota"},
		{name: "IPv6 alone", asked: "1 000/s to an address of IPv6", after: time.Millisecond, listen: "[::1]:0", rate: "1000/s", lasts: 4 * time.Second},
		{name: "a name with three addresses", asked: "1 000/s, one of the addresses takes no connections", after: time.Millisecond, listen: "127.0.0.1:0,127.0.0.2", resolve: "127.0.0.1,127.0.0.2,127.0.0.3", rate: "1000/s", lasts: 4 * time.Second, note: "address"},
		{name: "100 000 users", asked: "2 000/s for 210 s, `--users 100000`, the reference platform, which signs a token for each", rate: "2000/s", lasts: 210 * time.Second, more: []string{"--users", "100000"}},
	}
}

// scale runs assay at each limit once, and shows the results.
func (b *bench) scale(ctx context.Context, w io.Writer) error {
	found := scales{figures: figuresOf(0)}
	for _, one := range b.scaled() {
		result, err := b.runScaled(ctx, one)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		found.Rows = append(found.Rows, scaleRow{one.name, one.asked, result})
		_, _ = fmt.Fprintf(w, "%-28s %s\n%28s %s\n", one.name, one.asked, "", result)
	}
	return save(b.json, found)
}

// scales are the results of the runs at limits.
type scales struct {
	figures
	Rows []scaleRow `json:"rows"`
}

type scaleRow struct {
	Name   string `json:"name"`
	Asked  string `json:"asked"`
	Result string `json:"result"`
}

// markdown has a row for each run, as docs/load.md shows them.
func (s *scales) markdown() string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "At `%s`:\n\n| | asked for | result |\n| --- | --- | --- |\n", s.Commit)
	for _, row := range s.Rows {
		_, _ = fmt.Fprintf(&b, "| %s | %s | %s |\n", row.Name, row.Asked, row.Result)
	}
	return b.String()
}

// runScaled makes a run, and returns its result.
func (b *bench) runScaled(ctx context.Context, one scaled) (string, error) {
	target := b.reference
	if one.after > 0 {
		url, stop, err := b.startSlow(ctx, one)
		if err != nil {
			return "", err
		}
		defer stop()
		b.url, b.transport = strings.Replace(url, "http", cmp.Or(one.scheme, "http"), 1), ""
		if _, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":"); one.resolve != "" {
			b.url, b.transport = "http://target.test:"+port, fmt.Sprintf("transport: {resolve: ['target.test:%s:%s']}\n", port, one.resolve)
		}
		if err := b.writeTarget(); err != nil {
			return "", err
		}
		target = "nginx.yaml"
	}
	program, err := absolute(b.assay)
	if err != nil {
		return "", err
	}
	args, err := b.assayArgs(target, one.rate, one.lasts, one.more...)()
	if err != nil {
		return "", err
	}
	shell := append([]string{"sh", "-e", "-c", one.within + "\nexec \"$@\"", "sh", program}, args...)
	if one.listen == elsewhere {
		shell = append([]string{"unshare", "--net"}, shell...)
	}
	command := exec.CommandContext(ctx, shell[0], shell[1:]...)
	command.Dir = b.dir
	command.Env = append(os.Environ(), fmt.Sprintf("target=%s -slow %s -after %s", b.itself, one.listen, one.after))
	stdout, err := command.Output()
	failed := (*exec.ExitError)(nil)
	if errors.As(err, &failed) && failed.ExitCode() != 2 {
		err = nil // a verdict
	}
	if err != nil {
		return "", fmt.Errorf("%w: %.300s", err, stdout)
	}
	return one.result(stdout, peak.Of(command.ProcessState))
}

// startSlow starts the target of a run. That of a network namespace is started there.
func (b *bench) startSlow(ctx context.Context, one scaled) (url string, stop func(), err error) {
	if one.listen == elsewhere {
		return "http://" + elsewhere, func() {}, nil
	}
	command := exec.CommandContext(ctx, b.itself, "-slow", one.listen, "-after", one.after.String())
	stdout, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	stop = func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait() // it was told to end
	}
	if err != nil {
		stop()
	}
	return strings.TrimSpace(line), stop, err
}

// result is a report in a line.
func (s scaled) result(text []byte, peak int64) (string, error) {
	var report struct {
		Outcome        string
		Reasons, Notes []string
		Exchanges      struct{ Sent, Accepted int }
		Lateness       struct{ P99 float64 }
		Generator      struct{ Connections int }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return "", err
	}
	connections := thousands(float64(report.Generator.Connections)) + " connections"
	if report.Generator.Connections == 1 {
		connections = "one connection"
	}
	result := fmt.Sprintf("%s of %s accepted on %s, %s ms late at p99, %d MiB", thousands(float64(report.Exchanges.Accepted)),
		thousands(float64(report.Exchanges.Sent)), connections, threeDigits(1e3*report.Lateness.P99), peak>>20)
	if report.Outcome != "pass" {
		result += "; `" + report.Outcome + "`"
	}
	for i, text := range slices.Concat(report.Reasons, report.Notes) {
		if about := s.note != "" && strings.Contains(text, s.note); about || i == 0 && len(report.Reasons) > 0 {
			result += ": " + text
		}
	}
	return result, nil
}
