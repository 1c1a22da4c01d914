// Package text brings what people type into one form: width, case, script,
// punctuation, fillers, slips of pinyin and homophones, synonyms. The same
// functions serve what is indexed and what is asked.
package text

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
	"golang.org/x/text/unicode/norm"

	"github.com/beianbot/beianbot/bot/truncate"
)

// Version names the rules of this package. Models trained under another
// version do not fit and must be trained again.
const Version = 1

// Of a long message the beginning and the end are read: the story first, the
// question last.
const (
	headRunes = 200
	tailRunes = 120
	// MaxRunes is the most a folded text can have.
	MaxRunes = headRunes + tailRunes + 1 // a Break between
)

// Break stands in folded text where punctuation or a line end stood. No
// feature reaches across it.
const Break = '|'

// Clean is the first step: valid UTF-8, bounded length, NFKC, no invisible
// characters. Case and punctuation stay, so that numbers and codes can be read
// from it.
func Clean(s string) string {
	s = bound(s)
	s = norm.NFKC.String(s)
	if strings.IndexByte(s, '[') >= 0 {
		s = sticker.ReplaceAllString(s, " ")
	}
	var b strings.Builder
	b.Grow(len(s))
	n := 0
	for _, r := range s {
		if n == 2*MaxRunes {
			break
		}
		switch {
		case r == utf8.RuneError, r == 0xFE0F, r == 0x20E3:
			continue
		case r == '\n' || r == '\r' || r == '\t':
			r = '\n'
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r), unicode.Is(unicode.Co, r), unicode.IsControl(r):
			continue
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// Parts cuts a message at punctuation and line ends, as far as one message of
// the platform can reach.
func Parts(s string) []string {
	return strings.FieldsFunc(strings.ToValidUTF8(truncate.Bytes(s, maxMessage), ""), func(r rune) bool {
		return r == '\n' || unicode.IsPunct(r) && !strings.ContainsRune("-_./", r)
	})
}

// maxMessage is how many bytes a message of the platform can have.
const maxMessage = 2048

// sticker is how the platform writes its own emoticons, and what it cannot
// show, in a text: [捂脸], [图片].
var sticker = regexp.MustCompile(`\[(?:\p{Han}|[A-Za-z]){1,6}\]`)

// media are the placeholders for what the platform cannot show as text.
var media = []string{"图片", "语音", "视频", "文件", "位置", "链接", "名片", "小程序", "红包", "转账", "音乐", "不支持"}

// HasEmoji reports whether the text has an emoji or an emoticon of the
// platform, and no placeholder for a picture, a voice and the like.
func HasEmoji(s string) bool {
	s = bound(s)
	found := false
	for _, m := range sticker.FindAllString(s, -1) {
		if slices.Contains(media, strings.Trim(m, "[]")) {
			return false
		}
		found = true
	}
	for _, r := range s {
		found = found || r != utf8.RuneError && unicode.Is(unicode.So, r) || r >= 0x1F000 && r < 0x20000
	}
	return found
}

// bound cuts a long text to its head and tail without reading more of it than needed.
func bound(s string) string {
	if len(s) <= MaxRunes {
		return s
	}
	head := 0
	for i := 0; i < headRunes && head < len(s); i++ {
		_, w := utf8.DecodeRuneInString(s[head:])
		head += w
	}
	tail := len(s)
	for i := 0; i < tailRunes && tail > head; i++ {
		_, w := utf8.DecodeLastRuneInString(s[head:tail])
		tail -= w
	}
	if tail == head {
		return s
	}
	return s[:head] + "\n" + s[tail:]
}

// Fold brings cleaned text into the form everything else works on: lower
// case, Simplified, Han characters joined across blanks, punctuation as Break,
// a blank between Latin words, endless repetitions cut.
func Fold(s string) string {
	s = Simplify(strings.ToLower(s))
	out := make([]rune, 0, len(s)/2)
	last := func() rune {
		if len(out) == 0 {
			return Break
		}
		return out[len(out)-1]
	}
	blank := false
	prev := rune(0)
	for i, r := range s {
		before := prev
		prev = r
		switch {
		case r == '.' && isAlnum(before) && i+1 < len(s) && isAlnum(rune(s[i+1])):
			// inside a host name or a number
		case r == '\n':
			r = Break
		case unicode.IsSpace(r):
			blank = true
			continue
		case isHan(r), unicode.IsDigit(r), unicode.IsLetter(r):
		case r == '%', unicode.Is(unicode.Co, r): // private use: what was masked
		default: // punctuation, symbols, emoji
			r = Break
		}
		if r == Break {
			if last() != Break {
				out = append(out, Break)
			}
			blank = false
			continue
		}
		if blank && !isHan(r) && isWord(last()) {
			out = append(out, ' ')
		}
		blank = false
		if repeated(out, r) {
			continue
		}
		out = append(out, r)
		if len(out) >= MaxRunes {
			out = out[:MaxRunes]
			break
		}
	}
	for len(out) > 0 && out[len(out)-1] == Break {
		out = out[:len(out)-1]
	}
	return string(out)
}

// repeated reports whether r only prolongs a run: 啊啊啊, soooo. Digits are
// never cut, 天天 and www stay.
func repeated(out []rune, r rune) bool {
	n := len(out)
	if unicode.IsDigit(r) || n < 2 || out[n-1] != r || out[n-2] != r {
		return false
	}
	return isHan(r) || n > 2 && out[n-3] == r
}

// isAlnum is for ASCII only: host names and numbers.
func isAlnum(r rune) bool { return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func isWord(r rune) bool { return r != ' ' && r != Break && !isHan(r) }

// converter is the Traditional to Simplified conversion with the set of
// characters it changes, so that Simplified text passes at no cost.
type converter struct {
	cc      *opencc.OpenCC
	changes map[rune]bool
}

// t2s is built once: the dictionaries are part of the binary, read-only after
// loading and safe for concurrent use.
var t2s = sync.OnceValue(func() *converter {
	cc, err := opencc.New("t2s")
	if err != nil {
		return &converter{}
	}
	c := &converter{cc: cc, changes: make(map[rune]bool, 4096)}
	for _, group := range cc.DictChains {
		for _, dict := range group.Dicts {
			for r := rune(0x3400); r <= 0x9FFF; r++ {
				found, err := dict.PrefixMatch(string(r))
				if to := found[string(r)]; err == nil && len(to) > 0 && to[0] != string(r) {
					c.changes[r] = true
				}
			}
		}
	}
	return c
})

// Simplify turns Traditional characters into Simplified ones, by phrases
// where the phrase decides. Text without any stays as it is.
func Simplify(s string) string {
	c := t2s()
	if c.cc == nil {
		return s
	}
	for _, r := range s {
		if c.changes[r] {
			if out, err := c.cc.Convert(s); err == nil {
				return out
			}
			return s
		}
	}
	return s
}
