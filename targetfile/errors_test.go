package targetfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// An errorCase is an invalid text and the lines of its error.
type errorCase struct {
	at   string // where the case is, for messages
	text string
	want []string
}

// errorCases reads a file of cases: a case begins with ===, each line of its error with >>>.
func errorCases(t *testing.T, name, prefix string) []errorCase {
	t.Helper()
	contents, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var cases []errorCase
	for i, line := range strings.Split(strings.TrimSpace(string(contents)), "\n") {
		want, isWant := strings.CutPrefix(line, ">>> ")
		if strings.HasPrefix(line, "===") {
			cases = append(cases, errorCase{at: fmt.Sprintf("%s:%d", name, i+1), text: prefix})
		}
		if len(cases) == 0 || strings.HasPrefix(line, "===") {
			continue
		}
		current := &cases[len(cases)-1]
		switch {
		case isWant:
			current.want = append(current.want, want)
		case len(current.want) == 0:
			current.text += line + "\n"
		}
	}
	return cases
}

func checkErrorCases(t *testing.T, cases []errorCase, read func(text string) error) {
	t.Helper()
	if len(cases) < 10 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, test := range cases {
		err := read(test.text)
		if err == nil {
			t.Errorf("%s: no error", test.at)
			continue
		}
		if strings.Contains(err.Error(), canary) {
			t.Errorf("%s: a secret is shown: %s", test.at, err)
		}
		want := "file.yaml:" + strings.ReplaceAll(strings.Join(test.want, "\n"), "\n", "\nfile.yaml:")
		want = strings.ReplaceAll(want, ":and ", ": and ")
		if err.Error() != want {
			t.Errorf("%s:\n got %s\nwant %s", test.at, err, want)
		}
	}
}

// canaryEnv holds the canary under names that the cases use.
func canaryEnv() func(string) (string, bool) {
	return environment("PAT", canary, "PAT_AND_NEWLINE", canary+"\n", "URL", "https://user:"+canary+"@acme.example", "EMPTY", "", "NUMBER", "7391")
}

func TestTargetErrors(t *testing.T) {
	read := func(text string) error {
		_, err := parseTarget("file.yaml", text, "", canaryEnv())
		return err
	}
	checkErrorCases(t, errorCases(t, "target_files.txt", ""), read)
	checkErrorCases(t, errorCases(t, "target_members.txt", minimal), read)
}

func TestTargetUnreadable(t *testing.T) {
	dir := writeFiles(t, "large.yaml", strings.Repeat("# "+canary+"\n", 1<<17))
	tests := map[string]struct {
		path, want string
		cause      error
	}{
		"missing":     {filepath.Join(dir, "no.yaml"), "no such file or directory; check the path", fs.ErrNotExist},
		"a directory": {dir, "a directory, not a file; check the path", nil},
		"too large":   {filepath.Join(dir, "large.yaml"), "larger than 1024 KiB; check the path", nil},
	}
	for name, test := range tests {
		_, err := Load(test.path, os.LookupEnv)
		checkLines(t, name, err, []string{test.path + ": " + test.want})
		if test.cause != nil && !errors.Is(err, test.cause) {
			t.Errorf("%s: %v is not %v", name, err, test.cause)
		}
	}
}

