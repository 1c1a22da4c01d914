package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
)

// held is a service whose configuration can be edited as the operator's file would be.
type held struct {
	*office
	mu     sync.Mutex
	config config.Config
	broken error
	level  slog.LevelVar
	log    bytes.Buffer
	admin  string
}

func hold(t *testing.T, change func(c *config.Config)) *held {
	t.Helper()
	h := &held{office: &office{t: t, clock: &clock{began: time.Now()}}}
	h.platform = wechattest.New(wechattest.Options{Now: h.clock.Now})
	a := h.platform.Account()
	c := config.Default()
	c.Listen, c.AdminListen, c.DataDir, c.Push.QuietHours, c.Limits.MessagesPerMinute = "127.0.0.1:0", "127.0.0.1:0", t.TempDir(), "off", 10000
	c.WeChat.AppID, c.WeChat.AppSecret, c.WeChat.Token, c.WeChat.AESKey, c.WeChat.Mode = a.AppID, a.AppSecret, a.Token, a.AESKey, "safe"
	c.WeChat.StatusTemplate = "first"
	if change != nil {
		change(&c)
	}
	h.config = c
	var err error
	h.s, err = service.New(t.Context(), service.Options{
		Config: c, Log: slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelWarn})), Level: &h.level, Now: h.clock.Now, Transport: h.platform.Transport(),
		Knowledge: knowledge,
		Reread: func() (config.Config, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.config, h.broken
		},
	})
	h.ok(err)
	h.ok(h.s.Start(t.Context()))
	t.Cleanup(func() { _ = h.s.Stop(context.WithoutCancel(t.Context())) })
	var public string
	public, h.admin = h.s.Addr()
	h.me = h.platform.Phone("http://"+public+"/wechat", "")
	h.platform.Know(h.me.OpenID())
	return h
}

// edit changes the configuration as it will be read, and reloads.
func (h *held) edit(change func(c *config.Config)) (service.Reloaded, error) {
	h.t.Helper()
	h.mu.Lock()
	change(&h.config)
	h.mu.Unlock()
	return h.s.Reload(h.t.Context())
}

func (h *held) edited(change func(c *config.Config), want ...string) {
	h.t.Helper()
	r, err := h.edit(change)
	h.ok(err)
	if !slices.Equal(r.Changed, want) || len(r.Restart) > 0 {
		h.t.Errorf("changed %v, after a restart %v, want %v", r.Changed, r.Restart, want)
	}
}

// as returns the phone of the same person, to whom the account has other values.
func (h *held) as(change func(a *wechattest.Account)) *wechattest.Phone {
	a := h.platform.Account()
	change(&a)
	public, _ := h.s.Addr()
	return wechattest.NewPhone(wechattest.PhoneOptions{Account: a, URL: "http://" + public + "/wechat", OpenID: h.me.OpenID(), Now: h.clock.Now, Platform: h.platform})
}

const otherKey = "ABCDEFGabcdefghijklmnopqrstuvwxyz0123456789"

// TestKeyRotation changes key and token of the callback while the program runs: no message between is lost, and what is old is refused at the end.
func TestKeyRotation(t *testing.T) {
	h := hold(t, nil)
	first := h.platform.Account()
	old := h.me
	newKey := h.as(func(a *wechattest.Account) { a.AESKey = otherKey })
	hears := func(p *wechattest.Phone, want bool) {
		t.Helper()
		a, err := p.Say(t.Context(), "帮助")
		if got := err == nil && a.Status == 200 && !a.Silent(); got != want {
			t.Errorf("answered: %v (%v), want %v", got, err, want)
		}
	}
	hears(old, true)
	hears(newKey, false)
	h.edited(func(c *config.Config) { c.WeChat.AESKey, c.WeChat.PreviousAESKey = otherKey, first.AESKey }, "wechat.aes_key", "wechat.previous_aes_key")
	hears(newKey, true)
	if a, err := old.Say(t.Context(), "帮助"); a == nil || a.Status != 200 { // sealed with the new key, which the old phone cannot open
		t.Errorf("a message by the previous key: %v %v", a, err)
	}
	h.edited(func(c *config.Config) { c.WeChat.PreviousAESKey = "" }, "wechat.previous_aes_key")
	hears(newKey, true)
	hears(old, false)
	h.edited(func(c *config.Config) { c.WeChat.Token = "another" }, "wechat.token")
	hears(newKey, false)
	hears(h.as(func(a *wechattest.Account) { a.AESKey, a.Token = otherKey, "another" }), true)
}

