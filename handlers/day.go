package handlers

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/kb/text"
)

// dayFault says why a day that was read cannot be taken.
type dayFault string

const (
	dayFuture dayFault = "future" // it has not come yet
	dayWhich  dayFault = "which"  // without a year it would be long ago; the person should say which year
	dayOld    dayFault = "old"    // before there was anything to file
)

// oldestDay is the first day that a person can give: mini programs have had to be filed since 2023, and nothing about one is older than 2017.
var oldestDay = time.Date(2017, time.January, 1, 0, 0, 0, 0, chinatime.Zone())

// unsaidYear is how far back a day without a year may lie.
const unsaidYear = 200 * 24 * time.Hour

var (
	dayUnits  = regexp.MustCompile(`[〇零一二两三四五六七八九十]+(?:个小时|个钟头|小时|分钟|个月|个星期|个礼拜|周|天|月|日|号|点|时|分)`)
	dayBefore = regexp.MustCompile(`^(?:我?记得|好像|应该|大概|大约|差不多|就|是|从|在|于)+`)
	dayBehind = regexp.MustCompile(`(?:前?后?左右|那天|吧|的时候|收到的|收到|提交的|提交|交的|交|开始的|开始|驳回的|退回的|通过的|过的|下来的|备好的|的|起|了)+$`)

	dayAgo      = regexp.MustCompile(`^(\d{1,3})(分钟|个小时|小时|个钟头|天|周|个星期|个礼拜|个月)(?:以?前)$`)
	dayRelative = regexp.MustCompile(`^(今天|今日|今早|今晚|明天|后天|昨天|昨日|昨晚|前天|大前天)`)
	dayOfWeek   = regexp.MustCompile(`^(上上|上|这|本)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天1-7])`)
	dayFull     = regexp.MustCompile(`^(20\d\d|今年|去年|前年)(?:年|[-/.])?(\d{1,2})(?:月|[-/.])(\d{1,2})(?:日|号)?`)
	dayCompact  = regexp.MustCompile(`^(20\d\d)(\d\d)(\d\d)`)
	dayOfYear   = regexp.MustCompile(`^(\d{1,2})(?:月|[-/.])(\d{1,2})(?:日|号)?`)
	dayOfMonth  = regexp.MustCompile(`^(上个?月|这个?月|本月)?(\d{1,2})(?:日|号)`)
	dayClock    = regexp.MustCompile(`^(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|早|晚)?(\d{1,2})(?:点钟|点|时|:)(半|\d{1,2})?分?$`)
)

// readDay reads a day, perhaps with the time of day, as people say it: 11月20日, 昨天, 上周五, 20号, 今天上午9点半, 3小时前, 刚刚. The whole text must
// be one. A day without a time is its beginning in China. fault tells why it cannot be taken.
func readDay(s string, now time.Time) (at time.Time, fault dayFault, ok bool) {
	if len(s) > 90 {
		return time.Time{}, "", false
	}
	now = now.In(chinatime.Zone())
	s = plainDay(s)
	switch s {
	case "刚刚", "刚才", "现在", "刚", "方才", "这会儿":
		return now, "", true
	case "半小时前", "半个小时前":
		return now.Add(-30 * time.Minute), "", true
	}
	if s == "半个月前" || s == "半月前" {
		return chinatime.Midnight(now).AddDate(0, 0, -15), "", true
	}
	if m := dayAgo.FindStringSubmatch(s); m != nil {
		at = ago(number(m[1]), m[2], now)
		if at.Before(oldestDay) {
			fault = dayOld
		}
		return at, fault, true
	}
	day, rest, fault, ok := readDate(s, now)
	if !ok {
		day, rest = chinatime.Midnight(now), s // a time of day alone is today's
		if rest == "" {
			return time.Time{}, "", false
		}
	}
	if rest != "" {
		clock, ok := readClock(rest)
		if !ok {
			return time.Time{}, "", false
		}
		day = day.Add(clock)
	}
	switch {
	case fault != "":
	case day.After(now):
		fault = dayFuture
	case day.Before(oldestDay):
		fault = dayOld
	}
	return day, fault, true
}

// ago is so many of a unit before now; from a day on it is the beginning of a day.
func ago(n int, unit string, now time.Time) time.Time {
	switch unit {
	case "分钟":
		return now.Add(-time.Duration(n) * time.Minute)
	case "天":
		return chinatime.Midnight(now).AddDate(0, 0, -n)
	case "周", "个星期", "个礼拜":
		return chinatime.Midnight(now).AddDate(0, 0, -7*n)
	case "个月":
		y, m, d := now.Date()
		last := time.Date(y, m-time.Month(n)+1, 0, 0, 0, 0, 0, chinatime.Zone()) // of that month, which may have no such day
		return last.AddDate(0, 0, min(d, last.Day())-last.Day())
	}
	return now.Add(-time.Duration(n) * time.Hour)
}

