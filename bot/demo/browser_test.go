package demo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/demo/demotest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestInBrowser(t *testing.T) {
	browser := demotest.Browser(t)
	open := func(t *testing.T, s *site, o demotest.Options) *demotest.Page {
		t.Helper()
		p, err := demotest.Open(browser, s.url, o)
		must(t, err)
		t.Cleanup(func() {
			for _, e := range p.Errors() {
				t.Errorf("the browser complains: %s", e)
			}
		})
		return p
	}

	t.Run("ask, bind, subscribe, move", func(t *testing.T) {
		ctx, p := t.Context(), open(t, newSite(t), demotest.Options{})
		answer, err := p.Say(ctx, "上海管局要审多久")
		must(t, err)
		if !strings.Contains(answer, "1～20 个工作日") || strings.Contains(answer, "weixin://") {
			t.Errorf("answer %q", answer)
		}
		if answer, err = p.SendCode(ctx, "demo-1"); err != nil || !strings.Contains(answer, "绑定好了") {
			t.Errorf("answer to the code %q: %v", answer, err)
		}
		if answer, err = p.Tap(ctx, "订阅通知"); err != nil || !strings.Contains(answer, "会告诉您") {
			t.Errorf("answer to 订阅通知 %q: %v", answer, err)
		}
		must(t, p.Wait(ctx, demotest.InFiling("demo-1", "bond")+".innerText.includes('会收到通知')"))
		must(t, p.Move(ctx, "demo-1", "platform_rejected", "平台初审驳回"))
		card, err := p.WaitCard(ctx, "小鹿花店")
		must(t, err)
		if !strings.Contains(card, "平台初审驳回") {
			t.Errorf("card %q", card)
		}
		must(t, p.Wait(ctx, demotest.Mark("banner")+".classList.contains('shown')"))
		must(t, p.Wait(ctx, demotest.Mark("push-state")+"?.innerText === '已发模板消息'"))
		must(t, p.Wait(ctx, demotest.Mark("office")+".innerText.includes('照片反光')"))
		must(t, p.Move(ctx, "demo-3", "filed", "已备案"))
		must(t, p.Wait(ctx, demotest.Mark("office")+".innerText.includes('蜀ICP备2026000003号-1X')"))

		// A page that opens later shows the same.
		again := open(t, &site{url: siteOf(t, p)}, demotest.Options{})
		must(t, again.Wait(ctx, demotest.Mark("log")+".innerText.includes('上海管局要审多久') && "+demotest.Mark("card")))
	})

	t.Run("an input method takes Enter for itself", func(t *testing.T) {
		s := newSite(t)
		ctx, p := t.Context(), open(t, s, demotest.Options{Calm: true})
		must(t, p.Compose(ctx, "beian"))
		must(t, p.Enter(ctx))
		must(t, p.Eval(ctx, "document.querySelector('[data-testid=input]').value = ''", nil))
		answer, err := p.Say(ctx, "备案收费吗")
		must(t, err)
		if !strings.Contains(answer, "关于“备案收费吗”") {
			t.Errorf("answer %q", answer)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.received) != 2 {
			t.Errorf("half a word was sent: %q", s.received)
		}
	})

	t.Run("menu", func(t *testing.T) {
		ctx, p := t.Context(), open(t, newSite(t), demotest.Options{})
		must(t, p.Click(ctx, demotest.Mark("menu-toggle")))
		must(t, p.Wait(ctx, "!"+demotest.Mark("input")+".checkVisibility()"))
		must(t, p.Click(ctx, "document.querySelectorAll('[data-testid=menu-button]')[1]"))
		must(t, p.Click(ctx, `document.querySelector('[data-key="say:短信核验怎么做"]')`))
		must(t, p.Wait(ctx, demotest.Mark("log")+".innerText.includes('关于“短信核验怎么做”')"))
		must(t, p.Wait(ctx, "![...document.querySelectorAll('.submenu')].some(m => m.checkVisibility())"))
		must(t, p.Eval(ctx, "document.querySelector('.phone').focus(), localStorage.clear()", nil))
	})

	t.Run("leave, come back by a code, begin anew", func(t *testing.T) {
		ctx, p := t.Context(), open(t, newSite(t), demotest.Options{Calm: true})
		must(t, p.Click(ctx, demotest.Mark("more")))
		must(t, p.Click(ctx, demotest.Mark("unfollow")))
		must(t, p.Wait(ctx, demotest.Mark("follow")+".checkVisibility()"))
		must(t, p.Click(ctx, demotest.InFiling("demo-1", "scan")))
		must(t, p.Wait(ctx, demotest.Mark("log")+".innerText.includes('绑定好了：「小鹿花店」')"))
		must(t, p.Wait(ctx, demotest.Mark("input")+".checkVisibility()"))
		must(t, p.Click(ctx, demotest.Mark("reset")))
		must(t, p.Wait(ctx, "document.querySelectorAll('[data-testid=row]').length === 1"))
	})

	t.Run("what crossed the network", func(t *testing.T) {
		ctx, p := t.Context(), open(t, newSite(t), demotest.Options{})
		must(t, p.Click(ctx, demotest.Mark("wires-open")))
		_, err := p.Say(ctx, "在吗")
		must(t, err)
		must(t, p.Wait(ctx, demotest.Mark("wires")+".innerText.includes('say 在吗') && "+demotest.Mark("wires")+".innerText.includes('msg_signature')"))
	})

	for _, width := range []int64{360, 390, 800, 1280} {
		t.Run(fmt.Sprintf("%d wide", width), func(t *testing.T) {
			ctx, p := t.Context(), open(t, newSite(t), demotest.Options{Width: width, Height: 780, Dark: width%20 == 0})
			must(t, p.Eval(ctx, "localStorage.clear()", nil))
			_, err := p.Say(ctx, "https://beian.miit.gov.cn/"+strings.Repeat("x", 120)+strings.Repeat("很长的一句话", 40))
			must(t, err)
			fits := func(view string) {
				t.Helper()
				var over float64
				must(t, p.Eval(ctx, "document.documentElement.scrollWidth - innerWidth", &over))
				if over > 0 {
					t.Errorf("%s is %v px wider than the window", view, over)
				}
				must(t, p.Eval(ctx, "(l => l.scrollWidth - l.clientWidth)("+demotest.Mark("log")+")", &over))
				if over > 0 {
					t.Errorf("%s: a message is %v px wider than the phone", view, over)
				}
			}
			fits("chat")
			if width < 760 {
				must(t, p.Click(ctx, demotest.Mark("tab-office")))
				must(t, p.Wait(ctx, "!"+demotest.Mark("input")+".checkVisibility() && "+demotest.Mark("office")+".checkVisibility()"))
				fits("back office")
				must(t, p.Move(ctx, "demo-2", "authority_review", "管局审核中"))
				if _, err := p.SendCode(ctx, "demo-2"); err != nil {
					t.Error(err)
				}
				must(t, p.Wait(ctx, demotest.Mark("input")+".checkVisibility()")) // the chat came to the front
			}
		})
	}
}

func siteOf(t *testing.T, p *demotest.Page) string {
	t.Helper()
	var url string
	must(t, p.Eval(t.Context(), "location.origin", &url))
	return url
}
