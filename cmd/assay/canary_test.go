package main

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/internal/canary"
	"github.com/unified-login/assay/reports/transcript"
)

// A parrot is a platform whose PAT is a canary, and which repeats it in every way.
type parrot struct {
	http.Handler
	pat, canary string
	repeated    [][]byte // members of answers
}

func newParrot(r *reference.Reference, secret string) *parrot {
	target := r.Target("http://any")
	p := &parrot{Handler: r.Handler(), pat: target.PATs.Valid.Reveal(), canary: secret}
	changes := canary.Changes()
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		text, _ := json.Marshal("no " + changes[name](secret))
		p.repeated = append(p.repeated, text)
	}
	return p
}

// ServeHTTP implements [http.Handler]. Every answer repeats three of the changes: a record has only the beginning of a body.
func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") == "Bearer "+p.canary {
		r.Header.Set("Authorization", "Bearer "+p.pat)
	}
	answer := httptest.NewRecorder()
	p.Handler.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	body, size := answer.Body.Bytes(), r.ContentLength
	if len(body) > 0 && body[0] == '{' {
		for i := range 3 {
			told := p.repeated[(int(max(0, size))+i*11)%len(p.repeated)]
			body = append(append(append([]byte(`{"error":`), told...), ','), body[1:]...)
			var text string
			_ = json.Unmarshal(told, &text) // it was marshalled
			w.Header().Add("X-Debug", strings.Map(func(c rune) rune {
				if c < ' ' {
					return -1
				}
				return c
			}, text))
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

// No output has a PAT of any form that the platform repeats: not the console, not an error, not a file of any format.
func TestNoOutputHasACanary(t *testing.T) {
	for form, secret := range canary.Secrets() {
		t.Run(form, func(t *testing.T) {
			if form == "two" {
				secret = "Q~" // it is in no ordinary text
			}
			r, err := reference.New(reference.Options{Platform: platform.Config{}})
			if err != nil {
				t.Fatal(err)
			}
			p := newParrot(r, secret)
			if form == "two" {
				p.repeated = [][]byte{[]byte(`"too short to be distinguished from an ordinary text"`)}
			}
			server, driver := httptest.NewServer(p), httptest.NewServer(refdriver.Handler(r.Host(), ""))
			defer server.Close()
			defer driver.Close()
			r.SetAPIServer(server.URL)
			dir := t.TempDir()
			file := filepath.Join(dir, "pat.txt")
			if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(dir, "out")
			for _, args := range [][]string{
				{"test", "--pat", secret, "--only", "login.ok,pat.missing*,code.unknown*,envelope.*"}, {"load", "--rate", "40/s", "--duration", "200ms", "--warm-up", "0s", "--json"},
				{"test", "--pat", "file:" + secret}, {"test", "--pat", "${" + secret + "}", "--profile", "${" + secret + "}"},
				{"test", "--driver", "http://user:" + secret + "@127.0.0.1:1/"}, {"load", "--remote-write", "http://user:" + secret + "@127.0.0.1:1/%zz"},
			} {
				if args[0] == "load" && !slices.Contains([]string{"digits", "quotes", "CJK", "two"}, form) {
					continue // it takes time
				}
				given := []string{"--api-server", server.URL, "--app", reference.Apps()[0], "--pat", "file:" + file, "--driver", driver.URL, "--out", out}
				searchOutputs(t, secret, out, append(append(slices.Clip(args[:1]), given...), args[1:]...))
			}
		})
	}
}

// searchOutputs runs a command line and searches what it writes for a secret.
func searchOutputs(t *testing.T, secret, out string, args []string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), "assay", args...) // Ginkgo would refuse this process's own -parallel
	command.Env = append(os.Environ(), "HTTPS_PROXY=http://proxy:"+secret+"@127.0.0.1:1")
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); command.ProcessState == nil {
		t.Fatal(err)
	}
	code := command.ProcessState.ExitCode()
	written := map[string]string{"stdout": stdout.String(), "stderr": stderr.String()}
	if code == exitUsage {
		out = t.TempDir() // it wrote no file
	}
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		written[filepath.Base(path)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range written {
		if at := foundIn(text, secret); at != "" {
			t.Errorf("%s: %s has %s", args[len(args)-2:], name, at)
		}
	}
}

// foundIn returns what of a secret, changed or not, is in a text with up to three levels of escapes.
func foundIn(text, secret string) string {
	for range 3 {
		for name, change := range canary.Changes() {
			if name == "halved" {
				continue // the halves are parts of the plain one
			}
			changed := change(secret)
			size := len(changed)
			if size < 6 && changed != secret {
				continue // random identifiers have four digits of hexadecimal by chance
			}
			if size > 40 {
				size /= 2
			}
			for at := 0; at+size <= len(changed); at += max(1, size/4) {
				if i := strings.Index(text, changed[at:at+size]); i >= 0 {
					return name + ": …" + text[max(0, i-80):min(len(text), i+size+40)] + "…"
				}
			}
		}
		next := unescaped(text)
		if next == text {
			return ""
		}
		text = next
	}
	return ""
}

// The log of a driver that repeats a secret in every way has none.
func TestDriverLogHasNoCanary(t *testing.T) {
	for form, secret := range canary.Secrets() {
		if form == "two" {
			continue
		}
		redactor := transcript.NewRedactor(nil)
		redactor.Learn(transcript.KindPAT, secret)
		for name, change := range canary.Changes() {
			log := &driverLog{}
			_, _ = io.WriteString(log, "refused "+change(secret)+"\n")
			if text := string(log.text(redactor)); name != "halved" && canary.Readable(text, change(secret), secret) {
				t.Errorf("%s, %s: %s", form, name, text)
			}
		}
	}
}
