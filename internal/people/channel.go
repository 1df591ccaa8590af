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

// OddChannels are channels of one form that a platform may alter: one, or two that differ little.
type OddChannels struct {
	Form     string
	Channels []string
	// Lenient: the form is unusual, so that altering it is a lesser fault.
	Lenient bool
}

// OddChannels returns channels of other forms than the people's own.
func (p *People) OddChannels() []OddChannels {
	random := p.random()
	word := letters(random, 8)
	return []OddChannels{
		{Form: "with capitals", Channels: []string{strings.ToUpper(letters(random, 1)) + letters(random, 3) + strings.ToUpper(letters(random, 4))}},
		{Form: "two that differ in case", Channels: []string{word, strings.ToUpper(word[:1]) + word[1:]}},
		{Form: "with digits and an underscore", Channels: []string{letters(random, 5) + "_0" + letters(random, 2) + "7"}},
		{Form: "with a space inside", Channels: []string{letters(random, 5) + " " + letters(random, 5)}},
		{Form: "of 32 characters", Channels: []string{"com." + letters(random, 12) + "." + letters(random, 15)}},
		{Form: "with Chinese letters", Channels: []string{chinese(random, 4)}, Lenient: true},
		{Form: "with what addresses and pages escape", Channels: []string{letters(random, 5) + "+%41&" + letters(random, 3)}},
		{Form: "with a colon, a slash and a comma", Channels: []string{letters(random, 4) + ":" + letters(random, 3) + "/" + letters(random, 3) + "," + letters(random, 3)}, Lenient: true},
		{Form: "of digits with a zero in front", Channels: []string{"0" + numeral(random)}},
		{Form: "of 18 digits", Channels: []string{"9" + numeral(random) + numeral(random) + "123"}},
		{Form: "that is a word for no value", Channels: []string{[]string{"null", "undefined", "true", "false"}[random.IntN(4)]}, Lenient: true},
		{Form: "with quotes and angle brackets", Channels: []string{letters(random, 3) + `"<` + letters(random, 3) + ">'"}, Lenient: true},
		{Form: "with spaces around it", Channels: []string{" " + letters(random, 6) + " "}, Lenient: true},
		{Form: "of 64 characters", Channels: []string{letters(random, 64)}, Lenient: true},
	}
}

// The CJK unified ideographs that are letters of test users, all with two bytes in UTF-16.
const firstLetter, allLetters = 0x4e00, 0x5000

// chinese returns n letters of Chinese.
func chinese(random *rand.Rand, n int) string {
	text := make([]rune, n)
	for i := range text {
		text[i] = firstLetter + rune(random.IntN(allLetters))
	}
	return string(text)
}
