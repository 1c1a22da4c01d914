package main

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
)

// TestMenu: what was edited is what menu sync puts in place, over the running server as over the store, and by the store again afterwards.
func TestMenu(t *testing.T) {
	skipLong(t)
	platform := wechattest.New(wechattest.Options{})
	base, stop, err := platform.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	a := platform.Account()
	env := []string{
		"BEIANBOT_DATA_DIR=" + t.TempDir(), "BEIANBOT_ADMIN_LISTEN=127.0.0.1:1", "BEIANBOT_WECHAT_API_BASE=" + base, "BEIANBOT_LISTEN=127.0.0.1:0",
		"BEIANBOT_WECHAT_APP_ID=" + a.AppID, "BEIANBOT_WECHAT_APP_SECRET=" + a.AppSecret, "BEIANBOT_WECHAT_TOKEN=" + a.Token,
		"BEIANBOT_ADMIN_TOKEN=a-token-of-the-test",
	}
	do := func(stdin string, args ...string) string {
		t.Helper()
		out, errs, code := command(t, stdin, env, args...)
		if code != 0 {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
		return out
	}
	inPlace := func(want string) {
		t.Helper()
		m := platform.Menu()
		if len(m) == 0 || m[0].Name != want {
			t.Errorf("in place: %+v, want %s", m, want)
		}
	}

	built := do("", "menu", "show")
	if !strings.Contains(built, `"edited": false`) {
		t.Errorf("%s", built)
	}
	if out := do("", "menu", "sync"); !strings.Contains(out, "came with the program") {
		t.Errorf("%s", out)
	}
	do(`{"menu":[{"label":"门店","say":"查进度"}]}`, "menu", "set", "-")
	if out := do("", "menu", "sync"); !strings.Contains(out, "edited menu") {
		t.Errorf("%s", out)
	}
	inPlace("门店")

	cfg, _, err := config.LoadToServe("", append(env[:len(env):len(env)], "BEIANBOT_ADMIN_LISTEN=127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := service.New(t.Context(), service.Options{Config: cfg, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, admin := s.Addr()
	server := func(args ...string) []string { return append(args, "--server", "http://"+admin) }
	do(`{"menu":[{"label":"服务器","say":"帮助"}]}`, server("menu", "set", "-")...)
	do("", server("menu", "sync")...)
	inPlace("服务器")
	if _, errs, code := command(t, `{"menu":[{"label":"太长太长太长","say":"x"}]}`, env, server("menu", "set", "-")...); code != 1 || !strings.Contains(errs, "menu[0]: a label has at most 16 bytes") {
		t.Errorf("exit %d: %s", code, errs)
	}
	platform.Script(wechattest.Fault{Path: "/cgi-bin/menu/create", Code: 48001})
	if _, errs, code := command(t, "", env, server("menu", "sync")...); code != 1 || !strings.Contains(errs, "48001") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	if out := do("", "menu", "show"); !strings.Contains(out, "服务器") {
		t.Errorf("kept: %s", out)
	}
	do(`{"menu":null}`, "menu", "set", "-")
	if out := do("", "menu", "show"); out != built {
		t.Errorf("after the reset: %s", out)
	}
	for i := range env {
		if strings.HasPrefix(env[i], "BEIANBOT_WECHAT_APP_SECRET=") {
			env[i] = "BEIANBOT_WECHAT_APP_SECRET="
		}
	}
	if _, errs, code := command(t, "", env, "menu", "sync"); code != 1 || !strings.Contains(errs, "wechat.app_secret") {
		t.Errorf("without a secret: exit %d: %s", code, errs)
	}
}
