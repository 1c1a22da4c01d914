package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/handlers/console"
)

// healthTime bounds how long a page waits for all of it.
const healthTime = time.Second

// Short names for what a sign looks like.
const (
	good  = console.ToneGood
	look  = console.ToneLook
	wrong = console.ToneWrong
	plain = console.TonePlain
)

// moment writes a time as operators read it.
func moment(t time.Time) string { return t.In(chinatime.Zone()).Format("2006-01-02 15:04") }

// health tells how the account and the program are. Texts are Chinese; the console has their English.
func (s *Service) health(ctx context.Context) []console.Sign {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	l := s.live.Load()
	var limits []quota
	of := quotasOf(l.config)
	if s.client != nil {
		limits = s.quotas.get(ctx, of)
	}
	// The store gets its own moment: a platform that does not answer must not make it look ill.
	store, stop := context.WithTimeout(context.WithoutCancel(ctx), healthTime/2)
	defer stop()
	out := []console.Sign{s.storeSign(store), s.callbackSign(store), s.tokenSign()}
	if s.client != nil {
		out = append(out, quotaSigns(of, limits)...)
	}
	out = append(out, s.sendingSigns(store, l)...)
	out = append(out, s.knowledgeSign())
	if keys := s.restart.Load(); keys != nil && len(*keys) > 0 {
		out = append(out, console.Sign{Name: "配置", Text: "改过，重启后才生效：%s", Args: []any{strings.Join(*keys, " ")}, Tone: look})
	}
	return append(out, calendarSign(l.calendar, s.now()))
}

func (s *Service) storeSign(ctx context.Context) console.Sign {
	if s.store.Ping(ctx) != nil {
		return console.Sign{Name: "存储", Text: "没有响应", Hint: "提问照常回答；进度和通知要等它恢复。请看日志和存储本身。", Tone: wrong}
	}
	return console.Sign{Name: "存储", Text: "有响应", Tone: good}
}

// callbackLong is after how long without any callback an operator should look.
const callbackLong = 24 * time.Hour

// refusalHints say what to do where requests do not pass, by why.
var refusalHints = map[wechat.Refusal]string{
	wechat.ErrSignature:  "有请求的签名不对。若是刚改过服务器配置，请核对两边的 Token；若不是，可能是别人在试探，不用处理。",
	wechat.ErrStale:      "有请求的时间不对。请校准服务器的时钟。",
	wechat.ErrPlaintext:  "收到明文消息。请在服务器配置里把加解密方式改成安全模式。",
	wechat.ErrEncrypted:  "收到加密消息，这里没有配置 EncodingAESKey。请填 wechat.aes_key。",
	wechat.ErrKey:        "消息解不开。请核对两边的 EncodingAESKey。",
	wechat.ErrAppID:      "消息是发给另一个账号的。请核对 wechat.app_id。",
	wechat.ErrUnreadable: "收到看不懂的消息，日志里有原因。",
}

func (s *Service) callbackSign(ctx context.Context) console.Sign {
	sign := console.Sign{Name: "平台回调"}
	seen, _, why, err := s.pulse.last(ctx, s.desk)
	switch {
	case err != nil && seen.IsZero():
		sign.Text, sign.Tone = "暂时查不到", plain
	case seen.IsZero():
		sign.Text, sign.Tone = "还没有收到过", look
		sign.Hint = "请核对公众平台“服务器配置”里的 URL 和 Token，并确认已经启用。"
	case s.now().Sub(seen) > callbackLong:
		sign.Text, sign.Args, sign.Tone = "最近一次 %s，之后没有再收到", []any{moment(seen)}, look
		sign.Hint = "没有人发消息时也是这样。想确认的话，给公众号发一句话；没有回复，请核对服务器配置、域名和证书。"
	default:
		sign.Text, sign.Args, sign.Tone = "最近一次 %s", []any{moment(seen)}, good
	}
	if why != "" {
		sign.Hint = refusalHints[why]
		if !why.Forbidden() || why == wechat.ErrPlaintext { // rightly signed, so it was the platform
			sign.Tone = wrong
		}
	}
	return sign
}

func (s *Service) tokenSign() console.Sign {
	sign := console.Sign{Name: "访问令牌"}
	if s.client == nil {
		sign.Text, sign.Tone = "没有配置 AppSecret，只能被动回复", plain
		return sign
	}
	t := s.client.TokenState()
	switch {
	case t.Refused != nil && t.Have:
		sign.Text, sign.Args, sign.Tone = "续不上，现有的到 %s：%s", []any{moment(t.Expires), words(t.Refused)}, look
		sign.Hint = tokenAdvice(t.Refused)
	case t.Refused != nil:
		sign.Text, sign.Args, sign.Tone = "取不到（%s）：%s", []any{moment(t.At), words(t.Refused)}, wrong
		sign.Hint = tokenAdvice(t.Refused)
	case t.Have:
		sign.Text, sign.Args, sign.Tone = "有效，到 %s", []any{moment(t.Expires)}, good
	default:
		sign.Text, sign.Tone = "还没有取到，正在向平台取", plain
	}
	return sign
}

