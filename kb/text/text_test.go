package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func words(tb testing.TB) *Words {
	tb.Helper()
	w, err := NewWords()
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

func TestCanon(t *testing.T) {
	w := words(t)
	for in, want := range map[string]string{
		"咋办":                "怎么办",
		"备案要多长时间":           "备案要多久",
		"等了几天了":             "等了几天了",
		"重庆管局":              "重庆管局",
		"通信管理局要几个工作日":       "管局要多久",
		"什么是空壳主体":           "空壳主体是什么",
		"xcx备案":             "小程序备案",
		"wechat认证":          "微信认证",
		"mywechatid":        "mywechatid",
		"icp number在哪":      "备案号在哪",
		"beian.miit.gov.cn": "beian.miit.gov.cn",
		"备案要几耐":             "备案多久",
		"点解要备案":             "为什么要备案",
	} {
		if got := w.Canon(in); got != want {
			t.Errorf("Canon(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStrip(t *testing.T) {
	w := words(t)
	for in, want := range map[string]string{
		"请问备案要多久呢|谢谢":  "备案要多久",
		"那个|我想问一下备案吗":  "备案",
		"状态是什么":        "状态是什么",
		"怎么加急":         "怎么加急",
		"你好":           "你好",
		"那个体户呢":        "个体户",
		"hi备案":         "备案",
		"hibernate怎么用": "hibernate怎么用",
	} {
		if got := w.Strip(in); got != want {
			t.Errorf("Strip(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestConcepts(t *testing.T) {
	w := words(t)
	var got []string
	w.Concepts([]rune(w.Canon("验证码收不到怎么办")), func(id int) { got = append(got, w.ConceptNames()[id]) })
	if s := strings.Join(got, " "); !strings.Contains(s, "T_SMS") || !strings.Contains(s, "Q_HOW") {
		t.Errorf("concepts %s", s)
	}
	if a, b, err := Foreign(); err != nil || len(a) == 0 || len(b) == 0 {
		t.Errorf("%d and %d foreign names, %v", len(a), len(b), err)
	}
}

// learned is a mender that knows a few sentences well.
func learned(tb testing.TB) *Mender {
	tb.Helper()
	var texts []string
	for range 80 {
		texts = append(texts, "小程序备案入口在哪", "备案审核要多久", "管局审核进度", "我的备案", "验证码收不到", "今天天气怎么样")
	}
	return NewMender(texts, []string{"备案", "审核", "管局", "进度", "小程序", "验证码", "入口"})
}

func TestMend(t *testing.T) {
	m := learned(t)
	for in, want := range map[string]string{
		"beian rukou":       "备案入口",
		"beianrukou在哪":      "备案入口在哪",
		"我的bei案":            "我的备案",
		"被案审和要多久":           "备案审核要多久",
		"管菊进渡":              "管局进度",
		"小程续":               "小程序",
		"今天天气":              "今天天气",
		"app备案":             "app备案",
		"app beian":         "app备案",
		"beian app":         "备案 app",
		"hello world":       "hello world",
		"beian.miit.gov.cn": "beian.miit.gov.cn",
		"x1beian":           "x1beian",
		"":                  "",
	} {
		if got := m.Mend(in); got != want {
			t.Errorf("Mend(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestThings(t *testing.T) {
	w := words(t)
	for in, want := range map[string]string{
		"短信核验怎么做": "短信核验",
		"平台初审要多久": "平台初审",
		"小程序怎么备案": "",
	} {
		if got := w.Things([]rune(w.Canon(in)), nil); got != w.Canon(want) {
			t.Errorf("Things(%q) = %q, want %q", in, got, want)
		}
	}
	if got := w.Things([]rune("查短信"), []string{"T_QUERY"}); got != "短信" {
		t.Errorf("without a concept: %q", got)
	}
}

func TestCleanBounds(t *testing.T) {
	for _, s := range []string{strings.Repeat("备", 100_000), strings.Repeat("a", 1<<20), strings.Repeat("ﷺ", 5000), strings.Repeat("\u0301", 5000)} {
		if n := utf8.RuneCountInString(Fold(Clean(s))); n > MaxRunes {
			t.Errorf("%d runes left", n)
		}
	}
	got := Fold(Clean(strings.Repeat("头", 1) + strings.Repeat("备案", 400) + "要多久"))
	if !strings.HasPrefix(got, "头") || !strings.HasSuffix(got, "要多久") {
		t.Errorf("the beginning and the end are not kept: %q", got)
	}
}

func TestHasEmoji(t *testing.T) {
	for s, want := range map[string]bool{"😂": true, "[捂脸]": true, "[图片]": false, "备案": false, "[捂脸][图片]": false, "\xff": false, "☺": true} {
		if got := HasEmoji(s); got != want {
			t.Errorf("HasEmoji(%q) = %v", s, got)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"ＩＣＰ備案", "beian rukou", "\xff\xfe", "a.b.c", "的的的的", "[x]", "\u202e\u2066", "ﷺ"} {
		f.Add(s)
	}
	w, m := words(f), learned(f)
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(Clean(s))
		if !utf8.ValidString(folded) || utf8.RuneCountInString(folded) > MaxRunes {
			t.Fatalf("%q", folded)
		}
		if again := Fold(folded); strings.Trim(again, "|") != strings.Trim(folded, "|") {
			t.Fatalf("folding twice: %q, then %q", folded, again)
		}
		out := w.Canon(w.Strip(m.Mend(folded)))
		if !utf8.ValidString(out) {
			t.Fatalf("%q", out)
		}
		w.Concepts([]rune(out), func(int) {})
	})
}

func BenchmarkFold(b *testing.B) {
	for b.Loop() {
		Fold(Clean("请问上海的小程序备案管局审核要多久呢？"))
	}
}
