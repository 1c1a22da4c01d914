package handlers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/kb"
)

// follow makes the person a follower of filings.
func follow(c *talk, fs ...filing.Report) {
	c.t.Helper()
	for _, f := range fs {
		c.report(f)
		if err := c.store.Adopt(c.t.Context(), f.ID, c.user, c.now); err != nil {
			c.t.Fatal(err)
		}
		c.now = c.now.Add(1e9) // the list is in the order in which they were followed
	}
}

// TestStatusOfSeveral: several filings are listed, and picked by number, name, part of a name, province or filing number; and in one go.
func TestStatusOfSeveral(t *testing.T) {
	c := newTalk(t)
	follow(
		c,
		filing.Report{ID: "a", Name: "小鹿花店", Province: "上海", Stage: vocab.StagePlatformReview},
		filing.Report{ID: "b", Name: "小鹿书店", Province: "广东", Stage: vocab.StageAuthorityReview},
		filing.Report{ID: "c", Name: "南山修车", Province: "广东", Stage: vocab.StageFiled, Number: "粤ICP备2026000002号-1X"},
	)
	for text, want := range map[string]string{
		"1": "小鹿花店", "第三个": "南山修车", "小鹿书店": "小鹿书店", "花店": "小鹿花店", "修车": "南山修车", "上海": "小鹿花店",
		"查进度 花店": "小鹿花店", "查进度 上海": "小鹿花店", "查进度 粤ICP备2026000002号-1X": "南山修车", "查进度 b": "小鹿书店",
	} {
		contains(t, c.say("查进度"), "3 个备案", "1. 小鹿花店（上海） 平台初审中", "2. 小鹿书店（广东）", "3. 南山修车（广东） 已备案")
		r := c.say(text)
		if !strings.HasPrefix(r.Text, want) || len(r.Choices) > 0 {
			t.Errorf("%s: %s", text, show(r))
		}
	}
	contains(t, c.say("查进度 广东"), "2 个备案", "1. 小鹿书店", "2. 南山修车")
	contains(t, c.say("2"), "粤ICP备2026000002号-1X")
	contains(t, c.say("查进度 没有这个"), "3 个备案")
}

// TestStatusSameName: two filings of one name are told apart by their ids.
func TestStatusSameName(t *testing.T) {
	c := newTalk(t)
	follow(
		c,
		filing.Report{ID: "wx-1", Name: "小鹿花店", Platform: vocab.PlatformWeChat, Stage: vocab.StagePlatformReview},
		filing.Report{ID: "dy-1", Name: "小鹿花店", Platform: vocab.PlatformDouyin, Stage: vocab.StageFiled},
	)
	contains(t, c.say("查进度"), "→ 查进度 wx-1", "→ 查进度 dy-1")
	contains(t, c.say("2"), "抖音", "已备案")
}

// TestStatusOfMany: a long list comes in pages, each within one reply with its links, and every filing can be reached by them.
func TestStatusOfMany(t *testing.T) {
	c := newTalk(t)
	for i := range filing.MaxTracked {
		follow(c, filing.Report{
			ID: fmt.Sprint("f", i), Name: fmt.Sprintf("第%d号%s", i, strings.Repeat("长", 50)), Province: "黑龙江", Stage: vocab.StageSMSExpired,
		})
	}
	contains(t, c.say("查进度"), "50 个备案", "第 1 页，共 8 页")
	reached := 0
	for page := 1; ; page++ {
		list := c.last
		if content := wechat.Content(list); len(content) > wechat.MaxContent || strings.Count(content, "<a ") < len(list.Choices) {
			t.Errorf("page %d: %d bytes:\n%s", page, len(content), content)
		}
		for i, choice := range list.Choices {
			if choice.Label == nextPage || choice.Label == lastPage {
				continue
			}
			memory := c.memory
			contains(t, c.say(fmt.Sprint(i+1)), fmt.Sprintf("第%d号", reached), "短信核验超时")
			c.memory = memory // and back to the list
			reached++
		}
		c.last = list
		if page == 8 {
			break
		}
		if page%2 == 0 {
			c.tap(nextPage)
		} else {
			c.say([]string{"更多", "还有呢", "下一页", "后面的"}[page/2])
		}
	}
	if reached != filing.MaxTracked {
		t.Errorf("%d reached", reached)
	}
	contains(t, c.say("上一页"), "第 7 页")
	contains(t, c.say("查进度 第33号"), "第33号")
	contains(t, c.say("查进度 第99页"), "第 8 页")
	contains(t, c.say("第41号"+strings.Repeat("长", 50)), "第41号", "短信核验超时") // its name alone
	contains(t, c.say("第42号"), "第42号", "短信核验超时")                         // or what no other has of it
	c.say("解绑")
	contains(t, c.say("第43号"+strings.Repeat("长", 50)), "已解绑「第43号") // one of another page of the list
	if len(c.mine()) != filing.MaxTracked-1 {
		t.Error("not untracked")
	}
}

