package filing

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/vocab"
	"golang.org/x/text/width"
)

// Number is a filing number, taken apart: 京ICP备2023012345号-3X.
type Number struct {
	// Province is the short name of the province whose authority gave it: 北京. Sign is its character in the number: 京.
	Province vocab.Province
	Sign     string
	// Subject is the number of the subject, without the service: 京ICP备2023012345号, or 粤B2-20090059 of one that holds a licence.
	Subject string
	// Service counts the services of the subject, of all kinds together, from 1; 0 in a number of the subject alone.
	Service int
	// Suffix is the kind of the service: X 小程序, A App, K 快应用; empty for a web site and for a number of the subject alone.
	Suffix string
}

// String is the number as it is officially written.
func (n Number) String() string {
	if n.Service == 0 {
		return n.Subject
	}
	return n.Subject + "-" + strconv.Itoa(n.Service) + n.Suffix
}

// MiniProgram reports whether the number is that of a mini program, by its suffix X.
func (n Number) MiniProgram() bool { return n.Suffix == "X" }

// numberForm is the official form: the province's sign, then ICP备 or ICP证 with 5 to 12 digits and 号, or a licence such as B2-20090059;
// then the service. The 号 is left out by many who write it by hand.
var numberForm = regexp.MustCompile(`^(\p{Han})(?:(ICP[备证])(\d{5,12})号?|([A-Z]\d)-(\d{8,12}))(?:-(\d{1,6})([XAK]?))?$`)

// ParseNumber reads a filing number as people write it: with full-width characters, spaces, any dash, in any case, with 川 for 蜀. It reports
// whether s is one. It does not know whether the number was ever given.
func ParseNumber(s string) (Number, bool) {
	if len(s) > 128 {
		return Number{}, false
	}
	s = strings.ToUpper(width.Fold.String(s))
	s = strings.Map(func(c rune) rune {
		switch c {
		case ' ', '\t', '\u00a0', '\u3000':
			return -1
		case '—', '–', '－', '‐', '‑', '−', '﹣', '_', '一':
			return '-'
		case '備':
			return '备'
		case '證':
			return '证'
		case '號':
			return '号'
		}
		return c
	}, s)
	m := numberForm.FindStringSubmatch(s)
	if m == nil {
		return Number{}, false
	}
	letter, _ := utf8.DecodeRuneInString(m[1])
	province, ok := vocab.ProvinceOfLetter(letter)
	if !ok {
		return Number{}, false
	}
	sign := province.Letter()
	n := Number{Province: province, Sign: sign}
	if m[2] != "" {
		n.Subject = sign + m[2] + m[3] + "号"
	} else {
		n.Subject = sign + m[4] + "-" + m[5]
	}
	if m[6] != "" {
		n.Service, _ = strconv.Atoi(m[6])
		n.Suffix = m[7]
		if n.Service == 0 {
			return Number{}, false
		}
	}
	return n, true
}
