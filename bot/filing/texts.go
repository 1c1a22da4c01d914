package filing

import (
	"fmt"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/vocab"
)

// words are what a guide says, by stage and platform. Each sentence rests on the facts about 小程序备案 with their grade of evidence; what is
// known of one platform only is told for that one only.
func words(g Guide) (lead string, do, notes []string) {
	f, p := g.Filing, g.Filing.Platform
	changed := g.Track == ChangeTrack
	switch f.Stage {
	case vocab.StageNotReady:
		lead = "现在轮到您：补齐缺的项，才能提交备案。"
		if p == vocab.PlatformWeChat {
			do = []string{
				"管理员登录 mp.weixin.qq.com，补齐基本信息（名称、头像、简介）、服务类目和认证",
				"补齐后到【设置】→【小程序备案】→【去备案】",
			}
		} else {
			do = []string{signIn(p.Console()) + "，按页面提示补齐", "补齐后在同一处提交备案"}
		}
	case vocab.StageNotFiled:
		lead = "现在轮到您：可以提交备案了。"
		if p == vocab.PlatformWeChat {
			do = []string{
				"管理员登录 mp.weixin.qq.com →【设置】→【小程序备案】→【去备案】",
				"填主体、负责人和小程序信息，管理员刷脸，传好材料后提交",
			}
		} else {
			do = []string{signIn(p.Console()), "按页面提示填资料、传材料后提交"}
		}
		notes = []string{"提交后先等平台初审，" + usual(p) + "。"}
	case vocab.StageEntranceClosed:
		if p == vocab.PlatformWeChat {
			lead = "备案入口现在没有开放，暂时提交不了。常见原因是名称里有某些关键词，或管局系统暂时不可用。"
			do = []string{"登录 mp.weixin.qq.com 看后台的提示；和名称有关的，改名后再试", "和名称无关的，过些时候再来看看"}
		} else {
			lead = "备案入口现在没有开放，暂时提交不了。"
			do = []string{signIn(p.Console()) + "，看页面的提示", "没有提示的，过些时候再试，或问平台客服"}
		}
	case vocab.StageFaceVerify:
		lead, do, notes = faceWords(g)
	case vocab.StagePlatformReview:
		lead, do, notes = platformReviewWords(g)
	case vocab.StagePlatformRejected:
		lead = "现在轮到您：按驳回原因改好，再提交。"
		if len(f.Reasons) == 0 {
			lead = "现在轮到您：先看驳回原因，改好再提交。"
		}
		do = []string{signIn(p.Resubmit()), "只改被点名的项，核对后重新提交"}
		notes = []string{"重新提交后会再走一次平台初审。"}
	case vocab.StageSMSPending:
		lead, do, notes = smsWords(g)
	case vocab.StageSMSExpired:
		lead = "现在轮到您：短信没有在 24 小时内核验成功，申请已退回，要重新提交。"
		if p == vocab.PlatformWeChat {
			do = []string{
				signIn(p.Resubmit()),
				"资料不用改的，直接重新提交，短信会再发一次，重新计 24 小时",
				"资料要改的，改完提交，会重新走平台初审",
			}
		} else {
			do = []string{signIn(p.Console()) + "，重新提交", "之后留意 12381 的短信，收到后 24 小时内核验"}
		}
	case vocab.StageAuthorityReview:
		lead, do, notes = authorityReviewWords(g)
	case vocab.StageAuthorityRejected:
		lead = "现在轮到您：按管局的意见改好，再提交。"
		if len(f.Reasons) == 0 {
			lead = "现在轮到您：先看管局的意见，改好再提交。"
		}
		do = []string{signIn(p.Resubmit()), "按意见改好，重新提交；意见看不懂的，先问平台客服"}
		notes = []string{"重新提交后会再走平台初审，短信可能要再核验一次。"}
	case vocab.StageFiled:
		lead, do, notes = filedWords(g)
	case vocab.StageChanging:
		lead = "变更正在审核，等结果的时候留意两件事："
		do = []string{"12381 的短信：收到后 24 小时内到 beian.miit.gov.cn 核验", "负责人的电话：保持畅通"}
		notes = []string{"变更一般也要经过初审、短信核验和管局审核，管局审核 1–20 个工作日。"}
	case vocab.StageCancelling:
		lead = "现在轮到您：是否继续注销，由您定。"
		do = []string{"确定要注销：收到工信部的短信后，24 小时内按提示核验", "不想注销了：不要核验，注销就不会继续"}
		notes = []string{"注销完成后不能撤回，小程序变成未备案，不能再对外提供服务。"}
	case vocab.StageCancelled:
		lead = "备案已经注销，小程序不能再对外提供服务。"
		do = []string{"还要继续用的，" + signIn(p.Console()) + "，重新备案"}
	case vocab.StageWithdrawn:
		lead = "现在轮到您：申请已经撤回，改好后可以再提交。"
		do = []string{signIn(p.Console()) + "，改好后重新提交"}
	case vocab.StageUnknown:
		fallthrough
	default:
		lead = "收到的状态我们认不出来，请以平台后台显示的为准。"
		do = []string{signIn(p.Console()) + "，看实际状态", "请服务商代办的，也可以问服务商"}
	}
	switch f.Stage {
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StagePlatformRejected, vocab.StageSMSExpired, vocab.StageAuthorityRejected, vocab.StageWithdrawn:
		if find := p.ConsoleHint(); find != "" {
			notes = append(notes, find)
		}
	case vocab.StageFaceVerify, vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview,
		vocab.StageFiled, vocab.StageChanging, vocab.StageCancelling, vocab.StageCancelled, vocab.StageUnknown:
	}
	if changed && f.Stage != vocab.StageChanging {
		notes = append(notes, "这是备案变更的审核，期间小程序可以正常使用。")
	}
	if f.Stage == vocab.StageChanging {
		notes = append(notes, "变更期间小程序可以正常使用，备案号一般不变。")
	}
	return lead, do, notes
}

