package handlers

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// identity is the example of GB 11643-1999.
const identity = "11010519491231002X"

func TestSecrets(t *testing.T) {
	for _, x := range []struct {
		text string
		want secret
	}{
		// identity numbers
		{identity, secretIdentity},
		{"我的身份证号是" + identity + "，备案要多久", secretIdentity},
		{"11010519491231002x", secretIdentity},
		{"110105 19491231 002X", secretIdentity},
		{"110105-1949-1231-002X", secretIdentity},
		{"1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", secretIdentity},
		{"１１０１０５１９４９１２３１００２Ｘ", secretIdentity},
		{"1101\u200b05194912\u200d31002X", secretIdentity},
		{"sfz" + identity, secretIdentity},
		{"身份证\n" + identity + "\n怎么填", secretIdentity},
		{"110105194912310021", secretIdentity},  // the check character is wrong
		{"11010519491231002", secretIdentity},   // one is missing
		{"110105194912310020X", secretIdentity}, // one too many
		{"130503670401001", secretIdentity},     // the old form
		{"证件号 9981712345678901X", secretIdentity},
		{"身份证号：123456789012345678", secretIdentity},
		{"身份证后六位 31002X", secretIdentity},
		{"证件号码后6位是310023", secretIdentity},
		{"后四位1234", secretIdentity},
		{"一一零一零五一九四九一二三一零零二X", secretIdentity},
		// codes
		{"验证码123456", secretSMSCode},
		{"短信验证码是：482913", secretSMSCode},
		{"驗證碼 482913", secretSMSCode},
		{"验证码是 482 913", secretSMSCode},
		{"验证码是四八二九一三", secretSMSCode},
		{"482913是验证码", secretSMSCode},
		{"【工信部】您的核验码为482913，请于24小时内核验", secretSMSCode},
		{"Verification code 482913", secretSMSCode},
		// cards
		{"6222021001116245702", secretCard},
		{"6222 0210 0111 6245 702", secretCard},
		{"4111111111111111", secretCard},
		{"银行卡号 1234567890123", secretCard},
		{"对公账户：31001234567890", secretCard},
		// none of these
		{"", ""},
		{"管局要审多久", ""},
		{"粤ICP备2023012345号-1X怎么没了", ""},
		{"营业执照号码 91310000MA1FL0123X 填对了吗", ""},
		{"appid是wx1234567890123456", ""},
		{"绑定 BA-7K3M-Q9XD", ""},
		{"23456789", ""},
		{"电话 13800138000 打不通", ""},
		{"12381 的短信收不到", ""},
		{"错误码 86302", ""},
		{"验证码提示错误码 850012", ""},
		{"填 6 位短信验证码、手机号、证件号码后 6 位", ""},
		{"身份证后6位怎么填", ""},
		{"验证码过期了，2026年11月23日提交的", ""},
		{"202611收到验证码", ""},
		{"订单号 20261123101112345678901234", ""},
		{"2026112310111234567", ""},
		{"提交了123456789012345天", ""},
		{"邮编 200000", ""},
		{"一共要多久", ""},
		{"一二三四五六七八九十", ""},
	} {
		if got := readSecrets(x.text).find(); got != x.want {
			t.Errorf("%q: got %q, want %q", x.text, got, x.want)
		}
	}
}

