package suites

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/unified-login/assay"
)

// Of the cases of a requirement, one in oneCaseIn is tried again in a further mini-program, and at least fewCases of them, beside what
// is not a case.
const fewCases, oneCaseIn = 1, 8

// inEachApp registers body as requirement does, and tries it in the further mini-programs too: a check may know the first alone. There
// the seed chooses the endpoint and a few of the cases, or a thorough run tries them all.
func (c *chapter) inEachApp(id string, body func(*Trial)) {
	c.requirement(id, func(t *Trial) {
		for app := 1; app < len(t.session.config.Target.Apps) && t.triesElsewhere(); app++ {
			t.Case("", func(t *Trial) {
				t.app, t.few = app, new(choice)
				body(t)
			})
		}
		body(t)
	})
}

// triesElsewhere reports whether the trial is one of those that try further mini-programs: at one endpoint that the seed decides, or at
// each in a thorough run, and at one API server.
func (t *Trial) triesElsewhere() bool {
	if len(t.requirement.On) < 2 || len(t.session.endpoints()) < 2 || t.session.config.Thorough {
		return t.replica == 0
	}
	onLogin := t.session.seeded("elsewhere", t.requirement.ID).IntN(2) == 0
	return t.replica == 0 && onLogin == (t.Endpoint == assay.Login)
}

// A choice collects cases, of which a few are tried.
type choice struct {
	mu    sync.Mutex
	cases []chosenCase
}

type chosenCase struct {
	situation string
	body      func(*Trial)
}

func (c *choice) add(situation string, body func(*Trial)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cases = append(c.cases, chosenCase{situation, body})
}

// choose begins a few of the cases that were collected.
func (t *Trial) choose() {
	if t.few == nil {
		return
	}
	all := t.few.cases
	t.few = nil // their own cases are not chosen from
	slices.SortFunc(all, func(a, b chosenCase) int { return strings.Compare(a.situation, b.situation) })
	if !t.session.config.Thorough {
		random := t.session.seeded("elsewhere", t.requirement.ID, string(t.Endpoint), t.App(0))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:min(max(fewCases, len(all)/oneCaseIn), len(all))]
	}
	for _, chosen := range all {
		t.Case(chosen.situation, chosen.body)
	}
}

// inside names the case among those of the trial around it.
func (t *Trial) inside(around *Trial) string {
	if t.app == around.app {
		return t.situation
	}
	return fmt.Sprintf("mini-program %d", t.app+1)
}
