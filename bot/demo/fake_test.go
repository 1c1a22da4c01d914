package demo_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/demo"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// world is a bot, a store and a platform in a few lines: enough to drive the page.
type world struct {
	clock *demo.WarpClock

	mu       sync.Mutex
	filings  map[string]filing.Filing
	events   map[string][]filing.Event
	codes    map[filing.CodeHash]string
	tracked  map[string]map[string]filing.Notify // by user, filing
	pushes   []push.Push
	deliver  func(demo.Delivery)
	phones   int
	ability  demo.Ability
	fault    demo.Fault
	broken   bool // the webhook answers 500
	failing  error
	received []string
}

// morning is when every world begins, whatever the hour of the test.
var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func newWorld() *world {
	return &world{
		clock: demo.NewClock(morning), filings: map[string]filing.Filing{}, events: map[string][]filing.Event{},
		codes: map[filing.CodeHash]string{}, tracked: map[string]map[string]filing.Notify{},
		ability: demo.AbilityTemplate, fault: demo.FaultNone,
	}
}

// options are those of a page over the whole world.
func (w *world) options() demo.Options {
	say := func(label, words string) demo.Button { return demo.Button{Label: label, Key: "say:" + words} }
	return demo.Options{
		NewPhone: w.newPhone, Filings: w, Pushes: w, Clock: w.clock, Platform: w, Webhook: "http://127.0.0.1:8081/wechat",
		Log: slog.New(slog.DiscardHandler),
		Menu: []demo.Button{
			say("查进度", "查进度"),
			{Label: "常见问题", Buttons: []demo.Button{say("备案入口", "备案入口在哪里"), say("要准备什么", "要准备什么材料"), say("要多久", "一共要多久"), say("短信核验", "短信核验怎么做"), say("被驳回了", "被驳回了怎么办")}},
			{Label: "我的", Buttons: []demo.Button{say("绑定备案", "绑定"), say("订阅通知", "订阅通知"), {Label: "官网", URL: "https://beian.miit.gov.cn/"}}},
		},
	}
}

func (w *world) Ability() demo.Ability { w.mu.Lock(); defer w.mu.Unlock(); return w.ability }
func (w *world) Fault() demo.Fault     { w.mu.Lock(); defer w.mu.Unlock(); return w.fault }

func (w *world) SetAbility(_ context.Context, a demo.Ability) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ability = a
	return nil
}

func (w *world) SetFault(_ context.Context, f demo.Fault) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault = f
	return nil
}

func (w *world) Apply(_ context.Context, r filing.Report) (filing.Outcome, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var cur *filing.Filing
	if f, ok := w.filings[r.ID]; ok {
		cur = &f
	}
	out, err := filing.Merge(cur, r, w.clock.Now())
	if err != nil {
		return out, err
	}
	w.filings[r.ID] = out.Filing
	if !out.Changed {
		return out, nil
	}
	w.events[r.ID] = append(w.events[r.ID], out.Event)
	for user, mine := range w.tracked {
		if mine[r.ID] == filing.NotifyAll && out.Event.Moved() {
			out.Pushes++
			w.tell(user, out.Filing)
		}
	}
	return out, nil
}

