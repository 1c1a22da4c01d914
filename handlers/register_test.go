package handlers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/kb"
)

func TestRegisteredFiling(t *testing.T) {
	c := newTalk(t)
	c.say("我的小程序小鹿花店11月20日在上海提交了初审")
	c.say("微信")
	c.say("好")
	mine := c.mine()
	if len(mine) != 1 {
		t.Fatalf("%d filings", len(mine))
	}
	f := mine[0].Filing
	since := time.Date(2026, 11, 20, 0, 0, 0, 0, chinatime.Zone())
	if f.Name != "小鹿花店" || f.Platform != vocab.PlatformWeChat || f.Province != "上海" || f.Stage != vocab.StagePlatformReview || !f.Since.Equal(since) ||
		f.Source != filing.FromSelf || !f.SelfReported || !registeredBy(f.ID, me) {
		t.Errorf("registered: %+v", f)
	}
	if mine[0].Follower.Notify != filing.NotifyNone {
		t.Errorf("notices without a yes: %s", mine[0].Follower.Notify)
	}
	if !filing.ValidID(f.ID) || strings.Contains(f.ID, me) {
		t.Errorf("id %s", f.ID)
	}
	events, err := c.store.History(t.Context(), f.ID)
	if err != nil || len(events) != 1 || events[0].Source != filing.FromSelf || events[0].By != "" {
		t.Errorf("history: %+v %v", events, err)
	}
	if c.remembered().FormOf != "" {
		t.Error("the form is still there")
	}
}

// TestRegisterOnce: a message that is delivered again, and a confirmation that is given again, register nothing more.
func TestRegisterOnce(t *testing.T) {
	c := newTalk(t)
	c.say("登记 小鹿花店")
	for _, s := range []string{"平台：微信", "省份：上海", "进展：平台初审中", "日期：11月20日"} {
		c.say(s)
	}
	before := c.memory
	first := c.say("确认登记")
	if again := c.again("确认登记", before); show(again) != show(first) {
		t.Errorf("delivered again:\n%s\nat first:\n%s", show(again), show(first))
	}
	c.memory = before
	c.say("1") // tapped twice: another message, before the memory of the first was kept
	if n := len(c.mine()); n != 1 {
		t.Errorf("%d filings", n)
	}
	// And where it has moved meanwhile, the old confirmation does not take it back.
	c.say("更新进度 小鹿花店 短信核验过了")
	c.say("确认更新")
	c.memory, c.keep = before, c.now.Add(chat.MemoryTTL)
	c.say("确认登记")
	if f := c.mine()[0].Filing; f.Stage != vocab.StageAuthorityReview || len(c.mine()) != 1 {
		t.Errorf("moved back: %+v", f)
	}
}

