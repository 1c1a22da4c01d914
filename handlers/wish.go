package handlers

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/kb"
	"github.com/beianbot/beianbot/kb/text"
)

// wish is what somebody wants to be told, or when not.
type wish struct {
	// Notify is what he wants to be told; empty where he speaks of the time only. About is what stands before it: perhaps a filing's name.
	Notify filing.Notify
	About  string
	// Quiet is when he does not want to be disturbed; nil where he speaks of something else. Ask is set where he wants it, but not when.
	Quiet *push.Quiet
	Ask   bool
}

// Words that taps send.
const (
	importantWords = "只通知重要的"
	quietWords     = "免打扰"
	quietOffWords  = "关闭免打扰"
	eachWords      = "单独设置通知"
)

// notifyWishes are the ways in which people say what they want to be told, at the end of a message without blanks and punctuation.
var notifyWishes = []struct {
	want  filing.Notify
	words *regexp.Regexp
}{
	{filing.NotifyNone, regexp.MustCompile(`(?:的)?(?:通知|提醒)?(?:全?都|一个都|一条都|什么都|全部)(?:不要|不用|别)(?:了)?(?:通知|提醒|推送|发)?(?:了)?$`)},
	{filing.NotifyNone, regexp.MustCompile(`(?:的)?(?:通知|提醒)?(?:全?都|一个都|一条都|什么都|全部|再)?(?:不要|不用|别|不想|不需要)(?:再)?(?:给我)?(?:收|收到)?(?:通知|提醒|推送|发通知|发提醒|发消息)(?:了|我|我了)?$`)},
	{filing.NotifyNone, regexp.MustCompile(`(?:的)?(?:关闭|关掉|关了|停掉|停止)(?:所有|全部)?的?(?:通知|提醒|推送)(?:了)?$`)},
	{filing.NotifyImportant, regexp.MustCompile(`(?:的)?(?:通知|提醒)?(?:我)?(?:只|就|光|仅)(?:需?要|想要|看|收|接收)?(?:通知|提醒|推送|发|告诉)?(?:我)?(?:最)?(?:重要|要紧|关键|紧急)(?:的|事|事情|消息|通知|提醒|进展)*(?:就行|就好|就可以|即可)?$`)},
	{filing.NotifyImportant, regexp.MustCompile(`(?:的)?(?:通知|提醒)?(?:最)?(?:重要|要紧|关键)的(?:事|消息|进展)?(?:才|再|时候?再?)(?:通知|提醒|推送|发|告诉)(?:给?我)?$`)},
	{filing.NotifyAll, regexp.MustCompile(`(?:的)?(?:全部|所有|一切|全都?)(?:的)?(?:变化|进度|进展|消息)?(?:都)?(?:要)?(?:通知|提醒|推送|告诉|发)(?:给?我)?$`)},
	{filing.NotifyAll, regexp.MustCompile(`(?:的)?(?:有变化|有进展|每次|什么|随时)(?:就|都|也)?(?:要)?(?:通知|提醒|推送|告诉|发)(?:给?我)?$`)},
	{filing.NotifyAll, regexp.MustCompile(`(?:的)?(?:通知|提醒)?(?:全部?都?要|都要|都通知|都提醒)$`)},
}

// The ways in which people speak of the part of the day in which they do not want to be disturbed.
var (
	quietBefore = regexp.MustCompile(`免打扰|勿扰|静音|(?:别|不要|不用|请勿|不|勿)(?:再)?(?:给我)?(?:来)?(?:打扰|吵|发|通知|提醒|推送|烦)`)
	quietOff    = regexp.MustCompile(`^(?:把)?(?:免打扰|勿扰|静音)(?:时间|时段|模式)?(?:给我)?(?:都)?(?:关掉|关闭|关了|关|取消|去掉|不要|不用|停掉)(?:了)?$|^(?:关掉|关闭|关了|关|取消|去掉|不要|不用|解除)(?:掉)?(?:免打扰|勿扰|静音)(?:时间|时段|模式)?(?:了)?$|^(?:晚上|夜里|半夜|随时|什么时候|几点)(?:都|也)(?:可以|能|要)(?:通知|提醒|发|推送|打扰)(?:给?我)?$`)
	quietAsk    = regexp.MustCompile(`^(?:设置|修改|改|打开|开启|开|设|调整)?(?:一下)?(?:我的)?(?:免打扰|勿扰)(?:时间|时段|模式|设置)?$`)
	quietNight  = regexp.MustCompile(`^(?:晚上|夜里|夜间|半夜|深夜|睡觉(?:的)?(?:时间|时候)?|晚间|大晚上|休息(?:的)?(?:时间|时候)?)(?:的)?(?:时候)?(?:请|就|都)?(?:别|不要|不用|勿|请勿|不)(?:再)?(?:给我)?(?:来)?(?:打扰|吵|发|通知|提醒|推送|烦)(?:我|消息|通知|提醒|我了|了)*$|^(?:别|不要)(?:在)?(?:晚上|夜里|半夜|深夜)(?:打扰|吵|发|通知|提醒|推送)(?:我|消息|通知|提醒)*$`)
)

