package vocab

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Province is one of the 31 provincial-level divisions with an authority of its own. Its code is its short name: 上海.
// The empty Province is not known.
type Province string

// The provinces, in the customary order.
const (
	ProvinceBeijing       Province = "北京"
	ProvinceTianjin       Province = "天津"
	ProvinceHebei         Province = "河北"
	ProvinceShanxi        Province = "山西"
	ProvinceInnerMongolia Province = "内蒙古"
	ProvinceLiaoning      Province = "辽宁"
	ProvinceJilin         Province = "吉林"
	ProvinceHeilongjiang  Province = "黑龙江"
	ProvinceShanghai      Province = "上海"
	ProvinceJiangsu       Province = "江苏"
	ProvinceZhejiang      Province = "浙江"
	ProvinceAnhui         Province = "安徽"
	ProvinceFujian        Province = "福建"
	ProvinceJiangxi       Province = "江西"
	ProvinceShandong      Province = "山东"
	ProvinceHenan         Province = "河南"
	ProvinceHubei         Province = "湖北"
	ProvinceHunan         Province = "湖南"
	ProvinceGuangdong     Province = "广东"
	ProvinceGuangxi       Province = "广西"
	ProvinceHainan        Province = "海南"
	ProvinceChongqing     Province = "重庆"
	ProvinceSichuan       Province = "四川"
	ProvinceGuizhou       Province = "贵州"
	ProvinceYunnan        Province = "云南"
	ProvinceTibet         Province = "西藏"
	ProvinceShaanxi       Province = "陕西"
	ProvinceGansu         Province = "甘肃"
	ProvinceQinghai       Province = "青海"
	ProvinceNingxia       Province = "宁夏"
	ProvinceXinjiang      Province = "新疆"
)

// provinceRow is a row of the table of provinces. Lists of places are separated by spaces; none of them has 市 behind
// it.
type provinceRow struct {
	term[Province]
	// letters are the characters by which the province stands in filing numbers: the official one, then those that
	// people write for it.
	letters string
	// people is what stands before 自治区 in the full name of some.
	people string
	// capital and familiar are the cities that people name in place of the province; places are further cities and
	// districts that a question may name. suffixed are cities that count with 市 behind them only: the bare word means
	// something else.
	capital, familiar, places, suffixed string
}

