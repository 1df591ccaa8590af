package transcript

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/unified-login/assay"
)

// stub replaces curl: it prints its arguments and its input, each followed by a zero byte.
const stub = `curl() { printf '%s\0' "$@"; for last; do [ "$last" = @- ] && { cat; return; }; done; return 0; }; `

// sent is the request that a command line sends.
type sent struct {
	Method, URL string
	Headers     []string // in order, without those taken away
	Removed     []string
	Body        string
}

// shell runs line with the variables set and returns the request of curl.
func runShell(t rapid.TB, line string, variables map[string]string) sent {
	t.Helper()
	if strings.ContainsAny(line, "\n\r") {
		t.Fatalf("more than one line: %q", line)
	}
	command := exec.Command("sh", "-uec", stub+line)
	command.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin"}
	for name, value := range variables {
		command.Env = append(command.Env, name+"="+value)
	}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, line)
	}
	args := strings.Split(string(out), "\x00")
	var got sent
	for i := 0; i < len(args)-1; i++ {
		switch args[i] {
		case "-X":
			i++
			got.Method = args[i]
		case "--url":
			i++
			got.URL = args[i]
		case "-H":
			i++
			if name, cut := strings.CutSuffix(args[i], ":"); cut {
				got.Removed = append(got.Removed, name)
			} else {
				got.Headers = append(got.Headers, args[i])
			}
		case "--data-raw":
			i++
			got.Body = args[i]
		case "--data-binary":
			i++
			if args[i] == "@-" { // everything after the arguments, including zero bytes
				got.Body = strings.Join(args[slices.Index(args, "--url")+2:], "\x00")
			} else {
				got.Body = args[i]
			}
		case "-sS", "-i", "-g", "--path-as-is":
		default:
			if got.URL == "" {
				t.Fatalf("unexpected argument %q of %s", args[i], line)
			}
		}
	}
	return got
}

func TestReproduce(t *testing.T) {
	r := learned(t)
	line := r.Reproduce(sample())
	want := `curl -sS -i -g --path-as-is -X POST -H 'Authorization: Bearer '"$PAT" -H 'Content-Type: application/json' ` +
		`-H Accept: -H User-Agent: --data-raw '{"appId":"fc2183741419665349","code":"'"$CODE"'"}' ` +
		`--url https://api.acme.example/api/v1/open/dev/mini-apps/unified-auth/login`
	if line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	if again := NewRedactor(nil).Reproduce(sample()); again != want {
		t.Errorf("without the run's secrets: %s", again)
	}
	if again := NewRedactor(nil).Reproduce(r.Exchange(sample()).Exchange()); again != want {
		t.Errorf("from the record: %s", again)
	}
	got := runShell(t, line, map[string]string{"PAT": samplePAT, "CODE": sampleCode})
	x := sample()
	if diff := cmp.Diff(sent{
		Method: "POST", URL: x.Request.URL, Body: string(x.Request.Body), Removed: []string{"Accept", "User-Agent"},
		Headers: []string{"Authorization: Bearer " + samplePAT, "Content-Type: application/json"},
	}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestReproduceNamesSecrets(t *testing.T) {
	r := learned(t)
	for name, test := range map[string]struct {
		change func(*assay.Request)
		want   string
	}{
		"a mutant":         {func(q *assay.Request) { q.Header.Set("Authorization", "Bearer "+samplePAT+"x") }, `'Authorization: Bearer '"$PAT"`},
		"no PAT":           {func(q *assay.Request) { q.Header.Del("Authorization") }, `-X POST -H 'Content-Type: application/json' -H Accept:`},
		"an empty bearer":  {func(q *assay.Request) { q.Header.Set("Authorization", "Bearer ") }, `'Authorization: Bearer ' -H`},
		"an empty header":  {func(q *assay.Request) { q.Header.Set("X-Empty", "") }, `-H 'X-Empty;'`},
		"two codes":        {func(q *assay.Request) { q.Body = []byte(`{"code":"one","code":"two"}`) }, `'{"code":"'"$CODE"'","code":"'"$CODE_2"'"}'`},
		"one code twice":   {func(q *assay.Request) { q.Body = []byte(`{"code":"one","x":{"code":"one"}}`) }, `'{"code":"'"$CODE"'","x":{"code":"'"$CODE"'"}}'`},
		"a PAT in a query": {func(q *assay.Request) { q.URL = "http://h/?token=" + samplePAT[:9]; q.Header.Del("Authorization") }, `--url 'http://h/?token='"$TOKEN"`},
		"basic": {func(q *assay.Request) {
			q.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(samplePAT)))
		}, `'Authorization: Basic '"$PAT_ENCODED"`},
		"plain and encoded": {func(q *assay.Request) {
			q.Body = []byte(`{"x":"` + sampleCode + `","code":"\u0031drac2` + sampleCode[6:] + `"}`)
		}, `'{"x":"'"$CODE"'","code":"'"$CODE_ENCODED"'"}'`},
		"escaped":    {func(q *assay.Request) { q.Body = []byte(`{"code":"\u0031drac2` + sampleCode[6:] + `"}`) }, `'{"code":"'"$CODE_ENCODED"'"}'`},
		"a phone":    {func(q *assay.Request) { q.Body = []byte(`{"phone":"` + samplePhone + `"}`) }, `'{"phone":"'"$PHONE"'"}'`},
		"a piece":    {func(q *assay.Request) { q.Body = []byte(`{"x":"` + sampleCode[:30] + `"}`) }, `'{"x":"'"$CODE_PART"'"}'`},
		"a length":   {func(q *assay.Request) { q.Header.Set("Content-Length", "151") }, "-H 'Content-Type: application/json' -H Accept:"},
		"no body":    {func(q *assay.Request) { q.Body, q.Method = nil, "GET" }, "-X GET -H "},
		"no header":  {func(q *assay.Request) { q.Header = nil }, "-X POST -H Accept: -H User-Agent: -H Content-Type: --data-raw"},
		"two values": {func(q *assay.Request) { q.Header["X-A"] = []string{"1", "2"} }, "-H 'X-A: 1' -H 'X-A: 2'"},
	} {
		x := sample()
		test.change(&x.Request)
		if name == "a length" {
			x.Request.Header.Set("Content-Length", fmt.Sprint(len(x.Request.Body)))
		}
		if line := r.Reproduce(x); !strings.Contains(line, test.want) {
			t.Errorf("%s: %s is not in\n%s", name, test.want, line)
		}
	}
}

