package service_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
)

const (
	templatePath = "/cgi-bin/message/template/send"
	customerPath = "/cgi-bin/message/custom/send"
)

// office is the whole program on a strict platform, with one person.
type office struct {
	t        *testing.T
	clock    *clock
	platform *wechattest.Platform
	s        *service.Service
	me       *wechattest.Phone
}

// onBoth runs a test over each store.
func onBoth(t *testing.T, change func(c *config.Config), run func(o *office)) {
	t.Helper()
	for _, store := range []string{"embedded", "redis"} {
		t.Run(store, func(t *testing.T) {
			o := &office{t: t, clock: &clock{began: time.Now()}}
			o.platform = wechattest.New(wechattest.Options{Now: o.clock.Now})
			a := o.platform.Account()
			c := config.Default()
			c.Listen, c.AdminListen, c.DataDir, c.Push.QuietHours, c.Limits.MessagesPerMinute = "127.0.0.1:0", "127.0.0.1:0", t.TempDir(), "off", 1000
			c.WeChat.AppID, c.WeChat.AppSecret, c.WeChat.Token, c.WeChat.AESKey, c.WeChat.Mode = a.AppID, a.AppSecret, a.Token, a.AESKey, "safe"
			if store == "redis" {
				c.RedisURL = redistest.Start(t).URL
			}
			change(&c)
			var err error
			o.s, err = service.New(t.Context(), service.Options{
				Config: c, Log: slog.New(slog.DiscardHandler), Now: o.clock.Now, Transport: o.platform.Transport(),
				Knowledge: knowledge,
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := o.s.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = o.s.Stop(context.WithoutCancel(t.Context())) })
			public, _ := o.s.Addr()
			o.me = o.platform.Phone("http://"+public+"/wechat", "")
			o.platform.Know(o.me.OpenID())
			run(o)
		})
	}
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// report moves a filing that the person follows, and makes it and has him follow it first where it is new.
func (o *office) report(id string, stage vocab.Stage) {
	o.t.Helper()
	ctx, st := o.t.Context(), o.s.Store()
	if _, err := st.Filing(ctx, id); err != nil {
		_, err := st.Apply(ctx, filing.Report{ID: id, Name: "小店" + id, Platform: vocab.PlatformWeChat, Stage: vocab.StageNotFiled})
		o.ok(err)
		o.ok(st.Adopt(ctx, id, o.me.OpenID(), o.clock.Now()))
		o.ok(st.SetNotify(ctx, o.me.OpenID(), id, filing.NotifyAll, o.clock.Now()))
	}
	o.clock.move(time.Second)
	_, err := st.Apply(ctx, filing.Report{ID: id, Stage: stage})
	o.ok(err)
}

// change returns the newest change of a filing that is to be told.
func (o *office) change(id string) push.Push {
	o.t.Helper()
	page, err := o.s.Store().Pushes(o.t.Context(), push.Query{Filing: id})
	o.ok(err)
	var newest push.Push
	for _, p := range page.Pushes {
		if p.Kind == vocab.KindChange && p.Seq > newest.Seq {
			newest = p
		}
	}
	return newest
}

// ends waits until the newest change of a filing is in a state, for a reason.
func (o *office) ends(id string, s push.State, why vocab.Reason) push.Push {
	o.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); {
		if p := o.change(id); p.State == s && p.Reason == why {
			return p
		}
		<-time.After(10 * time.Millisecond)
	}
	o.t.Fatalf("%s is never %s %s: %+v", id, s, why, o.change(id))
	return push.Push{}
}

func (o *office) says(text string) *wechattest.Answer {
	o.t.Helper()
	a, err := o.me.Say(o.t.Context(), text)
	o.ok(err)
	return a
}

// told returns what came over a channel.
func (o *office) told(channel string) (n int) {
	for _, d := range o.platform.Delivered(o.me.OpenID()) {
		if string(d.Channel) == channel {
			n++
		}
	}
	return n
}

