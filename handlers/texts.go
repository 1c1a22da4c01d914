package handlers

import (
	"fmt"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/kb"
)

// Words that people tap or type, and that the bot understands letter by letter, so that a tap always does what it says.
const (
	statusWords      = "查进度"
	trackWords       = "绑定"
	untrackWords     = "解绑"
	subscribeWords   = "订阅通知"
	unsubscribeWords = "取消通知"
	helpWords        = "帮助"
	humanWords       = "人工"
	detailWords      = "详细"
	usefulWords      = "有用"
	uselessWords     = "没用"
	noneWords        = "都不是"
)

// spelled reads a command written letter by letter, alone or with something behind a space.
func spelled(text string) (cmd kb.Command, arg string, ok bool) {
	for words, c := range map[string]kb.Command{
		statusWords: kb.CommandStatus, trackWords: kb.CommandTrack, untrackWords: kb.CommandUntrack,
		subscribeWords: kb.CommandSubscribe, unsubscribeWords: kb.CommandUnsubscribe, helpWords: kb.CommandHelp, humanWords: kb.CommandHuman,
	} {
		rest, found := strings.CutPrefix(text, words)
		if !found {
			continue
		}
		if rest == "" || strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "　") {
			return c, strings.TrimSpace(rest), true
		}
		if _, isCode := filing.ParseCode(rest); isCode && c == kb.CommandTrack { // 绑定BA-7K3M-Q9XD
			return c, rest, true
		}
	}
	return "", "", false
}

const (
	welcome = "您好，这里是备案助手，专门回答小程序备案的事。\n" +
		"直接用您自己的话问就行，比如“管局要审多久”。\n" +
		"有备案码的话，发过来就能查进度、收提醒；没有的话，发“登记”自己记一个。\n\n大家常问："
	welcomeShort = "您好，欢迎来到备案助手。"
	helpText     = "我能帮您三件事：\n" +
		"· 答疑：用您自己的话问小程序备案的任何问题\n" +
		"· 查进度：先发备案码绑定，再发“查进度”；没有备案码，发“登记”自己记一个\n" +
		"· 提醒：发“订阅通知”，进度一变就告诉您；“取消通知”随时停，“解绑”不再跟踪\n\n大家常问："

	alsoAsked = "您可能还想问："
	whichOne  = "您想问的是哪一个？点一下，或回复数字。"
	dontKnow  = "这个问题我还答不准，不想误导您，已经记下来请同事补充（不会记录您是谁）。\n" +
		"换个说法再问一次也可以，比如只说关键的几个字。"
	thanksForUseful = "谢谢您告诉我。还有什么想问的，直接发过来就好。"
	sorryUseless    = "抱歉没帮上忙。这个问题已经记下，会请同事改进。\n您可以换个说法再问，或者找人工。"
	detailOfWhat    = "想看哪个问题的详细说明？把问题发给我就行。"

	howToTrack = "请把备案码发给我，样子像 BA-7K3M-Q9XD，大小写、空格都没关系。\n" +
		"备案码由帮您办备案的人提供；扫他给的二维码也一样。没有备案码，就发“登记”自己记一个。"
	nothingTracked = "您还没有绑定备案，我看不到进度。\n" +
		"把备案码（样子像 BA-7K3M-Q9XD）发给我，绑定后随时可以查。备案码由帮您办备案的人提供。\n\n" +
		"没有备案码时，可以登录小程序后台自己看：微信是 mp.weixin.qq.com →【设置】→【小程序备案】。\n" +
		"想让我记着、到时提醒您，发“登记”自己记一个。"
	howToMend        = "改法细看："
	nothingToUntrack = "您现在没有绑定任何备案，不用解绑。"
	wrongCode        = "这个备案码不对，或者已经失效了。\n" +
		"请核对一下再发一次，里面没有数字 0 和 1，也没有字母 I、L、O、U。还是不行的话，请让提供的人重新生成一个。"
	tooManyTracked = "绑定的人数或数量已经到上限了。请先解绑不用的，或者请帮您办备案的人处理。"
	offerNotices   = "进度有变化、快到期限时，要我主动告诉您吗？"

	trackFirst          = "订阅之前请先绑定备案：把备案码（样子像 BA-7K3M-Q9XD）发给我就行。没有备案码，就发“登记”自己记一个。"
	noNoticesAnyway     = "您没有绑定备案，本来就不会收到通知。"
	onlyWithNextMessage = "说明一下：这个公众号不能主动发消息，有变化会在您下次发消息时先告诉您。"

	noHuman = "这里暂时没有人工坐席。可以这样找到人：\n" +
		"· 备案页面里的客服入口，问审核和驳回最直接\n" +
		"· 工信部公共服务电话 12381，可以咨询政策和反映问题\n" +
		"· 帮您办备案的服务商或同事"

	// Unavailable is said where the store does not answer and the question needs it.
	unavailable = "抱歉，现在暂时读不到备案记录，您的绑定和提醒都还在。请过几分钟再试一次。\n一般的备案问题我照常可以回答。"
	// ErrorReply is for the webhook: something of ours failed.
	ErrorReply = "抱歉，我这边出了点问题，请过一会儿再发一次。"
	// BusyReply is for the webhook: the answer takes too long.
	BusyReply = "这条消息处理得有点慢，请过几秒再发一次，我会接着回答。"
	// LimitReply is said to somebody who writes faster than anybody can read.
	LimitReply = "消息有点多，我来不及看了。请过一分钟再发。"
)

