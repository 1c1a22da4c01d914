package handlers

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/vocab"
)

// ends of a name in a sentence: what people say behind one.
const nameEnds = `能|可以|可不|要|怎|如何|什么|为什|为啥|多久|吗|呢|的|了|是|在|被|备案|审核|提交|已|还|没|不|有|和|跟|与|这个|小程序|,|，|。|;|；|!|！|\?|？|、|\||\)|）|」|”|"|》|】| |＊`

var (
	// calledSo is what stands before a name, and the name.
	calledSo = regexp.MustCompile(`((?:小程序|店铺?|公司|企业|单位|主体|网站|app|品牌|名字|名称|店名|公司名|昵称|字号|它|我们?|我家|本店)(?:的)?(?:名字|名称|全称|简称)?(?:叫做?|名叫|名为|名称是|名字是|名称为|叫:|:|：))([\p{Han}a-z0-9·]{2,20})`)
	inQuotes = regexp.MustCompile(`((?:小程序|店铺?|公司|企业|主体|名字|名称|叫做?|名为|品牌|改成|改为)(?:名字|名称)?(?:是|为|叫做?|:|：)?)[「『“"《【‘']([^」』”"》】’'|]{1,30})[」』”"》】’']`)
	endsName = regexp.MustCompile(nameEnds)
)

// notCalled are what people say behind 叫 and the like that is no name.
var notCalled = regexp.MustCompile(`^(?:什么|啥|这个|那个|怎么|我|你|他|不|要|可以|能|是|什|个|做|了|一样|相同|不同|同名|重复)`)

// maskNamed masks what is called a name: 小程序叫小鹿花店, 名称“小鹿花店”.
func maskNamed(s string) string {
	s = inQuotes.ReplaceAllString(s, "${1}“"+maskedName+"”")
	return calledSo.ReplaceAllStringFunc(s, func(m string) string {
		g := calledSo.FindStringSubmatch(m)
		name, rest := g[2], ""
		if notCalled.MatchString(name) {
			return m
		}
		if at := endsName.FindStringIndex(name); at != nil {
			name, rest = name[:at[0]], name[at[0]:]
		}
		if utf8.RuneCountInString(name) < 2 {
			return m
		}
		return g[1] + maskedName + rest
	})
}

// firm is a run of Han letters, Latin letters and figures with a kind of company behind it, the longest kinds first. Those of the second
// group stand behind common words, too.
var firm = regexp.MustCompile(`[\p{Han}a-z0-9·()]*?(\(集团\)(?:股份)?有限公司|有限责任公司|股份有限公司|有限公司|个人独资企业|合伙企业|工作室|事务所|合作社|经营部|经销部|商行|集团|旗舰店|专卖店|公司|酒店|饭店|商店|餐厅|超市|药房|诊所|医院|学校|学院|大学|中学|小学|幼儿园|协会|基金会|研究院|研究所|俱乐部|中心|店|厂|坊|馆)`)

// sentence are the words of a sentence behind which a company's name can begin.
var sentence = regexp.MustCompile(`^.*(?:的|我们家?|我司|我家|我|[0-9]+家|昨天|今天|前天|明天|时候|之前|之后|升成|变成|当成|做成|正经|你们|你|他们|他|咱们?|是|叫|在|给|为|和|与|跟|用|把|被|让|去|到|从|向|对|这家?|那家?|哪家?|几家|一家|两家|个|了|过|着|不|没有?|有|想|要|会|可以|吗|呢|啊|请问|你好|您好|怎么|如何|什么|注册|成立|开|办|找|问|说|名称|主体|单位|企业|营业执照|小程序|备案|变更|更换|换成|改成|转到|转给|换|用于|通过|于|以|或者?|还是|如果|因为|但|都|就|也|以前|现在|原来|已经|另一家|另外|其他|其它|别的|同一家|同一|所在|委托|合作|属于|挂靠|法人|老板|[|])`)

// plainFirm is what may stand before a kind of company and names none: 分公司, 政务中心, 奶茶店.
var plainFirm = regexp.MustCompile(`^(?:分|子|总|母|本|贵|该|某|老|新|旧|大|小|微|网|门|实体|线上|线下|连锁|加盟|直营|外资|内资|合资|国有|民营|私营|外国|国内|境外|海外|香港|台湾|澳门|上市|上级|下级|下属|母子|第三方|关联|多|两|几|哪|每|同|空壳|一人|一般|普通|正规|大型|小型|中小|初创|个人|个体|个体户|代办|代理|代理记账|代运营|服务|服务商|物业|科技|网络|信息|技术|信息技术|网络科技|贸易|广告|传媒|文化|装修|装饰|软件|开发|外包|快递|物流|保险|教育|培训|旅游|旅行社|餐饮|餐|人力资源|房产|中介|律师|会计|会计师|税务师|设计|摄影|电商|购物|互联网|建筑|租赁|租车|家政|医疗|医药|食品|服装|管理|咨询|投资|金融|奶茶|咖啡|水果|蔬菜|生鲜|鲜花|花|理发|美发|美容|美甲|药|书|文具|蛋糕|烘焙|面包|甜品|火锅|烧烤|小吃|早餐|面|茶|酒|烟酒|宠物|便利|杂货|五金|母婴|玩具|饰品|眼镜|手机|电脑|家电|家具|建材|汽车|修车|洗车|健身|瑜伽|按摩|足疗|图书|体育|博物|美术|照相|打印|复印|加工|工|食|淘宝|天猫|拼多多|` + vocab.PlatformPattern() + `|政务|行政|办事|客服|帮助|用户|会员|商家|数据|消息|通知|活动|任务|订单|安全|审核|控制|运营|营销|支付|测试|考试|养老|月子|体检|社区|街道|便民|公立|私立|民办|公办|中小|职业|技术|驾|驾驶|代工|食品|手工|小作|作|正经|正规|校外|火锅|楼下|行业|商业|慈善|数据|运维|研发|呼叫|指挥|账号|个人中心|备案|管理|监管)*$`)