// tell is the outbox worker.
func (w *world) tell(user string, f filing.Filing) {
	p := push.Push{ID: fmt.Sprint(len(w.pushes)), Filing: f.ID, User: user, Kind: vocab.KindChange, Stage: f.Stage, Filed: f, UpdatedAt: w.clock.Now()}
	p.State, p.Channel = push.Sent, vocab.ChannelTemplate
	d := demo.Delivery{To: user, Kind: demo.DeliveryTemplate, Title: "备案进度通知", Request: `{"touser":"` + user + `","template_id":"tmpl","data":{"thing1":{"value":"` + f.Name + `"}}}`}
	switch {
	case w.fault == demo.FaultBusy:
		p.State, p.Reason, p.Channel = push.Pending, vocab.ReasonBusy, ""
	case w.ability == demo.AbilityPassive:
		p.State, p.Reason, p.Channel = push.Held, vocab.ReasonNoRoute, ""
	case w.ability == demo.AbilityCustomer:
		p.Channel, d.Kind, d.Text = vocab.ChannelCustomer, demo.DeliveryCustomer, "【备案进度】「"+f.Name+"」："+f.Stage.Chinese()+"\n"+filing.NextStep(f)
	}
	d.Rows = []demo.Row{
		{Label: "小程序名称", Value: f.Name},
		{Label: "备案状态", Value: f.Stage.Chinese()},
		{Label: "更新时间", Value: f.Since.In(chinatime.Zone()).Format("2006年1月2日 15:04")},
		{Label: "下一步", Value: "请在 24 小时内完成短信核验"},
	}
	w.pushes = append(w.pushes, p)
	if p.State == push.Sent {
		go w.deliver(d)
	}
}

func (w *world) Filings(context.Context, filing.Query) (filing.Page, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var page filing.Page
	for _, f := range w.filings {
		page.Filings = append(page.Filings, f)
	}
	return page, w.failing
}

func (w *world) History(_ context.Context, id string) ([]filing.Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events[id], nil
}

func (w *world) IssueCode(_ context.Context, id string, hash filing.CodeHash, _ time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.codes[hash] = id
	return nil
}

func (w *world) Tracked(_ context.Context, user string) ([]filing.Tracking, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []filing.Tracking
	for id, n := range w.tracked[user] {
		all = append(all, filing.Tracking{Filing: w.filings[id], Follower: filing.Follower{User: user, Notify: n}})
	}
	return all, nil
}

func (w *world) Pushes(context.Context, push.Query) (push.Page, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return push.Page{Pushes: append([]push.Push{}, w.pushes...)}, nil
}

func (w *world) newPhone() demo.Phone {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.phones++
	return &phone{w, fmt.Sprintf("oFake%d", w.phones)}
}

// phone answers by itself what a bot would.
type phone struct {
	w    *world
	user string
}

func (p *phone) User() string { return p.user }

func tap(label, words string, id int) string {
	return fmt.Sprintf(`<a href="weixin://bizmsgmenu?msgmenucontent=%s&msgmenuid=%d">%s</a>`, words, id, label)
}

func (p *phone) say(text string) string {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if code, ok := filing.ParseCode(text); ok {
		id, ok := p.w.codes[filing.HashCode(code)]
		if !ok {
			return "这个备案码不对，或者已经失效了。"
		}
		if p.w.tracked[p.user] == nil {
			p.w.tracked[p.user] = map[string]filing.Notify{}
		}
		if p.w.tracked[p.user][id] == "" {
			p.w.tracked[p.user][id] = filing.NotifyNone
		}
		f := p.w.filings[id]
		return "绑定好了：「" + f.Name + "」。以后发“查进度”就能看到。\n\n现在：" + f.Stage.Chinese() + "\n\n进度有变化、快到期限时，要我主动告诉您吗？\n" + tap("订阅通知", "订阅通知", 101)
	}
	switch text {
	case "订阅通知":
		for id := range p.w.tracked[p.user] {
			p.w.tracked[p.user][id] = filing.NotifyAll
		}
		return "好的，有变化或快到期限时会告诉您。\n随时发“取消通知”就停。\n" + tap("取消通知", "取消通知", 101) + "　" + tap("查进度", "查进度", 102)
	case "查进度":
		var b strings.Builder
		for id := range p.w.tracked[p.user] {
			b.WriteString("「" + p.w.filings[id].Name + "」" + p.w.filings[id].Stage.Chinese() + "\n")
		}
		return b.String() + "把备案码（样子像 BA-7K3M-Q9XD）发给我，绑定后随时可以查。"
	case "沉默":
		return ""
	}
	return "关于“" + text + "”：管局审核一般 1～20 个工作日，上海多在 7 个工作日左右。具体以当地通信管理局为准。\n\n审核期间不用做什么，保持手机畅通就好。结果可以在 https://beian.miit.gov.cn/ 查到。\n" +
		"1. " + tap("平台初审要多久", "平台初审要多久", 1) + "\n2. " + tap("审核按工作日算吗", "审核按工作日算吗", 2) + "\n" + tap("详细", "详细", 101) + "　" + tap("有用", "有用", 102) + "　" + tap("没用", "没用", 103)
}

