package handlers

import (
	"context"
	"strings"
	"sync"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
	"github.com/beianbot/beianbot/kb/entity"
)

// knowledge is a small, plain Knowledge: it understands by words that a text holds.
type knowledge struct {
	entries map[string]*kb.Entry
	order   []rule
	asked   []string    // every text it was asked to understand
	context *kb.Context // what the last of them leans on
}

type rule struct {
	words  string
	result kb.Result
}

func newKnowledge() *knowledge {
	k := &knowledge{entries: map[string]*kb.Entry{}}
	add := func(id, group, title, answer, detail string, words ...string) {
		k.entries[id] = &kb.Entry{ID: id, Group: group, Title: title, Answer: answer, Detail: detail}
		for _, w := range append(words, title) {
			k.order = append(k.order, rule{w, kb.Result{
				Kind: kb.KindAnswer, Topic: id, Confidence: 0.95, Candidates: []kb.Candidate{{Topic: id, Title: title, Score: 0.95}},
			}})
		}
	}
	add("authority-review-duration", "time", "管局审核要多久？", "管局审核一般 1–20 个工作日。", "各省快慢不同。", "管局要审多久", "管局多久")
	add("platform-review-duration", "time", "平台初审要多久？", "平台初审一般 1–2 个工作日。", "", "初审多久", "初审要几天")
	add("total-time", "time", "从提交到备好一共要多久？", "快的约一周，慢的约一个月。", "", "一共要多久")
	add("sms-not-received", "sms", "收不到短信怎么办？", "先确认初审已通过，再看拦截记录。", "", "收不到短信", "没收到短信")
	add("photo-requirements", "material", "证件照片怎么拍才合格？",
		"用证件原件彩色拍照或扫描：\n· 不用复印件、截图\n· 清晰、正放、四角完整、无反光\n· 不要有无关水印", "", "照片不清晰", "证件照")
	add("name-rules", "content", "小程序名称有什么要求？", "名称要和业务、主体有关联。\n· 个人不要带行业、地名\n· 不要用“中国”等字头", "", "名称不")
	add("reject-reasons", "reject", "备案不通过的常见原因有哪些？", "常见原因：照片不清、名称不符、资料不一致。", "", "为什么会被驳回", "驳回原因", "为什么被驳回", "哪里不合格")
	add("reject-resubmit", "reject", "备案被驳回了怎么办？", "看意见，改好再提交。", "", "驳回了怎么办")
	k.entries["authority-review-duration"].Related = []string{"total-time", "platform-review-duration"}
	k.order = append(k.order,
		rule{"审核", kb.Result{Kind: kb.KindChoice, Candidates: []kb.Candidate{
			{Topic: "platform-review-duration", Title: "平台初审要多久？", Score: 0.4}, {Topic: "authority-review-duration", Title: "管局审核要多久？", Score: 0.3},
		}}},
		rule{"谢谢", kb.Result{Kind: kb.KindSmallTalk, Confidence: 0.99, Aside: "thanks"}},
		rule{"彩票", kb.Result{Kind: kb.KindUnknown, Aside: "outside"}},
		rule{"到哪一步了", kb.Result{Kind: kb.KindCommand, Command: kb.CommandStatus, Confidence: 0.97}},
	)
	return k
}

func (k *knowledge) Understand(q kb.Query) kb.Result {
	k.asked, k.context = append(k.asked, q.Text), q.Context
	r := kb.Result{Kind: kb.KindUnknown}
	for _, x := range k.order {
		if strings.Contains(q.Text, x.words) {
			r = x.result
			break
		}
	}
	for words, province := range map[string]vocab.Province{"上海": "上海", "广东": "广东", "深圳": "广东", "杭州": "浙江"} {
		if strings.Contains(q.Text, words) {
			r.Entities.Province = province
		}
	}
	for words, platform := range map[string]vocab.Platform{"微信": vocab.PlatformWeChat, "抖音": vocab.PlatformDouyin} {
		if strings.Contains(q.Text, words) {
			r.Entities.Platform = platform
		}
	}
	r.Normal = q.Text
	return r
}

func (k *knowledge) Text(r kb.Result) (kb.Text, bool) {
	switch r.Aside {
	case "thanks":
		return kb.Text{Answer: "不客气。"}, true
	case "outside":
		return kb.Text{Answer: "这个我不懂，我只懂备案。"}, true
	}
	e, ok := k.entries[r.Topic]
	if !ok {
		return kb.Text{}, false
	}
	t := e.For(entity.Set{})
	for _, id := range e.Related {
		t.Related = append(t.Related, kb.Link{Topic: id, Title: k.entries[id].Title})
	}
	return t, true
}

func (k *knowledge) Entry(id string) (*kb.Entry, bool) {
	e, ok := k.entries[id]
	return e, ok
}

// notes keeps what a journal writes.
type notes struct {
	mu     sync.Mutex
	asked  []chat.Question
	counts map[string]int64
	days   []string
	err    error
}

func (n *notes) NoteQuestion(_ context.Context, q chat.Question) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.err != nil {
		return n.err
	}
	n.asked = append(n.asked, q)
	return nil
}

func (n *notes) Questions(context.Context, chat.QuestionKind, int) ([]chat.Question, error) {
	return n.asked, nil
}

func (n *notes) ForgetQuestion(context.Context, chat.QuestionKind, string) error { return nil }

func (n *notes) AddTallies(_ context.Context, day string, counts map[string]int64) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.err != nil {
		return n.err
	}
	if n.counts == nil {
		n.counts = map[string]int64{}
	}
	for k, v := range counts {
		n.counts[k] += v
	}
	n.days = append(n.days, day)
	return nil
}

func (n *notes) Tallies(context.Context, string, string) (map[string]map[string]int64, error) {
	return nil, nil
}
