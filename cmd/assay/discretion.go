package main

import (
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
)

// learnSurroundings adds the secrets that the command line and the environment may have, before anything else is known: an
// error about a flag must not repeat a PAT.
func learnSurroundings(redactor *transcript.Redactor, args []string, env func(string) (string, bool)) {
	for i, arg := range args {
		name, value, whole := strings.Cut(arg, "=")
		switch {
		case name == "--pat" && whole:
			learnWritten(redactor, value)
		case i > 0 && args[i-1] == "--pat":
			learnWritten(redactor, arg)
		case name == "--patience" || name == "--patience-limit":
		case strings.HasPrefix(arg, "--pat") && len(arg) > len("--pat"): // the space was forgotten
			learnWritten(redactor, strings.TrimLeft(arg[len("--pat"):], ":="))
		}
		learnMistakes(redactor, arg)
		learnURLs(redactor, arg)
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		if value, set := env(name); set {
			learnURLs(redactor, value)
			if credentials, _, found := strings.Cut(value, "@"); found { // without a scheme
				learnCredentials(redactor, credentials)
			}
		}
	}
}

// learnWritten learns the value of --pat, unless it names a file.
func learnWritten(redactor *transcript.Redactor, value string) {
	if !strings.HasPrefix(value, "file:") {
		redactor.Learn(transcript.KindPAT, value)
	}
}

// mistaken matches a secret in the place of a file's or a variable's name.
var mistaken = regexp.MustCompile(`file:([^\s,]+)|\$\{([^}]+)`)

// learnMistakes learns what was written as the name of a file or of a variable and names neither.
func learnMistakes(redactor *transcript.Redactor, text string) {
	for _, match := range mistaken.FindAllStringSubmatch(text, -1) {
		if file := match[1]; file != "" {
			if _, err := os.Lstat(file); err != nil && !redact.IsFileName(file) {
				redactor.Learn(transcript.KindPAT, file)
			}
			continue
		}
		if !redact.IsVariableName(match[2]) {
			redactor.Learn(transcript.KindPAT, match[2])
		}
	}
}

// shownError is the text of an error without secrets, not even a short one in the place of a name.
func shownError(redactor *transcript.Redactor, text string) string {
	return mistaken.ReplaceAllStringFunc(redactor.Text(text), func(text string) string {
		match := mistaken.FindStringSubmatch(text)
		switch file, variable := match[1], match[2]; {
		case file == "PATH" || file != "" && redact.IsFileName(strings.TrimRight(file, `"?;:.`)), variable == "NAME" || redact.IsVariableName(variable):
			return text
		case file != "" && strings.HasPrefix(file, "~"), variable != "" && strings.HasPrefix(variable, "~"):
			return text // it is replaced already
		case file != "":
			return "file:…"
		default:
			return "${…"
		}
	})
}

// credentials matches the user name and the password in a URL. A password may have a slash that should have been escaped.
var credentials = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://([^@\s]+)@`)

// learnURLs learns the credentials of the URLs in text.
func learnURLs(redactor *transcript.Redactor, text string) {
	for _, match := range credentials.FindAllStringSubmatch(text, -1) {
		learnCredentials(redactor, match[1])
	}
}

func learnCredentials(redactor *transcript.Redactor, written string) {
	_, written, _ = strings.Cut("://"+written, "://")
	for _, text := range []string{written, unescapedPath(written)} {
		if _, password, found := strings.Cut(text, ":"); found {
			redactor.Learn(transcript.KindPAT, password)
		}
		redactor.Learn(transcript.KindPAT, text)
	}
}

func unescapedPath(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// patOf returns where the value of --pat is in args, and from which byte; -1 if it is not there or names a file.
func patOf(args []string) (at, from int) {
	for i, arg := range args {
		const flag = "--pat="
		switch {
		case strings.HasPrefix(arg, flag) && len(arg) > len(flag) && !strings.HasPrefix(arg, flag+"file:"):
			return i, len(flag)
		case arg == "--pat" && i+1 < len(args) && args[i+1] != "" && !strings.HasPrefix(args[i+1], "file:"):
			return i + 1, 0
		}
	}
	return -1, 0
}

// warnOfPAT says that a PAT on the command line is not a secret.
func warnOfPAT(w io.Writer, in messages.Printer, args []string, overwritten bool) {
	if at, _ := patOf(args); at < 0 {
		return
	}
	where := phrase.PATInList
	if overwritten {
		where = phrase.PATOverwritten
	}
	remark(w, in, phrase.Say(phrase.Warning, phrase.Say(phrase.PATOnLine, phrase.Say(where))))
}
