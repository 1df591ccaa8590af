package assay

import (
	"embed"
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed requirements.*.yaml
var sentencesYAML embed.FS

// Sentence returns what the requirement with the given id says in another language than the set's own, English; false
// when there is no such sentence. There is "zh". The English sentence is the binding one.
func Sentence(language, id string) (string, bool) {
	sentence, ok := sentences()[language][id]
	return sentence, ok
}

// The sentences are compiled in, as the requirement set is.
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

func parseSentences(text []byte) (map[string]string, error) {
	said := map[string]string{}
	if err := yaml.UnmarshalWithOptions(text, &said, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("requirement sentences: %w", err)
	}
	return said, nil
}
