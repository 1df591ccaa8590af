package loadgen

import (
	"os"
	"time"

	"github.com/unified-login/assay/loadgen/engine"
)

// CPUNow is the CPU time that this process has used so far.
func CPUNow() time.Duration { return currentUsage().cpu }

// engineVariable is the environment variable that makes the tests use an engine: make test-engines runs them all with each.
const engineVariable = "ASSAY_TEST_ENGINE"

// TestedEngine is the engine of the tests' plans.
func TestedEngine() engine.Kind { return engine.Kind(os.Getenv(engineVariable)) }
