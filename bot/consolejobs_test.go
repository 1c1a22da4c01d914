package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/beianbot/beianbot/bot/demo/demotest"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
)

// pictures is where the screenshots go; the folder is not kept.
const pictures = "../.ci/out/console"

// visitor is somebody at the console, in a real browser.
type visitor struct {
	t    *testing.T
	tab  context.Context
	base string
	// clicks counts the clicks that led to another page.
	clicks int
}

func visit(t *testing.T, p *program) *visitor {
	t.Helper()
	tab, cancel := chromedp.NewContext(demotest.Browser(t))
	t.Cleanup(cancel)
	if err := chromedp.Do(tab); err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, tab: tab, base: "http://" + p.admin}
}

// eval evaluates JavaScript and decodes its value. Where a page is just giving way to the next it asks the next: see demotest.Evaluate.
func (v *visitor) eval(expression string, out any) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.tab, 20*time.Second)
	defer cancel()
	if err := demotest.Evaluate(ctx, expression, out); err != nil {
		v.t.Fatalf("%s: %v", expression, err)
	}
}

func (v *visitor) open(path string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.tab, 20*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Navigate(v.base+path)); err != nil {
		v.t.Fatalf("%s: %v", path, err)
	}
}

func (v *visitor) words() (s string) {
	v.t.Helper()
	v.eval("document.body?.innerText ?? ''", &s)
	return s
}

// sees waits until words stand on the page.
func (v *visitor) sees(wants ...string) {
	v.t.Helper()
	for _, w := range wants {
		page := ""
		for end := time.Now().Add(20 * time.Second); !strings.Contains(page, w); page = v.words() {
			if time.Now().After(end) {
				v.t.Fatalf("%q is not on the page:\n%s", w, page)
			}
			time.Sleep(50 * time.Millisecond) // a real browser has no clock of ours
		}
	}
}

// fill writes into a field by its label, as a person finds it.
func (v *visitor) fill(label, value string) {
	v.t.Helper()
	var ok bool
	v.eval(fmt.Sprintf(`(() => { const l = [...document.querySelectorAll('label')].find(l => l.innerText.trim().startsWith(%[1]s) && l.checkVisibility());
		const f = l?.querySelector('input, select, textarea'); if (!f) return false; f.focus();
		f.value = %[2]s; f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true})); return f.value === %[2]s; })()`,
		quoted(label), quoted(value)), &ok)
	if !ok {
		v.t.Fatalf("no field %q takes %q:\n%s", label, value, v.words())
	}
}

// opens opens what is folded away under a summary.
func (v *visitor) opens(label string) {
	v.t.Helper()
	var ok bool
	v.eval(fmt.Sprintf(`(() => { const s = [...document.querySelectorAll('summary')].find(s => s.innerText.trim() === %s && s.checkVisibility());
		if (!s) return false; s.click(); return s.parentElement.open; })()`, quoted(label)), &ok)
	if !ok {
		v.t.Fatalf("nothing to open says %q:\n%s", label, v.words())
	}
}

// press presses a button or follows a link by what stands on it, and waits for the page that follows.
func (v *visitor) press(label string) {
	v.t.Helper()
	v.leave(fmt.Sprintf(`[...document.querySelectorAll('button, a, summary')].find(
		b => b.innerText.trim() === %s && b.checkVisibility() && !b.disabled)`, quoted(label)))
}

