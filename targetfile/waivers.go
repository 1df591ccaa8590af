package targetfile

import (
	_ "embed" // the schema is part of the package
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/document"
	"github.com/unified-login/assay/internal/words"
)

// waiversVersion is the schema member of a waiver file.
const waiversVersion = "assay.waivers/1"

//go:embed waivers.schema.json
var waiversSchemaJSON []byte

var waiversSchema = sync.OnceValue(func() *document.Schema { return document.Compile(waiversSchemaJSON) })

// WaiversSchema returns the JSON Schema (2020-12) of a waiver file.
func WaiversSchema() []byte { return slices.Clone(waiversSchemaJSON) }

// LoadWaivers reads the waiver file at path. Its errors are like those of [Load]. A waiver of a requirement that is
// not in set, and one whose date has passed, are errors too.
func LoadWaivers(path string, set assay.RequirementSet, now time.Time) ([]assay.Waiver, error) {
	doc, err := document.Read(path)
	if err != nil {
		return nil, err
	}
	if err := doc.Version(waiversVersion); err != nil {
		return nil, err
	}
	var waivers []assay.Waiver
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
func readWaiver(doc *document.Document, n *document.Node, now time.Time) assay.Waiver {
	waiver := assay.Waiver{ID: n.Child("id").Text(), Reason: n.Child("reason").Text(), Owner: n.Child("owner").Text()}
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
func checkWaived(doc *document.Document, items []*document.Node, set assay.RequirementSet) {
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
			doc.Report(n, "%v", set.Unknown(words.Brief(id)))
		case seen[id]:
			doc.Report(n, "%q is waived twice; keep one of the two", id)
		}
		seen[id] = true
	}
}
