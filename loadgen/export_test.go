package loadgen

import "time"

// CPUNow is the CPU time that this process has used so far.
func CPUNow() time.Duration { return currentUsage().cpu }
