package arrivals_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay/loadgen/arrivals"
)

// A schedule is a function from the number of an arrival to the moment at which it is due.
func ExampleNew() {
	schedule, err := arrivals.New(arrivals.Ramp, 10, 30, time.Second, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(schedule.Len(), "arrivals, the last one after", schedule.At(schedule.Len()-1).Round(time.Millisecond))
	// Output: 20 arrivals, the last one after 966ms
}

// vegeta's Attacker follows any schedule. Latencies that count from the intended moment include the time that a request
// waited to be sent.
func ExamplePacer() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	schedule, err := arrivals.New(arrivals.Poisson, 200, 0, 100*time.Millisecond, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	pacer := arrivals.NewPacer(schedule)
	targeter := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: server.URL})
	early := 0
	for result := range vegeta.NewAttacker().Attack(targeter, pacer, 0, "example") {
		if result.Timestamp.Before(pacer.Intended(result.Seq)) {
			early++
		}
	}
	fmt.Println(early, "requests were sent early")
	// Output: 0 requests were sent early
}

// Two machines that follow one shard each send the whole schedule.
func ExampleShard() {
	whole, err := arrivals.New(arrivals.Constant, 4, 0, time.Second, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 2 {
		shard := arrivals.Shard(whole, i, 2)
		fmt.Println(shard.At(0), shard.At(1))
	}
	// Output:
	// 0s 500ms
	// 250ms 750ms
}
