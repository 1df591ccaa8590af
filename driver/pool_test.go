package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// poolFile writes a pool of login codes: a number of codes for each user, after the lines of more.
func poolFile(t *testing.T, codes map[string]int, more ...string) string {
	t.Helper()
	lines := more
	for user, count := range codes {
		for i := range count {
			lines = append(lines, fmt.Sprintf(`{"kind":"login","code":"canary-%s-%d","appId":"fc1","userId":%q,"channel":"finclip"}`, user, i, user))
		}
	}
	path := filepath.Join(t.TempDir(), "codes.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func openPool(t *testing.T, path string) assay.Host {
	t.Helper()
	host, err := Pool(path)
	if err != nil {
		t.Fatal(err)
	}
	return host
}

func TestPoolOffersMintOnly(t *testing.T) {
	host, hello, err := Greet(t.Context(), openPool(t, poolFile(t, map[string]int{"a": 1})))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(assay.Hello{Name: "pool", Version: "1", Ops: []assay.Op{assay.OpMint}}, hello); diff != "" {
		t.Errorf("hello (-want +got):\n%s", diff)
	}
	for _, op := range assay.Ops() {
		if !hello.Offers(op) {
			_, err := host.Ask(t.Context(), assay.HostRequest{Op: op})
			drivertest.WantUnsupported(t, err, fmt.Sprintf("for %s the target needs driver: {exec: …} or {http: …}", op))
		}
	}
	_, err = openPool(t, poolFile(t, nil)).Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantUnsupported(t, err, "a pool of codes has no live host")
}

func TestPoolUsesEachCodeOnce(t *testing.T) {
	host := openPool(t, poolFile(t, map[string]int{"a": 40, "b": 40, "c": 40}))
	var seen sync.Map
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			reply, err := host.Ask(t.Context(), drivertest.MintSpread(2, 10))
			if err != nil || len(reply.Codes) != 10 {
				t.Errorf("%d codes, %v", len(reply.Codes), err)
			}
			for _, code := range reply.Codes {
				if _, again := seen.LoadOrStore(code.Code, true); again {
					t.Error("a code was returned twice")
				}
			}
		})
	}
	group.Wait()
	_, err := host.Ask(t.Context(), drivertest.MintSpread(1, 1))
	drivertest.WantUnsupported(t, err, "login codes for fc1 is too small: users 0, needed 1; add codes to the file")
}

