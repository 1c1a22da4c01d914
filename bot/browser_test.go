package main_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	beianbot "github.com/beianbot/beianbot/bot"
	"github.com/beianbot/beianbot/bot/demo/demotest"
)

// The demo, as a person uses it: ask, bind, say yes, watch the filing move and the notice arrive, move the clock and
// be reminded.
//
// It begins at nine on a Monday. With BEIANBOT_TEST_START=2026-12-31T23:30 it begins at that moment in China instead,
// and expects what a person sees then: by night the notice waits for the morning. What the machine's clock says makes
// no difference. TestDemoAtAnyHour does the same without a browser, at every hour.
func TestDemoInBrowser(t *testing.T) {
	browser := demotest.Browser(t)
	start := testStart(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "demo", "--listen", "127.0.0.1:0", "--start", start.Format(beianbot.StartLayout))
	cmd.Env = programEnv()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-exited:
			if err != nil {
				t.Errorf("the demo ended with %v", err)
			}
		case <-time.After(25 * time.Second):
			_ = cmd.Process.Kill()
			t.Error("the demo does not stop")
		}
	})
	address := make(chan string, 1)
	go func() {
		page := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
		for in := bufio.NewScanner(stdout); in.Scan(); {
			if a := page.FindString(in.Text()); a != "" {
				select {
				case address <- a:
				default:
				}
			}
		}
		exited <- cmd.Wait()
	}()
	var url string
	select {
	case url = <-address:
	case <-time.After(30 * time.Second):
		t.Fatal("the demo prints no address")
	}
	t.Logf("the demo serves after %v", time.Since(begun).Round(time.Millisecond))

	ctx := t.Context()
	p, err := demotest.Open(browser, url, demotest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	step := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	shot := func(name string) {
		t.Helper()
		png, err := p.Screenshot(ctx)
		step("screenshot", err)
		dir := filepath.Join("..", ".ci", "out")
		step("folder", os.MkdirAll(dir, 0o755))
		step("file", os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
	}
	answer := func(want string) func(got string, err error) {
		return func(got string, err error) {
			t.Helper()
			step("waiting for "+want, err)
			wants(t, "the answer", got, want)
		}
	}
	answer("beian.miit.gov.cn")(p.Say(ctx, "短信核验怎么做"))
	answer("绑定好了")(p.SendCode(ctx, "demo-1"))
	answer("会告诉您")(p.Tap(ctx, "订阅通知"))
	shot("demo-bound")
	cards := func(n int) string {
		return fmt.Sprintf(`document.querySelectorAll('[data-testid="card"]').length === %d`, n)
	}
	// clock waits until the page shows a moment's day and how far it was moved forward.
	clock := func(want time.Time, moved string) {
		t.Helper()
		shown := fmt.Sprintf("%s.innerText.startsWith('%s')", demotest.Mark("clock"), want.Format("1月2日"))
		step("the page's clock", p.Wait(ctx, shown+" && document.getElementById('ahead').innerText === '"+moved+"'"))
	}
	clock(start, "")
	// The change comes at once, or in the morning; so does the reminder after 12 hours. The last one, 2 hours before
	// the end, always comes.
	told := []time.Time{
		beianbot.AfterNight(start), beianbot.AfterNight(start.Add(12 * time.Hour)), start.Add(22 * time.Hour),
	}
	n := 0
	arrive := func(what string, passed time.Duration) {
		t.Helper()
		for n < len(told) && !told[n].After(start.Add(passed)) {
			n++
		}
		step(what, p.Wait(ctx, cards(n)))
	}
	step("move", p.Move(ctx, "demo-1", "sms_pending", "待短信核验"))
	if told[0].Equal(start) {
		answer("小鹿花店")(p.WaitCard(ctx, "小鹿花店", "待短信核验"))
	} else {
		waits := "夜里不打扰，" + told[0].Format("1月2日 15:04") + " 发"
		step("the notice waits", p.Wait(ctx, demotest.Mark("office")+".innerText.includes('"+waits+"')"))
	}
	arrive("one notice, if it is day", 0)
	shot("demo-notice")
	step("twelve hours pass", p.Click(ctx, demotest.Mark("advance-12")))
	clock(start.Add(12*time.Hour), "快进了 12 小时")
	arrive("the reminder, if it is day", 12*time.Hour)
	shot("demo-reminded")
	answer("还剩约")(p.Say(ctx, "我的进度呢"))
	if told[1].After(start.Add(12 * time.Hour)) { // that answer told it
		told = slices.Delete(told, 1, 2)
	}
	step("a day passes", p.Click(ctx, demotest.Mark("advance-24")))
	clock(start.Add(36*time.Hour), "快进了 1 天 12 小时")
	arrive("all reminders in between", 36*time.Hour)
	answer("小鹿花店")(p.WaitCard(ctx, "小鹿花店", "短信核验还剩约 1 小时"))
	shot("demo-day-after")
	answer("24 小时可能已经过了")(p.Say(ctx, "我的进度呢"))
	for _, e := range p.Errors() {
		t.Errorf("the browser complains: %s", e)
	}
}