func TestReproduceLongBodies(t *testing.T) {
	for name, body := range map[string]string{
		"padding":      `{"appId":"a","pad":"` + strings.Repeat("A", 1<<20) + `"}`,
		"only padding": strings.Repeat("'", 70000),
		"depth":        strings.Repeat("[", 100000) + strings.Repeat("]", 100000),
		"an option":    "-v\x00",
		"a format":     "%s\n",
		"zeros":        strings.Repeat("\x00", 1000),
	} {
		x := sample()
		x.Request.Body = []byte(body)
		line := NewRedactor(nil).Reproduce(x)
		if len(line) > 1000 {
			t.Errorf("%s takes %d bytes", name, len(line))
		}
		got := runShell(t, line, map[string]string{"PAT": "p", "CODE": "c"})
		if got.Body != body {
			t.Errorf("%s: %d bytes, want %d", name, len(got.Body), len(body))
		}
		if len(body) > expectedBytes && !slices.Contains(got.Removed, "Expect") {
			t.Errorf("%s: curl would send Expect", name)
		}
	}
	x := sample()
	x.Request.Body = []byte(strings.Repeat("no run at all ", 1000))
	if line := NewRedactor(nil).Reproduce(x); !strings.Contains(line, "--data-binary @body.bin") || !strings.Contains(line, " # body.bin: 14000 bytes, hmac-sha256:") {
		t.Error(line)
	}
}

// Whatever a request contains, the shell sends the same bytes and runs nothing else.
func TestReproduceIsSafe(t *testing.T) {
	nasty := []string{
		"'", `"`, "\\", "$(exit 9)", "`exit 9`", "${X}", "$X", "!", "~", "*", ";exit 9;", "\n", "\r", "\t", "\x00", "\xff", "%s", "%d%%", "-", "--", "@", "@-",
		"é", "\u202e", "\x1b[31m", "&", "|", "#", " ", "(", "{}", "<>", "=", sampleCode, samplePAT, `'\''`, `\047`, `\\u0041`, strings.Repeat("-", 200), "a",
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := func(label string, not string) string {
			text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 1, 6).Draw(t, label), "")
			return strings.Map(func(c rune) rune {
				if strings.ContainsRune(not, c) {
					return -1
				}
				return c
			}, text)
		}
		x := sample()
		x.Code = nil
		x.Request.URL = "http://host/" + parts("url", "\x00\xff\ufffd")
		x.Request.Header = http.Header{"X-Any": {"v" + strings.TrimRight(parts("header", "\x00\xff\ufffd"), ":\n\r")}}
		x.Request.Body = []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 8).Draw(t, "body"), ""))
		r := NewRedactor(nil)
		r.Learn(KindCode, sampleCode)
		r.Learn(KindPAT, samplePAT)
		line := r.Reproduce(x)
		if strings.Contains(line, sampleCode) || strings.Contains(line, samplePAT) {
			t.Fatalf("the line shows a secret: %s", line)
		}
		got := runShell(t, line, map[string]string{"CODE": sampleCode, "PAT": samplePAT})
		if got.URL != strings.TrimRight(x.Request.URL, "\n") {
			t.Errorf("the URL is %q, want %q", got.URL, x.Request.URL)
		}
		if want := []string{"X-Any: " + x.Request.Header.Get("X-Any")}; !slices.Equal(got.Headers, want) {
			t.Errorf("the headers are %q, want %q", got.Headers, want)
		}
		if !bytes.Equal([]byte(got.Body), x.Request.Body) {
			t.Errorf("the body is %q, want %q", got.Body, x.Request.Body)
		}
	})
}
