package chinatime_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

func TestDayText(t *testing.T) {
	now := time.Date(2026, 12, 31, 15, 59, 0, 0, time.UTC) // 23:59 in China
	for _, tc := range []struct {
		after       time.Duration
		day, moment string
	}{
		{0, "12月31日", "12月31日 23:59"},
		{time.Minute, "2027年1月1日", "2027年1月1日 00:00"},
		{-364 * 24 * time.Hour, "1月1日", "1月1日 23:59"},
		{-365 * 24 * time.Hour, "2025年12月31日", "2025年12月31日 23:59"},
	} {
		at := now.Add(tc.after)
		day, moment := chinatime.DayText(at, now), chinatime.MomentText(at, now)
		if day != tc.day || moment != tc.moment {
			t.Errorf("%v: %s, %s, want %s, %s", at, day, moment, tc.day, tc.moment)
		}
	}
}

func TestLeftText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "不到 1 小时", 59 * time.Minute: "不到 1 小时", time.Hour: "约 1 小时", 119 * time.Minute: "约 1 小时",
		71*time.Hour + 59*time.Minute: "约 71 小时", 72 * time.Hour: "约 3 天", 119 * time.Hour: "约 4 天",
	} {
		if got := chinatime.LeftText(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}
