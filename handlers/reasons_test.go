package handlers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestAsksWhyRejected: what asks why one's own filing was sent back, and what asks in general or something else.
func TestAsksWhyRejected(t *testing.T) {
	for text, want := range map[string]bool{
		"为什么被驳回": true, "驳回原因": true, "驳回原因是什么": true, "哪里不合格": true, "我的备案为什么被驳回了？": true, "为什么驳回我": true, "怎么又被退回了": true, "为啥没过": true,
		"因为什么被打回": true, "驳回理由": true, "審核為什麼沒通過": true, "小鹿花店为什么被驳回": true, "看看我的驳回原因": true, "管局为什么驳回": true, "哪些资料不符合": true,
		"初审不通过的原因": true, "到底哪里没通过": true, "被退回了什么原因": true, "为什么审核不通过": true, "凭什么不给过": true, "怎么被驳回了": true, "为什么还是被驳回": true,

		"我的小程序昨天被驳回了，原因是不规范": false, "管局驳回了，理由写的是名称不符": false,
		"驳回原因里说照片不清晰怎么改": false, "哪里不合格怎么修改": false, "一般为什么会被驳回": false, "常见的驳回原因有哪些": false, "驳回原因一般有哪些": false, "怎么避免被驳回": false, "被驳回了怎么办": false, "如果被驳回是什么原因": false, "驳回后多久能再提交": false,
		"为什么要备案": false, "哪里可以备案": false, "查进度": false, "怎么办理退款": false, "容易被驳回的原因": false, "哪些情况会被驳回": false, "为什么会不会被驳回": false,
	} {
		if got := asksWhyRejected(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestOwnReasons: who asks why he was rejected gets the reasons of his own filing first; who follows none that was, the general answer.
func TestOwnReasons(t *testing.T) {
	c := newTalk(t)
	general := "照片不清、名称不符"
	contains(t, c.say("为什么被驳回"), general)
	follow(c, filing.Report{ID: "a", Name: "青禾书屋", Stage: vocab.StagePlatformReview})
	contains(t, c.say("驳回原因"), general) // nothing of his was
	follow(c, filing.Report{ID: "b", Name: "小鹿花店", Platform: vocab.PlatformWeChat, Stage: vocab.StagePlatformRejected, Reasons: []filing.Reason{
		{Field: "营业执照", Error: "证件照片不清晰", Suggest: "请重新上传"}, {Field: "小程序名称", Error: "名称不符合要求"},
	}})
	for _, text := range []string{"为什么被驳回", "驳回原因", "哪里不合格"} {
		r := c.say(text)
		contains(t, r, "「小鹿花店」被退回的原因有 2 条", "营业执照：证件照片不清晰。建议：请重新上传", "改法：", "备案不通过的常见原因有哪些？")
		lacks(t, r, general)
		if last := r.Choices[len(r.Choices)-1].Label; last != "备案不通过的常见原因有哪些？" {
			t.Errorf("the general topic does not come last: %s", last)
		}
	}
	contains(t, c.say("3"), general) // the topic, not his own once more
	contains(t, c.say("一般为什么会被驳回"), general)
	contains(t, c.say("青禾书屋为什么被驳回"), "「青禾书屋」没有被驳回", "平台初审中")
	follow(c, filing.Report{ID: "c", Name: "南山修车", Stage: vocab.StageAuthorityRejected})
	r := c.say("为什么被驳回")
	contains(t, r, "2 个备案被退回", "1. 小鹿花店", "2. 南山修车")
	contains(t, c.say("2"), "「南山修车」被驳回了", "没有写原因", "常见原因")
	c.say("哪里不合格")
	contains(t, c.say("小鹿花店"), "被退回的原因有 2 条")
	contains(t, c.say("小鹿花店为什么被驳回"), "被退回的原因有 2 条")

	c.as("another")
	for _, text := range []string{"为什么被驳回", "小鹿花店为什么被驳回", "驳回原因 小鹿花店", "驳回原因 b"} {
		lacks(t, c.say(text), "证件照片不清晰", "被退回的原因")
	}
}

// TestReasonsOfOtherStages: a filing that was not sent back is not said to be, whatever reasons it keeps.
func TestReasonsOfOtherStages(t *testing.T) {
	c := newTalk(t)
	follow(c, filing.Report{ID: "a", Name: "青禾书屋", Stage: vocab.StageNotReady, Reasons: []filing.Reason{{Field: "微信认证", Error: "认证正在办理"}}})
	for _, text := range []string{"为什么没通过", "青禾书屋为什么被驳回"} {
		r := c.say(text)
		contains(t, r, "「青禾书屋」没有被驳回", "还有 1 项要补", "微信认证：认证正在办理")
		lacks(t, r, "退回")
	}
	follow(c, filing.Report{ID: "b", Name: "小鹿花店", Stage: vocab.StageSMSExpired, Reasons: []filing.Reason{{Field: "短信核验", Error: "超时未核验"}}})
	contains(t, c.say("小鹿花店为什么被驳回"), "「小鹿花店」没有被驳回", "短信核验超时")
	follow(c, filing.Report{ID: "c", Name: "南山修车", Stage: vocab.StageAuthorityRejected, Reasons: []filing.Reason{{Error: "名称不符合要求"}}})
	contains(t, c.say("为什么被驳回"), "「南山修车」被退回的原因有 1 条")
}

// TestReasonsInPages: the next page of those of a province is of that province.
func TestReasonsInPages(t *testing.T) {
	c := newTalk(t)
	for i := range 20 {
		follow(c, filing.Report{ID: fmt.Sprint("f", i), Name: fmt.Sprintf("第%d号店", i), Province: []vocab.Province{"上海", "广东"}[i%2], Stage: vocab.StagePlatformRejected})
	}
	contains(t, c.say("上海的为什么被驳回"), "10 个备案被退回")
	r := c.tap(nextPage)
	contains(t, r, "10 个备案被退回", "第 2 页，共 2 页")
	lacks(t, r, "广东")
}

// TestAddReason: who registered a rejection without its reasons can add them, and is told how to mend them.
func TestAddReason(t *testing.T) {
	c := newTalk(t)
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	c.say("小鹿花店昨天初审被驳回了")
	c.say("确认更新")
	contains(t, c.say("哪里不合格"), "还没有登记", "<补驳回原因")
	before := c.mine()[0].Filing.Since
	contains(t, c.tap(addReasonWords), "驳回原因是什么")
	contains(t, c.say("营业执照照片不清晰"), "更新好了", "照片不清晰", "改法")
	f := c.mine()[0].Filing
	if len(f.Reasons) != 1 || !f.Since.Equal(before) {
		t.Errorf("%+v", f)
	}
	contains(t, c.say("哪里不合格"), "原因有 1 条", "照片不清晰")
	c.as("another")
	contains(t, c.say("补驳回原因"), "没有被驳回的")
	if strings.Contains(show(c.say("补驳回原因 "+f.ID)), "小鹿") {
		t.Error("told to another")
	}
}
