package transcript

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"al.essio.dev/pkg/shellescape"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript/secrets"
)

const (
	runBytes      = 128     // as many equal bytes in a body are written as a count
	commandBytes  = 4 << 10 // of a body in a command line; a longer body is read from a file
	expectedBytes = 1 << 10 // curl sends Expect: 100-continue before a body longer than this
)

// Reproduce returns one line for a POSIX shell that sends the request of x with curl again, byte for byte. It has the
// headers as sent and no others. x may be an exchange or come from a record. Secrets are shell variables, $PAT, $CODE,
// $PHONE and $TOKEN, which the user sets; the second secret of a kind is $CODE_2, and one that was sent in another encoding
// is $PAT_ENCODED. A code must be a new one. A body too long for a command line is read from body.bin; a comment gives its
// length.
func (r *Redactor) Reproduce(x assay.Exchange) string {
	r.learnExchange(x, BodyLimit)
	s := shell{redactor: r, names: map[string]string{}, used: map[string]int{}}
	request := x.Request
	return s.command(request, "curl", "-sS", "-i")
}

// command returns the command line that sends a request; words are its beginning.
func (s *shell) command(request assay.Request, words ...string) string {
	args := append(slices.Clip(words), "-g", "--path-as-is", "-X", s.word([]byte(request.Method), secrets.Anywhere))
	args = append(args, s.headers(request)...)
	pipe, body, note := s.body(request)
	args = append(args, body...)
	url := []byte(request.URL)
	args = append(args, "--url", s.word(url, secrets.Anywhere, secrets.URL(url)...))
	return pipe + strings.Join(args, " ") + note
}

// A shell quotes the words of a command line and names the secrets in them.
type shell struct {
	redactor *Redactor
	names    map[string]string // of variables, by token
	used     map[string]int

	known   []Known // nil makes a variable of every secret
	unknown bool    // there was a secret that is not known, or a body that is too long
}

// headers returns the arguments for the headers, and removes those that curl adds by default.
func (s *shell) headers(request assay.Request) []string {
	var args []string
	for _, name := range slices.Sorted(maps.Keys(request.Header)) {
		canonical := http.CanonicalHeaderKey(name)
		for _, value := range request.Header[name] {
			if canonical == "Content-Length" && value == strconv.Itoa(len(request.Body)) {
				continue
			}
			line, shift := name+": "+value, len(name)+2
			if value == "" {
				line = name + ";" // curl's syntax for an empty header
			}
			spans := secrets.Header(name, value)
			for i := range spans {
				spans[i].Start, spans[i].End = spans[i].Start+shift, spans[i].End+shift
			}
			args = append(args, "-H", s.word([]byte(line), secrets.Anywhere, spans...))
		}
	}
	added := []string{"Accept", "User-Agent"}
	if len(request.Body) > 0 {
		added = append(added, "Content-Type")
	}
	if len(request.Body) > expectedBytes {
		added = append(added, "Expect")
	}
	for _, name := range added {
		if request.Header.Values(name) == nil {
			args = append(args, "-H", shellescape.Quote(name+":"))
		}
	}
	return args
}

// body returns the commands before curl, the arguments of curl for the body, and a comment for the end of the line.
func (s *shell) body(request assay.Request) (pipe string, args []string, note string) {
	body, place := request.Body, requestPlace(request)
	if len(body) == 0 {
		return "", nil, ""
	}
	pieces, literal := runs(body)
	switch {
	case literal > commandBytes:
		note = fmt.Sprintf(" # body.bin: %d bytes, %s", len(body), s.redactor.digest(body))
		s.unknown = true
		return "", []string{"--data-binary", "@body.bin"}, note
	case len(pieces) == 1 && pieces[0].count == 1 && printable(body):
		return "", []string{"--data-raw", s.word(body, place, s.form(body, place)...)}, ""
	}
	var commands []string
	for _, p := range pieces {
		if p.count > 1 {
			commands = append(commands, fmt.Sprintf(`head -c %d /dev/zero | tr '\000' '\%03o'`, p.count, p.text[0]))
		} else {
			commands = append(commands, s.printf(p.text, place, s.form(p.text, place)...))
		}
	}
	pipe = commands[0] + " | "
	if len(commands) > 1 {
		pipe = "{ " + strings.Join(commands, "; ") + "; } | "
	}
	return pipe, []string{"--data-binary", "@-"}, ""
}

