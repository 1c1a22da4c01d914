package handlers

import (
	"net/http"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// TestFieldsPassThePlatform fills a keyword of every kind with everything that can be told, of every notice, and has the platform's own
// rules look at it: one value that does not fit refuses the whole message.
func TestFieldsPassThePlatform(t *testing.T) {
	platform := wechattest.New(wechattest.Options{AnyUser: true})
	a := platform.Account()
	client, err := wechat.NewClient(wechat.ClientOptions{AppID: a.AppID, AppSecret: a.AppSecret, HTTP: &http.Client{Transport: platform.Transport()}})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"{name}", "{stage}", "{time}", "{deadline}", "{left}", "{next}", "{number}", "{province}", "", "{name}：{stage}，{next}"}
	kinds := []string{"thing", "phrase", "time", "date", "character_string", "name", "const", "number", "amount", "phone_number", "letter", "keyword"}
	for _, name := range []string{"小鹿花店", "A", "一家名字长得不得了的小程序，而且里面还有，标点", "🦌🦌🦌🦌🦌🦌🦌🦌🦌🦌🦌🦌"} {
		for _, stage := range vocab.Stages() {
			for _, kind := range vocab.Kinds() {
				f := filing.Filing{Name: name, Platform: vocab.PlatformWeChat, Stage: stage, Since: start, SelfReported: len(name) > 12, Number: "沪ICP备2026000001号-1X"}
				n := Notice(push.Push{Kind: kind, Stage: stage, Filed: f, Deadline: start.AddDate(0, 1, 0)}, start.Add(time.Hour))
				for _, text := range texts {
					data := map[string]wechat.Item{}
					keywords := map[string]string{}
					for _, k := range kinds {
						keywords[k+"1"] = text
					}
					for k, v := range n.Fields(keywords) {
						data[k] = wechat.Item{Value: v}
					}
					if _, err := client.SendTemplate(t.Context(), wechat.TemplateMessage{ToUser: "o", TemplateID: "t", Data: data}); err != nil {
						t.Fatalf("%s %s %q: %v: %v", kind, stage, text, err, n.Fields(keywords))
					}
				}
			}
		}
	}
}
