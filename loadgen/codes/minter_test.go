package codes

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
)

// A driver that gives fewer codes than asked is asked again, soon for no more than it gives.
func TestMinterAsksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		driver := &stingy{most: 10, turn: make(chan struct{}, 1)}
		m := &Minter{Host: driver, Kind: assay.Login, AppID: "fc1", Buffer: NewBuffer(1000), UserCount: 1, Users: NewUsers()}
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { m.Run(ctx) })
		for i := range 1000 {
			if _, err := m.Buffer.Take(ctx); err != nil {
				t.Fatalf("code %d: %v", i, err)
			}
		}
		cancel()
		all.Wait()
		if most := slices.Max(driver.asked[1:]); driver.asked[0] <= driver.most || most > 2*driver.most {
			t.Errorf("asked for %d codes, then for up to %d", driver.asked[0], most)
		}
	})
}

// A stingy driver issues no more than a number of codes at a time, each in a millisecond.
type stingy struct {
	most int

	turn   chan struct{} // a lock that virtual time understands
	asked  []int
	issued int
}

func (s *stingy) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.asked = append(s.asked, request.Count)
	var reply assay.HostReply
	for range min(request.Count, s.most) {
		time.Sleep(time.Millisecond)
		s.issued++
		reply.Codes = append(reply.Codes, assay.Code{Code: fmt.Sprint(s.issued), UserID: "u"})
	}
	return reply, nil
}

// A driver may be slow per request or per code.
func TestBatchGrowsWhileItPays(t *testing.T) {
	for _, test := range []struct {
		request, code time.Duration
		least, most   int
	}{
		{0, time.Microsecond, maxBatch, maxBatch},
		{300 * time.Millisecond, 0, maxBatch / 2, maxBatch}, // a long round trip
		{3 * time.Second, 100 * time.Microsecond, maxBatch / 2, maxBatch},
		{100 * time.Millisecond, 0, maxBatch / 2, maxBatch},
		{0, 5 * time.Millisecond, minBatch, 2 * minBatch},
		{0, 50 * time.Millisecond, 1, 4},
		{0, time.Second, 1, 1},
	} {
		b := batch{size: minBatch}
		for range 40 {
			b.took(b.size, b.size, test.request+time.Duration(b.size)*test.code, maxBatchTime)
		}
		if b.size < test.least || b.size > test.most {
			t.Errorf("%s per request and %s per code: batches of %d", test.request, test.code, b.size)
		}
	}
}

// Where nobody knows how many codes will be needed, every user returns soon: there are more users only when each has had several
// codes. Otherwise there are as many as asked for.
func TestUsersGrowWithTheCodes(t *testing.T) {
	growing, fixed := Minter{UserCount: 1000, Growing: true}, Minter{UserCount: 1000}
	for asked, want := range map[int64]int{1: 8, 32: 8, 33: 16, 64: 16, 65: 32, 1000: 256, 2048: 512, 4096: 1000, 1 << 40: 1000} {
		if got := growing.userCount(asked); got != want {
			t.Errorf("%d codes are for %d users, want %d", asked, got, want)
		}
		if got := fixed.userCount(asked); got != 1000 {
			t.Errorf("%d codes are for %d users, want 1000", asked, got)
		}
	}
	if few := (&Minter{UserCount: 3, Growing: true}); few.userCount(1) != 3 {
		t.Errorf("of 3 users, codes are for %d", few.userCount(1))
	}
}

// Where a new code of a user ends the older ones, those are never sent, and so few codes are held that most users have used theirs
// before they get the next one.
func TestOnlyTheNewestCodeOfAUser(t *testing.T) {
	m := &Minter{Kind: assay.Login, Users: NewUsers(), Buffer: NewBuffer(100)}
	m.Buffer.Newest(16)
	if room := m.Buffer.capacity(); room != 4 {
		t.Errorf("room for %d codes of 16 users, want 4", room)
	}
	var minted []assay.Code
	for i, user := range []string{"ann", "bob", "ann", "cho"} {
		minted = append(minted, assay.Code{Code: fmt.Sprint(i), UserID: user})
	}
	m.seen = newSeen()
	usable, _ := m.usable(nil, minted, time.Now(), issue{asked: 1, came: 2})
	m.Buffer.add(usable)
	for _, want := range []string{"1", "2", "3"} {
		if c, err := m.Buffer.Take(t.Context()); err != nil || c.Text != want {
			t.Errorf("code %q, %v; want %q", c.Text, err, want)
		}
	}
}