// TestPagesOfNamed: the pages of a list that a name made are of what was named, and so are those of a step that several could have taken.
func TestPagesOfNamed(t *testing.T) {
	c := newTalk(t)
	for i := range 18 {
		name, stage := fmt.Sprintf("小鹿花店%d号", i), vocab.StagePlatformRejected
		if i >= 12 {
			name, stage = fmt.Sprintf("南山修车%d号", i), vocab.StageFiled
		}
		follow(c, filing.Report{ID: fmt.Sprintf("%s%d", ownPrefix(me), i), Name: name, Province: []vocab.Province{"上海", "广东"}[i%2], Stage: stage, SelfReported: true})
	}
	reached := func(text, command, behind string) {
		t.Helper()
		var all []string
		r := c.say(text)
		contains(t, r, "第 1 页，共 2 页")
		for range 2 {
			for _, x := range r.Choices {
				if x.Label != nextPage && x.Label != lastPage {
					all = append(all, x.Send)
					if !strings.HasPrefix(x.Send, command+" 小鹿花店") || !strings.HasSuffix(x.Send, behind) {
						t.Errorf("%s: %s", text, x.Send)
					}
				}
			}
			if len(all) < 12 {
				r = c.tap(nextPage)
			}
		}
		if contains(t, r, "第 2 页，共 2 页"); len(all) != 12 {
			t.Errorf("%s: %d reached: %v", text, len(all), all)
		}
		contains(t, c.tap(lastPage), "第 1 页，共 2 页", all[0])
	}
	reached("查进度 小鹿花店", statusWords, "号")
	reached("更新进度 小鹿花店", updateWords, "号")
	reached("补驳回原因 小鹿花店", addReasonWords, "号")
	reached("更新进度 短信核验", updateWords, "待短信核验")
	reached("重新提交了", updateWords, "平台初审中")
}

// TestStatusOfNobodyElse: nobody sees a filing that he does not follow, by no name and no number.
func TestStatusOfNobodyElse(t *testing.T) {
	c := newTalk(t)
	follow(c, filing.Report{ID: "a", Name: "小鹿花店", Province: "上海", Stage: vocab.StagePlatformReview})
	c.as("another")
	for _, text := range []string{"查进度", "查进度 小鹿花店", "查进度 a", "解绑 a", "订阅通知 a", "更新进度 a"} {
		lacks(t, c.say(text), "初审中", "「小鹿花店」")
	}
	follow(c, filing.Report{ID: "b", Name: "青禾书屋", Province: "广东", Stage: vocab.StageAuthorityReview})
	for _, text := range []string{"查进度 小鹿花店", "查进度 a", "订阅通知 a", "解绑 a"} {
		lacks(t, c.say(text), "小鹿花店")
	}
}

// TestStatusFixes: each reason of a rejection has the fix that fits it best; one that nothing is known of has none.
func TestStatusFixes(t *testing.T) {
	c := newTalk(t)
	follow(c, filing.Report{ID: "a", Name: "小鹿花店", Stage: vocab.StageAuthorityRejected, Reasons: []filing.Reason{
		{Field: "营业执照", Error: "证件照片有无关水印"},
		{Field: "备注", Error: "请按要求修改"},
		{Error: "名称不符合要求，含有行业、地名字样"},
		{Error: "管局要审多久"}, // about the way, not about a fault
	}})
	r := c.say("查进度")
	contains(t, r, "改法：不要有无关水印", "改法：个人不要带行业、地名", "1. 证件照片怎么拍才合格？", "2. 小程序名称有什么要求？")
	if n := strings.Count(r.Text, "改法："); n != 2 {
		t.Errorf("%d fixes:\n%s", n, r.Text)
	}
	contains(t, c.tap("小程序名称有什么要求？"), "名称要和业务、主体有关联")
	c.bot.Journal.Flush(t.Context())
	if len(c.notes.asked) != 0 {
		t.Errorf("reasons were taken down as questions: %+v", c.notes.asked)
	}
	// An uncertain match is none.
	c.know.order = []rule{{"", kb.Result{Kind: kb.KindChoice, Candidates: []kb.Candidate{{Topic: "name-rules", Score: 0.4}}}}}
	lacks(t, c.say("查进度"), "改法：")
	// Reasons beyond what is shown are not looked up.
	var many []filing.Reason
	for i := range filing.MaxReasons {
		many = append(many, filing.Reason{Error: fmt.Sprint("名称不符", i)})
	}
	c.know.asked = nil
	fixes, _ := c.bot.fixes(many)
	if len(fixes) != maxFixes {
		t.Errorf("%d fixes", len(fixes))
	}
}

