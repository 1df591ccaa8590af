package loadgen_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/loadgen"
)

func TestCheckTag(t *testing.T) {
	for _, tag := range [][2]string{{"build", "1.4.2"}, {"a_1", "é ü"}, {strings.Repeat("a", 40), strings.Repeat("é", 100)}} {
		if err := loadgen.CheckTag(tag[0], tag[1]); err != nil {
			t.Errorf("%q: %v", tag, err)
		}
	}
	for _, test := range []struct{ name, value, want string }{
		{"", "x", `"" is not a name; use a letter`},
		{"1a", "x", `"1a" is not a name; use a letter`},
		{"__name__", "x", `"__name__" is not a name; use a letter`},
		{"a-b", "x", `"a-b" is not a name; use a letter`},
		{"é", "x", `"é" is not a name; use a letter`},
		{strings.Repeat("a", 41), "x", ` is not a name; use a letter and then at most 39 letters`},
		{"verdict", "x", `"verdict" has the name of a label that the metrics have already; use another name`},
		{"a", " ", `"a" has no value; give it one, or omit it`},
		{"a", strings.Repeat("é", 101), `"a" has a value of 101 characters; use at most 100`},
		{"a", "x\ny", `"a" has a value with characters that cannot be printed; use others`},
		{"a", "x\xff", `"a" has a value with characters that cannot be printed; use others`},
	} {
		if err := loadgen.CheckTag(test.name, test.value); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q=%q: %v, want %s", test.name, test.value, err, test.want)
		}
	}
}
