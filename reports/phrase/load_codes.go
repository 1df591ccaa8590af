package phrase

// Where a load run had too few codes or connections.
const (
	CodesAwaited Key = "load.codes-awaited" // exchanges, mean time
	CodesAged    Key = "load.codes-aged"    // exchanges, mean time, codes
	LateShort    Key = "load.late-short"    // time, percentile, exchanges
)

func ofLoadCodes() map[Key]Text {
	return map[Key]Text{
		CodesAwaited: counted("%d exchange waited for a code, %s on average: the driver mints too slowly for the rate; lower the rate, or make mint faster",
			"%d exchanges waited for a code, %s on average: the driver mints too slowly for the rate; lower the rate, or make mint faster"),
		CodesAged: counted("%d exchange waited for a code, %s on average, because %d codes were older than half of their lifetime before they were due; "+
			"give codes a longer lifetime, or raise the rate",
			"%d exchanges waited for a code, %s on average, because %d codes were older than half of their lifetime before they were due; "+
				"give codes a longer lifetime, or raise the rate"),
		LateShort: always("exchanges were sent %s late at %s, %d of them because this machine could open no more connections: raise its limits (ulimit -n, ip_local_port_range), or lower the rate"),
	}
}
