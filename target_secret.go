package assay

import (
	"strings"
	"unicode/utf8"

	"github.com/unified-login/assay/internal/words"
)

const maxSecretFile = 64 << 10 // bytes

// pats reads the tokens. One that is the same as the valid one would make a sound implementation fail.
func (r targetReader) pats() PATs {
	pats := PATs{
		Valid:       r.token("pats.valid"),
		ValidFrom:   r.origin("pats.valid"),
		Unscoped:    r.token("pats.unscoped"),
		Revoked:     r.token("pats.revoked"),
		OtherTenant: r.token("pats.otherTenant"),
	}
	others := map[string]Secret{
		"pats.unscoped": pats.Unscoped, "pats.revoked": pats.Revoked, "pats.otherTenant": pats.OtherTenant,
	}
	for name, pat := range others {
		if pat != "" && pat == pats.Valid {
			r.doc.reportNode(r.doc.root.find(name),
				"%s is the same token as pats.valid; give one that must be refused, or remove it", name)
		}
	}
	return pats
}

// origin says where a secret was found, in words for whoever has to replace it: the variable or the file that it came
// from, the flag, or else the member.
func (r targetReader) origin(name string) string {
	n := r.doc.root.find(name)
	switch {
	case n == nil:
		return ""
	case strings.HasPrefix(n.raw, "file:"):
		return "the one in " + words.Brief(strings.TrimPrefix(n.raw, "file:"))
	case n.place.flag != "":
		return n.place.flag
	case variable.FindString(n.raw) == n.raw && n.raw != "$${":
		return strings.TrimSuffix(strings.TrimPrefix(n.raw, "${"), "}")
	default:
		return name
	}
}

// token reads a secret that is sent in an Authorization header.
func (r targetReader) token(name string) Secret {
	secret := r.secret(name)
	for _, c := range secret.Reveal() {
		if c <= ' ' || c == 0x7f || c == utf8.RuneError {
			r.doc.reportNode(r.doc.root.find(name),
				"%s has a space or a character that is not text in it; give the token alone", name)
			return ""
		}
	}
	return secret
}

// seal reads the sealing key, which has a file of its own.
func (r targetReader) seal(name string) Secret {
	n := r.doc.root.find(name)
	if written := n.text(); written != "" && !strings.HasPrefix(n.raw, "file:") {
		r.doc.reportNode(n, "%s does not name a file; write file:PATH", name)
		return ""
	}
	return r.secret(name)
}

// secret returns a member's text, or the contents of the file that it names with file:PATH, less its last newline.
// What a variable holds is always the secret itself.
func (r targetReader) secret(name string) Secret {
	n := r.doc.root.find(name)
	written := n.text()
	if written == "" || !strings.HasPrefix(n.raw, "file:") {
		return Secret(written)
	}
	path := strings.TrimPrefix(written, "file:")
	contents, err := readBounded(r.fromDir(n, path), maxSecretFile)
	secret := strings.TrimRight(string(contents), "\r\n")
	switch {
	case err != nil:
		r.doc.reportNode(n,
			"%s names the file %q, which cannot be read: %v; check the path, which starts from the target file's directory",
			name, words.Brief(strings.TrimPrefix(n.raw, "file:")), err)
	case strings.TrimSpace(secret) == "":
		r.doc.reportNode(n, "%s names a file that is empty; put the secret in it", name)
	}
	return Secret(secret)
}
