package handlers

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chinatime"
)

func TestReadDay(t *testing.T) {
	now := start // Monday 2026-11-23 10:20 in China
	for text, want := range map[string]string{
		"今天": "2026-11-23 00:00", "今日": "2026-11-23 00:00", "昨天": "2026-11-22 00:00", "前天": "2026-11-21 00:00", "大前天": "2026-11-20 00:00",
		"3天前": "2026-11-20 00:00", "三天以前": "2026-11-20 00:00", "十天之前": "2026-11-13 00:00", "刚刚": "2026-11-23 10:20",
		"半小时前": "2026-11-23 09:50", "2小时前": "2026-11-23 08:20", "两个小时前": "2026-11-23 08:20", "40分钟前": "2026-11-23 09:40",
		"11月20日": "2026-11-20 00:00", "11月20号": "2026-11-20 00:00", "11.20": "2026-11-20 00:00", "11/20": "2026-11-20 00:00",
		"11-20": "2026-11-20 00:00", "十一月二十日": "2026-11-20 00:00", "１１月２０日": "2026-11-20 00:00", "20号": "2026-11-20 00:00",
		"30号": "2026-10-30 00:00", "上个月5号": "2026-10-05 00:00", "这个月3号": "2026-11-03 00:00", "本月3日": "2026-11-03 00:00",
		"2026年11月20日": "2026-11-20 00:00", "2026-11-20": "2026-11-20 00:00", "2026/11/3": "2026-11-03 00:00", "20261120": "2026-11-20 00:00",
		"2025年12月30日": "2025-12-30 00:00", "去年12月30日": "2025-12-30 00:00", "今年3月1日": "2026-03-01 00:00",
		"周一": "2026-11-23 00:00", "周五": "2026-11-20 00:00", "上周五": "2026-11-20 00:00", "上周一": "2026-11-16 00:00", "星期天": "2026-11-22 00:00",
		"上个星期三": "2026-11-18 00:00", "礼拜二": "2026-11-17 00:00", "本周一": "2026-11-23 00:00", "上上周五": "2026-11-13 00:00",
		"今天上午9点半": "2026-11-23 09:30", "昨天下午3点": "2026-11-22 15:00", "昨晚8点": "2026-11-22 20:00", "昨天 15:30": "2026-11-22 15:30",
		"11月22日 09:15": "2026-11-22 09:15", "9点20": "2026-11-23 09:20", "早上8点": "2026-11-23 08:00", "昨天中午12点": "2026-11-22 12:00",
		"昨天提交的": "2026-11-22 00:00", "大概是11月20号左右吧": "2026-11-20 00:00", "我记得是上周五收到的": "2026-11-20 00:00", "前天交的": "2026-11-21 00:00",
		"11月20日。": "2026-11-20 00:00", "昨日": "2026-11-22 00:00",
	} {
		at, fault, ok := readDay(text, now)
		if got := at.In(chinatime.Zone()).Format("2006-01-02 15:04"); !ok || fault != "" || got != want {
			t.Errorf("%s: got %s %q %v, want %s", text, got, fault, ok, want)
		}
	}
	for text, want := range map[string]dayFault{
		"明天": dayFuture, "后天": dayFuture, "2026年12月1日": dayFuture, "今天下午5点": dayFuture, "2027-01-01": dayFuture, "周一晚上8点": dayFuture,
		"11月30日": dayWhich, "12月30日": dayWhich, "2012年1月1日": dayOld, "200个月前": dayOld, "999个月前": dayOld, "999周前": dayOld, // a day of next week is a slip, or of last year
	} {
		if at, fault, ok := readDay(text, now); !ok || fault != want {
			t.Errorf("%s: got %v %q %v, want %q", text, at, fault, ok, want)
		}
	}
	if at, fault, ok := readDay("12月20日", time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)); !ok || fault != "" || at.Year() != 2025 {
		t.Errorf("in January, a day of December is last year's: %v %q %v", at, fault, ok)
	}
	for text, want := range map[string]string{"1个月前": "2026-02-28", "2个月前": "2026-01-31", "6个月前": "2025-09-30", "13个月前": "2025-02-28", "25个月前": "2024-02-29", "12个月前": "2025-03-31"} {
		at, fault, ok := readDay(text, time.Date(2026, 3, 31, 4, 0, 0, 0, time.UTC))
		if got := at.Format(time.DateOnly); !ok || fault != "" || got != want {
			t.Errorf("%s at the end of March: got %s %q %v, want %s", text, got, fault, ok, want)
		}
	}
	for _, text := range []string{
		"", "你好", "微信", "上海", "管局要审多久", "11月20日提交的初审还没有结果", "13月1日", "2月30日", "25点", "今天25点", "1", "20", "初审中", "2026", "几天前",
		"这个星期", "天", "月日", "昨天的昨天", "11月", "2026年11月", "99999天前",
	} {
		if at, fault, ok := readDay(text, now); ok {
			t.Errorf("%q was read as %v %q", text, at, fault)
		}
	}
}

// TestDayWords: a day that the bot writes is read again as the same.
func TestDayWords(t *testing.T) {
	for _, at := range []time.Time{
		chinatime.Midnight(start), start.Truncate(time.Minute), chinatime.Midnight(start).AddDate(0, 0, -1), chinatime.Midnight(start).AddDate(-1, 1, 0),
		time.Date(2026, 1, 1, 0, 0, 0, 0, chinatime.Zone()).Add(90 * time.Minute), time.Date(2025, 2, 28, 15, 59, 0, 0, chinatime.Zone()),
	} {
		words := dayWords(at, start)
		got, fault, ok := readDay(words, start)
		if (fault != "" && fault != dayWhich) || !ok || !got.Equal(at) {
			t.Errorf("%v is written %s and read as %v %q %v", at, words, got, fault, ok)
		}
	}
}

// FuzzReadDay: what is read lies between the first day that makes sense and now, or is refused.
func FuzzReadDay(f *testing.F) {
	for _, s := range []string{"今天上午9点半", "11月20日", "上周五", "2026/11/3", "十一月二十", "99小时前", "\xff", "昨晚", "去年2月29日"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, fault, ok := readDay(s, start)
		switch {
		case !ok || fault != "":
		case at.After(start), at.Before(oldestDay):
			t.Errorf("%q was read as %v", s, at)
		case !utf8.ValidString(s) && len(s) > 90:
			t.Errorf("%q was read at all", s)
		}
	})
}
