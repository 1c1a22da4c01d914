package filing

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/vocab"
	"golang.org/x/text/width"
)

// SelfReport is what a person says of his own filing in one sentence: 我的小程序小鹿花店11月20日在上海提交了初审. What he did not say is empty.
type SelfReport struct {
	Name     string
	Province vocab.Province
	Platform vocab.Platform
	Stage    vocab.Stage
	// Date is when it came to Stage: the beginning of that day in Zone, or the moment where he told the hour.
	Date time.Time
	// Number is the filing number, where he gave one.
	Number string
}

// Field names a part of a SelfReport.
type Field string

// The parts that a registration needs, in the order in which they are asked for.
const (
	FieldName     Field = "name"
	FieldPlatform Field = "platform"
	FieldProvince Field = "province"
	FieldStage    Field = "stage"
	FieldDate     Field = "date"
)

// maxSelfReport bounds what is read as a self-report, in bytes: some 200 characters.
const maxSelfReport = 600

// asking is what makes a sentence a question rather than a report.
var asking = regexp.MustCompile(`[?？]|吗[。.~]*$|怎么|如何|怎样|为什么|为啥|多久|几天|什么|啥|哪|能不能|可不可以|能否|是否|是不是|要不要|有没有|请问`)

// ParseSelfReport reads a sentence in Simplified Chinese about a filing, and says which parts of it a registration still has to ask for. now
// completes dates: 11月20日 is the last one, 昨天 the day before now. A question is no report; all is missing then.
func ParseSelfReport(text string, now time.Time) (r SelfReport, missing []Field) {
	if len(text) <= maxSelfReport && utf8.ValidString(text) && !asking.MatchString(text) {
		r = readSelf(text, now)
	}
	for _, f := range []struct {
		field Field
		empty bool
	}{
		{FieldName, r.Name == ""},
		{FieldPlatform, r.Platform == ""},
		{FieldProvince, r.Province == ""},
		{FieldStage, r.Stage == ""},
		{FieldDate, r.Date.IsZero()},
	} {
		if f.empty {
			missing = append(missing, f.field)
		}
	}
	return r, missing
}

func readSelf(text string, now time.Time) (r SelfReport) {
	s := strings.TrimSpace(width.Fold.String(text))
	// The name comes out first, because it may hold anything: 北京烤鸭, 微信小助手. What was found is replaced by a gap.
	r.Name, s = quotedName(s)
	if r.Name == "" {
		r.Name, s = calledName(s)
	}
	r.Number, s = numberWithin(s)
	r.Date, s = dateWithin(s, now)
	r.Stage, s = stageWithin(s)
	r.Platform, s = platformWithin(s)
	r.Province, s = provinceWithin(s)
	if r.Name == "" {
		r.Name = leftName(s)
	}
	if n, ok := ParseNumber(r.Number); ok {
		if r.Province == "" {
			r.Province = n.Province
		}
		if r.Stage == "" {
			r.Stage = vocab.StageFiled
		}
	}
	return r
}

// gap stands where something was found.
const gap = "\x00"

var quotes = regexp.MustCompile(`[“"「『《【]([^“”"「」『』《》【】\x00]{1,60})[”"」』》】]`)

func quotedName(s string) (name, rest string) {
	m := quotes.FindStringSubmatchIndex(s)
	if m == nil {
		return "", s
	}
	if name = fitName(s[m[2]:m[3]]); name == "" {
		return "", s
	}
	return name, s[:m[0]] + gap + s[m[1]:]
}

// aPlatform matches the name of a platform.
var aPlatform = vocab.PlatformPattern()

// called finds a name by what stands before it: 我的小程序小鹿花店, 名字叫小鹿花店, 名称：小鹿花店.
var called = regexp.MustCompile(`(?:(?:小程序|店铺?|它)?(?:的)?(?:名称|名字|名)(?:是|为|叫做?|:)*|(?:小程序|店铺?)(?:名?叫做?|名?是|:)|叫做?|(?:我|我们|我家|我司|公司|自己)的?` + aPlatform + `?(?:的)?小程序|(?:^|[,，。;； ]|[开做有]了?一?个)` + aPlatform + `?小程序)(?:名字|名称)?(?:名?叫做?|名?是|名?为|:)*[: ]*`)

// ends is where a name that is not quoted ends.
var ends = regexp.MustCompile(`[,，。;；!！、\n\x00()（）]|(?:20\d\d)[年/.-]|\d{1,2}[月/.-]\d{1,2}|\d{1,2}[号日]|[〇零一二三四五六七八九十]{1,3}月|今天|今早|今日|昨天|昨晚|昨日|前天|大前天|上周|上个?星期|这?周[一二三四五六日天]|刚刚|刚才|刚|\d+天前|在|于|已经?|正在|目前|现在|提交|交了|备案|审核|初审|管局|短信|被|还没|走到|到了|通过|的|是|平台|小程序|省份|属于`)

