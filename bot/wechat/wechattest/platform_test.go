package wechattest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// rig is a platform with a clock to turn and a raw way to call it.
type rig struct {
	*wechattest.Platform
	t   *testing.T
	mu  sync.Mutex
	now time.Time
}

func newRig(t *testing.T, o wechattest.Options) *rig {
	r := &rig{t: t, now: noon}
	o.Now = func() time.Time {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.now
	}
	r.Platform = wechattest.New(o)
	return r
}

func (r *rig) forward(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// call returns the code and the whole answer.
func (r *rig) call(method, target string, body any) (int, map[string]any) {
	r.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(method, target, bytes.NewReader(encoded)))
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		r.t.Fatalf("%s: %v", w.Body, err)
	}
	code, _ := answer["errcode"].(float64)
	return int(code), answer
}

func (r *rig) token(force bool) (string, int) {
	r.t.Helper()
	a := r.Account()
	code, answer := r.call("POST", "/cgi-bin/stable_token", map[string]any{"grant_type": "client_credential", "appid": a.AppID, "secret": a.AppSecret, "force_refresh": force})
	if code != 0 {
		return "", code
	}
	if n := answer["expires_in"].(float64); n < 1 || n > 7200 {
		r.t.Errorf("expires_in %v", n)
	}
	return answer["access_token"].(string), 0
}

func (r *rig) try(token string) int {
	r.t.Helper()
	code, _ := r.call("GET", "/cgi-bin/getcallbackip?access_token="+token, nil)
	return code
}

// send sends with a good token.
func (r *rig) send(path string, body any) int {
	r.t.Helper()
	token, _ := r.token(false)
	code, _ := r.call("POST", path+"?access_token="+token, body)
	return code
}

func TestStableToken(t *testing.T) {
	r := newRig(t, wechattest.Options{})
	one, _ := r.token(false)
	if same, _ := r.token(false); same != one || r.try(one) != 0 {
		t.Error("the stable token is not stable")
	}
	r.forward(2*time.Hour - 5*time.Minute)
	two, _ := r.token(false)
	if two == one || r.try(one) != 0 || r.try(two) != 0 {
		t.Error("five minutes before the end both tokens are valid")
	}
	r.forward(6 * time.Minute)
	if got := r.try(one); got != 42001 {
		t.Errorf("expired: %d", got)
	}
	three, _ := r.token(true)
	if got := r.try(two); got != 40001 || r.try(three) != 0 {
		t.Errorf("after a forced renewal: %d", got)
	}
	if again, _ := r.token(true); again != three {
		t.Error("forced twice within 30 seconds")
	}
	for i := range 25 {
		r.forward(31 * time.Second)
		if _, code := r.token(true); (code == 45009) != (i >= 19) {
			t.Errorf("forced renewal %d: %d", i+2, code)
		}
	}
	if got := r.try(""); got != 41001 {
		t.Errorf("no token: %d", got)
	}
	if got := r.try("made-up"); got != 40001 {
		t.Errorf("made-up token: %d", got)
	}
	last, _ := r.token(false)
	r.RevokeTokens()
	if got := r.try(last); got != 40001 {
		t.Errorf("revoked: %d", got)
	}
	a := r.Account()
	if code, _ := r.call("POST", "/cgi-bin/stable_token", map[string]any{"appid": a.AppID, "secret": "x"}); code != 40125 {
		t.Errorf("wrong secret: %d", code)
	}
	if code, _ := r.call("POST", "/cgi-bin/stable_token", map[string]any{"appid": "x", "secret": "x"}); code != 40013 {
		t.Errorf("wrong app id: %d", code)
	}
}

// A new classic token ends the old one five minutes later, and leaves stable ones alone.
func TestClassicToken(t *testing.T) {
	r := newRig(t, wechattest.Options{})
	a := r.Account()
	classic := func() string {
		_, answer := r.call("GET", "/cgi-bin/token?grant_type=client_credential&appid="+a.AppID+"&secret="+a.AppSecret, nil)
		return answer["access_token"].(string)
	}
	stable, _ := r.token(false)
	one, two := classic(), classic()
	if r.try(one) != 0 || r.try(two) != 0 || r.try(stable) != 0 {
		t.Error("all are valid at first")
	}
	r.forward(6 * time.Minute)
	if got := r.try(one); got != 42001 || r.try(two) != 0 || r.try(stable) != 0 {
		t.Errorf("the old one: %d", got)
	}
}

