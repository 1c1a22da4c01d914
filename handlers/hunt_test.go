package handlers

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// hunt is a filing with marks that nobody but its follower may ever see.
func hunt(c *talk) {
	c.t.Helper()
	c.report(filing.Report{
		ID: "order-77", Name: "秘密花店", Platform: vocab.PlatformWeChat, Province: "上海", Subject: "秘密科技有限公司", AppID: "wx1234567890abcdef",
		Stage: vocab.StagePlatformRejected, Reasons: []filing.Reason{{Field: "营业执照", Error: "秘密原因照片不清晰"}}, Number: "沪ICP备2026000777号-7X",
	})
	c.code("order-77", "BA-7K3M-Q9XD")
}

// secretMarks are what a status shows of it.
var secretMarks = []string{"秘密科技", "秘密原因", "沪ICP备2026000777号-7X", "✗初审"}

// hides fails where a reply shows one of the marks that the text did not itself have.
func hides(c *talk, text string) {
	c.t.Helper()
	for _, m := range secretMarks {
		if !strings.Contains(text, m) {
			lacks(c.t, c.last, m)
		}
	}
}

// strangersWords is everything that a stranger may type, tap or scan in the hope of another's status.
func strangersWords() []string {
	words := []string{
		"秘密花店", "秘密花店的进度", "秘密花店怎么样了", "秘密花店为什么被驳回", "驳回原因 秘密花店", "驳回原因 order-77", "为什么被驳回", "order-77", "wx1234567890abcdef",
		"沪ICP备2026000777号-7X", "查沪ICP备2026000777号-7X", "沪ICP备2026000777号-7X到哪一步了", "我的备案号是沪ICP备2026000777号-7X", "秘密科技有限公司",
		"绑定 order-77", "绑定 秘密花店", "绑定order-77", "BA-order-77", "绑定 BA-7K3M", "绑定 7K3M", "补驳回原因 order-77", "改日期", "秘密花店的日期错了，应该是11月18日",
		"秘密花店短信核验过了", "秘密花店备案通过了 沪ICP备2026000777号-7X", "确认更新", "确认解绑", "确认删除", "更新进度 order-77 已备案", "通知设置 order-77",
		"订阅通知 order-77", "取消通知 秘密花店", "秘密花店全部通知", "秘密花店不要通知", "登记 秘密花店", "更新它的进度", "看它的进度", "下一页", "查进度 第2页", "1", "第一个", "最后一个",
	}
	for _, command := range []string{statusWords, untrackWords, updateWords, settingsWords, subscribeWords} {
		for _, of := range []string{"", " 秘密花店", " order-77", " 秘密", " 上海", " 沪ICP备2026000777号-7X", " wx1234567890abcdef", " *", " %", " ../order-77", " order-77\x00", " ORDER-77", " 全部", " 第1页"} {
			words = append(words, command+of)
		}
	}
	return words
}

// TestHuntStranger: nothing that a stranger says, with nothing of his own or with another filing of his own, shows or changes a filing that
// he does not follow.
func TestHuntStranger(t *testing.T) {
	for _, own := range []bool{false, true} {
		c := newTalk(t)
		hunt(c)
		c.say("BA-7K3M-Q9XD")
		contains(t, c.last, secretMarks[1:]...)
		before := fmt.Sprintf("%+v", c.mine())
		c.as("stranger")
		if own {
			register(c, "青禾书屋", "微信", "上海", vocab.StagePlatformReview, "11月20日")
		}
		for _, text := range strangersWords() {
			c.say(text)
			hides(c, text)
			c.memory = nil
			c.event(chat.Event{Kind: chat.EventTap, Key: sayPrefix + text})
			hides(c, text)
			for _, kind := range []chat.EventKind{chat.EventScan, chat.EventFollow} {
				c.event(chat.Event{Kind: kind, Key: text})
				hides(c, text)
			}
		}
		for _, tr := range c.mine() {
			if tr.Filing.ID == "order-77" {
				t.Fatal("the stranger follows it")
			}
		}
		c.as(me)
		if after := fmt.Sprintf("%+v", c.mine()); after != before {
			t.Errorf("the stranger changed it:\n%s\n%s", before, after)
		}
	}
}

// TestHuntGone: what somebody could see he cannot see any more once he has ended the following or erased himself: by no pick from an old list, no
// old tap, no memory of the conversation.
func TestHuntGone(t *testing.T) {
	for how, leaves := range map[string][]string{"untracked": {"解绑 秘密花店"}, "erased": {"删除我的数据", "确认删除"}} {
		c := newTalk(t)
		hunt(c)
		c.report(filing.Report{ID: "order-78", Name: "青禾书屋", Stage: vocab.StagePlatformReview})
		c.code("order-78", "BA-2345-6789")
		c.say("BA-7K3M-Q9XD")
		c.say("BA-2345-6789")
		var memories [][]byte // as a replica or a replayed delivery may still have them
		for _, text := range []string{"查进度", "查进度 秘密花店", "为什么被驳回", "解绑", "通知设置", "取消通知", "审核"} {
			c.say(text)
			memories = append(memories, c.memory)
		}
		for _, text := range leaves {
			c.say(text)
		}
		if how == "erased" && c.remembered().Offered != nil {
			t.Errorf("remembered after an erasure: %+v", c.remembered())
		}
		memories = append(memories, c.memory)
		for _, m := range memories {
			for _, text := range append(strangersWords(), "2", "3", "详细", "继续登记", "有用") {
				c.memory, c.keep = m, c.now.Add(chat.MemoryTTL)
				c.say(text)
				hides(c, text)
			}
		}
		for _, tr := range c.mine() {
			if tr.Filing.ID == "order-77" {
				t.Errorf("%s, and followed again", how)
			}
		}
	}
}