func (p *phone) exchange(heard, content string) (demo.Exchange, error) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	p.w.received = append(p.w.received, heard)
	status := 200
	if p.w.broken {
		status, content = 500, ""
	}
	var safe strings.Builder
	_ = xml.EscapeText(&safe, []byte(content))
	reply := ""
	if content != "" {
		reply = "<xml><ToUserName><![CDATA[" + p.user + "]]></ToUserName><FromUserName><![CDATA[gh_0123456789ab]]></FromUserName><CreateTime>1795435200</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[" + content + "]]></Content></xml>"
	}
	sealed := "<xml><Encrypt><![CDATA[" + strings.Repeat("jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg", 5) + "]]></Encrypt></xml>"
	return demo.Exchange{
		Content: content, Status: status, Took: 1834 * time.Microsecond,
		Query:   "signature=899cf89e464efb63f54ddac96b0a0a235f53aa78&timestamp=1714037059&nonce=486452656&openid=" + p.user + "&encrypt_type=aes&msg_signature=f464b24fc39322e44b38aa78f5edd27bd1441696",
		Request: demo.Wire{Sealed: sealed, Plain: "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[" + p.user + "]]></FromUserName><CreateTime>1795435200</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[" + heard + "]]></Content><MsgId>24371234567890123</MsgId></xml>"},
		Reply:   demo.Wire{Sealed: sealed, Plain: reply},
	}, nil
}

func (p *phone) Say(_ context.Context, text string) (demo.Exchange, error) {
	return p.exchange("say "+text, p.say(text))
}

func (p *phone) Tap(_ context.Context, words, id string) (demo.Exchange, error) {
	return p.exchange("tap "+words+" "+id, p.say(words))
}

func (p *phone) Click(_ context.Context, key string) (demo.Exchange, error) {
	return p.exchange("click "+key, p.say(strings.TrimPrefix(key, "say:")))
}

func (p *phone) Follow(_ context.Context, scene string) (demo.Exchange, error) {
	if scene != "" {
		return p.exchange("follow "+scene, "您好，欢迎来到备案助手。\n\n"+p.say(scene))
	}
	return p.exchange("follow", "您好，这里是备案助手，专门回答小程序备案的事。\n直接用您自己的话问就行，比如“管局要审多久”。\n有备案码的话，发过来就能查进度、收提醒。\n\n大家常问：\n1. "+
		tap("备案入口在哪里", "备案入口在哪里", 1)+"\n2. "+tap("备案要准备什么材料", "备案要准备什么材料", 2)+"\n3. "+tap("从提交到备好一共要多久", "从提交到备好一共要多久", 3)+"\n"+tap("查进度", "查进度", 101))
}

func (p *phone) Scan(_ context.Context, scene string) (demo.Exchange, error) {
	return p.exchange("scan "+scene, p.say(scene))
}

func (p *phone) Unfollow(context.Context) (demo.Exchange, error) { return p.exchange("unfollow", "") }

func (p *phone) Voice(_ context.Context, recognition string) (demo.Exchange, error) {
	return p.exchange("voice "+recognition, p.say(recognition))
}

func (p *phone) Image(context.Context) (demo.Exchange, error) {
	return p.exchange("image", "我还看不懂图片。如果是驳回提示或报错，请把上面的文字打给我，我帮您看怎么改。")
}

func (p *phone) Video(context.Context) (demo.Exchange, error) {
	return p.exchange("video", "我还看不了视频。请用文字把问题发给我。")
}

func (p *phone) Location(context.Context) (demo.Exchange, error) {
	return p.exchange("location", "收到您的位置了，不过我用不上。")
}
