package filing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/vocab"
)

// The reminders of every stage, and of the situations in which they differ.
func TestReminders(t *testing.T) {
	c := loadCalendar(t, nil)
	with := func(f filing.Filing, change func(*filing.Filing)) filing.Filing { change(&f); return f }
	self := func(f *filing.Filing) { f.SelfReported = true }
	var b strings.Builder
	show := func(title string, f filing.Filing, cal *filing.Calendar) {
		fmt.Fprintf(&b, "=== %s\n", title)
		for _, r := range filing.Reminders(f, cal) {
			fmt.Fprintf(&b, "%-11s %d  %s", r.Kind, r.Step, r.At.In(chinatime.Zone()).Format("2006-01-02 15:04 Mon"))
			if !r.Deadline.IsZero() {
				fmt.Fprintf(&b, "  for %s", r.Deadline.In(chinatime.Zone()).Format("2006-01-02 15:04"))
			}
			fmt.Fprintf(&b, "  [%s]\n", r.Key)
		}
	}
	for _, s := range vocab.Stages() {
		show(string(s), at(s, vocab.PlatformWeChat), c)
	}
	for _, s := range vocab.Stages() {
		show("self-reported "+string(s), with(at(s, vocab.PlatformWeChat), self), c)
	}
	show("face check on Douyin, open for two hours", at(vocab.StageFaceVerify, vocab.PlatformDouyin), c)
	show("face check elsewhere, nobody knows for how long", at(vocab.StageFaceVerify, vocab.PlatformAlipay), c)
	show("review over the Spring Festival", with(at(vocab.StagePlatformReview, vocab.PlatformWeChat), func(f *filing.Filing) { f.Since = date("2026-02-13").Add(16 * time.Hour) }), c)
	show("authority into a year without a notice", with(at(vocab.StageAuthorityReview, vocab.PlatformWeChat), func(f *filing.Filing) { f.Since = date("2026-12-07") }), c)
	show("the same, self-reported", with(at(vocab.StageAuthorityReview, vocab.PlatformWeChat), func(f *filing.Filing) { f.Since = date("2026-12-07"); self(f) }), c)
	show("no calendar", at(vocab.StagePlatformReview, vocab.PlatformWeChat), nil)
	show("certificate", with(at(vocab.StageAuthorityReview, vocab.PlatformWeChat), func(f *filing.Filing) {
		f.CertificateExpires = time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	}), c)
	show("certificate of a cancelled one", with(at(vocab.StageCancelled, vocab.PlatformWeChat), func(f *filing.Filing) {
		f.CertificateExpires = time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	}), c)
	show("filed, a change under way", with(at(vocab.StageChanging, vocab.PlatformWeChat), func(f *filing.Filing) { f.FiledAt = date("2026-11-10") }), c)
	golden.Equal(t, "reminders.golden", b.String())
}

func TestRemindersProperties(t *testing.T) {
	c := loadCalendar(t, nil)
	kinds := map[vocab.Kind]bool{}
	for _, k := range vocab.Kinds() {
		kinds[k] = k == vocab.KindChange // which is no reminder
	}
	for _, s := range vocab.Stages() {
		for day := range 365 {
			f := at(s, vocab.PlatformWeChat)
			f.Since = date("2026-01-01").Add(time.Duration(day*24+day%24) * time.Hour)
			f.FiledAt, f.SelfReported = f.Since, day%2 == 0
			f.CertificateExpires = time.Date(2027, 1, 1+day, 0, 0, 0, 0, time.UTC)
			seen := map[string]bool{}
			var last time.Time
			for _, r := range filing.Reminders(f, c) {
				kinds[r.Kind] = true
				if seen[r.Key] || r.Step < 1 || r.At.Before(last) {
					t.Fatalf("%s on day %d: %+v", s, day, r)
				}
				if !r.Deadline.IsZero() && !r.At.Before(r.Deadline) {
					t.Fatalf("%s on day %d: reminds after the deadline: %+v", s, day, r)
				}
				if r.Kind != vocab.KindCertificate && !r.At.After(f.Since) {
					t.Fatalf("%s on day %d: reminds before it came there: %+v", s, day, r)
				}
				if r.Kind == vocab.KindOverdue {
					w, ok := filing.ReviewWindow(f, c)
					if working, known := c.IsWorkingDay(r.At); !ok || !w.Past(r.At) || !known || !working {
						t.Fatalf("%s on day %d: not overdue: %+v %+v", s, day, r, w)
					}
				}
				seen[r.Key], last = true, r.At
			}
		}
	}
	for k, came := range kinds {
		if !came {
			t.Errorf("no %s came", k)
		}
	}
}
