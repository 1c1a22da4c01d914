package console

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// funcs are what the templates can call, for one language.
func (c *Console) funcs(p *pages, lang string) template.FuncMap {
	t := func(text string, args ...any) string { return p.word(lang, text, args...) }
	return template.FuncMap{
		"t":        t,
		"source":   func(s filing.Source) string { return sourceWord(t, s) },
		"stage":    func(s vocab.Stage) string { return t(s.Chinese()) },
		"platform": func(x vocab.Platform) string { return t(x.Chinese()) },
		"province": func(x vocab.Province) string { return t(x.Chinese()) },
		"state":    func(s push.State) string { return t(stateWords[s]) },
		"reason":   func(r vocab.Reason) string { return t(r.Chinese()) },
		"kind":     func(k vocab.Kind) string { return t(k.Chinese()) },
		"channel":  func(x vocab.Channel) string { return t(x.Chinese()) },
		"role":     func(r vocab.Role) string { return t(r.Chinese()) },
		"group":    func(id string) string { return t(cmp.Or(groupWords[id], id)) },
		"check":    func(name string) string { return t(cmp.Or(checkWords[name], name)) },
		"field":    func(name string) string { return t(cmp.Or(fieldWords[name], name)) },
		"finding":  func(f kb.Finding) string { return findingWords(t, f) },
		"deed":     func(what string) string { return t(deedWords[what]) },
		"when":     when,
		"day":      func(x time.Time) string { return x.In(chinatime.Zone()).Format(time.DateOnly) },
		"iso":      func(x time.Time) string { return x.UTC().Format(time.RFC3339) },
		"in":       func(x time.Time) string { return span(t, x.Sub(c.Now())) },
		"mask":     desk.Mask,
		"tone":     vocab.Stage.Tone,
		"asset":    func(name string) string { return "/static/" + name + "?" + p.static[name].tag },
		"stages":   vocab.Stages,
		"places":   vocab.Provinces,
		"systems":  vocab.Platforms,
		"sources":  filing.Sources,
		"roles":    vocab.Roles,
		"percent":  func(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) },
		"lines":    func(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") },
		"dict":     dict,
		"add":      func(a, b int) int { return a + b },
	}
}

// dict makes a map of its arguments, for handing several things to a part.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: a key without a value")
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: a key that is no text")
		}
		out[key] = pairs[i+1]
	}
	return out, nil
}

// when writes a moment as it is in China; nothing for the zero time.
func when(x time.Time) string {
	if x.IsZero() {
		return "—"
	}
	return x.In(chinatime.Zone()).Format("2006-01-02 15:04")
}

// span writes how long something is ahead or ago.
func span(t func(string, ...any) string, d time.Duration) string {
	ago := d < 0
	d = d.Abs()
	var text string
	switch {
	case d < time.Minute:
		return t("现在")
	case d < time.Hour:
		text = t("%d 分钟", int(d.Minutes()))
	case d < 48*time.Hour:
		text = t("%d 小时 %d 分钟", int(d.Hours()), int(d.Minutes())%60)
	default:
		text = t("%d 天", int(d.Hours()/24))
	}
	if ago {
		return t("%s前", text)
	}
	return t("还有 %s", text)
}

// fieldWords name what filing.Event.Changed lists.
var fieldWords = map[string]string{
	"name": "名称", "app_id": "AppID", "subject": "主体", "province": "省份", "number": "备案号", "platform": "平台", "reasons": "原因",
	"certificate_expires": "负责人证件有效期至", "filed_at": "备案日期", "since": "停留自",
}

var sourceWords = map[filing.Source]string{
	filing.FromConsole: "控制台", filing.FromAPI: "接口", filing.FromCSV: "表格导入", filing.FromSelf: "用户自报", "": "",
}

// sourceWord names a source. What an earlier release stored, and nothing reports today, is shown as it is.
func sourceWord(t func(text string, args ...any) string, s filing.Source) string {
	if w, ok := sourceWords[s]; ok {
		return t(w)
	}
	return t("其他来源（%s）", string(s))
}

var stateWords = map[push.State]string{
	push.Pending: "等待发送", push.Leased: "正在发送", push.Held: "等用户下次发消息", push.Sent: "已告知", push.Dead: "发不出去", push.Dropped: "不用发了",
}

var deedWords = map[string]string{
	"signin": "登录", "password": "更换自己的密码", "key.add": "新建密钥", "key.remove": "移除密钥", "filing.create": "新建备案", "filing.report": "更新进度",
	"filing.bulk": "批量更新进度", "filing.import": "导入表格", "filing.code": "生成绑定码", "filing.revoke": "作废绑定码", "filing.delete": "删除备案",
	"filing.export": "导出备案", "push.retry": "重试推送", "push.retryall": "批量重试推送", "push.drop": "放弃推送", "push.pause": "暂停推送", "push.resume": "恢复推送", "filing.unfollow": "移除关注的人", "question.give": "问题归入话题", "question.ignore": "忽略问题",
	"kb.save": "修改知识", "kb.undo": "恢复知识", "kb.set": "更换评测问题", "menu.save": "保存菜单", "menu.publish": "发布菜单", "people.add": "新建用户",
	"people.change": "修改用户", "people.password": "重设密码", "people.remove": "移除用户", "reload": "重新读取配置", "backup": "下载备份",
	"api": "接口调用",
}
