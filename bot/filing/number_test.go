package filing_test

import (
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestParseNumber(t *testing.T) {
	for in, want := range map[string]filing.Number{
		"京ICP备2022034770号-6X": {Province: "北京", Sign: "京", Subject: "京ICP备2022034770号", Service: 6, Suffix: "X"},
		"粤B2-20090059-1626X":  {Province: "广东", Sign: "粤", Subject: "粤B2-20090059", Service: 1626, Suffix: "X"},
		"粤B2-20090059":        {Province: "广东", Sign: "粤", Subject: "粤B2-20090059"},
		"沪ICP备2026012345号":    {Province: "上海", Sign: "沪", Subject: "沪ICP备2026012345号"},
		"沪ICP备2026012345号-1":  {Province: "上海", Sign: "沪", Subject: "沪ICP备2026012345号", Service: 1},
		"蜀ICP备12345号-2A":      {Province: "四川", Sign: "蜀", Subject: "蜀ICP备12345号", Service: 2, Suffix: "A"},
		"陇ICP备2023000001号-4K": {Province: "甘肃", Sign: "陇", Subject: "陇ICP备2023000001号", Service: 4, Suffix: "K"},
		"川ICP备2023000001号-4X": {Province: "四川", Sign: "蜀", Subject: "蜀ICP备2023000001号", Service: 4, Suffix: "X"},
		"甘icp备2023000001-4x":  {Province: "甘肃", Sign: "陇", Subject: "陇ICP备2023000001号", Service: 4, Suffix: "X"},
		"云ICP备2023000001号":    {Province: "云南", Sign: "滇", Subject: "滇ICP备2023000001号"},
		"贵ICP备2023000001号":    {Province: "贵州", Sign: "黔", Subject: "黔ICP备2023000001号"},
		"秦ICP备2023000001号":    {Province: "陕西", Sign: "陕", Subject: "陕ICP备2023000001号"},
		"申ICP备2023000001号":    {Province: "上海", Sign: "沪", Subject: "沪ICP备2023000001号"},
		"京ICP证030173号":        {Province: "北京", Sign: "京", Subject: "京ICP证030173号"},

		// As phones write it, in wide characters or with space.
		"京ＩＣＰ备２０２２０３４７７０号－６Ｘ":         {Province: "北京", Sign: "京", Subject: "京ICP备2022034770号", Service: 6, Suffix: "X"},
		" 京 ICP 备 2022034770 号 — 6x ": {Province: "北京", Sign: "京", Subject: "京ICP备2022034770号", Service: 6, Suffix: "X"},

		"京ICP備2022034770號-6X":       {Province: "北京", Sign: "京", Subject: "京ICP备2022034770号", Service: 6, Suffix: "X"},
		"":                          {},
		"京ICP备":                     {},
		"京ICP备1234号":                {},
		"京ICP备2022034770号-":         {},
		"京ICP备2022034770号-0X":       {},
		"京ICP备2022034770号-6Y":       {},
		"京ICP备2022034770号-6XX":      {},
		"港ICP备2022034770号":          {},
		"人ICP备2022034770号":          {},
		"ICP备2022034770号":           {},
		"京公网安备11010502030143号":      {},
		"京ICP备2022034770号-6X，谢谢":    {},
		"京ICP备2022034770号-9999999X": {},
	} {
		got, ok := filing.ParseNumber(in)
		if got != want || ok != (want != filing.Number{}) {
			t.Errorf("%q reads as %+v, %v, want %+v", in, got, ok, want)
		}
		if !ok {
			continue
		}
		if again, ok := filing.ParseNumber(got.String()); !ok || again != got {
			t.Errorf("%q is written %q, which reads as %+v", in, got, again)
		}
		if got.MiniProgram() != (got.Suffix == "X") {
			t.Errorf("%q: mini program %v", in, got.MiniProgram())
		}
	}
}

func TestSigns(t *testing.T) {
	seen := map[string]vocab.Province{}
	for _, p := range vocab.Provinces() {
		s := p.Letter()
		n, ok := filing.ParseNumber(s + "ICP备2023000001号-1X")
		if !ok || n.Province != p || n.Sign != s || seen[s] != "" {
			t.Errorf("%s has the sign %q, which reads as %+v (also %s)", p, s, n, seen[s])
		}
		seen[s] = p
	}
	if len(seen) != 31 || vocab.Province("香港").Letter() != "" || vocab.Province("").Letter() != "" {
		t.Errorf("%d signs", len(seen))
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"京ICP备2022034770号-6X", "粤B2-20090059-1626X", "川icp备１２３４５", "\xff", "一一一"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := filing.ParseNumber(s)
		if !ok {
			return
		}
		if again, ok := filing.ParseNumber(n.String()); !ok || again != n {
			t.Fatalf("%q reads as %+v, written %q, which reads as %+v", s, n, n.String(), again)
		}
		if !n.Province.Valid() || n.Sign != n.Province.Letter() {
			t.Fatalf("%q is of %q %q", s, n.Province, n.Sign)
		}
	})
}
