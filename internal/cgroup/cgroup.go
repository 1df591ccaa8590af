// Package cgroup tells how much memory the control groups of Linux allow this process, as those of a container do.
package cgroup

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// Memory is the most memory that the control groups of this process allow, in bytes; 0 where nothing limits it.
func Memory() int64 { return memory(os.DirFS("/")) }

// memory reads the least limit of the groups that the process is in, of either version. In a container, the name of its group may
// be that outside, where its files are at the root.
func memory(root fs.FS) int64 {
	groups, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0 // no Linux
	}
	var least int64
	for line := range strings.Lines(string(groups)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // a number, the controllers, the group
		if len(fields) != 3 {
			continue
		}
		mounts, file := []string{"sys/fs/cgroup", "sys/fs/cgroup/unified"}, "memory.max"
		if fields[1] != "" {
			mounts, file = []string{"sys/fs/cgroup/memory"}, "memory.limit_in_bytes"
		}
		if fields[1] != "" && fields[1] != "memory" {
			continue
		}
		for _, mount := range mounts {
			for group := path.Clean("/" + fields[2]); ; group = path.Dir(group) {
				if limit := limitIn(root, path.Join(mount, group, file)); limit > 0 && (least == 0 || limit < least) {
					least = limit
				}
				if group == "/" {
					break
				}
			}
		}
	}
	return least
}

// limitIn reads a limit; 0 where nothing is limited.
func limitIn(root fs.FS, name string) int64 {
	const unlimited = 1 << 60 // version 1 has a large number instead of "max"
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0
	}
	limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || limit <= 0 || limit >= unlimited {
		return 0
	}
	return limit
}
