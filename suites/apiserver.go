package suites

import (
	"errors"
	"net/url"
	"strings"

	"github.com/unified-login/assay/suites/client"
)

// A server is an API server as a host app names it.
type server struct{ base string }

// readServer reads an apiserver and reports whether a slash ends it. The error says what it has to be.
func readServer(text string) (named server, slash bool, err error) {
	parsed, err := url.Parse(text)
	switch {
	case err != nil:
		return server{}, false, errors.New("not a URL") // net/url quotes the text, which is shown already
	case parsed.Scheme == "":
		return server{}, false, errors.New("no scheme")
	case !strings.EqualFold(parsed.Scheme, "http") && !strings.EqualFold(parsed.Scheme, "https"):
		return server{}, false, errors.New("neither http nor https")
	case parsed.Hostname() == "":
		return server{}, false, errors.New("no host")
	case parsed.User != nil:
		return server{}, false, errors.New("it has user info")
	case parsed.RawQuery != "" || parsed.ForceQuery:
		return server{}, false, errors.New("it has a query")
	case strings.Contains(text, "#"):
		return server{}, false, errors.New("it has a fragment")
	}
	return server{baseOf(parsed)}, strings.HasSuffix(parsed.Path, "/"), nil
}

// is reports whether the target names the same server: scheme, host, port and path.
func (s server) is(declared string) bool {
	parsed, err := url.Parse(declared)
	return err == nil && baseOf(parsed) == s.base
}

// baseOf is the canonical form of a base URL: small letters, no default port, no slash at the end.
func baseOf(parsed *url.URL) string {
	scheme, host := strings.ToLower(parsed.Scheme), strings.ToLower(parsed.Host)
	host = strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[scheme])
	return scheme + "://" + host + strings.TrimRight(parsed.EscapedPath(), "/")
}

// at sends a request to another base URL than the target's.
func at(base string) client.Bend { return func(r *client.Request) { r.Server = base } }
