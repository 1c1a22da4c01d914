package kb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/kb"
)

func edited(t *testing.T, k *kb.Knowledge, id, answer string, variants ...string) *kb.Entry {
	t.Helper()
	e, ok := k.Entry(id)
	if !ok {
		t.Fatalf("no entry %s", id)
	}
	own := *e
	own.Answer = answer
	own.Variants = append(append([]string(nil), e.Variants...), variants...)
	own.Facets = nil
	return &own
}

func answerTo(t *testing.T, k *kb.Knowledge, q string) string {
	t.Helper()
	r := k.Understand(kb.Query{Text: q})
	text, _ := k.Text(r)
	return r.Topic + ": " + text.Answer
}

func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	k, err := kb.Open(kb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	o := kb.NewOverlay(k)
	before := answerTo(t, k, "备案一共要多久")
	e := edited(t, k, "total-time", "改过的回答。", "从头走到尾得耗掉几个礼拜呀")
	s, err := o.Try([]kb.Part{{Entry: e}})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := s.Entry("total-time"); got.Answer != e.Answer {
		t.Errorf("tried: %q", got.Answer)
	}
	if got := answerTo(t, k, "备案一共要多久"); got != before {
		t.Errorf("trying changed what is in force: %q", got)
	}
	if err := o.Lay([]kb.Part{{Entry: e}}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"备案一共要多久", "从头走到尾得耗掉几个礼拜呀"} {
		if got := answerTo(t, k, q); got != "total-time: 改过的回答。" {
			t.Errorf("%s: %q", q, got)
		}
	}

	t.Run("a broken entry is refused and the old stays", func(t *testing.T) {
		bad := *e
		bad.Answer = " "
		if err := o.Lay([]kb.Part{{Entry: &bad}}); err == nil || !strings.Contains(err.Error(), "no answer") {
			t.Errorf("error %v", err)
		}
		if err := o.Lay([]kb.Part{{Entry: e}, {Entry: e}}); err == nil {
			t.Error("an entry that lies there twice")
		}
		if got := answerTo(t, k, "备案一共要多久"); got != "total-time: 改过的回答。" {
			t.Errorf("now %q", got)
		}
	})

	t.Run("an edit survives a change of the folder", func(t *testing.T) {
		file := "group: time\nentries:\n  - id: total-time\n    title: 从文件来\n    answer: 文件里的回答。\n    variants: [备案一共要多久]\n"
		if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := o.Reload(); err != nil {
			t.Fatal(err)
		}
		if got := answerTo(t, k, "备案一共要多久"); got != "total-time: 改过的回答。" {
			t.Errorf("now %q", got)
		}
		if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte("group: ["), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := o.Reload(); err == nil {
			t.Error("a broken file was taken")
		}
		if err := os.Remove(filepath.Join(dir, "own.yaml")); err != nil {
			t.Fatal(err)
		}
	})

	t.Run("taking it off brings back what was there", func(t *testing.T) {
		if err := o.Lay(nil); err != nil {
			t.Fatal(err)
		}
		if got := answerTo(t, k, "备案一共要多久"); got != before {
			t.Errorf("now %q, was %q", got, before)
		}
	})
}

// What was laid while the folder beneath was broken is in force once that is mended, and nothing of it before.
func TestOverlayOverABrokenFolder(t *testing.T) {
	dir := t.TempDir()
	k, err := kb.Open(kb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	o := kb.NewOverlay(k)
	before := answerTo(t, k, "备案一共要多久")
	file := filepath.Join(dir, "own.yaml")
	if err := os.WriteFile(file, []byte("entries: 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := edited(t, k, "total-time", "改过的回答。")
	if err := o.Lay([]kb.Part{{Entry: e}}); err == nil {
		t.Fatal("laid over a broken folder")
	}
	if got := answerTo(t, k, "备案一共要多久"); got != before {
		t.Errorf("in force though it was refused: %q", got)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := o.Reload(); err != nil {
		t.Fatal(err)
	}
	if got := answerTo(t, k, "备案一共要多久"); got != "total-time: 改过的回答。" {
		t.Errorf("after mending: %q", got)
	}
}
