package kb

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Pick reads a choice from a list of n: "2", "②", "第二个", "选2", "最后一个". It
// gives the index from 0, or -1 for 都不是 and its like; ok is false where the
// text picks nothing, or something the list does not have.
func Pick(text string, n int) (index int, ok bool) {
	if len(text) > 64 {
		return 0, false
	}
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n　。.，,、!！~～()（）[]【】:：", r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
	switch s {
	case "都不是", "都不对", "都不是的", "全都不是", "没有一个是", "以上都不是", "没有", "都没有", "0":
		return -1, true
	case "最后一个", "最后那个", "最后":
		return n - 1, n > 0
	}
	for _, p := range []string{"我选", "我要", "选择", "选", "点", "看", "就", "第", "是"} {
		s = strings.TrimPrefix(s, p)
	}
	for _, p := range []string{"吧", "的", "个问题", "那个", "个", "项", "条", "号", "题"} {
		s = strings.TrimSuffix(s, p)
	}
	if i := strings.Index("一二三四五六七八九", s); len(s) == 3 && i >= 0 {
		s = strconv.Itoa(i/3 + 1)
	} else if s == "两" {
		s = "2"
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 1 || v > n || len(s) > 2 {
		return 0, false
	}
	return v - 1, true
}