// TestReloadTakesEffect changes what can be changed while the program runs, and looks for the effect.
func TestReloadTakesEffect(t *testing.T) {
	h := hold(t, nil)
	h.edited(func(c *config.Config) { c.Human.Reply = "请打电话给老王" }, "human.reply")
	h.wants(h.says("人工").Text, "请打电话给老王")

	h.edited(func(c *config.Config) { c.Log.Level = "error" }, "log.level")
	if h.level.Level() != slog.LevelError {
		t.Errorf("level %v", h.level.Level())
	}

	h.report("a", vocab.StagePlatformReview)
	h.ends("a", push.Sent, "")
	h.edited(func(c *config.Config) {
		c.WeChat.StatusTemplate, c.WeChat.StatusFields = "second", map[string]string{"thing9": "{name}"}
		c.Push.PerSecond = 500
	}, "wechat.status_template", "wechat.status_fields", "push.per_second")
	h.report("a", vocab.StageSMSPending)
	h.ends("a", push.Sent, "")
	got := h.platform.Delivered(h.me.OpenID())
	if last := got[len(got)-1]; last.Template != "second" || last.Data["thing9"] != "小店a" || got[0].Template != "first" {
		t.Errorf("sent %+v", got)
	}
	h.edited(func(c *config.Config) { c.Push.QuietHours = "10:00-13:00" }, "push.quiet_hours") // it is eleven
	h.report("a", vocab.StageAuthorityReview)
	h.ends("a", push.Pending, vocab.ReasonQuiet)

	h.edited(func(c *config.Config) { c.Limits.MessagesPerMinute = 3 }, "limits.messages_per_minute")
	var last string
	for range 5 {
		if a := h.says("帮助"); !a.Silent() {
			last = a.Text
		}
	}
	if strings.Contains(last, "查进度") {
		t.Errorf("no limit: %s", last)
	}
	h.edited(func(c *config.Config) { c.Limits.MessagesPerMinute, c.Limits.ReplyBudget = 10000, time.Second }, "limits.messages_per_minute", "limits.reply_budget")
	h.wants(h.says("帮助").Text, "查进度")
	h.edited(func(*config.Config) {})
}

const entryFile = `group: time
entries:
  - id: %s
    title: 紫色独角兽要备案吗？
    answer: |
      %s
    variants:
      - 紫色独角兽要备案吗
      - 独角兽备案
`

