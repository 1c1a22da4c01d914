package handlers

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/vocab"
)

// secret is something that the bot does not take from people.
type secret string

// What the bot does not take. The empty secret is nothing of it.
const (
	secretIdentity secret = "identity"  // the number of an identity card, or its last digits
	secretSMSCode  secret = "sms_code"  // the code of an SMS check
	secretCard     secret = "bank_card" // the number of a bank card or account
)

// refuse answers a message that holds what the bot does not take, and takes nothing of it: no record, no count of words, no memory. It must
// come before everything else that looks at the text.
func (b *Bot) refuse(ctx context.Context, t *chat.Turn, text string) (chat.Reply, bool) {
	s := readSecrets(text)
	found := s.find()
	if found == "" && s.couldBeCode() && b.awaitsCode(ctx, t) {
		found = secretSMSCode
	}
	if found == "" {
		return chat.Reply{}, false
	}
	b.Journal.Count("refused:" + string(found))
	return chat.Reply{Text: refusal(found)}, true
}

// awaitsCode reports whether six digits from the person would be the code of an SMS check: one of his filings waits for it, he was just told
// about it, or he is registering such a filing. Where the store does not answer, they are taken for one.
func (b *Bot) awaitsCode(ctx context.Context, t *chat.Turn) bool {
	if t.Memory.Fresh(b.Now()) && strings.HasPrefix(t.Memory.Topic, "sms-") {
		return true
	}
	if d, ok := b.draft(t); ok && (d.Stage == vocab.StageSMSPending || d.From == vocab.StageSMSPending) {
		return true
	}
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return true
	}
	for _, tr := range mine {
		if s := tr.Filing.Stage; s == vocab.StageSMSPending || s == vocab.StageChanging || s == vocab.StageCancelling {
			return true
		}
	}
	return false
}

// secrets is a text taken apart into its runs of digits.
type secrets struct {
	text []rune // in one width, Han digits in long runs as digits, upper case
	runs []digitRun
}

// digitRun is a run of digits, perhaps with the X that an identity number may end in.
type digitRun struct {
	digits   string
	from, to int // in text
	// inWord tells that a letter touches it: it is a part of some identifier, such as an app id.
	inWord bool
}

// maxSecrets bounds how many runs are looked at; a message of people has a few.
const maxSecrets = 400

func readSecrets(s string) secrets {
	var x secrets
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(s, "")) {
		if !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Mn, r) {
			x.text = append(x.text, unicode.ToUpper(r))
		}
	}
	readHanDigits(x.text)
	for i := 0; i < len(x.text) && len(x.runs) < maxSecrets; i++ {
		if !isDigit(x.text[i]) {
			continue
		}
		from := i
		for i < len(x.text) && isDigit(x.text[i]) {
			i++
		}
		if i < len(x.text) && x.text[i] == 'X' && (i+1 == len(x.text) || !isLatin(x.text[i+1]) && !isDigit(x.text[i+1])) {
			i++
		}
		x.runs = append(x.runs, digitRun{
			digits: string(x.text[from:i]), from: from, to: i,
			inWord: from > 0 && isLatin(x.text[from-1]) || i < len(x.text) && isLatin(x.text[i]),
		})
	}
	return x
}

// hanDigits are digits as they are read out. 十 and its like are not among them: they stand in numbers, not in codes.
const hanDigits = "〇一二三四五六七八九"

