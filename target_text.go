package assay

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// spelledDuration matches how people write durations that Go does not read: 5 minutes, 1 day, 300.
var spelledDuration = regexp.MustCompile(`^(\d+) *([a-z]*)$`)

var durationUnits = map[string]string{
	"": "s", "msec": "ms", "millisecond": "ms", "sec": "s", "second": "s", "min": "m", "minute": "m", "hr": "h", "hour": "h",
	"h": "h", "m": "m", "s": "s", "ms": "ms",
}

// durationAdvice is the duration that text was probably meant to be, or else examples.
func durationAdvice(text string) string {
	match := spelledDuration.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if match == nil {
		return "it like 30s, 5m or 1h30m"
	}
	number, spelled := match[1], match[2]
	unit := durationUnits[spelled]
	if unit == "" {
		unit = durationUnits[strings.TrimSuffix(spelled, "s")]
	}
	if count, err := strconv.Atoi(number); err == nil && (spelled == "d" || strings.TrimSuffix(spelled, "s") == "day") {
		number, unit = strconv.Itoa(count*24), "h"
	}
	if unit == "" {
		return "it like 30s, 5m or 1h30m"
	}
	return number + unit
}

// url returns the URL that a member gives; it may have a path and a query.
func (r targetReader) url(name string) string {
	n := r.doc.root.find(name)
	parsed := r.parseURL(name, n)
	if parsed == nil {
		return ""
	}
	return n.text()
}

// apiServers returns the base URLs, each without trailing slashes.
func (r targetReader) apiServers() []string {
	n := r.doc.root.find("apiServer")
	if n == nil {
		return nil
	}
	items, numbered := []*node{n}, false
	if n.shape == list {
		items, numbered = n.items, true
	}
	var servers []string
	seen := map[string]bool{}
	for i, item := range items {
		name := "apiServer"
		if numbered {
			name += "[" + strconv.Itoa(i) + "]"
		}
		server := r.apiServer(name, item)
		if server == "" {
			continue
		}
		if seen[server] {
			r.doc.reportNode(item, "%s%s is there twice; name each replica once", name, r.doc.quote("apiServer", item))
		}
		seen[server] = true
		servers = append(servers, server)
	}
	return servers
}

func (r targetReader) apiServer(name string, n *node) string {
	parsed := r.parseURL(name, n)
	if parsed == nil {
		return ""
	}
	if parsed.RawQuery != "" || parsed.ForceQuery {
		r.doc.reportNode(n, "%s has a query; the endpoints' paths are appended to it, so end it before the ?", name)
		return ""
	}
	parsed.Scheme, parsed.Host = strings.ToLower(parsed.Scheme), strings.ToLower(parsed.Host)
	return strings.TrimRight(parsed.String(), "/")
}

// parseURL parses an absolute http or https URL without user name, password and fragment; nil when n is absent or
// something else. The parser's own errors repeat the URL, so that none is passed on.
func (r targetReader) parseURL(name string, n *node) *url.URL {
	written := n.text()
	if strings.TrimSpace(written) == "" {
		return nil
	}
	quoted := r.doc.quote(name, n)
	parsed, err := url.Parse(written)
	switch {
	case !strings.HasPrefix(strings.ToLower(written), "http://") && !strings.HasPrefix(strings.ToLower(written), "https://"):
		r.doc.reportNode(n, "%s%s does not begin with http:// or https://; write the whole URL", name, quoted)
	case err != nil || parsed.Hostname() == "" || !portValid(parsed.Port()):
		r.doc.reportNode(n, "%s%s is not a URL; write it like https://api.acme.example", name, quoted)
	case parsed.User != nil:
		r.doc.reportNode(n, "%s has a user name in it; remove what stands before the @", name)
	case strings.Contains(written, "#"):
		r.doc.reportNode(n, "%s has a fragment, which no server is sent; remove the # and what follows", name)
	default:
		return parsed
	}
	return nil
}

func portValid(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && number > 0
}
