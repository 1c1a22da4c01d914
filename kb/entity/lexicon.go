package entity

import (
	"bufio"
	_ "embed"
	"fmt"
	"strings"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/text"
)

//go:embed data/words.txt
var wordsTXT string

// region is a province, or a city of one.
type region struct {
	province vocab.Province
	city     string
}

// word is a value of one kind of entity; a smaller rank wins over a larger.
type word struct {
	kind, value string
	rank        int
}

// Finder finds entities. It is safe for concurrent use.
type Finder struct {
	regions text.Trie
	region  []region

	lexicon text.Trie
	words   []word

	claim func(string) (string, bool)
}

// Options says how a Finder works.
type Options struct {
	// ClaimCode recognises a claim code and gives its written form. Nil: eight
	// characters of the alphabet without look-alikes, with or without BA-.
	ClaimCode func(string) (code string, ok bool)
}

// NewFinder reads the lists that are part of the program. canon brings a word
// into the canonical form that Find's second text has; it may be nil.
func NewFinder(o Options, canon func(string) string) (*Finder, error) {
	f := &Finder{claim: o.ClaimCode}
	if f.claim == nil {
		f.claim = defaultClaim
	}
	if canon == nil {
		canon = func(s string) string { return s }
	}
	f.addRegions()
	f.addNames(canon)
	if err := f.readWords(wordsTXT, canon); err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	return f, nil
}

// addRegions adds the provinces with their cities.
func (f *Finder) addRegions() {
	for _, p := range vocab.Provinces() {
		f.addRegion(p.Chinese(), region{province: p})
		for _, n := range p.Names() {
			f.addRegion(n, region{province: p})
		}
		bare, suffixed := p.Places()
		for _, c := range bare {
			f.addRegion(c, region{p, c})
			f.addRegion(c+"市", region{p, c})
		}
		for _, c := range suffixed {
			f.addRegion(c+"市", region{p, c})
		}
	}
}

// addNames adds the words for platforms and stages; of two values of one kind the one added first wins.
func (f *Finder) addNames(canon func(string) string) {
	for i, p := range vocab.PlatformsByWeight() {
		for _, w := range p.Asked() {
			f.addWord(canon(text.Fold(w)), word{"platform", string(p), i})
		}
	}
	for i, s := range vocab.StagesByWeight() {
		for _, w := range s.Asked() {
			f.addWord(canon(text.Fold(w)), word{"stage", string(s), i})
		}
	}
}

func (f *Finder) addWord(canonical string, w word) {
	f.lexicon.Add(canonical, len(f.words))
	f.words = append(f.words, w)
}

func (f *Finder) addRegion(name string, r region) {
	f.regions.Add(name, len(f.region))
	f.region = append(f.region, r)
}

func (f *Finder) readWords(s string, canon func(string) string) error {
	n := 0
	return lines(s, func(line string) error {
		key, rest, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("%q has no colon", line)
		}
		kind, value, _ := strings.Cut(strings.TrimSpace(key), " ")
		n++
		for _, w := range strings.Fields(rest) {
			f.addWord(canon(text.Fold(w)), word{kind, value, n})
		}
		return nil
	})
}

func lines(s string, f func(string) error) error {
	sc := bufio.NewScanner(strings.NewReader(s))
	for sc.Scan() {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := f(line); err != nil {
			return err
		}
	}
	return sc.Err()
}
