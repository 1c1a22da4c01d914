package handlers

import "github.com/beianbot/beianbot/bot/vocab"

// brief says a stage in at most 5 Chinese characters, and what it asks for in at most 20: the templates' keywords hold no more.
// Source: the platform's page on template messages, "参数限制说明": phrase 5, thing 20.
func brief(s vocab.Stage) (stage, todo string) {
	switch s {
	case vocab.StageNotReady:
		return "资料待补齐", "请登录平台后台补齐资料再提交"
	case vocab.StageNotFiled:
		return "待提交", "可以提交备案了，请登录平台后台"
	case vocab.StageEntranceClosed:
		return "入口未开放", "入口暂时没有开放，请看后台提示"
	case vocab.StageFaceVerify:
		return "待刷脸", "请管理员尽快完成刷脸核验"
	case vocab.StagePlatformReview:
		return "平台初审中", "等平台审核，请保持电话畅通"
	case vocab.StagePlatformRejected:
		return "初审驳回", "请按驳回原因改好后重新提交"
	case vocab.StageSMSPending:
		return "待短信核验", "收到12381短信后24小时内核验"
	case vocab.StageSMSExpired:
		return "短信超时", "短信核验超时已退回，请重新提交"
	case vocab.StageAuthorityReview:
		return "管局审核中", "等管局审核，一般1–20个工作日"
	case vocab.StageAuthorityRejected:
		return "管局驳回", "请按管局意见改好后重新提交"
	case vocab.StageFiled:
		return "已备案", "请在开通后30日内办公安联网备案"
	case vocab.StageChanging:
		return "变更审核中", "留意12381短信，收到24小时内核验"
	case vocab.StageCancelling:
		return "注销中", "确定注销才核验短信，否则不要核验"
	case vocab.StageCancelled:
		return "已注销", "不能再对外服务，要用需重新备案"
	case vocab.StageWithdrawn:
		return "已撤回", "改好后可以重新提交"
	case vocab.StageUnknown:
	}
	return "状态未知", "请登录平台后台查看实际状态"
}