func calledName(s string) (name, rest string) {
	all := called.FindAllStringIndex(s, 4)
	if len(all) > 0 && strings.HasSuffix(s[:all[0][0]], "我") { // 我叫张三 is another name
		all = all[1:]
	}
	if len(all) == 0 {
		return "", s
	}
	m := all[0]
	from, end := m[1], len(s)
	// The words that end a name may also begin one: 在水一方. So they count from the second character on.
	if _, size := utf8.DecodeRuneInString(s[from:]); size > 0 {
		if at := ends.FindStringIndex(s[from+size:]); at != nil {
			end = from + size + at[0]
		}
	}
	// Nothing is called by what is known to be something else: 我的小程序11月20日提交了.
	if at := ends.FindStringIndex(s[from:]); at != nil && at[0] == 0 && !unicode.Is(unicode.Han, firstRune(s[from:])) {
		return "", s
	}
	if name = fitName(s[from:end]); name == "" || notNames.MatchString(name) {
		return "", s
	}
	return name, s[:from] + gap + s[end:]
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// notNames are what may stand where a name is looked for and is none.
var notNames = regexp.MustCompile(`^(?:应该|好像|大概|大约|可能|估计|记得|似乎|我记得|差不多|在|于|已|已经|刚|刚刚|刚才|正在|今天|昨天|前天|上周.?|被.*|备案.*|审核.*|提交.*|还.*|现在.*|目前.*|初审.*|管局.*|短信.*|通过.*|拿到.*|收到.*|走到.*|到了.*|变更.*|注销.*|撤回.*|也.*|都.*|终于.*|\d+|` + aPlatform + `|[一-龥]?(?:了|的|是|到|中))$`)

// fillers stand around a name and are no part of it.
var (
	fillBefore = regexp.MustCompile(`^(?:登记|记录|添加|新增|一下|请|帮我|帮忙|麻烦|你好|您好|我要|我想|我们家?|我家|我司|我|咱们?|的|有个|有一个|一个|这个|小程序|` + vocab.PlatformWeChat.Chinese() + `|店铺|名称|名字|名叫|叫做?|是|为|:|-|—|\.|·|\s)+`)
	fillBehind = regexp.MustCompile(`(?:小程序|的|在|于|从|已经|已|刚刚|刚|是|了|到|也|都|就|现在|目前|正在|备案|提交|申请|省|市|:|-|—|\.|·|\s|那边|这边|地区|管局|平台|上|是在|做的|办的|走|中)+$`)
)

// leftName is the name among what is left when all else has been found: the first piece that can be one.
func leftName(s string) string {
	for _, piece := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(gap+",，。;；!！、\n()（） \t/|", c) }) {
		piece = fillBehind.ReplaceAllString(fillBefore.ReplaceAllString(piece, ""), "")
		if name := fitName(piece); utf8.RuneCountInString(name) >= 2 && !notNames.MatchString(name) && !noise.MatchString(name) {
			return name
		}
	}
	return ""
}

// noise is what is often said along and names nothing.
var noise = regexp.MustCompile(`^(?:进度|状态|日期|时间|省份|阶段|平台|备案号?|资料|材料|审核|申请|公司|企业|个人|主体|谢谢|今年|去年|收到|通知|等待?|结果|以后|之后|然后|大概|大约|左右|上午|下午|早上|晚上|中午|开始|完成|一共|服务商|后台|显示|还在|一直|因为|由于|所以|但是|可是|不过|那天|当天|本人|自己|我自己|通过|没有?|还没有?)+$`)

func fitName(s string) string {
	s = strings.Trim(oneLine(s), " ,，。;；:：、.·-—")
	if n := utf8.RuneCountInString(s); n == 0 || n > 30 {
		return ""
	}
	return s
}

var numberInText = regexp.MustCompile(`(?i)\p{Han}\s?(?:ICP\s?[备证備]\s?\d{5,12}\s?号?|[A-Z]\d-\d{8,12})(?:\s?[-—–－]\s?\d{1,6}[XAK]?)?`)

func numberWithin(s string) (number, rest string) {
	m := numberInText.FindStringIndex(s)
	if m == nil {
		return "", s
	}
	n, ok := ParseNumber(s[m[0]:m[1]])
	if !ok {
		return "", s
	}
	return n.String(), s[:m[0]] + gap + s[m[1]:]
}

// platformsInText are the platforms by what people call them, where they mean the place and not the app by which they write.
var platformsInText = regexp.MustCompile(`(` + aPlatform + `)(?:的)?(?:智能)?(?:小程序|平台|后台|上)?`)

func platformWithin(s string) (vocab.Platform, string) {
	m := platformsInText.FindStringSubmatchIndex(s)
	if m == nil {
		return "", s
	}
	p, ok := vocab.ParsePlatform(s[m[2]:m[3]])
	if !ok {
		return "", s
	}
	return p, s[:m[0]] + gap + s[m[1]:]
}

// provinceTails may follow the name of a place and belong to it.
var provinceTails = vocab.ProvinceTails()

// beforePlace are the words behind which a place certainly is one: 在上海. Elsewhere it may be part of something else.
var beforePlace = []string{"在", "于", "到", ":", "地"}

func provinceWithin(s string) (vocab.Province, string) {
	var best vocab.Province
	from, end, sure := 0, 0, false
	for _, place := range places {
		for i := strings.Index(s, place.name); i >= 0; i = nextIndex(s, place.name, i) {
			certain := slices.ContainsFunc(beforePlace, func(before string) bool { return strings.HasSuffix(s[:i], before) })
			if best == "" || certain && !sure || certain == sure && i < from {
				best, from, end, sure = place.province, i, i+len(place.name), certain
			}
		}
	}
	if best == "" {
		return "", s
	}
	for _, more := range provinceTails {
		if strings.HasPrefix(s[end:], more) {
			end += len(more)
		}
	}
	return best, s[:from] + gap + s[end:]
}

// nextIndex finds the next place of sub behind the one at i; -1 where there is none.
func nextIndex(s, sub string, i int) int {
	i += len(sub)
	if j := strings.Index(s[i:], sub); j >= 0 {
		return i + j
	}
	return -1
}

type namedPlace struct {
	name     string
	province vocab.Province
}

// places are the provinces, then the cities that people name in place of theirs.
var places = func() (all []namedPlace) {
	for _, p := range vocab.Provinces() {
		all = append(all, namedPlace{p.Chinese(), p})
	}
	for _, p := range vocab.Provinces() {
		for _, c := range p.Cities() {
			all = append(all, namedPlace{c, p})
		}
	}
	return all
}()
