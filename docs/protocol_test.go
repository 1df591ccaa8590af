package docs

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
)

// driver.md has a request and a reply for every op, and the reply is complete: assay accepts it for that request.
func TestEveryOpHasAnExample(t *testing.T) {
	requests, replies := examples[assay.HostRequest](t, "request"), examples[assay.HostReply](t, "reply")
	checked, _, err := driver.Greet(t.Context(), guide(replies))
	if err != nil {
		t.Fatal(err)
	}
	shown := map[assay.Op]bool{}
	for id, request := range requests {
		shown[request.Op] = true
		if _, answered := replies[id]; !answered {
			t.Errorf("driver.md: the request %d has no reply", id)
		} else if _, err := checked.Ask(t.Context(), request); err != nil {
			t.Errorf("driver.md: the reply %d: %v", id, err)
		}
	}
	for _, op := range assay.Ops() {
		if !shown[op] {
			t.Errorf("driver.md has no request and reply of %s", op)
		}
	}
}

// A guide is a driver that answers with the replies of driver.md, by id. It offers every op, and the request without an id is
// hello.
type guide map[int]assay.HostReply

func (g guide) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if request.ID == 0 {
		return assay.HostReply{Hello: &assay.Hello{Ops: assay.Ops(), Platforms: assay.Platforms()}}, nil
	}
	return g[request.ID], nil
}

// The examples name no scope but the two that a run requests.
func TestScopesOfTheGuide(t *testing.T) {
	for id, request := range examples[assay.HostRequest](t, "request") {
		for _, scope := range request.Scopes {
			if scope != "unified-auth" && scope != "other" {
				t.Errorf("driver.md: the request %d has the scope %q", id, scope)
			}
		}
	}
}

// examples reads the lines of the guide's blocks of one kind, by id. A member that the protocol does not have is an error, and so
// is an id that is used twice.
func examples[T assay.HostRequest | assay.HostReply](t *testing.T, kind string) map[int]T {
	t.Helper()
	page, err := os.ReadFile("driver.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]T{}
	for _, block := range regexp.MustCompile("(?s)```json "+kind+"\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(block[1]) {
			var message T
			decoder := json.NewDecoder(strings.NewReader(line))
			decoder.DisallowUnknownFields()
			var numbered struct{ ID int }
			if err := json.Unmarshal([]byte(line), &numbered); err != nil {
				t.Fatalf("%s %s: %v", kind, line, err)
			}
			if err := decoder.Decode(&message); err != nil {
				t.Errorf("%s %s: %v", kind, line, err)
			}
			if _, twice := found[numbered.ID]; twice {
				t.Errorf("driver.md: the id %d of a %s is used twice", numbered.ID, kind)
			}
			found[numbered.ID] = message
		}
	}
	if len(found) == 0 {
		t.Fatalf("no %s in driver.md", kind)
	}
	return found
}