// leave clicks what an expression stands for, as soon as it is there, and waits for the page that follows. The click is made once, also where
// its evaluation has to be repeated: the tab remembers it beyond the page.
func (v *visitor) leave(element string) {
	v.t.Helper()
	v.clicks++
	const clicked, arrived = "clicked", "document.readyState === 'complete' && !document.body?.dataset.old"
	click := fmt.Sprintf(`(() => { if (sessionStorage.getItem('%[1]s') === '%[2]d') return true;
		const e = %[3]s; if (!e) return false;
		sessionStorage.setItem('%[1]s', '%[2]d'); document.body.dataset.old = '1'; setTimeout(() => e.click()); return true; })()`,
		clicked, v.clicks, element)
	for _, expression := range []string{click, arrived} {
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) { // a real browser has no clock of ours
			var done bool
			if v.eval(expression, &done); done {
				break
			}
			if time.Now().After(end) {
				v.t.Fatalf("%s: in vain:\n%s", expression, v.words())
			}
		}
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// axe, where it is set, is the path of axe.min.js; .ci/run sets it.
var axe = os.Getenv("AXE_CORE")

// look keeps pictures of the page at two widths, light and dark, and has its accessibility checked.
func (v *visitor) look(name string) {
	v.t.Helper()
	if err := os.MkdirAll(pictures, 0o755); err != nil {
		v.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(v.tab, 40*time.Second)
	defer cancel()
	for _, m := range []struct {
		name   string
		width  int64
		scheme string
	}{{"wide-light", 1280, "light"}, {"wide-dark", 1280, "dark"}, {"phone-light", 390, "light"}, {"phone-dark", 390, "dark"}, {"narrow", 360, "light"}} {
		_, err := chromedp.Run(ctx, chromedp.Action[cdp.Empty](func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
			if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: m.width, Height: 860, DeviceScaleFactor: 1}); err != nil {
				return cdp.Empty{}, err
			}
			return cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: m.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		}))
		if err != nil {
			v.t.Fatal(err)
		}
		var wide int64
		if v.eval("document.documentElement.scrollWidth", &wide); wide > m.width {
			v.t.Errorf("%s at %d: the page is %d wide", name, m.width, wide)
		}
		if axe != "" && m.width != 390 { // what a phone shows in either scheme is shown by the narrow one and the wide ones
			v.accessible(name + " " + m.name)
		}
		if m.name == "narrow" {
			continue
		}
		picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			v.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(pictures, name+"-"+m.name+".png"), picture, 0o644); err != nil {
			v.t.Fatal(err)
		}
	}
}

// accessible has axe-core look at the page; what it calls serious or critical is an error.
func (v *visitor) accessible(name string) {
	v.t.Helper()
	code, err := os.ReadFile(axe)
	if err != nil {
		v.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(v.tab, 30*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](string(code)+";0")); err != nil {
		v.t.Fatal(err)
	}
	v.eval("axe.run().then(r => { window.found = r.violations.filter(x => ['serious', 'critical'].includes(x.impact)).map(x => x.id + ': ' + x.nodes[0].html) }) && 0", nil)
	var found []string
	for end := time.Now().Add(20 * time.Second); found == nil && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		v.eval("window.found ?? null", &found)
	}
	v.eval("delete window.found", nil)
	for _, f := range found {
		v.t.Errorf("%s: %s", name, f)
	}
	if found == nil {
		v.t.Errorf("%s: axe says nothing", name)
	}
}