// readWish reads what somebody wants to be told, or when not. It takes only whole messages that say nothing else.
func readWish(s string) (wish, bool) {
	if len(s) > 200 {
		return wish{}, false
	}
	if q, ok := readQuiet(s); ok {
		return wish{Quiet: &q}, true
	}
	if asks(s) && !strings.Contains(s, "不要") { // 要不要通知 is a question
		return wish{}, false
	}
	plain := courtesies.ReplaceAllString(squeeze(s), "")
	for _, end := range []string{"谢谢", "吧", "呀", "啊", "哦"} {
		plain = strings.TrimSuffix(plain, end)
	}
	switch {
	case quietOff.MatchString(plain):
		return wish{Quiet: &push.Quiet{}}, true
	case quietNight.MatchString(plain):
		q := push.DefaultQuiet()
		return wish{Quiet: &q}, true
	case quietAsk.MatchString(plain):
		return wish{Ask: true}, true
	}
	for _, w := range notifyWishes {
		if at := w.words.FindStringIndex(plain); at != nil {
			about := plain[:at[0]]
			if utf8.RuneCountInString(about) > filing.MaxName {
				return wish{}, false
			}
			return wish{Notify: w.want, About: about}, true
		}
	}
	return wish{}, false
}

// span2 is two times of day: 23点到7点, 晚上10点半至早上8点, 22:00-08:00.
var span2 = regexp.MustCompile(`(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚|夜里|夜间|半夜|第二天早上|次日)?([0-9]{1,2}|[零一二三四五六七八九十两]{1,3})(?:点钟?|时|:)(半|一刻|三刻|[0-5][0-9])?分?(?:到|至|-|－|—|~|～|–|和)+(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚|夜里|夜间|半夜|第二天早上|第二天|次日早上|次日)?([0-9]{1,2}|[零一二三四五六七八九十两]{1,3})(?:点钟?|时|:)(半|一刻|三刻|[0-5][0-9])?分?`)

// quietAround is all that may stand around the two times.
var quietAround = regexp.MustCompile(`^(?:请|麻烦|帮我|把|我的|每天|以后|平时|在|的|是|为|改成|改为|改到|改|设成|设为|设置成|设置为|设置|调成|调到|开启|打开|开|之间|期间|这段|时间段?|时段|模式|里|内|都|就|我|给我|消息|通知|提醒|了|吧|免打扰|勿扰|静音|别|不要|不用|请勿|不|勿|再|来|打扰|吵|发|推送|烦)*$`)

// readQuiet reads two times of day with the wish not to be disturbed between them.
func readQuiet(s string) (push.Quiet, bool) {
	s = text.Simplify(strings.ToLower(norm.NFKC.String(s)))
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\n，。！,.!", r) {
			return -1
		}
		return r
	}, s)
	m := span2.FindStringSubmatchIndex(s)
	if m == nil {
		return push.Quiet{}, false
	}
	around := s[:m[0]] + "|" + s[m[1]:]
	before, after, _ := strings.Cut(around, "|")
	if !quietBefore.MatchString(before+after) || !quietAround.MatchString(before) || !quietAround.MatchString(after) {
		return push.Quiet{}, false
	}
	part := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	from, ok1 := clockOf(part(1), part(2), part(3))
	to, ok2 := clockOf(part(4), part(5), part(6))
	if !ok1 || !ok2 {
		return push.Quiet{}, false
	}
	return nightly(from, to, part(1) == "", part(4) == "")
}

