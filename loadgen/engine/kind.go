package engine

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
)

// A Kind says how requests are sent.
type Kind string

// The kinds of engines.
const (
	// Auto is Lean where that speaks to all servers, and Vegeta otherwise.
	Auto Kind = "auto"
	// Lean sends over connections of its own, at the lowest cost.
	Lean Kind = "lean"
	// Vegeta sends by vegeta's Attacker over net/http: also through proxies.
	Vegeta Kind = "vegeta"
)

// Kinds are the names of the kinds, in the order in which they are shown.
func Kinds() []string { return []string{string(Auto), string(Lean), string(Vegeta)} }

// ParseKind reads the name of a kind.
func ParseKind(name string) (Kind, error) {
	switch kind := Kind(name); kind {
	case Auto, Lean, Vegeta:
		return kind, nil
	default:
		return "", phrase.Failed(phrase.EngineUnknown, strconv.Quote(name), Kinds())
	}
}

// notLean says why a server cannot be reached with lean connections; empty if it can.
func notLean(route *reach.Route, server *url.URL) string {
	if proxy, err := route.ProxyOf(server); proxy != "" || err != nil {
		return "is reached through a proxy"
	}
	return ""
}

// Check returns an error for a kind that does not speak to one of the API servers.
func Check(kind Kind, servers []string, route *reach.Route) error {
	for _, server := range servers {
		address, err := url.Parse(server)
		if err != nil {
			return fmt.Errorf("API server: %w", err)
		}
		if why := notLean(route, address); kind == Lean && why != "" {
			return fmt.Errorf("engine lean does not reach %s, which %s; use the engine vegeta or auto", address.Redacted(), why)
		}
	}
	return nil
}

// Dispatch returns what serves the arrivals of a run: for Vegeta vegeta's Attacker, and a pool of workers otherwise. The engine has
// decided.
func Dispatch[W workers.Hitter](e Engine, options workers.Options[W]) workers.Dispatcher[W] {
	if e.Kind() == Vegeta {
		return workers.NewAttack(options)
	}
	return workers.New(options)
}

// Warm opens the socket of a connection for the first exchange, which follows soon.
func Warm(c Connection, timeout time.Duration) error {
	if shared, is := c.(*httpConnection); is {
		return shared.warm(timeout)
	}
	return c.Dial(timeout)
}