var provinces = newTable[Province](
	provinceRow{
		term:    term[Province]{ProvinceBeijing, "北京", "Beijing", "帝都 北京市"},
		letters: "京",
		places:  "海淀 丰台 通州 昌平 朝阳区 亦庄 中关村",
	},
	provinceRow{
		term:    term[Province]{ProvinceTianjin, "天津", "Tianjin", "天津市"},
		letters: "津",
		places:  "滨海新区",
	},
	provinceRow{
		term:     term[Province]{ProvinceHebei, "河北", "Hebei", "河北省"},
		letters:  "冀",
		capital:  "石家庄",
		familiar: "保定 唐山",
		places:   "秦皇岛 邯郸 邢台 张家口 承德 沧州 廊坊 衡水 雄安",
	},
	provinceRow{
		term:     term[Province]{ProvinceShanxi, "山西", "Shanxi", "山西省"},
		letters:  "晋",
		capital:  "太原",
		places:   "阳泉 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
		suffixed: "大同 长治",
	},
	provinceRow{
		term:     term[Province]{ProvinceInnerMongolia, "内蒙古", "Inner Mongolia", "内蒙 内蒙古自治区"},
		letters:  "蒙",
		capital:  "呼和浩特",
		familiar: "包头",
		places:   "乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安盟 锡林郭勒 阿拉善",
	},
	provinceRow{
		term:     term[Province]{ProvinceLiaoning, "辽宁", "Liaoning", "辽宁省"},
		letters:  "辽",
		capital:  "沈阳",
		familiar: "大连",
		places:   "鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛",
		suffixed: "朝阳",
	},
	provinceRow{
		term:     term[Province]{ProvinceJilin, "吉林", "Jilin", "吉林省"},
		letters:  "吉",
		capital:  "长春",
		places:   "四平 辽源 通化 松原 白城 延边",
		suffixed: "白山",
	},
	provinceRow{
		term:    term[Province]{ProvinceHeilongjiang, "黑龙江", "Heilongjiang", "黑龙江省"},
		letters: "黑",
		capital: "哈尔滨",
		places:  "齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭",
	},
	provinceRow{
		term:    term[Province]{ProvinceShanghai, "上海", "Shanghai", "上海市 魔都"},
		letters: "沪申",
		places:  "浦东 徐汇 闵行 嘉定 松江 张江",
	},
	provinceRow{
		term:     term[Province]{ProvinceJiangsu, "江苏", "Jiangsu", "江苏省"},
		letters:  "苏",
		capital:  "南京",
		familiar: "苏州 无锡 常州 南通 徐州 扬州",
		places:   "连云港 淮安 盐城 镇江 泰州 宿迁 昆山 江阴 常熟 张家港",
	},
	provinceRow{
		term:     term[Province]{ProvinceZhejiang, "浙江", "Zhejiang", "浙江省"},
		letters:  "浙",
		capital:  "杭州",
		familiar: "宁波 温州 义乌 嘉兴 绍兴 金华 台州",
		places:   "湖州 衢州 舟山 丽水 慈溪 乐清 诸暨",
	},
	provinceRow{
		term:     term[Province]{ProvinceAnhui, "安徽", "Anhui", "安徽省"},
		letters:  "皖",
		capital:  "合肥",
		familiar: "芜湖",
		places:   "蚌埠 淮南 马鞍山 淮北 铜陵 安庆 滁州 阜阳 宿州 六安 亳州 池州 宣城",
		suffixed: "黄山",
	},
	provinceRow{
		term:     term[Province]{ProvinceFujian, "福建", "Fujian", "福建省"},
		letters:  "闽",
		capital:  "福州",
		familiar: "厦门 泉州",
		places:   "莆田 三明 漳州 南平 龙岩 宁德 晋江 石狮",
	},
	provinceRow{
		term:     term[Province]{ProvinceJiangxi, "江西", "Jiangxi", "江西省"},
		letters:  "赣",
		capital:  "南昌",
		familiar: "赣州",
		places:   "景德镇 萍乡 九江 新余 鹰潭 吉安 宜春 抚州 上饶",
	},
	provinceRow{
		term:     term[Province]{ProvinceShandong, "山东", "Shandong", "山东省"},
		letters:  "鲁",
		capital:  "济南",
		familiar: "青岛 烟台 潍坊 临沂",
		places:   "淄博 枣庄 东营 济宁 泰安 威海 德州 聊城 滨州 菏泽",
		suffixed: "日照",
	},
	provinceRow{
		term:     term[Province]{ProvinceHenan, "河南", "Henan", "河南省"},
		letters:  "豫",
		capital:  "郑州",
		familiar: "洛阳",
		places:   "开封 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源",
	},
	provinceRow{
		term:     term[Province]{ProvinceHubei, "湖北", "Hubei", "湖北省"},
		letters:  "鄂",
		capital:  "武汉",
		familiar: "宜昌 襄阳",
		places:   "黄石 十堰 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 神农架",
		suffixed: "天门",
	},
	provinceRow{
		term:     term[Province]{ProvinceHunan, "湖南", "Hunan", "湖南省"},
		letters:  "湘",
		capital:  "长沙",
		familiar: "株洲",
		places:   "湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
	},
	provinceRow{
		term:     term[Province]{ProvinceGuangdong, "广东", "Guangdong", "广东省"},
		letters:  "粤",
		capital:  "广州",
		familiar: "深圳 东莞 佛山 珠海 惠州 中山 汕头",
		places:   "韶关 湛江 肇庆 江门 茂名 梅州 汕尾 河源 阳江 清远 潮州 揭阳 云浮 顺德",
	},
	provinceRow{
		term:     term[Province]{ProvinceGuangxi, "广西", "Guangxi", "广西省 广西壮族自治区"},
		letters:  "桂",
		people:   "壮族",
		capital:  "南宁",
		familiar: "桂林 柳州",
		places:   "梧州 防城港 钦州 贵港 玉林 百色 贺州 河池 崇左",
		suffixed: "北海 来宾",
	},
	provinceRow{
		term:     term[Province]{ProvinceHainan, "海南", "Hainan", "海南省"},
		letters:  "琼",
		capital:  "海口",
		familiar: "三亚",
		places:   "三沙 儋州 琼海 万宁",
		suffixed: "文昌 东方",
	},
	provinceRow{
		term:    term[Province]{ProvinceChongqing, "重庆", "Chongqing", "重庆市 山城"},
		letters: "渝",
		places:  "万州 涪陵 渝北 江北区",
	},
	provinceRow{
		term:     term[Province]{ProvinceSichuan, "四川", "Sichuan", "四川省"},
		letters:  "蜀川",
		capital:  "成都",
		familiar: "绵阳",
		places:   "蓉城 自贡 攀枝花 泸州 德阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山",
	},
	provinceRow{
		term:    term[Province]{ProvinceGuizhou, "贵州", "Guizhou", "贵州省"},
		letters: "黔贵",
		capital: "贵阳",
		places:  "六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南",
	},
	provinceRow{
		term:     term[Province]{ProvinceYunnan, "云南", "Yunnan", "云南省"},
		letters:  "滇云",
		capital:  "昆明",
		places:   "曲靖 玉溪 保山 昭通 丽江 临沧 楚雄 文山 西双版纳 大理 德宏 怒江 迪庆",
		suffixed: "普洱 红河",
	},
	provinceRow{
		term:     term[Province]{ProvinceTibet, "西藏", "Tibet", "西藏自治区"},
		letters:  "藏",
		capital:  "拉萨",
		places:   "日喀则 昌都 林芝 那曲 阿里地区",
		suffixed: "山南",
	},
	provinceRow{
		term:     term[Province]{ProvinceShaanxi, "陕西", "Shaanxi", "陕西省"},
		letters:  "陕秦",
		capital:  "西安",
		places:   "铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 商洛",
		suffixed: "安康",
	},
	provinceRow{
		term:     term[Province]{ProvinceGansu, "甘肃", "Gansu", "甘肃省"},
		letters:  "陇甘",
		capital:  "兰州",
		places:   "嘉峪关 金昌 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南",
		suffixed: "白银",
	},
	provinceRow{
		term:    term[Province]{ProvinceQinghai, "青海", "Qinghai", "青海省"},
		letters: "青",
		capital: "西宁",
		places:  "海东 海北州 黄南 海南州 果洛 玉树 海西州",
	},
	provinceRow{
		term:     term[Province]{ProvinceNingxia, "宁夏", "Ningxia", "宁夏回族自治区"},
		letters:  "宁",
		people:   "回族",
		capital:  "银川",
		places:   "石嘴山 吴忠 固原",
		suffixed: "中卫",
	},
	provinceRow{
		term:     term[Province]{ProvinceXinjiang, "新疆", "Xinjiang", "新疆维吾尔自治区"},
		letters:  "新",
		people:   "维吾尔",
		capital:  "乌鲁木齐",
		places:   "克拉玛依 吐鲁番 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 伊犁 塔城 阿勒泰 石河子",
		suffixed: "哈密 和田",
	},
)

