package loadgen

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// currentUsage reads the usage of this process; it is zero where the system does not say.
func currentUsage() usage {
	process := windows.CurrentProcess()
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(process, &created, &exited, &kernel, &user) != nil {
		return usage{}
	}
	return usage{cpu: lengthOf(kernel) + lengthOf(user), maxRSS: peakWorkingSet(process)}
}

// lengthOf converts a length of time, which Windows counts in units of 100 ns.
func lengthOf(t windows.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}

// memoryCounters is PROCESS_MEMORY_COUNTERS of psapi.h.
type memoryCounters struct {
	size, pageFaults   uint32
	peakWorkingSetSize uintptr
	_                  [7]uintptr
}

func peakWorkingSet(process windows.Handle) int64 {
	counters := memoryCounters{size: uint32(unsafe.Sizeof(memoryCounters{}))}
	read := windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")
	if ok, _, _ := read.Call(uintptr(process), uintptr(unsafe.Pointer(&counters)), uintptr(counters.size)); ok == 0 {
		return 0
	}
	return int64(counters.peakWorkingSetSize)
}
