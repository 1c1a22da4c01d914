package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/vocab"
)

// TestPushPreview: the wording of every stage can be looked at without a server, a store or an account.
func TestPushPreview(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	config := "wechat:\n  status_template: tpl-1\n  customer_messages: true\n  status_fields:\n    thing1: \"{name}\"\n    date9: \"{deadline}\"\n"
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := command(t, "", nil, "push", "preview", "--config", path)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, s := range vocab.Stages() {
		if !strings.Contains(out, "==== "+string(s)+" "+s.Chinese()) {
			t.Errorf("%s is missing", s)
		}
	}
	for _, want := range []string{
		"-- template tpl-1", "(not used: wechat.status_subscription is empty)", "thing1", "date9", "https://beian.miit.gov.cn/", "https://mp.weixin.qq.com/",
		"== reminder sms 2", "== reminder police 1", "【备案提醒】", "【备案进度】",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(out, "phrase2") {
		t.Error("the configured keywords are not used")
	}
	out, _, code = command(t, "", nil, "push", "preview", "--stage", "sms_pending", "--own")
	if code != 0 || !strings.Contains(out, "（自行登记）") || strings.Contains(out, "==== filed") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	for _, args := range [][]string{{"--stage", "odd"}, {"--platform", "odd"}, {"--stage", "filed", "--filing", "a"}} {
		if _, errs, code := command(t, "", nil, append([]string{"push", "preview"}, args...)...); code == 0 || errs == "" {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

// TestPushPause: where no server runs, the commands work on the store itself.
func TestPushPause(t *testing.T) {
	skipLong(t)
	env := []string{"BEIANBOT_DATA_DIR=" + t.TempDir(), "BEIANBOT_ADMIN_LISTEN=127.0.0.1:1"}
	if out, errs, code := command(t, "", env, "push", "pause", "--reason", "模板在改"); code != 0 || !strings.Contains(out, "模板在改") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if _, errs, code := command(t, "", env, "push", "list"); code != 0 || !strings.Contains(errs, "sending is paused since") || !strings.Contains(errs, "模板在改") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if out, errs, code := command(t, "", env, "push", "resume"); code != 0 || !strings.Contains(out, `"paused": null`) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if _, errs, code := command(t, "", env, "push", "list", "--reason", "daily_quota"); code != 0 || errs != "" {
		t.Errorf("exit %d: %s", code, errs)
	}
	if _, errs, code := command(t, "", env, "push", "list", "--reason", "odd"); code == 0 || errs == "" {
		t.Errorf("exit %d: %s", code, errs)
	}
	// What would be said of a filing as it stands.
	if _, errs, code := command(t, "", env, "filing", "set", "a", "--name", "小鹿花店", "--stage", "filed"); code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if out, errs, code := command(t, "", env, "push", "preview", "--filing", "a"); code != 0 || !strings.Contains(out, "「小鹿花店」") || strings.Contains(out, "====") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
