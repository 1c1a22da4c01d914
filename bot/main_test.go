package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// command runs one command line as the shell would.
func command(t *testing.T, stdin string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	w := &world{ctx: t.Context(), stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs, environ: env}
	code = run(w, args)
	return out.String(), errs.String(), code
}

func TestCommandsAreListed(t *testing.T) {
	out, _, code := command(t, "", nil)
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	for _, name := range []string{
		"demo", "serve", "ask", "kb lint", "kb eval", "kb export", "kb import", "filing list", "filing show", "filing set", "filing code",
		"push list", "push retry", "push drop", "push pause", "push resume", "push preview", "menu sync", "backup", "restore", "healthcheck", "config", "version",
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
