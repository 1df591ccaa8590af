package assay

import (
	_ "embed" // the schema is part of the package
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay/internal/document"
	"github.com/unified-login/assay/internal/words"
)

// WaiversSchema is the schema member of a waiver file.
const WaiversSchema = "assay.waivers/1"

// A Waiver accepts that an implementation is known to violate a requirement, until a date.
type Waiver struct {
	ID     string // of the requirement
	Reason string // why the violation is accepted
	Owner  string // who is responsible for it
	// Expires is the last day of the waiver, at 00:00 UTC.
	Expires time.Time
}

// Expired reports whether the waiver's last day is over.
func (w Waiver) Expired(now time.Time) bool { return !now.Before(w.Expires.AddDate(0, 0, 1)) }

//go:embed waivers.schema.json
var waiversSchemaJSON []byte

var waiversSchema = sync.OnceValue(func() *document.Schema { return document.Compile(waiversSchemaJSON) })

// WaiversSchemaJSON returns the JSON Schema (2020-12) of a waiver file.
func WaiversSchemaJSON() []byte { return slices.Clone(waiversSchemaJSON) }

// LoadWaivers reads the waiver file at path. Its errors are like those of [LoadTarget]. A waiver of a requirement that is
// not in set, and one whose date has passed, are errors too.
func LoadWaivers(path string, set RequirementSet, now time.Time) ([]Waiver, error) {
	doc, err := document.Read(path)
	if err != nil {
		return nil, err
	}
	if err := doc.Version(WaiversSchema); err != nil {
		return nil, err
	}
	var waivers []Waiver
	items := doc.Find("waivers").Items()
	for _, item := range items {
		waivers = append(waivers, readWaiver(doc, item, now))
	}
	checkWaived(doc, items, set)
	doc.Validate(waiversSchema(), nil)
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return waivers, nil
}

// readWaiver reads one waiver, and reports an expiry that is not a date or has passed.
func readWaiver(doc *document.Document, n *document.Node, now time.Time) Waiver {
	waiver := Waiver{ID: n.Child("id").Text(), Reason: n.Child("reason").Text(), Owner: n.Child("owner").Text()}
	expires := n.Child("expires")
	written := expires.Text()
	if written == "" {
		return waiver
	}
	date, err := time.Parse(time.DateOnly, written)
	waiver.Expires = date
	switch {
	case err != nil:
		doc.Reject(expires, "is not a date; write one like 2026-12-31")
	case waiver.Expired(now):
		doc.Report(expires, "%s: the waiver ended on %s; fix the violation, or set a later date", expires.Path(), written)
	}
	return waiver
}

// checkWaived reports waivers of requirements that are not in set, and a second waiver of one.
func checkWaived(doc *document.Document, items []*document.Node, set RequirementSet) {
	seen := map[string]bool{}
	for _, item := range items {
		n := item.Child("id")
		id := n.Text()
		if id == "" {
			continue
		}
		_, known := set.Find(id)
		switch {
		case !known && strings.ContainsAny(id, "*?["):
			doc.Report(n, "%q is a pattern; a waiver takes one exact id, so write one for each requirement", words.Brief(id))
		case !known:
			doc.Report(n, "%v", set.unmatched(words.Brief(id)))
		case seen[id]:
			doc.Report(n, "%q is waived twice; keep one of the two", id)
		}
		seen[id] = true
	}
}