// TestReloadFolders gives the program other folders of knowledge and holidays, with edits laid over the knowledge all the while.
func TestReloadFolders(t *testing.T) {
	skipLong(t)
	h := hold(t, nil)
	dir := t.TempDir()
	file := filepath.Join(dir, "own.yaml")
	h.ok(os.WriteFile(file, fmt.Appendf(nil, entryFile, "unicorn", "要，而且要金色的。"), 0o600))
	const edited = "一般要二到四周，这是改过的。"
	var entry struct{ Entry map[string]any }
	h.api("GET", "/api/v1/kb/total-time", nil, &entry, 200)
	entry.Entry["answer"], entry.Entry["facts"], entry.Entry["facets"] = edited, []any{map[string]any{"text": "二到四周", "from": "T-1", "grade": "C"}}, nil
	entry.Entry["detail"] = ""
	h.api("PUT", "/api/v1/kb/total-time", map[string]any{"entry": entry.Entry}, nil, 200)

	h.edited(func(c *config.Config) { c.KB.Dir = dir }, "kb.dir")
	h.wants(h.says("紫色独角兽要备案吗").Text, "要金色的")
	h.wants(h.says("从提交到拿到备案号要多久").Text, edited)
	h.ok(os.WriteFile(file, fmt.Appendf(nil, entryFile, "unicorn", "现在要银色的。"), 0o600))
	h.edited(func(*config.Config) {})
	h.wants(h.says("紫色独角兽要备案吗").Text, "银色的")
	h.edited(func(c *config.Config) { c.KB.Dir = "" }, "kb.dir")
	if a := h.says("紫色独角兽要备案吗"); strings.Contains(a.Text, "银色的") {
		t.Errorf("the folder is gone: %s", a.Text)
	}
	h.wants(h.says("从提交到拿到备案号要多久").Text, edited)

	overdue := func(id string) time.Time {
		t.Helper()
		h.report(id, vocab.StageAuthorityReview)
		page, err := h.s.Store().Pushes(t.Context(), push.Query{Filing: id})
		h.ok(err)
		for _, p := range page.Pushes {
			if p.Kind == vocab.KindOverdue {
				return p.Due
			}
		}
		t.Fatalf("no reminder of %s: %+v", id, page.Pushes)
		return time.Time{}
	}
	before := overdue("b")
	days := t.TempDir()
	built, err := os.ReadFile("../filing/calendar/2026.json")
	h.ok(err)
	off := strings.Replace(string(built), `"days": [`, `"days": [ {"name": "休息", "date": "2026-11-25", "isOffDay": true}, {"name": "休息", "date": "2026-11-26", "isOffDay": true},`, 1)
	h.ok(os.WriteFile(filepath.Join(days, "2026.json"), []byte(off), 0o600))
	h.edited(func(c *config.Config) { c.Calendar.Dir = days }, "calendar.dir")
	if after := overdue("c"); after.Sub(before) < 24*time.Hour {
		t.Errorf("due %v, and with two more days off %v", before, after)
	}
}

// TestRefusedWhole: one broken part keeps all the others from being put in force, the reason is told, and mended it goes through.
func TestRefusedWhole(t *testing.T) {
	h := hold(t, nil)
	said := func() string { return h.says("人工").Text }
	was := said()
	bad := t.TempDir()
	h.ok(os.WriteFile(filepath.Join(bad, "bad.yaml"), []byte("group: time\nentries:\n  - id: x\n    unheard: 1\n"), 0o600))
	h.ok(os.WriteFile(filepath.Join(bad, "2027.json"), []byte("{"), 0o600))
	good := h.config
	for _, tt := range []struct {
		name   string
		change func(c *config.Config)
		broken error
		want   string
	}{
		{"the file", func(*config.Config) {}, config.Problems{{File: "c.yaml", Line: 3, Key: "log.level", Message: "must be one of"}}, "c.yaml:3: log.level"},
		{"what is missing", func(c *config.Config) { c.WeChat.Token = "" }, nil, "wechat.token"},
		{"the knowledge", func(c *config.Config) { c.KB.Dir = bad }, nil, "bad.yaml"},
		{"the folder of the knowledge", func(c *config.Config) { c.KB.Dir = filepath.Join(bad, "none") }, nil, "kb.dir: the folder cannot be read"},
		{"the calendar", func(c *config.Config) { c.Calendar.Dir = bad }, nil, "2027.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.mu.Lock()
			h.broken = tt.broken
			h.mu.Unlock()
			_, err := h.edit(func(c *config.Config) { c.Human.Reply, c.WeChat.StatusTemplate = "不该出现", "other"; tt.change(c) })
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("told: %v", err)
			}
			if got := said(); got != was {
				t.Errorf("in force all the same: %s", got)
			}
			var answer struct {
				Error struct{ Code, Message string }
			}
			h.api("POST", "/api/v1/reload", nil, &answer, 422)
			if answer.Error.Code != "reload_refused" || !strings.Contains(answer.Error.Message, tt.want) {
				t.Errorf("told by the API: %+v", answer)
			}
			h.mu.Lock()
			h.broken, h.config = nil, good
			h.mu.Unlock()
		})
	}
	h.edited(func(c *config.Config) { c.Human.Reply = "好了" }, "human.reply")
	h.wants(said(), "好了")
}

