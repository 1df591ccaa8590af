package tamper

import (
	"fmt"
	"strings"

	"github.com/unified-login/assay/suites/client"
)

// A Path is a request whose path is spelled differently, so that a filter and a router may read it differently.
type Path struct {
	Name string
	Bend client.Bend
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
	texts := []struct{ name, path string }{
		{"a trailing slash", path + "/"},
		{"a doubled slash in front", "/" + path},
		{"a doubled slash inside", path[:inside] + "/" + path[inside:]},
		{";x behind the last segment", path + ";x"},
		{";x behind the segment before the last", with(last-1, segments[last-1]+";x")},
		{"an upper-case segment", with(last, strings.ToUpper(segments[last]))},
		{"/./ inside", path[:inside] + "/." + path[inside:]},
		{"/x/../ inside", path[:inside] + "/x/.." + path[inside:]},
		{"/%2e/ inside", path[:inside] + "/%2e" + path[inside:]},
		{"/x/%2e%2e/ inside", path[:inside] + "/x/%2e%2e" + path[inside:]},
		{"a letter percent-encoded", with(last, fmt.Sprintf("%%%02x", segments[last][0])+segments[last][1:])},
		{"%2f for a slash", path[:inside] + "%2f" + path[inside+1:]},
		{"%20 behind", path + "%20"},
		{"%00 behind", path + "%00"},
		{".json behind", path + ".json"},
		{"%0a behind", path + "%0a"},
		{"%3f behind", path + "%3f"},
		{"%23 behind", path + "%23"},
		{".css behind", path + ".css"},
		{";.js behind", path + ";.js"},
		{"a further segment behind", path + "/x"},
		{"/x/..;/ inside", path[:inside] + "/x/..;" + path[inside:]},
		{"the first segment in upper case", with(0, strings.ToUpper(segments[0]))},
		{"a question mark behind", path + "?"},
		{"a query that ends in .js", path + "?x=.js"},
		{"a query with the path of a web page", path + "?x=/swagger-ui/index.html"},
		{"a backslash for a slash", path[:inside] + `\` + path[inside+1:]},
	}
	var paths []Path
	for _, text := range texts {
		paths = append(paths, Path{text.name, client.Path(text.path)})
	}
	for _, name := range []string{"X-Original-URL", "X-Rewrite-URL"} {
		paths = append(paths, Path{name + " with the real path", func(r *client.Request) {
			r.Path = "/"
			r.Header.Set(name, path)
		}})
	}
	return paths
}
