package driver

import (
	"slices"
	"strings"

	"github.com/unified-login/assay/internal/rawjson"
)

// protocolMembers are the names that a reply has by the protocol, wherever they stand in it.
func protocolMembers() []string {
	return []string{"id", "hello", "callbacks", "later", "codes", "ok", "pat", "unsupported", "error", // of a reply
		"name", "detail", "version", "ops", "platforms", "code", "kind", "appId", "userId", "channel", "phone", "expiresAt"}
}

// repeated returns a member of the protocol that an object of a well-formed reply has twice; "" for none. encoding/json would keep
// the last one, or a mixture of both: a host app that called back would look like one that did not. What the mini-program saw is not
// looked into, nor are members that the protocol does not have.
func repeated(text []byte) string {
	member, _ := twice(text, protocolMembers(), ofProtocol)
	return member
}

// twice returns the first of the members that an object of a well-formed text has a second time, and where its second name begins;
// "" for none. It looks into the objects that are known, by the member of the text's own object that they are in and their depth, of
// three at most.
func twice(text []byte, members []string, known func(top string, depth int) bool) (member string, second int) {
	var seen [4]uint32 // by depth, the members of the object that is open there
	var top string     // the member of the text's own object that is being read
	for r := rawjson.NewReader(text); r.Next(); {
		if r.Depth > 3 {
			continue
		}
		if r.Value.Kind == '{' && r.Depth < 3 {
			seen[r.Depth+1] = 0
		}
		if r.Name.Kind != rawjson.String {
			continue
		}
		name := rawjson.Decode(r.Content(r.Name))
		if r.Depth == 1 {
			top = strings.ToLower(name)
		}
		at := slices.IndexFunc(members, func(member string) bool { return strings.EqualFold(member, name) }) // as encoding/json compares
		if at < 0 || !known(top, r.Depth) {
			continue
		}
		if seen[r.Depth]&(1<<at) != 0 {
			return members[at], r.Name.Start
		}
		seen[r.Depth] |= 1 << at
	}
	return "", 0
}

// ofProtocol reports whether the protocol knows the object at this depth in a member of a reply.
func ofProtocol(top string, depth int) bool {
	switch top {
	case "hello":
		return depth <= 2
	case "callbacks", "later", "codes":
		return depth != 2
	default:
		return depth == 1
	}
}
