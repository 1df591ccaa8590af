package targetfile

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/document"
	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/internal/words"
)

// The sizes of the files that a target names, in bytes.
const maxSecretFile, maxBundle = 64 << 10, 1 << 20

// A reader takes a target's members from a document and reports those whose text is not valid. A member that is
// absent or of the wrong type is zero here; the schema reports it.
type reader struct {
	*document.Document
	dir string // the target file's directory
}

func (r reader) target() assay.Target {
	text := func(path string) string { return r.Find(path).Text() }
	return assay.Target{
		Implementation: assay.Implementation{
			Organization: text("implementation.organization"),
			Product:      text("implementation.product"),
			Version:      text("implementation.version"),
			URL:          r.url("implementation.url"),
			Contact:      text("implementation.contact"),
		},
		APIServers: r.apiServers("apiServer"),
		Apps:       r.Find("apps").Texts(),
		Channels:   r.Find("channels").Texts(),
		Phones:     r.phones(),
		PATs:       r.pats(),
		Driver:     r.driver(),
		Profiles:   r.profiles(),
		Declares: assay.Declarations{
			CodeTTL:            r.Duration("declares.codeTTL", time.Nanosecond, 24*time.Hour),
			ReuseGrace:         r.Duration("declares.reuseGrace", 0, time.Hour),
			PATRevocationDelay: r.Duration("declares.patRevocationDelay", 0, 24*time.Hour),
			PATPropagation:     r.Duration("declares.patPropagation", 0, time.Hour),
			PhoneTransform:     assay.PhoneTransform(text("declares.phoneTransform")),
			CodeSupersedes:     r.Find("declares.codeSupersedes").IsTrue(),
			PhoneInLogin:       r.Find("declares.phoneInLogin").IsTrue(),
			UnionGroups:        r.unionGroups(),
			JWKS:               r.url("declares.jwks"),
			APIServers:         r.apiServers("declares.apiServers"),
			SLO:                r.slos(),
			Rate:               r.rate("declares.rate"),
			RateLimit:          r.rate("declares.rateLimit"),
		},
		TLS:       assay.TLSConfig{CA: r.bundle("tls.ca")},
		Transport: r.transport(),
		Waivers:   r.path("waivers"),
		Dir:       r.dir,
	}
}

// url returns the URL at path; it may have a path and a query.
func (r reader) url(path string) string {
	n := r.Find(path)
	if r.URL(n) == nil {
		return ""
	}
	return n.Text()
}

// apiServers returns the base URLs at path, each without trailing slashes.
func (r reader) apiServers(path string) []string {
	n := r.Find(path)
	items := []*document.Node{n}
	if n == nil || n.IsList() {
		items = n.Items()
	}
	var servers []string
	seen := map[string]bool{}
	for _, item := range items {
		server := r.apiServer(item)
		if server == "" {
			continue
		}
		if seen[server] {
			r.Reject(item, "is listed twice; name each replica once")
		}
		seen[server] = true
		servers = append(servers, server)
	}
	return servers
}

func (r reader) apiServer(n *document.Node) string {
	written := n.Text()
	if rest, prior := withoutH2C(written); prior {
		written = "http://" + rest
	}
	parsed := r.URLOf(n, written)
	if parsed == nil {
		return ""
	}
	if parsed.RawQuery != "" || parsed.ForceQuery {
		r.Report(n, "%s has a query; the endpoints' paths are appended to it, so end it before the ?", n.Path())
		return ""
	}
	parsed.Scheme, parsed.Host = strings.ToLower(parsed.Scheme), strings.ToLower(parsed.Host)
	return strings.TrimRight(parsed.String(), "/")
}

// phones reads the ranges, which must have enough numbers for the users of one requirement, and each number once.
func (r reader) phones() []string {
	var texts []string
	var ranges []people.PhoneRange
	count := uint64(0)
	n := r.Find("phones")
	for _, item := range n.Items() {
		parsed, ok := document.Value(r.Document, item, people.ParsePhoneRange)
		if !ok {
			return nil
		}
		if slices.ContainsFunc(ranges, parsed.Overlaps) {
			r.Reject(item, "overlaps another range; list each number once")
		}
		texts, ranges, count = append(texts, item.Text()), append(ranges, parsed), count+parsed.Count()
	}
	if len(texts) > 0 && count < people.MinPhones {
		r.Report(n, "phones has %d numbers; reserve at least %d, so that no two users of a test share one", count, people.MinPhones)
	}
	return texts
}

// pats reads the tokens. One that equals the valid one would make a correct implementation fail.
func (r reader) pats() assay.PATs {
	pats := assay.PATs{
		Valid:       r.token("pats.valid"),
		ValidFrom:   r.origin("pats.valid"),
		Unscoped:    r.token("pats.unscoped"),
		Revoked:     r.token("pats.revoked"),
		OtherTenant: r.token("pats.otherTenant"),
		OtherScope:  r.token("pats.otherScope"),
		Expired:     r.token("pats.expired"),
	}
	for name, pat := range pats.All() {
		if path := "pats." + name; name != "valid" && pat != "" && pat == pats.Valid {
			r.Report(r.Find(path), "%s is the same token as pats.valid; give one that must be refused, or remove it", path)
		}
	}
	return pats
}

