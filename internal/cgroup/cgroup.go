// Package cgroup tells how much memory, and how many CPUs, the control groups of Linux allow this process, as those of a container do.
package cgroup

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Memory is the most memory that the control groups of this process allow, in bytes; 0 where nothing limits it.
func Memory() int64 { return memory(os.DirFS("/")) }

// memory reads the least limit of the groups that the process is in, of either version. In a container, the name of its group may
// be that outside, where its files are at the root.
func memory(root fs.FS) int64 {
	var least int64
	each(root, "memory", func(group string, unified bool) {
		file := "memory.limit_in_bytes"
		if unified {
			file = "memory.max"
		}
		if limit := limitIn(root, path.Join(group, file)); limit > 0 && (least == 0 || limit < least) {
			least = limit
		}
	})
	return least
}

// CPUs is how many CPUs the control groups of this process allow, as the system's files say; 0 where nothing limits them.
func CPUs(root fs.FS) (least float64) {
	each(root, "cpu", func(group string, unified bool) {
		var quota, period int64
		if unified {
			text, _ := fs.ReadFile(root, path.Join(group, "cpu.max")) // "max 100000", or "150000 100000"
			fields := strings.Fields(string(text))
			if len(fields) != 2 {
				return
			}
			quota, period = number(fields[0]), number(fields[1])
		} else {
			quota, period = limitIn(root, path.Join(group, "cpu.cfs_quota_us")), limitIn(root, path.Join(group, "cpu.cfs_period_us"))
		}
		if quota <= 0 || period <= 0 {
			return
		}
		if allowed := float64(quota) / float64(period); least == 0 || allowed < least {
			least = allowed
		}
	})
	return least
}

// each calls do for every folder that may limit what a controller controls: of the process's own group, and of every one above it. unified
// says that it is of version 2.
func each(root fs.FS, controller string, do func(group string, unified bool)) {
	groups, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return // no Linux
	}
	for line := range strings.Lines(string(groups)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // a number, the controllers, the group
		if len(fields) != 3 {
			continue
		}
		mounts := []string{"sys/fs/cgroup", "sys/fs/cgroup/unified"}
		switch {
		case fields[1] == "":
		case slices.Contains(strings.Split(fields[1], ","), controller):
			mounts = []string{"sys/fs/cgroup/" + fields[1], "sys/fs/cgroup/" + controller}
		default:
			continue
		}
		for _, mount := range mounts {
			for group := path.Clean("/" + fields[2]); ; group = path.Dir(group) {
				do(path.Join(mount, group), fields[1] == "")
				if group == "/" {
					break
				}
			}
		}
	}
}

// number reads a number; 0 for anything else.
func number(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// limitIn reads a limit; 0 where nothing is limited.
func limitIn(root fs.FS, name string) int64 {
	const unlimited = 1 << 60 // version 1 has a large number instead of "max"
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0
	}
	limit := number(string(text))
	if limit <= 0 || limit >= unlimited {
		return 0
	}
	return limit
}
