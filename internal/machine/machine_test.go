package machine

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

func TestDescribe(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"proc/cpuinfo": "processor\t: 0\nmodel name\t: Some(R) CPU @ 2.20GHz\n\nprocessor\t: 1\nmodel name\t: another\n",
		"proc/meminfo": "MemTotal:       16384000 kB\nMemFree: 1 kB\n", "proc/sys/kernel/osrelease": "6.1.0-13-amd64\n",
		"proc/sys/kernel/hostname": "secret-host\n", "proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	want := Description{CPU: "Some(R) CPU @ 2.20GHz", Cores: runtime.NumCPU(), Quota: 1.5, Memory: 16384000 << 10, Kernel: "6.1.0-13-amd64",
		OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
	if got := describe(files); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := describe(fstest.MapFS{}); got.CPU != "" || got.Memory != 0 || got.Quota != 0 || got.Cores < 1 {
		t.Errorf("no files: %+v", got)
	}
	files["proc/cpuinfo"].Data = []byte("model name: " + strings.Repeat("x", 5000))
	if got := describe(files).CPU; len(got) > longest {
		t.Errorf("a model of %d bytes", len(got))
	}
}

// Nothing says on which host, or for whom it runs.
func TestDescribeNamesNobody(t *testing.T) {
	d := Describe()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{d.CPU, d.Kernel, d.OS, d.Arch, d.Go} {
		if text == host {
			t.Errorf("%+v has the host's name %q", d, host)
		}
	}
}
