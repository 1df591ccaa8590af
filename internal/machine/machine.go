// Package machine describes this machine, for the report of a measurement: what it is made of, and not whose it is.
package machine

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"

	"github.com/unified-login/assay/internal/cgroup"
)

// A Description says what a machine is made of. What the system does not say is zero.
type Description struct {
	CPU    string  // the model
	Cores  int     // that the process sees
	Quota  float64 // CPUs that a control group allows; 0 where none limits them
	Memory int64   // bytes that the machine has, or a control group allows
	Kernel string  // its release
	OS     string
	Arch   string
	Go     string // the version of Go
}

// Describe describes this machine.
func Describe() Description {
	d := describe(os.DirFS("/"))
	if limit := cgroup.Memory(); limit > 0 && (d.Memory == 0 || limit < d.Memory) {
		d.Memory = limit
	}
	return d
}

// longest bounds a text of the system.
const longest = 100

func describe(system fs.FS) Description {
	d := Description{Cores: runtime.NumCPU(), Quota: cgroup.CPUs(system), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
	d.CPU = first(system, "proc/cpuinfo", "model name", "Model", "Processor", "cpu model")
	kilobytes, _, _ := strings.Cut(first(system, "proc/meminfo", "MemTotal"), " ")
	if n, err := strconv.ParseInt(kilobytes, 10, 64); err == nil && n > 0 {
		d.Memory = n << 10
	}
	release, _ := fs.ReadFile(system, path.Join("proc/sys/kernel", "osrelease"))
	d.Kernel = short(string(release))
	return d
}

// first is the value of the first line of a file that has one of the names before a colon; empty without one.
func first(system fs.FS, file string, names ...string) string {
	text, err := fs.ReadFile(system, file)
	if err != nil {
		return ""
	}
	for _, name := range names {
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			key, value, found := strings.Cut(lines.Text(), ":")
			if found && strings.TrimSpace(key) == name {
				return short(value)
			}
		}
	}
	return ""
}

// short is a text without space around it, of a bounded length.
func short(text string) string {
	text = strings.TrimSpace(text)
	return strings.ToValidUTF8(text[:min(len(text), longest)], "")
}