func cannotRead(k chat.Kind) string {
	const asText = "请用文字把问题发给我，比如“短信核验怎么做”。"
	switch k {
	case chat.KindImage:
		return "我还看不懂图片。如果是驳回提示或报错，请把上面的文字打给我，我帮您看怎么改。"
	case chat.KindVoice:
		return "这条语音我没有听清。" + asText
	case chat.KindVideo:
		return "我还看不了视频。" + asText
	case chat.KindLocation:
		return "收到您的位置了，不过我用不上。想问某个省的要求，直接发省名和问题就行，比如“上海管局要多久”。"
	case chat.KindLink, chat.KindFile:
		return "我打不开链接和文件。" + asText
	case chat.KindText, chat.KindEvent, chat.KindOther:
	}
	return "这种消息我还看不懂。" + asText
}

func waitBeforeCode(wait time.Duration) string {
	return "备案码试得太多了，为了安全，请过" + span(wait) + "再试。\n请先和提供备案码的人核对一下。"
}

// span says a waiting time in words, rounded up.
func span(d time.Duration) string {
	switch {
	case d <= time.Minute:
		return " 1 分钟"
	case d < time.Hour:
		return fmt.Sprintf(" %d 分钟", int((d+time.Minute-1)/time.Minute))
	default:
		return fmt.Sprintf(" %d 小时", int((d+time.Hour-1)/time.Hour))
	}
}

func tracked(f filing.Filing, known bool) string {
	if known {
		return "「" + f.Name + "」您之前已经绑定过了。"
	}
	return "绑定好了：「" + f.Name + "」。以后发“查进度”就能看到。"
}

func untracked(f filing.Filing) string {
	return "已解绑「" + f.Name + "」，不再跟踪，也不再通知。\n想再看的话，重新发备案码就行。"
}

func noticesOn(mine []filing.Tracking) string {
	return "好的，" + names(mine) + "有变化或快到期限时会告诉您。\n随时发“取消通知”就停。"
}

func noticesOff(mine []filing.Tracking) string {
	return "好的，" + names(mine) + "不再主动通知。\n还可以随时发“查进度”自己看。"
}

func names(mine []filing.Tracking) string {
	if len(mine) == 1 {
		return "「" + mine[0].Filing.Name + "」"
	}
	return fmt.Sprintf("您绑定的 %d 个备案", len(mine))
}

func whichFilingText(n int, command string) string {
	verb := "看"
	switch command {
	case reasonWords, addReasonWords:
		return fmt.Sprintf("您有 %d 个备案被退回，问的是哪一个？点一下，或回复数字、名称。", n)
	case untrackWords:
		verb = "解绑"
	case updateWords:
		return fmt.Sprintf("您自己登记了 %d 个备案，要更新哪一个？点一下，或回复数字、名称。", n)
	case settingsWords:
		verb = "设置"
	}
	return fmt.Sprintf("您绑定了 %d 个备案，要%s哪一个？点一下，或回复数字、名称。", n, verb)
}

// notAmongYours is said to somebody who names a filing that he does not follow: nothing is done to another one instead.
func notAmongYours(name string) string {
	return "您绑定的备案里没有“" + truncate.Runes(name, 20) + "”，所以什么都没有改。\n您绑定的是："
}

// askFirst asks before something is done that was only guessed.
func askFirst(cmd kb.Command) string {
	switch cmd {
	case kb.CommandUntrack:
		return "要解绑吗？解绑后不再跟踪，也不再通知；想再看，需要重新发备案码。\n要解绑的话点下面，不解绑就不用理会。"
	case kb.CommandUnsubscribe:
		return "通知可以随时停：点“取消通知”就不再主动告诉您；只想少收一些，点“通知设置”。"
	case kb.CommandStatus, kb.CommandTrack, kb.CommandSubscribe, kb.CommandHelp, kb.CommandHuman:
	}
	return "想在进度变化、快到期限时收到通知，点“订阅通知”就行，随时可以取消。"
}

func moreFilings(n int) string {
	return fmt.Sprintf("\n· 还有 %d 个没有列出", n)
}

// listLine is a filing in one line of a list.
func listLine(f filing.Filing) string {
	about := string(f.Province)
	if f.SelfReported {
		about = strings.TrimPrefix(about+"，自行登记", "，")
	}
	if about != "" {
		about = "（" + about + "）"
	}
	return truncate.Runes(f.Name, 16) + about + " " + f.Stage.Chinese()
}
