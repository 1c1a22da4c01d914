package filing

import (
	"strings"

	"golang.org/x/text/width"
)

// key is a name as it is looked up: in one width and case, without space and without what stands between words.
func key(s string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \t\n\r\u00a0\u3000_-·.,，、。（）()【】“”\"", c) {
			return -1
		}
		return c
	}, strings.ToLower(width.Fold.String(s)))
}

// maxWord bounds what is looked up as a name, in bytes.
const maxWord = 120

// StageNamed finds a stage by its code or by a name that people, platforms or older sheets have for it: sms_pending, 待短信核验, 短信核验中.
func StageNamed(s string) (Stage, bool) {
	if len(s) > maxWord {
		return "", false
	}
	switch k := key(s); k {
	case "notready", "资料未备齐", "未备齐", "待完善", "资料待完善", "未备案待完善", "前置缺项":
		return NotReady, true
	case "notfiled", "待提交", "未提交", "未备案", "未备案可提交", "可提交", "去备案":
		return NotFiled, true
	case "entranceclosed", "备案入口未开放", "入口未开放", "入口暂不开放", "入口关闭":
		return EntranceClosed, true
	case "faceverify", "待管理员刷脸", "待刷脸", "刷脸", "待人脸核验", "待核身", "人证核验", "待人证核验":
		return FaceVerify, true
	case "platformreview", "平台初审中", "平台初审", "初审中", "初审", "平台审核中", "平台审核", "等待初审", "待初审", "待平台审核":
		return PlatformReview, true
	case "platformrejected", "平台初审驳回", "平台审核驳回", "平台驳回", "初审驳回", "初审不通过", "初审未通过", "平台审核不通过":
		return PlatformRejected, true
	case "smspending", "待短信核验", "短信核验", "短信核验中", "短信待核验", "待核验", "等待短信核验", "待短信", "短信":
		return SMSPending, true
	case "smsexpired", "短信核验超时已退回", "短信核验超时", "短信超时", "核验超时", "短信超时被退回", "短信超时退回":
		return SMSExpired, true
	case "authorityreview", "管局审核中", "管局审核", "待管局审核", "管局", "省管局审核中", "通管局审核中", "终审中", "终审":
		return AuthorityReview, true
	case "authorityrejected", "管局审核驳回", "管局驳回", "管局不通过", "管局审核不通过", "管局未通过", "终审驳回":
		return AuthorityRejected, true
	case "filed", "已备案", "备案成功", "备案通过", "备案完成", "已完成", "完成":
		return Filed, true
	case "changing", "变更审核中", "变更中", "备案变更中":
		return Changing, true
	case "cancelling", "canceling", "注销中", "注销审核中":
		return Cancelling, true
	case "cancelled", "canceled", "已注销", "注销完成":
		return Cancelled, true
	case "withdrawn", "已撤回", "撤回":
		return Withdrawn, true
	case "unknown", "状态未知", "未知":
		return Unknown, true
	}
	return "", false
}

// PlatformNamed finds a platform by its code or name: douyin, 抖音, 抖音小程序. Those that we do not tell apart are OtherPlatform.
func PlatformNamed(s string) (Platform, bool) {
	if len(s) > maxWord {
		return "", false
	}
	k := key(s)
	for _, end := range []string{"小程序", "平台", "智能"} {
		if rest := strings.TrimSuffix(k, end); rest != "" {
			k = rest
		}
	}
	switch k {
	case "wechat", "weixin", "微信", "wx", "微信公众":
		return WeChat, true
	case "douyin", "抖音", "字节", "字节跳动", "抖音开放", "toutiao", "头条":
		return Douyin, true
	case "alipay", "支付宝", "zhifubao":
		return Alipay, true
	case "baidu", "百度":
		return Baidu, true
	case "kuaishou", "快手":
		return Kuaishou, true
	case "other", "其他", "其它", "qq", "京东", "小红书", "快应用", "美团", "小米", "华为", "taptap", "钉钉", "飞书":
		return OtherPlatform, true
	}
	return "", false
}

// ProvinceNamed finds a province by its short or full name, by its sign in filing numbers or by its authority: 上海, 上海市, 沪, 上海管局,
// 内蒙古自治区.
func ProvinceNamed(s string) (string, bool) {
	if len(s) > maxWord {
		return "", false
	}
	k := key(s)
	for _, end := range []string{"通信管理局", "通管局", "管局", "地区", "特别行政区", "自治区", "维吾尔", "壮族", "回族", "省", "市"} {
		if rest := strings.TrimSuffix(k, end); rest != "" {
			k = rest
		}
	}
	if ValidProvince(k) {
		return k, true
	}
	if len([]rune(k)) == 1 {
		if p, _ := bySign(k); p != "" {
			return p, true
		}
	}
	return "", false
}
