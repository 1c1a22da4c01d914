package handlers

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestRedateReminds: what is told and reminded of goes by the corrected date.
func TestRedateReminds(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	contains(t, c.say("查进度"), "预计 11月23日至24日")
	c.say("小鹿花店的日期填错了，应该是11月18日")
	contains(t, c.last, "没有变", "11月18日", "原来是 11月20日")
	contains(t, c.tap("确认更新"), "日期改好了", "11月18日起", "预计 11月19日至20日")
	f := c.mine()[0].Filing
	if !f.Since.Equal(time.Date(2026, 11, 18, 0, 0, 0, 0, chinatime.Zone())) || f.Seq != 2 || f.StageSeq != 1 {
		t.Errorf("%+v", f)
	}
	h, err := c.store.History(t.Context(), f.ID)
	if err != nil || len(h) != 2 || h[1].Moved() || !h[1].Since.Equal(f.Since) {
		t.Errorf("history: %v %+v", err, h)
	}
}

// TestRedateOwnOnly: nobody corrects a date that another reported, whatever he taps or says.
func TestRedateOwnOnly(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "op-1", Name: "南山修车", Platform: vocab.PlatformWeChat, Stage: vocab.StagePlatformReview})
	c.code("op-1", "BA-7K3M-Q9XD")
	c.say("BA-7K3M-Q9XD")
	before := c.mine()[0].Filing
	for _, s := range []string{"改日期", "南山修车的日期错了，应该是11月18日", "更新进度 南山修车 改日期", "更新进度 op-1 改日期", "日期：11月18日", "只改日期", "南山修车11月18日提交了初审"} {
		lacks(t, c.say(s), "对吗", "改好了")
		c.say("日期：11月18日")
		c.say("确认更新")
	}
	if after := c.mine()[0].Filing; !after.Since.Equal(before.Since) || after.Seq != before.Seq {
		t.Errorf("%+v", after)
	}
}

// TestRedateBounds: a date that cannot be is not taken, and the same one changes nothing.
func TestRedateBounds(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	contains(t, c.say("改日期"), "11月20日", "平台初审中", "哪天")
	contains(t, c.say("明天"), "还没到")
	contains(t, c.say("2016年1月1日"), "日期")
	contains(t, c.say("11月20日"), "没有变化")
	contains(t, c.say("小鹿花店11月20日提交了初审"), "没有变化")
	if f := c.mine()[0].Filing; f.Seq != 1 {
		t.Errorf("%+v", f)
	}
	// Other dates are a question.
	lacks(t, c.say("营业执照的日期填错了"), "小鹿花店")
	lacks(t, c.say("身份证有效期时间不对"), "小鹿花店")
}

// TestRedateFiled: with the date of a filing that is done, the day for the police moves.
func TestRedateFiled(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月1日")
	c.say("小鹿花店 11月20日 备案通过了")
	contains(t, c.tap("确认更新"), "约到 12月20日")
	c.say("更新进度")
	c.tap("进展没变，只改日期")
	contains(t, c.say("11月16日"), "日期改好了", "约到 12月16日")
}
