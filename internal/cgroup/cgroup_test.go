package cgroup

import (
	"testing"
	"testing/fstest"
)

func TestMemory(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"no Linux":  {nil, 0},
		"no groups": {map[string]string{"proc/self/cgroup": ""}, 0},
		"version 2": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "1000\n"}, 1000},
		"version 2, an outer group": {map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "900\n",
		}, 900},
		"version 2, in a container": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "800\n"}, 800},
		"version 1": {map[string]string{
			"proc/self/cgroup": "3:cpu,cpuacct:/c\n2:memory:/a\n0::/\n",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes": "700\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, 700},
		"version 1, in a container": {map[string]string{
			"proc/self/cgroup": "2:memory:/docker/0a1b\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "600\n",
		}, 600},
		"no limit":    {map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, 0},
		"not numbers": {map[string]string{"proc/self/cgroup": "0::/a\nx\n\n", "sys/fs/cgroup/a/memory.max": "-5\n"}, 0},
	} {
		files := fstest.MapFS{}
		for path, text := range test.files {
			files[path] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := memory(files); got != test.want {
			t.Errorf("%s: %d, not %d", name, got, test.want)
		}
	}
}

func TestCPUs(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  float64
	}{
		"no Linux":  {nil, 0},
		"version 2": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "150000 100000\n"}, 1.5},
		"version 2, an outer group": {map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n", "sys/fs/cgroup/a/cpu.max": "50000 100000\n",
		}, 0.5},
		"version 1": {map[string]string{
			"proc/self/cgroup": "3:cpu,cpuacct:/c\n2:memory:/a\n", "sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_quota_us": "400000\n",
			"sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_period_us": "100000\n",
		}, 4},
		"version 1, no limit": {map[string]string{
			"proc/self/cgroup": "3:cpu:/c\n", "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu/c/cpu.cfs_period_us": "100000\n",
		}, 0},
		"not numbers": {map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "many of\n"}, 0},
	} {
		files := fstest.MapFS{}
		for path, text := range test.files {
			files[path] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := CPUs(files); got != test.want {
			t.Errorf("%s: %g, not %g", name, got, test.want)
		}
	}
}
