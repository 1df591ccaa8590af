package power

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/reproduce"
	"github.com/unified-login/assay/suites"
)

// A Reproduction is that of a finding, and the result of running it.
type Reproduction struct {
	Fault       string         `json:"fault,omitempty"`
	Requirement string         `json:"requirement"`
	Endpoint    assay.Endpoint `json:"endpoint,omitempty"`
	Situation   string         `json:"situation,omitempty"`
	Script      string         `json:"script"`
	Server      string         `json:"server"` // as it stands in the script
	// Shown says that the fault showed, and Said what was printed.
	Shown   bool    `json:"shown"`
	Said    string  `json:"said"`
	Seconds float64 `json:"seconds"`
}

// targetName is the target file of reproductions, in the directory that they run in.
const targetName = "target.yaml"

// reproduce runs the suite against a fault, narrowed to the requirements that it breaks, and then the first reproduction of
// each of them. That of the other endpoint is run where it differs in more than the endpoint.
func (b bench) reproduce(ctx context.Context, implementation *reference.Reference, raw assay.Host, config suites.Config, j job) (r result, err error) {
	fault, err := faults.Find(j.Fault)
	if err != nil {
		return r, err
	}
	config.TargetFlags, config.Only = "--target "+targetName, fault.Trips
	found, err := runSuite(ctx, raw, config)
	if err != nil {
		return r, err
	}
	r = resultOf(found)
	place, remove, err := placeOf(implementation, config.Target.APIServers[0])
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	seen := map[string]bool{}
	for _, one := range firstOf(found, fault, place.server) {
		key := keyOf(one)
		if seen[key] {
			continue
		}
		seen[key] = true
		began := time.Now()
		if one.IsScript() {
			one.Shown, one.Said = place.shell(ctx, one.Script)
		} else if err := b.again(ctx, fault, found, config, &one); err != nil {
			one.Said = err.Error()
		}
		one.Seconds = time.Since(began).Seconds()
		r.Reproductions = append(r.Reproductions, one)
	}
	return r, nil
}

// firstOf lists the first reproduction on each endpoint of each requirement that the fault breaks.
func firstOf(found conformance.Report, fault faults.Fault, server string) []Reproduction {
	var list []Reproduction
	for _, id := range fault.Trips {
		seen := map[assay.Endpoint]bool{}
		requirement, _ := found.Result(id)
		for _, finding := range requirement.Findings {
			if finding.Verdict != "" || seen[finding.Endpoint] {
				continue
			}
			seen[finding.Endpoint] = true
			list = append(list, Reproduction{Fault: fault.Name, Requirement: id, Endpoint: finding.Endpoint, Situation: finding.Situation,
				Script: finding.Reproduce, Server: server})
		}
	}
	return list
}

// again runs a command line of assay test against a new implementation with the fault. Where the line selects what found was
// narrowed to, found is that run.
func (b bench) again(ctx context.Context, fault faults.Fault, found conformance.Report, config suites.Config, one *Reproduction) error {
	only, err := onlyOf(one.Script)
	if err != nil {
		return err
	}
	if !slices.Equal(slices.Sorted(slices.Values(only)), slices.Sorted(slices.Values(fault.Trips))) {
		options := reference.Options{Platform: platform.Config{SigningKey: b.key}}
		if !keepsSigner(fault) {
			b.sign(&options)
		}
		fault.Apply(&options)
		implementation, err := reference.New(options)
		if err != nil {
			return err
		}
		server, stop, err := serve(implementation)
		if err != nil {
			return err
		}
		defer func() { _ = stop() }()
		config.Target, config.Only = implementation.Target(server), only
		if found, err = runSuite(ctx, implementation.Host(), config); err != nil {
			return err
		}
	}
	one.judge(found)
	return nil
}

// judge says whether a report shows the violation.
func (r *Reproduction) judge(found conformance.Report) {
	result, _ := found.Result(r.Requirement)
	r.Shown, r.Said = result.Verdict == result.Requirement().Violated(), string(result.Verdict)+" "+reasonOf(result)
}

// A place is a directory with the target file of an implementation that is being served.
type place struct{ dir, pat, server string }

// placeOf serves the driver of an implementation for other processes.
func placeOf(implementation *reference.Reference, server string) (p place, remove func() error, err error) {
	p = place{server: server, pat: implementation.Target(server).PATs.Valid.Reveal()}
	if p.dir, err = os.MkdirTemp("", "assay-reproduce-*"); err != nil {
		return p, nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return p, nil, errors.Join(err, os.RemoveAll(p.dir))
	}
	driver := &http.Server{Handler: refdriver.Handler(implementation.Host(), ""), ReadHeaderTimeout: time.Minute}
	go func() { _ = driver.Serve(l) }() // ends with Close
	target := filepath.Join(p.dir, targetName)
	err = errors.Join(implementation.WriteTarget(target, server, "http://"+l.Addr().String(), ""), withoutSeal(target))
	return p, func() error { return errors.Join(driver.Close(), os.RemoveAll(p.dir)) }, err
}