func template(user, id string, data map[string]string) map[string]any {
	fields := map[string]any{}
	for k, v := range data {
		fields[k] = map[string]string{"value": v}
	}
	return map[string]any{"touser": user, "template_id": "T1", "client_msg_id": id, "data": fields}
}

const (
	templatePath     = "/cgi-bin/message/template/send"
	subscriptionPath = "/cgi-bin/message/subscribe/bizsend"
	customerPath     = "/cgi-bin/message/custom/send"
)

func TestTemplateRules(t *testing.T) {
	r := newRig(t, wechattest.Options{Templates: []string{"T1"}})
	user := wechattest.NewOpenID()
	good := map[string]string{"thing1": "名字"}
	if got := r.send(templatePath, template(user, "", good)); got != 40003 {
		t.Errorf("stranger: %d", got)
	}
	r.Know(user)
	r.Leave(user)
	if got := r.send(templatePath, template(user, "", good)); got != 43004 {
		t.Errorf("left: %d", got)
	}
	r.Know(user)
	bad := template(user, "", good)
	bad["template_id"] = "T2"
	if got := r.send(templatePath, bad); got != 40037 {
		t.Errorf("unknown template: %d", got)
	}
	for field, c := range map[string]struct {
		value string
		code  int
	}{
		"thing1":             {strings.Repeat("备", 21), 47003},
		"thing2":             {strings.Repeat("备", 20), 0},
		"thing3":             {"", 47003},
		"character_string1":  {"BA-7K3M", 0},
		"character_string2":  {"编号", 47003},
		"character_string3":  {strings.Repeat("a", 33), 47003},
		"phrase1":            {"审核通过", 0},
		"phrase2":            {"审核通过了吧", 47003},
		"phrase3":            {"ok", 47003},
		"time1":              {"2026年11月23日 12:00", 0},
		"time2":              {"明天", 47003},
		"number1":            {"一", 47003},
		"keyword1":           {"", 0},
		"remark":             {strings.Repeat("备", 201), 47003},
		"character_string44": {"😀", 47003},
	} {
		if got := r.send(templatePath, template(user, "", map[string]string{field: c.value})); got != c.code {
			t.Errorf("%s %q: %d, want %d", field, c.value, got, c.code)
		}
	}
}

// The same client_msg_id is told once within ten minutes, to each person.
func TestIdempotency(t *testing.T) {
	r := newRig(t, wechattest.Options{AnyUser: true})
	a, b := wechattest.NewOpenID(), wechattest.NewOpenID()
	send := func(user, id string) {
		t.Helper()
		if got := r.send(templatePath, template(user, id, map[string]string{"thing1": "x"})); got != 0 {
			t.Fatal(got)
		}
	}
	send(a, "1")
	send(a, "1")
	send(b, "1")
	send(a, "2")
	send(a, "")
	send(a, "")
	r.forward(9 * time.Minute)
	send(a, "1")
	if n, m := len(r.Delivered(a)), len(r.Delivered(b)); n != 4 || m != 1 {
		t.Errorf("%d and %d delivered", n, m)
	}
	r.forward(time.Minute)
	send(a, "1")
	if n := len(r.Delivered(a)); n != 5 {
		t.Errorf("%d delivered", n)
	}
}

