package filing

import "unicode/utf8"

// Label is the platform in Chinese; empty for one that is not known.
func (p Platform) Label() string {
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
	case OtherPlatform:
		return "其他平台"
	}
	return ""
}

// place is where a filing is worked on, as one would tell it. Only the ways that are known are told to the end.
func (p Platform) place() string {
	switch p {
	case WeChat:
		return "mp.weixin.qq.com →【设置】→【小程序备案】"
	case Douyin:
		return "抖音开放平台控制台 → 选小程序 → 设置 → 基础设置 → 备案信息"
	case Alipay:
		return "支付宝开放平台或商家平台的备案页面"
	case Baidu:
		return "smartprogram.baidu.com → 管理 → 基础设置 → 备案管理"
	}
	return "提交备案的平台后台"
}

// findPlace helps to find the place where it is not known; empty where it is.
func (p Platform) findPlace() string {
	switch p {
	case WeChat, Douyin, Alipay, Baidu:
		return ""
	}
	return "后台的备案页面，一般在“设置”“基础信息”一类菜单里。"
}

// back is where a filing that was sent back is taken up again.
func (p Platform) back() string {
	if p == WeChat {
		return "mp.weixin.qq.com 首页 → 小程序备案 →【去完善】"
	}
	return p.place()
}

// signIn begins a sentence on what to do at a place.
func signIn(place string) string {
	if place[0] < utf8.RuneSelf { // a space between Chinese and Latin letters
		return "登录 " + place
	}
	return "登录" + place
}
