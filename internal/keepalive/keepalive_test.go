package keepalive

import (
	"testing"
	"time"
)

func TestWatch(t *testing.T) {
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	var together, apart, mixed Watch
	for range 100 { // a server that is restarted ends all connections at once
		together.Lost(at(1), at(2))
	}
	for i := range enough {
		if apart.Closes() {
			t.Errorf("%d lost requests were enough", i)
		}
		apart.Lost(at(2*i), at(2*i+1))
		mixed.Lost(at(2*i), at(2*i+1))
		mixed.Answered()
	}
	if together.Closes() || !apart.Closes() || mixed.Closes() {
		t.Errorf("together %v, apart %v, with answers between %v", together.Closes(), apart.Closes(), mixed.Closes())
	}
	var told Watch
	told.Know(0)
	if told.Closes() {
		t.Error("nothing was lost")
	}
	if told.Know(3); !told.Closes() || told.LostInAll() != 3 {
		t.Errorf("closes %v, %d lost in all", told.Closes(), told.LostInAll())
	}
	if together.LostInAll() != 100 {
		t.Errorf("%d lost in all", together.LostInAll())
	}
}
