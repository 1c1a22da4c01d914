package console

import "github.com/beianbot/beianbot/kb"

// lintWords are what Lint says, in Chinese, by its format. They take the same arguments.
var lintWords = map[string]string{
	"no entry for the topic":                                    "没有这个话题的内容",
	"not in the topic list":                                     "不在话题清单里",
	"stands in group %q, the topic list has %q":                 "放在分组“%s”，话题清单里是“%s”",
	"same title as %s":                                          "标题和 %s 的一样",
	"title has %d characters, %d fit on a button":               "标题有 %d 个字，按钮上只放得下 %d 个",
	"answer has %d bytes, at most %d":                           "回答有 %d 字节，最多 %d（一个汉字 3 字节）",
	"answer has %d bytes, better %d":                            "回答有 %d 字节，最好不超过 %d（一个汉字 3 字节）",
	"detail has %d bytes, at most %d":                           "详细说明有 %d 字节，最多 %d（一个汉字 3 字节）",
	"%d variants, at least %d help":                             "有 %d 条问法，至少 %d 条才够用",
	"never reviewed":                                            "从没复核过",
	"reviewed in the future, %s":                                "复核日期 %s 还没到",
	"last reviewed %s, more than a year ago":                    "上次复核是 %s，超过一年了",
	"unknown %s %q":                                             "条件 %s 没有“%s”这个值",
	"the facet for %s says nothing":                             "%s 的情况没有写内容",
	"two facets for %s":                                         "%s 的情况写了两次",
	"with the facet for %s the answer has %d bytes, at most %d": "加上 %s 的情况，回答有 %d 字节，最多 %d（一个汉字 3 字节）",
	"%d related topics, two to four are wanted":                 "有 %d 个相关话题，要二到四个",
	"related to itself":                                         "相关话题里有它自己",
	"%s stands twice":                                           "%s 写了两次",
	"there is no topic %s":                                      "没有 %s 这个话题",
	"an exclamation mark":                                       "用了感叹号",
	"markup in a text for a chat bubble":                        "用了排版符号，聊天里会原样显示",
	"no wordings for the command":                               "这个指令没有问法",
	"wordings of nothing":                                       "这些问法不属于任何话题或类别",
	"no answer":                                                 "没有回答",
	"rests on no fact":                                          "没有依据",
	"a fact without text or origin":                             "有一条依据没写内容或出处",
	"unknown grade %q":                                          "依据没有“%s”这个等级",
	"%s stands in no fact":                                      "数字 %s 没有写在依据里",
	"%s of %q stands in no fact sheet":                          "“%[2]s”里的 %[1]s 不在事实表里",
	"a variant of %d characters":                                "有一条问法长 %d 个字",
	"nothing is left of %q once normalised":                     "问法“%s”整理之后什么也不剩",
	"%q stands twice":                                           "问法“%s”写了两次",
	"%q is %q of %s":                                            "问法“%s”和 %[3]s 的“%[2]s”是同一句",
	"%q is nearer to %s (%.2f)":                                 "问法“%s”更像 %s（%.2f）",
	"the wordings could not be tried: %v":                       "问法没能试一遍：%v",
	"nothing is left of it once normalised, or it leads elsewhere too": "整理之后什么也不剩，或者还指向别处",
	"there is no topic %s, or it stands twice":                         "没有 %s 这个话题，或者写了两次",
}

// findingWords says what was found in the language of t; what has no words there is said as Lint says it.
func findingWords(t func(text string, args ...any) string, f kb.Finding) string {
	if w, ok := lintWords[f.Format]; ok {
		return t(w, f.Args...)
	}
	return f.Text
}