// plainDay brings a text into the form that the expressions read: one width, Simplified, no blanks, numbers in digits, without what people say
// around a day.
func plainDay(s string) string {
	s = text.Simplify(strings.ToLower(norm.NFKC.String(s)))
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\n\r\u3000,，。;；", r) {
			return -1
		}
		return r
	}, s)
	s = strings.NewReplacer("以前", "前", "之前", "前").Replace(s)
	s = dayUnits.ReplaceAllStringFunc(s, func(m string) string {
		i := strings.IndexFunc(m, func(r rune) bool { return !strings.ContainsRune("〇零一二两三四五六七八九十", r) })
		return strconv.Itoa(hanNumber(m[:i])) + m[i:]
	})
	s = dayBefore.ReplaceAllString(s, "")
	if cut := dayBehind.ReplaceAllString(s, ""); cut != "" {
		s = cut
	}
	return s
}

// readDate reads a day from the beginning of s.
func readDate(s string, now time.Time) (day time.Time, rest string, fault dayFault, ok bool) {
	today := chinatime.Midnight(now)
	if m := dayRelative.FindStringSubmatch(s); m != nil {
		back := map[string]int{"后天": -2, "明天": -1, "昨天": 1, "昨日": 1, "昨晚": 1, "前天": 2, "大前天": 3}[m[1]]
		rest = s[len(m[0]):]
		if rest != "" && (m[1] == "昨晚" || m[1] == "今晚") {
			rest = "晚上" + strings.TrimPrefix(rest, "上")
		}
		if rest != "" && m[1] == "今早" {
			rest = "早上" + strings.TrimPrefix(rest, "上")
		}
		return today.AddDate(0, 0, -back), rest, "", true
	}
	if m := dayOfWeek.FindStringSubmatch(s); m != nil {
		return weekday(today, m[1], m[2]), s[len(m[0]):], "", true
	}
	if m := dayFull.FindStringSubmatch(s); m != nil {
		year := number(m[1])
		switch m[1] {
		case "今年":
			year = now.Year()
		case "去年":
			year = now.Year() - 1
		case "前年":
			year = now.Year() - 2
		}
		day, ok = calendarDay(year, number(m[2]), number(m[3]))
		return day, s[len(m[0]):], "", ok
	}
	if m := dayCompact.FindStringSubmatch(s); m != nil {
		day, ok = calendarDay(number(m[1]), number(m[2]), number(m[3]))
		return day, s[len(m[0]):], "", ok
	}
	if m := dayOfMonth.FindStringSubmatch(s); m != nil {
		y, month, _ := now.Date()
		if strings.HasPrefix(m[1], "上") {
			month--
		}
		first := time.Date(y, month, 1, 0, 0, 0, 0, chinatime.Zone())
		day, ok = calendarDay(first.Year(), int(first.Month()), number(m[2]))
		if m[1] == "" && (!ok || day.After(now)) { // the 25th, said on the 3rd
			first = first.AddDate(0, -1, 0)
			day, ok = calendarDay(first.Year(), int(first.Month()), number(m[2]))
		}
		return day, s[len(m[0]):], "", ok
	}
	if m := dayOfYear.FindStringSubmatch(s); m != nil {
		day, ok = calendarDay(now.Year(), number(m[1]), number(m[2]))
		if !ok || day.After(now) {
			day, ok = calendarDay(now.Year()-1, number(m[1]), number(m[2]))
			if ok && now.Sub(day) > unsaidYear {
				fault = dayWhich
			}
		}
		return day, s[len(m[0]):], fault, ok
	}
	return time.Time{}, s, "", false
}

// weekday is the day of the week that is meant: without a word in front, the last one that has come.
func weekday(today time.Time, which, name string) time.Time {
	n := strings.Index("一二三四五六日", name) / len("一")
	if name == "天" || name == "7" {
		n = 6
	} else if name >= "1" && name <= "6" {
		n = int(name[0] - '1')
	}
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	day := monday.AddDate(0, 0, n)
	switch which {
	case "上":
		return day.AddDate(0, 0, -7)
	case "上上":
		return day.AddDate(0, 0, -14)
	case "":
		if day.After(today) {
			return day.AddDate(0, 0, -7)
		}
	}
	return day
}

func readClock(s string) (time.Duration, bool) {
	m := dayClock.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, minute := number(m[2]), number(m[3])
	if m[3] == "半" {
		minute = 30
	}
	switch m[1] {
	case "下午", "傍晚", "晚上", "晚":
		if h < 12 {
			h += 12
		}
	case "中午":
		if h < 3 {
			h += 12
		}
	}
	if h > 23 || minute > 59 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(minute)*time.Minute, true
}

func calendarDay(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, chinatime.Zone())
	return t, t.Month() == time.Month(m) && t.Day() == d
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// hanNumber reads a number up to 99 in Han characters.
func hanNumber(s string) int {
	n, digit := 0, 0
	for _, r := range s {
		switch r {
		case '十':
			n += 10 * max(1, digit)
			digit = 0
		case '〇', '零':
		case '两':
			digit = 2
		default:
			digit = strings.IndexRune("一二三四五六七八九", r)/len("一") + 1
		}
	}
	return n + digit
}

// dayWords writes a day, with the time of day unless it is midnight, as readDay reads it again.
func dayWords(t, now time.Time) string {
	if t.Equal(chinatime.Midnight(t)) {
		return chinatime.DayText(t, now)
	}
	return chinatime.MomentText(t, now)
}
