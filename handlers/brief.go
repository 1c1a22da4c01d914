package handlers

import "github.com/beianbot/beianbot/bot/filing"

// brief says a stage in at most 5 Chinese characters, and what it asks for in at most 20: the templates' keywords hold no more.
// Source: the platform's page on template messages, "参数限制说明": phrase 5, thing 20.
func brief(s filing.Stage) (stage, todo string) {
	switch s {
	case filing.NotReady:
		return "资料待补齐", "请登录平台后台补齐资料再提交"
	case filing.NotFiled:
		return "待提交", "可以提交备案了，请登录平台后台"
	case filing.EntranceClosed:
		return "入口未开放", "入口暂时没有开放，请看后台提示"
	case filing.FaceVerify:
		return "待刷脸", "请管理员尽快完成刷脸核验"
	case filing.PlatformReview:
		return "平台初审中", "等平台审核，请保持电话畅通"
	case filing.PlatformRejected:
		return "初审驳回", "请按驳回原因改好后重新提交"
	case filing.SMSPending:
		return "待短信核验", "收到12381短信后24小时内核验"
	case filing.SMSExpired:
		return "短信超时", "短信核验超时已退回，请重新提交"
	case filing.AuthorityReview:
		return "管局审核中", "等管局审核，一般1–20个工作日"
	case filing.AuthorityRejected:
		return "管局驳回", "请按管局意见改好后重新提交"
	case filing.Filed:
		return "已备案", "请在开通后30日内办公安联网备案"
	case filing.Changing:
		return "变更审核中", "留意12381短信，收到24小时内核验"
	case filing.Cancelling:
		return "注销中", "确定注销才核验短信，否则不要核验"
	case filing.Cancelled:
		return "已注销", "不能再对外服务，要用需重新备案"
	case filing.Withdrawn:
		return "已撤回", "改好后可以重新提交"
	}
	return "状态未知", "请登录平台后台查看实际状态"
}