func (o *office) wants(text string, parts ...string) {
	o.t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			o.t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

// move lets time pass for everybody and has the worker look.
func (o *office) move(d time.Duration) {
	o.clock.move(d)
	o.s.Wake()
}

// Subscription notices are sent while there is credit, customer messages while the window is open, and the rest is kept; the platform's own
// word corrects what was counted.
func TestRoutesInOrder(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.StatusSubscription, c.WeChat.CustomerMessages = "sub", true }, func(o *office) {
		ctx, st, me := o.t.Context(), o.s.Store(), o.me.OpenID()
		user := func() push.User {
			t.Helper()
			u, err := st.User(ctx, me)
			o.ok(err)
			return u
		}
		o.report("a", vocab.StagePlatformReview) // nothing allowed yet
		o.ends("a", push.Held, vocab.ReasonNoRoute)
		o.wants(o.says("你好").Text, "【备案进度】「小店a」", "平台初审中")

		_, err := o.me.AnswerSubscription(ctx, true, "sub")
		o.ok(err)
		o.report("a", vocab.StageSMSPending)
		if p := o.ends("a", push.Sent, ""); p.Channel != vocab.ChannelSubscription || user().Credits["sub"] != 0 {
			o.t.Errorf("with credit: by %s, left %v", p.Channel, user().Credits)
		}
		stages := []vocab.Stage{vocab.StageAuthorityReview, vocab.StageAuthorityRejected, vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview}
		for i, s := range stages { // five messages within 48 hours of his own
			o.report("a", s)
			if p := o.ends("a", push.Sent, ""); p.Channel != vocab.ChannelCustomer {
				o.t.Errorf("message %d: by %s", i+1, p.Channel)
			}
		}
		o.report("a", vocab.StageAuthorityRejected)
		o.ends("a", push.Held, vocab.ReasonNoRoute)
		if calls := o.platform.Calls(customerPath); calls != 5 {
			o.t.Errorf("%d calls, though only 5 are allowed", calls)
		}
		o.wants(o.says("你好").Text, "管局审核驳回") // which opens the window anew

		// The platform knows of no credit (43101): it is emptied here too, and the next route takes the push.
		_, err = o.me.AnswerSubscription(ctx, true, "sub", "sub")
		o.ok(err)
		o.platform.Credit(me, "sub", -9)
		o.report("a", vocab.StagePlatformReview)
		if p := o.ends("a", push.Sent, ""); p.Channel != vocab.ChannelCustomer || user().Credits["sub"] != 0 {
			o.t.Errorf("43101: by %s, left %v", p.Channel, user().Credits)
		}
		// The platform says that the window is shut (45015, 45047), whatever was counted here.
		for i, code := range []int{45015, 45047} {
			o.says("你好")
			o.platform.Script(wechattest.Fault{Path: customerPath, Code: code})
			o.report("a", stages[i])
			if o.ends("a", push.Held, vocab.ReasonNoRoute); user().Window.Open(o.clock.Now()) {
				o.t.Errorf("%d: the window stays open: %+v", code, user().Window)
			}
		}
		// A tap opens it for a minute and three messages.
		_, err = o.me.Click(ctx, "say:帮助")
		o.ok(err)
		o.report("a", vocab.StageFiled)
		if p := o.ends("a", push.Sent, ""); p.Channel != vocab.ChannelCustomer {
			o.t.Errorf("after a tap: by %s", p.Channel)
		}
		o.clock.move(2 * time.Minute)
		o.report("a", vocab.StageChanging)
		o.ends("a", push.Held, vocab.ReasonNoRoute)
	})
}

// What is kept comes with the next messages: oldest first, never more than fits, with a word on what is left, each once.
func TestKeptForTheNextMessage(t *testing.T) {
	onBoth(t, func(*config.Config) {}, func(o *office) {
		const n = 12
		for i := range n {
			o.report(fmt.Sprintf("%02d", i), vocab.StageSMSPending)
		}
		for i := range n {
			o.ends(fmt.Sprintf("%02d", i), push.Held, vocab.ReasonNoRoute)
		}
		var all strings.Builder
		words := "上海管局要审多久"
		for left := n; left > 0; {
			a := o.says(words)
			got := strings.Count(a.Text, "【备案进度】")
			if got == 0 || len(a.Content) > 2000 {
				o.t.Fatalf("%d notices in %d bytes:\n%s", got, len(a.Content), a.Text)
			}
			if words == "上海管局要审多久" {
				o.wants(a.Text, "1–20 个工作日")
			}
			if left -= got; left > 0 {
				o.wants(a.Text, fmt.Sprintf("还有 %d 条通知没说完", left))
			}
			all.WriteString(a.Text)
			words = "看通知"
		}
		at := -1
		for i := range n {
			name := fmt.Sprintf("「小店%02d」", i)
			next := strings.Index(all.String(), name)
			if next <= at || strings.Count(all.String(), name) != 1 {
				o.t.Errorf("%s is told %d times, in the wrong place or not at all", name, strings.Count(all.String(), name))
			}
			at = next
		}
		o.wants(o.says("看通知").Text, "没有要补发的通知")
	})
}

