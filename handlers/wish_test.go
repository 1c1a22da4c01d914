package handlers

import (
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestReadWish(t *testing.T) {
	quiet := func(s string) *push.Quiet {
		q, err := push.ParseQuiet(s)
		if err != nil {
			t.Fatal(err)
		}
		return &q
	}
	for _, tt := range []struct {
		words string
		want  wish
	}{
		{"全部通知", wish{Notify: filing.NotifyAll}},
		{"有变化都通知我", wish{Notify: filing.NotifyAll}},
		{"都要", wish{Notify: filing.NotifyAll}},
		{"所有变化都告诉我", wish{Notify: filing.NotifyAll}},
		{"只要重要的", wish{Notify: filing.NotifyImportant}},
		{"只通知重要的", wish{Notify: filing.NotifyImportant}},
		{"我只要重要的通知就行", wish{Notify: filing.NotifyImportant}},
		{"重要的才通知我", wish{Notify: filing.NotifyImportant}},
		{"只提醒重要的事吧", wish{Notify: filing.NotifyImportant}},
		{"都不要", wish{Notify: filing.NotifyNone}},
		{"都不要通知了", wish{Notify: filing.NotifyNone}},
		{"一条都不要", wish{Notify: filing.NotifyNone}},
		{"请关掉所有通知", wish{Notify: filing.NotifyNone}},
		{"小鹿花店只要重要的", wish{Notify: filing.NotifyImportant, About: "小鹿花店"}},
		{"小鹿花店的通知都不要通知了", wish{Notify: filing.NotifyNone, About: "小鹿花店"}},
		{"「小鹿花店」全部通知", wish{Notify: filing.NotifyAll, About: "「小鹿花店」"}},

		{"晚上别发", wish{Quiet: quiet("22:00-08:00")}},
		{"晚上不要打扰我", wish{Quiet: quiet("22:00-08:00")}},
		{"夜里请勿打扰", wish{Quiet: quiet("22:00-08:00")}},
		{"睡觉的时候别吵我", wish{Quiet: quiet("22:00-08:00")}},
		{"别在半夜发消息", wish{Quiet: quiet("22:00-08:00")}},
		{"23点到7点别打扰", wish{Quiet: quiet("23:00-07:00")}},
		{"23:30-07:15 免打扰", wish{Quiet: quiet("23:30-07:15")}},
		{"免打扰 22：00～08：00", wish{Quiet: quiet("22:00-08:00")}},
		{"晚上十点半到早上七点不要发通知", wish{Quiet: quiet("22:30-07:00")}},
		{"10点到8点不要打扰我", wish{Quiet: quiet("22:00-08:00")}},
		{"12点到6点勿扰", wish{Quiet: quiet("00:00-06:00")}},
		{"晚上12点到早上9点免打扰", wish{Quiet: quiet("00:00-09:00")}},
		{"把免打扰改成每天23点至次日早上六点一刻", wish{Quiet: quiet("23:00-06:15")}},
		{"9点到12点别打扰", wish{Quiet: quiet("09:00-12:00")}},
		{"下午1点到2点半别发", wish{Quiet: quiet("13:00-02:30")}},
		{"中午12点到下午2点别发消息", wish{Quiet: quiet("12:00-14:00")}},
		{"免打扰关掉", wish{Quiet: quiet("off")}},
		{"关闭免打扰", wish{Quiet: quiet("off")}},
		{"不要免打扰了", wish{Quiet: quiet("off")}},
		{"晚上也可以通知我", wish{Quiet: quiet("off")}},
		{"免打扰", wish{Ask: true}},
		{"设置免打扰时间", wish{Ask: true}},
	} {
		got, ok := readWish(tt.words)
		if !ok || got.Notify != tt.want.Notify || got.About != tt.want.About && squeeze(got.About) != squeeze(tt.want.About) || got.Ask != tt.want.Ask ||
			(got.Quiet == nil) != (tt.want.Quiet == nil) || got.Quiet != nil && *got.Quiet != *tt.want.Quiet {
			t.Errorf("%s: %+v %v", tt.words, got, got.Quiet)
		}
	}
	for _, words := range []string{
		"", "短信核验怎么做", "要不要通知管局", "重要的事情", "通知", "晚上能审核吗", "审核要几点到几点", "23点到7点", "客服电话9点到18点打得通吗", "备案通过了会通知我吗",
		"管局会发通知吗", "不要", "别", "25点到7点别打扰", "8点到8点别打扰", "验证码短信不要发给别人对吗", "晚上收不到短信怎么办", "我22点到8点之间提交的会审核吗",
		strings.Repeat("很长", 100) + "都不要",
	} {
		if got, ok := readWish(words); ok {
			t.Errorf("%s: read as %+v", words, got)
		}
	}
}

// FuzzReadWish: whatever is written, what is read of it can be kept and said.
func FuzzReadWish(f *testing.F) {
	for _, s := range []string{"23点到7点别打扰", "晚上十二点半到早上8点免打扰", "小鹿花店只要重要的", "免打扰关掉", "二十四点到十点勿扰", "99点到7点别打扰"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, ok := readWish(s)
		if !ok {
			return
		}
		if w.Quiet != nil {
			if q, err := push.ParseQuiet(w.Quiet.String()); err != nil || q != *w.Quiet {
				t.Errorf("%q: %v %v", s, w.Quiet, err)
			}
		} else if w.Notify == "" && !w.Ask {
			t.Errorf("%q: an empty wish", s)
		}
	})
}

// TestWishesAreNotQuestions: what only looks like a wish about somebody's filing is answered as a question.
func TestWishOfNobody(t *testing.T) {
	c := newTalk(t)
	follow(c, filing.Report{ID: "a", Name: "小鹿花店", Province: "上海", Stage: vocab.StagePlatformReview})
	c.say("管局不要通知")
	c.say("大象只要重要的")
	if n := c.mine()[0].Follower.Notify; n != filing.NotifyNone {
		t.Errorf("it changed to %s", n)
	}
	contains(t, c.say("上海只要重要的"), "「小鹿花店」")
}
