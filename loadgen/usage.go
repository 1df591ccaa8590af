package loadgen

import "time"

// A usage is what this process has used so far.
type usage struct {
	cpu    time.Duration // user and system
	maxRSS int64         // bytes; 0 where the system does not say
}
