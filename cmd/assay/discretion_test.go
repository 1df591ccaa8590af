package main

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/transcript"
)

// A PAT on the command line is overwritten where it is, and nothing else is; the command has a copy.
func TestThePATIsOverwritten(t *testing.T) {
	for line, want := range map[string]string{
		"test --pat sekret --app fc1": "test --pat ****** --app fc1", "test --pat=sekret --app fc1": "test --pat=****** --app fc1",
		"test --pat file:pat.txt": "test --pat file:pat.txt", "test --pat=file:pat.txt": "test --pat=file:pat.txt",
		"test --pat": "test --pat", "explain pat.missing": "explain pat.missing",
	} {
		args := strings.Fields(strings.Clone(line))
		own, hidden := ownArguments(args)
		if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
			want = line
		}
		if got := strings.Join(args, " "); got != want || strings.Join(own, " ") != line || hidden != (want != line) {
			t.Errorf("%s became %s, hidden %t; the copy is %q", line, got, hidden, own)
		}
		var warning bytes.Buffer
		warnOfPAT(&warning, messages.For(messages.English), own, hidden)
		if warned := warning.Len() > 0; warned != strings.Contains(line, "sekret") || strings.Contains(warning.String(), "sekret") {
			t.Errorf("%s: %q", line, warning.String())
		}
	}
}

// An error repeats no secret of the command line or of the environment.
func TestErrorsHaveNoSecretOfTheSurroundings(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		env  string
		text string
		want string
	}{
		"a PAT":              {[]string{"--pat", "sekret77x"}, "", "no sekret77x", "no ~"},
		"a PAT after =":      {[]string{"--pat=sekret77x"}, "", "no SEKRET77X", "no ~"},
		"another flag":       {[]string{"--patience-limit", "30m", "--patience=50s"}, "", "raise --patience-limit or --patience=50s", "raise --patience-limit or --patience=50s"},
		"no space":           {[]string{"--patsekret77x"}, "", `unknown flag "--patsekret77x"`, `unknown flag "--pat~`},
		"a file":             {[]string{"--target", "file:sekret77x"}, "", "sekret77x: no such file", "~"},
		"a variable":         {[]string{"--app", "${sekret77x}"}, "", "sekret77x is unknown", "~"},
		"a short file":       {nil, "", `names "file:q7"`, `names "file:…`},
		"a short variable":   {nil, "", "unknown ${q7}", "unknown ${…}"},
		"names":              {[]string{"--pat", "file:valid.pat", "${ACME_PAT}"}, "", "file:valid.pat, file:PATH, ${NAME} or ${ACME_PAT}", "file:valid.pat, file:PATH, ${NAME} or ${ACME_PAT}"},
		"a proxy":            {nil, "http://user:sekret77x@proxy:1", "proxyconnect: user:sekret77x and sekret77x", "proxyconnect: ~"},
		"a bare proxy":       {nil, "user:sekret77x@proxy:1", "sekret77x", "~"},
		"a proxy's slash":    {nil, "http://user:sek/ret77x@proxy:1", `parse ":sek/ret77x@proxy": sek/ret77x`, `parse ":~`},
		"a driver":           {[]string{"--driver", "http://user:sekret77x@host/"}, "", "Post http://user:sekret77x@host/: refused", "Post http://~"},
		"an encoded address": {[]string{"--remote-write", "http://u:sekret%2077x@host"}, "", "sekret%2077x, sekret 77x", "~"},
	} {
		t.Run(name, func(t *testing.T) {
			redactor := transcript.NewRedactor(nil)
			learnSurroundings(redactor, test.args, func(name string) (string, bool) { return test.env, test.env != "" && name == "HTTPS_PROXY" })
			got := shownError(redactor, test.text)
			if !strings.HasPrefix(got, test.want) || strings.Contains(strings.ToLower(got), "77x") {
				t.Errorf("%q became %q", test.text, got)
			}
		})
	}
}