// TestHuntPicks: a pick is one from the list that was offered last, and repeats words that are looked up among one's own filings anew; a memory
// that was made up gives no more.
func TestHuntPicks(t *testing.T) {
	c := newTalk(t)
	hunt(c)
	c.as("stranger")
	follow(c, filing.Report{ID: "a", Name: "青禾书屋", Stage: vocab.StagePlatformReview}, filing.Report{ID: "b", Name: "南山修车", Stage: vocab.StageAuthorityReview})
	contains(t, c.say("查进度"), "1. 青禾书屋", "2. 南山修车")
	c.say("管局要审多久") // another list
	lacks(t, c.say("1"), "平台初审中", "管局审核中（")
	c.say("查进度")
	c.say("解绑")
	contains(t, c.say("2"), "已解绑「南山修车」")
	lacks(t, c.say("2"), "南山修车", "管局审核中（")
	for _, send := range []string{"查进度 order-77", "解绑 order-77", "更新进度 order-77 已备案", "驳回原因 order-77", "订阅通知 order-77"} {
		forged, err := json.Marshal(chat.Memory{At: c.now, Offered: []chat.Choice{{Label: "秘密花店", Send: send}}, Topic: "x"})
		if err != nil {
			t.Fatal(err)
		}
		c.memory, c.keep = forged, c.now.Add(chat.MemoryTTL)
		lacks(t, c.say("1"), secretMarks...)
	}
	for _, form := range []string{formUpdate, formUntrack, formRegister} { // nor a form about a filing that is not his
		forged, err := json.Marshal(chat.Memory{At: c.now, FormOf: form, Form: []byte(`{"i":"order-77","n":"秘密花店","f":"platform_review","s":"filed","t":"2026-11-23T02:20:00Z","k":["since","number"],"a":"confirm"}`)})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"确认更新", "确认解绑", "确认登记", "对", "继续登记"} {
			c.memory, c.keep = forged, c.now.Add(chat.MemoryTTL)
			lacks(t, c.say(text), secretMarks...)
		}
	}
	f, err := c.store.Filing(t.Context(), "order-77")
	if err != nil || f.Stage != vocab.StagePlatformRejected {
		t.Errorf("%v %+v", err, f)
	}
}

// TestHuntScenes: a scanned code is read like a written one, and garbage is none: it is neither looked at as a code nor an error.
func TestHuntScenes(t *testing.T) {
	c := newTalk(t)
	hunt(c)
	for _, scene := range []string{
		"", " ", "qrscene_", "BA-", "BA-7K3M-Q9X", "BA-7K3M-Q9XDD", "order-77", "say:查进度 order-77", "\x00\x01", strings.Repeat("A", 4000), "BA-7K3M-Q9XD' OR 1=1", "{}",
		"BA-7K3M-Q9XU", "😀😀😀😀😀😀😀😀", "查进度",
	} {
		for _, kind := range []chat.EventKind{chat.EventScan, chat.EventFollow} {
			r := c.event(chat.Event{Kind: kind, Key: scene})
			lacks(t, r, secretMarks...)
			if len(c.mine()) != 0 {
				t.Fatalf("%q binds", scene)
			}
		}
	}
	// None of it counted as a guess.
	for range filing.FreeGuesses {
		contains(t, c.say("BA-2222-2222"), "备案码不对")
	}
}

// TestHuntTwin: registering a filing with another's name, or with his number, tells nothing of it and gives no hold on it.
func TestHuntTwin(t *testing.T) {
	c := newTalk(t)
	hunt(c)
	c.say("BA-7K3M-Q9XD")
	c.as("stranger")
	lacks(t, c.say("我的微信小程序秘密花店11月20日在上海备案成功了，备案号沪ICP备2026000777号-7X"), "驳回", "已经绑定", "已经登记")
	c.say("确认登记")
	if mine := c.mine(); len(mine) != 1 || mine[0].Filing.ID == "order-77" || mine[0].Filing.Reasons != nil {
		t.Errorf("%+v", mine)
	}
	for _, text := range []string{"查进度", "为什么被驳回", "秘密花店", "通知设置"} {
		lacks(t, c.say(text), "秘密原因", "秘密科技", "✗初审")
	}
	c.as(me)
	contains(t, c.say("查进度"), "秘密原因", "✗初审")
}