// origin says where a secret was found, for the person who has to replace it: the file or the variable that it came
// from, the flag, or else the member.
func (r reader) origin(path string) string {
	n := r.Find(path)
	file, isFile := strings.CutPrefix(n.Raw(), "file:")
	switch {
	case n == nil:
		return ""
	case isFile:
		return "the one in " + words.Brief(file)
	case n.Flag() != "":
		return string(n.Flag())
	case n.Variable() != "":
		return n.Variable()
	default:
		return path
	}
}

// token reads a secret that is sent in an Authorization header.
func (r reader) token(path string) assay.Secret {
	secret := r.secret(path)
	for _, c := range secret.Reveal() {
		if c <= ' ' || c == 0x7f || c == utf8.RuneError {
			r.Report(r.Find(path), "%s contains a space or an unprintable character; give the token alone", path)
			return ""
		}
	}
	return secret
}

// secret returns a member's text, or the contents of the file that it names with file:PATH, without its last newline.
// The value of a variable is always the secret itself.
func (r reader) secret(path string) assay.Secret { return r.secretAt(r.Find(path)) }

func (r reader) secretAt(n *document.Node) assay.Secret {
	written := n.Text()
	file, isFile := strings.CutPrefix(n.Raw(), "file:")
	if written == "" || !isFile {
		return assay.Secret(written)
	}
	where := r.fromDir(n, strings.TrimPrefix(written, "file:"))
	contents, err := files.Read(where, maxSecretFile)
	secret := strings.TrimRight(string(contents), "\r\n")
	switch {
	case err != nil:
		named := "a file"
		if _, missing := os.Lstat(where); missing == nil || redact.IsFileName(file) { // else a secret may have been written in place of a path
			named = fmt.Sprintf("the file %q", words.Brief(file))
		}
		r.Report(n, "%s names %s, which cannot be read: %v; %s", n.Path(), named, err, files.WayOut(err, checkPath))
	case strings.TrimSpace(secret) == "":
		r.Report(n, "%s names a file that is empty; put the secret in it", n.Path())
	}
	return assay.Secret(secret)
}

func (r reader) driver() assay.DriverConfig {
	n := r.Find("driver")
	config := assay.DriverConfig{
		Exec:  n.Child("exec").Texts(),
		HTTP:  r.url("driver.http"),
		Token: r.token("driver.token"),
		Pool:  r.path("driver.pool"),
		Seal:  r.seal("driver.seal"),
	}
	if n != nil && n.Flag() == "" {
		config.Dir = r.dir
	}
	return config
}

// seal reads the sealing key, which must be in a file of its own.
func (r reader) seal(path string) assay.Secret {
	n := r.Find(path)
	if n.Text() != "" && !strings.HasPrefix(n.Raw(), "file:") {
		r.Report(n, "%s does not name a file; write file:PATH", path)
		return ""
	}
	return r.secret(path)
}

func (r reader) profiles() []string {
	if n := r.Find("profiles"); n != nil {
		return n.Texts()
	}
	return []string{assay.ProfileLogin, assay.ProfilePhone}
}

// unionGroups reads the groups; an app is in at most one of them.
func (r reader) unionGroups() [][]string {
	var groups [][]string
	seen := map[string]bool{}
	n := r.Find("declares.unionGroups")
	for _, group := range n.Items() {
		groups = append(groups, group.Texts())
		for _, app := range group.Items() {
			id := app.Text()
			if id != "" && seen[id] {
				r.Report(app, "%s lists%s twice; put each app in one group", n.Path(), r.Quote(app))
			}
			seen[id] = true
		}
	}
	return groups
}

func (r reader) slos() []assay.SLO {
	var slos []assay.SLO
	for _, item := range r.Find("declares.slo").Items() {
		slo, ok := document.Value(r.Document, item, bare(assay.ParseSLO))
		switch {
		case ok && slo.Stage != "":
			r.Reject(item, "is about a stage, which only a load plan has; write it into the plan, or without %s/", slo.Stage)
		case ok:
			slos = append(slos, slo)
		}
	}
	return slos
}

func (r reader) rate(path string) float64 {
	rate, _ := document.Value(r.Document, r.Find(path), bare(assay.ParseRate))
	return rate
}

// bundle is path for a PEM bundle, which is checked where the target file has a directory.
func (r reader) bundle(name string) string {
	path := r.path(name)
	if path == "" || r.dir == "" {
		return path
	}
	n := r.Find(name)
	named := fmt.Sprintf("%s names the file%s, which", name, r.Quote(n))
	pem, err := files.Read(path, maxBundle)
	switch {
	case err != nil:
		r.Report(n, "%s cannot be read: %v; %s", named, err, files.WayOut(err, checkPath))
	case !x509.NewCertPool().AppendCertsFromPEM(pem):
		r.Report(n, "%s holds no certificate in PEM; name a bundle that begins with -----BEGIN CERTIFICATE-----", named)
	}
	return path
}

// path returns the path that a member names, from the target file's directory; one that a flag gave stays as it is.
func (r reader) path(name string) string {
	n := r.Find(name)
	return r.fromDir(n, n.Text())
}

func (r reader) fromDir(n *document.Node, path string) string {
	if path == "" || r.dir == "" || filepath.IsAbs(path) || n.Flag() != "" {
		return path
	}
	return filepath.Join(r.dir, path)
}

// bare is parse with errors that do not begin with the text, which the document's do.
func bare[T any](parse func(string) (T, error)) func(string) (T, error) {
	return func(text string) (T, error) {
		value, err := parse(text)
		return value, errors.Unwrap(err)
	}
}

// checkPath is the way out where a file that the target file names cannot be read.
const checkPath = "check the path, which starts from the target file's directory"
