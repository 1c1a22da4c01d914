package filing

import (
	"regexp"

	"github.com/beianbot/beianbot/bot/vocab"
)

const (
	sentBack = `(?:驳回|退回|打回|退了|拒了|拒绝|不通过|未通过|没通过|没有通过|没过|不合格)`
	goneWell = `(?:通过|过了|过啦|成功|好了|完了|完成|搞定|OK|ok)`
)

// theAssumed is the platform that people mean where they say who sent a filing back. Other names are left in the sentence: they tell the
// filing's platform.
var theAssumed = vocab.PlatformWeChat.Chinese()

// selfStages are the stages by what people say, the surest words first: 短信核验完了 is with the authority, though it speaks of the SMS.
var selfStages = []struct {
	stage vocab.Stage
	words *regexp.Regexp
}{
	{vocab.StageCancelled, regexp.MustCompile(`(?:备案)?(?:已经?|完成了?)注销(?:了|掉)?(?:备案)?|注销(?:了|完|成功|好了)`)},
	{vocab.StageCancelling, regexp.MustCompile(`(?:正在|在|申请了?|提交了?)?(?:备案)?注销(?:备案)?(?:中|申请)?`)},
	{vocab.StageWithdrawn, regexp.MustCompile(`(?:已经?|主动)?(?:撤回|撤销)(?:了|申请)*`)},
	{vocab.StageSMSExpired, regexp.MustCompile(`短信[^,，。\x00]{0,8}(?:超时|过期|失效|错过|退回|忘了)|(?:超时|错过)[^,，。\x00]{0,4}短信|(?:忘了|没来得及)[^,，。\x00]{0,4}(?:短信|核验)`)},
	{vocab.StageAuthorityRejected, regexp.MustCompile(`(?:被)?(?:省)?(?:通)?管局[^,，。\x00]{0,8}` + sentBack + `(?:了)?|终审` + sentBack)},
	{vocab.StagePlatformRejected, regexp.MustCompile(`(?:初审|平台|后台|` + theAssumed + `|审核|备案|申请)[^,，。\x00\p{Nd}]{0,3}` + sentBack + `了?|(?:被|给)?(?:平台|` + theAssumed + `|初审)?` + sentBack + `了?`)},
	{vocab.StageAuthorityReview, regexp.MustCompile(`(?:短信|验证码)[^,，。\x00]{0,6}(?:核验|验证|验)[^,，。\x00没未]{0,2}(?:完成|成功|通过|好了|完了|过了|完|过|了)|(?:完成|做完|做好|通过)了?(?:工信部)?短信(?:核验|验证)|(?:核验|验证)(?:完|过|好)了?(?:工信部)?短信`)},
	{vocab.StageFiled, regexp.MustCompile(`(?:省)?(?:通)?管局[^,，。\x00没未]{0,4}(?:审核)?` + goneWell + `了?|备案(?:已经?|都)?(?:成功|通过|完成|下来|好了|完了|过了|办好|办下来|搞定)了?|(?:拿到|下来|有|下发|收到)了?备案号|备案号[^,，。\x00没未]{0,4}(?:下来|出来|下发|拿到)了?|已经?备案(?:成功|完成)?了?|备好案了`)},
	{vocab.StageChanging, regexp.MustCompile(`(?:提交|申请|办理?|做)?了?(?:备案)?变更(?:备案)?(?:审核|申请)?(?:中)?`)},
	{vocab.StageSMSPending, regexp.MustCompile(`(?:还没有?|未|没)(?:核验|验证|验|填)[^,，。\x00]{0,3}(?:短信|验证码)|(?:已经?|刚)?(?:通过|过)了?(?:平台)?初审了?|(?:等|待|等待|收到|没收到|还没收到|未收到)[^,，。\x00]{0,6}(?:短信|验证码|12381)(?:核验|验证)?|(?:短信|验证码)[^,，。\x00]{0,4}(?:没|未|待|中|来了|阶段)(?:核验|验证|收到|验)?|短信(?:核验|验证)(?:中|阶段|这一步)?|(?:初审|平台(?:审核)?)(?:已经?|都|刚)?(?:` + goneWell + `)了?`)},
	{vocab.StageAuthorityReview, regexp.MustCompile(`(?:提交|送|交|报|到|进|进入|转|等|等待|在)*了?(?:省)?(?:通)?管局(?:那边|这边)?(?:还|正)?(?:在|没)?(?:审核|审|审批)?(?:中|阶段|完)?|终审(?:中)?`)},
	{vocab.StageFaceVerify, regexp.MustCompile(`(?:等|待|还没|没|需要)?(?:管理员)?(?:刷脸|人脸(?:核验|识别|验证)|核身|人证核验)`)},
	{vocab.StageNotFiled, regexp.MustCompile(`(?:还|尚)?(?:没有?|未)(?:提交|开始备案|备案|交)(?:备案|申请|资料|初审)?|(?:准备|打算|正要)(?:提交|备案|去备案)(?:备案)?`)},
	{vocab.StagePlatformReview, regexp.MustCompile(`(?:已经?|刚)?(?:重新)?(?:提交|递交|送审|报送)了?(?:了)?(?:平台)?(?:小程序)?(?:备案)?(?:的)?(?:初审|审核|申请|资料|材料|备案)*(?:了)?|(?:交|报)(?:了|上去)(?:初审|备案|资料|材料|审核)*|(?:在|正在|进入|走到|到)?了?(?:平台)?初审(?:中|阶段|这一步)?|平台审核(?:中)?|(?:还|正)?在?审核中|申请了?备案|备案(?:提交|交)了`)},
}

// stageWithin finds the stage that a sentence tells.
func stageWithin(s string) (vocab.Stage, string) {
	for _, x := range selfStages {
		if m := x.words.FindStringIndex(s); m != nil && m[1] > m[0] {
			return x.stage, s[:m[0]] + gap + s[m[1]:]
		}
	}
	return "", s
}
