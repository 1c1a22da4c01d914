package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// ask is what a person would get.
func (s *site) ask(q string) string {
	k := s.options.Knowledge.Snapshot()
	text, _ := k.Text(k.Understand(kb.Query{Text: q}))
	return text.Answer
}

func TestEditingWhatIsNoTopic(t *testing.T) {
	skipLong(t)
	s := newSite(t, nil)
	t.Cleanup(func() { must(t, kb.NewOverlay(s.options.Knowledge.(*edits).Knowledge).Lay(nil)) }) // all tests share the knowledge
	b := s.as(vocab.RoleEditor)
	list := b.get("/kb")
	contains(t, list, "寒暄与别的事", "不归我们管的事", "/kb/topic/outside.dev-quote", "问好", "/kb/topic/command.status")
	contains(t, b.get("/kb?q=开发报价"), "outside.dev-quote")
	page := b.get("/kb/topic/smalltalk.hello")
	contains(t, page, "问好", "寒暄")
	edit := b.get("/kb/topic/smalltalk.hello/edit")
	lacks(t, edit, `name="title"`, `name="facets"`, `name="group"`)
	form := hidden(t, edit, "/kb/topic/smalltalk.hello/effect")
	form.Set("answer", "您好，今天想问备案的哪一步？")
	form.Set("variants", "你好\n您好\n在吗")
	form.Set("note", "更短")
	effect := b.post("/kb/topic/smalltalk.hello/effect", form)
	contains(t, effect, "保存并生效", "今天想问备案的哪一步")
	b.post("/kb/topic/smalltalk.hello", hidden(t, effect, "/kb/topic/smalltalk.hello"))
	if got := s.ask("你好"); got != "您好，今天想问备案的哪一步？" {
		t.Errorf("你好: %q", got)
	}
	history := b.get("/kb/topic/smalltalk.hello/history")
	contains(t, history, "第 1 版", "更短")
	b.post("/kb/topic/smalltalk.hello/undo", url.Values{"rev": {"1"}, "to": {"original"}})
	if got := s.ask("你好"); strings.Contains(got, "哪一步") {
		t.Errorf("after undoing: %q", got)
	}

	contains(t, b.get("/kb/new?kind=outside"), "新的一类", "不归我们管的事")
	fresh := url.Values{
		"new": {"1"}, "kind": {"outside"}, "id": {"balloon"}, "answer": {"热气球不归我们管。"}, "variants": {"热气球升空要登记吗\n热气球飞行许可去哪里办"},
	}
	effect = b.post("/kb/topic/new/effect", fresh)
	b.post("/kb/topic/outside.balloon", hidden(t, effect, "/kb/topic/outside.balloon"))
	if got := s.ask("热气球升空要登记吗"); got != "热气球不归我们管。" {
		t.Errorf("a new matter: %q", got)
	}
	b.post("/kb/topic/outside.balloon/undo", url.Values{"rev": {"1"}, "to": {"original"}})
	if res := b.do("GET", "/kb/topic/outside.balloon", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("after it was taken off: %s", res.Status)
	}

	for name, form := range map[string]url.Values{
		"no answer":          {"new": {"1"}, "kind": {"outside"}, "id": {"x"}, "variants": {"a"}},
		"a new command":      {"new": {"1"}, "kind": {"command"}, "id": {"dance"}, "variants": {"跳个舞"}},
		"an unknown kind":    {"new": {"1"}, "kind": {"evil"}, "id": {"x"}, "answer": {"b"}, "variants": {"a"}},
		"a topic named so":   {"new": {"1"}, "id": {"outside.x"}, "group": {"basics"}, "title": {"a"}, "answer": {"b"}, "variants": {"跳个舞"}},
		"a very long answer": {"new": {"1"}, "kind": {"outside"}, "id": {"x"}, "answer": {strings.Repeat("长", 301)}, "variants": {"跳个舞"}},
	} {
		if res := b.do("POST", "/kb/topic/new/effect", form); res.StatusCode/100 != 4 {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
}

func TestQuestionGivenToWhatIsNotOurs(t *testing.T) {
	skipLong(t)
	s := newSite(t, nil)
	t.Cleanup(func() { must(t, kb.NewOverlay(s.options.Knowledge.(*edits).Knowledge).Lay(nil)) })
	s.seed()
	b := s.as(vocab.RoleEditor)
	contains(t, b.get("/questions"), `<optgroup label="不归我们管的事">`, "天气新闻")
	page := b.post("/questions/effect", url.Values{"topic": {"outside.daily-info"}, "q": {"unknown:天气怎么样"}})
	contains(t, page, "天气新闻")
	b.post("/questions/give", hidden(t, page, "/questions/give"))
	lacks(t, b.get("/questions"), "天气怎么样")
	contains(t, b.get("/kb/topic/outside.daily-info"), "天气怎么样")
}
