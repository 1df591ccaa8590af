package suites

import (
	"slices"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// patPaths sends every spelling of the path without a PAT and with an unknown one. With the valid PAT it says whether the
// spelling finds the endpoint at all.
func patPaths(t *Trial) {
	t.overHTTP1()
	matcher := expect.GiveNoIdentity()
	matcher.Refusal = false // a server may answer such a path by itself
	unknown := t.bearer(t.session.reshape(t.PAT().Reveal()))
	var mu sync.Mutex
	var routed []string
	spellings := t.paths()
	for _, spelling := range spellings {
		t.Case("the path: "+spelling.Name, func(t *Trial) {
			twin := t.alone(spelling.Bend)
			if expect.Identified(twin) {
				mu.Lock()
				routed = append(routed, spelling.Name)
				mu.Unlock()
			}
			for name, bend := range map[string]client.Bend{"without a PAT": client.NoAuthorization(), "with an unknown PAT": unknown} {
				t.situation = "the path: " + spelling.Name + ", " + name
				t.Expect(t.alone(spelling.Bend, bend)).After().To(matcher) // the path need not be routed
			}
		})
	}
	t.await()
	slices.Sort(routed)
	if len(routed) > 0 {
		t.Note(phrase.PathsRouted, len(routed), len(spellings), strings.Join(slices.Compact(routed), "; "))
		return
	}
	t.Note(phrase.NoPathRouted, len(spellings))
}

// paths lists spellings of the path: the well-known ones, and of the others a half that the seed decides, the other half of which
// is tried on the other endpoint. A thorough run, or one of a single endpoint, tries them all.
func (t *Trial) paths() []tamper.Path {
	all := tamper.Paths(t.Endpoint.Path())
	if t.session.config.Thorough || len(t.session.endpoints()) < 2 {
		return all
	}
	order := t.session.seeded("paths").Perm(len(all))
	i := 0
	return slices.DeleteFunc(all, func(path tamper.Path) bool {
		own := (order[i]%2 == 0) == (t.Endpoint == assay.Login)
		i++
		return !path.Always && !own
	})
}

// alone sends a fresh code on a connection of its own, byte by byte as the request is given.
func (t *Trial) alone(bends ...client.Bend) assay.Exchange {
	conn := t.connect()
	defer conn.Close()
	return t.On(conn, t.Code(), bends...)
}
