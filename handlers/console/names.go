package console

import (
	"maps"

	"github.com/beianbot/beianbot/bot/vocab"
)

// addNames adds the English names of every closed set to the list of words, under their Chinese names.
func addNames(words map[string]string) {
	maps.Copy(words, names(vocab.Platforms()))
	maps.Copy(words, names(vocab.Stages()))
	maps.Copy(words, names(vocab.Provinces()))
	maps.Copy(words, names(vocab.Channels()))
	maps.Copy(words, names(vocab.Kinds()))
	maps.Copy(words, names(vocab.Reasons()))
	maps.Copy(words, names(vocab.Roles()))
}

func names[C interface {
	Chinese() string
	English() string
}](values []C) map[string]string {
	out := make(map[string]string, len(values))
	for _, v := range values {
		out[v.Chinese()] = v.English()
	}
	return out
}
