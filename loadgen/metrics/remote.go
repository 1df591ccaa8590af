package metrics

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/unified-login/assay/internal/streams"
)

// A remote is a receiver of Prometheus remote write, version 1.0. It gets classic buckets only: most receivers have native
// histograms disabled and would refuse the whole push.
//
// client_golang/exp/api/remote does not fit: it has no message of version 1.0; it always retries, and waits as long as the
// receiver's Retry-After says; its error for an answer is a text that repeats the body, without the status as a value.
type remote struct {
	gatherer prometheus.Gatherer
	url      *url.URL
	shown    string
	client   *http.Client
	labels   model.Metric // of every series
}

func newRemote(gatherer prometheus.Gatherer, address *url.URL, instance string, timeout time.Duration) remote {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = 64 << 10
	transport.HTTP2 = streams.Bounded()
	return remote{
		gatherer: gatherer, url: address, shown: Shown(address),
		labels: model.Metric{model.JobLabel: "assay", model.InstanceLabel: model.LabelValue(instance)},
		client: &http.Client{Transport: transport, Timeout: timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// send posts an encoded push.
func (r remote) send(ctx context.Context, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("not a valid URL")
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", "snappy")
	request.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	request.Header.Set("User-Agent", "assay")
	response, err := r.client.Do(request)
	if err != nil {
		return unreached(err, r.client.Timeout)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusSwitchingProtocols { // what follows that may never end, and follows no time limit
		_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection can be reused
	}
	if response.StatusCode/100 != 2 {
		return &refusalError{response.StatusCode}
	}
	return nil
}

// encode returns a push with the current values of all series.
func (r remote) encode(now time.Time) ([]byte, error) {
	families, err := r.gatherer.Gather()
	if err != nil {
		return nil, err
	}
	samples, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{Timestamp: model.TimeFromUnixNano(now.UnixNano())}, families...)
	if err != nil {
		return nil, err
	}
	var request []byte
	for _, sample := range samples {
		maps.Copy(sample.Metric, r.labels)
		request = appendMessage(request, 1, series(sample))
	}
	return snappy.Encode(nil, request), nil
}

// A push needs only these fields of the messages of prometheus/prompb, a package with many dependencies.
//
//	WriteRequest { repeated TimeSeries timeseries = 1 }
//	TimeSeries   { repeated Label labels = 1; repeated Sample samples = 2 }
//	Label        { string name = 1; string value = 2 }
//	Sample       { double value = 1; int64 timestamp = 2 }

// series is a TimeSeries with one sample. Receivers require sorted labels.
func series(sample *model.Sample) []byte {
	var message []byte
	for _, name := range slices.Sorted(maps.Keys(sample.Metric)) {
		var label []byte
		label = appendMessage(label, 1, []byte(name))
		label = appendMessage(label, 2, []byte(sample.Metric[name]))
		message = appendMessage(message, 1, label)
	}
	var point []byte
	point = protowire.AppendTag(point, 1, protowire.Fixed64Type)
	point = protowire.AppendFixed64(point, math.Float64bits(float64(sample.Value)))
	point = protowire.AppendTag(point, 2, protowire.VarintType)
	point = protowire.AppendVarint(point, uint64(sample.Timestamp))
	return appendMessage(message, 2, point)
}

// appendMessage appends a field of type bytes: a string or a nested message.
func appendMessage(to []byte, field protowire.Number, contents []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), contents)
}
