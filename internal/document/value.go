package document

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/words"
)

// Value parses a scalar that is written as a string, or as a number that should be one, and reports the error of parse,
// which completes "NAME VALUE ...". It returns false when the value is absent, blank, a list or a mapping, or not what
// parse accepts.
func Value[T any](d *Document, n *Node, parse func(text string) (T, error)) (value T, ok bool) {
	if n.IsBlank() {
		return value, false
	}
	value, err := parse(n.Text())
	if err == nil {
		return value, true
	}
	if _, written := parse(n.raw); written != nil {
		err = written // this one cannot show what a variable holds
	}
	d.Reject(n, "%s", err)
	return value, false
}

// Duration reads the member at path as a duration from least to most; 0 when it is absent.
func (d *Document) Duration(path string, least, most time.Duration) time.Duration {
	n := d.Find(path)
	if n == nil || n.shape != scalar || strings.TrimSpace(n.raw) == "" {
		return 0
	}
	value, err := time.ParseDuration(n.Text())
	switch {
	case words.IsTooLong(n.Text()):
		d.Reject(n, "is too long; use one like 30s, 5m or 1h30m")
	case err != nil:
		d.Reject(n, "is not a duration; %s", durationAdvice(n.raw))
	case value < least && least > 0:
		d.Reject(n, "is not positive; remove it if nothing is declared")
	case value < least:
		d.Reject(n, "is negative; write 0s for none")
	case value > most:
		d.Reject(n, "is longer than the maximum of %s; write a shorter one", words.Duration(most))
	}
	return value
}

// spelledDuration matches how people write durations that Go does not read: 5 minutes, 1 day, 300.
var spelledDuration = regexp.MustCompile(`^(\d+) *([a-z]*)$`)

// durationAdvice is the duration that text probably means, or else examples.
func durationAdvice(text string) string {
	const examples = "use one like 30s, 5m or 1h30m"
	match := spelledDuration.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if match == nil {
		return examples
	}
	number, spelled := match[1], strings.TrimSuffix(match[2], "s")
	unit := map[string]string{
		"": "s", "msec": "ms", "millisecond": "ms", "m": "m", "sec": "s", "second": "s", "min": "m", "minute": "m", "hr": "h",
		"hour": "h", "h": "h",
	}[spelled]
	if match[2] == "ms" {
		unit = "ms"
	}
	if count, err := strconv.Atoi(number); err == nil && (match[2] == "d" || spelled == "day") {
		number, unit = strconv.Itoa(count*24), "h"
	}
	if _, err := time.ParseDuration(number + unit); unit == "" || err != nil { // a million years are out of range too
		return examples
	}
	return "write " + number + unit
}

// URL parses an absolute http or https URL without user name, password and fragment; nil when n is absent, blank or
// something else. The parser's own errors repeat the URL, so that they are not passed on.
func (d *Document) URL(n *Node) *url.URL { return d.URLOf(n, n.Text()) }

// URLOf is [Document.URL] for what was written at n, in another form.
func (d *Document) URLOf(n *Node, written string) *url.URL {
	if strings.TrimSpace(written) == "" {
		return nil
	}
	parsed, err := url.Parse(written)
	switch {
	case !strings.HasPrefix(strings.ToLower(written), "http://") && !strings.HasPrefix(strings.ToLower(written), "https://"):
		d.Reject(n, "does not begin with http:// or https://; write the whole URL")
	case err != nil || parsed.Hostname() == "" || !portValid(parsed.Port()):
		d.Reject(n, "is not a valid URL; use one like https://api.acme.example")
	case parsed.User != nil:
		d.Report(n, "%s contains a user name; remove the part before the @", n.path)
	case strings.Contains(written, "#"):
		d.Report(n, "%s has a fragment, which is never sent; remove the # and what follows", n.path)
	default:
		return parsed
	}
	return nil
}

func portValid(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && number > 0
}