// usual is the platform's own review in words.
func usual(p vocab.Platform) string {
	if p == vocab.PlatformWeChat {
		return "一般 1–2 个工作日，最长约 3 个"
	}
	return "多为 1–3 个工作日"
}

// waitedWords says that a review takes longer than usual, and how long it has taken where the calendar tells.
func waitedWords(g Guide) string {
	if g.WaitedKnown {
		return fmt.Sprintf("已等 %d 个工作日，超过了一般的 %d 个工作日，", g.Waited, g.Window.Max)
	}
	return fmt.Sprintf("已经超过一般的 %d 个工作日，", g.Window.Max)
}

func faceWords(g Guide) (lead string, do, notes []string) {
	lead = "现在轮到您：请小程序管理员完成刷脸核验。"
	switch g.Filing.Platform {
	case vocab.PlatformWeChat:
		do = []string{
			"管理员点开平台推送的核身通知，按提示刷脸；没通过的，有效期内可以再试",
			"背景用白色或浅色，衣着整齐，不戴帽子、耳机、口罩",
		}
		notes = []string{"通知 24 小时有效，过期了请服务商重新发起。"}
	case vocab.PlatformDouyin:
		lead = "现在轮到您：请完成人证核验。"
		do = []string{"点开核验短信里的链接，按提示完成", "链接过期了可以重发，每个小程序每天最多 10 次"}
		notes = []string{"链接 2 小时有效。"}
	case vocab.PlatformAlipay, vocab.PlatformBaidu, vocab.PlatformKuaishou, vocab.PlatformOther:
		fallthrough
	default: // nobody told the platform
		lead = "现在轮到您：请按平台的通知完成刷脸核验。"
		do = []string{"点开平台的通知，按提示完成；没收到的，" + signIn(g.Filing.Platform.Console()) + "，看有没有提示"}
		notes = []string{"多久有效以平台的通知为准。"}
	}
	return lead, do, notes
}

func platformReviewWords(g Guide) (lead string, do, notes []string) {
	if g.Overdue() {
		lead = waitedWords(g) + "可以查一查。"
		do = []string{
			"看站内信、消息通知和未接来电：电话没打通，可能会被退回",
			"都没有的话，问平台客服",
		}
		return lead, do, []string{"请不要重复提交，也不要换个平台再交一份。"}
	}
	lead = "现在等平台审核，留意两件事："
	do = []string{"负责人的电话：保持畅通，平台可能来电核实", "12381 的短信：初审通过后发来，要在 24 小时内核验"}
	if g.Filing.Platform == vocab.PlatformWeChat {
		notes = []string{"发现填错了，这一步还能在后台撤回。"}
	}
	return lead, do, notes
}

func smsWords(g Guide) (lead string, do, notes []string) {
	if g.Late() {
		lead = "按登记的时间算，24 小时可能已经过了，请先看看走到了哪一步。"
		do = []string{
			"短信还没核验的，马上到 beian.miit.gov.cn 试一下",
			"已经核验过的，等管局审核就好；平台显示可能要过几个小时才更新",
		}
		if g.Filing.Platform == vocab.PlatformWeChat {
			do = append(do, "已经退回的，"+signIn(g.Filing.Platform.Resubmit())+"，重新提交，短信会再发一次")
		} else {
			do = append(do, "已经退回的，"+signIn(g.Filing.Platform.Console())+"，重新提交，再按新收到的短信核验")
		}
		return lead, do, nil
	}
	lead = "现在轮到您：完成工信部短信核验。周末和节假日也照常计时。"
	do = []string{
		"找 12381 发来的验证码短信；主体负责人和小程序负责人，谁收到谁核验",
		"打开 beian.miit.gov.cn 的“短信核验”，填验证码、手机号、证件号码后 6 位",
	}
	notes = []string{
		"没收到：查一下拦截和垃圾短信，也可以在同一页面点重发。",
		"三项合计输错 5 次，再错就会被退回。验证码只在那里填，别发给任何人。",
	}
	return lead, do, notes
}

