package assay

import (
	_ "embed" // the schema is part of the package
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay/internal/words"
)

// WaiversSchema is the schema member of a waiver file.
const WaiversSchema = "assay.waivers/1"

// A Waiver owns up to a requirement that an implementation is known to violate.
type Waiver struct {
	ID     string // of the requirement
	Reason string // why the violation is lived with
	Owner  string // who answers for it
	// Expires is the last day on which it holds, at 00:00 UTC.
	Expires time.Time
}

// Expired reports whether the waiver's last day is over.
func (w Waiver) Expired(now time.Time) bool { return !now.Before(w.Expires.AddDate(0, 0, 1)) }

//go:embed waivers.schema.json
var waiversSchemaJSON []byte

var waiversSchema = sync.OnceValue(func() *schema { return compileSchema(waiversSchemaJSON) })

// WaiversSchemaJSON returns the JSON Schema (2020-12) of a waiver file.
func WaiversSchemaJSON() []byte { return slices.Clone(waiversSchemaJSON) }

// LoadWaivers reads the waiver file at path. Whatever is wrong is reported as [LoadTarget] does it, and so is a waiver
// that has rotted: whose requirement is not in set, or whose date has passed.
func LoadWaivers(path string, set RequirementSet, now time.Time) ([]Waiver, error) {
	doc, err := readDocument(path)
	if err != nil {
		return nil, err
	}
	if err := doc.version(WaiversSchema); err != nil {
		return nil, err
	}
	var waivers []Waiver
	if n := doc.root.find("waivers"); n != nil {
		for i, item := range n.items {
			waivers = append(waivers, doc.waiver(fmt.Sprintf("waivers[%d]", i), item, now))
		}
		doc.checkIDs(n.items, set)
	}
	doc.validate(waiversSchema())
	if err := doc.err(); err != nil {
		return nil, err
	}
	return waivers, nil
}

// waiver reads one waiver and reports a date that is none or has passed.
func (d *document) waiver(name string, n *node, now time.Time) Waiver {
	waiver := Waiver{ID: n.child("id").text(), Reason: n.child("reason").text(), Owner: n.child("owner").text()}
	expires := n.child("expires")
	written := expires.text()
	if written == "" {
		return waiver
	}
	date, err := time.Parse(time.DateOnly, written)
	waiver.Expires = date
	switch {
	case err != nil:
		d.reportNode(expires, "%s.expires%s is not a date; write it like 2026-12-31", name, d.quote(name, expires))
	case waiver.Expired(now):
		d.reportNode(expires, "%s.expires: the waiver ended with %s; mend the violation, or give it a new date", name, written)
	}
	return waiver
}

// checkIDs reports waivers of requirements that are not in set, and a second waiver of one.
func (d *document) checkIDs(items []*node, set RequirementSet) {
	seen := map[string]bool{}
	for _, item := range items {
		n := item.child("id")
		id := n.text()
		if id == "" {
			continue
		}
		_, known := set.Find(id)
		switch {
		case !known && strings.ContainsAny(id, "*?["):
			d.reportNode(n, "%q is a pattern; a waiver takes one exact id, so write one for each requirement", words.Brief(id))
		case !known:
			d.reportNode(n, "%v", set.unmatched(words.Brief(id)))
		case seen[id]:
			d.reportNode(n, "%q is waived twice; keep one of the two", id)
		}
		seen[id] = true
	}
}
