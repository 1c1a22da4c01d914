package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/handlers"
)

// command runs one command line as the shell would.
func command(t *testing.T, stdin string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	now := func() time.Time { return time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC) }
	w := &world{ctx: t.Context(), stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs, environ: env, now: now}
	code = run(w, args)
	return out.String(), errs.String(), code
}

// skipLong skips a test that takes seconds in short mode, because each command loads the knowledge. The check
// runs it.
func skipLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: takes seconds")
	}
}

func TestCommandsAreListed(t *testing.T) {
	out, _, code := command(t, "", nil)
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	for _, name := range []string{
		"demo", "serve", "ask", "kb lint", "kb eval", "kb export", "kb import", "filing list", "filing show", "filing set", "filing code",
		"push list", "push retry", "push drop", "push pause", "push resume", "push preview", "menu show", "menu set", "menu sync", "backup", "restore", "healthcheck", "config", "version",
	} {
		if !strings.Contains(out, name) {
			t.Errorf("%q is not listed", name)
		}
	}
}

func TestAskJSON(t *testing.T) {
	out, errs, code := command(t, "上海管局要审多久\n我的进度呢\n你好\n\n"+strings.Repeat("长", 40000)+"\n", nil, "ask", "--json", "-")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d lines for 5 questions:\n%s", len(lines), out)
	}
	var first map[string]any
	for i, line := range lines {
		var a map[string]any
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		for _, key := range []string{"question", "kind", "topic", "command", "entities", "candidates", "reply", "micros"} {
			if _, ok := a[key]; !ok {
				t.Errorf("line %d lacks %s", i, key)
			}
		}
		if i == 0 {
			first = a
		}
	}
	if first["kind"] != "answer" || first["topic"] != "authority-review-duration" || first["question"] != "上海管局要审多久" {
		t.Errorf("%v", first)
	}
	if e := first["entities"].(map[string]any); e["province"] != "上海" {
		t.Errorf("entities: %v", e)
	}
	if !strings.Contains(lines[1], `"kind":"command"`) || !strings.Contains(lines[1], `"command":"status"`) {
		t.Errorf("%s", lines[1])
	}
	if !strings.Contains(lines[2], `"kind":"smalltalk"`) {
		t.Errorf("%s", lines[2])
	}
	for _, i := range []int{3, 4} {
		if !strings.Contains(lines[i], `"kind":"unknown"`) {
			t.Errorf("line %d: %.200s", i, lines[i])
		}
	}
}

// TestAskNamesCommands: what is understood as a command names one of the closed set, and every kind is one of the contract's.
func TestAskNamesCommands(t *testing.T) {
	known := map[string]bool{}
	for _, c := range handlers.Commands() {
		known[string(c)] = true
	}
	wants := [][2]string{
		{"登记", "register"},
		{"更新进度", "update"},
		{"删除我的数据", "erase"},
		{"通知设置", "settings"},
		{"看通知", "notices"},
		{"晚上不要打扰我", "settings"},
		{"我的小程序小鹿花店11月20日在上海提交了初审", "register"},
		{"查进度", "status"},
		{"BA-7K3M-Q9XD", "track"},
		{"绑定 BA-7K3M-Q9XD", "track"},
		{"解绑", "untrack"},
		{"订阅通知", "subscribe"},
		{"取消通知", "unsubscribe"},
		{"都不要", "unsubscribe"},
		{"帮助", "help"},
		{"人工", "human"},
		{"", ""},
		{"   ", ""},
		{"0", ""},
		{"上海管局要审多久", ""},
		{"你好", ""},
		{"今天天气怎么样", ""},
		{"有用", ""},
	}
	var in strings.Builder
	for _, w := range wants {
		in.WriteString(w[0] + "\n")
	}
	out, errs, code := command(t, in.String(), nil, "ask", "--json", "-")
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if code != 0 || len(lines) != len(wants) {
		t.Fatalf("exit %d, %d lines: %s", code, len(lines), errs)
	}
	for i, w := range wants {
		var a struct{ Question, Kind, Command string }
		if err := json.Unmarshal([]byte(lines[i]), &a); err != nil || a.Question != w[0] {
			t.Fatalf("%q: %v: %s", w[0], err, lines[i])
		}
		if !slices.Contains([]string{"answer", "choice", "command", "smalltalk", "unknown"}, a.Kind) {
			t.Errorf("%q is of kind %q", w[0], a.Kind)
		}
		if a.Command != w[1] || (a.Kind == "command") != (a.Command != "") || a.Command != "" && !known[a.Command] {
			t.Errorf("%q: %s %q, want %q", w[0], a.Kind, a.Command, w[1])
		}
	}
}

func TestAskIsReadable(t *testing.T) {
	out, _, code := command(t, "", nil, "ask", "短信核验", "怎么做")
	if code != 0 || !strings.Contains(out, "beian.miit.gov.cn") || strings.Contains(out, "<a ") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestConfigHidesSecretsAndReportsEverything(t *testing.T) {
	out, _, code := command(t, "", []string{"BEIANBOT_WECHAT_APP_SECRET=leakedsecret"}, "config")
	if code != 0 || strings.Contains(out, "leakedsecret") || !strings.Contains(out, "app_secret: '******'") && !strings.Contains(out, `app_secret: "******"`) {
		t.Errorf("exit %d:\n%s", code, out)
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte("lisen: 1\nwechat:\n  mode: x\n  freshness: y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := command(t, "", nil, "config", "--config", path)
	if code != 1 || !strings.Contains(errs, ":1: lisen: no such key") || !strings.Contains(errs, ":4: wechat.freshness") {
		t.Errorf("exit %d:\n%s", code, errs)
	}
	_, errs, code = command(t, "", []string{"BEIANBOT_REDIS_URL=redis://:hunter2@127.0.0.1:1", "BEIANBOT_WECHAT_APP_ID=wx", "BEIANBOT_WECHAT_TOKEN=abc"}, "config", "--check")
	if code != 1 || !strings.Contains(errs, "redis_url (127.0.0.1:1): nothing listens there") || strings.Contains(errs, "hunter2") {
		t.Errorf("a Redis that is not there: exit %d:\n%s", code, errs)
	}
	_, errs, code = command(t, "", nil, "config", "--check", "--config", path)
	if code != 1 || !strings.Contains(errs, ":1: lisen: no such key") || !strings.Contains(errs, "wechat.app_id: is missing") {
		t.Errorf("exit %d:\n%s", code, errs)
	}
	retired := []string{"BEIANBOT_OPEN_PLATFORM_TOKEN=leaked", "BEIANBOT_WECHAT_APP_ID=wx", "BEIANBOT_WECHAT_TOKEN=abc"}
	_, errs, code = command(t, "", retired, "config", "--check")
	if code != 0 || !strings.Contains(errs, "warning: BEIANBOT_OPEN_PLATFORM_TOKEN: is not read any more") || strings.Contains(errs, "leaked") {
		t.Errorf("a retired key: exit %d:\n%s", code, errs)
	}
	_, errs, code = command(t, "", nil, "serve")
	if code != 1 || !strings.Contains(errs, "wechat.app_id") || !strings.Contains(errs, "wechat.token") {
		t.Errorf("serve without a configuration: exit %d:\n%s", code, errs)
	}
}

func TestVersion(t *testing.T) {
	out, _, code := command(t, "", nil, "version")
	if code != 0 || !strings.HasPrefix(out, "beianbot ") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestUnknownCommand(t *testing.T) {
	_, errs, code := command(t, "", nil, "dance")
	if code == 0 || errs == "" {
		t.Errorf("exit %d: %q", code, errs)
	}
}
