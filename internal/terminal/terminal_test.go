package terminal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay/internal/terminal"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text  string
		limit int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two  three", 7, []string{"one two", "three"}},
		{"one two three", 13, []string{"one two three"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"a abcdefgh b", 4, []string{"a", "abcd", "efgh", "b"}},
		{"名前の値", 5, []string{"名前", "の値"}},
		{"e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"名前", -3, []string{"名", "前"}},
		{"无法判断 p99<50ms 是否成立：一起变慢", 26, []string{"无法判断 p99<50ms 是否成", "立：一起变慢"}},
		{"一二，三四", 4, []string{"一", "二，", "三四"}},
	} {
		if diff := cmp.Diff(test.want, terminal.Wrap(test.text, test.limit)); diff != "" {
			t.Errorf("%q in %d: -want +got:\n%s", test.text, test.limit, diff)
		}
	}
}
