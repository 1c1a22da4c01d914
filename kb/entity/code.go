package entity

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/vocab"
)

// claimAlphabet has no characters that are easily taken for another: no I, L,
// O, 0 or 1.
const claimAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// defaultClaim reads a claim code as people type it.
func defaultClaim(s string) (string, bool) {
	s = strings.ToUpper(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "BA"), "-")
	s = strings.ReplaceAll(s, "-", "")
	if len(s) != 8 || strings.Trim(s, claimAlphabet) != "" {
		return "", false
	}
	return "BA-" + s[:4] + "-" + s[4:], true
}

var (
	// claimToken finds what could be a claim code: BA in front, or two groups of
	// four, or eight characters.
	claimToken = regexp.MustCompile(`(?i)(?:\bBA ?[-_ ]? ?[0-9A-Z]{4} ?[-_ ]? ?[0-9A-Z]{4}\b)|(?:\b[0-9A-Z]{4}-[0-9A-Z]{4}\b)|(?:\b[0-9A-Z]{8}\b)`)

	// filingNumber is the form of shared rules: province letter, then ICP备/证 and
	// a number, or a telecom licence number; a service number may follow.
	filingNumber = regexp.MustCompile(`(?i)(\p{Han}) ?(?:ICP ?(备|证) ?(\d{5,12}) ?号?|([A-Z]\d) ?- ?(\d{8,12}))(?: ?[-_] ?(\d{1,4}) ?([XAK])?\b)?`)

	// appID is a WeChat mini program's id.
	appID = regexp.MustCompile(`(?i)\bwx[0-9a-f]{16}\b`)

	errorWord = regexp.MustCompile(`(?i)(?:错误码|错误代码|返回码|返回|状态码|报错|错误|异常|代码|提示|errcode|err|error|code|报)[^0-9\p{Han}]{0,4}(\d{4,8})\b`)
	errorBare = regexp.MustCompile(`\b(86[23]\d\d|4[0178]\d{3}|6100\d|850\d\d|2800\d{4})\b`)

	dateFull  = regexp.MustCompile(`\b(20[12]\d) ?[-/.年] ?(1[0-2]|0?[1-9]) ?[-/.月] ?(3[01]|[12]\d|0?[1-9])(?: ?[日号])?`)
	dateMonth = regexp.MustCompile(`\b(20[12]\d) ?[-/.年] ?(1[0-2]|0?[1-9]) ?月?(?:份|底|初)?`)
	dateDay   = regexp.MustCompile(`(?:^|[^\d.])(1[0-2]|0?[1-9]) ?月 ?(3[01]|[12]\d|0?[1-9]) ?[日号]?`)
)

// span is a part of the text that was read as something.
type span struct {
	from, to int
	mask     rune
}

// codes reads what is written in digits and letters from cleaned text, and
// gives the parts it used.
func (f *Finder) codes(s string, set *Set) []span {
	latin, digits := alnumRuns(s)
	if latin < 4 && digits == 0 {
		return nil
	}
	var used []span
	free := func(a, b int) bool {
		return !slices.ContainsFunc(used, func(u span) bool { return a < u.to && u.from < b })
	}
	if m := firstMatch(filingNumber, s, digits >= 5); m != nil {
		if n, ok := f.number(s, m); ok {
			set.Number = n
			used = append(used, span{m[0], m[1], MaskNumber})
		}
	}
	for _, m := range allMatches(appID, s, latin >= 18) {
		if !free(m[0], m[1]) {
			continue
		}
		used = append(used, span{m[0], m[1], MaskApp})
	}
	for _, m := range allMatches(claimToken, s, latin >= 8) {
		tok := s[m[0]:m[1]]
		if !free(m[0], m[1]) || partOfMore(s, m[0], m[1]) || !plausibleClaim(tok, strings.TrimSpace(s)) {
			continue
		}
		tok = strings.NewReplacer(" ", "", "_", "-").Replace(tok)
		if code, ok := f.claim(strings.ToUpper(tok)); ok {
			set.Code = code
			used = append(used, span{m[0], m[1], MaskCode})
			break
		}
	}
	if digits >= 2 {
		if d, sp, ok := date(s); ok && free(sp.from, sp.to) {
			set.Date = d
			used = append(used, sp)
		}
	}
	for _, re := range []*regexp.Regexp{errorWord, errorBare} {
		if m := firstMatch(re, s, digits >= 4); m != nil && free(m[2], m[3]) && set.ErrorCode == "" {
			set.ErrorCode = s[m[2]:m[3]]
			used = append(used, span{m[2], m[3], MaskCode})
		}
	}
	return used
}

