package codes

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
)

// Codes of requests that overlap have no order; the others are in the order of the requests, and of their places in a reply.
func TestOrderOfCodes(t *testing.T) {
	user := NewUsers().Of(&assay.Code{UserID: "ann"})
	at := func(kind int, i issue) Code {
		user.issue(kind, i)
		return Code{User: user, kind: kind, issue: i}
	}
	// Replies come in another order than the requests: the second one while the first, third and fourth are under way.
	second, third := at(1, issue{asked: 2, came: 3}), at(0, issue{asked: 4, came: 6})
	first, fourth := at(0, issue{asked: 1, came: 7}), at(1, issue{asked: 5, came: 8})
	last := at(1, issue{asked: 5, came: 8, place: 1})
	for name, test := range map[string]struct {
		code              Code
		certain, possible [scopes]bool // of its kind, of any
	}{
		"first":  {first, [scopes]bool{false, false}, [scopes]bool{true, true}},
		"second": {second, [scopes]bool{true, true}, [scopes]bool{true, true}},
		"third":  {third, [scopes]bool{false, false}, [scopes]bool{true, true}},
		"fourth": {fourth, [scopes]bool{true, true}, [scopes]bool{true, true}},
		"last":   {last, [scopes]bool{false, false}, [scopes]bool{false, true}},
	} {
		if certain, possible := test.code.newer(); certain != test.certain || possible != test.possible {
			t.Errorf("%s: newer of its kind and of any: %v for certain, %v perhaps; want %v and %v", name, certain, possible, test.certain, test.possible)
		}
	}
}

// Where newer codes end older ones, a code that may be the newest is sent only if there is no other.
func TestACodeThatMayBeTheNewestIsTheLastResort(t *testing.T) {
	users, b := NewUsers(), NewBuffer(8)
	b.Newest(16)
	add := func(user, text string, i issue) {
		c := Code{Text: text, User: users.Of(&assay.Code{UserID: user}), issue: i}
		c.User.issue(0, i)
		b.add([]Code{c})
	}
	add("ann", "overlaps", issue{asked: 1, came: 3})
	add("ann", "overlaps too", issue{asked: 2, came: 4})
	add("bob", "certain", issue{asked: 1, came: 3})
	if c, err := b.Take(t.Context()); err != nil || c.Text != "certain" {
		t.Errorf("took %q, %v; want the only certain one", c.Text, err)
	}
	add("cho", "overlaps", issue{asked: 5, came: 7})
	add("cho", "overlaps too", issue{asked: 6, came: 8})
	if c, err := b.Take(t.Context()); err != nil || c.Text != "overlaps too" {
		t.Errorf("took %q, %v; want the last one", c.Text, err)
	}
}

// An answer during a request for codes counts when the request has ended, since it may bring a newer code of the user. Only the codes
// that it brought excuse a refusal, and none that was requested after the answer.
func TestAnswersDuringARequestForCodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		users, b := NewUsers(), NewBuffer(8)
		b.follow(&users.order)
		user := users.Of(&assay.Code{UserID: "ann"})
		code := Code{User: user, issue: issue{asked: users.order.begin(0), came: users.order.reply()}}
		user.issue(0, code.issue)
		users.order.end(code.issue.asked)
		asked := users.order.begin(0)
		_, newer, pending := b.Answered(&code, time.Now(), false)
		if newer != ByItsKind || b.ends[ofUser].before != (trial{}) {
			t.Errorf("newer %d, %+v; want %d, and nothing noted", newer, b.ends[ofUser].before, ByItsKind)
		}
		user.issue(0, issue{asked: asked, came: users.order.reply()})
		users.order.end(asked)
		other := Code{User: users.Of(&assay.Code{UserID: "bob"})}
		if _, newer, _ := b.Answered(&other, time.Now(), true); newer != NotSuperseded || b.ends[ofUser].before != (trial{youngAccepted: 1}) {
			t.Errorf("newer %d, %+v; want %d, and the one code without a newer one", newer, b.ends[ofUser].before, NotSuperseded)
		}
		if by, known := pending.Ended(); !known || by != ByItsKind {
			t.Errorf("newer %d, %v; want %d, as the request brought it", by, known, ByItsKind)
		}
		for _, declared := range []bool{false, true} {
			b.declared = declared
			other := Code{User: users.Of(&assay.Code{UserID: fmt.Sprint("declared ", declared)})}
			asked = users.order.begin(0)
			_, newer, pending = b.Answered(&other, time.Now(), false)
			user.issue(0, issue{asked: asked, came: users.order.reply()})
			after := users.order.begin(0)
			other.User.issue(0, issue{asked: after, came: users.order.reply()}) // which was requested after the answer
			users.order.end(asked)
			users.order.end(after)
			_ = b.Supersedes()
			want := ByItsKind // is possible
			if declared {
				want = NotSuperseded
			}
			if by, known := pending.Ended(); newer != want || !known || by != NotSuperseded {
				t.Errorf("declared %v: newer %d, and then %d, %v; the request brought none of this user", declared, newer, by, known)
			}
		}
	})
}
