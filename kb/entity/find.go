package entity

import (
	"slices"
	"strings"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Runes that stand for what was masked in a text: places and codes vary
// without changing the question.
const (
	MaskProvince = '\uE001'
	MaskCode     = '\uE002'
	MaskDate     = '\uE003'
	MaskApp      = '\uE004'
	MaskNumber   = '\uE005'
)

// Codes reads from cleaned text what is written in digits and letters into
// set, and gives the text with claim codes, filing numbers, app ids, error codes
// and dates masked.
func (f *Finder) Codes(clean string, set *Set) string {
	used := f.codes(clean, set)
	if len(used) == 0 {
		return clean
	}
	slices.SortFunc(used, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, u := range used {
		b.WriteString(clean[at:u.from])
		b.WriteRune(u.mask)
		at = u.to
	}
	b.WriteString(clean[at:])
	return b.String()
}

// Places reads provinces and cities from folded text into set, the first
// named, and gives the text with every place masked by one rune. It also reads
// the duration.
func (f *Finder) Places(folded string, set *Set) string {
	rs := []rune(folded)
	if set.Duration == "" {
		if d, ok := duration(rs); ok {
			set.Duration = d
		}
	}
	out := rs[:0:0]
	changed := false
	for i := 0; i < len(rs); {
		v, n := f.regions.Longest(rs[i:])
		if n == 0 {
			if p := letterAt(rs, i); p != "" {
				if set.Province == "" {
					set.Province = p
				}
				out = append(out, MaskProvince)
				changed = true
				i++
				continue
			}
			out = append(out, rs[i])
			i++
			continue
		}
		r := f.region[v]
		switch {
		case set.Province == "":
			set.Province, set.City = r.province, r.city
		case set.Province == r.province && set.City == "":
			set.City = r.city
		}
		if len(out) == 0 || out[len(out)-1] != MaskProvince {
			out = append(out, MaskProvince)
		}
		changed = true
		i += n
		if i < len(rs) && (rs[i] == '省' || rs[i] == '市') {
			i++
		}
	}
	if !changed {
		return folded
	}
	return string(out)
}

// letterAt reads a province's letter where what follows shows that it is one:
// 粤管局, 沪icp.
func letterAt(rs []rune, i int) vocab.Province {
	p, ok := vocab.ProvinceOfLetter(rs[i])
	if !ok {
		return ""
	}
	rest := rs[i+1:]
	for _, w := range []string{"管局", "icp", "通管", "通信管理", "籍", "省管局"} {
		k := []rune(w)
		if len(rest) >= len(k) && string(rest[:len(k)]) == w {
			return p
		}
	}
	return ""
}

// Words reads the entities of the lexicon from canonical text into set.
func (f *Finder) Words(canonical []rune, set *Set) {
	best := map[string]word{}
	for i := 0; i < len(canonical); {
		v, n := f.lexicon.Longest(canonical[i:])
		if n == 0 {
			i++
			continue
		}
		w := f.words[v]
		if old, ok := best[w.kind]; !ok || w.rank < old.rank {
			best[w.kind] = w
		}
		i += n
	}
	for kind, w := range best {
		switch kind {
		case "platform":
			set.Platform = vocab.Platform(w.value)
		case "subject":
			set.Subject = Subject(w.value)
		case "stage":
			set.Stage = vocab.Stage(w.value)
		case "role":
			set.Role = w.value
		case "document":
			set.Document = w.value
		}
	}
}

// Without gives canonical text without its masked places and without the
// words that name a platform or a subject.
func (f *Finder) Without(canonical string) string {
	rs := []rune(canonical)
	out := rs[:0:0]
	for i := 0; i < len(rs); {
		if rs[i] == MaskProvince {
			i++
			continue
		}
		if v, n := f.lexicon.Longest(rs[i:]); n > 0 {
			switch f.words[v].kind {
			case "platform", "subject":
				i += n
				continue
			}
		}
		out = append(out, rs[i])
		i++
	}
	return string(out)
}