func firstMatch(re *regexp.Regexp, s string, worth bool) []int {
	if !worth {
		return nil
	}
	return re.FindStringSubmatchIndex(s)
}

func allMatches(re *regexp.Regexp, s string, worth bool) [][]int {
	if !worth {
		return nil
	}
	return re.FindAllStringIndex(s, 8)
}

// alnumRuns gives the length of the longest run of ASCII letters and digits,
// hyphens and blanks inside, and the number of digits: most messages have
// neither codes nor dates, and looking for them is the dearest part of reading.
func alnumRuns(s string) (longest, digits int) {
	run := 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
			run++
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			run++
		case c == '-' || c == ' ' || c == '_':
		default:
			run = 0
		}
		longest = max(longest, run)
	}
	return longest, digits
}

// partOfMore reports whether s[a:b] only belongs to something longer: the id of
// a request, a path.
func partOfMore(s string, a, b int) bool {
	const joints = `-_/\.`
	return a > 0 && strings.IndexByte(joints, s[a-1]) >= 0 && !strings.HasPrefix(strings.ToUpper(s[a:b]), "BA") ||
		b+1 < len(s) && strings.IndexByte(joints, s[b]) >= 0 && isAlnum(s[b+1])
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// plausibleClaim keeps ordinary words and numbers of eight characters from
// being read as codes: without BA- or a hyphen there must be both digits and
// letters, or the message must be nothing but capitals.
func plausibleClaim(tok, whole string) bool {
	if len(tok) != 8 {
		return true
	}
	digits, letters := 0, 0
	for _, r := range tok {
		if unicode.IsDigit(r) {
			digits++
		} else {
			letters++
		}
	}
	if digits == 0 {
		return tok == whole && strings.ToUpper(tok) == tok
	}
	return letters > 0
}

// number gives the filing number in its official writing; the letter must be
// a province's, or one commonly taken for it (川 for 蜀).
func (f *Finder) number(s string, m []int) (string, bool) {
	get := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	first, _ := utf8.DecodeRuneInString(get(1))
	p, ok := vocab.ProvinceOfLetter(first)
	if !ok {
		return "", false
	}
	letter := p.Letter()
	n := letter + "ICP" + get(2) + get(3) + "号"
	if get(4) != "" {
		n = letter + strings.ToUpper(get(4)) + "-" + get(5)
	}
	if get(6) != "" {
		n += "-" + get(6) + strings.ToUpper(get(7))
	}
	return n, true
}

// ProvinceOfNumber gives the province whose letter a filing number starts
// with, empty where it starts with none.
func (f *Finder) ProvinceOfNumber(number string) vocab.Province {
	r, _ := utf8.DecodeRuneInString(number)
	p, _ := vocab.ProvinceOfLetter(r)
	return p
}

func date(s string) (string, span, bool) {
	pad := func(x string) string {
		if len(x) == 1 {
			return "0" + x
		}
		return x
	}
	if m := dateFull.FindStringSubmatchIndex(s); m != nil {
		return s[m[2]:m[3]] + "-" + pad(s[m[4]:m[5]]) + "-" + pad(s[m[6]:m[7]]), span{m[0], m[1], MaskDate}, true
	}
	if m := dateMonth.FindStringSubmatchIndex(s); m != nil {
		return s[m[2]:m[3]] + "-" + pad(s[m[4]:m[5]]), span{m[0], m[1], MaskDate}, true
	}
	if m := dateDay.FindStringSubmatchIndex(s); m != nil {
		return pad(s[m[2]:m[3]]) + "-" + pad(s[m[4]:m[5]]), span{m[2], m[1], MaskDate}, true
	}
	return "", span{}, false
}