// provinceByLetter finds a province by each of its letters.
var provinceByLetter = func() map[rune]Province {
	out := make(map[rune]Province, 2*len(provinces.codes))
	for _, p := range provinces.codes {
		for _, c := range provinces.rows[p].letters {
			out[c] = p
		}
	}
	return out
}()

// Provinces lists the closed set, in the customary order.
func Provinces() []Province { return provinces.all() }

// Valid reports whether p is one of Provinces.
func (p Province) Valid() bool { return provinces.has(p) }

// Chinese is the province's short name in Chinese; empty for what is none.
func (p Province) Chinese() string { return provinces.rows[p].chinese }

// English is the province's name in English; empty for what is none.
func (p Province) English() string { return provinces.rows[p].english }

// Letter is the character by which the province stands in filing numbers, such as 沪 for 上海; empty for what is no
// province.
func (p Province) Letter() string {
	letters := provinces.rows[p].letters
	_, size := utf8.DecodeRuneInString(letters)
	return letters[:size]
}

// ProvinceOfLetter finds the province of a character in a filing number, the official one or one that people write
// for it: 川 for 蜀.
func ProvinceOfLetter(c rune) (Province, bool) {
	p, ok := provinceByLetter[c]
	return p, ok
}

// Names lists the other names of the province: its full name, and what people call it.
func (p Province) Names() []string { return strings.Fields(provinces.rows[p].aliases) }

// Cities lists the cities that people name in place of the province, the capital first. A municipality has none.
func (p Province) Cities() []string {
	r := provinces.rows[p]
	return strings.Fields(r.capital + " " + r.familiar)
}

// Places lists cities and districts of the province as a question may name them, Cities among them. Those in suffixed
// are told with 市 behind them only.
func (p Province) Places() (bare, suffixed []string) {
	r := provinces.rows[p]
	return append(p.Cities(), strings.Fields(r.places)...), strings.Fields(r.suffixed)
}

// authorityEnds are what stands behind a province where its authority is named.
var authorityEnds = []string{"通信管理局", "通管局", "管局"}

// peoples lists what stands before 自治区 in the full names.
func peoples() (all []string) {
	for _, p := range provinces.codes {
		all = append(all, strings.Fields(provinces.rows[p].people)...)
	}
	return all
}

// nameEnds are what ParseProvince cuts off a name, in this order.
var nameEnds = slices.Concat(authorityEnds, []string{"地区", "特别行政区", "自治区"}, peoples(), []string{"省", "市"})

// ProvinceTails lists what may follow a province's short name in a sentence and belongs to it, in the order in which
// it stands there: 壮族自治区, 省通信管理局.
func ProvinceTails() []string {
	return slices.Concat(peoples(), []string{"自治区", "省", "市"}, authorityEnds)
}

// ParseProvince finds a province by its short or full name, by its letter in filing numbers or by its authority: 上海,
// 上海市, 沪, 上海管局, 内蒙古自治区.
func ParseProvince(name string) (Province, bool) {
	if len(name) > maxName {
		return "", false
	}
	k := trimEnds(fold(name), nameEnds)
	if p, ok := provinces.named(k); ok {
		return p, true
	}
	if c, size := utf8.DecodeRuneInString(k); size > 0 && size == len(k) {
		return ProvinceOfLetter(c)
	}
	return "", false
}
