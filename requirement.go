package assay

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/unified-login/assay/internal/told"
	"github.com/unified-login/assay/internal/words"
)

// A Level says what a violation of a requirement means.
type Level string

// The levels.
const (
	Must   Level = "must"   // the run is nonconformant
	Should Level = "should" // a warning
	May    Level = "may"    // never judged: the observation is recorded
)

// High is the severity of a should whose violation fails the hardened profile.
const High = "high"

// The profiles: frozen sets of requirements that an implementation declares.
const (
	ProfileLogin    = "login"    // POST unified-auth/login
	ProfilePhone    = "phone"    // POST unified-auth/phone/get
	ProfileHost     = "host"     // the Host-App SDKs and plugins
	ProfileHardened = "hardened" // the security practice that the guide leaves open
	ProfileLoad     = "load"     // judged from a load run
)

// Profiles lists every profile.
func Profiles() []string {
	return []string{ProfileLogin, ProfilePhone, ProfileHost, ProfileHardened, ProfileLoad}
}

// CheckProfiles returns an error that names the first unknown profile.
func CheckProfiles(profiles []string) error {
	for _, profile := range profiles {
		if !slices.Contains(Profiles(), profile) {
			return told.Failed(told.ProfileUnknown, strconv.Quote(profile), Profiles())
		}
	}
	return nil
}

// A Requirement is one thing that an implementation is held to.
type Requirement struct {
	ID       string     `yaml:"id"` // never changes, "chapter.name"
	Level    Level      `yaml:"level"`
	Severity string     `yaml:"severity"` // High, or empty for normal
	On       []Endpoint `yaml:"on"`       // empty for requirements about the host app
	Profiles []string   `yaml:"profiles"`
	Needs    []string   `yaml:"needs"`  // what the target or driver must provide
	Source   string     `yaml:"source"` // where the rule comes from
	Says     string     `yaml:"says"`   // the requirement's own sentence
	Test     string     `yaml:"test"`   // how it is tested from outside
	Accept   string     `yaml:"accept"` // legal variations, which always pass
}

// Chapter is the part of the ID before the dot.
func (r Requirement) Chapter() string {
	chapter, _, _ := strings.Cut(r.ID, ".")
	return chapter
}

// In reports whether the requirement belongs to profile.
func (r Requirement) In(profile string) bool { return slices.Contains(r.Profiles, profile) }

// Binding reports whether profile fails when the requirement is violated: a must binds every profile it is in, a
// should of high severity binds the hardened profile.
func (r Requirement) Binding(profile string) bool {
	if !r.In(profile) {
		return false
	}
	return r.Level == Must || profile == ProfileHardened && r.Severity == High
}

// Worst returns the verdict of the requirement from those of its cases and endpoints. Where it is not a must,
// Warn is the violation itself and outweighs Untested and Error.
func (r Requirement) Worst(verdicts ...Verdict) Verdict {
	if r.Level != Must && slices.Contains(verdicts, Warn) {
		return Warn
	}
	return Worst(verdicts...)
}

// Violated is the verdict of a violation: Fail for a must, Warn for a should, Observed for a may.
func (r Requirement) Violated() Verdict {
	switch r.Level {
	case Must:
		return Fail
	case Should:
		return Warn
	default:
		return Observed
	}
}

// A RequirementSet is a frozen list of requirements.
type RequirementSet struct {
	Name         string        `yaml:"set"` // "unified-login/1.0"
	Requirements []Requirement `yaml:"requirements"`
	// Digest is "sha256:" and the hex digest of the list as published.
	Digest string `yaml:"-"`
}

//go:embed requirements.yaml requirements-1.0.yaml
var requirementsYAML embed.FS

// Requirements returns the requirement set that this build judges by. The caller must not change it.
func Requirements() RequirementSet { return requirements() }

// FormerRequirements returns the sets of earlier versions, the latest first: old reports name them. The caller must not
// change them.
func FormerRequirements() []RequirementSet { return formerRequirements() }

// The lists are compiled in, so a list that does not parse is a broken build: a panic, which the first test shows.
var (
	requirements       = sync.OnceValue(func() RequirementSet { return mustParse("requirements.yaml") })
	formerRequirements = sync.OnceValue(func() []RequirementSet { return []RequirementSet{mustParse("requirements-1.0.yaml")} })
)

func mustParse(file string) RequirementSet {
	text, err := requirementsYAML.ReadFile(file)
	if err != nil {
		panic(err)
	}
	set, err := parseRequirements(text)
	if err != nil {
		panic(err)
	}
	return set
}

func parseRequirements(text []byte) (RequirementSet, error) {
	var set RequirementSet
	if err := yaml.UnmarshalWithOptions(text, &set, yaml.Strict()); err != nil {
		return set, fmt.Errorf("requirement set: %w", err)
	}
	seen := map[string]bool{}
	for _, requirement := range set.Requirements {
		if seen[requirement.ID] {
			return set, fmt.Errorf("requirement set: duplicate id %q", requirement.ID)
		}
		seen[requirement.ID] = true
	}
	digest := sha256.Sum256(text)
	set.Digest = "sha256:" + hex.EncodeToString(digest[:])
	return set, nil
}

// Find returns the requirement with the given id.
func (s RequirementSet) Find(id string) (Requirement, bool) {
	for _, requirement := range s.Requirements {
		if requirement.ID == id {
			return requirement, true
		}
	}
	return Requirement{}, false
}