func TestPoolByUser(t *testing.T) {
	host := openPool(t, poolFile(t, map[string]int{"a": 2, "b": 1}))
	got := drivertest.Ask(t, host, drivertest.MintFor("a", 1)).Codes
	want := []assay.Code{{Kind: assay.Login, Code: "canary-a-0", AppID: "fc1", UserID: "a", Channel: "finclip"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err := host.Ask(t.Context(), drivertest.MintFor("a", 2))
	drivertest.WantUnsupported(t, err, "is too small: codes of that user 1, needed 2; add codes to the file")
	_, err = host.Ask(t.Context(), drivertest.MintFor("nobody", 1))
	drivertest.WantUnsupported(t, err, "is too small: codes of that user 0, needed 1")
	other := drivertest.MintFor("a", 1)
	channel := "elsewhere"
	other.Host.Channel = &channel
	_, err = host.Ask(t.Context(), other)
	drivertest.WantUnsupported(t, err, "is too small: codes of that user 0, needed 1")
	if got := drivertest.Ask(t, host, drivertest.MintFor("a", 1)).Codes[0].Code; got != "canary-a-1" {
		t.Errorf("a refused request used a code: %s", got)
	}
}

func TestPoolFiltersByKindAndApp(t *testing.T) {
	host := openPool(t, poolFile(t, nil,
		`{"kind":"phone","code":"p","appId":"fc1","userId":"a","phone":"13800001111"}`,
		`{"kind":"login","code":"l","appId":"fc2","userId":"a"}`))
	_, err := host.Ask(t.Context(), drivertest.MintSpread(1, 1))
	drivertest.WantUnsupported(t, err, "of login codes for fc1 is empty; add codes to the file")
	phone := drivertest.MintSpread(1, 1)
	phone.Kind = assay.Phone
	if got := drivertest.Ask(t, host, phone).Codes[0]; got.Code != "p" || got.Phone != "13800001111" {
		t.Errorf("%+v", got)
	}
}

func TestPoolSpreadsOverUsers(t *testing.T) {
	host := openPool(t, poolFile(t, map[string]int{"a": 1, "b": 3, "c": 3}))
	users := map[string]int{}
	for _, code := range drivertest.Ask(t, host, drivertest.MintSpread(2, 6)).Codes {
		users[code.UserID]++
	}
	if diff := cmp.Diff(map[string]int{"b": 3, "c": 3}, users); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	host = openPool(t, poolFile(t, map[string]int{"a": 2, "b": 2, "c": 9}))
	_, err := host.Ask(t.Context(), drivertest.MintSpread(4, 8))
	drivertest.WantUnsupported(t, err, "is too small: users 3, needed 4")
	_, err = host.Ask(t.Context(), drivertest.MintSpread(2, 12))
	drivertest.WantUnsupported(t, err, "is too small: codes of 2 users 11, needed 12")
	users = map[string]int{}
	for _, code := range drivertest.Ask(t, host, drivertest.MintSpread(3, 3)).Codes {
		users[code.UserID]++
	}
	if diff := cmp.Diff(map[string]int{"a": 1, "b": 1, "c": 1}, users); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := drivertest.Ask(t, host, drivertest.MintSpread(50, 2)).Codes; got[0].UserID == got[1].UserID {
		t.Errorf("two codes of %s, with two users to choose from", got[0].UserID)
	}
}

// Members that a pool does not know, and those inside of them, may be there twice.
func TestPoolKnowsItsMembersOnly(t *testing.T) {
	host := openPool(t, poolFile(t, nil, `{"note":1,"note":{"code":1,"code":2},"kind":"login","code":"c","appId":"fc1","userId":"a","tags":["code","code"]}`))
	if got := drivertest.Ask(t, host, drivertest.MintFor("a", 1)).Codes[0].Code; got != "c" {
		t.Errorf("code %q", got)
	}
}

func TestPoolSkipsExpiredCodes(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	code := func(name string, expires time.Time) assay.Code {
		return assay.Code{Kind: assay.Login, Code: name, AppID: "fc1", UserID: "a", ExpiresAt: expires}
	}
	host := newPool("codes.jsonl", []assay.Code{
		code("past", now.Add(-time.Second)), code("now", now), code("soon", now.Add(time.Second)), code("never", time.Time{}),
	}, func() time.Time { return now })
	if got := drivertest.Ask(t, host, drivertest.MintFor("a", 1)).Codes[0].Code; got != "soon" {
		t.Errorf("code %q", got)
	}
	now = now.Add(time.Hour)
	if got := drivertest.Ask(t, host, drivertest.MintSpread(1, 1)).Codes[0].Code; got != "never" {
		t.Errorf("code %q", got)
	}
}

func TestPoolRefusesFiles(t *testing.T) {
	good := `{"kind":"login","code":"canary","appId":"fc1","userId":"a"}`
	for _, test := range []struct{ line, want string }{
		{`{"kind":"login","code":"canary`, "line 2: not a JSON object that describes a code"},
		{`{"kind":"login","code":13800001111}`, "line 2: not a JSON object that describes a code"},
		{`{"kind":"sms","code":"canary-2","appId":"fc1","userId":"a"}`, `line 2: unknown kind "sms"; use "login" or "phone"`},
		{`{"kind":"login","appId":"fc1","userId":"a"}`, "line 2: code is missing"},
		{`{"kind":"login","code":"canary-2","userId":"a"}`, "line 2: appId is missing"},
		{`{"kind":"login","code":"canary-2","appId":"fc1"}`, "line 2: userId is missing"},
		{good, "line 2: repeats the code of line 1"},
		{`{"kind":"login","code":"canary-2","code":"canary-3","appId":"fc1","userId":"a"}`, "line 2: column 35: code is there twice; write it once"},
		{`{"kind":"login","code":"canary-2","appId":"fc1","userId":"a","userid":"b"}`, "line 2: column 62: userId is there twice; write it once"},
		{`{"kind":"login","code":"canary-2","appId":"fc1","userId":"a","channel":"微信","ch\u0061nnel":"b"}`, "line 2: column 77: channel is there twice"},
		{`{"kind":"login","kind":"phone","code":"canary-2"}`, "line 2: column 17: kind is there twice"},
		{strings.Repeat(" ", maxLine+1), "line 2 is longer than 4 MiB; end each code with a line break"},
	} {
		path := poolFile(t, nil, good, test.line)
		_, err := Pool(path)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Pool = %v, want %s", err, test.want)
			continue
		}
		drivertest.WantNoSecret(t, strings.ReplaceAll(err.Error(), path, ""))
	}
	if _, err := Pool("/no/such/file"); err == nil || !strings.Contains(err.Error(), "pool of codes /no/such/file: no such file or directory; check the path") {
		t.Errorf("Pool = %v", err)
	}
	_, err := openPool(t, poolFile(t, nil)).Ask(t.Context(), drivertest.MintSpread(0, 1))
	drivertest.WantDriverError(t, err, "count 1, users 0")
}