func TestWindows(t *testing.T) {
	r := newRig(t, wechattest.Options{})
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }))
	defer bot.Close()
	phone := r.Phone(bot.URL, "")
	user := phone.OpenID()
	text := map[string]any{"touser": user, "msgtype": "text", "text": map[string]string{"content": "您好"}}
	expect := func(codes ...int) {
		t.Helper()
		for i, want := range codes {
			if got := r.send(customerPath, text); got != want {
				t.Errorf("message %d: %d, want %d", i+1, got, want)
			}
		}
	}
	do := func(_ *wechattest.Answer, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	expect(40003)
	do(phone.Follow(t.Context(), ""))
	expect(0, 0, 0, 45047)
	r.forward(61 * time.Second)
	expect(45015)
	do(phone.Say(t.Context(), "你好"))
	expect(0, 0, 0, 0, 0, 45047)
	r.forward(48*time.Hour + time.Second)
	expect(45015)
	do(phone.Tap(t.Context(), wechattest.Link{Words: "详细", ID: "1"}))
	expect(0, 0, 0, 45047)
	do(phone.Click(t.Context(), "status"))
	expect(0)
	do(phone.View(t.Context(), "https://example.com"))
	do(phone.Unfollow(t.Context()))
	expect(43004)
	for _, c := range []struct {
		body map[string]any
		code int
	}{
		{map[string]any{"touser": user, "msgtype": "text", "text": map[string]string{"content": " "}}, 44004},
		{map[string]any{"touser": user, "msgtype": "text", "text": map[string]string{"content": strings.Repeat("备", 700)}}, 45002},
		{map[string]any{"touser": user, "msgtype": "sonnet"}, 40008},
	} {
		if got := r.send(customerPath, c.body); got != c.code {
			t.Errorf("%v: %d", c.code, got)
		}
	}
}

func TestCredits(t *testing.T) {
	r := newRig(t, wechattest.Options{})
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }))
	defer bot.Close()
	phone := r.Phone(bot.URL, "")
	notice := template(phone.OpenID(), "", map[string]string{"thing1": "x"})
	if got := r.send(subscriptionPath, notice); got != 40003 {
		t.Errorf("stranger: %d", got)
	}
	if _, err := phone.AnswerSubscription(t.Context(), false, "T1"); err != nil {
		t.Fatal(err)
	}
	if got := r.send(subscriptionPath, notice); got != 43101 {
		t.Errorf("rejected: %d", got)
	}
	if _, err := phone.AnswerSubscription(t.Context(), true, "T1", "T2"); err != nil {
		t.Fatal(err)
	}
	if got := r.send(subscriptionPath, notice); got != 0 {
		t.Errorf("accepted: %d", got)
	}
	if got := r.send(subscriptionPath, notice); got != 43101 {
		t.Errorf("used up: %d", got)
	}
	if d := r.Delivered(phone.OpenID()); len(d) != 1 || d[0].Channel != wechattest.ChannelSubscription {
		t.Errorf("%+v", d)
	}
}

func TestFaults(t *testing.T) {
	r := newRig(t, wechattest.Options{AnyUser: true})
	token, _ := r.token(false)
	target := templatePath + "?access_token=" + token
	body := template(wechattest.NewOpenID(), "", nil)
	r.Script(
		wechattest.Fault{Path: templatePath, Code: 45011, Times: 2},
		wechattest.Fault{Path: "/elsewhere", Code: 1},
		wechattest.Fault{Code: -1},
	)
	var codes []int
	for range 4 {
		code, _ := r.call("POST", target, body)
		codes = append(codes, code)
	}
	if fmt.Sprint(codes) != "[45011 45011 -1 0]" {
		t.Error(codes)
	}
	if n := r.Calls(templatePath); n != 4 {
		t.Errorf("%d calls", n)
	}
	client := &http.Client{Transport: r.Transport()}
	for _, f := range []wechattest.Fault{{DropBefore: true}, {DropAfter: true}} {
		r.Forget()
		r.Script(f)
		b, _ := json.Marshal(body)
		if res, err := client.Post("http://box"+target, "application/json", bytes.NewReader(b)); err == nil {
			res.Body.Close()
			t.Errorf("%+v: an answer", f)
		}
		if n := len(r.Delivered("")); (n == 1) != f.DropAfter {
			t.Errorf("%+v: %d delivered", f, n)
		}
	}
	r.Script(wechattest.Fault{Status: 502, Times: -1})
	for range 3 {
		if res, err := client.Get("http://box/cgi-bin/getcallbackip"); err != nil || res.StatusCode != 502 {
			t.Errorf("%v, %v", res, err)
		}
	}
	r.Heal()
	if got := r.try(token); got != 0 {
		t.Error(got)
	}
}

