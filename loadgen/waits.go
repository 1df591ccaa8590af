package loadgen

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// waits are how long the system has kept this process from running so far. They are 0 where it does not say.
type waits struct {
	queued    time.Duration // the sum of its threads, ready to run, for a CPU
	throttled time.Duration // the quota of its cgroup, and of those above
	periods   int64         // of a quota in which it was throttled
}

func (w waits) minus(o waits) waits {
	return waits{max(0, w.queued-o.queued), max(0, w.throttled-o.throttled), max(0, w.periods-o.periods)}
}

// mostThreads bounds what one reading costs.
const mostThreads = 512

// A waitReader reads the waits of this process from the files of Linux. It is safe for concurrent use.
type waitReader struct {
	system fs.FS // with proc and sys/fs/cgroup; any other system has neither

	mu      sync.Mutex
	threads map[string]time.Duration // as last read
	queued  time.Duration            // of all threads, those included that are over
	stats   []string                 // the cpu.stat files of the cgroup and those above; nil before the first reading
}

func newWaitReader() *waitReader { return &waitReader{system: os.DirFS("/")} }

// read returns the waits so far.
func (r *waitReader) read() (now waits) {
	if r == nil {
		return waits{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readThreads()
	now.queued = r.queued
	if r.stats == nil {
		r.stats = r.cgroups()
	}
	for _, name := range r.stats {
		members := r.members(name)
		now.periods += members["nr_throttled"]
		now.throttled += time.Duration(members["throttled_usec"])*time.Microsecond + time.Duration(members["throttled_time"]) // v2, v1
	}
	return now
}

// readThreads adds what the threads waited since the last reading. The file schedstat of the process itself is about its first
// thread only.
func (r *waitReader) readThreads() {
	const folder = "proc/self/task"
	entries, err := fs.ReadDir(r.system, folder)
	if err != nil {
		return
	}
	threads := make(map[string]time.Duration, len(entries))
	for _, entry := range entries[:min(len(entries), mostThreads)] {
		text, err := fs.ReadFile(r.system, path.Join(folder, entry.Name(), "schedstat"))
		fields := strings.Fields(string(text)) // time on a CPU, time in a run queue, both in nanoseconds, and time slices
		if err != nil || len(fields) < 2 {
			continue // the thread is over
		}
		waited, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			continue
		}
		threads[entry.Name()] = time.Duration(waited)
		r.queued += max(0, time.Duration(waited)-r.threads[entry.Name()])
	}
	r.threads = threads
}

// cgroups are the cpu.stat files that may speak of a quota: of the process's cgroup and of every one above it. In a container,
// only some of these can be seen.
func (r *waitReader) cgroups() []string {
	files := []string{}
	text, _ := fs.ReadFile(r.system, "proc/self/cgroup") // empty where the system has no such file
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, own, _ := strings.Cut(rest, ":")
		var mounts []string
		switch {
		case controllers == "":
			mounts = []string{"", "unified"}
		case strings.Contains(","+controllers+",", ",cpu,"):
			mounts = []string{controllers}
		}
		for _, mount := range mounts {
			for dir := path.Clean("/" + own); ; dir = path.Dir(dir) {
				name := path.Join("sys/fs/cgroup", mount, dir, "cpu.stat")
				if _, err := fs.Stat(r.system, name); err == nil {
					files = append(files, name)
				}
				if dir == "/" {
					break
				}
			}
		}
	}
	return files
}

// members reads a file with a name and a number on every line.
func (r *waitReader) members(name string) map[string]int64 {
	text, _ := fs.ReadFile(r.system, name)
	members := map[string]int64{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), " ")
		if number, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64); err == nil {
			members[key] = number
		}
	}
	return members
}
