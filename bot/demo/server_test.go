package demo_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/demo"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// site is a demo over a fake world, served on this machine.
type site struct {
	*world
	demo *demo.Server
	url  string
}

func newSite(t *testing.T, change ...func(*demo.Options)) *site {
	t.Helper()
	w := newWorld()
	if err := demo.Seed(t.Context(), w, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	o := w.options()
	for _, f := range change {
		f(&o)
	}
	d, err := demo.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.deliver = d.Deliver
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	t.Cleanup(d.Close)
	return &site{w, d, server.URL}
}

// do asks for an action and returns status and body.
func (s *site) do(t *testing.T, what, body string) (int, string) {
	t.Helper()
	res, err := http.Post(s.url+"/do/"+what, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(got)
}

// mustDo is do where only success will do.
func (s *site) mustDo(t *testing.T, what, body string) {
	t.Helper()
	if status, answer := s.do(t, what, body); status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", what, body, status, answer)
	}
}

// pageEvents is an open page's stream. Entries and the state of the back office are looked for apart: their order is nobody's concern.
type pageEvents struct {
	lines *bufio.Scanner
	seen  []pageEvent
	at    map[string]int // how far it was looked, by kind of event
}

type pageEvent struct{ name, id, data string }

func (s *site) open(t *testing.T, last string) *pageEvents {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("events: %s %q", res.Status, res.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	return &pageEvents{lines: lines, at: map[string]int{}}
}

// next returns the next event of a kind, any kind where that is empty, that holds all the words.
func (p *pageEvents) next(t *testing.T, name string, words ...string) pageEvent {
	t.Helper()
	for {
		for p.at[name] < len(p.seen) {
			ev := p.seen[p.at[name]]
			p.at[name]++
			if (name == "" || ev.name == name) && contains(ev.data, words) {
				return ev
			}
		}
		p.read(t, name, words)
	}
}

func (p *pageEvents) read(t *testing.T, name string, words []string) {
	t.Helper()
	var ev pageEvent
	for p.lines.Scan() {
		field, value, _ := strings.Cut(p.lines.Text(), ": ")
		switch field {
		case "event":
			ev.name = value
		case "id":
			ev.id = value
		case "data":
			ev.data = value
		case "":
			if ev.name != "" {
				p.seen = append(p.seen, ev)
				return
			}
		}
	}
	t.Fatalf("the stream ended before %s %q: %v", name, words, p.lines.Err())
}

func (p *pageEvents) entry(t *testing.T, words ...string) pageEvent {
	t.Helper()
	return p.next(t, "entry", words...)
}

func (p *pageEvents) office(t *testing.T, words ...string) demo.Office {
	t.Helper()
	var o demo.Office
	if err := json.Unmarshal([]byte(p.next(t, "office", words...).data), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func contains(s string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(s, w) {
			return false
		}
	}
	return true
}

func TestConversation(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	p.entry(t, "您好，这里是备案助手", `"via":"reply"`, `"send":"备案入口在哪里"`) // following greets
	s.mustDo(t, "say", `{"text":" 上海管局要审多久\n"}`)
	p.entry(t, `"side":"me"`, "上海管局要审多久")
	p.entry(t, `"side":"them"`, "1～20 个工作日", `"url":"https://beian.miit.gov.cn/"`)
	s.mustDo(t, "tap", `{"text":"有用","menu_id":"102"}`)
	p.entry(t, `"side":"me"`, "有用")
	s.mustDo(t, "click", `{"key":"say:短信核验怎么做"}`)
	p.entry(t, `"side":"them"`, "关于“短信核验怎么做”") // a tap on the menu shows no bubble of one's own
	for kind, answer := range map[string]string{"image": "看不懂图片", "video": "看不了视频", "location": "收到您的位置"} {
		s.mustDo(t, "send", `{"kind":"`+kind+`"}`)
		p.entry(t, `"kind":"`+kind+`"`)
		p.entry(t, answer)
	}
	s.mustDo(t, "send", `{"kind":"voice","text":"备案要花钱吗"}`)
	p.entry(t, `"kind":"voice"`, "备案要花钱吗")
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := strings.Join(s.received[:4], "; "); got != "follow; say 上海管局要审多久; tap 有用 102; click say:短信核验怎么做" {
		t.Errorf("the account heard %q", got)
	}
}

func TestBindMoveAndBeTold(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	o := p.office(t, "小鹿花店")
	if len(o.Filings) != 3 {
		t.Fatalf("%d filings", len(o.Filings))
	}
	flower := o.Filings[0]
	if flower.Name != "小鹿花店" || flower.Stage != vocab.StagePlatformReview || flower.Next[0] != vocab.StageSMSPending || flower.Step != 0 || flower.Tracked {
		t.Errorf("first filing: %+v", flower)
	}
	if len(flower.History) != 3 || flower.History[0].Label != "平台初审中" {
		t.Errorf("history: %+v", flower.History)
	}

	s.mustDo(t, "say", `{"text":"`+flower.Code+`"}`)
	p.entry(t, "绑定好了：「小鹿花店」")
	if o = p.office(t, `"tracked":true`); o.Filings[0].Notify != filing.NotifyNone {
		t.Errorf("notify %q before a yes", o.Filings[0].Notify)
	}
	s.mustDo(t, "stage", `{"filing":"demo-1","stage":"sms_pending"}`)
	if o = p.office(t, "平台初审中 → 待短信核验"); o.Moves[0].Sub != "绑定了，但没有订阅通知，所以不通知" {
		t.Errorf("moves: %+v", o.Moves)
	}

	s.mustDo(t, "say", `{"text":"订阅通知"}`)
	s.mustDo(t, "stage", `{"filing":"demo-1","stage":"platform_rejected","reasons":[{"error":"照片反光","suggest":"重拍"}]}`)
	ev := p.entry(t, `"kind":"card"`, `"via":"template"`, `"pushed":true`, "备案进度通知", "平台初审驳回")
	o = p.office(t, "照片反光", "已发模板消息")
	if o.Filings[0].Tone != "bad" || o.Filings[0].Reasons[0].Suggest != "重拍" {
		t.Errorf("rejected: %+v", o.Filings[0])
	}

	// A page that comes back sees what it missed and nothing twice; one that knows nothing sees all.
	s.mustDo(t, "say", `{"text":"查进度"}`)
	again := s.open(t, ev.id).next(t, "")
	if !strings.Contains(again.data, "查进度") {
		t.Errorf("after coming back: %+v", again)
	}
	if first := s.open(t, "").next(t, ""); first.name != "clear" {
		t.Errorf("a new page begins with %+v", first)
	}
	if first := s.open(t, "other-7").next(t, ""); first.name != "clear" {
		t.Errorf("a page from an earlier run begins with %+v", first)
	}
}

func TestCustomerMessage(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	p.entry(t, "您好")
	s.demo.Deliver(demo.Delivery{To: "oSomebodyElse", Text: "不是给我的"})
	s.demo.Deliver(demo.Delivery{To: "oFake1", Text: `提醒：<a href="weixin://bizmsgmenu?msgmenucontent=查进度&msgmenuid=1">查进度</a>`})
	if ev := p.entry(t); !contains(ev.data, []string{"提醒：", `"send":"查进度"`, `"via":"customer"`}) {
		t.Errorf("got %s", ev.data)
	}
	rows := make([]demo.Row, 100)
	s.demo.Deliver(demo.Delivery{To: "oFake1", Kind: demo.DeliveryTemplate, Title: strings.Repeat("长", 5000), Rows: rows, URL: "javascript:alert(1)"})
	ev := p.entry(t, `"kind":"card"`)
	if len(ev.data) > 15000 || strings.Count(ev.data, `"label"`) > 12 || strings.Contains(ev.data, "javascript") {
		t.Errorf("a delivery out of bounds: %d bytes", len(ev.data))
	}
}

func TestFollowAndScan(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	o := p.office(t, "小鹿花店")
	s.mustDo(t, "scan", `{"filing":"demo-2"}`)
	p.entry(t, "绑定好了：「青禾书屋」")
	s.mustDo(t, "unfollow", `{}`)
	p.office(t, `"following":false`)
	if status, answer := s.do(t, "say", `{"text":"在吗"}`); status != http.StatusConflict || !strings.Contains(answer, "not_following") {
		t.Errorf("said something without following: %d %s", status, answer)
	}
	s.demo.Deliver(demo.Delivery{To: "oFake1", Text: "收不到"})
	s.mustDo(t, "scan", `{"filing":"demo-3"}`) // follows by the code
	if ev := p.entry(t); !strings.Contains(ev.data, "绑定好了：「南山修车」") {
		t.Errorf("got %s", ev.data)
	}
	s.mustDo(t, "follow", `{}`) // already does: nothing happens
	s.mu.Lock()
	heard := strings.Join(s.received, "; ")
	s.mu.Unlock()
	if want := "follow; scan " + o.Filings[1].Code + "; unfollow; follow " + o.Filings[2].Code; heard != want {
		t.Errorf("the account heard %q, want %q", heard, want)
	}

	s.mustDo(t, "reset", `{}`)
	if ev := p.entry(t); !contains(ev.data, []string{`"seq":1,`, "您好"}) {
		t.Errorf("a new conversation begins with %s", ev.data)
	}
	p.office(t, `"tracked":true`)
	for p.office(t).Filings[1].Tracked { // until the new person, who follows nothing, is shown
	}
}

func TestTroubles(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	p.office(t, "小鹿花店")
	s.mu.Lock()
	s.broken = true
	s.mu.Unlock()
	s.mustDo(t, "say", `{"text":"在吗"}`)
	p.entry(t, `"side":"system"`, "该公众号提供的服务出现故障")
	s.mu.Lock()
	s.broken, s.failing = false, errors.New("down")
	s.mu.Unlock()
	p.office(t, "暂时读不到备案记录")
	s.mu.Lock()
	s.failing = nil
	s.mu.Unlock()
	p.office(t, "小鹿花店")
	s.mustDo(t, "say", `{"text":"沉默"}`) // an account that says nothing shows nothing
	s.mustDo(t, "say", `{"text":"查进度"}`)
	p.entry(t, `"side":"me"`, "沉默")
	if ev := p.entry(t); !strings.Contains(ev.data, `"side":"me"`) {
		t.Errorf("something was said: %s", ev.data)
	}
}

func TestPlatformAndTime(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	before := p.office(t, `"ability":"template"`, `"fault":"none"`)
	woken := 0
	s.clock.OnAdvance(func() { woken++ })
	s.mustDo(t, "advance", `{"hours":12}`)
	after := p.office(t, `"ahead":720`, "时间快进了 12 小时")
	if d := after.Now.Sub(before.Now); d < 12*time.Hour || d > 12*time.Hour+time.Minute || woken != 1 {
		t.Errorf("the clock moved by %v and woke %d", d, woken)
	}
	s.mustDo(t, "ability", `{"ability":"passive"}`)
	s.mustDo(t, "fault", `{"fault":"busy"}`)
	p.office(t, `"ability":"passive"`, `"fault":"busy"`)

	none := newSite(t, func(o *demo.Options) { o.Platform = nil })
	if status, _ := none.do(t, "ability", `{"ability":"passive"}`); status != http.StatusUnprocessableEntity {
		t.Errorf("ability without a platform: %d", status)
	}
}

func TestRefusedActions(t *testing.T) {
	s := newSite(t)
	s.open(t, "").office(t, "小鹿花店")
	tests := []struct {
		what, body, code string
		status           int
	}{
		{"say", `{"text":"  "}`, "empty", 422},
		{"say", `{"text":"` + strings.Repeat("长", 2001) + `"}`, "too_long", 422},
		{"say", `{"text":"` + strings.Repeat("x", 40000) + `"}`, "too_large", 413},
		{"say", `{"text":`, "bad_json", 400},
		{"say", `{"words":"x"}`, "bad_json", 400},
		{"click", `{"key":"say:別的"}`, "no_such_button", 422},
		{"click", `{"key":""}`, "no_such_button", 422},
		{"send", `{"kind":"text"}`, "no_such_kind", 422},
		{"scan", `{"filing":"nobody"}`, "not_found", 404},
		{"stage", `{"filing":"demo-1","stage":"done"}`, "no_such_stage", 422},
		{"stage", `{"filing":"nobody","stage":"filed"}`, "not_found", 404},
		{"stage", `{"filing":"demo-1","stage":"filed","number":"` + strings.Repeat("号", 200) + `"}`, "invalid", 422},
		{"code", `{"filing":"nobody"}`, "not_found", 404},
		{"advance", `{"hours":0}`, "bad_hours", 422},
		{"advance", `{"hours":1000000}`, "bad_hours", 422},
		{"ability", `{"ability":"all"}`, "no_such_ability", 422},
		{"fault", `{"fault":"fire"}`, "no_such_fault", 422},
		{"dance", `{}`, "not_found", 404},
	}
	for _, tt := range tests {
		status, answer := s.do(t, tt.what, tt.body)
		if status != tt.status || !strings.Contains(answer, `"code":"`+tt.code+`"`) {
			t.Errorf("%s %.40s: %d %s", tt.what, tt.body, status, answer)
		}
	}
}

func TestNewCode(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	before := p.office(t, "小鹿花店").Filings[0]
	s.mustDo(t, "code", `{"filing":"demo-1"}`)
	after := p.office(t, `qr/demo-1?v=2`).Filings[0]
	if after.Code == before.Code {
		t.Error("the same code again")
	}
	res, err := http.Get(s.url + "/" + after.QR)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	svg, _ := io.ReadAll(res.Body)
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "image/svg+xml") || !strings.HasPrefix(string(svg), "<svg") {
		t.Errorf("QR code: %s %.60s", res.Header.Get("Content-Type"), svg)
	}
}

func TestSeedAgain(t *testing.T) {
	w := newWorld()
	for range 2 {
		if err := demo.Seed(t.Context(), w, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(w.events["demo-1"]); got != 3 {
		t.Errorf("%d events after seeding twice", got)
	}
}