// Deliveries are seen as they happen, in order, and their fate is told to the account.
func TestWatchAndFinish(t *testing.T) {
	var mu sync.Mutex
	var events []*chat.Message
	arrived := make(chan struct{}, 10)
	account := wechattest.SampleAccount()
	envelope, err := wechat.NewEnvelope(wechat.EnvelopeOptions{AppID: account.AppID, Token: account.Token, AESKey: account.AESKey})
	if err != nil {
		t.Fatal(err)
	}
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		plain, _, err := envelope.Open(r.URL.Query(), body)
		if err != nil {
			t.Error(err)
			return
		}
		m, err := wechat.Parse(plain)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		events = append(events, m)
		mu.Unlock()
		arrived <- struct{}{}
		_, _ = io.WriteString(w, "success")
	}))
	defer bot.Close()
	p := wechattest.New(wechattest.Options{AnyUser: true, CallbackURL: bot.URL})
	user := wechattest.NewOpenID()
	var seen []wechattest.Delivery
	stop := p.Watch(func(d wechattest.Delivery) { seen = append(seen, d) })
	client, err := wechat.NewClient(wechat.ClientOptions{AppID: account.AppID, AppSecret: account.AppSecret, BaseURL: "http://box", HTTP: &http.Client{Transport: p.Transport()}})
	if err != nil {
		t.Fatal(err)
	}
	body := template(user, "", map[string]string{"thing1": "一"})
	if err := client.Do(t.Context(), wechat.Call{Op: "x", Path: templatePath, Body: body}, nil); err != nil {
		t.Fatal(err)
	}
	<-arrived
	stop()
	if err := client.Do(t.Context(), wechat.Call{Op: "x", Path: templatePath, Body: body}, nil); err != nil {
		t.Fatal(err)
	}
	<-arrived
	if len(seen) != 1 || seen[0].OpenID != user || seen[0].Data["thing1"] != "一" {
		t.Errorf("%+v", seen)
	}
	if _, err := p.Finish(t.Context(), bot.URL, seen[0], "failed:user block"); err != nil {
		t.Fatal(err)
	}
	<-arrived
	mu.Lock()
	defer mu.Unlock()
	last := events[len(events)-1]
	if e := last.Event; e.Kind != chat.EventTemplateSent || e.MessageID != fmt.Sprint(seen[0].MsgID) || e.Status != "failed:user block" || last.User != user {
		t.Errorf("%+v", last)
	}
	if events[0].Event.Status != "success" {
		t.Errorf("%+v", events[0])
	}
}

// A phone is as strict as the platform about what it accepts as a reply.
func TestPhoneIsStrict(t *testing.T) {
	plain := wechattest.SampleAccount()
	plain.Mode = wechat.ModePlain
	user := wechattest.NewOpenID()
	text := func(to, from, kind, content string) string {
		return "<xml><ToUserName>" + to + "</ToUserName><FromUserName>" + from + "</FromUserName><CreateTime>1</CreateTime><MsgType>" + kind + "</MsgType><Content>" + content + "</Content></xml>"
	}
	for name, c := range map[string]struct {
		account wechattest.Account
		body    string
		bad     bool
	}{
		"silence":           {plain, "success", false},
		"nothing":           {plain, "", false},
		"text":              {plain, text(user, plain.ID, "text", "好"), false},
		"JSON":              {plain, `{"a":1}`, true},
		"empty text":        {plain, text(user, plain.ID, "text", ""), true},
		"long text":         {plain, text(user, plain.ID, "text", strings.Repeat("备", 700)), true},
		"to somebody else":  {plain, text("oX", plain.ID, "text", "好"), true},
		"other kind":        {plain, text(user, plain.ID, "poem", "好"), true},
		"clear in safe":     {wechattest.SampleAccount(), text(user, plain.ID, "text", "好"), true},
		"unsigned in safe":  {wechattest.SampleAccount(), "<xml><Encrypt>AAAA</Encrypt></xml>", true},
		"silence in safe":   {wechattest.SampleAccount(), "success", false},
		"half a document":   {plain, "<xml><ToUserName>", true},
		"success and words": {plain, "success!", true},
	} {
		phone := wechattest.NewPhone(wechattest.PhoneOptions{
			Account: c.account, URL: "http://bot/wechat?x=1", OpenID: user,
			HTTP: &http.Client{Transport: wechattest.Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("x") != "1" {
					t.Error("the address lost its own parameter")
				}
				_, _ = io.WriteString(w, c.body)
			}))},
		})
		if _, err := phone.Say(t.Context(), "问"); (err != nil) != c.bad {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := wechattest.NewPhone(wechattest.PhoneOptions{Account: plain, URL: "http://bot", HTTP: &http.Client{Transport: wechattest.Transport(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))}}).Say(t.Context(), "x"); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("%v", err)
	}
}

