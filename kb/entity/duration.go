package entity

import "strconv"

// units of a span of time, longest first; a bare 月 is a date, not a span.
var durationUnits = []struct{ written, unit string }{
	{"个工作日", "个工作日"},
	{"工作日", "个工作日"},
	{"个小时", "小时"},
	{"小时", "小时"},
	{"个钟头", "小时"},
	{"分钟", "分钟"},
	{"个星期", "周"},
	{"星期", "周"},
	{"个礼拜", "周"},
	{"礼拜", "周"},
	{"周", "周"},
	{"个月", "个月"},
	{"天", "天"},
	{"年", "年"},
}

var hanDigit = map[rune]int{
	'零': 0, '一': 1, '二': 2, '两': 2, '俩': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
}

// duration finds the first span of time in folded text: 15天, 半个月, 两周,
// 三个工作日, 十几天. Questions (几天, 多少天) are no spans.
func duration(rs []rune) (string, bool) {
	for i := range rs {
		n, w, vague := spanNumber(rs[i:])
		if w == 0 || i > 0 && (isDigit(rs[i-1]) || rs[i-1] == '第' || rs[i-1] == '星' || rs[i-1] == '周') {
			continue
		}
		j := i + w
		if j < len(rs) && (rs[j] == '多' || rs[j] == '来') {
			vague = true
			j++
		}
		unit, k := unitAt(rs[j:])
		if k == 0 {
			continue
		}
		if unit == "年" && n >= 1000 {
			continue // a year of the calendar
		}
		if vague {
			return n1(n) + "多" + unit, true
		}
		if n == 0 {
			return "半" + unit, true
		}
		return n1(n) + unit, true
	}
	return "", false
}

func n1(n int) string { return strconv.Itoa(n) }

func unitAt(rs []rune) (string, int) {
	for _, u := range durationUnits {
		w := []rune(u.written)
		if len(rs) >= len(w) && string(rs[:len(w)]) == u.written {
			return u.unit, len(w)
		}
	}
	return "", 0
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// spanNumber reads a number up to 999 in digits or Han; 半 is 0 and 十几 is
// vague. w is the runes read.
func spanNumber(rs []rune) (n, w int, vague bool) {
	if len(rs) == 0 {
		return 0, 0, false
	}
	if rs[0] == '半' {
		return 0, 1, false
	}
	for w < len(rs) && w < 4 && isDigit(rs[w]) {
		n = n*10 + int(rs[w]-'0')
		w++
	}
	if w > 0 {
		if w < len(rs) && isDigit(rs[w]) {
			return 0, 0, false
		}
		return n, w, n == 0
	}
	d, ok := hanDigit[rs[0]]
	if ok {
		n, w = d, 1
	} else if rs[0] == '十' {
		n, w = 1, 0
	} else {
		return 0, 0, false
	}
	if w < len(rs) && rs[w] == '十' {
		n *= 10
		w++
		if w < len(rs) {
			if d, ok := hanDigit[rs[w]]; ok {
				return n + d, w + 1, false
			}
			if rs[w] == '几' {
				return n, w + 1, true
			}
		}
	}
	return n, w, false
}