func TestCouldBeCode(t *testing.T) {
	for text, want := range map[string]bool{
		"482913": true, "482 913": true, " 482913。": true, "我的是482913": true, "收到了 482913": true, "４８２９１３": true, "四八二九一三": true,
		"202611": true, "1": false, "86302": false, "13800138000": false, "错误码850012": false, "8848 3366 1 1 2": false, "4 8 2 9 1 3": true, "2026年11月": false,
		"202611提交的": false, "wx482913": false, "48291X": false, "": false,
		"等了好久，一直都没有收到，请问是怎么一回事呢482913": false,
	} {
		if got := readSecrets(text).couldBeCode(); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// TestBareCode: six digits are a code where the person waits for one, and a wrong number of something elsewhere.
func TestBareCode(t *testing.T) {
	for name, prepare := range map[string]func(c *talk){
		"a filing waits for its SMS check": func(c *talk) {
			c.report(filing.Report{ID: "op-1", Name: "小鹿花店", Stage: vocab.StageSMSPending})
			c.code("op-1", "BA-7K3M-Q9XD")
			c.say("BA-7K3M-Q9XD")
		},
		"he has just been told about it": func(c *talk) { c.say("没收到短信") },
		"he is registering such a one": func(c *talk) {
			c.say("登记 小鹿花店")
			c.say("平台：微信")
			c.say("省份：上海")
			c.say("进展：待短信核验")
		},
		"the store does not answer": func(c *talk) { c.bot.Filings = broken{} },
	} {
		t.Run(name, func(t *testing.T) {
			c := newTalk(t)
			prepare(c)
			contains(t, c.say("482913"), "验证码")
		})
	}
	c := newTalk(t)
	c.report(filing.Report{ID: "op-1", Name: "小鹿花店", Stage: vocab.StageAuthorityReview})
	c.code("op-1", "BA-7K3M-Q9XD")
	c.say("BA-7K3M-Q9XD")
	lacks(t, c.say("482913"), "验证码")
}

// TestRefusedIsNotKept: what the bot refuses is in no record, no memory and no log, however it is put and whatever is under way.
func TestRefusedIsNotKept(t *testing.T) {
	for _, text := range []string{identity, "审核 " + identity, "验证码是482913", "卡号 6222021001116245702", "管局要审多久 " + identity} {
		for _, before := range []string{"", "登记", "登记 小鹿花店", "审核", "没用"} {
			c := newTalk(t)
			if before != "" {
				c.say(before)
			}
			asked := len(c.know.asked)
			c.say(text)
			c.say("没用")
			c.bot.Journal.Flush(t.Context())
			if len(c.know.asked) != asked {
				t.Errorf("%q after %q was given to the understanding", text, before)
			}
			kept := c.log.String() + string(c.memory)
			for _, q := range c.notes.asked {
				kept += q.Text
			}
			for _, part := range []string{identity, "482913", "6222021001116245702"} {
				if strings.Contains(kept, part) {
					t.Errorf("%q after %q was kept: %s", text, before, kept)
				}
			}
			if n := c.notes.counts["refused:identity"] + c.notes.counts["refused:sms_code"] + c.notes.counts["refused:bank_card"]; n != 1 {
				t.Errorf("%q after %q: counted %d times", text, before, n)
			}
		}
	}
}

// TestRefusedTap: what a menu button says is looked at like anything else.
func TestRefusedTap(t *testing.T) {
	c := newTalk(t)
	contains(t, c.event(chat.Event{Kind: chat.EventTap, Key: sayPrefix + identity}), "身份证号")
}

// FuzzSecrets: an identity number is found behind any text, and text without digits is never refused.
func FuzzSecrets(f *testing.F) {
	for _, s := range []string{"", "管局要审多久", "验证码", "6222 ", "1 1 0", "一二三四五六", "身份证后六位", "\xff", "卡号:", "１２３", "wx12"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 4000 {
			return
		}
		x := readSecrets(s)
		_ = x.couldBeCode()
		found := x.find()
		if found != "" && !strings.ContainsFunc(norm.NFKC.String(s), func(r rune) bool {
			return isDigit(r) || strings.ContainsRune(hanDigits+"零○幺", r)
		}) {
			t.Errorf("%q refused as %s, without a digit in it", s, found)
		}
		if utf8.RuneCountInString(s) < 200 {
			if got := readSecrets(s + "\n" + identity).find(); got != secretIdentity {
				t.Errorf("%q before an identity number: %q", s, got)
			}
		}
	})
}
