package handlers

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/beianbot/beianbot/kb/text"
)

// ability is something that a person asks for beyond the commands that the knowledge understands.
type ability string

const (
	abilityRegister ability = "register"
	abilityUpdate   ability = "update"
	abilityRedate   ability = "redate"
	abilityReason   ability = "reason"
	abilityForget   ability = "forget"
	abilitySettings ability = "settings"
	abilityNotices  ability = "notices"
)

// Words that ask for an ability, letter by letter: taps send them.
const (
	registerWords = "登记"
	updateWords   = "更新进度"
	settingsWords = "通知设置"
	noticesWords  = "看通知"
)

// abilities are the ways in which people ask for one: the whole message, without blanks, courtesies and final particles. Those that end in
// (.*) may carry what they are about.
var abilities = []struct {
	ability ability
	words   *regexp.Regexp
}{
	{abilityRegister, regexp.MustCompile(`^(?:自己|自助|自行|手动|我来)?登记(?:一下|一个|一条|新的?)?(?:我的|我们的|我那个|我这个|那个|这个)?(?:小程序|备案|备案进度|进度)?$`)},
	{abilityRegister, regexp.MustCompile(`^(?:添加|新增|录入|记录)(?:一下|一个|一条)?(?:我的)?(?:备案)?进度$`)},
	{abilityRegister, regexp.MustCompile(`^(?:我)?没有(?:备案|绑定)码(?:怎么|如何)?(?:登记|跟踪)$`)},
	{abilityUpdate, regexp.MustCompile(`^(?:更新|修改|改一下|改)(?:一下)?(?:我的)?(?:备案)?(?:的)?(?:进度|状态|进展)$`)},
	{abilityUpdate, regexp.MustCompile(`^(?:我的)?(?:备案)?(?:进度|状态|进展)(?:有)?(?:更新|变化|变)$`)},
	{abilityRedate, regexp.MustCompile(`^(?:更正|修改|改一下|改)(?:一下)?(?:我的)?(?:备案)?(?:登记|进度)?(?:的)?(?:日期|时间)$`)},
	{abilityReason, regexp.MustCompile(`^(?:补|补充|补上|填写?|登记)(?:一下)?(?:驳回|退回)(?:的)?(?:原因|理由|意见)$`)},
	{abilityForget, regexp.MustCompile(`^(?:删除|删掉|删|清除|清空|抹掉|抹去|注销)(?:一下)?(?:我的|我|我所有的|关于我的)(?:所有|全部)?(?:的)?(?:个人)?(?:数据|信息|资料|记录)$`)},
	{abilityForget, regexp.MustCompile(`^把(?:你们?)?(?:保存的|记录的)?(?:有关|关于)?我的(?:所有|全部|个人)*(?:数据|信息|资料|记录)(?:都|全|全部|通通)?(?:删|清|抹)(?:了|掉|除|空|去)?$`)},
	{abilityForget, regexp.MustCompile(`^(?:忘记我|忘掉我|删除(?:个人)?(?:数据|隐私)|不要(?:再)?保存我的(?:数据|信息|资料))$`)},
	{abilitySettings, regexp.MustCompile(`^(?:设置|修改|更改|调整|管理)?(?:我的)?(?:通知|提醒|推送|消息)设置$`)},
	{abilityNotices, regexp.MustCompile(`^(?:看|查看|看看|接着看|继续看)(?:一下)?(?:剩下的|没说完的|其他的?|我的)?(?:通知|提醒|消息)$`)},
	{abilitySettings, regexp.MustCompile(`^(?:设置|修改|更改|调整|管理)(?:一下)?(?:我的)?(?:通知|提醒|推送)$`)},
}

var courtesies = regexp.MustCompile(`^(?:嗯|呃|额|哦|诶|那个|就是|请|麻烦|劳驾|帮忙|帮我|给我|你好|您好|我想要|我想|我要|我需要|想要|想|要)+`)

// asksAbility reads whether the whole of a message asks for an ability. arg is what stands behind it and a blank, such as a filing's name.
func asksAbility(s string) (a ability, arg string, ok bool) {
	if len(s) > 300 {
		return "", "", false
	}
	s = strings.TrimSpace(norm.NFKC.String(s))
	for a, words := range map[ability]string{abilityRegister: registerWords, abilityUpdate: updateWords, abilitySettings: settingsWords, abilityReason: addReasonWords} {
		if rest, found := strings.CutPrefix(s, words+" "); found {
			return a, strings.TrimSpace(rest), true
		}
	}
	s = squeeze(s)
	s = courtesies.ReplaceAllString(s, "")
	for _, end := range []string{"谢谢", "一下", "了", "吧", "呀", "啊", "哦"} {
		s = strings.TrimSuffix(s, end)
	}
	for _, x := range abilities {
		if x.words.MatchString(s) {
			return x.ability, "", true
		}
	}
	return "", "", false
}

// squeeze brings a short message into the form in which fixed words are looked up: one width, Simplified, lower case, without blanks and
// punctuation.
func squeeze(s string) string {
	s = text.Simplify(strings.ToLower(norm.NFKC.String(s)))
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\u3000，。！？、,.!?~～…:：;；\"“”'‘’", r) || isEmoji(r) {
			return -1
		}
		return r
	}, s)
}

// isEmoji reports whether a character is a picture, or only shapes one.
func isEmoji(r rune) bool {
	return unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) && r > 0x7f || r == 0x200d || r >= 0xfe00 && r <= 0xfe0f
}

// questionWords are what makes a sentence a question rather than a report.
var questionWords = regexp.MustCompile(`[?？]|(?:吗|呢|么|嘛|不|没|没有)[。.!！~ ]*$|怎么|如何|怎样|咋|为什么|为啥|为何|多久|多长|多少|几天|几个|什么|啥|哪|能不能|可不可以|可以不|能否|是否|是不是|要不要|会不会|有没有|行不行|谁|请问|求助`)

// troubleWords are what somebody says who wants help rather than a record.
var troubleWords = regexp.MustCompile(`收不到|没收到|没有收到|失败|打不开|报错|出错|卡住|不见了|点不|不了|急|帮`)

// troubles reports whether a text tells of a trouble.
func troubles(s string) bool { return troubleWords.MatchString(text.Simplify(s)) }

// asks reports whether a text is a question.
func asks(s string) bool { return questionWords.MatchString(text.Simplify(s)) }