// TestConsoleJobs does the work of the console as a person does it, in a real browser over the real program.
func TestConsoleJobsInBrowser(t *testing.T) {
	demotest.SkipShort(t)
	p := startBy(t, clockAt(testStart(t)),
		"BEIANBOT_DATA_DIR="+t.TempDir(), "BEIANBOT_WECHAT_APP_ID=wx0000000000000001", "BEIANBOT_WECHAT_TOKEN=tokenOfTheAccount")
	p.put("order-1", map[string]any{"name": "小鹿花店", "platform": "wechat", "province": "上海", "stage": "platform_review"})
	v := visit(t, p)

	// Sign in, make a colleague, sign in as her.
	v.open("/")
	v.sees("Sign in to the console") // what this browser speaks
	v.press("中文")
	v.sees("登录控制台")
	v.look("signin")
	v.fill("密码或管理令牌", adminToken)
	v.press("登录")
	v.press("人员")
	v.fill("用户名", "mei")
	v.fill("密码", "correct horse battery")
	v.eval("[...document.querySelectorAll('#add ~ form select')].at(-1).value = 'admin'", nil)
	v.press("新建")
	v.sees("mei", "管理员")
	v.look("people")
	v.press("退出")
	v.fill("用户名", "mei")
	v.fill("密码或管理令牌", "correct horse battery")
	v.press("登录")
	v.sees("总览", "24 小时内到期")

	// A filing: new, moved with a preview, a code to print.
	v.press("备案")
	v.sees("小鹿花店")
	v.press("新建")
	v.fill("编号", "order-2")
	v.fill("名称", "青禾书屋")
	v.fill("阶段", "sms_pending")
	v.press("新建")
	v.sees("已新建", "青禾书屋", "还没有人关注")
	v.look("filing")
	v.fill("阶段", "authority_review")
	v.press("预览将发送的通知")
	v.sees("确认更新", "还没有人关注，不会发送通知")
	v.look("preview")
	v.press("更新")
	v.sees("进度已更新", "管局审核中")
	v.press("生成绑定码")
	v.sees("BA-")
	v.look("code")
	v.open("/filings")
	v.look("filings")
	v.eval("document.querySelectorAll('input[name=id]').forEach(x => x.checked = true)", nil)
	v.fill("把勾选的更新到", "filed")
	v.press("预览批量更新")
	v.sees("将更新 2 个")
	v.press("确认更新 2 个")
	v.sees("已更新 2 个")
	v.look("bulk")

	// Knowledge: edit, see the effect, save, and the bot answers with it.
	v.open("/kb/topic/total-time/edit")
	v.fill("回答", "大约二到四周，以平台显示为准。")
	v.fill("详细", "")
	v.eval("document.querySelector('[name=facets]').value = ''", nil)
	v.sees("回答 45 / 900 字节")
	v.look("edit")
	v.press("检查并看效果")
	v.sees("保存之前", "抽查")
	v.look("effect")
	v.press("保存并生效")
	v.sees("已保存，马上生效")
	if _, out := p.api(http.MethodPost, "/api/v1/kb/try", map[string]any{"question": "备案要多久"}); !strings.Contains(fmt.Sprint(out["reply"]), "大约二到四周") {
		t.Errorf("the bot says %v", out["reply"])
	}
	v.press("版本历史")
	v.sees("第 1 版", "mei")
	v.look("history")
	v.opens("恢复为自带的内容")
	v.press("确认恢复")
	v.sees("已恢复，马上生效")
	v.open("/kb/try?q=" + "%E8%A6%81%E5%A4%9A%E4%B9%85")
	v.sees("可能的话题")
	v.look("try")

	// The rest: every page is looked at; pushes are paused and go on.
	v.open("/pushes")
	v.eval("document.querySelector('details').open = true", nil)
	v.press("暂停全部推送")
	v.sees("推送已暂停")
	v.press("恢复推送")
	v.sees("推送已恢复")
	v.open("/menu")
	v.fill("名称", "我的备案")
	v.press("保存")
	v.sees("用的是这里编辑的菜单")
	for _, page := range []string{"", "pushes", "questions", "kb", "kb/lint", "menu", "settings", "audit", "me", "filings/new", "filings/import", "kb/topic/total-time"} {
		v.open("/" + page)
		v.look("page-" + strings.ReplaceAll(page, "/", "-"))
	}
	v.open("/audit")
	v.sees("mei", "修改知识", "批量更新进度", "暂停推送", "保存菜单")
}

// TestEditReachesReplicas edits an answer at one replica and asks the other until it knows.
func TestEditReachesReplicas(t *testing.T) {
	env := []string{"BEIANBOT_REDIS_URL=" + redistest.Start(t).URL, "BEIANBOT_WECHAT_APP_ID=wx0000000000000001", "BEIANBOT_WECHAT_TOKEN=tokenOfTheAccount"}
	a, b := start(t, env...), start(t, env...)
	_, got := a.api(http.MethodGet, "/api/v1/kb/total-time", nil)
	entry := got["entry"].(map[string]any)
	entry["answer"], entry["detail"], entry["facets"] = "改过的回答，以平台显示为准。", "", nil
	if status, out := a.api(http.MethodPut, "/api/v1/kb/total-time", map[string]any{"entry": entry}); status != http.StatusOK {
		t.Fatalf("%d %v", status, out)
	}
	saved := time.Now()
	for {
		if _, out := b.api(http.MethodPost, "/api/v1/kb/try", map[string]any{"question": "备案要多久"}); strings.Contains(fmt.Sprint(out["reply"]), "改过的回答") {
			break
		}
		if took := time.Since(saved); took > 2*time.Second {
			t.Fatalf("the other replica does not know after %v", took)
		}
		time.Sleep(20 * time.Millisecond) // two real programs have no clock of ours
	}
	t.Logf("known at the other replica after %v", time.Since(saved))
}
