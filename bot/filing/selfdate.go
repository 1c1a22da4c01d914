package filing

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// The ways in which people say a day within a sentence, the fullest first. Behind a day there may be an hour.
var (
	dateFull     = regexp.MustCompile(`(20\d\d)(?:年|[/.-])(\d{1,2})(?:月|[/.-])(\d{1,2})[日号]?`)
	dateMonth    = regexp.MustCompile(`(去年|今年)?(\d{1,2})(?:月|[/.])(\d{1,2})[日号]?`)
	dateChinese  = regexp.MustCompile(`(去年|今年)?([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]?`)
	dateDashed   = regexp.MustCompile(`(?:^|[^\d-])((\d{1,2})-(\d{1,2}))(?:$|[^\d-])`)
	dateRelative = regexp.MustCompile(`大前天|前天|昨天|昨日|昨晚|今天|今日|今早|今晚|刚刚|刚才`)
	dateAgo      = regexp.MustCompile(`(\d{1,2}|[一两二三四五六七八九十])(?:个)?(天|周|星期|小时)(?:以?前|之前)`)
	dateWeek     = regexp.MustCompile(`(上|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天])`)
	dateDay      = regexp.MustCompile(`(上个?月|这个?月|本月)?(\d{1,2})[号日]`)
	hourBehind   = regexp.MustCompile(`^\s*(凌晨|早上|上午|中午|下午|晚上)?\s*(\d{1,2})(?:点钟?|:|时)(半|\d{1,2})?分?`)
)

// dateWithin finds the day that a sentence tells. A day that is still to come is none.
func dateWithin(s string, now time.Time) (time.Time, string) {
	now = now.In(chinatime.Zone())
	for _, form := range []struct {
		words *regexp.Regexp
		day   func(g []string, now time.Time) (time.Time, bool)
	}{
		{dateFull, func(g []string, _ time.Time) (time.Time, bool) { return validDay(num(g[1]), num(g[2]), num(g[3])) }},
		{dateMonth, monthAndDay},
		{dateChinese, monthAndDay},
		{dateDashed, dashedDay},
		{dateRelative, relativeDay},
		{dateAgo, daysAgo},
		{dateWeek, dayOfWeek},
		{dateDay, dayOfMonth},
	} {
		m := form.words.FindStringSubmatchIndex(s)
		if m == nil {
			continue
		}
		g := make([]string, len(m)/2)
		for i := range g {
			if m[2*i] >= 0 {
				g[i] = s[m[2*i]:m[2*i+1]]
			}
		}
		t, ok := form.day(g, now)
		if !ok || t.After(now) || t.Year() < firstYear {
			continue
		}
		if form.words == dateDashed { // what stands around it is no part of it
			m = m[2:]
		}
		end := m[1]
		if h := hourBehind.FindStringSubmatch(s[end:]); h != nil && t.Equal(chinatime.Midnight(t)) {
			if at, ok := hourOf(h); ok && !t.Add(at).After(now) {
				t = t.Add(at)
				end += len(h[0])
			}
		}
		return t, s[:m[0]] + gap + s[end:]
	}
	return time.Time{}, s
}

func monthAndDay(g []string, now time.Time) (time.Time, bool) {
	y := now.Year()
	if g[1] == "去年" {
		y--
	}
	t, ok := validDay(y, num(g[2]), num(g[3]))
	if g[1] == "" && (!ok || t.After(now)) {
		return validDay(y-1, num(g[2]), num(g[3]))
	}
	return t, ok
}

func dashedDay(g []string, now time.Time) (time.Time, bool) {
	return monthAndDay([]string{"", "", g[2], g[3]}, now)
}

func relativeDay(g []string, now time.Time) (time.Time, bool) {
	back := map[string]int{"昨天": 1, "昨日": 1, "昨晚": 1, "前天": 2, "大前天": 3}[g[0]]
	if strings.HasPrefix(g[0], "刚") {
		return now.Truncate(time.Second), true
	}
	return chinatime.Midnight(now).AddDate(0, 0, -back), true
}

func daysAgo(g []string, now time.Time) (time.Time, bool) {
	n := num(g[1])
	switch g[2] {
	case "小时":
		return now.Add(-time.Duration(n) * time.Hour).Truncate(time.Second), true
	case "天":
		return chinatime.Midnight(now).AddDate(0, 0, -n), true
	}
	return chinatime.Midnight(now).AddDate(0, 0, -7*n), true
}

// dayOfWeek is the day of this week or of the one before; without a word, the last such day.
func dayOfWeek(g []string, now time.Time) (time.Time, bool) {
	want := num(g[2])
	if strings.Contains("日天", g[2]) {
		want = 7
	}
	today := int(now.Weekday()+6)%7 + 1
	t := chinatime.Midnight(now).AddDate(0, 0, want-today)
	switch {
	case g[1] == "上", g[1] == "" && want > today:
		t = t.AddDate(0, 0, -7)
	}
	return t, true
}

func dayOfMonth(g []string, now time.Time) (time.Time, bool) {
	y, m, _ := now.Date()
	d := num(g[2])
	if strings.HasPrefix(g[1], "上") || g[1] == "" && d > now.Day() {
		m--
	}
	if m == 0 {
		y, m = y-1, time.December
	}
	return validDay(y, int(m), d)
}

func hourOf(g []string) (time.Duration, bool) {
	h, m := num(g[2]), 0
	switch {
	case g[3] == "半":
		m = 30
	case g[3] != "":
		m = num(g[3])
	}
	if (g[1] == "下午" || g[1] == "晚上") && h < 12 || g[1] == "中午" && h < 3 {
		h += 12
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, h < 24 && m < 60
}

func validDay(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, chinatime.Zone())
	return t, t.Year() == y && int(t.Month()) == m && t.Day() == d
}

// num reads a number of up to two digits in figures or in Chinese: 20, 二十, 十一; 0 for anything else.
func num(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	n := 0
	for _, c := range s {
		switch c {
		case '十':
			n = max(n, 1) * 10
		case '两':
			n += 2
		default:
			if i := strings.IndexRune("一二三四五六七八九", c); i >= 0 {
				n += i/len("一") + 1
			}
		}
	}
	return n
}
