package people

import (
	"math/rand/v2"
	"strings"
)

// inventChannels returns three channels of different forms: a reverse domain, a word, and two words with a dash. One of
// them has a capital, because a platform may fold the case of channels.
func inventChannels(random *rand.Rand) []string {
	words := []string{"lantern", "mosaic", "harbor", "finclip", "juniper", "cobalt", "meadow", "saffron", "willow", "comet",
		"orchard", "pebble"}
	random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	capital := &words[random.IntN(3)]
	*capital = strings.ToUpper((*capital)[:1]) + (*capital)[1:]
	ends := []string{"app", "wallet", "superapp", "mall", "bank"}
	end := func() string { return ends[random.IntN(len(ends))] }
	return []string{"com." + words[0] + "." + end(), words[1], words[2] + "-" + end()}
}
