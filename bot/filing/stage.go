package filing

// Stage is where a filing stands. The set is closed; what a source reports beyond it is Unknown.
type Stage string

// The stages of a filing, in the order in which they normally come.
const (
	NotReady          Stage = "not_ready"          // something must be completed before it can be submitted
	NotFiled          Stage = "not_filed"          // ready to be submitted
	EntranceClosed    Stage = "entrance_closed"    // the platform does not let it be submitted at present
	FaceVerify        Stage = "face_verify"        // the administrator has to pass the face check
	PlatformReview    Stage = "platform_review"    // the platform's own review
	PlatformRejected  Stage = "platform_rejected"  // sent back by the platform
	SMSPending        Stage = "sms_pending"        // the ministry's SMS has to be answered within 24 hours
	SMSExpired        Stage = "sms_expired"        // it was not answered in time; sent back
	AuthorityReview   Stage = "authority_review"   // the provincial authority's review
	AuthorityRejected Stage = "authority_rejected" // sent back by the authority
	Filed             Stage = "filed"              // done: it has a number
	Changing          Stage = "changing"           // a change of a filed one is under review
	Cancelling        Stage = "cancelling"         // cancellation is under way
	Cancelled         Stage = "cancelled"          // the filing exists no more
	Withdrawn         Stage = "withdrawn"          // the applicant took it back
	Unknown           Stage = "unknown"            // the source said something we cannot read
)

// Stages lists the closed set, in the order of the constants.
func Stages() []Stage {
	return []Stage{
		NotReady, NotFiled, EntranceClosed, FaceVerify, PlatformReview, PlatformRejected, SMSPending, SMSExpired,
		AuthorityReview, AuthorityRejected, Filed, Changing, Cancelling, Cancelled, Withdrawn, Unknown,
	}
}

// Valid reports whether s is one of Stages.
func (s Stage) Valid() bool {
	for _, k := range Stages() {
		if s == k {
			return true
		}
	}
	return false
}

// Rejected reports whether somebody looked at the filing and sent it back.
func (s Stage) Rejected() bool { return s == PlatformRejected || s == AuthorityRejected }

// HasReasons reports whether reasons belong to the stage: why it was sent back, or what is missing before it can be submitted.
func (s Stage) HasReasons() bool { return s.Rejected() || s == SMSExpired || s == NotReady }

// hasNumber reports whether a filing at this stage has a number, whether or not it was told.
func (s Stage) hasNumber() bool {
	return s == Filed || s == Changing || s == Cancelling || s == Cancelled
}

// Review reports whether somebody else is reviewing the filing and only waiting is left to do.
func (s Stage) Review() bool { return s == PlatformReview || s == AuthorityReview }

// Label is the stage in Chinese, in a few words.
func (s Stage) Label() string {
	switch s {
	case NotReady:
		return "资料未备齐"
	case NotFiled:
		return "待提交"
	case EntranceClosed:
		return "备案入口未开放"
	case FaceVerify:
		return "待管理员刷脸"
	case PlatformReview:
		return "平台初审中"
	case PlatformRejected:
		return "平台初审驳回"
	case SMSPending:
		return "待短信核验"
	case SMSExpired:
		return "短信核验超时，已退回"
	case AuthorityReview:
		return "管局审核中"
	case AuthorityRejected:
		return "管局审核驳回"
	case Filed:
		return "已备案"
	case Changing:
		return "变更审核中"
	case Cancelling:
		return "注销中"
	case Cancelled:
		return "已注销"
	case Withdrawn:
		return "已撤回"
	}
	return "状态未知"
}
