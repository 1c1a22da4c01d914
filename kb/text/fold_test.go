package text

import "testing"

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"ＩＣＰ备案２０２４年", "icp备案2024年"},
		{"小程序備案要怎麼做，步驟有哪些", "小程序备案要怎么做|步骤有哪些"},
		{"备 案 入 口 在哪？？", "备案入口在哪"},
		{"beian  rukou在哪", "beian rukou在哪"},
		{"怎么弄啊啊啊啊😭😭", "怎么弄啊啊"},
		{"著作權 聯繫 乾淨", "著作权联系干净"},
		{"beian.miit.gov.cn打不开。", "beian.miit.gov.cn打不开"},
		{"零\u200b宽\ufeff字", "零宽字"},
		{"第一行\n第二行", "第一行|第二行"},
		{"", ""},
		{"！？…", ""},
	} {
		if got := Fold(Clean(c.in)); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
