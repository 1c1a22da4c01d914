package filing_test

import (
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
)

func TestStageNamed(t *testing.T) {
	for _, s := range filing.Stages() {
		for _, name := range []string{string(s), strings.ToUpper(string(s)), s.Label(), " " + s.Label() + "\u3000"} {
			if got, ok := filing.StageNamed(name); !ok || got != s {
				t.Errorf("%q is %q, want %q", name, got, s)
			}
		}
	}
	for name, want := range map[string]filing.Stage{
		"Platform Review": filing.PlatformReview, "短信核验中": filing.SMSPending, "未备案，可提交": filing.NotFiled, "管局驳回": filing.AuthorityRejected,
		"备案成功": filing.Filed, "ＦＩＬＥＤ": filing.Filed, "Canceled": filing.Cancelled, "短信超时被退回": filing.SMSExpired,
		"": "", "驳回": "", "审核中": "", "ok": "", "小鹿花店": "", strings.Repeat("初", 200): "",
	} {
		if got, ok := filing.StageNamed(name); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestPlatformNamed(t *testing.T) {
	for _, p := range filing.Platforms() {
		for _, name := range []string{string(p), p.Label(), p.Label() + "小程序"} {
			if got, ok := filing.PlatformNamed(name); !ok || got != p {
				t.Errorf("%q is %q, want %q", name, got, p)
			}
		}
	}
	for name, want := range map[string]filing.Platform{
		"WeChat": filing.WeChat, "百度智能小程序": filing.Baidu, "小红书": filing.OtherPlatform, "其它": filing.OtherPlatform, "抖音平台": filing.Douyin,
		"": "", "小程序": "", "淘": "", "平台": "",
	} {
		if got, ok := filing.PlatformNamed(name); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestProvinceNamed(t *testing.T) {
	for _, p := range filing.Provinces() {
		for _, name := range []string{p, p + "省", p + "市", p + "管局", p + "省通信管理局", filing.Sign(p)} {
			if got, ok := filing.ProvinceNamed(name); !ok || got != p {
				t.Errorf("%q is %q, want %q", name, got, p)
			}
		}
	}
	for name, want := range map[string]string{
		"广西壮族自治区": "广西", "新疆维吾尔自治区": "新疆", "宁夏回族自治区": "宁夏", "内蒙古自治区": "内蒙古", "西藏自治区": "西藏", "川": "四川", "甘": "甘肃",
		"": "", "省": "", "中国": "", "香港特别行政区": "", "深圳": "", "上海北京": "",
	} {
		if got, ok := filing.ProvinceNamed(name); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