func (s *shell) form(body []byte, place secrets.Place) []secrets.Span {
	if place == secrets.InForm {
		return secrets.Query(body)
	}
	return nil
}

// A piece is a part of a body: a text, or one byte count times.
type piece struct {
	text  []byte
	count int
}

// runs splits body into pieces, and returns the number of bytes in texts.
func runs(body []byte) (pieces []piece, literal int) {
	start := 0
	text := func(end int) {
		if end > start {
			pieces, literal = append(pieces, piece{body[start:end], 1}), literal+end-start
		}
	}
	for i := 0; i < len(body); {
		end := i + 1
		for end < len(body) && body[end] == body[i] {
			end++
		}
		if end-i >= runBytes {
			text(i)
			pieces = append(pieces, piece{body[i : i+1], end - i})
			start = end
		}
		i = end
	}
	text(len(body))
	return pieces, literal
}

// word quotes text as one word of the shell.
func (s *shell) word(text []byte, place secrets.Place, more ...secrets.Span) string {
	spans := s.find(text, place, more)
	if !printable(text) {
		return `"$(` + s.printfSpans(text, spans) + `)"`
	}
	var word strings.Builder
	at := 0
	for _, found := range spans {
		if found.Start > at {
			word.WriteString(shellescape.Quote(string(text[at:found.Start])))
		}
		word.WriteString(`"` + s.words(found) + `"`)
		at = found.End
	}
	if at < len(text) || at == 0 {
		word.WriteString(shellescape.Quote(string(text[at:])))
	}
	return word.String()
}

// printf returns a command that prints text, whatever its bytes.
func (s *shell) printf(text []byte, place secrets.Place, more ...secrets.Span) string {
	return s.printfSpans(text, s.find(text, place, more))
}

func (s *shell) printfSpans(text []byte, spans []secrets.Span) string {
	var format, args strings.Builder
	at := 0
	for _, found := range spans {
		octal(&format, text[at:found.Start])
		format.WriteString("%s")
		args.WriteString(` "` + s.words(found) + `"`)
		at = found.End
	}
	octal(&format, text[at:])
	return "printf '" + format.String() + "'" + args.String()
}

// octal writes text as a format of printf without quotes, and without a dash at the start, which would be an option.
func octal(format *strings.Builder, text []byte) {
	for _, c := range text {
		switch {
		case c == '%':
			format.WriteString("%%")
		case c == '\\':
			format.WriteString(`\\`)
		case c == '\'' || c < ' ' || c >= 0x7f || c == '-' && format.Len() == 0:
			fmt.Fprintf(format, `\%03o`, c)
		default:
			format.WriteByte(c)
		}
	}
}

// tokenPattern matches the tokens of a record.
var tokenPattern = regexp.MustCompile(`~[a-z]+(?:-part)?-[0-9a-f]{10}~`)

func (s *shell) find(text []byte, place secrets.Place, more []secrets.Span) []secrets.Span {
	if s.known != nil {
		return s.findKnown(text)
	}
	if bytes.IndexByte(text, '~') >= 0 {
		for _, at := range tokenPattern.FindAllIndex(text, -1) {
			more = append(more, secrets.Span{Start: at[0], End: at[1], Token: string(text[at[0]:at[1]])})
		}
	}
	return s.redactor.find(text, place, nil, more...)
}

// words returns what stands for a secret inside double quotes.
func (s *shell) words(found secrets.Span) string {
	if s.known != nil {
		return found.Token
	}
	return "$" + s.variable(found)
}

// variable returns the name of the variable of a secret.
func (s *shell) variable(found secrets.Span) string {
	token := found.Token
	if found.Encoded {
		token += "encoded"
	}
	if name, known := s.names[token]; known {
		return name
	}
	kind, _, _ := strings.Cut(strings.Trim(found.Token, "~"), "-")
	if found.Token == secrets.Dropped {
		kind = "text"
	}
	name := strings.ToUpper(kind)
	if strings.Contains(found.Token, "-part-") {
		name += "_PART"
	}
	if found.Encoded {
		name += "_ENCODED"
	}
	s.used[name]++
	if n := s.used[name]; n > 1 {
		name += "_" + strconv.Itoa(n)
	}
	s.names[token] = name
	return name
}

// printable reports whether text is visible, so that it can be in a command line as it is.
func printable(text []byte) bool {
	if !utf8.Valid(text) {
		return false
	}
	for _, c := range string(text) {
		if !unicode.IsPrint(c) {
			return false
		}
	}
	return true
}
