package handlers

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestUpdateOnlyOwn: only who registered a filing may move it, even where he follows another's that was registered by somebody.
func TestUpdateOnlyOwn(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	id := c.mine()[0].Filing.ID
	c.code(id, "BA-7K3M-Q9XD")

	c.as("another")
	contains(t, c.say("BA-7K3M-Q9XD"), "小鹿花店", "自行登记")
	for _, text := range []string{
		"更新进度", "更新进度 小鹿花店", "更新进度 " + id, "小鹿花店短信核验过了", "管局过了 备案号 沪ICP备2026000001号-1X", "更新进度 " + id + " 已备案",
	} {
		r := c.say(text)
		lacks(t, r, "对吗", "新的进展")
		c.say("进展：已备案")
		c.say("确认更新")
		c.say("确认")
	}
	lacks(t, c.say("查进度"), "<更新进度")
	if f := c.mine()[0].Filing; f.Stage != vocab.StagePlatformReview || f.Seq != 1 {
		t.Errorf("moved by another: %+v", f)
	}
	// He lets go of it without a question: it is not his to remove.
	contains(t, c.say("解绑"), "已解绑")
	c.as(me)
	if len(c.mine()) != 1 {
		t.Error("removed by another")
	}
}

// TestUpdateWrites: what an update writes is a report of his own, with the day that he told.
func TestUpdateWrites(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	c.say("更新进度 小鹿花店")
	c.tap("平台初审驳回了")
	c.tap("昨天（11月22日）")
	contains(t, c.say("名称不规范"), "更新好了", "名称不规范", "改法")
	f := c.mine()[0].Filing
	if f.Stage != vocab.StagePlatformRejected || len(f.Reasons) != 1 || f.Reasons[0].Error != "名称不规范" ||
		!f.Since.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, chinatime.Zone())) || f.Source != filing.FromSelf || f.Name != "小鹿花店" || f.Province != "上海" {
		t.Errorf("%+v", f)
	}
	// Submitted again on the same day: no report of his is ever too old.
	c.say("小鹿花店重新提交了")
	contains(t, c.tap("确认更新"), "平台初审中")
	c.say("更新进度")
	c.tap("其他进展")
	contains(t, c.tap("备案入口未开放"), "更新好了")
	if f := c.mine()[0].Filing; f.Stage != vocab.StageEntranceClosed {
		t.Errorf("%+v", f)
	}
}

// TestUpdateGone: a filing that goes while it is being moved is not written anew.
func TestUpdateGone(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	c.say("小鹿花店短信核验过了")
	id := c.mine()[0].Filing.ID
	if err := c.store.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	contains(t, c.say("确认更新"), "已经解绑或删除")
	if _, err := c.store.Filing(t.Context(), id); err == nil {
		t.Error("written anew")
	}
}

// TestUnnamedReports: a step that is told without a name is taken only where one of his own filings can have made it.
func TestUnnamedReports(t *testing.T) {
	for _, x := range []struct{ text, want string }{
		{"短信核验过了", "管局审核中"},
		{"昨天被管局驳回了", ""}, // not from 平台初审
		{"初审过了", "短信是什么时候收到的"},
		{"我撤回了备案", "已撤回"},
		{"短信核验过了，接下来呢", ""},
		{"没收到短信", ""},
		{"消防验收备案被退回了", ""},
		{"小红书小程序审核了2个月了 还没通过。", ""},
		{"抖音的短信核验过了", ""}, // his is not there
		{"工信部网站都搜得到号了 微信里还写着未备案", ""},
		{"我的小程序昨天被驳回了，原因是不规范", ""},
	} {
		text, want := x.text, x.want
		c := newTalk(t)
		register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
		r := c.say(text)
		if want == "" {
			lacks(t, r, "对吗", "什么时候收到的")
		} else {
			contains(t, r, "小鹿花店", want)
		}
		c.as("another") // who has none is asked nothing
		lacks(t, c.say(text), "对吗", "什么时候收到的", "哪个平台")
	}
}

// TestWhichOfSeveral: a report that fits several filings asks which, and keeps what was said.
func TestWhichOfSeveral(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StageAuthorityReview, "11月18日")
	register(c, "青禾书屋", "微信", "上海", vocab.StageAuthorityReview, "11月19日")
	contains(t, c.say("昨天管局过了 备案号 沪ICP备2026000001号-1X"), "2 个备案", "1. 小鹿花店", "2. 青禾书屋")
	contains(t, c.say("1"), "小鹿花店", "已备案", "11月22日", "沪ICP备2026000001号-1X", "对吗")
	c.say("对")
	if f := c.mine()[0].Filing; f.Stage != vocab.StageFiled || f.Number != "沪ICP备2026000001号-1X" {
		t.Errorf("%+v", f)
	}
}

// TestNextStages: every stage has something usual after it, and nothing that offers what is already so.
func TestNextStages(t *testing.T) {
	for _, from := range vocab.Stages() {
		next := nextStages(from)
		if len(next) == 0 {
			t.Errorf("%s: nothing comes next", from)
		}
		for _, to := range next {
			if to == from || !sayable(to) {
				t.Errorf("%s: offers %s", from, to)
			}
		}
	}
	// What is offered by a tap is read again.
	for _, s := range vocab.Stages() {
		if got, ok := stageNamed(s.Chinese()); sayable(s) && (!ok || got != s) {
			t.Errorf("%s is read as %s", s.Chinese(), got)
		}
	}
}
