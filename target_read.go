package assay

import (
	"crypto/x509"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/words"
)

// A targetReader takes a target's members from a document and reports those whose text does not mean what it should.
// A member that is absent or of the wrong type is zero here; that is for the schema to report.
type targetReader struct {
	doc *document
	dir string // the target file's directory
}

func (r targetReader) target() Target {
	find := r.doc.root.find
	return Target{
		Implementation: Implementation{
			Organization: find("implementation.organization").text(),
			Product:      find("implementation.product").text(),
			Version:      find("implementation.version").text(),
			URL:          r.url("implementation.url"),
			Contact:      find("implementation.contact").text(),
		},
		APIServers: r.apiServers(),
		Apps:       find("apps").texts(),
		PATs:       r.pats(),
		Driver:     r.driver(),
		Profiles:   r.profiles(),
		Declares: Declarations{
			CodeTTL:            r.duration("declares.codeTTL", time.Nanosecond, 24*time.Hour),
			ReuseGrace:         r.duration("declares.reuseGrace", 0, time.Hour),
			PATRevocationDelay: r.duration("declares.patRevocationDelay", 0, 24*time.Hour),
			PhoneTransform:     PhoneTransform(find("declares.phoneTransform").text()),
			PhoneInLogin:       find("declares.phoneInLogin").isTrue(),
			UnionGroups:        r.unionGroups(),
			JWKS:               r.url("declares.jwks"),
			SLO:                r.slos(),
			Rate:               r.rate(),
		},
		TLS:     TLSConfig{CA: r.bundle("tls.ca")},
		Waivers: r.path("waivers"),
		Dir:     r.dir,
	}
}

func (r targetReader) profiles() []string {
	if n := r.doc.root.find("profiles"); n != nil {
		return n.texts()
	}
	return []string{ProfileLogin, ProfilePhone}
}

func (r targetReader) driver() DriverConfig {
	n := r.doc.root.find("driver")
	config := DriverConfig{
		Exec:  n.child("exec").texts(),
		HTTP:  r.url("driver.http"),
		Token: r.token("driver.token"),
		Pool:  r.path("driver.pool"),
		Seal:  r.seal("driver.seal"),
	}
	if n != nil && n.place.flag == "" {
		config.Dir = r.dir
	}
	return config
}

// path returns the path that a member names, from the target file's directory; one that a flag gave is left alone.
func (r targetReader) path(name string) string {
	n := r.doc.root.find(name)
	return r.fromDir(n, n.text())
}

// bundle is path for a PEM bundle, which is looked at where the target file has a directory.
func (r targetReader) bundle(name string) string {
	path := r.path(name)
	if path == "" || r.dir == "" {
		return path
	}
	n := r.doc.root.find(name)
	pem, err := readBounded(path, maxDocument)
	switch {
	case err != nil:
		r.doc.reportNode(n, "%s names the file%s, which cannot be read: %v; check the path, which starts from the target file's directory",
			name, r.doc.quote(name, n), err)
	case !x509.NewCertPool().AppendCertsFromPEM(pem):
		r.doc.reportNode(n, "%s names the file%s, which holds no certificate in PEM; name a bundle that begins with -----BEGIN CERTIFICATE-----",
			name, r.doc.quote(name, n))
	}
	return path
}

func (r targetReader) fromDir(n *node, path string) string {
	if path == "" || r.dir == "" || filepath.IsAbs(path) || n.place.flag != "" {
		return path
	}
	return filepath.Join(r.dir, path)
}

// unionGroups reads the groups; an app is in one of them at most.
func (r targetReader) unionGroups() [][]string {
	var groups [][]string
	seen := map[string]bool{}
	n := r.doc.root.find("declares.unionGroups")
	if n == nil {
		return nil
	}
	for _, group := range n.items {
		groups = append(groups, group.texts())
		for _, app := range group.items {
			id := app.text()
			if id != "" && seen[id] {
				r.doc.reportNode(app, "declares.unionGroups has%s twice; an app is in one group", r.doc.quote("declares", app))
			}
			seen[id] = true
		}
	}
	return groups
}

// duration reads a member as a duration from least to most.
func (r targetReader) duration(name string, least, most time.Duration) time.Duration {
	n := r.doc.root.find(name)
	if n == nil || n.shape != scalar || strings.TrimSpace(n.raw) == "" {
		return 0
	}
	value, err := time.ParseDuration(n.text())
	quoted := r.doc.quote(name, n)
	switch {
	case err != nil:
		r.doc.reportNode(n, "%s%s is not a duration; write %s", name, quoted, durationAdvice(n.raw))
	case value < least && least > 0:
		r.doc.reportNode(n, "%s%s is not more than 0; leave it out if nothing is declared", name, quoted)
	case value < least:
		r.doc.reportNode(n, "%s%s is negative; write 0s for none", name, quoted)
	case value > most:
		r.doc.reportNode(n, "%s%s is more than %s; write that at most", name, quoted, words.Duration(most))
	}
	return value
}

// slos reads the service levels.
func (r targetReader) slos() []SLO {
	var slos []SLO
	n := r.doc.root.find("declares.slo")
	if n == nil {
		return nil
	}
	for i, item := range n.items {
		if slo, ok := readText(r, "declares.slo["+strconv.Itoa(i)+"]", item, parseSLO); ok {
			slos = append(slos, slo)
		}
	}
	return slos
}

func (r targetReader) rate() float64 {
	const name = "declares.rate"
	rate, _ := readText(r, name, r.doc.root.find(name), parseRate)
	return rate
}

// readText reads a value that is written as a text, or as a number that should be one, by a parser whose errors may
// show what they are about. False when the value is empty, a list or a mapping, or not as the parser has it.
func readText[T any](r targetReader, name string, n *node, parse func(text string) (T, error)) (value T, ok bool) {
	if n == nil || strings.TrimSpace(n.raw) == "" || n.isText() && strings.TrimSpace(n.text()) == "" {
		return value, false
	}
	value, err := parse(n.text())
	if err == nil {
		return value, true
	}
	if _, written := parse(n.raw); written != nil {
		err = written // what a variable holds is not shown
	}
	r.doc.reportNode(n, "%s%s %s", name, r.doc.quote("declares", n), err)
	return value, false
}
