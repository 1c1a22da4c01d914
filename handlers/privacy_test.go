package handlers

import (
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestForgetErases: after the yes nothing is left, neither in the store nor in the memory, and nothing is pushed.
func TestForgetErases(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "op-1", Name: "南山修车", Platform: vocab.PlatformWeChat, Stage: vocab.StagePlatformReview})
	c.code("op-1", "BA-7K3M-Q9XD")
	c.say("BA-7K3M-Q9XD")
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	id := c.mine()[1].Filing.ID
	c.say("订阅通知")
	c.say("管局要审多久")
	c.report(filing.Report{ID: "op-1", Stage: vocab.StageSMSPending})
	c.say("删除我的数据")
	contains(t, c.say("确认删除"), "已经全部删除")

	if n := len(c.mine()); n != 0 {
		t.Errorf("%d filings are left", n)
	}
	if _, err := c.store.Filing(t.Context(), id); err == nil {
		t.Error("his own filing is left")
	}
	if _, err := c.store.Filing(t.Context(), "op-1"); err != nil {
		t.Errorf("the operator's filing is gone: %v", err)
	}
	if string(c.memory) != "{}" {
		t.Errorf("remembered: %s", c.memory)
	}
	page, err := c.store.Pushes(t.Context(), push.Query{})
	if err != nil || len(page.Pushes) != 0 {
		t.Errorf("pushes left: %+v %v", page, err)
	}
	contains(t, c.say("详细"), "哪个问题")
}

// TestForgetNeedsTheNextMessage: a yes counts only where it follows the question at once.
func TestForgetNeedsTheNextMessage(t *testing.T) {
	for _, between := range []string{"查进度", "管局要审多久", "登记 青禾书屋", "解绑", identity, "有用"} {
		c := newTalk(t)
		register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
		c.say("删除我的数据")
		c.say(between)
		lacks(t, c.say("确认删除"), "已经全部删除")
		if len(c.mine()) != 1 {
			t.Errorf("after %s it was erased", between)
		}
	}
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	c.say("确认删除") // an old message tapped
	c.say("删除我的数据")
	c.wait(31 * time.Minute)
	c.say("确认删除")
	if len(c.mine()) != 1 {
		t.Error("erased without having been asked")
	}
}

// TestForgetKeepsForOthers: a filing that he registered and that somebody else follows stays with that one.
func TestForgetKeepsForOthers(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	c.code(c.mine()[0].Filing.ID, "BA-7K3M-Q9XD")
	c.as("another")
	c.say("BA-7K3M-Q9XD")
	c.as(me)
	c.say("删除我的数据")
	c.say("确认删除")
	if len(c.mine()) != 0 {
		t.Error("not erased")
	}
	c.as("another")
	if len(c.mine()) != 1 {
		t.Error("taken away from another")
	}
}

// TestUntrackOwn: letting go of a filing of his own removes it, unless somebody else follows it.
func TestUntrackOwn(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	register(c, "青禾书屋", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	first, second := c.mine()[0].Filing.ID, c.mine()[1].Filing.ID
	c.code(second, "BA-7K3M-Q9XD")
	c.as("another")
	c.say("BA-7K3M-Q9XD")
	c.as(me)
	for _, name := range []string{"小鹿花店", "青禾书屋"} {
		c.say("解绑 " + name)
		contains(t, c.say("确认解绑"), "已解绑")
	}
	if len(c.mine()) != 0 {
		t.Error("still followed")
	}
	if _, err := c.store.Filing(t.Context(), first); err == nil {
		t.Error("left behind")
	}
	if _, err := c.store.Filing(t.Context(), second); err != nil {
		t.Error("taken away from another")
	}
}

// TestLeaving: who leaves gets no more pushes, at once; who comes back is remembered.
func TestLeaving(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "op-1", Name: "南山修车", Stage: vocab.StagePlatformReview})
	c.code("op-1", "BA-7K3M-Q9XD")
	c.say("BA-7K3M-Q9XD")
	c.say("订阅通知")
	c.event(chat.Event{Kind: chat.EventUnfollow})
	if u, err := c.store.User(t.Context(), me); err != nil || u.Following {
		t.Errorf("%+v %v", u, err)
	}
	left, err := c.store.Left(t.Context(), c.now.Add(time.Second), 10)
	if err != nil || len(left) != 1 || left[0] != me {
		t.Errorf("left: %v %v", left, err)
	}
	c.wait(time.Minute)
	c.event(chat.Event{Kind: chat.EventFollow})
	if u, err := c.store.User(t.Context(), me); err != nil || !u.Following {
		t.Errorf("%+v %v", u, err)
	}
}

// TestNoPersonInLogs: no log line, count or question carries a person's id, name or number.
func TestNoPersonInLogs(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "op-1", Name: "南山修车", Stage: vocab.StageSMSPending})
	c.code("op-1", "BA-7K3M-Q9XD")
	for _, text := range []string{
		"BA-7K3M-Q9XD", "登记 小鹿花店", "平台：微信", "省份：上海", "进展：平台初审中", "日期：11月20日", "确认登记", "审核 13800138000", "没用", "更新进度 小鹿花店 已备案",
		"备案号：沪ICP备2026000001号-1X", "确认", "删除我的数据", "确认删除", "BA-2222-2222", identity,
	} {
		c.say(text)
	}
	c.event(chat.Event{Kind: chat.EventTemplateSent, MessageID: "1", Status: "failed:user block"})
	c.bot.Filings = broken{}
	c.say("查进度")
	c.bot.Journal.Flush(t.Context())
	all := c.log.String()
	for _, q := range c.notes.asked {
		all += "\n" + q.Text
	}
	for k := range c.notes.counts {
		all += "\n" + k
	}
	for _, secret := range []string{me, "南山修车", "小鹿花店", "13800138000", "2026000001", identity, "7K3M"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s was written down:\n%s", secret, all)
		}
	}
}