// clockOf reads a time of day as minutes after midnight.
func clockOf(part, hour, minute string) (int, bool) {
	h, err := strconv.Atoi(hour)
	if err != nil {
		var ok bool
		if h, ok = numeral(hour); !ok {
			return 0, false
		}
	}
	m := 0
	switch minute {
	case "":
	case "半":
		m = 30
	case "一刻":
		m = 15
	case "三刻":
		m = 45
	default:
		m, _ = strconv.Atoi(minute)
	}
	switch part {
	case "中午", "下午", "傍晚":
		if h < 12 && !(part == "中午" && h >= 10) {
			h += 12
		}
	case "晚上", "晚", "夜里", "夜间", "半夜":
		if h >= 6 && h < 12 {
			h += 12
		} else if h == 12 {
			h = 24
		}
	}
	if h > 24 || h == 24 && m > 0 {
		return 0, false
	}
	return (h*60 + m) % (24 * 60), true
}

// numeral reads a Chinese number up to 24.
func numeral(s string) (int, bool) {
	s = strings.NewReplacer("两", "二", "零", "").Replace(s)
	digits := map[rune]int{'一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	tens, ones, ten := 0, 0, false
	for _, r := range s {
		switch {
		case r == '十' && !ten:
			tens, ones, ten = max(ones, 1), 0, true
		case digits[r] > 0 && ones == 0:
			ones = digits[r]
		default:
			return 0, false
		}
	}
	return tens*10 + ones, true
}

// nightly makes a span of two times. Where a part of the day was not said, 10点到7点 may as well mean the evening: it is read so where that
// makes a night of at most 12 hours and the literal reading does not.
func nightly(from, to int, looseFrom, looseTo bool) (push.Quiet, bool) {
	if from == to {
		return push.Quiet{}, false
	}
	const half, whole = 12 * 60, 24 * 60
	night := func(f, t int) bool {
		length := (t - f + whole) % whole
		return length <= half && (3*60-f+whole)%whole < length // it holds three in the morning
	}
	best := push.Quiet{From: from, To: to}
	if night(from, to) {
		return best, true
	}
	if looseFrom && from <= half && looseTo && night((from+half)%whole, to) {
		best.From = (from + half) % whole
	}
	return best, true
}

// offersWishes reports whether what is offered are the wishes of the settings, and of which filing: empty for all.
func offersWishes(offered []chat.Choice) (about string, ok bool) {
	for _, c := range offered {
		if about, ok := strings.CutSuffix(c.Send, importantWords); ok {
			return about, true
		}
	}
	return "", false
}

// heed carries out a wish. ok is false where it speaks of something that is none of the person's filings: then it was not meant as one.
func (b *Bot) heed(ctx context.Context, t *chat.Turn, w wish) (r chat.Reply, ok bool, err error) {
	if w.Notify == "" {
		b.Observe(kb.Result{Kind: kb.KindCommand, Command: CommandSettings, Confidence: 1})
		b.Journal.Count("command:settings")
		if w.Ask {
			r, err = b.askQuiet(ctx, t)
		} else {
			r, err = b.setQuiet(ctx, t, *w.Quiet)
		}
		return r, true, err
	}
	about := w.About
	if about != "" {
		mine, err := b.Filings.Tracked(ctx, t.User)
		if err != nil {
			return r, false, err
		}
		if about, ok = meant(mine, about); !ok {
			return r, false, nil
		}
	}
	command := kb.CommandSubscribe
	if w.Notify == filing.NotifyNone {
		command = kb.CommandUnsubscribe
	}
	b.Observe(kb.Result{Kind: kb.KindCommand, Command: command, Confidence: 1})
	b.Journal.Count("command:settings")
	r, err = b.notify(ctx, t, about, w.Notify)
	return r, true, err
}

// meant returns the id of the one filing that words without blanks name, or its province where several are there.
func meant(mine []filing.Tracking, words string) (arg string, ok bool) {
	for _, tr := range mine {
		if name := squeeze(tr.Filing.Name); name == words || squeeze(tr.Filing.ID) == words {
			return tr.Filing.ID, true
		}
	}
	found := ""
	for _, tr := range mine {
		name := squeeze(tr.Filing.Name)
		if utf8.RuneCountInString(words) >= 2 && strings.Contains(name, words) || strings.Contains(words, name) || tr.Filing.Province != "" && strings.TrimSuffix(words, "的") == string(tr.Filing.Province) {
			if found != "" {
				return "", false
			}
			found = tr.Filing.ID
		}
	}
	return found, found != ""
}
