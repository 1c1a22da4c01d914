package handlers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// asked are the questions that were taken down, as kind text topic.
func asked(c *talk) []string {
	c.bot.Journal.Flush(c.t.Context())
	var out []string
	for _, q := range c.notes.asked {
		out = append(out, string(q.Kind)+" "+q.Text+" "+q.Topic)
	}
	return out
}

func TestAnswer(t *testing.T) {
	var seen []kb.Kind
	c := newTalk(t, func(o *Options) { o.Observe = func(r kb.Result) { seen = append(seen, r.Kind) } })
	r := c.say("管局要审多久")
	contains(t, r, "1–20 个工作日", "1. 从提交到备好一共要多久？", "<详细", "<有用>", "<没用>")
	if m := c.remembered(); m.Topic != "authority-review-duration" || m.Question != "管局要审多久" || len(m.Context) == 0 || len(m.Offered) != 2 {
		t.Errorf("remembered: %+v", m)
	}
	contains(t, c.tap("详细"), "管局审核要多久？\n", "各省快慢不同")
	lacks(t, c.last, "<详细")
	contains(t, c.say("详细"), "各省快慢不同")
	lacks(t, c.say("平台初审要多久？"), "<详细") // it has none
	if len(asked(c)) != 0 {
		t.Errorf("taken down: %v", asked(c))
	}
	if c.notes.counts["answer:authority-review-duration"] != 2 || c.notes.counts["kind:answer"] != 3 {
		t.Errorf("counts: %v", c.notes.counts)
	}
	if want := []kb.Kind{kb.KindAnswer, kb.KindAnswer, kb.KindSmallTalk, kb.KindAnswer}; !slices.Equal(seen, want) {
		t.Errorf("observed: %v", seen)
	}
}

func TestChoice(t *testing.T) {
	c := newTalk(t)
	contains(t, c.say("审核"), "哪一个", "1. 平台初审要多久？", "2. 管局审核要多久？", "3. 都不是")
	contains(t, c.say("②"), "1–20 个工作日")
	for _, none := range []string{"都不是", "3", "0", "没有"} {
		c.say("审核")
		contains(t, c.say(none), "答不准", "<人工>")
	}
	c.say("审核")
	contains(t, c.say("平台初审要多久？"), "1–2 个工作日")
	c.say("审核")
	c.wait(31 * time.Minute)
	contains(t, c.say("2"), "答不准") // what was offered is forgotten
	got := strings.Join(asked(c), "|")
	if !strings.HasPrefix(got, "choice 审核 platform-review-duration|") || strings.Count(got, "unknown 审核") != 4 {
		t.Errorf("taken down: %s", got)
	}
}

func TestUnknown(t *testing.T) {
	c := newTalk(t)
	contains(t, c.say("今天天气"), "答不准", "<帮助>", "<人工>")
	if got := asked(c); len(got) != 1 || got[0] != "unknown 今天天气 " {
		t.Errorf("taken down: %v", got)
	}
	contains(t, c.say("彩票"), "我只懂备案")
	if got := asked(c); len(got) != 1 {
		t.Errorf("another's matter was taken down: %v", got)
	}
}

func TestFeedback(t *testing.T) {
	c := newTalk(t)
	c.say("管局要审多久")
	contains(t, c.tap("有用"), "谢谢您")
	c.say("管局要审多久")
	contains(t, c.tap("没用"), "抱歉", "<人工>")
	if got := asked(c); len(got) != 1 || got[0] != "disliked 管局要审多久 authority-review-duration" {
		t.Errorf("taken down: %v", got)
	}
	if c.notes.counts["up:authority-review-duration"] != 1 || c.notes.counts["down:authority-review-duration"] != 1 {
		t.Errorf("counts: %v", c.notes.counts)
	}
	c.as("another")
	contains(t, c.say("没用"), "抱歉")
	contains(t, c.say("详细"), "哪个问题")
	if got := asked(c); len(got) != 1 {
		t.Errorf("nothing was disliked: %v", got)
	}
}

// TestMissingWords: a topic without words is no answer.
func TestMissingWords(t *testing.T) {
	c := newTalk(t)
	delete(c.know.entries, "total-time")
	contains(t, c.say("一共要多久"), "答不准")
	c.know.order = append([]rule{{"你好", kb.Result{Kind: kb.KindSmallTalk, Aside: "greeting"}}}, c.know.order...)
	contains(t, c.say("你好"), "我能帮您")
}

