package kb

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/entity"
)

// toy is a small knowledge of the files in testdata.
func toy(tb testing.TB, more ...string) *Snapshot {
	tb.Helper()
	c := &Content{}
	var files []*File
	for _, n := range []string{"toy.yaml", "toy2.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", n))
		if err != nil {
			tb.Fatal(err)
		}
		f, err := ParseFile(n, data)
		if err != nil {
			tb.Fatal(err)
		}
		files = append(files, f)
	}
	if err := c.lay(files); err != nil {
		tb.Fatal(err)
	}
	for _, m := range more {
		f, err := ParseFile("more.yaml", []byte(m))
		if err != nil {
			tb.Fatal(err)
		}
		if err := c.lay([]*File{f}); err != nil {
			tb.Fatal(err)
		}
	}
	c.order()
	s, err := newSnapshot(c, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestEntryFor(t *testing.T) {
	s := toy(t)
	for _, c := range []struct {
		set     entity.Set
		want    string
		general bool
	}{
		{entity.Set{}, "管局审核一般 1–20 个工作日。", false},
		{entity.Set{Province: "上海"}, "有资料说上海、宁夏快一些。\n管局审核一般 1–20 个工作日。", false},
		{entity.Set{Province: "西藏", Platform: vocab.PlatformBaidu}, "百度暂不受理西藏。", false},
		{entity.Set{Province: "贵州"}, "没有查到贵州的专门说法，下面是通用的情况。\n管局审核一般 1–20 个工作日。", true},
		{entity.Set{Platform: vocab.PlatformWeChat}, "管局审核一般 1–20 个工作日。", false},
		{entity.Set{Province: "上海", Platform: vocab.PlatformKuaishou}, "没有查到快手的专门说法，下面是通用的情况。\n有资料说上海、宁夏快一些。\n管局审核一般 1–20 个工作日。", true},
	} {
		got, ok := s.TextOf("authority-review-duration", c.set)
		if !ok || got.Answer != c.want || got.General != c.general {
			t.Errorf("%+v:\n%s\nwant\n%s", c.set, got.Answer, c.want)
		}
	}
	got, _ := s.TextOf("total-time", entity.Set{})
	if len(got.Related) != 2 || got.Related[1].Title != "入口在哪里？" {
		t.Errorf("related %+v", got.Related)
	}
	if _, ok := s.TextOf("no-such", entity.Set{}); ok {
		t.Error("a text for an unknown topic")
	}
}

func TestToyUnderstands(t *testing.T) {
	s := toy(t)
	for q, want := range map[string]string{
		"管局要审几天": "authority-review-duration", "备案入口在哪": "entry", "转人工": "human", "你好": "greeting",
	} {
		r := s.Understand(Query{Text: q})
		if got := r.Topic + string(r.Command) + r.Aside; got != want {
			t.Errorf("%q: %s, want %s", q, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	g := embedded(t).Groups()
	if len(g) == 0 || g[0].ID != "basics" || g[0].Topics[0].ID != "what-is-filing" {
		t.Errorf("groups begin with %+v", g[0])
	}
}

func TestParseFileRefuses(t *testing.T) {
	for name, c := range map[string]struct{ yaml, want string }{
		"unknown key":     {"group: x\nentries:\n  - id: a\n    titel: b\n", "line 4"},
		"wrong type":      {"group: x\nentries:\n  - id: a\n    variants: {a: b}\n", "line 4"},
		"no title":        {"group: x\nentries:\n  - id: a\n    answer: b\n    variants: [c]\n", "x.yaml:3: a has no title"},
		"no answer":       {"group: x\nentries:\n  - id: a\n    title: b\n    variants: [c]\n", "a has no answer"},
		"no variants":     {"group: x\nentries:\n  - id: a\n    title: b\n    answer: c\n", "a has no variants"},
		"no id":           {"group: x\nentries:\n  - title: b\n    answer: c\n    variants: [d]\n", "has no id"},
		"empty entry":     {"group: x\nentries:\n  -\n", "an entry is empty"},
		"facet of all":    {"group: x\nentries:\n  - id: a\n    title: b\n    answer: c\n    variants: [d]\n    facets: [{lead: e}]\n", "no condition"},
		"unknown command": {"commands: [{id: fly, variants: [a]}]\n", `unknown command "fly"`},
		"two documents":   {"group: x\n---\ngroup: y\n", "more than one document"},
		"bad date":        {"group: x\nentries:\n  - id: a\n    title: b\n    answer: c\n    reviewed: gestern\n    variants: [d]\n", "gestern"},
		"not YAML":        {"a: [", "x.yaml"},
	} {
		_, err := ParseFile("x.yaml", []byte(c.yaml))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzParseFile(f *testing.F) {
	for _, n := range []string{"toy.yaml", "toy2.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", n))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a: &a [*a, *a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = ParseFile("x.yaml", data)
	})
}

const overlay = `group: flow
entries:
  - id: entry
    title: 入口在哪里？
    answer: 新的答案。
    variants: [备案入口在哪]
  - id: own-topic
    title: 我们店的特别活动？
    answer: 周三。
    variants: [店庆是哪天, 周年庆什么时候, 店庆活动安排]
`

func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(overlay)
	k, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if r := k.Understand(Query{Text: "店庆是哪一天"}); r.Topic != "own-topic" {
		t.Errorf("a new topic is not understood: %+v", r)
	}
	if e, _ := k.Entry("entry"); e.Answer != "新的答案。" {
		t.Errorf("the overlay does not replace: %q", e.Answer)
	}
	before := k.Snapshot()
	write(overlay + "    colour: red\n")
	if err := k.Reload(); err == nil || !strings.Contains(err.Error(), "own.yaml") {
		t.Errorf("broken content: %v", err)
	}
	if k.Snapshot() != before {
		t.Error("broken content took the place of sound content")
	}
	write(strings.ReplaceAll(overlay, "周三。", "周四。"))
	if err := k.Reload(); err != nil {
		t.Fatal(err)
	}
	if e, _ := k.Entry("own-topic"); e.Answer != "周四。" {
		t.Errorf("after reload: %q", e.Answer)
	}
	if _, err := Open(Options{Dir: filepath.Join(dir, "none")}); err == nil {
		t.Error("a folder that is not there is not reported")
	}
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "own.yaml")
	write := func(s string, at time.Time) {
		t.Helper()
		tmp := filepath.Join(dir, ".own")
		if err := os.WriteFile(tmp, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(tmp, at, at); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(tmp, file); err != nil {
			t.Fatal(err)
		}
	}
	day := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	write(overlay, day)
	k, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.Watch(ctx, time.Millisecond, func(err error) {
			select {
			case done <- err:
			case <-ctx.Done():
			}
		})
	}()
	write(strings.ReplaceAll(overlay, "新的答案。", "更新的答案。"), day.Add(time.Minute))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if e, _ := k.Entry("entry"); e.Answer != "更新的答案。" {
		t.Errorf("after the change: %q", e.Answer)
	}
	write("broken: [", day.Add(2*time.Minute))
	if err := <-done; err == nil {
		t.Error("broken content is not reported")
	}
	if e, _ := k.Entry("entry"); e.Answer != "更新的答案。" {
		t.Errorf("broken content took over: %q", e.Answer)
	}
	stop()
	<-ended
}