func TestBestLine(t *testing.T) {
	answer := "先看说的是哪一处：\n· 和主体不一致：三处名称要完全一样。\n· 和图片不一致：先核对字，再换原件重拍；\n1. 短\n"
	for reason, want := range map[string]string{
		"图片识别结果不一致": "和图片不一致：先核对字，再换原件重拍", "主体名称不一致": "和主体不一致：三处名称要完全一样", "": "和主体不一致：三处名称要完全一样", "zzz": "和主体不一致：三处名称要完全一样",
	} {
		if got := bestLine(answer, reason); got != want {
			t.Errorf("%s: %q", reason, got)
		}
	}
	if got := bestLine("", "x"); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

// TestStatusExperience: what the account's own history says stands in the answer while a review is under way, and only then.
func TestStatusExperience(t *testing.T) {
	c := newTalk(t, func(o *Options) {
		o.Experience = func(f filing.Filing) string {
			return "近 180 天本号跟踪的" + string(f.Province) + " 23 件，管局审核中位 4 个工作日。"
		}
	})
	follow(c, filing.Report{ID: "a", Name: "小鹿花店", Province: "上海", Stage: vocab.StageAuthorityReview})
	contains(t, c.say("查进度"), "近 180 天本号跟踪的上海 23 件，管局审核中位 4 个工作日。")
	c.report(filing.Report{ID: "a", Stage: vocab.StageFiled})
	lacks(t, c.say("查进度"), "近 180 天")
}

// TestStatusFits: the longest that a filing can be fits one reply, with everything that hangs on it.
func TestStatusFits(t *testing.T) {
	var reasons []filing.Reason
	for range filing.MaxReasons {
		reasons = append(reasons, filing.Reason{
			Field: strings.Repeat("字段", 250), Error: strings.Repeat("照片不清晰", 100), Suggest: strings.Repeat("建议", 250),
		})
	}
	for _, stage := range vocab.Stages() {
		c := newTalk(t, func(o *Options) { o.Experience = func(filing.Filing) string { return strings.Repeat("经验", 30) } })
		follow(c, filing.Report{
			ID: "a", Name: strings.Repeat("店", filing.MaxName), Province: "黑龙江", Stage: stage, Reasons: reasons, Number: strings.Repeat("号", 100),
		})
		content := wechat.Content(c.say("查进度"))
		if len(content) > wechat.MaxContent || strings.Contains(content, "……") {
			t.Errorf("%s: %d bytes\n%s", stage, len(content), content)
		}
	}
}

// TestStatusByName: the bare name of one of the person's filings tells where it stands, with or without what people say around it; other words
// do not, and nobody else's name does.
func TestStatusByName(t *testing.T) {
	c := newTalk(t)
	follow(
		c,
		filing.Report{ID: "a", Name: "小鹿", Stage: vocab.StagePlatformReview}, filing.Report{ID: "b", Name: "小鹿花店", Stage: vocab.StageAuthorityReview},
		filing.Report{ID: "c", Name: "管局要审多久", Stage: vocab.StageNotFiled}, filing.Report{ID: "d", Name: "青禾书屋", Stage: vocab.StageSMSPending},
		filing.Report{ID: "e", Name: "青禾书屋", Stage: vocab.StageFiled, Platform: vocab.PlatformDouyin},
	)
	for text, want := range map[string]string{
		"小鹿": "平台初审中", "小鹿花店": "管局审核中", "“小鹿花店”": "管局审核中", "小鹿花店呢": "管局审核中", "小鹿花店怎么样了？": "管局审核中", "小鹿花店的进度": "管局审核中",
		"花店": "管局审核中", "管局要审多久": "待提交", "小鹿花店 到哪一步了": "管局审核中", "小鹿好了没": "平台初审中",
	} {
		r := c.say(text)
		contains(t, r, want, "（11月23日")
		if len(r.Choices) > 0 && strings.Contains(r.Text, "要看哪一个") {
			t.Errorf("%s: asked back:\n%s", text, show(r))
		}
	}
	contains(t, c.say("青禾书屋"), "2 个备案", "→ 查进度 d", "→ 查进度 e")
	for i, want := range []string{"平台初审中", "管局审核中"} { // a list that holds a name within another's is left by a pick
		contains(t, c.say("查进度"), "5 个备案")
		contains(t, c.say(fmt.Sprint(i+1)), want, "（11月23日")
	}
	for _, text := range []string{"收不到短信", "小鹿花店为什么审核不过呢", "小"} {
		lacks(t, c.say(text), "（11月23日")
	}
	c.as("another")
	for _, text := range []string{"小鹿", "小鹿花店", "小鹿花店的进度", "青禾书屋"} {
		lacks(t, c.say(text), "管局审核中", "平台初审中", "（11月23日")
	}
}