// An answer that got lost is asked for again under the same id as long as the platform tells it once, and not blindly afterwards.
func TestLostAnswers(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.StatusTemplate = "tpl" }, func(o *office) {
		o.platform.Script(wechattest.Fault{Path: templatePath, DropAfter: true})
		o.report("a", vocab.StagePlatformReview)
		p := o.ends("a", push.Pending, vocab.ReasonBusy)
		if p.FirstTry.IsZero() || p.Channel != vocab.ChannelTemplate || p.Attempts != 1 {
			o.t.Errorf("after the first attempt: %+v", p)
		}
		o.move(10 * time.Second)
		if p = o.ends("a", push.Sent, ""); p.Attempts != 2 || o.told("template") != 1 {
			o.t.Errorf("%d attempts, told %d times", p.Attempts, o.told("template"))
		}

		// Refused after it got lost: what may have got through stays uncertain, and no other way is tried.
		o.platform.Script(wechattest.Fault{Path: templatePath, DropAfter: true}, wechattest.Fault{Path: templatePath, Code: 45009})
		o.says("你好")
		o.report("a", vocab.StageSMSPending)
		o.ends("a", push.Pending, vocab.ReasonBusy)
		o.move(10 * time.Second)
		o.ends("a", push.Pending, vocab.ReasonQuota)
		o.move(24 * time.Hour)
		o.ends("a", push.Held, vocab.ReasonUncertain)
		o.wants(o.says("你好").Text, "待短信核验", "可能已经发过")

		// Every answer gets lost: the attempts end before the platform forgets the id.
		o.platform.Script(wechattest.Fault{Path: templatePath, Times: -1, DropAfter: true})
		before := o.told("template")
		o.report("a", vocab.StageAuthorityReview)
		for o.change("a").State != push.Held {
			o.move(20 * time.Second)
			<-time.After(10 * time.Millisecond)
		}
		o.ends("a", push.Held, vocab.ReasonUncertain)
		o.platform.Heal()
		o.move(time.Hour)
		if n := o.told("template") - before; n != 1 {
			o.t.Errorf("told %d times", n)
		}
	})
}

// A customer message has no id by which the platform would know it again: it is never repeated.
func TestLostCustomerMessage(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.CustomerMessages = true }, func(o *office) {
		o.says("你好")
		o.platform.Script(wechattest.Fault{Path: customerPath, DropAfter: true})
		o.report("a", vocab.StagePlatformReview)
		o.ends("a", push.Held, vocab.ReasonUncertain)
		o.move(time.Hour)
		if n := o.platform.Calls(customerPath); n != 1 {
			o.t.Errorf("sent %d times", n)
		}
		o.wants(o.says("你好").Text, "平台初审中", "可能已经发过")
	})
}

// What the platform says later of a message it took comes back into the record.
func TestUndelivered(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.StatusTemplate = "tpl" }, func(o *office) {
		public, _ := o.s.Addr()
		fate := func(id, status string) {
			t.Helper()
			all := o.platform.Delivered(o.me.OpenID())
			_, err := o.platform.Finish(o.t.Context(), "http://"+public+"/wechat", all[len(all)-1], status)
			o.ok(err)
		}
		o.report("a", vocab.StagePlatformReview)
		o.ends("a", push.Sent, "")
		fate("a", "success")
		o.ends("a", push.Sent, "")
		fate("a", "failed: system failed")
		o.ends("a", push.Held, vocab.ReasonUndelivered)
		o.wants(o.says("你好").Text, "平台初审中", "没能送到")
		o.report("a", vocab.StageSMSPending)
		o.ends("a", push.Sent, "")
		fate("a", "failed:user block")
		if p := o.ends("a", push.Held, vocab.ReasonUndelivered); p.Detail != "failed:user block" {
			o.t.Errorf("in the record: %q", p.Detail)
		}
		o.wants(o.says("你好").Text, "待短信核验", "没能送到") // he refuses messages of the account, and yet writes
	})
}

