// Package entity finds what a message names: the province, the platform, the
// kind of subject, the stage, a filing number, a claim code, and so on.
package entity

// Platform is where a mini program lives.
type Platform string

// The platforms told apart; Other is one the knowledge treats as a group.
const (
	WeChat   Platform = "wechat"
	Douyin   Platform = "douyin"
	Alipay   Platform = "alipay"
	Baidu    Platform = "baidu"
	Kuaishou Platform = "kuaishou"
	Other    Platform = "other"
)

// Platforms lists every Platform.
func Platforms() []Platform {
	return []Platform{WeChat, Douyin, Alipay, Baidu, Kuaishou, Other}
}

// Subject is the kind of person or body that files.
type Subject string

// The kinds of subject told apart.
const (
	Individual  Subject = "individual"
	SoleTrader  Subject = "sole_trader"
	Enterprise  Subject = "enterprise"
	Government  Subject = "government"
	Institution Subject = "institution"
	SocialOrg   Subject = "social_org"
	Foreign     Subject = "foreign"
)

// Subjects lists every Subject.
func Subjects() []Subject {
	return []Subject{Individual, SoleTrader, Enterprise, Government, Institution, SocialOrg, Foreign}
}

// Stage is where a filing stands, in the words of the status model.
type Stage string

// The stages, as the JSON API writes them.
const (
	NotReady          Stage = "not_ready"
	NotFiled          Stage = "not_filed"
	EntranceClosed    Stage = "entrance_closed"
	FaceVerify        Stage = "face_verify"
	PlatformReview    Stage = "platform_review"
	PlatformRejected  Stage = "platform_rejected"
	SMSPending        Stage = "sms_pending"
	SMSExpired        Stage = "sms_expired"
	AuthorityReview   Stage = "authority_review"
	AuthorityRejected Stage = "authority_rejected"
	Filed             Stage = "filed"
	Changing          Stage = "changing"
	Cancelling        Stage = "cancelling"
	Cancelled         Stage = "cancelled"
	Withdrawn         Stage = "withdrawn"
)

// Stages lists every Stage in the order of a filing's life.
func Stages() []Stage {
	return []Stage{
		NotReady, NotFiled, EntranceClosed, FaceVerify, PlatformReview, PlatformRejected,
		SMSPending, SMSExpired, AuthorityReview, AuthorityRejected, Filed, Changing,
		Cancelling, Cancelled, Withdrawn,
	}
}

// Set is what one message names. A zero field was not named. As JSON it is an
// object of strings with the absent ones left out.
type Set struct {
	// Province is the short name of one of the 31 provinces: 上海, 内蒙古.
	Province string `json:"province,omitempty"`
	// City is the prefecture-level city that was named, without 市.
	City string `json:"city,omitempty"`
	// Platform is where the mini program lives.
	Platform Platform `json:"platform,omitempty"`
	// Subject is the kind of person or body that files.
	Subject Subject `json:"subject,omitempty"`
	// Stage is the state of the filing the asker tells of.
	Stage Stage `json:"stage,omitempty"`
	// Role is a person's part: legal_person, subject_person, service_person, admin, agent.
	Role string `json:"role,omitempty"`
	// Document is a paper that was named, in its usual Chinese name: 营业执照.
	Document string `json:"document,omitempty"`
	// Duration is a span of time the asker states, normalised: 3个工作日, 15天.
	Duration string `json:"duration,omitempty"`
	// ErrorCode is a code of an interface or page, digits only.
	ErrorCode string `json:"error_code,omitempty"`
	// Number is a filing number, with the province letter in its official form.
	Number string `json:"number,omitempty"`
	// Code is a claim code in its written form: BA-7K3M-Q9XD.
	Code string `json:"code,omitempty"`
	// Date is a calendar date the asker states, as far as it was said: 2024-03-31, 2023-09, 03-31.
	Date string `json:"date,omitempty"`
}

// IsZero reports whether nothing was named.
func (s Set) IsZero() bool { return s == Set{} }

// Over returns s with the fields it leaves empty taken from base: what a
// follow-up keeps of the question before. Numbers, codes, durations and dates
// belong to one message and are not kept.
func (s Set) Over(base Set) Set {
	if s.Province == "" {
		s.Province, s.City = base.Province, base.City
	}
	if s.Platform == "" {
		s.Platform = base.Platform
	}
	if s.Subject == "" {
		s.Subject = base.Subject
	}
	if s.Stage == "" {
		s.Stage = base.Stage
	}
	return s
}

// Name is the platform's name in Chinese.
func (p Platform) Name() string {
	switch p {
	case WeChat:
		return "微信"
	case Douyin:
		return "抖音"
	case Alipay:
		return "支付宝"
	case Baidu:
		return "百度"
	case Kuaishou:
		return "快手"
	case Other:
		return "该平台"
	}
	return ""
}
