package vocab_test

import (
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/vocab"
)

func TestParseStage(t *testing.T) {
	for _, s := range vocab.Stages() {
		for _, name := range []string{string(s), strings.ToUpper(string(s)), s.Chinese(), " " + s.Chinese() + "\u3000"} {
			if got, ok := vocab.ParseStage(name); !ok || got != s {
				t.Errorf("%q is %q, want %q", name, got, s)
			}
		}
	}
	for name, want := range map[string]vocab.Stage{
		"Platform Review": vocab.StagePlatformReview, "短信核验中": vocab.StageSMSPending, "未备案，可提交": vocab.StageNotFiled, "管局驳回": vocab.StageAuthorityRejected,
		"备案成功": vocab.StageFiled, "ＦＩＬＥＤ": vocab.StageFiled, "Canceled": vocab.StageCancelled, "短信超时被退回": vocab.StageSMSExpired,
		"": "", "驳回": "", "审核中": "", "ok": "", "小鹿花店": "", strings.Repeat("初", 200): "",
	} {
		if got, ok := vocab.ParseStage(name); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestParsePlatform(t *testing.T) {
	for _, p := range vocab.Platforms() {
		for _, name := range []string{string(p), p.Chinese(), p.Chinese() + "小程序"} {
			if got, ok := vocab.ParsePlatform(name); !ok || got != p {
				t.Errorf("%q is %q, want %q", name, got, p)
			}
		}
	}
	for name, want := range map[string]vocab.Platform{
		"WeChat": vocab.PlatformWeChat, "百度智能小程序": vocab.PlatformBaidu, "小红书": vocab.PlatformOther, "其它": vocab.PlatformOther, "抖音平台": vocab.PlatformDouyin,
		"": "", "小程序": "", "淘": "", "平台": "",
	} {
		if got, ok := vocab.ParsePlatform(name); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestParseProvince(t *testing.T) {
	for _, p := range vocab.Provinces() {
		for _, name := range []string{string(p), string(p) + "省", string(p) + "市", string(p) + "管局", string(p) + "省通信管理局", p.Letter()} {
			if got, ok := vocab.ParseProvince(name); !ok || got != p {
				t.Errorf("%q is %q, want %q", name, got, p)
			}
		}
	}
	for name, want := range map[string]vocab.Province{
		"广西壮族自治区": "广西", "新疆维吾尔自治区": "新疆", "宁夏回族自治区": "宁夏", "内蒙古自治区": "内蒙古", "西藏自治区": "西藏", "川": "四川", "甘": "甘肃",
		"": "", "省": "", "中国": "", "香港特别行政区": "", "深圳": "", "上海北京": "",
	} {
		if got, ok := vocab.ParseProvince(name); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