// tokenAdvice is what helps where no access token is given.
func tokenAdvice(e *wechat.Error) string {
	if e.Code == 40001 { // of this call it speaks of the secret, not of a token
		return wechat.LookUp(40125).Advice
	}
	return e.Advice
}

// words are the platform's own, with its code.
func words(err error) string {
	var e *wechat.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	return platformWords(e.Code, e.Detail)
}

// quotaSigns tell how much is left of each quota that the account uses.
func quotaSigns(of []quotaOf, known []quota) []console.Sign {
	var out []console.Sign
	for _, o := range of {
		sign := console.Sign{Name: o.name, Text: "还没有查到", Tone: plain}
		if i := slices.IndexFunc(known, func(q quota) bool { return q.quotaOf == o }); i >= 0 {
			sign = quotaSign(known[i])
		}
		out = append(out, sign)
	}
	return out
}

func quotaSign(q quota) console.Sign {
	sign := console.Sign{Name: q.name, Tone: plain}
	var e *wechat.Error
	switch errors.As(q.err, &e); {
	case e != nil && e.Class == wechat.ClassSetup:
		sign.Text, sign.Args, sign.Hint, sign.Tone = "没有权限：%s", []any{words(e)}, e.Advice, look
	case q.err != nil:
		sign.Text, sign.Args = "查不到：%s", []any{words(q.err)}
	case q.left.Limit <= 0:
		sign.Text = "平台没有给出"
	default:
		sign.Text, sign.Args, sign.Tone = "今天用了 %d／%d，还剩 %d", []any{q.left.Used, q.left.Limit, q.left.Remain}, good
		if q.left.Remain <= q.left.Limit/10 {
			sign.Tone, sign.Hint = look, "快用完了。用完后到次日零点恢复，期间的通知会等着。"
		}
		if q.left.Remain <= 0 {
			sign.Tone, sign.Hint = wrong, "用完了。次日零点恢复，期间的通知会等着。急需时可在公众平台清零，每月次数有限。"
		}
	}
	return sign
}

// sendingSigns tell whether notices go out.
func (s *Service) sendingSigns(ctx context.Context, l *live) []console.Sign {
	sign := console.Sign{Name: "主动通知", Text: "可用", Tone: good}
	if s.client == nil || !proactive(l.config) {
		sign.Text, sign.Tone = "没有可用的方式，随用户下次发消息告知", plain
	}
	switch p, err := s.store.Paused(ctx); {
	case err != nil:
		sign.Text, sign.Tone = "暂时查不到", plain
	case p.On() && p.Why != "":
		sign.Text, sign.Args, sign.Tone = "从 %s 起暂停：%s", []any{moment(p.Since), p.Why}, look
	case p.On():
		sign.Text, sign.Args, sign.Tone = "从 %s 起暂停", []any{moment(p.Since)}, look
	}
	out := []console.Sign{sign}
	for _, r := range l.rests.now(s.now()) {
		sign := console.Sign{Name: r.channel.Chinese(), Text: "停到 %s：%s", Args: []any{moment(r.until), r.reason.Chinese()}, Tone: look}
		if r.code != 0 || r.detail != "" {
			sign.Text, sign.Args = "停到 %s：%s（%s）", append(sign.Args, platformWords(r.code, r.detail))
		}
		if r.reason == vocab.ReasonForbidden {
			sign.Tone = wrong
		}
		if r.code != 0 {
			sign.Hint = wechat.LookUp(r.code).Advice
		}
		out = append(out, sign)
	}
	return out
}

func (s *Service) knowledgeSign() console.Sign {
	sign := console.Sign{Name: "知识", Text: "%d 个话题", Args: []any{len(s.edits.Entries())}, Tone: good}
	if last := s.reloaded.Load(); last != nil && last.err != nil {
		sign.Text, sign.Args, sign.Tone, sign.Inner = "%s 重新读取被拒绝，仍用原来的", []any{moment(last.at)}, wrong, last.err.Error()
		sign.Hint = "改好指出的地方，再重新读取。"
	}
	return sign
}

func calendarSign(c *filing.Calendar, now time.Time) console.Sign {
	warnings := c.Warnings(now)
	if len(warnings) == 0 {
		return console.Sign{Name: "节假日日历", Text: "放假安排已齐", Tone: good}
	}
	w := warnings[0] // the first is the gravest
	sign := console.Sign{Name: "节假日日历", Args: []any{w.Year}, Tone: look}
	if w.Severe {
		sign.Tone = wrong
	}
	sign.Text, sign.Hint = "没有 %d 年的放假安排", "国务院办公厅公布后，把它的文件（如 2027.json）放进 calendar.dir，再重新读取。在那之前，落在那一年的日子只说工作日数。"
	if c.Covered(w.Year) {
		sign.Text, sign.Hint = "%d 年的调休天数不寻常", "请对照国务院办公厅的通知核对这一年的文件。"
	}
	return sign
}