// TestWaitingKeysAreNamed: a key that waits for a restart is named each time until then, and stays as it was; every
// other is in force. TestReloadEachKey goes through all of them.
func TestWaitingKeysAreNamed(t *testing.T) {
	h := hold(t, nil)
	for range 2 {
		r, err := h.edit(func(c *config.Config) {
			c.Listen, c.DataDir, c.RedisURL, c.WeChat.AppID, c.Admin.Token = ":1", "elsewhere", "redis://:leak@nowhere", "wxother", "a-longer-token-leak"
			c.Human.Reply += "。"
		})
		h.ok(err)
		if !slices.Equal(r.Restart, []string{"listen", "data_dir", "redis_url", "wechat.app_id", "admin.token"}) || !slices.Equal(r.Changed, []string{"human.reply"}) {
			t.Errorf("%+v", r)
		}
	}
	h.wants(h.log.String(), "in force after a restart", "redis_url")
	if strings.Contains(h.log.String(), "leak") {
		t.Errorf("a secret in the log: %s", h.log.String())
	}
	var answer struct{ Changed, Restart []string }
	h.api("POST", "/api/v1/reload", nil, &answer, 200)
	if len(answer.Changed) != 0 || len(answer.Restart) != 5 {
		t.Errorf("by the API: %+v", answer)
	}
	h.report("a", vocab.StagePlatformReview) // the store and the account are the old ones
	h.ends("a", push.Sent, "")
}

// TestNothingIsLostByReloading: people write and filings move while the program is reloaded again and again. Each message is answered, and
// each change is told once.
func TestNothingIsLostByReloading(t *testing.T) {
	h := hold(t, func(c *config.Config) { c.Push.PerSecond = 1000 })
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := h.edit(func(c *config.Config) {
				c.Push.Parallel, c.WeChat.Freshness = 1+i%4, time.Duration(5+i%2)*time.Minute
				c.WeChat.StatusTemplate = fmt.Sprint("t", i%3)
			}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	const people, messages = 4, 25
	public, _ := h.s.Addr()
	for range people {
		p := h.platform.Phone("http://"+public+"/wechat", "")
		h.platform.Know(p.OpenID())
		wg.Go(func() {
			for range messages {
				if a, err := p.Say(t.Context(), "帮助"); err != nil || a.Silent() || !strings.Contains(a.Text, "查进度") {
					t.Errorf("%v %+v", err, a)
				}
			}
		})
	}
	const moves = 30
	stages := []vocab.Stage{vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageAuthorityRejected}
	for i := range moves {
		h.report("a", stages[i%len(stages)])
		h.ends("a", push.Sent, "")
	}
	close(stop)
	wg.Wait()
	if n := h.told("template"); n != moves {
		t.Errorf("%d changes, %d told", moves, n)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	if err := h.s.Stop(ctx); err != nil && !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

// api makes a call of the API and reads the answer.
func (h *held) api(method, path string, in, out any, want int) {
	h.t.Helper()
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		h.ok(err)
		body = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(h.t.Context(), method, "http://"+h.admin+path, body)
	h.ok(err)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	h.ok(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	h.ok(err)
	if res.StatusCode != want {
		h.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, data)
	}
	if out != nil {
		h.ok(json.Unmarshal(data, out))
	}
}