// A subscription notice has no id when it is sent: what the platform says of it later is known by whom it was for.
func TestUndeliveredSubscription(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.StatusSubscription = "sub" }, func(o *office) {
		ctx := o.t.Context()
		_, err := o.me.AnswerSubscription(ctx, true, "sub", "sub")
		o.ok(err)
		fate := func(code, status string) {
			t.Helper()
			_, err := o.me.Raw(ctx, []byte(`<xml><ToUserName>gh_1</ToUserName><FromUserName>`+o.me.OpenID()+`</FromUserName><CreateTime>`+
				fmt.Sprint(o.clock.Now().Unix())+`</CreateTime><MsgType>event</MsgType><Event>subscribe_msg_sent_event</Event>`+
				`<SubscribeMsgSentEvent><List><TemplateId>sub</TemplateId><MsgID>18`+code+`</MsgID><ErrorCode>`+code+`</ErrorCode><ErrorStatus>`+status+
				`</ErrorStatus></List></SubscribeMsgSentEvent></xml>`))
			o.ok(err)
		}
		o.report("a", vocab.StagePlatformReview)
		o.ends("a", push.Sent, "")
		fate("0", "success")
		o.ends("a", push.Sent, "")
		o.move(time.Hour)
		o.report("b", vocab.StageSMSPending)
		o.ends("b", push.Sent, "")
		fate("5", "user refuse")
		o.ends("b", push.Held, vocab.ReasonUndelivered)
		o.ends("a", push.Sent, "")
		o.wants(o.says("你好").Text, "小店b", "待短信核验", "没能送到")
	})
}

// The day's quota rests the route until midnight in China, for everybody and without further calls; a pause rests everything.
func TestQuotaAndPause(t *testing.T) {
	skipLong(t)
	onBoth(t, func(c *config.Config) { c.WeChat.StatusTemplate = "tpl" }, func(o *office) {
		o.platform.Script(wechattest.Fault{Path: templatePath, Times: -1, Code: 45009})
		for i := range 5 {
			o.report(fmt.Sprint(i), vocab.StagePlatformReview)
		}
		calls := 0
		for i := range 5 {
			p := o.ends(fmt.Sprint(i), push.Pending, vocab.ReasonQuota)
			if due := p.Due.In(chinatime.Zone()); due.Format("2006-01-02 15:04") != "2026-11-24 00:00" {
				o.t.Errorf("due %v", due)
			}
		}
		calls = o.platform.Calls(templatePath)
		if calls == 0 || calls > 5 {
			o.t.Errorf("%d calls", calls)
		}
		o.report("6", vocab.StagePlatformReview)
		o.ends("6", push.Pending, vocab.ReasonQuota)
		if n := o.platform.Calls(templatePath); n != calls {
			o.t.Errorf("%d calls more", n-calls)
		}
		o.ok(o.s.Store().SetPaused(o.t.Context(), push.Pause{Since: o.clock.Now(), Why: "模板在改"}))
		o.platform.Heal()
		o.move(13 * time.Hour)
		<-time.After(2500 * time.Millisecond)
		if n := o.told("template"); n != 0 {
			o.t.Errorf("%d told while sending is paused", n)
		}
		if metrics := o.metrics(); !strings.Contains(metrics, "beianbot_pushes_paused 1") {
			o.t.Errorf("the pause does not show in the metrics")
		}
		o.ok(o.s.Store().SetPaused(o.t.Context(), push.Pause{}))
		for _, id := range []string{"0", "1", "2", "3", "4", "6"} {
			o.ends(id, push.Sent, "")
		}
		metrics := o.metrics()
		for _, line := range []string{
			`beianbot_pushes_total{channel="",reason="daily_quota",state="pending"}`, `beianbot_pushes_total{channel="template",reason="",state="sent"} 6`,
			"beianbot_pushes_paused 0",
		} {
			o.wants(metrics, line)
		}
	})
}