// What a phone sends is read as what the person did, in every mode.
func TestPhoneSpeaksAsThePlatform(t *testing.T) {
	for _, mode := range []wechat.Mode{wechat.ModePlain, wechat.ModeCompat, wechat.ModeSafe} {
		account := wechattest.SampleAccount()
		account.Mode = mode
		envelope, err := wechat.NewEnvelope(wechat.EnvelopeOptions{AppID: account.AppID, Token: account.Token, AESKey: account.AESKey, Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		var got *chat.Message
		phone := wechattest.NewPhone(wechattest.PhoneOptions{Account: account, URL: "http://bot", HTTP: &http.Client{Transport: wechattest.Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			plain, _, err := envelope.Open(r.URL.Query(), body)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err = wechat.Parse(plain); err != nil {
				t.Error(err)
			}
			_, _ = io.WriteString(w, "success")
		}))}})
		ctx := t.Context()
		seen := map[string]bool{}
		for _, c := range []struct {
			do   func() (*wechattest.Answer, error)
			want chat.Message
		}{
			{func() (*wechattest.Answer, error) { return phone.Say(ctx, "a]]>b<c>") }, chat.Message{Kind: chat.KindText, Text: "a]]>b<c>"}},
			{func() (*wechattest.Answer, error) { return phone.Say(ctx, "a]]>b<c>") }, chat.Message{Kind: chat.KindText, Text: "a]]>b<c>"}},
			{func() (*wechattest.Answer, error) { return phone.Tap(ctx, wechattest.Link{Words: "详细", ID: "101"}) }, chat.Message{Kind: chat.KindText, Text: "详细", MenuID: "101"}},
			{func() (*wechattest.Answer, error) { return phone.Voice(ctx, "你好") }, chat.Message{Kind: chat.KindVoice, Text: "你好"}},
			{func() (*wechattest.Answer, error) { return phone.Image(ctx) }, chat.Message{Kind: chat.KindImage}},
			{func() (*wechattest.Answer, error) { return phone.Video(ctx) }, chat.Message{Kind: chat.KindVideo}},
			{func() (*wechattest.Answer, error) { return phone.Location(ctx) }, chat.Message{Kind: chat.KindLocation}},
			{func() (*wechattest.Answer, error) { return phone.Send(ctx, "link", "Url", "http://x") }, chat.Message{Kind: chat.KindLink}},
			{func() (*wechattest.Answer, error) { return phone.Follow(ctx, "BA-1") }, chat.Message{Kind: chat.KindEvent, Event: chat.Event{Kind: chat.EventFollow, Name: "subscribe", Key: "BA-1"}}},
			{func() (*wechattest.Answer, error) { return phone.Scan(ctx, "BA-1") }, chat.Message{Kind: chat.KindEvent, Event: chat.Event{Kind: chat.EventScan, Name: "SCAN", Key: "BA-1"}}},
			{func() (*wechattest.Answer, error) { return phone.Unfollow(ctx) }, chat.Message{Kind: chat.KindEvent, Event: chat.Event{Kind: chat.EventUnfollow, Name: "unsubscribe"}}},
		} {
			if _, err := c.do(); err != nil {
				t.Fatal(err)
			}
			if got.Account != account.ID || got.User != phone.OpenID() || got.Kind != c.want.Kind || got.Text != c.want.Text || got.MenuID != c.want.MenuID ||
				got.Event.Kind != c.want.Event.Kind || got.Event.Key != c.want.Event.Key || got.Event.Name != c.want.Event.Name {
				t.Errorf("%s: got %+v, want %+v", mode, got, c.want)
			}
			if seen[got.Key] {
				t.Errorf("%s: key twice", mode)
			}
			seen[got.Key] = true
		}
	}
}
