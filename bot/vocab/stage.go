package vocab

import (
	"cmp"
	"slices"
	"strings"
)

// Stage is where a filing stands. What a source reports beyond the set is StageUnknown; the empty Stage says nothing.
type Stage string

// The stages of a filing, in the order in which they normally come.
const (
	StageNotReady          Stage = "not_ready"          // something must be completed before it can be submitted
	StageNotFiled          Stage = "not_filed"          // ready to be submitted
	StageEntranceClosed    Stage = "entrance_closed"    // the platform accepts no submission at present
	StageFaceVerify        Stage = "face_verify"        // the administrator has to pass the face check
	StagePlatformReview    Stage = "platform_review"    // the platform's own review
	StagePlatformRejected  Stage = "platform_rejected"  // sent back by the platform
	StageSMSPending        Stage = "sms_pending"        // the ministry's SMS has to be answered within 24 hours
	StageSMSExpired        Stage = "sms_expired"        // it was not answered in time; sent back
	StageAuthorityReview   Stage = "authority_review"   // the provincial authority's review
	StageAuthorityRejected Stage = "authority_rejected" // sent back by the authority
	StageFiled             Stage = "filed"              // done: it has a number
	StageChanging          Stage = "changing"           // a change of a filed one is under review
	StageCancelling        Stage = "cancelling"         // cancellation is under way
	StageCancelled         Stage = "cancelled"          // the filing no longer exists
	StageWithdrawn         Stage = "withdrawn"          // the applicant took it back
	StageUnknown           Stage = "unknown"            // the source said something we cannot read
)

// stageRow is a row of the table of stages.
type stageRow struct {
	term[Stage]
	tone Tone
	// next is what normally follows when all goes well, or how it normally goes on after a refusal.
	next Stage
	// step is the place on the way 平台初审 → 短信核验 → 管局审核 → 已备案, from 1; 0 beside the way.
	step int
	// rejected: somebody looked at the filing and sent it back. reasons: reasons belong to the stage. numbered: the
	// filing has a number. review: somebody else is reviewing it. important: it asks something of the person, or ends
	// the matter.
	rejected, reasons, numbered, review, important bool
	// asked are the words of a question that tell this stage, in the canonical form of the knowledge; where words of
	// two stages stand in one question, the smaller weight counts. Nobody asks about a stage without words.
	asked  string
	weight int
}

var stages = newTable[Stage](
	stageRow{
		term:    term[Stage]{StageNotReady, "资料未备齐", "Not ready", "未备齐 待完善 资料待完善 未备案待完善 前置缺项"},
		tone:    ToneAct,
		next:    StageNotFiled,
		reasons: true, important: true,
	},
	stageRow{
		term:  term[Stage]{StageNotFiled, "待提交", "To be submitted", "未提交 未备案 未备案可提交 可提交 去备案"},
		tone:  ToneAct,
		next:  StageFaceVerify,
		asked: "未备案 没备案 还没备 没有备案 不备案", weight: 14,
	},
	stageRow{
		term:  term[Stage]{StageEntranceClosed, "备案入口未开放", "Entrance closed", "入口未开放 入口暂不开放 入口关闭"},
		tone:  ToneOff,
		next:  StageNotFiled,
		asked: "入口未开放 入口没开放 入口关闭 不开放", weight: 13,
	},
	stageRow{
		term: term[Stage]{
			StageFaceVerify, "待管理员刷脸", "Face check", "待刷脸 刷脸 待人脸核验 待核身 人证核验 待人证核验",
		},
		tone:      ToneAct,
		next:      StagePlatformReview,
		important: true,
		asked:     "待刷脸 等刷脸 没刷脸", weight: 7,
	},
	stageRow{
		term: term[Stage]{
			StagePlatformReview, "平台初审中", "Platform review",
			"平台初审 初审中 初审 平台审核中 平台审核 等待初审 待初审 待平台审核",
		},
		tone:   ToneWait,
		next:   StageSMSPending,
		step:   1,
		review: true,
		asked:  "初审中 平台审核中 初审 平台在审 微信在审 等初审", weight: 6,
	},
	stageRow{
		term: term[Stage]{
			StagePlatformRejected, "平台初审驳回", "Rejected by the platform",
			"平台审核驳回 平台驳回 初审驳回 初审不通过 初审未通过 平台审核不通过",
		},
		tone:     ToneBad,
		next:     StagePlatformReview,
		step:     1,
		rejected: true, reasons: true, important: true,
		asked: "初审驳回 初审不通过 微信驳回 平台驳回 平台审核驳回 腾讯驳回 初审被驳回 平台给驳回", weight: 2,
	},
	stageRow{
		term: term[Stage]{
			StageSMSPending, "待短信核验", "SMS pending", "短信核验 短信核验中 短信待核验 待核验 等待短信核验 待短信 短信",
		},
		tone:      ToneAct,
		next:      StageAuthorityReview,
		step:      2,
		important: true,
		asked:     "待短信核验 短信核验中 等短信 待核验 收不到短信 短信收不到 等待短信 没短信 待短信 收不到验证码", weight: 4,
	},
	stageRow{
		term: term[Stage]{
			StageSMSExpired, "短信核验超时，已退回", "SMS expired",
			"短信核验超时 短信超时 核验超时 短信超时被退回 短信超时退回",
		},
		tone:    ToneBad,
		next:    StagePlatformReview,
		step:    2,
		reasons: true, important: true,
		asked: "短信超时 短信过期 核验超时 短信核验超时 短信核验过期 验证码过期 验证码超时 短信失败 核验过期", weight: 3,
	},
	stageRow{
		term: term[Stage]{
			StageAuthorityReview, "管局审核中", "Authority review",
			"管局审核 待管局审核 管局 省管局审核中 通管局审核中 终审中 终审",
		},
		tone:   ToneWait,
		next:   StageFiled,
		step:   3,
		review: true,
		asked:  "管局审核中 管局审核 终审中 在管局 到管局 管局在审 提交管局 管局还 管局那边 待管局", weight: 5,
	},
	stageRow{
		term: term[Stage]{
			StageAuthorityRejected, "管局审核驳回", "Rejected by the authority",
			"管局驳回 管局不通过 管局审核不通过 管局未通过 终审驳回",
		},
		tone:     ToneBad,
		next:     StagePlatformReview,
		step:     3,
		rejected: true, reasons: true, important: true,
		asked:  "管局驳回 终审驳回 管局不通过 被管局 管局给驳回 管局那边驳回 管局审核驳回 管局审核不通过 终审不通过",
		weight: 1,
	},
	stageRow{
		term:     term[Stage]{StageFiled, "已备案", "Filed", "备案成功 备案通过 备案完成 已完成 完成"},
		tone:     ToneDone,
		next:     StageChanging,
		step:     4,
		numbered: true, important: true,
		asked: "已备案 备案成功 备案通过 备好了 备案完成 已经备案 备过案 备案号下来 备案下来 备完案", weight: 12,
	},
	stageRow{
		term:     term[Stage]{StageChanging, "变更审核中", "Changing", "变更中 备案变更中"},
		tone:     ToneWait,
		next:     StageFiled,
		step:     4,
		numbered: true,
		asked:    "变更中 正在变更 变更审核 变更期间", weight: 10,
	},
	stageRow{
		term:     term[Stage]{StageCancelling, "注销中", "Cancelling", "canceling 注销审核中"},
		tone:     ToneWait,
		next:     StageCancelled,
		step:     4,
		numbered: true, important: true,
		asked: "注销中 正在注销 注销审核", weight: 8,
	},
	stageRow{
		term:     term[Stage]{StageCancelled, "已注销", "Cancelled", "canceled 注销完成"},
		tone:     ToneOff,
		next:     StageNotFiled,
		numbered: true, important: true,
		asked: "已注销 注销了 注销成功 注销后 已经注销", weight: 9,
	},
	stageRow{
		term:  term[Stage]{StageWithdrawn, "已撤回", "Withdrawn", "撤回"},
		tone:  ToneOff,
		next:  StagePlatformReview,
		asked: "已撤回 撤回了 撤回后", weight: 11,
	},
	stageRow{
		term: term[Stage]{StageUnknown, "状态未知", "Unknown", "未知"},
		tone: ToneOff,
		next: StagePlatformReview,
	},
)

