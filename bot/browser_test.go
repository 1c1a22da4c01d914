package main_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/demo/demotest"
)

// The demo, as a person uses it: ask, bind, say yes, watch the filing move and the notice arrive, move the clock and be reminded.
func TestDemoInBrowser(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "demo", "--listen", "127.0.0.1:0")
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
	browser, stop, err := demotest.Browser(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
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
	step("move", p.Move(ctx, "demo-1", "sms_pending", "待短信核验"))
	answer("小鹿花店")(p.WaitCard(ctx, "小鹿花店", "待短信核验"))
	shot("demo-notice")
	cards := func(n string) string {
		return `document.querySelectorAll('[data-testid="card"]').length ` + n
	}
	step("one notice", p.Wait(ctx, cards("== 1")))
	step("twelve hours pass", p.Click(ctx, demotest.Mark("advance-12")))
	step("the reminder", p.Wait(ctx, cards(">= 2")))
	shot("demo-reminded")
	answer("还剩约")(p.Say(ctx, "我的进度呢"))
	for _, e := range p.Errors() {
		t.Errorf("the browser complains: %s", e)
	}
}
