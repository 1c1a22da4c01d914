package text

import (
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// toneless maps vowels with a tone to plain letters; ü is written v.
var toneless = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ê", "e",
	"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o",
	"ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v",
	"ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m",
)

// readings gives a character's syllables without tones, the usual one first.
func readings(r rune) []string {
	s, ok := pinyin.PinyinDict[int(r)]
	if !ok {
		return nil
	}
	var out []string
	for _, p := range strings.Split(toneless.Replace(s), ",") {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