func (o *office) metrics() string {
	o.t.Helper()
	_, admin := o.s.Addr()
	res, err := http.Get("http://" + admin + "/metrics")
	o.ok(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	o.ok(err)
	return string(data)
}

// Somebody whom the platform does not know is not written to again.
func TestGone(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.StatusTemplate = "tpl" }, func(o *office) {
		o.platform.Leave(o.me.OpenID())
		o.report("a", vocab.StagePlatformReview)
		if p := o.ends("a", push.Dead, vocab.ReasonUserGone); p.Code != 43004 || p.Detail == "" {
			o.t.Errorf("in the record: %d %q", p.Code, p.Detail)
		}
		o.report("b", vocab.StagePlatformReview)
		o.ends("b", push.Dropped, vocab.ReasonUnfollowed)
		if n := o.platform.Calls(templatePath); n != 1 {
			o.t.Errorf("%d calls", n)
		}
	})
}

// What the platform refuses for its content is a mistake of ours or of whoever set up the template: operators see it, and the person is told
// all the same when he writes, once.
func TestRefusedContent(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.StatusTemplate, c.WeChat.CustomerMessages = "tpl", true }, func(o *office) {
		o.platform.Script(wechattest.Fault{Path: templatePath, Times: -1, Code: 47003})
		o.report("a", vocab.StageSMSPending)
		p := o.ends("a", push.Held, vocab.ReasonContent)
		if p.Code != 47003 || p.Detail == "" {
			o.t.Errorf("in the record: %d %q", p.Code, p.Detail)
		}
		page, err := o.s.Store().Pushes(o.t.Context(), push.Query{State: push.Held, Reason: vocab.ReasonContent})
		if o.ok(err); len(page.Pushes) != 1 {
			o.t.Errorf("operators see %d", len(page.Pushes))
		}
		a := o.says("你好")
		o.wants(a.Text, "【备案进度】「小店a」", "待短信核验")
		again, err := o.me.Redeliver(o.t.Context(), a.Callback)
		if o.ok(err); string(again.Body) != string(a.Body) {
			o.t.Errorf("the platform's repetition got %q", again.Text)
		}
		o.ends("a", push.Sent, "")
		if text := o.says("你好").Text; strings.Contains(text, "小店a") {
			o.t.Errorf("told again: %s", text)
		}
		// By every route there is: the window is open now.
		o.platform.Script(wechattest.Fault{Path: customerPath, Times: -1, Code: 45002})
		o.report("a", vocab.StageAuthorityReview)
		o.ends("a", push.Held, vocab.ReasonContent)
		o.platform.Heal() // whoever mended it may have it sent at once
		_, err = o.s.Store().Retry(o.t.Context(), o.change("a").ID, o.clock.Now())
		o.ok(err)
		if p := o.ends("a", push.Sent, ""); p.Channel != vocab.ChannelTemplate {
			o.t.Errorf("by %s", p.Channel)
		}
	})
}

// Who writes while his notice rests for want of quota is told with the reply, and never again; while an operator has paused sending he is not.
func TestToldWhileItRests(t *testing.T) {
	onBoth(t, func(c *config.Config) { c.WeChat.StatusTemplate = "tpl" }, func(o *office) {
		o.platform.Script(wechattest.Fault{Path: templatePath, Times: -1, Code: 45009})
		o.report("a", vocab.StageSMSPending)
		o.ends("a", push.Pending, vocab.ReasonQuota)
		st := o.s.Store()
		o.ok(st.SetPaused(o.t.Context(), push.Pause{Since: o.clock.Now(), Why: "模板在改"}))
		if text := o.says("你好").Text; strings.Contains(text, "小店a") {
			o.t.Errorf("told during a pause: %s", text)
		}
		o.ok(st.SetPaused(o.t.Context(), push.Pause{}))
		o.wants(o.says("你好").Text, "【备案进度】「小店a」", "待短信核验")
		if p := o.ends("a", push.Sent, ""); p.Channel != vocab.ChannelReply {
			o.t.Errorf("by %s", p.Channel)
		}
		o.platform.Heal()
		o.move(14 * time.Hour) // the quota is back
		o.report("b", vocab.StagePlatformReview)
		o.ends("b", push.Sent, "")
		for _, d := range o.platform.Delivered(o.me.OpenID()) {
			if d.ClientMsgID == o.change("a").ID {
				o.t.Errorf("sent once more: %v", d.Data)
			}
		}
	})
}