// row is the stage's row; what is not in the set is unknown.
func (s Stage) row() stageRow {
	if r, ok := stages.rows[s]; ok {
		return r
	}
	return stages.rows[StageUnknown]
}

// Stages lists the closed set, in the order in which stages normally come.
func Stages() []Stage { return stages.all() }

// Valid reports whether s is one of Stages.
func (s Stage) Valid() bool { return stages.has(s) }

// Chinese is the stage in Chinese, in a few words.
func (s Stage) Chinese() string { return s.row().chinese }

// English is the stage in English, in a few words.
func (s Stage) English() string { return s.row().english }

// Rejected reports whether somebody looked at the filing and sent it back.
func (s Stage) Rejected() bool { return s.row().rejected }

// HasReasons reports whether reasons belong to the stage: why it was sent back, or what is missing before it can be
// submitted.
func (s Stage) HasReasons() bool { return s.row().reasons }

// HasNumber reports whether a filing at this stage has a number, whether or not the source told it.
func (s Stage) HasNumber() bool { return s.row().numbered }

// Review reports whether somebody else is reviewing the filing and only waiting is left to do.
func (s Stage) Review() bool { return s.row().review }

// Important reports whether the stage asks something of the person, or ends the matter.
func (s Stage) Important() bool { return s.row().important }

// Tone is how the stage is shown.
func (s Stage) Tone() Tone { return s.row().tone }

// Next is what normally follows when all goes well, or how it normally goes on after a refusal.
func (s Stage) Next() Stage { return s.row().next }

// Step is the place of the stage on the way 平台初审 → 短信核验 → 管局审核 → 已备案, from 1 to 4; 0 for a stage beside that way.
func (s Stage) Step() int { return s.row().step }

// Asked lists the words of a question that tell the stage; none for a stage that nobody asks about.
func (s Stage) Asked() []string { return strings.Fields(s.row().asked) }

// StagesByWeight lists the stages with Asked words, those first whose words count before another's.
func StagesByWeight() []Stage {
	all := slices.DeleteFunc(stages.all(), func(s Stage) bool { return s.row().asked == "" })
	slices.SortStableFunc(all, func(a, b Stage) int { return cmp.Compare(a.row().weight, b.row().weight) })
	return all
}

// ParseStage finds a stage by its code or by a name that people, platforms or older sheets have for it: sms_pending,
// 待短信核验, 短信核验中.
func ParseStage(name string) (Stage, bool) {
	if len(name) > maxName {
		return "", false
	}
	return stages.named(fold(name))
}
