package box_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/silenceper/wechat/v2/util"

	"github.com/beianbot/beianbot/bot/demo"
	"github.com/beianbot/beianbot/bot/demo/box"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// callbacks answers every callback with success and keeps the last one.
func callbacks(t *testing.T, mode wechat.Mode) (demo.Phone, func() string) {
	t.Helper()
	account := wechattest.SampleAccount()
	account.Mode = mode
	var last string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		last = string(body)
		_, _ = io.WriteString(w, "success")
	}))
	t.Cleanup(server.Close)
	return box.NewPhone(account, wechattest.NewPhone(wechattest.PhoneOptions{Account: account, URL: server.URL})), func() string { return last }
}

func TestPhone(t *testing.T) {
	for _, mode := range []wechat.Mode{wechat.ModeSafe, wechat.ModeCompat, wechat.ModePlain} {
		p, last := callbacks(t, mode)
		if p.User() == "" {
			t.Error("a phone of nobody")
		}
		calls := map[string]func(context.Context) (demo.Exchange, error){
			"<![CDATA[管局要审多久]]>":            func(ctx context.Context) (demo.Exchange, error) { return p.Say(ctx, "管局要审多久") },
			"<bizmsgmenuid><![CDATA[101]]>": func(ctx context.Context) (demo.Exchange, error) { return p.Tap(ctx, "有用", "101") },
			"<![CDATA[CLICK]]>":             func(ctx context.Context) (demo.Exchange, error) { return p.Click(ctx, "say:查进度") },
			"<![CDATA[qrscene_BA-1]]>":      func(ctx context.Context) (demo.Exchange, error) { return p.Follow(ctx, "BA-1") },
			"<![CDATA[SCAN]]>":              func(ctx context.Context) (demo.Exchange, error) { return p.Scan(ctx, "BA-1") },
			"<![CDATA[unsubscribe]]>":       p.Unfollow,
			"<Recognition><![CDATA[要钱吗]]>":  func(ctx context.Context) (demo.Exchange, error) { return p.Voice(ctx, "要钱吗") },
			"<![CDATA[image]]>":             p.Image,
			"<![CDATA[video]]>":             p.Video,
			"<![CDATA[location]]>":          p.Location,
		}
		for want, call := range calls {
			x, err := call(t.Context())
			if err != nil {
				t.Fatalf("%s %s: %v", mode, want, err)
			}
			if x.Status != 200 || x.Content != "" || x.Reply.Sealed != "success" || x.Request.Sealed != last() || !strings.Contains(x.Query, "signature=") {
				t.Errorf("%s: exchange %+v", mode, x)
			}
			if mode != wechat.ModePlain == (x.Request.Sealed == x.Request.Plain) {
				t.Errorf("%s: sealed and plain: %v", mode, x.Request.Sealed == x.Request.Plain)
			}
			if !strings.Contains(x.Request.Plain, want) {
				t.Errorf("%s: %s lacks %s", mode, x.Request.Plain, want)
			}
		}
	}
}

func TestPhoneReadsReplies(t *testing.T) {
	account := wechattest.SampleAccount()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		plain := "<xml><ToUserName><![CDATA[" + r.URL.Query().Get("openid") + "]]></ToUserName><FromUserName><![CDATA[" + account.ID +
			"]]></FromUserName><CreateTime>1795435200</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[您好]]></Content></xml>"
		sealed, err := util.EncryptMsg([]byte("aaaabbbbccccdddd"), []byte(plain), account.AppID, account.AESKey)
		if err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, "<xml><Encrypt>"+string(sealed)+"</Encrypt><MsgSignature>"+util.Signature(account.Token, "1", "2", string(sealed))+
			"</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>")
	}))
	defer server.Close()
	p := box.NewPhone(account, wechattest.NewPhone(wechattest.PhoneOptions{Account: account, URL: server.URL}))
	x, err := p.Say(t.Context(), "在吗")
	if err != nil || x.Content != "您好" || !strings.Contains(x.Reply.Plain, "您好") || strings.Contains(x.Reply.Sealed, "您好") || x.Took <= 0 {
		t.Errorf("%+v %v", x, err)
	}
	server.Close()
	if x, err := p.Say(t.Context(), "还在吗"); err == nil || x.Status != 0 {
		t.Errorf("an answer from nowhere: %+v", x)
	}
}

