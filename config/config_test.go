package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/config"
)

const aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "beianbot.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var ps config.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("want Problems, got %T: %v", err, err)
	}
	var out []string
	for _, p := range ps {
		if p.File != "" {
			p.File = filepath.Base(p.File)
		}
		out = append(out, p.String())
	}
	return out
}

func TestNothingTold(t *testing.T) {
	c, _, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.WeChat.Mode = "plain"
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestEnvironmentGoesOverFile(t *testing.T) {
	path := write(t, "listen: :1\nwechat:\n  app_id: wxfile\n  token: filetoken\n")
	secret := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(secret, []byte(aesKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Load(path, []string{
		"BEIANBOT_LISTEN=:2", "BEIANBOT_WECHAT_APP_ID=wxenv", "BEIANBOT_WECHAT_AES_KEY_FILE=" + secret,
		"BEIANBOT_LIMITS_REPLY_BUDGET=3s", "PATH=/bin",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Listen, want.WeChat.AppID, want.WeChat.Token, want.WeChat.AESKey = ":2", "wxenv", "filetoken", aesKey
	want.WeChat.Mode = "safe" // because there is a key
	want.Limits.ReplyBudget = 3 * time.Second
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string
		env        []string
		want       []string
	}{
		{
			"wrong keys and types in the file and the environment",
			"lisen: :1\nwechat:\n  freshness: soon\n  tokn: x\nlog: loud\npush:\n  parallel: many\n",
			[]string{"BEIANBOT_LISEN=:1", "BEIANBOT_PUSH_PER_SECOND=much"},
			[]string{
				"beianbot.yaml:1: lisen: no such key",
				"beianbot.yaml:3: wechat.freshness: the value has the wrong type: a duration such as 5m is needed",
				"beianbot.yaml:4: wechat.tokn: no such key",
				"beianbot.yaml:5: log: the value has the wrong type: a section with keys is needed",
				"beianbot.yaml:7: push.parallel: the value has the wrong type: a whole number is needed",
				"BEIANBOT_LISEN: no such key",
				"BEIANBOT_PUSH_PER_SECOND: the value has the wrong type: a number is needed",
			},
		},
		{
			"values that cannot be used, with the line where one stands",
			"listen: here\nwechat:\n  mode: open\n  token: a-b\n  aes_key: short\nlog:\n  level: loud\n",
			[]string{"BEIANBOT_KB_ANSWER_AT=2"},
			[]string{
				"beianbot.yaml:1: listen: must be an address to listen on, such as :8080 or 127.0.0.1:9090",
				"beianbot.yaml:3: wechat.mode: must be one of plain, compat, safe",
				"beianbot.yaml:7: log.level: must be one of debug, info, warn, error",
				"beianbot.yaml:5: wechat.aes_key: must be the 43 letters and digits of the EncodingAESKey",
				"beianbot.yaml:4: wechat.token: must be 3 to 32 letters and digits, as in the platform's console",
				"kb.answer_at: must be between 0 and 1",
			},
		},
		{
			"a secret twice", "",
			[]string{"BEIANBOT_ADMIN_TOKEN=x", "BEIANBOT_ADMIN_TOKEN_FILE=/dev/null"},
			[]string{"BEIANBOT_ADMIN_TOKEN_FILE: BEIANBOT_ADMIN_TOKEN is set as well; one of them must go"},
		},
		{
			"a key that is none hides no other mistake, and one mistake is told once",
			"lisen: :1\nlog:\n  level: loud\nwechat:\n  freshness: soon\n  mode: safe\npush:\n  parallel: 900\n",
			[]string{"BEIANBOT_PUSH_PER_SECOND=much", "BEIANBOT_LIMITS_MESSAGES_PER_MINUTE=0"},
			[]string{
				"beianbot.yaml:1: lisen: no such key",
				"beianbot.yaml:5: wechat.freshness: the value has the wrong type: a duration such as 5m is needed",
				"BEIANBOT_PUSH_PER_SECOND: the value has the wrong type: a number is needed",
				"beianbot.yaml:3: log.level: must be one of debug, info, warn, error",
				"wechat.aes_key: is needed in mode safe",
				"limits.messages_per_minute: must be between 1 and 10000",
				"beianbot.yaml:8: push.parallel: must be between 1 and 64",
			},
		},
		{"not YAML at all", "a: [", nil, []string{"beianbot.yaml"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := config.Load(write(t, tt.yaml), tt.env)
			got := problems(t, err)
			if len(tt.want) == 1 && len(got) == 1 && strings.HasPrefix(got[0], tt.want[0]) {
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatServingNeeds(t *testing.T) {
	c, _, err := config.Load("", []string{"BEIANBOT_ADMIN_LISTEN=:9090", "BEIANBOT_WECHAT_STATUS_TEMPLATE=t"})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(problems(t, c.Validate()), "\n")
	for _, key := range []string{"wechat.app_id", "wechat.token", "wechat.app_secret", "admin.token"} {
		if !strings.Contains(got, key+": is missing") {
			t.Errorf("%s is not reported missing in:\n%s", key, got)
		}
	}
}

// TestToServe: what is missing stands beside what is wrong, with its line where it has one; of a file that cannot be read nothing more is said.
func TestToServe(t *testing.T) {
	path := write(t, "lisen: :1\nadmin:\n  token: short\nwechat:\n  status_template: t\n  token: a-b\n")
	_, _, err := config.LoadToServe(path, nil)
	want := []string{
		"beianbot.yaml:1: lisen: no such key",
		"beianbot.yaml:6: wechat.token: must be 3 to 32 letters and digits, as in the platform's console",
		"wechat.app_id: is missing: the account's AppID, from the platform's console",
		"wechat.app_secret: is missing: without it nothing can be sent",
		"beianbot.yaml:3: admin.token: must have at least 16 characters",
	}
	if diff := cmp.Diff(want, problems(t, err)); diff != "" {
		t.Error(diff)
	}
	if _, _, err := config.LoadToServe(write(t, "a: ["), nil); len(problems(t, err)) != 1 {
		t.Errorf("of a file that is no YAML: %v", err)
	}
	if _, _, err := config.LoadToServe(filepath.Join(t.TempDir(), "none.yaml"), nil); len(problems(t, err)) != 1 {
		t.Errorf("of no file: %v", err)
	}
	if _, _, err := config.LoadToServe("", []string{"BEIANBOT_WECHAT_APP_ID=wx", "BEIANBOT_WECHAT_TOKEN=abc"}); err != nil {
		t.Error(err)
	}
}

func TestNoSecretIsPrinted(t *testing.T) {
	c, _, err := config.Load("", []string{
		"BEIANBOT_WECHAT_APP_SECRET=leakone", "BEIANBOT_WECHAT_TOKEN=leaktwo", "BEIANBOT_WECHAT_AES_KEY=" + aesKey,
		"BEIANBOT_WECHAT_PREVIOUS_AES_KEY=" + aesKey, "BEIANBOT_ADMIN_TOKEN=leakfour",
		"BEIANBOT_REDIS_URL=redis://me:leakseven@h/0?password=leakeight",
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "leak") || strings.Contains(string(out), aesKey) {
		t.Errorf("a secret is printed:\n%s", out)
	}
	if !strings.Contains(string(out), "redis://me:xxxxx@h/0") {
		t.Errorf("the address of Redis should stay readable:\n%s", out)
	}
	if c.WeChat.AppSecret != "leakone" {
		t.Error("hiding must not change the configuration itself")
	}
}

// The reference file must load, agree with the defaults, and name every key.
func TestReference(t *testing.T) {
	data, err := os.ReadFile("reference.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Load("reference.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.WeChat.Mode = "plain"
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("the reference does not show the defaults:\n%s", diff)
	}
	var visit func(rt reflect.Type)
	visit = func(rt reflect.Type) {
		for i := range rt.NumField() {
			f := rt.Field(i)
			name := f.Tag.Get("yaml")
			if !regexp.MustCompile(`(?m)^\s*(# )?` + name + `:`).Match(data) {
				t.Errorf("the reference lacks %s", name)
			}
			if f.Type.Kind() == reflect.Struct {
				visit(f.Type)
			}
		}
	}
	visit(reflect.TypeFor[config.Config]())
}

func FuzzLoad(f *testing.F) {
	f.Add("listen: :1\n")
	f.Add("wechat: {app_id: [}")
	f.Add("a: &a [*a]\n")
	path := filepath.Join(f.TempDir(), "c.yaml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, _ = config.Load(path, nil)
	})
}
