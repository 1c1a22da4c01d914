package handlers

import (
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestNotify(t *testing.T) {
	c := newTalk(t)
	contains(t, c.say("订阅通知"), "先绑定")
	contains(t, c.say("取消通知"), "本来就不会收到")
	follow(c, filing.Report{ID: "a", Name: "小鹿花店", Province: "上海", Stage: vocab.StagePlatformReview})
	want := func(ns ...filing.Notify) {
		t.Helper()
		for i, tr := range c.mine() {
			if tr.Follower.Notify != ns[i] {
				t.Errorf("%s: %s, want %s", tr.Filing.Name, tr.Follower.Notify, ns[i])
			}
		}
	}
	want(filing.NotifyNone)
	contains(t, c.say("订阅通知"), "「小鹿花店」", "取消通知")
	want(filing.NotifyAll)
	contains(t, c.say("只通知重要的"), "「小鹿花店」")
	want(filing.NotifyImportant)
	contains(t, c.say("通知设置"), "小鹿花店：只通知要您办的和最后结果")
	follow(c, filing.Report{ID: "b", Name: "青禾书屋", Province: "广东", Stage: vocab.StagePlatformReview})
	contains(t, c.say("订阅通知 青禾书屋"), "「青禾书屋」")
	want(filing.NotifyImportant, filing.NotifyAll)
	contains(t, c.say("取消通知"), "2 个备案")
	want(filing.NotifyNone, filing.NotifyNone)
	contains(t, c.say("订阅通知"), "2 个备案")
	want(filing.NotifyAll, filing.NotifyAll)
	contains(t, c.say("取消通知 广东"), "「青禾书屋」")
	want(filing.NotifyAll, filing.NotifyNone)
}

// TestNotifyUnverified: an account that cannot write by itself says so.
func TestNotifyUnverified(t *testing.T) {
	c := newTalk(t, func(o *Options) { o.Proactive = false })
	follow(c, filing.Report{ID: "a", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
	contains(t, c.say("订阅通知"), onlyWithNextMessage)
	contains(t, c.say("通知设置"), onlyWithNextMessage)
	lacks(t, c.say("取消通知"), onlyWithNextMessage)
}
