package tamper

import (
	"fmt"
	"strings"

	"github.com/unified-login/assay/suites/client"
)

// A Path is a request whose path is spelled differently, so that a filter and a router may read it differently.
type Path struct {
	Name   string
	Always bool // well-known: tried on every endpoint
	Bend   client.Bend
}

// Paths are the spellings of an endpoint's path. They have to be sent byte by byte as they are.
func Paths(path string) []Path {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	last := len(segments) - 1
	with := func(i int, segment string) string {
		other := append([]string(nil), segments...)
		other[i] = segment
		return "/" + strings.Join(other, "/")
	}
	inside := strings.LastIndex(path, "/")
	texts := []struct {
		name, path string
		always     bool
	}{
		{"a trailing slash", path + "/", true},
		{"a doubled slash in front", "/" + path, true},
		{"a doubled slash inside", path[:inside] + "/" + path[inside:], false},
		{";x behind the last segment", path + ";x", true},
		{";x behind the segment before the last", with(last-1, segments[last-1]+";x"), false},
		{"an upper-case segment", with(last, strings.ToUpper(segments[last])), true},
		{"/./ inside", path[:inside] + "/." + path[inside:], false},
		{"/x/../ inside", path[:inside] + "/x/.." + path[inside:], true},
		{"/%2e/ inside", path[:inside] + "/%2e" + path[inside:], false},
		{"/x/%2e%2e/ inside", path[:inside] + "/x/%2e%2e" + path[inside:], false},
		{"a letter percent-encoded", with(last, fmt.Sprintf("%%%02x", segments[last][0])+segments[last][1:]), true},
		{"%2f for a slash", path[:inside] + "%2f" + path[inside+1:], false},
		{"%20 behind", path + "%20", false},
		{"%00 behind", path + "%00", false},
		{".json behind", path + ".json", false},
		{"%0a behind", path + "%0a", false},
		{"%3f behind", path + "%3f", false},
		{"%23 behind", path + "%23", false},
		{".css behind", path + ".css", false},
		{";.js behind", path + ";.js", false},
		{"a further segment behind", path + "/x", false},
		{"/x/..;/ inside", path[:inside] + "/x/..;" + path[inside:], false},
		{"the first segment in upper case", with(0, strings.ToUpper(segments[0])), false},
		{"a question mark behind", path + "?", false},
		{"a query that ends in .js", path + "?x=.js", false},
		{"a query with the path of a web page, and debug and test", path + "?x=/swagger-ui/index.html&debug=true&test=true", false},
		{"another version", strings.Replace(path, "/v1/", "/v2/", 1), false},
		{"a backslash for a slash", path[:inside] + `\` + path[inside+1:], false},
	}
	var paths []Path
	for _, text := range texts {
		paths = append(paths, Path{text.name, text.always, client.Path(text.path)})
	}
	for _, name := range []string{"X-Original-URL", "X-Rewrite-URL"} {
		paths = append(paths, Path{name + " with the real path", name == "X-Original-URL", func(r *client.Request) {
			r.Path = "/"
			r.Header.Set(name, path)
		}})
	}
	return append(paths, Path{"the whole URL in place of the path", true, func(r *client.Request) { r.Absolute = true }})
}