// maskFirms masks the names of companies, shops and institutions and leaves of what kind they are.
func maskFirms(s string) string {
	return firm.ReplaceAllStringFunc(s, func(m string) string {
		kind := firm.FindStringSubmatch(m)[1]
		name := strings.TrimSuffix(m, kind)
		before := sentence.FindString(name)
		if name = name[len(before):]; plainFirm.MatchString(name) || strings.HasSuffix(name, maskedName) {
			return m
		}
		if utf8.RuneCountInString(name) < 2 && len(kind) < len("工作室") {
			return m
		}
		return before + maskedName + kind
	})
}

// surnames are the common ones; those of two letters come first.
const surnames = `欧阳|司马|上官|诸葛|东方|皇甫|尉迟|令狐|慕容|司徒|端木|夏侯|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦马苗凤花俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解应宗丁邓洪包左石崔吉龚程邢裴陆荣翁甄曲储焦牧谷车侯全班秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶司黎薄印白蒲邰从鄂索赖卓蔺屠蒙池乔闻党翟谭贡姬申冉桑桂尚农温庄晏柴瞿阎连习艾鱼古易慎廖庾终衡步都耿满匡国文寇广欧利越隆师巩聂晁敖冷辛阚简饶曾关肖游岳帅涂]`

var (
	// person is what stands before a person's name, and the name.
	person = regexp.MustCompile(`(我叫|我是|本人是?|名叫|姓名(?:是|为|叫)?|法人(?:代表)?(?:是|为|叫)?|法定代表人(?:是|为|叫)?|负责人(?:是|为|叫)?|联系人(?:是|为|叫)?|管理员(?:是|叫)?|经办人(?:是|叫)?|股东(?:是|叫)?|老板(?:是|叫)?|老公|老婆|我爸|我妈|我哥|我姐|我弟|我妹|朋友)([ :：|]*)((?:` + surnames + `)\p{Han}{1,2})`)
	// latin is a person's name in Latin letters behind what tells that one follows.
	latin = regexp.MustCompile(`((?:我叫|本人叫|名叫|姓名|(?:姓名|法人(?:代表)?|法定代表人|负责人|联系人|管理员|经办人|股东)(?:是|为|叫|[ :：|]))[ :：|]*)([a-z][a-z'’.-]+(?:[ ·][a-z][a-z'’.-]*){0,3})`)
	// notLatin are words in Latin letters that are no name.
	notLatin = regexp.MustCompile(`^(?:app|appid|id|qq|wx|vx|wechat|email|ip|ios|icp|excel|pdf|jpg|png|ok|pc|h5|ca|ukey)\b`)
	// notPerson are words that begin like a name and are none.
	notPerson = regexp.MustCompile(`^(?:管理员|程序员|商[家户]|高[校中]|何时|于是|那[个种]|时候|时间|施工|方[便式面法]|包工头|成[立都功为年]|全[部都是]|常[州见用年]|金[华融额]|温州|杭州|苏州|徐州|郑州|黄石|江[苏西门]|安[徽装排全]|云[南服]|甘肃|宁[夏波]|海南|广[东西州告]|湖|华[为东南北]|国[内外家企]|文[化件字]|利|明[天年确白]|白[天]|从|都|关[于注系]|路|房|解[除决]|应[该当]|计|连|任何|简[单体]|申请|易|连续|游[戏客]|司机|农[民业]|元|全国|新|石|古|伊|左右|车|龙|万一|毛|米|满|曾经|温|师|越|隆|步|终|都|党|谷歌|马上|高新|单位|安卓|钱包|许可|万|童|康|平台|明明|祖|印|项目|纪|成年|任|时|全|常|应|解|连)`)
	// nameTail are letters with which a sentence goes on behind a name, so that they are no part of it.
	nameTail = "填错报写不在的是有和能可会要没了吗呢来去换改变已也都就还跟与给身电手联年月日到被说想从由为但现把签刷办做人个，,。"
)

// maskPeople masks the names of people behind what tells that one follows.
func maskPeople(s string) string {
	s = latin.ReplaceAllStringFunc(s, func(m string) string {
		g := latin.FindStringSubmatch(m)
		if notLatin.MatchString(g[2]) {
			return m
		}
		return g[1] + maskedName
	})
	return person.ReplaceAllStringFunc(s, func(m string) string {
		g := person.FindStringSubmatch(m)
		name := []rune(g[3])
		if notPerson.MatchString(g[3]) {
			return m
		}
		keep := len(name)
		for keep > 1 && strings.ContainsRune(nameTail, name[keep-1]) {
			keep--
		}
		if keep == 3 && strings.ContainsRune(nameTail, name[1]) {
			keep = 1
		}
		if keep < 2 || !unicode.Is(unicode.Han, name[0]) {
			return m
		}
		return g[1] + g[2] + maskedName + string(name[keep:])
	})
}