// TestSecretFiles covers the files that file:PATH can name.
func TestSecretFiles(t *testing.T) {
	tests := map[string]struct{ contents, secret, want string }{
		"as it is":        {"tok", "tok", ""},
		"a newline":       {"tok\n", "tok", ""},
		"Windows newline": {"tok\r\n", "tok", ""},
		"at the bound":    {strings.Repeat("t", 64<<10), strings.Repeat("t", 64<<10), ""},
		"empty":           {"", "", "names a file that is empty; put the secret in it"},
		"only a newline":  {"\n", "", "names a file that is empty; put the secret in it"},
		"two lines":       {canary + "\n" + canary, "", "contains a space or an unprintable character; give the token alone"},
		"not UTF-8":       {canary + "\xff", "", "contains a space or an unprintable character; give the token alone"},
		"too large":       {strings.Repeat(canary, 1<<13), "", `names the file "pat", which cannot be read: larger than 64 KiB`},
	}
	for name, test := range tests {
		text := strings.Replace(minimal, canary, "file:pat", 1)
		target, err := Load(filepath.Join(writeFiles(t, "pat", test.contents, "t.yaml", text), "t.yaml"), nil)
		if test.want == "" {
			if err != nil || target.PATs.Valid.Reveal() != test.secret {
				t.Errorf("%s: %q, %v", name, target.PATs.Valid.Reveal(), err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "t.yaml:4:15: pats.valid "+test.want) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}

// TestBundleFiles covers the files that tls.ca can name.
func TestBundleFiles(t *testing.T) {
	const place = "t.yaml:5:11: tls.ca names the file \"ca.pem\", which "
	for name, test := range map[string]struct{ contents, want string }{
		"a certificate": {bundle(t), ""},
		"two":           {"# ours\n" + bundle(t) + bundle(t), ""},
		"no PEM":        {canary, place + "holds no certificate in PEM; name a bundle that begins with -----BEGIN CERTIFICATE-----"},
		"empty":         {"", place + "holds no certificate in PEM"},
		"too large":     {strings.Repeat("#", 1<<20+1), place + "cannot be read: larger than 1024 KiB; check the path"},
	} {
		dir := writeFiles(t, "ca.pem", test.contents, "t.yaml", minimal+"tls: {ca: ca.pem}\n")
		target, err := Load(filepath.Join(dir, "t.yaml"), nil)
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), canary) {
				t.Errorf("%s: %v, want %s", name, err, test.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if roots, err := target.TLS.Roots(); err != nil || roots == nil {
			t.Errorf("%s: roots %v, %v", name, roots, err)
		}
	}
	if roots, err := (assay.TLSConfig{}).Roots(); roots != nil || err != nil {
		t.Errorf("without a bundle: roots %v, %v", roots, err)
	}
	for contents, want := range map[string]string{"none": "convert it with openssl x509", "": "no such file or directory; check the path"} {
		path := filepath.Join(t.TempDir(), "ca.pem")
		if contents != "" {
			path = filepath.Join(writeFiles(t, "ca.pem", contents), "ca.pem")
		}
		if _, err := (assay.TLSConfig{CA: path}).Roots(); err == nil || !strings.HasPrefix(err.Error(), "tls.ca: "+path) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestWhereThePATIsFrom: a message about the PAT names what the user has to change, and never the PAT itself.
func TestWhereThePATIsFrom(t *testing.T) {
	dir := writeFiles(t, "valid.pat", "token-of-a-file")
	for written, want := range map[string]string{
		canary: "pats.valid", `"${PAT}"`: "PAT", "file:valid.pat": "the one in valid.pat", `"${PAT}${PAT}"`: "pats.valid",
		`"x${PAT}"`: "pats.valid", `"$${PAT}"`: "pats.valid",
	} {
		target, err := parseTarget("t.yaml", strings.Replace(minimal, canary, written, 1), dir, canaryEnv())
		if err != nil || target.PATs.ValidFrom != want {
			t.Errorf("%s: from %q, want %q; %v", written, target.PATs.ValidFrom, want, err)
		}
	}
	for pat, want := range map[assay.Secret]string{canary: "--pat", assay.Secret("file:" + filepath.Join(dir, "valid.pat")): "the one in "} {
		target, err := Overrides{APIServers: []string{"http://x"}, Apps: []string{"a"}, PAT: pat}.Load("", nil)
		if err != nil || !strings.HasPrefix(target.PATs.ValidFrom, want) {
			t.Errorf("from %q, want %q; %v", target.PATs.ValidFrom, want, err)
		}
	}
}
