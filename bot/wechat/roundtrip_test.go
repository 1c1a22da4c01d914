package wechat_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// Benchmarks the whole way of a message without the network and the handler: open, parse, render, seal.
func BenchmarkSafeMessage(b *testing.B) {
	benchmarkMessage(b, wechat.ModeSafe)
}

func BenchmarkPlainMessage(b *testing.B) {
	benchmarkMessage(b, wechat.ModePlain)
}

func benchmarkMessage(b *testing.B, mode wechat.Mode) {
	now := time.Unix(1795000000, 0)
	account := wechattest.SampleAccount()
	account.Mode = mode
	envelope, err := wechat.NewEnvelope(wechat.EnvelopeOptions{
		AppID: account.AppID, Token: account.Token, AESKey: account.AESKey, Mode: mode, Now: func() time.Time { return now },
	})
	if err != nil {
		b.Fatal(err)
	}
	plain := []byte("<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oTest0123456789abcdef0123456]]></FromUserName><CreateTime>1795000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[上海管局要审多久]]></Content><MsgId>24371234567890123</MsgId></xml>")
	callback, err := account.Wrap(plain, "oTest", now)
	if err != nil {
		b.Fatal(err)
	}
	reply := chat.Reply{Text: "管局审核一般需要几个工作日。", Choices: []chat.Choice{{Label: "上海的规定"}, {Label: "查进度"}}}
	b.ReportAllocs()
	for b.Loop() {
		plain, seal, err := envelope.Open(callback.Query, callback.Body)
		if err != nil {
			b.Fatal(err)
		}
		m, err := wechat.Parse(plain)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := seal.Seal(wechat.Render(m, reply, now)); err != nil {
			b.Fatal(err)
		}
	}
}
