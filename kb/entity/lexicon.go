package entity

import (
	"bufio"
	_ "embed"
	"fmt"
	"strings"

	"github.com/beianbot/beianbot/kb/text"
)

//go:embed data/regions.txt
var regionsTXT string

//go:embed data/words.txt
var wordsTXT string

// region is a province, or a city of one.
type region struct{ province, city string }

// word is a value of one kind of entity; a smaller rank wins over a larger.
type word struct {
	kind, value string
	rank        int
}

// Finder finds entities. It is safe for concurrent use.
type Finder struct {
	regions text.Trie
	region  []region
	letters map[rune]string // letter of a filing number, also a wrong one → the right letter
	byName  map[rune]string // right letter → province

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
	f := &Finder{letters: map[rune]string{}, byName: map[rune]string{}, claim: o.ClaimCode}
	if f.claim == nil {
		f.claim = defaultClaim
	}
	if canon == nil {
		canon = func(s string) string { return s }
	}
	if err := f.readRegions(regionsTXT); err != nil {
		return nil, fmt.Errorf("regions: %w", err)
	}
	if err := f.readWords(wordsTXT, canon); err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	return f, nil
}

func (f *Finder) readRegions(s string) error {
	return lines(s, func(line string) error {
		part := strings.Split(line, "|")
		head := strings.Fields(part[0])
		if len(part) != 3 || len(head) < 2 {
			return fmt.Errorf("%q is not province | names | cities", line)
		}
		province := head[0]
		for _, l := range head[1:] {
			f.letters[[]rune(l)[0]] = head[1]
		}
		f.byName[[]rune(head[1])[0]] = province
		f.addRegion(province, region{province: province})
		for _, n := range strings.Fields(part[1]) {
			f.addRegion(n, region{province: province})
		}
		for _, c := range strings.Fields(part[2]) {
			name, bare := strings.CutSuffix(c, "!")
			f.addRegion(name+"市", region{province, name})
			if !bare {
				f.addRegion(name, region{province, name})
			}
		}
		return nil
	})
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
			f.lexicon.Add(canon(text.Fold(w)), len(f.words))
			f.words = append(f.words, word{kind, value, n})
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

// Provinces lists the short names of the 31 provinces in their usual order.
func Provinces() []string {
	var out []string
	_ = lines(regionsTXT, func(line string) error {
		out = append(out, strings.Fields(line)[0])
		return nil
	})
	return out
}