// TestUnderstoodCommands: what the knowledge understands as a command is carried out, with the code that it found.
func TestUnderstoodCommands(t *testing.T) {
	c := newTalk(t)
	c.know.order = append([]rule{
		{"这是码", kb.Result{Kind: kb.KindCommand, Command: kb.CommandTrack, Args: kb.Args{Code: "BA-2222-2222"}}},
		{"怎么绑", kb.Result{Kind: kb.KindCommand, Command: kb.CommandTrack}},
		{"找个人", kb.Result{Kind: kb.KindCommand, Command: kb.CommandHuman}},
		{"救命", kb.Result{Kind: kb.KindCommand, Command: kb.CommandHelp}},
		{"新花样", kb.Result{Kind: kb.KindCommand, Command: "dance"}},
	}, c.know.order...)
	for text, want := range map[string]string{
		"这是码 BA-2222-2222 谢了": "备案码不对", "怎么绑": "请把备案码发给我", "找个人": "这里暂时没有人工坐席", "救命": "我能帮您", "新花样": "我能帮您",
	} {
		contains(t, c.say(text), want)
	}
	c.bot.Human = "请拨打前台电话。"
	if r := c.say("人工"); r.Text != "请拨打前台电话。" {
		t.Errorf("human: %s", r.Text)
	}
}

// TestEstimates: an answer on how long reviews take tells what the account's own history says of the nearest case.
func TestEstimates(t *testing.T) {
	for _, x := range []struct {
		question string
		known    []string // stage/platform/province
		want     string   // what is asked for last; empty where nothing is told
	}{
		{"上海管局要审多久", []string{"authority_review//上海", "authority_review//"}, "authority_review//上海"},
		{"上海微信管局要审多久", []string{"authority_review/wechat/上海", "authority_review//上海"}, "authority_review/wechat/上海"},
		{"上海微信管局要审多久", []string{"authority_review/wechat/", "authority_review//"}, "authority_review/wechat/"},
		{"广东管局要审多久", []string{"authority_review//上海", "authority_review//"}, "authority_review//"},
		{"管局要审多久", nil, ""},
		{"抖音初审要几天", []string{"platform_review/douyin/", "platform_review//"}, "platform_review/douyin/"},
		{"上海初审要几天", []string{"platform_review//上海", "platform_review//"}, "platform_review//"},
		{"一共要多久", []string{"platform_review//", "authority_review//"}, "authority_review//"},
		{"没收到短信", []string{"authority_review//"}, ""},
	} {
		c := newTalk(t, func(o *Options) {
			o.Estimate = func(stage vocab.Stage, platform vocab.Platform, province vocab.Province) string {
				for _, k := range x.known {
					if k == string(stage)+"/"+string(platform)+"/"+string(province) {
						return "（" + k + "）"
					}
				}
				return ""
			}
		})
		r := c.say(x.question)
		if x.want != "" {
			contains(t, r, "\n    （"+x.want+"）\n")
		} else {
			lacks(t, r, "review/")
		}
	}
}

// TestNobody: a question is answered without a store, as the ask command does, and nothing else fails.
func TestNobody(t *testing.T) {
	a := NewAsker(newKnowledge(), "", func() time.Time { return start })
	for question, want := range map[string]string{
		"管局要审多久": "1–20 个工作日", "查进度": "还没有绑定", "BA-2222-2222": "备案码不对", "解绑": "没有绑定", "订阅通知": "先绑定", "取消通知": "没有绑定",
		"通知设置": "先绑定", "登记": "叫什么名字", "更新进度": "还没有自己登记", "删除我的数据": "确认删除", identity: "身份证号", "帮助": "我能帮您",
	} {
		r, reply, err := a.Ask(t.Context(), question)
		if err != nil {
			t.Errorf("%s: %v", question, err)
		}
		contains(t, reply, want)
		if r.Kind == "" {
			t.Errorf("%s: not said what it was understood as", question)
		}
		if question == "管局要审多久" && (r.Kind != kb.KindAnswer || r.Topic != "authority-review-duration") {
			t.Errorf("understood as %+v", r)
		}
	}
}

// TestPicks: a number or a label picks what was offered, and nothing where nothing was.
func TestPicks(t *testing.T) {
	offered := []chat.Choice{{Label: "小鹿花店（上海） 待短信核验", Send: "查进度 小鹿花店"}, {Label: "小鹿书店（广东） 已备案", Send: "查进度 小鹿书店"}, {Label: noneWords}}
	for text, want := range map[string]string{
		"1": "查进度 小鹿花店", "第二个": "查进度 小鹿书店", "花店": "查进度 小鹿花店", "广东": "查进度 小鹿书店", "小鹿": "", "9": "", "查进度 小鹿书店": "查进度 小鹿书店",
	} {
		if got, none := pick(offered, text); got != want || none {
			t.Errorf("%s: %q %v", text, got, none)
		}
	}
	for _, text := range []string{"3", "都不是", "0"} {
		if _, none := pick(offered, text); !none {
			t.Errorf("%s picks something", text)
		}
	}
	if got, none := pick(nil, "1"); got != "" || none {
		t.Errorf("from nothing: %q %v", got, none)
	}
}
