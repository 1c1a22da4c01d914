package filing_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestParseSelfReport(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, chinatime.Zone()) // a Monday
	day := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		if len(s) > 10 {
			at, err := time.ParseInLocation("2006-01-02 15:04", s, chinatime.Zone())
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		return date(s)
	}
	for _, tc := range []struct {
		text, name   string
		province     vocab.Province
		platform     vocab.Platform
		stage        vocab.Stage
		date, number string
	}{
		{"我的小程序小鹿花店11月20日在上海提交了初审", "小鹿花店", "上海", "", vocab.StagePlatformReview, "2026-11-20", ""},
		{"我的小程序小鹿花店 11月20日 在上海 提交了初审。", "小鹿花店", "上海", "", vocab.StagePlatformReview, "2026-11-20", ""},
		{"小鹿花店，微信小程序，上海，11月20日提交初审", "小鹿花店", "上海", vocab.PlatformWeChat, vocab.StagePlatformReview, "2026-11-20", ""},
		{"登记 小鹿花店 上海 初审 11月20日", "小鹿花店", "上海", "", vocab.StagePlatformReview, "2026-11-20", ""},
		{"名称：小鹿花店，平台：微信，省份：上海，阶段：管局审核，日期：2026-11-18", "小鹿花店", "上海", vocab.PlatformWeChat, vocab.StageAuthorityReview, "2026-11-18", ""},
		{"我的抖音小程序叫大象书店，昨天初审通过了，在广东", "大象书店", "广东", vocab.PlatformDouyin, vocab.StageSMSPending, "2026-11-22", ""},
		{"「北京烤鸭外卖」昨天在浙江省提交了备案", "北京烤鸭外卖", "浙江", "", vocab.StagePlatformReview, "2026-11-22", ""},
		{"我的小程序北京烤鸭店11月20日在上海提交了初审", "北京烤鸭店", "上海", "", vocab.StagePlatformReview, "2026-11-20", ""},
		{"我的小程序《松鼠咖啡》被管局驳回了，江苏的，11月19号", "松鼠咖啡", "江苏", "", vocab.StageAuthorityRejected, "2026-11-19", ""},
		{"松鼠咖啡初审被驳回了", "松鼠咖啡", "", "", vocab.StagePlatformRejected, "", ""},
		{"我的小程序松鼠咖啡被驳回了", "松鼠咖啡", "", "", vocab.StagePlatformRejected, "", ""},
		{"我们家的小程序叫熊猫早餐，四川的，短信已经核验完了", "熊猫早餐", "四川", "", vocab.StageAuthorityReview, "", ""},
		{"小程序名称是熊猫早餐，短信核验中，今天上午9点半，成都", "熊猫早餐", "四川", "", vocab.StageSMSPending, "2026-11-23 09:30", ""},
		{"熊猫早餐收到12381短信了，四川", "熊猫早餐", "四川", "", vocab.StageSMSPending, "", ""},
		{"熊猫早餐短信核验超时被退回了", "熊猫早餐", "", "", vocab.StageSMSExpired, "", ""},
		{"我的小程序长颈鹿绘本，前天到管局了，湖南", "长颈鹿绘本", "湖南", "", vocab.StageAuthorityReview, "2026-11-21", ""},
		{"长颈鹿绘本管局审核通过了", "长颈鹿绘本", "", "", vocab.StageFiled, "", ""},
		{"长颈鹿绘本备案成功了，备案号湘ICP备2026012345号-1X", "长颈鹿绘本", "湖南", "", vocab.StageFiled, "", "湘ICP备2026012345号-1X"},
		{"我的小程序长颈鹿绘本上周五提交了管局，在长沙", "长颈鹿绘本", "湖南", "", vocab.StageAuthorityReview, "2026-11-20", ""},
		{"支付宝小程序海豚洗衣，3天前提交审核，深圳", "海豚洗衣", "广东", vocab.PlatformAlipay, vocab.StagePlatformReview, "2026-11-20", ""},
		{"百度小程序 海豚洗衣 管局审核中 重庆 2026/11/2", "海豚洗衣", "重庆", vocab.PlatformBaidu, vocab.StageAuthorityReview, "2026-11-02", ""},
		{"我的快手小程序海豚洗衣还没提交，山东", "海豚洗衣", "山东", vocab.PlatformKuaishou, vocab.StageNotFiled, "", ""},
		{"帮我登记一下小程序刺猬家政，内蒙古，等刷脸", "刺猬家政", "内蒙古", "", vocab.StageFaceVerify, "", ""},
		{"刺猬家政正在办变更，北京", "刺猬家政", "北京", "", vocab.StageChanging, "", ""},
		{"刺猬家政申请注销备案中", "刺猬家政", "", "", vocab.StageCancelling, "", ""},
		{"刺猬家政已经撤回申请了，昨天", "刺猬家政", "", "", vocab.StageWithdrawn, "2026-11-22", ""},
		{"我的小程序在水一方11月1日在江苏备案成功", "在水一方", "江苏", "", vocab.StageFiled, "2026-11-01", ""},
		{"企鹅旅拍 20号 上海 短信核验", "企鹅旅拍", "上海", "", vocab.StageSMSPending, "2026-11-20", ""},
		{"企鹅旅拍 28号 上海 短信核验", "企鹅旅拍", "上海", "", vocab.StageSMSPending, "2026-10-28", ""},
		{"企鹅旅拍十一月二十日交了初审，在福建泉州", "企鹅旅拍", "福建", "", vocab.StagePlatformReview, "2026-11-20", ""},
		{"企鹅旅拍12月1日提交的初审", "企鹅旅拍", "", "", vocab.StagePlatformReview, "2025-12-01", ""},
		{"微信的，上海，昨天提交的", "", "上海", vocab.PlatformWeChat, vocab.StagePlatformReview, "2026-11-22", ""},
		{"上海", "", "上海", "", "", "", ""},
		{"在上海提交了初审", "", "上海", "", vocab.StagePlatformReview, "", ""},
		{"昨天", "", "", "", "", "2026-11-22", ""},
		{"小程序名字叫做ＡＢＣ英语，昨天在黑龙江提交", "ABC英语", "黑龙江", "", vocab.StagePlatformReview, "2026-11-22", ""},
		{"小程序“51找房”，刚刚提交，天津市", "51找房", "天津", "", vocab.StagePlatformReview, "2026-11-23 15:00", ""},
		{"京东小程序羊驼文具，新疆维吾尔自治区，11.18送管局", "羊驼文具", "新疆", vocab.PlatformOther, vocab.StageAuthorityReview, "2026-11-18", ""},
		{"我的小程序羊驼文具已备案，京ICP备2022034770号-6X", "羊驼文具", "北京", "", vocab.StageFiled, "", "京ICP备2022034770号-6X"},
		{"我的小程序11月20日提交了初审", "", "", "", vocab.StagePlatformReview, "2026-11-20", ""},
		{"我有一个小程序叫蓝莓民宿，上周三在云南提交的，现在还在初审", "蓝莓民宿", "云南", "", vocab.StagePlatformReview, "2026-11-18", ""},
		{"蓝莓民宿今天过了初审，浙江", "蓝莓民宿", "浙江", "", vocab.StageSMSPending, "2026-11-23", ""},
		{"我家小程序蓝莓民宿，11月10号管局收到了，陕西西安", "蓝莓民宿", "陕西", "", vocab.StageAuthorityReview, "2026-11-10", ""},
		{"帮我登记，小程序蓝莓民宿，安徽合肥，昨天下午3点提交", "蓝莓民宿", "安徽", "", vocab.StagePlatformReview, "2026-11-22 15:00", ""},
		{"蓝莓民宿，江西，已经核验短信，等管局", "蓝莓民宿", "江西", "", vocab.StageAuthorityReview, "", ""},
		{"我的小程序蓝莓民宿昨天被平台打回来了，说照片不清楚", "蓝莓民宿", "", "", vocab.StagePlatformRejected, "2026-11-22", ""},
		{"我在上海开了个小程序小鹿花店，11月20日提交备案", "小鹿花店", "上海", "", vocab.StagePlatformReview, "2026-11-20", ""},
		{"我的微信小程序“小鹿·花店”11月20日提交平台审核，地点上海", "小鹿·花店", "上海", vocab.PlatformWeChat, vocab.StagePlatformReview, "2026-11-20", ""},
		{"微信 小鹿花店 上海 平台初审中 11-20", "小鹿花店", "上海", vocab.PlatformWeChat, vocab.StagePlatformReview, "2026-11-20", ""},
		{"小鹿花店/微信/上海/初审/2026.11.20", "小鹿花店", "上海", vocab.PlatformWeChat, vocab.StagePlatformReview, "2026-11-20", ""},
		{"我叫张三，小程序小鹿花店提交了初审", "小鹿花店", "", "", vocab.StagePlatformReview, "", ""},
		{"我的小程序叫今日头菜，昨天在湖北提交初审", "今日头菜", "湖北", "", vocab.StagePlatformReview, "2026-11-22", ""},
		{"小鹿花店还没核验短信，北京", "小鹿花店", "北京", "", vocab.StageSMSPending, "", ""},
		{"小鹿花店变更备案昨天提交了，北京", "小鹿花店", "北京", "", vocab.StageChanging, "2026-11-22", ""},
		{"我是湖南人，小程序小鹿花店在上海提交了初审", "小鹿花店", "上海", "", vocab.StagePlatformReview, "", ""},
		// questions are no reports
		{"提交初审后要多久", "", "", "", "", "", ""},
		{"我的小程序小鹿花店管局审核要几天", "", "", "", "", "", ""},
		{"上海管局审核怎么这么慢", "", "", "", "", "", ""},
		{"初审通过了吗", "", "", "", "", "", ""},
		{"", "", "", "", "", "", ""},
		{"你好", "", "", "", "", "", ""},
		{"谢谢", "", "", "", "", "", ""},
	} {
		got, missing := filing.ParseSelfReport(tc.text, now)
		want := filing.SelfReport{Name: tc.name, Province: tc.province, Platform: tc.platform, Stage: tc.stage, Date: day(tc.date), Number: tc.number}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tc.text, d)
			continue
		}
		var fields []filing.Field
		for _, f := range []struct {
			field filing.Field
			empty bool
		}{
			{filing.FieldName, tc.name == ""},
			{filing.FieldPlatform, tc.platform == ""},
			{filing.FieldProvince, tc.province == ""},
			{filing.FieldStage, tc.stage == ""},
			{filing.FieldDate, tc.date == ""},
		} {
			if f.empty {
				fields = append(fields, f.field)
			}
		}
		if d := cmp.Diff(fields, missing); d != "" {
			t.Errorf("%s: missing (-want +got):\n%s", tc.text, d)
		}
	}
}

// What is read is always something that a report can carry, and no day to come.
func FuzzParseSelfReport(f *testing.F) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, chinatime.Zone())
	for _, s := range []string{
		"我的小程序小鹿花店11月20日在上海提交了初审", "名称：小鹿花店，平台：微信，省份：上海", "「」", "在", "小程序", "\xff", "20号", "上周日", "0月0日", "十十月十十日", "叫",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, missing := filing.ParseSelfReport(s, now)
		if r.Date.After(now) || len(missing) > 5 || strings.ContainsRune(r.Name, 0) || !utf8.ValidString(r.Name) {
			t.Fatalf("%q is read as %+v", s, r)
		}
		report := filing.Report{ID: "a", Name: r.Name, Province: r.Province, Platform: r.Platform, Stage: r.Stage, Number: r.Number, Since: r.Date}
		if err := report.Validate(); err != nil && !strings.Contains(err.Error(), "control") {
			t.Fatalf("%q is read as %+v: %v", s, r, err)
		}
	})
}
