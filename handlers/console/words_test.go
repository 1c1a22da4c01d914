package console

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/kb"
)

var (
	inPages = regexp.MustCompile(`\bt "([^"]*)"`)
	inCode  = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
	chinese = regexp.MustCompile(`\p{Han}`)
)

// used are the texts that pages and code show.
func used(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	pages, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range inPages.FindAllStringSubmatch(string(data), -1) {
			out[m[1]] = name
		}
		rest := regexp.MustCompile(`(?s)\{\{.*?\}\}`).ReplaceAllString(string(data), "")
		if found := chinese.FindString(rest); found != "" && name != "pages/layout.html" { // the name of the language stands there as it is
			t.Errorf("%s: a text that is not translated, near %q", name, found)
		}
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range code {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for line := range strings.Lines(string(data)) {
			line, _, _ = strings.Cut(line, "//")
			for _, m := range inCode.FindAllStringSubmatch(line, -1) {
				if chinese.MatchString(m[1]) {
					out[m[1]] = name
				}
			}
		}
	}
	return out
}

// plainTexts are texts that are no words of a page: written to files, names of what a person sees in Chinese anyway, and marks.
var plainTexts = map[string]bool{
	"：": true, "行": true, "；": true, "问题": true, "反问：": true, "指令：": true, "寒暄": true, "没答上": true, "“按情况区分”的写法不对：": true,
	"“依据”的写法不对：": true, "太长": true, "只能有一段": true, "评测问题要一行一个 JSON：": true, "结果": true,
	"＋": true, "｜": true,
}

func TestEveryWordIsTranslated(t *testing.T) {
	data, err := fs.ReadFile(files, "words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(data, &words); err != nil {
		t.Fatal(err)
	}
	sets := map[string]string{}
	addNames(sets)
	for text, name := range sets {
		if _, twice := words[text]; twice {
			t.Errorf("words/en.json: %q stands in the tables of bot/vocab", text)
		}
		if name == "" {
			t.Errorf("bot/vocab: no English for %q", text)
		}
	}
	addNames(words)
	for text, where := range used(t) {
		w, ok := words[text]
		if !ok && !plainTexts[text] {
			t.Errorf("%s: no English for %q", where, text)
		}
		if ok && strings.Count(w, "%") != strings.Count(text, "%") {
			t.Errorf("%q and %q take different arguments", text, w)
		}
	}
	if len(words) < 300 {
		t.Errorf("only %d words", len(words))
	}
}

func TestEveryAsideHasAName(t *testing.T) {
	k, err := kb.ReadContent("")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]*kb.Aside{k.Commands, k.SmallTalk, k.Outside} {
		for _, a := range list {
			if asideWords[a.ID] == "" {
				t.Errorf("%s has no name for the people at the desk", a.ID)
			}
		}
	}
}

// TestSourceWord: every source has a name, and one that only an older store holds is shown as it is.
func TestSourceWord(t *testing.T) {
	p, err := newPages(&Console{})
	if err != nil {
		t.Fatal(err)
	}
	in := func(lang string) func(string, ...any) string {
		return func(text string, args ...any) string { return p.word(lang, text, args...) }
	}
	for _, s := range filing.Sources() {
		if w := sourceWord(in("zh"), s); w == "" || strings.Contains(w, string(s)) {
			t.Errorf("%s is shown as %q", s, w)
		}
	}
	for lang, want := range map[string]string{"zh": "其他来源（poll）", "en": "another source (poll)"} {
		if got := sourceWord(in(lang), "poll"); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