// Select returns the ids that any of the patterns matches, in the set's order. A pattern is a glob over the whole id,
// where * also matches dots, or an exact id. A pattern that is malformed or matches nothing is an error.
func (s RequirementSet) Select(patterns ...string) ([]string, error) {
	selected := map[string]bool{}
	for _, pattern := range patterns {
		matched := false
		for _, requirement := range s.Requirements {
			ok, err := path.Match(pattern, requirement.ID)
			if err != nil {
				return nil, fmt.Errorf("%q is not a pattern: %w; close every [ with a ], or write \\[", pattern, err)
			}
			if ok {
				matched, selected[requirement.ID] = true, true
			}
		}
		if !matched {
			return nil, s.unmatchedPattern(pattern)
		}
	}
	var ids []string
	for _, requirement := range s.Requirements {
		if selected[requirement.ID] {
			ids = append(ids, requirement.ID)
		}
	}
	return ids, nil
}

// unmatchedPattern suggests a chapter before it suggests an id.
func (s RequirementSet) unmatchedPattern(pattern string) error {
	var chapters []string
	for _, requirement := range s.Requirements {
		chapter, _, _ := strings.Cut(requirement.ID, ".")
		chapters = append(chapters, chapter)
	}
	if near := words.Nearest(pattern, chapters); near != "" {
		return fmt.Errorf("%q matches no requirement; did you mean %q? 'assay explain' lists them all", pattern, near+".*")
	}
	return s.Unknown(pattern)
}

// Unknown is the error of an id or a pattern that matches no requirement; it suggests the nearest id, or what has the pattern as a part.
func (s RequirementSet) Unknown(pattern string) error {
	ids := make([]string, len(s.Requirements))
	for i, requirement := range s.Requirements {
		ids[i] = requirement.ID
	}
	if near := cmp.Or(words.Nearest(pattern, ids), partOf(ids, pattern)); near != "" {
		return told.Failed(told.PatternNear, strconv.Quote(pattern), strconv.Quote(near))
	}
	return told.Failed(told.PatternUnknown, strconv.Quote(pattern))
}

// partOf returns the id that has a part behind the name of its chapter, or a pattern of those that contain it; empty where none does.
func partOf(ids []string, part string) string {
	const shortest = 3
	if len(part) < shortest || strings.ContainsAny(part, `*?[]\`) {
		return ""
	}
	if at := slices.IndexFunc(ids, func(id string) bool { return strings.HasSuffix(id, "."+part) }); at >= 0 {
		return ids[at]
	}
	if slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(id, part) }) {
		return "*" + part + "*"
	}
	return ""
}

// nameOf10 is the first set.
const nameOf10 = "unified-login/1.0"

// ProfileDigest is "sha256:" and the hex digest of the set's name and the profile's requirements, one line "id level
// severity" each, in the order of the set: two runs with equal digests were judged by the same list. The set 1.0 has its
// published digests, which leave out the name.
func (s RequirementSet) ProfileDigest(profile string) string {
	digest := sha256.New()
	if s.Name != nameOf10 {
		_, _ = fmt.Fprintf(digest, "%s\n", s.Name)
	}
	for _, requirement := range s.Requirements {
		if requirement.In(profile) {
			_, _ = fmt.Fprintf(digest, "%s %s %s\n", requirement.ID, requirement.Level, requirement.Severity)
		}
	}
	return "sha256:" + hex.EncodeToString(digest.Sum(nil))
}

//go:embed requirements.*.yaml
var sentencesYAML embed.FS

// Sentence returns the sentence of the requirement with the given id in another language than English, the set's own;
// false when there is no such sentence. The only language is "zh". The English sentence is the binding one.
func Sentence(language, id string) (string, bool) {
	sentence, ok := sentences()[language][id]
	return sentence, ok
}

// The sentences are compiled in, like the requirement set.
var sentences = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, language := range []string{"zh"} {
		text, err := sentencesYAML.ReadFile("requirements." + language + ".yaml")
		if err == nil {
			all[language], err = parseSentences(text)
		}
		if err != nil {
			panic(err)
		}
	}
	return all
})

// A Trial says how a requirement is tested, and which answers are accepted.
type Trial struct {
	Test   string `yaml:"test"`
	Accept string `yaml:"accept"` // may be empty
}

// TrialIn returns the trial of the requirement with the given id in another language than English, the set's own; false when there is
// none. The only language is "zh".
func TrialIn(language, id string) (Trial, bool) {
	trial, ok := trials()[language][id]
	return trial, ok
}

// The trials are compiled in, like the sentences.
var trials = sync.OnceValue(func() map[string]map[string]Trial {
	text, err := sentencesYAML.ReadFile("requirements.tests.zh.yaml")
	if err != nil {
		panic(err)
	}
	said := map[string]Trial{}
	if err := yaml.UnmarshalWithOptions(text, &said, yaml.Strict()); err != nil {
		panic(err)
	}
	return map[string]map[string]Trial{"zh": said}
})

func parseSentences(text []byte) (map[string]string, error) {
	said := map[string]string{}
	if err := yaml.UnmarshalWithOptions(text, &said, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("requirement sentences: %w", err)
	}
	return said, nil
}
