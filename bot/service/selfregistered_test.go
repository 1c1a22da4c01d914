package service_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
)

// clock is the time by which the whole program and the platform live; it runs, and can be moved forward.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
	began time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	// By day, whatever the hour of the test: by night notices wait for the morning.
	return time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC).Add(time.Since(c.began) + c.ahead)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// A merchant without anybody who files for him registers his filing in one sentence, asks where it stands, says yes to reminders, moves it
// on, and is reminded of the SMS in time.
func TestMerchantOnHisOwn(t *testing.T) {
	c := &clock{began: time.Now()}
	platform := wechattest.New(wechattest.Options{Now: c.Now, AnyUser: true})
	base, stop, err := platform.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	a := platform.Account()
	cfg := config.Default()
	cfg.Listen, cfg.AdminListen, cfg.DataDir = "127.0.0.1:0", "127.0.0.1:0", t.TempDir()
	cfg.WeChat.AppID, cfg.WeChat.AppSecret, cfg.WeChat.Token, cfg.WeChat.AESKey, cfg.WeChat.Mode = a.AppID, a.AppSecret, a.Token, a.AESKey, "safe"
	cfg.WeChat.APIBase, cfg.WeChat.StatusTemplate = base, "template"
	s, err := service.New(t.Context(), service.Options{
		Config: cfg, Log: slog.New(slog.DiscardHandler), Now: c.Now, Knowledge: knowledge,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.WithoutCancel(t.Context())) })
	public, _ := s.Addr()
	me := platform.Phone("http://"+public+"/wechat", "")
	says := func(text, want string) string {
		t.Helper()
		answer, err := me.Say(t.Context(), text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !strings.Contains(answer.Text, want) {
			t.Fatalf("%s: %q is not in:\n%s", text, want, answer.Text)
		}
		return answer.Text
	}
	says("我的微信小程序小鹿花店今天在上海提交了初审", "请核对一下")
	says("确认登记", "登记好了")
	says("我的进度呢", "自行登记")
	says("订阅通知", "会告诉您")
	says("小鹿花店初审过了，等短信", "小鹿花店")
	says("刚刚", "确认更新")
	says("确认更新", "更新好了")
	c.move(13 * time.Hour)
	s.Wake()
	c.move(10 * time.Hour) // the morning after
	s.Wake()
	for end := time.Now().Add(15 * time.Second); ; {
		if got := platform.Delivered(me.OpenID()); len(got) > 0 {
			if words := got[len(got)-1].Data; !strings.Contains(words["thing1"], "小鹿花店") {
				t.Errorf("reminded of %v", words)
			}
			break
		}
		if time.Now().After(end) {
			t.Fatal("he is not reminded")
		}
		<-time.After(50 * time.Millisecond)
	}
	says("查进度", "还剩")
	says("删除我的数据", "不能恢复")
	says("确认删除", "已经全部删除")
	says("查进度", "还没有绑定")
}