func TestRegisterLimit(t *testing.T) {
	c := newTalk(t)
	for i := range MaxSelfReported {
		register(c, fmt.Sprintf("小鹿%d号店", i), "微信", "上海", vocab.StagePlatformReview, "11月20日")
	}
	contains(t, c.say("登记"), "上限")
	contains(t, c.say("我的微信小程序青禾书屋11月20日在上海提交了初审"), "上限")
	if n := len(c.mine()); n != MaxSelfReported {
		t.Errorf("%d filings", n)
	}
	// One that was begun before the limit was reached is not written after it.
	c.as("another")
	for i := range MaxSelfReported - 1 {
		register(c, fmt.Sprintf("小鹿%d号店", i), "微信", "上海", vocab.StagePlatformReview, "11月20日")
	}
	for _, s := range []string{"登记 青禾书屋", "平台：微信", "省份：上海", "进展：平台初审中", "日期：11月20日"} {
		c.say(s)
	}
	kept := c.memory
	register(c, "南山修车", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	c.memory, c.keep = kept, c.now.Add(chat.MemoryTTL)
	contains(t, c.say("确认登记"), "上限")
	if n := len(c.mine()); n != MaxSelfReported {
		t.Errorf("%d filings", n)
	}
	// What goes makes room.
	c.say("解绑 南山修车")
	c.say("确认解绑")
	contains(t, c.say("登记 南山修车"), "哪个平台")
}

// TestRegisterTracksFull: a person who follows as many filings as he may is told so before anything is written.
func TestRegisterTracksFull(t *testing.T) {
	c := newTalk(t)
	for i := range filing.MaxTracked {
		id := fmt.Sprint("op-", i)
		c.report(filing.Report{ID: id, Name: id, Stage: vocab.StagePlatformReview})
		if err := c.store.Adopt(t.Context(), id, me, c.now); err != nil {
			t.Fatal(err)
		}
	}
	contains(t, c.say("登记 小鹿花店"), "上限")
}

// TestPicksAndDays: a number picks what is offered, a day of the month is a day.
func TestPicksAndDays(t *testing.T) {
	for text, want := range map[string]string{"3号": "11月3日", "3": "11月21日", "第一个": "11月23日", "1日": "11月1日"} {
		c := newTalk(t)
		for _, s := range []string{"登记 小鹿花店", "1", "5", "管局审核中"} {
			c.say(s)
		}
		contains(t, c.say(text), "从什么时候起："+want+"\n")
	}
	c := newTalk(t)
	for _, s := range []string{"登记 我的微信小程序小鹿花店昨天在上海提交了初审", "改省份", "其他"} {
		c.say(s)
	}
	contains(t, c.last, "黑龙江")
	contains(t, c.say("黑龙江"), "小程序：小鹿花店", "省份：黑龙江", "11月22日")
	c.say("改进展")
	contains(t, c.say("都不是"), "待管理员刷脸")
}

// TestFormExpires: a form is picked up for half an hour after the person last had to do with it, whatever else was talked about.
func TestFormExpires(t *testing.T) {
	c := newTalk(t)
	c.say("登记 小鹿花店")
	c.wait(20 * time.Minute)
	contains(t, c.say("管局要审多久"), "还没完")
	c.wait(9 * time.Minute)
	contains(t, c.say("微信"), "哪个省")
	c.wait(20 * time.Minute)
	c.say("管局要审多久")
	c.wait(11 * time.Minute)
	lacks(t, c.say("管局要审多久"), "还没完")
	lacks(t, c.say("上海"), "哪一步")
}

// TestFormFromElsewhere: a form that is not in order is none.
func TestFormFromElsewhere(t *testing.T) {
	c := newTalk(t)
	good := draft{
		ID: registeredID(me, "m0"), Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StagePlatformReview,
		Since: start, Asked: stepConfirm, Touched: start,
	}
	for name, spoil := range map[string]func(d *draft){
		"another's id":   func(d *draft) { d.ID = registeredID("another", "m0") },
		"an operator's":  func(d *draft) { d.ID = "op-1" },
		"platform":       func(d *draft) { d.Platform = "yahoo" },
		"province":       func(d *draft) { d.Province = "Texas" },
		"stage":          func(d *draft) { d.Stage = "nowhere" },
		"name":           func(d *draft) { d.Name = strings.Repeat("店", 31) },
		"too many steps": func(d *draft) { d.Skipped = make([]step, 100) },
		"old":            func(d *draft) { d.Touched = start.Add(-time.Hour) },
	} {
		d := good
		spoil(&d)
		form, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		turn := chat.Turn{Message: chat.Message{User: me}, Memory: chat.Memory{FormOf: formRegister, Form: form}}
		if _, ok := c.bot.draft(&turn); ok {
			t.Errorf("%s: taken for a form", name)
		}
	}
	for _, form := range []string{"", "null", "{", "[]", `{"i":1}`, `"x"`} {
		turn := chat.Turn{Message: chat.Message{User: me, Text: "确认登记"}, Memory: chat.Memory{FormOf: formRegister, Form: json.RawMessage(form)}}
		if _, ok := c.bot.draft(&turn); ok {
			t.Errorf("%q: taken for a form", form)
		}
		if r, err := c.bot.Handle(t.Context(), &turn); err != nil || r.Empty() {
			t.Errorf("%q: %v %v", form, r, err)
		}
	}
}

func TestNames(t *testing.T) {
	for said, want := range map[string]string{
		"小鹿花店": "小鹿花店", "“小鹿花店”": "小鹿花店", "《小鹿花店》": "小鹿花店", "「小鹿」": "小鹿", "叫小鹿花店": "小鹿花店", "小程序名称是小鹿花店": "小鹿花店",
		"我的小程序叫小鹿花店。": "小鹿花店", "Deer Flowers": "Deer Flowers", "小鹿花店2号": "小鹿花店2号", "名称：小鹿花店": "小鹿花店",
	} {
		var d draft
		if why, ok := d.answer(stepName, said, start); !ok || why != "" || d.Name != want {
			t.Errorf("%s: %q %q %v", said, d.Name, why, ok)
		}
	}
	for _, said := range []string{"", "123", "……", strings.Repeat("店", 31), "https://example.com", "<b>店</b>", "店\u202e名"} {
		var d draft
		if why, ok := d.answer(stepName, said, start); !ok || why != faultName || d.Name != "" {
			t.Errorf("%s: %q %q %v", said, d.Name, why, ok)
		}
	}
}

// TestNameOrNot: what follows the question for a name is the name, unless it is certainly something else.
func TestNameOrNot(t *testing.T) {
	sound := func(kind kb.Kind, topic string) kb.Result {
		return kb.Result{Kind: kind, Topic: topic, Confidence: 0.95, Aside: "thanks", Command: kb.CommandStatus}
	}
	for text, want := range map[string]bool{
		"小鹿花店": true, "早安咖啡": true, "法律咨询": true, "谢谢": false, "谢谢你帮忙": false, "早安": false, "瞧瞧进度": false, "管局多久": false,
		"管局那边的审核时间": false, "短信收不到": false, "登记": false, "BA-2222-2222": false, "只通知重要的": false, "备案怎么弄": false, "名称：怎么弄": true, "《审核时间》": true,
	} {
		c := newTalk(t)
		c.know.order = append([]rule{
			{"早安", sound(kb.KindSmallTalk, "")},
			{"谢谢", sound(kb.KindSmallTalk, "")},
			{"法律", sound(kb.KindAnswer, "total-time")},
			{"审核时间", sound(kb.KindAnswer, "total-time")},
			{"瞧瞧", sound(kb.KindCommand, "")},
		}, c.know.order...)
		c.say("登记")
		r := c.say(text)
		if got := strings.Contains(r.Text, "在哪个平台"); got != want {
			t.Errorf("%s: %s", text, show(r))
		}
		if !want && text != "登记" && !strings.Contains(r.Text, "还差小程序名称") {
			t.Errorf("%s: nothing reminds of the form: %s", text, show(r))
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, x := range []struct {
		step step
		said string
		want string // the draft's field in a word; empty where it is no answer
	}{
		{stepPlatform, "微信", "wechat"},
		{stepPlatform, "微信小程序", "wechat"},
		{stepPlatform, "抖音的", "douyin"},
		{stepPlatform, "是支付宝上的", "alipay"},
		{stepPlatform, "其他平台", "other"},
		{stepPlatform, "小红书", "other"},
		{stepPlatform, "微信小程序要备案", ""},
		{stepProvince, "上海", "上海"},
		{stepProvince, "在上海市", "上海"},
		{stepProvince, "广西壮族自治区", "广西"},
		{stepProvince, "内蒙古的", "内蒙古"},
		{stepProvince, "美国", ""},
		{stepStage, "管局审核中", "authority_review"},
		{stepStage, "现在是初审", "platform_review"},
		{stepStage, "已经备案了", "filed"},
		{stepStage, "初审过了，等短信", "sms_pending"},
		{stepStage, "短信核验过了", "authority_review"},
		{stepStage, "还没提交呢", "not_filed"},
		{stepStage, "被管局驳回了", "authority_rejected"},
		{stepStage, "状态未知", ""},
		{stepStage, "你好", ""},
		{stepNumber, "沪ICP备2026000001号-1X", "沪ICP备2026000001号-1X"},
		{stepNumber, "沪icp备2026000001号-1x", "沪ICP备2026000001号-1X"},
		{stepNumber, "不知道在哪", ""},
	} {
		d := draft{of: formRegister}
		why, ok := d.answer(x.step, x.said, start)
		got := string(d.Platform) + string(d.Province) + string(d.Stage) + d.Number
		if got != x.want || ok != (x.want != "") || why != "" {
			t.Errorf("%s %s: got %q %q %v, want %q", x.step, x.said, got, why, ok, x.want)
		}
	}
}

// words are what a person may say at any time in the property below.
var words = []string{
	"登记", "登记 小鹿花店", "登记 青禾书屋", "小鹿花店", "微信", "抖音的", "上海", "深圳", "其他省份", "其他进展", "平台初审中", "初审被驳回了", "已备案", "待提交",
	"收到短信了", "昨天", "11月20日", "明天", "跳过", "没有", "确认登记", "确认更新", "确认", "对", "不对", "算了", "取消", "继续登记", "更新进度", "更新进度 小鹿花店",
	"小鹿花店短信核验过了", "管局过了 备案号 沪ICP备2026000001号-1X", "我的小程序小鹿花店11月20日在上海提交了初审", "改名称", "改日期", "改进展", "名称：南山修车",
	"平台：微信", "省份：江苏", "进展：管局审核中", "日期：前天", "备案号：沪ICP备2026000001号-1X", "原因：照片不清晰", "照片不清晰", "仍然登记", "1", "2", "3", "0", "都不是",
	"查进度", "解绑", "解绑 小鹿花店", "确认解绑", "不解绑了", "订阅通知", "取消通知", "通知设置", "只通知重要的", "删除我的数据", "确认删除", "不删了", "帮助", "人工",
	"管局要审多久", "审核", "有用", "没用", "详细", identity, "482913", "验证码482913", "BA-2222-2222", "？", "谢谢", "彩票", "", "名称：", "省份：火星", "https://x.cn",
}

// fitting are answers to the questions of the dialogues, and what begins one.
var fitting = map[step][]string{
	"":                {"登记", "登记 小鹿花店", "我的小程序小鹿花店11月20日在上海提交了初审", "更新进度", "小鹿花店短信核验过了", "解绑 小鹿花店", "删除我的数据", "登记 小鹿书店"},
	stepName:          {"小鹿花店", "青禾书屋", "我的微信小程序南山修车昨天在广东提交了初审"},
	stepTwin:          {"仍然登记", "1", "2"},
	stepPlatform:      {"微信", "2", "抖音的"},
	stepProvince:      {"上海", "跳过", "深圳", "3"},
	stepStage:         {"平台初审中", "初审被驳回了", "已备案", "收到短信了", "待提交", "1", "4", "8"},
	stepSince:         {"昨天", "11月20日", "跳过", "1"},
	stepNumber:        {"沪ICP备2026000001号-1X", "跳过"},
	stepReason:        {"照片不清晰", "跳过"},
	stepConfirm:       {"确认", "1", "对的", "改日期"},
	step(formForget):  {"确认删除", "不删了"},
	step(formUntrack): {"确认解绑", "不解绑了"},
}

// TestAnyConversation: whatever is said in whatever order, the form is one that can be gone on with or none, nothing is registered twice, no
// more than may be, and every reply fits.
func TestAnyConversation(t *testing.T) {
	c := newTalk(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		c.as(fmt.Sprint("person", n))
		c.script.Reset()
		for range rapid.IntRange(20, 60).Draw(rt, "length") {
			if rapid.IntRange(0, 9).Draw(rt, "pause") == 0 {
				c.wait(time.Duration(rapid.IntRange(1, 40).Draw(rt, "minutes")) * time.Minute)
			}
			text := rapid.SampledFrom(words).Draw(rt, "text")
			offered := append(slices.Clone(c.last.Choices), c.last.Actions...)
			switch rapid.IntRange(0, 9).Draw(rt, "how") {
			case 0, 1: // whatever
			case 2, 3:
				if len(offered) > 0 {
					text = rapid.SampledFrom(offered).Draw(rt, "choice").Words()
				}
			default: // to the point
				var d draft
				m := c.remembered()
				_ = json.Unmarshal(m.Form, &d)
				asked := d.Asked
				switch {
				case m.FormOf == formForget || m.FormOf == formUntrack:
					asked = step(m.FormOf)
				case d.of == "" && m.FormOf == "":
					asked = ""
				}
				text = rapid.SampledFrom(fitting[asked]).Draw(rt, "answer")
			}
			before, memory, keep := len(c.mine()), c.memory, c.keep
			r := c.say(text)
			after := len(c.mine())
			if after > before+1 || after > MaxSelfReported {
				rt.Fatalf("%d filings, then %d:\n%s", before, after, c.script.String())
			}
			if full := wechat.Content(chat.Reply{Text: r.Text}); text != "" && len(wechat.Content(r)) > wechat.MaxContent || strings.HasSuffix(full, "……") {
				rt.Fatalf("too long:\n%s", show(r))
			}
			checkForm(rt, c)
			if after == before+1 { // delivered again, then tapped again
				left, until := c.memory, c.keep
				c.memory, c.keep = memory, keep
				c.seq--
				c.say(text)
				c.memory, c.keep = memory, keep
				c.say(text)
				if got := len(c.mine()); got != after {
					rt.Fatalf("registered again:\n%s", c.script.String())
				}
				c.memory, c.keep = left, until
			}
		}
	})
}

// checkForm fails where what is remembered of a form is not in order.
func checkForm(rt *rapid.T, c *talk) {
	m := c.remembered()
	switch m.FormOf {
	case "":
		if len(m.Form) > 0 {
			rt.Fatalf("a form of nobody: %s", m.Form)
		}
	case formForget, formUntrack:
		var s sure
		if err := json.Unmarshal(m.Form, &s); err != nil || (m.FormOf == formUntrack) != (s.Filing != "") {
			rt.Fatalf("%s: %s", m.FormOf, m.Form)
		}
	case formRegister, formUpdate:
		turn := chat.Turn{Message: chat.Message{User: c.user}, Memory: m}
		d, ok := c.bot.draft(&turn)
		if !ok && c.now.Sub(draftTouched(m.Form)) <= chat.MemoryTTL {
			rt.Fatalf("not in order: %s", m.Form)
		}
		if ok && d.Asked == "" {
			rt.Fatalf("nothing was asked: %s", m.Form)
		}
	default:
		rt.Fatalf("a form of %s", m.FormOf)
	}
	if len(c.memory) > 8<<10 {
		rt.Fatalf("the memory has %d bytes", len(c.memory))
	}
}

func draftTouched(form []byte) time.Time {
	var d draft
	_ = json.Unmarshal(form, &d)
	return d.Touched
}
