package jsonfile

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/unified-login/assay/reports/phrase"
)

type file struct {
	Schema string             `json:"schema"`
	Seed   int64              `json:"seed"`
	When   time.Time          `json:"when"`
	Text   string             `json:"text"`
	Yes    bool               `json:"yes"`
	Part   *part              `json:"part"`
	Parts  []part             `json:"parts"`
	Mix    map[string]float64 `json:"mix"`
}

type part struct {
	Count int     `json:"count"`
	Share float64 `json:"share"`
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for text, want := range map[string]string{
		`{"schema":"s","seed":-1,"when":"2026-03-01T12:00:00Z","parts":[{"count":1000000000000000,"share":0.5}],"later":-1}`: "",
		"":                                      "a report: the file is empty",
		" \n":                                   "a report: the file is empty",
		`{"schema":"s"`:                         "a report: the file is cut off after 13 bytes",
		"{\"schema\":\"s\n":                     "a report: the file is cut off after 13 bytes",
		`{"schema":"s"}x`:                       "a report: invalid JSON at byte 15: invalid character 'x' after top-level value",
		"\xff\xfe":                              "a report: invalid JSON at byte 1: invalid character 'ÿ' looking for beginning of value",
		strings.Repeat("[", 20_000):             "a report: invalid JSON at byte 10001: invalid character '[' exceeded max depth",
		"null":                                  `a report: it has no member schema; expected "s"`,
		"[]":                                    "a report: it is a list; expected an object",
		`{"schema":1}`:                          "a report: schema is a number; expected a string",
		`{"schema":"` + long + `"}`:             `a report: unknown schema "` + long[:80] + `"; this version reads s`,
		`{"schema":"s","parts":{}}`:             "a report: parts is an object; expected a list",
		`{"schema":"s","part":[]}`:              "a report: part is a list; expected an object",
		`{"schema":"s","part":{"count":1.5}}`:   "a report: part.count is 1.5; expected a whole number",
		`{"schema":"s","part":{"count":"1"}}`:   "a report: part.count is a string; expected a whole number",
		`{"schema":"s","part":{"share":"NaN"}}`: "a report: part.share is a string; expected a number",
		`{"schema":"s","part":{"share":1e999}}`: "a report: part.share is 1e999; expected a number",
		`{"schema":"s","yes":"no"}`:             "a report: yes is a string; expected true or false",
		`{"schema":"s","text":false}`:           "a report: text is true or false; expected a string",
		`{"schema":"s","when":"` + long + `"}`:  `a report: "` + long[:40] + `" is not a time; write it like "2026-03-01T12:00:00Z"`,
		`{"schema":"s","part":{"share":-0.5}}`:  "a report: part.share is -0.5; expected a number from 0 to 1e15",
		`{"schema":"s","part":{"count":-9223372036854775808}}`:           "a report: part.count is -9223372036854775808; expected a number from 0 to 1e15",
		`{"schema":"s","parts":[{},{"share":1e300}]}`:                    "a report: parts.1.share is 1e+300; expected a number from 0 to 1e15",
		`{"schema":"s","parts":[null,{"count":1000000000000001}],"x":1}`: "a report: parts.1.count is 1000000000000001; expected a number from 0 to 1e15",
		`{"schema":"s","mix":{"` + long + `":-1}}`:                       `a report: mix."` + long[:40] + `" is -1; expected a number from 0 to 1e15`,
	} {
		var into file
		got := ""
		if err := Read(strings.NewReader(text), "a report", "s", &into); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%.80q:\n got %.200q\nwant %.200q", text, got, want)
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	endless := iotest.DataErrReader(io.MultiReader(strings.NewReader(`{"schema":"s","text":"`), strings.NewReader(strings.Repeat("x", 1<<21))))
	if err := read(endless, "s", &file{}, 1<<20); err == nil || err.Error() != "the file is larger than 1 MiB, the limit" {
		t.Error(err)
	}
	directory := iotest.ErrReader(&fs.PathError{Op: "read", Path: "x", Err: fs.ErrInvalid})
	if err := Read(directory, "a report", "s", &file{}); !errors.Is(err, fs.ErrInvalid) || strings.Contains(err.Error(), "x") {
		t.Error(err)
	}
}

func TestCut(t *testing.T) {
	var cut Cutter
	few, many, more := []int{1, 2}, []int{1, 2, 3}, []int{1, 2, 3, 4}
	Cut(&cut, phrase.ListNotes, &few, 2)
	Cut(&cut, phrase.ListPoints, &many, 2)
	Cut(&cut, phrase.ListPoints, &more, 0)
	if len(few) != 2 || len(many) != 2 || len(more) != 0 {
		t.Errorf("%v %v %v", few, many, more)
	}
	if got := cut.Notes(); len(got) != 1 || got[0].String() != "5 more points of the distribution are in the file and were not read; no run has so many" {
		t.Errorf("%q", got)
	}
}