func TestShown(t *testing.T) {
	labels := map[string]string{"thing1": "小程序", "phrase2": "当前进度", "time10": "更新时间"}
	d := wechattest.Delivery{
		OpenID: "oX", Channel: wechattest.ChannelTemplate, Template: "T", URL: "https://a.cn", ClientMsgID: "c",
		Data: map[string]string{"time10": "11月23日", "thing1": "小鹿花店", "phrase2": "待核验", "thing4": "等短信"},
	}
	got := box.Shown(d, "备案进度提醒", labels)
	if !strings.Contains(got.Request, `"thing1":{"value":"小鹿花店"}`) || !strings.Contains(got.Request, `"client_msg_id":"c"`) {
		t.Errorf("request %s", got.Request)
	}
	got.Request = ""
	want := demo.Delivery{
		To: "oX", Kind: demo.DeliveryTemplate, Title: "备案进度提醒", URL: "https://a.cn",
		Rows: []demo.Row{{Label: "小程序", Value: "小鹿花店"}, {Label: "当前进度", Value: "待核验"}, {Label: "更新时间", Value: "11月23日"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := box.Shown(wechattest.Delivery{OpenID: "oX", Channel: wechattest.ChannelSubscription}, "通知", nil); got.Kind != demo.DeliverySubscription || got.Title != "通知" {
		t.Errorf("subscription notice: %+v", got)
	}
	got = box.Shown(wechattest.Delivery{OpenID: "oX", Channel: wechattest.ChannelCustomer, Content: `<a href="x">y</a>`}, "备案进度提醒", labels)
	if got.Kind != demo.DeliveryCustomer || got.Text != `<a href="x">y</a>` || got.Title != "" || got.Request != `{"touser":"oX","msgtype":"text","text":{"content":"<a href=\"x\">y</a>"}}` {
		t.Errorf("customer message: %+v", got)
	}
}

// The platform must do what the page says, however often it changes.
func TestPlatform(t *testing.T) {
	p := wechattest.New(wechattest.Options{AnyUser: true, NoWindows: true, NoCredits: true})
	base, stop, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	b := box.NewPlatform(p)
	token := accessToken(t, base, p.Account())
	send := func(path, body string) int {
		res, err := http.Post(base+path+"?access_token="+token, "application/json", strings.NewReader(body))
		if err != nil {
			return 999
		}
		defer res.Body.Close()
		var answer struct{ ErrCode int }
		if json.NewDecoder(res.Body).Decode(&answer) != nil {
			return 998
		}
		return answer.ErrCode
	}
	template := func() int {
		return send("/cgi-bin/message/template/send", `{"touser":"oX","template_id":"T","data":{"thing1":{"value":"花店"}}}`)
	}
	customer := func() int {
		return send("/cgi-bin/message/custom/send", `{"touser":"oX","msgtype":"text","text":{"content":"您好"}}`)
	}
	tests := []struct {
		ability            demo.Ability
		fault              demo.Fault
		template, customer int
		delivered          int
	}{
		{demo.AbilityTemplate, demo.FaultNone, 0, 0, 2},
		{demo.AbilityCustomer, demo.FaultNone, 48001, 0, 1},
		{demo.AbilityPassive, demo.FaultNone, 48001, 48001, 0},
		{demo.AbilityPassive, demo.FaultBusy, 48001, 48001, 0},
		{demo.AbilityTemplate, demo.FaultBusy, -1, -1, 0},
		{demo.AbilityCustomer, demo.FaultLost, 48001, 999, 1},
		{demo.AbilityTemplate, demo.FaultLost, 999, 999, 2}, // taken, but the answers are lost
		{demo.AbilityTemplate, demo.FaultNone, 0, 0, 2},
	}
	for _, tt := range tests {
		if err := b.SetAbility(t.Context(), tt.ability); err != nil {
			t.Fatal(err)
		}
		if err := b.SetFault(t.Context(), tt.fault); err != nil {
			t.Fatal(err)
		}
		p.Forget()
		gotTemplate, gotCustomer := template(), customer()
		if gotTemplate != tt.template || gotCustomer != tt.customer || len(p.Delivered("oX")) != tt.delivered {
			t.Errorf("%s, %s: template %d, customer %d, delivered %d", tt.ability, tt.fault, gotTemplate, gotCustomer, len(p.Delivered("oX")))
		}
		if b.Ability() != tt.ability || b.Fault() != tt.fault {
			t.Errorf("%s, %s: says %s, %s", tt.ability, tt.fault, b.Ability(), b.Fault())
		}
	}
}

func accessToken(t *testing.T, base string, a wechattest.Account) string {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"grant_type": "client_credential", "appid": a.AppID, "secret": a.AppSecret})
	res, err := http.Post(base+"/cgi-bin/stable_token", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.Token == "" {
		t.Fatalf("no token: %v", err)
	}
	return answer.Token
}