// readHanDigits turns runs of at least six Han digits into digits: a code read out and recognised by the platform.
func readHanDigits(text []rune) {
	digit := func(r rune) rune {
		switch r {
		case '零', '○':
			return '0'
		case '幺':
			return '1'
		}
		if i := strings.IndexRune(hanDigits, r); i >= 0 {
			return rune('0' + i/len("〇"))
		}
		return -1
	}
	for i := 0; i < len(text); i++ {
		from := i
		for i < len(text) && digit(text[i]) >= 0 {
			i++
		}
		if i-from >= 6 {
			for j := from; j < i; j++ {
				text[j] = digit(text[j])
			}
		}
	}
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isLatin(r rune) bool { return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' }

// find returns what the text holds that the bot does not take.
func (x secrets) find() secret {
	card, identity := false, false
	for i := range x.runs {
		x.joined(i, func(r digitRun, parts int) {
			switch {
			case isIdentity(r.digits):
				identity = true
			case r.inWord:
			case isCard(r.digits):
				card = true
			case parts == 1 && nearIdentity(r.digits):
				identity = true
			}
		})
		identity = identity || x.saidIdentity(x.runs[i])
		card = card || x.saidCard(x.runs[i])
	}
	switch {
	case identity:
		return secretIdentity
	case card:
		return secretCard
	case x.saidCode():
		return secretSMSCode
	}
	return ""
}

// joined calls try for the i-th run and for what it makes together with the runs behind it, where nothing but a blank or a stroke stands
// between them: people group long numbers.
func (x secrets) joined(i int, try func(r digitRun, parts int)) {
	r := x.runs[i]
	try(r, 1)
	for j := i + 1; j < len(x.runs) && len(r.digits) < 19; j++ {
		next := x.runs[j]
		if !isGap(x.text[r.to:next.from]) {
			break
		}
		r = digitRun{digits: r.digits + next.digits, from: r.from, to: next.to, inWord: r.inWord || next.inWord}
		try(r, j-i+1)
	}
	if rest := x.text[r.to:min(len(x.text), r.to+4)]; len(r.digits) == 17 {
		if at := slices.Index(rest, 'X'); at > 0 && isGap(rest[:at]) { // the check character stands apart, too
			try(digitRun{digits: r.digits + "X", from: r.from, to: r.to + at + 1, inWord: r.inWord}, 2)
		}
	}
}

// isGap reports whether text is what people put between the groups of a long number.
func isGap(text []rune) bool {
	return len(text) > 0 && len(text) <= 3 && strings.Trim(string(text), " \t\u3000-._·~—–/\\,、") == ""
}

// isIdentity reports whether digits is a number of a resident's identity card: 18 characters with a day of birth and the right check
// character. Source: GB 11643-1999.
func isIdentity(digits string) bool {
	if len(digits) != 18 || digits[0] == '0' || !bornOn(digits[6:14]) {
		return false
	}
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		if digits[i] == 'X' {
			return false
		}
		sum += int(digits[i]-'0') * w
	}
	return "10X98765432"[sum%11] == digits[17]
}

// nearIdentity reports whether digits looks like such a number with a slip in it: a wrong character, one too few or too many behind the day
// of birth, or the old form of 15.
func nearIdentity(digits string) bool {
	if len(digits) < 15 || !residence(digits[:2]) {
		return false
	}
	switch len(digits) {
	case 15:
		return bornOn("19" + digits[6:12])
	case 17, 18, 19:
		return bornOn(digits[6:14])
	}
	return false
}

// residence reports whether an identity number may begin with s: the province's digits of GB/T 2260.
func residence(s string) bool {
	switch s[0] {
	case '1', '3':
		return s[1] >= '1' && s[1] <= '7'
	case '2':
		return s[1] >= '1' && s[1] <= '3'
	case '4':
		return s[1] >= '1' && s[1] <= '6'
	case '5':
		return s[1] >= '0' && s[1] <= '4'
	case '6':
		return s[1] >= '1' && s[1] <= '5'
	case '7':
		return s[1] == '1'
	case '8':
		return s[1] >= '1' && s[1] <= '3'
	}
	return false
}

// bornOn reports whether s can be a day of birth, as 19900101.
func bornOn(s string) bool {
	if strings.Contains(s, "X") {
		return false
	}
	century, month, day := s[:2], s[4:6], s[6:8]
	return (century == "19" || century == "20") && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

// isCard reports whether digits is the number of a bank card: the length and the beginning of a known kind, and the right check digit of
// ISO/IEC 7812 (Luhn).
func isCard(digits string) bool {
	n := len(digits)
	if n < 15 || n > 19 || digits[n-1] == 'X' {
		return false
	}
	begins := func(ps ...string) bool {
		for _, p := range ps {
			if strings.HasPrefix(digits, p) {
				return true
			}
		}
		return false
	}
	switch {
	case begins("62", "60", "9558") && n >= 16:
	case begins("4", "35", "51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27") && n == 16:
	case begins("34", "37") && n == 15:
	default:
		return false
	}
	sum := 0
	for i := range n {
		d := int(digits[n-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

var (
	identityWords = regexp.MustCompile(`身份证|身分证|證件號|证件号|身份號|身份号|ID号|ID NUMBER`)
	identityTail  = regexp.MustCompile(`(?:后|後|末|尾)[^0-9]{0,2}(?:(六|6)|四|4)[^0-9]{0,2}位[^0-9\n]{0,6}$`)
	cardWords     = regexp.MustCompile(`银行卡|銀行卡|卡号|卡號|储蓄卡|借记卡|信用卡|银行账|银行帐|对公账|对公帐`)
	codeWords     = regexp.MustCompile(`验证码|验证碼|驗證碼|校验码|核验码|短信码|动态码|动态密码|确认码|短信密码|TION CODE|SMS CODE`)
	codeAfter     = regexp.MustCompile(`^[ ,，。是]{0,2}(?:这个|就)?(?:是|为)?(?:我的|短信)?(?:验证码|校验码|核验码|短信码)`)
	errorWords    = regexp.MustCompile(`错误|报错|返回|异常|代码|ERR`)
)

// before returns up to n characters before a run, after up to n behind it, within its line.
func (x secrets) before(r digitRun, n int) string {
	s := string(x.text[max(0, r.from-n):r.from])
	return s[strings.LastIndexByte(s, '\n')+1:]
}

func (x secrets) after(r digitRun, n int) string {
	s, _, _ := strings.Cut(string(x.text[r.to:min(len(x.text), r.to+n)]), "\n")
	return s
}

// saidIdentity reports whether a run is called an identity number, or the end of one: that is what the SMS check asks for.
func (x secrets) saidIdentity(r digitRun) bool {
	before := x.before(r, 16)
	if len(r.digits) >= 15 && len(r.digits) <= 20 && identityWords.MatchString(before) {
		return true
	}
	m := identityTail.FindStringSubmatch(before)
	return m != nil && (m[1] != "" && len(r.digits) == 6 || m[1] == "" && len(r.digits) == 4)
}

// saidCard reports whether a run is called a number of a card or an account.
func (x secrets) saidCard(r digitRun) bool {
	return len(r.digits) >= 12 && len(r.digits) <= 22 && cardWords.MatchString(x.before(r, 12))
}

// saidCode reports whether six digits are called a code.
func (x secrets) saidCode() bool {
	found := false
	for i := range x.runs {
		x.joined(i, func(r digitRun, parts int) {
			if !sixDigits(r) || found {
				return
			}
			before := x.before(r, 16)
			if at := codeWords.FindAllStringIndex(before, -1); at != nil {
				found = !errorWords.MatchString(before[at[len(at)-1][1]:])
			} else if parts == 1 && !yearAndMonth(r.digits) {
				found = codeAfter.MatchString(x.after(r, 12))
			}
		})
	}
	return found
}

// couldBeCode reports whether the text is not much more than six digits.
func (x secrets) couldBeCode() bool {
	if len(x.text) > 20 {
		return false
	}
	digits := 0
	for _, r := range x.runs {
		digits += len(r.digits)
	}
	found := false
	for i := range x.runs {
		x.joined(i, func(r digitRun, parts int) {
			if sixDigits(r) && (parts == 1 || digits == 6) && !errorWords.MatchString(x.before(r, 16)) && (!yearAndMonth(r.digits) || len(x.text) <= 8) {
				found = true
			}
		})
	}
	return found
}

func sixDigits(r digitRun) bool {
	return len(r.digits) == 6 && !r.inWord && !strings.HasSuffix(r.digits, "X")
}

// yearAndMonth reports whether six digits could be a month, as 202611.
func yearAndMonth(s string) bool {
	return (s[:2] == "19" || s[:2] == "20") && s[4:] >= "01" && s[4:] <= "12"
}

func refusal(s secret) string {
	const kept = "这条消息我没有保存。聊天记录里的那一条，建议您自己删掉。"
	switch s {
	case secretSMSCode:
		return "短信验证码请不要发给任何人，也不要发给我。" + kept + "\n验证码请您自己填到 beian.miit.gov.cn 的【短信核验】里。"
	case secretCard:
		return "银行卡号、银行账号请不要发给我，我用不到。" + kept + "\n想问什么，去掉号码再发一次就行。"
	case secretIdentity:
	}
	return "为了您的安全，身份证号、证件号请不要发给我，后几位也不要。" + kept +
		"\n备案要用的证件信息，请您自己填在平台的备案页面里。想问什么，去掉号码再发一次就行。"
}