func authorityReviewWords(g Guide) (lead string, do, notes []string) {
	if g.Overdue() {
		lead = waitedWords(g) + "可以问一问。"
		do = []string{
			"问平台客服：申请是否已经送到管局，短信核验是否成功",
			"仍没有结果的，可以打 12381 反映",
		}
		return lead, do, []string{"请不要重复提交，也不要换个平台再交一份。"}
	}
	lead = "现在等管局审核，您不用做什么。"
	notes = []string{"审核期间一般不能改资料。"}
	if g.Filing.Platform == vocab.PlatformWeChat {
		notes = []string{"审核期间一般不能改资料，也不能撤回。"}
	}
	return lead, nil, notes
}

func filedWords(g Guide) (lead string, do, notes []string) {
	const change = "名称、负责人、电话等有变化的，记得办变更"
	if g.Late() {
		return "备案有效，平时留意两件事：", []string{
			"公安联网备案：还没办的，请尽快到 beian.mps.gov.cn 办理（要求是开通之日起 30 日内）", change,
		}, nil
	}
	lead = "备案完成了，接下来："
	if g.Filing.Number == "" {
		lead = "备案完成了，备案号请到平台后台的备案页面看。接下来："
	}
	switch g.Filing.Platform {
	case vocab.PlatformWeChat:
		do = []string{"可以发布小程序了，发布后微信会自动展示备案号"}
	case vocab.PlatformDouyin:
		do = []string{"可以发布小程序了，抖音会自动展示备案号"}
	case vocab.PlatformAlipay, vocab.PlatformBaidu, vocab.PlatformKuaishou, vocab.PlatformOther:
		fallthrough
	default: // nobody told the platform
		do = []string{"展示备案号：放在小程序的显著位置，并链接 beian.miit.gov.cn"}
	}
	police := "公安联网备案：开通之日起 30 日内到 beian.mps.gov.cn 办理"
	if g.Due != nil {
		police += "，按备案完成算约到 " + chinatime.DayText(g.Due.At.AddDate(0, 0, -1), g.Now)
	}
	return lead, append(do, police, change), nil
}

// NextStep says in one sentence what f asks for next, for a notice that has no room for more. It is empty where nothing is left to do.
func NextStep(f Filing) string {
	switch f.Stage {
	case vocab.StageNotReady:
		return "请登录平台后台补齐缺的项，再提交备案。"
	case vocab.StageNotFiled:
		return "可以提交备案了，请登录平台后台的备案页面。"
	case vocab.StageEntranceClosed:
		return "入口暂时没有开放，请登录平台后台看提示。"
	case vocab.StageFaceVerify:
		if f.Platform == vocab.PlatformWeChat {
			return "请管理员 24 小时内点开平台推送的核身通知，完成刷脸。"
		}
		return "请按平台的通知，尽快完成刷脸核验。"
	case vocab.StagePlatformReview:
		return "等平台审核就好，请保持负责人电话畅通。"
	case vocab.StagePlatformRejected:
		return "请" + signIn(f.Platform.Resubmit()) + "，按驳回原因改好再提交。"
	case vocab.StageSMSPending:
		return "请在收到 12381 短信后 24 小时内，到 beian.miit.gov.cn 完成短信核验。"
	case vocab.StageSMSExpired:
		return "短信核验超时，申请已退回。请" + signIn(f.Platform.Resubmit()) + "，重新提交。"
	case vocab.StageAuthorityReview:
		return "等管局审核就好，一般 1–20 个工作日。"
	case vocab.StageAuthorityRejected:
		return "请" + signIn(f.Platform.Resubmit()) + "，按管局意见改好再提交。"
	case vocab.StageFiled:
		return "请在开通之日起 30 日内到 beian.mps.gov.cn 办公安联网备案。"
	case vocab.StageChanging:
		return "请留意 12381 短信，收到后 24 小时内到 beian.miit.gov.cn 核验。"
	case vocab.StageCancelling:
		return "确定注销，请在收到短信后 24 小时内核验；不想注销，就不要核验。"
	case vocab.StageCancelled:
		return "小程序不能再对外提供服务；还要用的，需要重新备案。"
	case vocab.StageWithdrawn:
		return "改好后可以登录平台后台重新提交。"
	case vocab.StageUnknown:
	}
	return "请登录平台后台查看实际状态。"
}

// signIn begins a sentence on what to do at a place.
func signIn(place string) string {
	if place[0] < utf8.RuneSelf { // a space between Chinese and Latin letters
		return "登录 " + place
	}
	return "登录" + place
}
