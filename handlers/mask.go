package handlers

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/text"
)

// What stands in place of what was masked: a number, an address of the net or an account; a name or a place.
const (
	maskedNumber = "＊"
	maskedName   = "○○"
)

// maxMasked bounds what is looked at, so that a long message costs no time.
const maxMasked = 3 * chat.MaxQuestion

// Masked returns a question as it may be kept: one width, Simplified, lower case, one line, and without what could tell whose it is. Numbers,
// ids, e-mail addresses, links and accounts become ＊; names of companies, shops and people and postal addresses become ○○, with the kind of
// company left. What it cannot know is a name that looks like any other word; it is meant to take out too much rather than too little, and to
// leave the question readable.
//
// Only the first maxMasked characters are looked at; fewer are ever kept.
func Masked(question string) string {
	s := text.Simplify(strings.ToLower(norm.NFKC.String(truncate.Runes(strings.ToValidUTF8(question, ""), maxMasked))))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "*", maskedNumber)), " ")
	s = maskNet(s)
	s = maskPlaces(s)
	s = maskNumbers(s)
	s = maskNamed(s)
	s = maskFirms(s)
	s = maskPeople(s)
	return strings.Trim(s, " ,。.、;；!！?？~")
}

var (
	email    = regexp.MustCompile(`[a-z0-9][a-z0-9._%+-]* ?(?:@|\(at\)|\[at\]) ?[a-z0-9-]+(?: ?\. ?[a-z0-9-]+)+`)
	link     = regexp.MustCompile(`(?:[a-z][a-z0-9+.-]*://|www\.)[^\s\p{Han}，。；、）)]+`)
	host     = regexp.MustCompile(`(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|cc|vip|shop|store|info|tech|site|club|online|io|me|co|app|dev|fun|ltd|ink|work)(?::\d+)?(?:/[^\s\p{Han}，。；、）)]*)?`)
	accounts = regexp.MustCompile(`((?:` + vocab.ContactPattern() + `|联系|账户|帐户)(?:号码?|id|账号|帐号)?|(?:账号|帐号)|加我|扣扣)([ :：是为|]*)([a-z][a-z0-9_-]{4,})`)
	// anyID is a word of letters and digits that is too long to be one: an app id, a credit code, a claim code.
	anyID = regexp.MustCompile(`[a-z0-9]+(?:[_-][a-z0-9]+)*`)
)

// officialHosts are those that people ask about; they are nobody's.
var officialHosts = regexp.MustCompile(`^(?:[a-z0-9-]+\.)*(?:gov\.cn|weixin\.qq\.com|mp\.weixin\.qq\.com|open\.weixin\.qq\.com|douyin\.com|open\.alipay\.com|alipay\.com|smartprogram\.baidu\.com|12381\.cn)$`)

func maskNet(s string) string {
	s = email.ReplaceAllString(s, maskedNumber)
	known := func(m string) string {
		name := strings.TrimPrefix(strings.TrimPrefix(m, "https://"), "http://")
		if name, _, _ = strings.Cut(name, "/"); officialHosts.MatchString(name) {
			return name
		}
		return maskedNumber
	}
	s = link.ReplaceAllStringFunc(s, known)
	s = host.ReplaceAllStringFunc(s, known)
	s = accounts.ReplaceAllString(s, "${1}${2}"+maskedNumber)
	return anyID.ReplaceAllStringFunc(s, func(m string) string {
		digits, letters := 0, 0
		for _, r := range m {
			switch {
			case isDigit(r):
				digits++
			case isLatin(r):
				letters++
			}
		}
		if digits > 0 && letters > 0 && (digits+letters >= 10 || digits+letters >= 8 && digits >= 2) {
			return maskedNumber
		}
		return m
	})
}

var (
	// longNumber is a run of digits, in figures or as they are read out, perhaps in groups: a telephone, an identity card, an account.
	longNumber = regexp.MustCompile(`[0-9零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖](?:[ \-—–._·~,，、/()（）转|]{0,2}[0-9x零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){4,}`)
	// shortCode is a short number that is called a code, or the end of another.
	shortCode = regexp.MustCompile(`((?:验证码|校验码|动态码|密码|口令|尾号|后[四六46]位|末[四六46]位)[ :：是为|]*)[0-9零一二三四五六七八九]{3,6}`)
	// publicNumber is one that everybody may call; errorCode is a number that a platform gives an error.
	publicNumber = regexp.MustCompile(`^(?:12381|12315|12345|12377|12300|12321|12388|10086|10010|10000|10001)$`)
	errorCode    = regexp.MustCompile(`(?:报错|报|错误码?|返回码?|errcode|code|代码)["':：是为 ]{0,3}$`)
	aDate        = regexp.MustCompile(`^20\d\d[-./]\d{1,2}[-./]\d{1,2}$`)
)

func maskNumbers(s string) string {
	var b strings.Builder
	at := 0
	for _, m := range longNumber.FindAllStringIndex(s, -1) {
		found := s[m[0]:m[1]]
		b.WriteString(s[at:m[0]])
		at = m[1]
		if aDate.MatchString(found) || publicNumber.MatchString(found) || len(found) == 5 && errorCode.MatchString(s[:m[0]]) {
			b.WriteString(found)
		} else {
			b.WriteString(maskedNumber)
		}
	}
	s = b.String() + s[at:]
	return shortCode.ReplaceAllString(s, "${1}"+maskedNumber)
}

// Postal addresses: a road with a number, a house with a number, perhaps down to the room. What stands before is cut at the words that a
// sentence has and an address has not.
var (
	road  = regexp.MustCompile(`[\p{Han}a-z0-9]{1,30}?(?:路|街|大道|巷|弄|胡同|里|镇|村|庄|小区|花园|大厦|广场|公寓|新村|家园|苑|园区|产业园|科技园|中心)[\p{Han}]{0,4}?[0-9一二三四五六七八九十百]{1,5}(?:-[0-9]{1,4})?(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|房)(?:[a-z]?[0-9a-z一二三四五六七八九十-]{1,5}(?:号楼|号|栋|幢|座|单元|楼|层|室|房)|[a-z]座|[0-9]{3,4})*`)
	house = regexp.MustCompile(`[\p{Han}]{1,20}?(?:小区|大厦|公寓|新村|家园|花园)`)
)

// placeEnds are the words behind which an address begins.
var placeEnds = regexp.MustCompile(`^.*(?:地址|住址|住所|位于|住在|注册在|我在|开在|在|是|填的?|写的?|到|寄|的|我家|我们|公司|:|：|\|)`)

func maskPlaces(s string) string {
	mask := func(m string) string {
		before := placeEnds.FindString(m)
		rest := m[len(before):]
		for _, p := range vocab.Provinces() {
			if strings.HasPrefix(rest, p.Chinese()) {
				return before + p.Chinese() + maskedName
			}
		}
		return before + maskedName
	}
	s = road.ReplaceAllStringFunc(s, mask)
	return house.ReplaceAllStringFunc(s, func(m string) string {
		for _, kind := range []string{"小区", "大厦", "公寓", "新村", "家园", "花园"} {
			name, found := strings.CutSuffix(m, kind)
			if !found {
				continue
			}
			before := placeEnds.FindString(name)
			if name = name[len(before):]; name == "" || slices.Contains(plainHouses, name) {
				return m
			}
			return before + maskedName + kind
		}
		return m
	})
}

// plainHouses may stand before a kind of house without naming one.
var plainHouses = []string{"住宅", "居民", "本", "这个", "哪个", "同一个", "同", "一个", "自己", "商务", "写字楼", "单身", "智慧", "老旧", "老"}
