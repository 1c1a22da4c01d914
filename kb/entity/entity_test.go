package entity

import (
	"encoding/json"
	"testing"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/text"
)

func finder(tb testing.TB) *Finder {
	tb.Helper()
	f, err := NewFinder(Options{}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// find reads a message as the caller does, without synonyms.
func find(f *Finder, s string) (Set, string) {
	var set Set
	masked := f.Places(text.Fold(f.Codes(text.Clean(s), &set)), &set)
	f.Words([]rune(masked), &set)
	return set, masked
}

func TestFind(t *testing.T) {
	f := finder(t)
	for s, want := range map[string]string{
		"上海管局要审多久":                        `{"province":"上海"}`,
		"公司在深圳":                           `{"province":"广东","city":"深圳","subject":"enterprise"}`,
		"广东省深圳市的个人备案":                     `{"province":"广东","city":"深圳","subject":"individual"}`,
		"沪管局":                             `{"province":"上海"}`,
		"云里雾里":                            `{}`,
		"来宾登记":                            `{}`,
		"来宾市怎么备":                          `{"province":"广西","city":"来宾"}`,
		"抖音和微信都要吗":                        `{"platform":"douyin"}`,
		"微信小程序":                           `{"platform":"wechat"}`,
		"个人信息泄露":                          `{}`,
		"外籍法人":                            `{"subject":"foreign","role":"legal_person"}`,
		"管局驳回了":                           `{"stage":"authority_rejected"}`,
		"授权书在哪下":                          `{"document":"授权书"}`,
		"等了20多天":                          `{"duration":"20多天"}`,
		"三个工作日":                           `{"duration":"3个工作日"}`,
		"半个月没动静":                          `{"duration":"半个月"}`,
		"两周了":                             `{"duration":"2周"}`,
		"十几天":                             `{"duration":"10多天"}`,
		"二十五天":                            `{"duration":"25天"}`,
		"要几天":                             `{}`,
		"星期三":                             `{}`,
		"2024年3月31日之后":                    `{"date":"2024-03-31"}`,
		"2023年9月起":                        `{"date":"2023-09"}`,
		"3月5号交的":                          `{"date":"03-05"}`,
		"errcode 86302":                   `{"error_code":"86302"}`,
		"报错：47001":                        `{"error_code":"47001"}`,
		"12381发的短信":                       `{}`,
		"粤ICP备12345678号-1X":               `{"number":"粤ICP备12345678号-1X"}`,
		"川icp备2023000001号":                `{"number":"蜀ICP备2023000001号"}`,
		"粤B2-20090059-1626x":              `{"number":"粤B2-20090059-1626X"}`,
		"天ICP备12345678号":                  `{}`,
		"rid: 66e29a83-4d0bfe5b-5e8d8c88": `{}`,
		`C:\Windows\System32`:             `{}`,
		"我的码:7K3MQ9XD":                    `{"code":"BA-7K3M-Q9XD"}`,
		"绑定 ba-7k3m-q9xd":                 `{"code":"BA-7K3M-Q9XD"}`,
		"ＢＡ－７Ｋ３Ｍ－Ｑ９ＸＤ":                    `{"code":"BA-7K3M-Q9XD"}`,
		"BA 7K3M Q9XD":                    `{"code":"BA-7K3M-Q9XD"}`,
		"7k3mq9xd":                        `{"code":"BA-7K3M-Q9XD"}`,
		"KMQXDHTW":                        `{"code":"BA-KMQX-DHTW"}`,
		"我的KMQXDHTW呢":                     `{}`,
		"debugger":                        `{}`,
		"20260401":                        `{}`,
		"BA-7K3M-Q9X1":                    `{}`,
	} {
		got, _ := find(f, s)
		b, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if string(b) != want {
			t.Errorf("%s: %s, want %s", s, b, want)
		}
	}
}

func TestMasks(t *testing.T) {
	f := finder(t)
	for s, want := range map[string]string{
		"上海管局要审多久":                 string(MaskProvince) + "管局要审多久",
		"广东深圳怎么备":                  string(MaskProvince) + "怎么备",
		"绑定 BA-7K3M-Q9XD 谢谢":       "绑定" + string(MaskCode) + "谢谢",
		"appid wx99aa88bb77cc66dd": "appid " + string(MaskApp),
		"2024年3月31日之后":             string(MaskDate) + "之后",
	} {
		if _, got := find(f, s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

func TestClaimCodeIsTheCallers(t *testing.T) {
	f, err := NewFinder(Options{ClaimCode: func(s string) (string, bool) { return "BA-MINE-MINE", s == "BA-7K3M-Q9XD" }}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := find(f, "ba-7k3m-q9xd"); got.Code != "BA-MINE-MINE" {
		t.Errorf("code %q", got.Code)
	}
	if got, _ := find(f, "BA-2222-3333"); got.Code != "" {
		t.Errorf("code %q", got.Code)
	}
}

func TestProvinceOfNumber(t *testing.T) {
	f := finder(t)
	for n, want := range map[string]vocab.Province{"沪ICP备1号": "上海", "川ICP备1号": "四川", "x": "", "": ""} {
		if got := f.ProvinceOfNumber(n); got != want {
			t.Errorf("%q: %q, want %q", n, got, want)
		}
	}
}

func TestProvinces(t *testing.T) {
	if p := vocab.Provinces(); len(p) != 31 || p[0] != "北京" || p[30] != "新疆" {
		t.Errorf("%d provinces: %v", len(p), p)
	}
}

func TestOver(t *testing.T) {
	got := Set{Platform: vocab.PlatformDouyin, Duration: "3天"}.Over(Set{Province: "上海", City: "", Platform: vocab.PlatformWeChat, Code: "BA", Date: "2024"})
	if want := (Set{Platform: vocab.PlatformDouyin, Duration: "3天", Province: "上海"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestWithout(t *testing.T) {
	if got := finder(t).Without("那" + string(MaskProvince) + "抖音的个体户呢"); got != "那的呢" {
		t.Errorf("%q", got)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"粤ICP备12345678号-1X", "BA-7K3M-Q9XD", "2024-03-31", "十几天", "上海市", "errcode 86302", "ａ１\ue002"} {
		f.Add(s)
	}
	fi := finder(f)
	f.Fuzz(func(t *testing.T, s string) {
		set, _ := find(fi, s)
		if set.Code != "" && len(set.Code) != len("BA-7K3M-Q9XD") {
			t.Fatalf("code %q", set.Code)
		}
	})
}
