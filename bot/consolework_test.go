package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/demo/demotest"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// busyMonth puts a month of an account's life, up to now, into a store that no program has open.
func busyMonth(t *testing.T, dir string, now time.Time) {
	t.Helper()
	calendar, err := filing.LoadCalendar("")
	if err != nil {
		t.Fatal(err)
	}
	st, err := bolt.Open(bolt.Options{Path: filepath.Join(dir, "beianbot.db"), Planner: &push.Planner{Calendar: calendar}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	ctx, dice := t.Context(), rand.New(rand.NewPCG(1, 2))
	names := []string{"小鹿花店", "青禾书屋", "南山修车", "云朵烘焙", "老街豆腐坊", "一叶茶馆", "晴天摄影", "海边民宿"}
	stages := []vocab.Stage{vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageFiled, vocab.StageNotReady, vocab.StageFaceVerify}
	var rs []filing.Report
	for i := range 120 {
		stage, ago := stages[dice.IntN(len(stages))], time.Duration(dice.IntN(40*24))*time.Hour
		if stage == vocab.StageSMSPending {
			ago = time.Duration(dice.IntN(30)) * time.Hour
		}
		rs = append(rs, filing.Report{
			ID: fmt.Sprintf("order-%03d", i), Name: fmt.Sprintf("%s %d 号店", names[i%len(names)], i), Subject: "某某商贸有限公司",
			Platform: vocab.Platforms()[i%len(vocab.Platforms())], Province: vocab.Provinces()[i%31], Stage: stage, At: now.Add(-ago - time.Minute),
			Source: filing.FromCSV,
		})
	}
	results, err := st.ApplyBatch(ctx, rs)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	for d := range 30 {
		day := now.In(chinatime.Zone()).AddDate(0, 0, -d).Format(time.DateOnly)
		n := int64(40 + dice.IntN(80))
		if err := st.AddTallies(ctx, day, map[string]int64{
			"message:text": n, "message:event": n / 6, "kind:answer": n * 7 / 10, "kind:choice": n * 2 / 10, "kind:unknown": n / 10, "up:total-time": n / 12, "down:total-time": n / 30,
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i, q := range []string{"备案要不要先买保证金账户", "备案需要买保证金账户吗", "热气球能飞多高", "备案的时候店招照片要几张", "店招照片备案要拍几张"} {
		for range 5 - i {
			if err := st.NoteQuestion(ctx, chat.Question{Text: q, Kind: chat.QuestionUnknown}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// choose puts a file into the form of the page, as choosing it does.
func (v *visitor) choose(name, content string) {
	v.t.Helper()
	var ok bool
	v.eval(fmt.Sprintf(`(() => { const d = new DataTransfer(); d.items.add(new File([%s], %s, {type: 'text/csv'}));
		const f = document.querySelector('input[type=file]'); f.files = d.files; return f.files.length === 1; })()`, quoted(content), quoted(name)), &ok)
	if !ok {
		v.t.Fatal("no file can be chosen")
	}
}

// downloaded is what a link of the page, or a form's button, leads to.
func (v *visitor) downloaded(path, method string) (text string) {
	v.t.Helper()
	v.eval("(window.got = null, fetch("+quoted(path)+", {method: "+quoted(method)+"}).then(r => r.ok ? r.text() : 'status ' + r.status).then(x => { window.got = x.slice(0, 20000) }), 0)", nil)
	for end := time.Now().Add(20 * time.Second); text == "" && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		v.eval("window.got ?? ''", &text)
	}
	return text
}

// keys presses a key some times, as somebody without a mouse does.
func (v *visitor) keys(key string, times int) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.tab, 20*time.Second)
	defer cancel()
	for range times {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
			code := map[string]int64{"Tab": 9, "Enter": 13}[key]
			text := map[string]string{"Enter": "\r"}[key]
			if kind == input.DispatchKeyEventTypeKeyUp {
				text = ""
			} else if text != "" {
				kind = input.DispatchKeyEventTypeKeyDown
			}
			if _, err := chromedp.Run(ctx, chromedp.Action[cdp.Empty](func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: key, WindowsVirtualKeyCode: code, Text: text})
			})); err != nil {
				v.t.Fatal(err)
			}
		}
	}
}

// TestConsoleAtWorkInBrowser spends a day at the console of an account with a past, with people who write and a platform that refuses now and then.
func TestConsoleAtWorkInBrowser(t *testing.T) {
	demotest.SkipShort(t)
	dir := t.TempDir()
	clock := clockAt(testStart(t))
	busyMonth(t, dir, clock.Now())
	platform, env := accountBy(t, clock.Now)
	p := startBy(t, clock, append(env, "BEIANBOT_DATA_DIR="+dir)...)
	me := person{platform.Phone("http://"+p.public+"/wechat", ""), t}
	p.put("mine", map[string]any{"name": "小鹿花店总店", "platform": "wechat", "province": "上海", "stage": "platform_review"})
	me.says(p.code("mine"))
	me.says("订阅通知")
	me.says("上海管局要审多久")
	me.says("有用")

	v := visit(t, p)
	v.open("/signin")
	v.press("中文")
	v.fill("密码或管理令牌", adminToken)
	v.press("登录")

	t.Run("the overview", func(t *testing.T) {
		v.t = t
		v.sees("24 小时内到期", "消息数", "直接回答", "没答上", "备案按阶段", "访问令牌", "平台回调")
		v.look("work-overview")
		v.press("备案")
		v.sees("共 121 个")
		v.look("work-filings")
	})

	t.Run("a list is searched, filtered, sorted and turned over", func(t *testing.T) {
		v.t = t
		v.press("下一页")
		v.sees("第 2 页")
		v.fill("搜索", "小鹿花店")
		v.fill("省份", "上海")
		v.fill("排序", "due")
		v.press("查看")
		page := v.words()
		if !strings.Contains(page, "小鹿花店 8 号店") || strings.Contains(page, "青禾书屋") {
			t.Errorf("the list:\n%s", page)
		}
		v.open("/filings?attention=overdue")
		v.sees("已超期")
		v.fill("搜索", "没有这个名字")
		v.press("查看")
		v.sees("没有符合条件的备案")
	})

	t.Run("what a change sends is shown before it is sent", func(t *testing.T) {
		v.t = t
		v.open("/filings/at/mine")
		v.sees("关注的人", "全部通知")
		if strings.Contains(v.words(), me.OpenID()) {
			t.Error("the page shows who follows in clear")
		}
		v.look("work-filing")
		v.fill("阶段", "platform_rejected")
		v.fill("驳回或待补原因", "主体负责人手机号 | 与身份信息不一致 | 换成负责人实名的手机号")
		v.press("预览将发送的通知")
		v.sees("马上发给 1 人", "与身份信息不一致")
		if n := len(platform.Delivered(me.OpenID())); n != 0 {
			t.Errorf("a preview told %d times", n)
		}
		v.look("work-preview")
		v.press("更新并发送")
		v.sees("进度已更新")
		eventually(t, "the notice arrives", func() bool { return len(platform.Delivered(me.OpenID())) == 1 })
	})

	t.Run("a sheet is looked at, written, and what is wrong comes back", func(t *testing.T) {
		v.t = t
		v.open("/filings/import")
		v.choose("filings.csv", "编号,名称,省份,阶段\nmine,小鹿花店总店,上海,待短信核验\nnew-1,南山修车,四川,管局审核中\nnew-2,坏的,火星,已备案\n")
		v.press("上传并预览")
		v.sees("新建 1，换阶段 1", "有问题 1")
		v.look("work-import")
		var errors, rows string
		v.eval("[...document.querySelectorAll('a')].find(a => a.innerText === '下载有问题的行').getAttribute('href')", &errors)
		v.eval("[...document.querySelectorAll('a')].find(a => a.innerText === '下载每一行的结果').getAttribute('href')", &rows)
		if text := v.downloaded(errors, "GET"); !strings.Contains(text, "new-2") || strings.Contains(text, "new-1") {
			t.Errorf("the file of errors:\n%s", text)
		}
		if text := v.downloaded(rows, "GET"); !strings.Contains(text, "new-2") || !strings.Contains(text, "new-1") {
			t.Errorf("the file of rows:\n%s", text)
		}
		v.press("导入没有问题的行")
		v.sees("完成：写入 2 行，有问题 1 行；产生 3 条通知，含以后的提醒。")
		v.look("work-imported")
		eventually(t, "the notice arrives", func() bool { return len(platform.Delivered(me.OpenID())) == 2 })
		if text := v.downloaded("/filings/export?q=new-1", "GET"); strings.Count(text, "\n") != 2 || !strings.Contains(text, "南山修车") {
			t.Errorf("the export:\n%s", text)
		}
	})

	t.Run("questions find their topics", func(t *testing.T) {
		v.t = t
		v.open("/questions")
		v.sees("备案要不要先买保证金账户", "热气球能飞多高")
		v.look("work-questions")
		group := `[...document.querySelectorAll('form')].find(f => f.innerText.includes('保证金账户'))`
		v.eval(group+`.querySelector('select').value = 'fees'`, nil)
		v.leave(group + `.querySelector('button.main')`)
		v.sees("保存并生效", "对等待处理的问题")
		v.look("work-give")
		v.press("保存并生效")
		v.sees("已归入话题，马上生效")
		if page := v.words(); strings.Contains(page, "保证金账户") {
			t.Errorf("the question still waits:\n%s", page)
		}
		if _, out := p.api("POST", "/api/v1/kb/try", map[string]any{"question": "备案要不要先买保证金账户"}); out["topic"] != "fees" {
			t.Errorf("understood as %v", out["topic"])
		}
		v.leave(`[...document.querySelectorAll('form')].find(f => f.innerText.includes('热气球'))?.querySelector('button[formaction$=ignore]')`)
		v.sees("已忽略")
		v.press("新建话题")
		v.sees("新话题", "店招照片")
		v.look("work-new-topic")
	})

	t.Run("the reply to what is not ours is edited", func(t *testing.T) {
		v.t = t
		v.open("/kb")
		v.look("work-kb")
		v.press("开发报价")
		v.press("编辑")
		v.fill("回答", "报价要问开发公司，我只管备案。")
		v.sees("/ 900 字节")
		v.look("work-aside")
		v.press("检查并看效果")
		v.press("保存并生效")
		v.sees("已保存，马上生效")
		if got := me.says("做一个小程序要多少钱"); !strings.Contains(got, "报价要问开发公司") {
			t.Errorf("a person gets %q", got)
		}
	})

	t.Run("a push that the platform refuses is found, mended and sent", func(t *testing.T) {
		v.t = t
		platform.Script(wechattest.Fault{Path: "/cgi-bin/message/template/send", Times: -1, Code: 47003}, wechattest.Fault{Path: "/cgi-bin/message/custom/send", Times: -1, Code: 47003})
		p.put("mine", map[string]any{"stage": "authority_review"})
		eventually(t, "the push fails", func() bool {
			v.open("/pushes?filing=mine&reason=content")
			return strings.Contains(v.words(), "进度变化 · 管局审核中")
		})
		v.look("work-pushes")
		v.press("进度变化 · 管局审核中")
		v.sees("平台的答复", "47003", "怎么办", "经过")
		v.look("work-push")
		platform.Heal()
		before := len(platform.Delivered(me.OpenID()))
		v.press("重试")
		v.sees("已重新排队")
		eventually(t, "the notice arrives", func() bool { return len(platform.Delivered(me.OpenID())) == before+1 })
		eventually(t, "the page says so", func() bool {
			v.eval("(location.reload(), 0)", nil)
			return strings.Contains(v.words(), "已告知")
		})
	})

	t.Run("the menu is edited and published", func(t *testing.T) {
		v.t = t
		v.open("/menu")
		v.fill("名称", "我的备案")
		v.press("保存")
		v.sees("用的是这里编辑的菜单")
		v.look("work-menu")
		v.opens("发布到公众号")
		v.press("确认发布，替换公众号现在的菜单")
		v.sees("菜单已发布")
		if m := platform.Menu(); len(m) == 0 || m[0].Name != "我的备案" {
			t.Errorf("the account's menu: %+v", m)
		}
	})

	t.Run("the program is looked after", func(t *testing.T) {
		v.t = t
		v.press("设置")
		v.sees("正在使用的配置")
		if page := v.words(); strings.Contains(page, adminToken) || strings.Contains(page, platform.Account().AppSecret) {
			t.Error("a secret stands on the page")
		}
		v.press("重新读取知识与配置")
		v.sees("已重新读取")
		if text := v.downloaded("/settings/backup", "POST"); len(text) < 1000 || strings.HasPrefix(text, "status") {
			t.Errorf("the backup: %.80q", text)
		}
		v.press("操作记录")
		v.sees("导入表格", "问题归入话题", "重试推送", "发布菜单", "下载备份", "重新读取配置")
		v.look("work-audit")
	})

	t.Run("without a mouse, and in English", func(t *testing.T) {
		v.t = t
		v.open("/")
		v.keys("Tab", 1)
		var focused string
		v.eval("document.activeElement.innerText", &focused)
		if focused != "跳到正文" {
			t.Errorf("the first stop is %q", focused)
		}
		v.keys("Enter", 1)
		v.eval("document.activeElement.tagName", &focused)
		if focused != "MAIN" {
			t.Errorf("skipping leads to %q", focused)
		}
		v.press("English")
		v.sees("Overview", "Filings", "Pushes")
		for _, path := range []string{"/", "/filings/at/mine", "/pushes", "/settings", "/people"} {
			v.open(path)
			v.look("english" + strings.ReplaceAll(path, "/", "-"))
		}
	})
}
