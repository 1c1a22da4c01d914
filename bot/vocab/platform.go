package vocab

import (
	"slices"
	"strings"
)

// Platform is where a mini program runs. The empty Platform is not known.
type Platform string

// The platforms told apart.
const (
	PlatformWeChat   Platform = "wechat"
	PlatformDouyin   Platform = "douyin"
	PlatformAlipay   Platform = "alipay"
	PlatformBaidu    Platform = "baidu"
	PlatformKuaishou Platform = "kuaishou"
	PlatformOther    Platform = "other"
)

// platformRow is a row of the table of platforms. Lists of words are separated by spaces.
type platformRow struct {
	term[Platform]
	// spoken are the names of the platform in a sentence about a filing: those it has, or those of the platforms it
	// stands for.
	spoken string
	// asked are the words of a question that name the platform. A platform that everybody assumes (assumed) counts
	// only where no other one is named.
	asked   string
	assumed bool
	// contact are the words before the id of an account by which a person can be reached there.
	contact string
	// reference is how a sentence refers to it, where that is not its name.
	reference string
	// console is where a filing is worked on, resubmit where one that was sent back is taken up again, if that is
	// another place. Only the ways that are known are told to the end; for others, hint helps to find the place.
	console, resubmit, hint string
	// url is the address of console, where a browser on a phone opens it.
	url string
}

const (
	anyConsole = "提交备案的平台后台"
	anyHint    = "后台的备案页面，一般在“设置”“基础信息”一类菜单里。"
)

var platforms = newTable[Platform](
	platformRow{
		term:     term[Platform]{PlatformWeChat, "微信", "WeChat", "weixin wx 微信公众"},
		spoken:   "微信",
		asked:    "微信 腾讯",
		assumed:  true,
		contact:  "微信 v信 薇信 威信 vx wx weixin wechat",
		console:  "mp.weixin.qq.com →【设置】→【小程序备案】",
		resubmit: "mp.weixin.qq.com 首页 → 小程序备案 →【去完善】",
		url:      "https://mp.weixin.qq.com/",
	},
	platformRow{
		term:    term[Platform]{PlatformDouyin, "抖音", "Douyin", "字节 字节跳动 抖音开放 toutiao 头条"},
		spoken:  "抖音",
		asked:   "抖音 头条 今日头条 字节跳动 字节小程序 西瓜视频",
		contact: "抖音",
		console: "抖音开放平台控制台 → 选小程序 → 设置 → 基础设置 → 备案信息",
	},
	platformRow{
		term:    term[Platform]{PlatformAlipay, "支付宝", "Alipay", "zhifubao"},
		spoken:  "支付宝",
		asked:   "支付宝 蚂蚁",
		contact: "支付宝",
		console: "支付宝开放平台或商家平台的备案页面",
	},
	platformRow{
		term:    term[Platform]{PlatformBaidu, "百度", "Baidu", ""},
		spoken:  "百度",
		asked:   "百度 智能小程序",
		console: "smartprogram.baidu.com → 管理 → 基础设置 → 备案管理",
		url:     "https://smartprogram.baidu.com/",
	},
	platformRow{
		term:    term[Platform]{PlatformKuaishou, "快手", "Kuaishou", ""},
		spoken:  "快手",
		asked:   "快手",
		console: anyConsole,
		hint:    anyHint,
	},
	platformRow{
		term: term[Platform]{
			PlatformOther, "其他平台", "Other", "其他 其它 qq 京东 小红书 快应用 美团 小米 华为 taptap 钉钉 飞书",
		},
		spoken: "小红书 京东 qq 美团",
		asked: "小红书 qq小程序 qq平台 京东 快应用 美团 360小程序 企业微信 钉钉 飞书 高德 华为 元服务 b站 哔哩 " +
			"拼多多 微博",
		contact:   "qq",
		reference: "该平台",
		console:   anyConsole,
		hint:      anyHint,
	},
)

// row is the platform's row. What is not in the set, the empty Platform above all, has no name and only the general
// places.
func (p Platform) row() platformRow {
	if r, ok := platforms.rows[p]; ok {
		return r
	}
	return platformRow{console: anyConsole, hint: anyHint}
}

// Platforms lists the closed set.
func Platforms() []Platform { return platforms.all() }

// Valid reports whether p is one of Platforms.
func (p Platform) Valid() bool { return platforms.has(p) }

// Chinese is the platform's name in Chinese; empty for one that is not known.
func (p Platform) Chinese() string { return p.row().chinese }

// English is the platform's name in English; empty for one that is not known.
func (p Platform) English() string { return p.row().english }

// Reference is how a Chinese sentence refers to the platform: 抖音, but 该平台 for one that is not told apart. Empty for
// one that is not known.
func (p Platform) Reference() string {
	r := p.row()
	if r.reference != "" {
		return r.reference
	}
	return r.chinese
}

// Console is where on the platform a filing is worked on, as one would tell it in Chinese.
func (p Platform) Console() string { return p.row().console }

// ConsoleHint is a sentence that helps to find Console; empty where Console says it all.
func (p Platform) ConsoleHint() string { return p.row().hint }

// ConsoleURL is the address of Console; empty where there is none to open.
func (p Platform) ConsoleURL() string { return p.row().url }

// Resubmit is where on the platform a filing that was sent back is taken up again, as one would tell it in Chinese.
func (p Platform) Resubmit() string {
	r := p.row()
	if r.resubmit != "" {
		return r.resubmit
	}
	return r.console
}

// Asked lists the words of a question that name the platform.
func (p Platform) Asked() []string { return strings.Fields(p.row().asked) }

// PlatformsByWeight lists the set with those first whose name in a question counts before another's: whoever names
// WeChat and Douyin asks about Douyin.
func PlatformsByWeight() []Platform {
	all := platforms.all()
	slices.SortStableFunc(all, func(a, b Platform) int {
		switch x, y := a.row().assumed, b.row().assumed; {
		case x == y:
			return 0
		case x:
			return 1
		}
		return -1
	})
	return all
}

// ParsePlatform finds a platform by its code or a name: douyin, 抖音, 抖音小程序. Those that are not told apart are
// PlatformOther.
func ParsePlatform(name string) (Platform, bool) {
	if len(name) > maxName {
		return "", false
	}
	return platforms.named(trimEnds(fold(name), []string{"小程序", "平台", "智能"}))
}

// PlatformPattern is a regular expression's group that matches the name of a platform in a sentence about a filing:
// 微信, 小红书. ParsePlatform knows every text that it matches.
func PlatformPattern() string {
	var words []string
	for _, p := range platforms.codes {
		words = append(words, strings.Fields(p.row().spoken)...)
	}
	return alternatives(words)
}

// ContactPattern is a regular expression's group that matches the name of an app before the id of a person's account
// there: 微信, vx.
func ContactPattern() string {
	var words []string
	for _, p := range platforms.codes {
		words = append(words, strings.Fields(p.row().contact)...)
	}
	return alternatives(words)
}