// withoutSeal leaves the codes to the driver: many faults have others than the sealed ones.
func withoutSeal(target string) error {
	text, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	lines := slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool { return strings.HasPrefix(line, "  seal: ") })
	return os.WriteFile(target, []byte(strings.Join(lines, "\n")), 0o600)
}

// onlyOf reads the requirements of a command line.
func onlyOf(line string) (ids []string, err error) {
	words := strings.Fields(line)
	at := slices.Index(words, "--only")
	if !strings.HasPrefix(line, "assay test --target "+targetName) || at < 0 || at+1 == len(words) {
		return nil, fmt.Errorf("%q is not a command line of assay test", line)
	}
	return strings.Split(strings.Trim(words[at+1], "'"), ","), nil
}

// shell runs a script. It says what the script printed, and how it ended unless it could tell.
func (p place) shell(ctx context.Context, script string) (shown bool, said string) {
	const most = time.Minute
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", script)
	command.Dir = p.dir
	command.Env = append(os.Environ(), "PAT="+p.pat, "API="+p.server)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	said = strings.TrimSpace(out.String())
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		return false, said
	} else if err != nil {
		return false, fmt.Sprintf("%s (%v)", said, err)
	}
	return true, said
}

// Reproduce runs the reproductions of faults against them, in worker processes, and every one that differs from the others
// against the reference.
func Reproduce(ctx context.Context, options Options) (onFaults, onReference []Reproduction, err error) {
	list := options.Faults
	if list == nil {
		list = faults.All()
	}
	var jobs []job
	for _, fault := range list {
		jobs = append(jobs, job{Fault: fault.Name, Seed: options.Seed, Reproduce: true})
	}
	results := make([]result, len(jobs))
	if err := options.run(ctx, jobs, func(i int, r result) { results[i] = r }); err != nil {
		return nil, nil, err
	}
	for i, r := range results {
		if r.Error != "" {
			err = errors.Join(err, fmt.Errorf("%s: %s", jobs[i], r.Error))
		}
		onFaults = append(onFaults, r.Reproductions...)
	}
	if err != nil {
		return nil, nil, err
	}
	onReference, err = reproduceOnReference(ctx, onFaults, options.Seed)
	return onFaults, onReference, err
}

// reproduceOnReference runs each different script once, and all command lines as one.
func reproduceOnReference(ctx context.Context, all []Reproduction, seed uint64) ([]Reproduction, error) {
	b, err := newBench()
	if err != nil {
		return nil, err
	}
	implementation, err := reference.New(reference.Options{Platform: platform.Config{SigningKey: b.key}})
	if err != nil {
		return nil, err
	}
	server, stop, err := serve(implementation)
	if err != nil {
		return nil, err
	}
	defer func() { _ = stop() }()
	place, remove, err := placeOf(implementation, server)
	if err != nil {
		return nil, err
	}
	defer func() { _ = remove() }()
	seen := map[string]bool{}
	var done, lines []Reproduction
	var only []string
	for _, one := range all {
		key := keyOf(one)
		if seen[key] {
			continue
		}
		seen[key] = true
		if one.IsScript() {
			began := time.Now()
			one.Shown, one.Said = place.shell(ctx, one.Script)
			one.Seconds = time.Since(began).Seconds()
			done = append(done, one)
			continue
		}
		ids, err := onlyOf(one.Script)
		if err != nil {
			return nil, err
		}
		lines, only = append(lines, one), append(only, ids...)
	}
	if len(lines) == 0 {
		return done, nil
	}
	found, err := runSuite(ctx, implementation.Host(), suites.Config{Target: implementation.Target(server), Seed: seed, Only: only})
	for _, one := range lines {
		one.judge(found)
		done = append(done, one)
	}
	return done, err
}

// keyOf is what a reproduction has in common with others that do the same, on either endpoint.
func keyOf(one Reproduction) string {
	var lines []string
	for line := range strings.Lines(strings.NewReplacer(one.Server, "", one.Endpoint.Path(), "", "--kind "+string(one.Endpoint), "",
		`"(`+one.Endpoint.Identity()+`)"`, "").Replace(one.Script)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return one.Requirement + "\n" + strings.Join(lines, "")
}

// IsScript reports whether the reproduction is a script, and not the command line alone.
func (r Reproduction) IsScript() bool { return r.Script != reproduce.Command(r.Script) }
