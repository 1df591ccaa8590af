package assay

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSLO(t *testing.T) {
	tests := map[string]SLO{
		"p99<50ms":             {Metric: MetricP99, Operator: "<", Bound: 0.05, Expression: "p99<50ms"},
		" p999 <= 1m30s ":      {Metric: MetricP999, Operator: "<=", Bound: 90, Expression: "p999<=1m30s"},
		"p50<1.5s":             {Metric: MetricP50, Operator: "<", Bound: 1.5, Expression: "p50<1.5s"},
		"p90<250us":            {Metric: MetricP90, Operator: "<", Bound: 0.00025, Expression: "p90<250us"},
		"p95<1h":               {Metric: MetricP95, Operator: "<", Bound: 3600, Expression: "p95<1h"},
		"max<=2s":              {Metric: MetricMax, Operator: "<=", Bound: 2, Expression: "max<=2s"},
		"mean<20ms":            {Metric: MetricMean, Operator: "<", Bound: 0.02, Expression: "mean<20ms"},
		"login.p99<50ms":       {Scope: ScopeLogin, Metric: MetricP99, Operator: "<", Bound: 0.05, Expression: "login.p99<50ms"},
		"peak/login.p99<50ms":  {Stage: "peak", Scope: ScopeLogin, Metric: MetricP99, Operator: "<", Bound: 0.05, Expression: "peak/login.p99<50ms"},
		"peak-2/p50<50ms":      {Stage: "peak-2", Metric: MetricP50, Operator: "<", Bound: 0.05, Expression: "peak-2/p50<50ms"},
		"b/throughput>=400/s":  {Stage: "b", Metric: MetricThroughput, Operator: ">=", Bound: 400, Expression: "b/throughput>=400/s"},
		"all.errors<1%":        {Scope: ScopeAll, Metric: MetricErrors, Operator: "<", Bound: 0.01, Expression: "all.errors<1%"},
		"refusals.errors<1%":   {Scope: ScopeRefusals, Metric: MetricErrors, Operator: "<", Bound: 0.01, Expression: "refusals.errors<1%"},
		"phone.errors<=0":      {Scope: ScopePhone, Metric: MetricErrors, Operator: "<=", Expression: "phone.errors<=0"},
		"refusals.mean<1s":     {Scope: ScopeRefusals, Metric: MetricMean, Operator: "<", Bound: 1, Expression: "refusals.mean<1s"},
		"all.max<2s":           {Scope: ScopeAll, Metric: MetricMax, Operator: "<", Bound: 2, Expression: "all.max<2s"},
		"errors<0.1%":          {Metric: MetricErrors, Operator: "<", Bound: 0.001, Expression: "errors<0.1%"},
		"errors <= 0.5 %":      {Metric: MetricErrors, Operator: "<=", Bound: 0.005, Expression: "errors<=0.5 %"},
		"errors<0.001":         {Metric: MetricErrors, Operator: "<", Bound: 0.001, Expression: "errors<0.001"},
		"errors<=0":            {Metric: MetricErrors, Operator: "<=", Expression: "errors<=0"},
		"errors<=0%":           {Metric: MetricErrors, Operator: "<=", Expression: "errors<=0%"},
		"throughput>=400/s":    {Metric: MetricThroughput, Operator: ">=", Bound: 400, Expression: "throughput>=400/s"},
		"throughput>400":       {Metric: MetricThroughput, Operator: ">", Bound: 400, Expression: "throughput>400"},
		"throughput >= 6000/m": {Metric: MetricThroughput, Operator: ">=", Bound: 100, Expression: "throughput>=6000/m"},
	}
	for text, want := range tests {
		got, err := ParseSLO(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
		if again, err := ParseSLO(got.String()); err != nil || again != got {
			t.Errorf("%q does not parse again: %v, %v", got, again, err)
		}
	}
}

func TestParseSLOErrors(t *testing.T) {
	const known = "; use one of p50, p90, p95, p99, p999, max, mean, errors and throughput"
	tests := map[string]string{
		"":                    " is not a service level; write it like p99<50ms",
		"p99":                 " is not a service level; write it like p99<50ms",
		"p99 50ms":            " is not a service level; write it like p99<50ms",
		"p99≤50ms":            " is not a service level; write it like p99<50ms",
		"p98<50ms":            ` has an unknown metric; use one of p50, p90, p95, p99, p999, max, mean, errors and throughput`,
		"P99<50ms":            ` has an unknown metric; did you mean "p99"?`,
		"p99.9<50ms":          ` has an unknown metric; did you mean "p999"?`,
		"logins.p99<50ms":     ` has the unknown scope logins; use login, phone, refusals or all, as in login.p99<50ms`,
		"login.p98<50ms":      ` has an unknown metric; use one of p50, p90, p95, p99, p999, max, mean, errors and throughput`,
		"/p99<50ms":           ` has "" for the name of a stage; use a letter and then at most 31 letters, digits, _ and -`,
		"1/p99<50ms":          ` has "1" for the name of a stage; use a letter and then at most 31 letters, digits, _ and -`,
		"p é/p99<50ms":        ` has "p é" for the name of a stage; use a letter and then at most 31 letters, digits, _ and -`,
		"peak/p98<50ms":       ` has an unknown metric; use one of p50, p90, p95, p99, p999, max, mean, errors and throughput`,
		"peak/a/p99<50ms":     ` has an unknown metric; use one of p50, p90, p95, p99, p999, max, mean, errors and throughput`,
		".p99<50ms":           ` has an unknown metric; did you mean "p99"?`,
		"login.throughput>9":  " is about the throughput of a part of the run, which depends on the mix; write it like throughput>=400/s",
		"login.p99>50ms":      " holds when answers are slow; write it like p99<50ms",
		"error<=1%":           ` has an unknown metric; did you mean "errors"?`,
		"trhoughput>400":      ` has an unknown metric; did you mean "throughput"?`,
		"<50ms":               " has an unknown metric" + known,
		"latency<50ms":        " has an unknown metric" + known,
		"p99=50ms":            " has the operator =; use < or <=, as in p99<50ms",
		"p99=<50ms":           " has the operator =<; use < or <=, as in p99<50ms",
		"p99<<50ms":           " has the operator <<; use < or <=, as in p99<50ms",
		"p99>50ms":            " holds when answers are slow; write it like p99<50ms",
		"mean>=50ms":          " holds when answers are slow; write it like mean<50ms",
		"errors>0.1%":         " holds when exchanges fail; write it like errors<0.1%",
		"throughput<400/s":    " holds when little gets through; write it like throughput>=400/s",
		"throughput<=400":     " holds when little gets through; write it like throughput>=400/s",
		"throughput==400":     " has the operator ==; use > or >=, as in throughput>=400/s",
		"p99<50":              " has no unit; write it like p99<50ms",
		"max<0.05":            " has no unit; write it like max<50ms",
		"p99<":                " does not end with a duration; write it like p99<50ms",
		"p99<50 ms":           " does not end with a duration; write it like p99<50ms",
		"p99<fast":            " does not end with a duration; write it like p99<50ms",
		"p99<50ms<60ms":       " does not end with a duration; write it like p99<50ms",
		"p99<50ms,max<1s":     " does not end with a duration; write it like p99<50ms",
		"p99<0s":              " can never hold; write it like p99<50ms",
		"p99<=-5ms":           " can never hold; write it like p99<50ms",
		"p99<0":               " can never hold; write it like p99<50ms",
		"errors<few":          " does not end with a share; write it like errors<0.1%",
		"errors<":             " does not end with a share; write it like errors<0.1%",
		"errors<1e-3":         " does not end with a share; write it like errors<0.1%",
		"errors<NaN":          " does not end with a share; write it like errors<0.1%",
		"errors<0.1%%":        " does not end with a share; write it like errors<0.1%",
		"errors<1":            " lets every exchange fail; did you mean errors<1%?",
		"login.errors <= 2.5": " lets every exchange fail; did you mean login.errors<=2.5%?",
		"errors<100":          " lets every exchange fail; write a share below 1 or 100%, like errors<0.1%",
		"errors<100%":         " lets every exchange fail; write a share below 1 or 100%, like errors<0.1%",
		"errors<0":            " can never hold; write errors<=0 for none",
		"errors<0%":           " can never hold; write errors<=0 for none",
		"errors<=-1%":         " can never hold; write errors<=0 for none",
		"throughput>=":        " does not end with a rate; write it like throughput>=400/s",
		"throughput>=much":    " does not end with a rate; write it like throughput>=400/s",
		"throughput>=0":       " does not end with a rate; write it like throughput>=400/s",
		"throughput>=-4/s":    " does not end with a rate; write it like throughput>=400/s",
		"throughput>=400/h":   " does not end with a rate; write it like throughput>=400/s",
		"throughput>1e3":      " does not end with a rate; write it like throughput>=400/s",
		"throughput>99999999": " does not end with a rate; write it like throughput>=400/s",
	}
	for text, want := range tests {
		_, err := ParseSLO(text)
		checkParseError(t, text, err, want)
	}
}

func TestSLOHolds(t *testing.T) {
	tests := []struct {
		expression string
		observed   float64
		want       bool
	}{
		{"p99<50ms", 0.0499, true}, {"p99<50ms", 0.05, false}, {"p99<50ms", 0.051, false}, {"p99<=50ms", 0.05, true}, {"p99<=50ms", 0.0501, false},
		{"errors<0.1%", 0, true}, {"errors<0.1%", 0.001, false}, {"errors<=0", 0, true}, {"errors<=0", 1e-9, false},
		{"throughput>400", 400, false}, {"throughput>400", 400.1, true}, {"throughput>=400", 400, true}, {"throughput>=400", 399.9, false},
		{"throughput>=400", math.NaN(), false}, {"p99<50ms", math.NaN(), false}, {"p99<50ms", math.Inf(1), false},
	}
	for _, test := range tests {
		slo, err := ParseSLO(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := slo.Holds(test.observed); got != test.want {
			t.Errorf("%s holds of %v: %v", slo, test.observed, got)
		}
	}
	if (SLO{}).Holds(0) {
		t.Error("the zero value holds")
	}
}

func TestSLOMinSamples(t *testing.T) {
	tests := map[string]int{
		"p50<1s": 20, "p90<1s": 100, "p95<1s": 200, "p99<1s": 1000, "p999<1s": 10_000, "max<1s": 100, "mean<1s": 100, "throughput>1": 100,
		"errors<=0": 100, "errors<10%": 100, "errors<0.1%": 1000, "errors<0.3%": 334, "errors<0.02%": 5000, "errors<0.0000000001%": 1_000_000,
	}
	for expression, want := range tests {
		slo, err := ParseSLO(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := slo.MinSamples(); got != want {
			t.Errorf("%s needs %d samples, want %d", slo, got, want)
		}
	}
}

func TestMetricQuantile(t *testing.T) {
	want := map[Metric]float64{MetricP50: 0.5, MetricP90: 0.9, MetricP95: 0.95, MetricP99: 0.99, MetricP999: 0.999}
	for _, metric := range Metrics() {
		if got := metric.Quantile(); got != want[metric] {
			t.Errorf("%s is the quantile %v, want %v", metric, got, want[metric])
		}
	}
}

func TestSLOWhole(t *testing.T) {
	slo, err := ParseSLO("peak/login.p99<50ms")
	want, _ := ParseSLO("login.p99<50ms")
	if err != nil || slo.Whole() != want || want.Whole() != want {
		t.Errorf("%+v, %v; want %+v", slo.Whole(), err, want)
	}
}
