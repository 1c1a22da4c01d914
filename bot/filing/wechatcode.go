package filing

import "slices"

// WeChatStatus is what WeChat's third-party platform interface says of a mini program's filing (get_icp_entrance_info, field info).
// Source: developers.weixin.qq.com, 小程序备案管理 → getIcpEntranceInfo.
type WeChatStatus struct {
	// Status is info.status, or beian_status of the event.
	Status int
	// SMSVerify is info.sms_verify_status: 1 waiting, 2 done, 3 too late. It says something only with Status 4; 0 where it was not sent.
	SMSVerify int
	// Canceling is info.is_canceling.
	Canceling bool
	// Available is info.available: 0 where the entrance is closed, 1 where it is open; nil where it was not sent.
	Available *int
	// AuditData is info.audit_data: key_name as Field, error, suggest.
	AuditData []Reason
}

// What can be missing before a filing may be submitted, as FromWeChat names it.
const (
	MissingProfile      = "profile"      // name, avatar or introduction
	MissingCategory     = "category"     // a service category
	MissingVerification = "verification" // the account is not verified
)

// The status codes. From wechatNotFiled up, the low bits say what is missing.
const (
	wechatPlatformReview    = 2
	wechatPlatformRejected  = 3
	wechatAuthorityReview   = 4
	wechatAuthorityRejected = 5
	wechatFiled             = 6
	wechatNotFiled          = 1024
	wechatAllMissing        = 1 | 2 | 4
)

// FromWeChat reads WeChat's status. missing names what has to be completed first, for NotReady; reasons are what the filing keeps along with
// the stage: the reviewer's for a rejected one, what is missing for NotReady. A code that we do not know is Unknown and never an error.
//
// A cancellation under way comes before everything else. Status 4 is the SMS check until sms_verify_status says that it is done: one
// reminder too many is better than a missed day.
func FromWeChat(s WeChatStatus) (stage Stage, missing []string, reasons []Reason) {
	if s.Canceling {
		return Cancelling, nil, nil
	}
	switch s.Status {
	case wechatPlatformReview:
		return PlatformReview, nil, nil
	case wechatPlatformRejected:
		return PlatformRejected, nil, slices.Clone(s.AuditData)
	case wechatAuthorityReview:
		switch stage = bySMS(s.SMSVerify); stage {
		case SMSExpired:
			return stage, nil, slices.Clone(s.AuditData)
		default:
			return stage, nil, nil
		}
	case wechatAuthorityRejected:
		return AuthorityRejected, nil, slices.Clone(s.AuditData)
	case wechatFiled:
		return Filed, nil, nil
	}
	if s.Status < wechatNotFiled || s.Status > wechatNotFiled|wechatAllMissing {
		return Unknown, nil, nil
	}
	missing = missingBits(s.Status &^ wechatNotFiled)
	switch {
	case len(missing) > 0:
		return NotReady, missing, missingReasons(missing)
	case s.Available != nil && *s.Available == 0:
		return EntranceClosed, nil, nil
	default:
		return NotFiled, nil, nil
	}
}

// WeChatProcedure is what WeChat says of 认证 and 备案 handed in together (query_auth_and_icp).
type WeChatProcedure struct {
	// Status is procedure_status.
	Status int
	// SMSVerify is icp_audit.sms_verify_status.
	SMSVerify int
	// Reasons are icp_audit.audit_data, or refill_reason, fail_reason or icp_audit.hints as Reasons with an Error.
	Reasons []Reason
}

// FromWeChatProcedure reads the status of 认证 and 备案 handed in together, as FromWeChat does for 备案 alone. While the account is still being
// verified, the filing is NotReady; a procedure that ran out or was ended is NotFiled, because it has to be handed in again from the start.
func FromWeChatProcedure(p WeChatProcedure) (stage Stage, missing []string, reasons []Reason) {
	switch p.Status {
	case 9, 15, 16, 17: // phone checked, to be paid, paid, the verification under review
		return NotReady, []string{MissingVerification}, []Reason{{Field: "微信认证", Error: "认证正在办理，通过后才会进入备案初审"}}
	case 18, 20: // the verification was sent back, or failed for good
		reasons = slices.Clone(p.Reasons)
		if len(reasons) == 0 {
			reasons = []Reason{{Field: "微信认证", Error: "认证没有通过"}}
		}
		return NotReady, []string{MissingVerification}, reasons
	case 21: // verified, but no filing could be made of what was handed in
		reasons = slices.Clone(p.Reasons)
		if len(reasons) == 0 {
			reasons = []Reason{{Field: "备案资料", Error: "备案申请没有提交成功"}}
		}
		return NotReady, nil, reasons
	case 19, 27, 28: // verified; ran out; ended
		return NotFiled, nil, nil
	case 22:
		return PlatformReview, nil, nil
	case 23:
		return PlatformRejected, nil, slices.Clone(p.Reasons)
	case 24:
		return bySMS(p.SMSVerify), nil, nil
	case 25:
		return AuthorityRejected, nil, slices.Clone(p.Reasons)
	case 26:
		return Filed, nil, nil
	case 29:
		return Withdrawn, nil, nil
	}
	return Unknown, nil, nil
}

// bySMS tells the two stages apart that WeChat calls 管局审核中.
func bySMS(verify int) Stage {
	switch verify {
	case 2:
		return AuthorityReview
	case 3:
		return SMSExpired
	}
	return SMSPending
}

func missingBits(bits int) (missing []string) {
	for i, name := range []string{MissingProfile, MissingCategory, MissingVerification} {
		if bits&(1<<i) != 0 {
			missing = append(missing, name)
		}
	}
	return missing
}

func missingReasons(missing []string) (reasons []Reason) {
	for _, m := range missing {
		switch m {
		case MissingProfile:
			reasons = append(reasons, Reason{Field: "基本信息", Error: "没有填完整", Suggest: "补齐名称、头像、简介"})
		case MissingCategory:
			reasons = append(reasons, Reason{Field: "服务类目", Error: "还没有选择", Suggest: "添加服务类目"})
		case MissingVerification:
			reasons = append(reasons, Reason{Field: "微信认证", Error: "还没有完成", Suggest: "先完成认证"})
		}
	}
	return reasons
}
