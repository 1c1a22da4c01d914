package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/config"
)

// TestRetiredKeysWarn: what the program no longer reads does not refuse the start, wherever it stands, but is named
// with what to do.
func TestRetiredKeysWarn(t *testing.T) {
	const advice = "is not read any more (since 2026-12-01), so it is ignored: delete it: it never had an effect. " +
		"Report stages through the API, the console or a sheet"
	path := write(t, "listen: :1\nopen_platform:\n  app_id: wx1\n  app_secret: leak\n  odd: [1, 2]\n")
	c, warnings, err := config.Load(path, []string{
		"BEIANBOT_OPEN_PLATFORM_TOKEN=leak", "BEIANBOT_OPEN_PLATFORM_APP_SECRET_FILE=/nowhere", "BEIANBOT_ADMIN_LISTEN=127.0.0.1:2",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != ":1" || c.AdminListen != "127.0.0.1:2" {
		t.Errorf("the rest is not read: %+v", c)
	}
	want := []string{
		"beianbot.yaml:2: open_platform: " + advice,
		"BEIANBOT_OPEN_PLATFORM_APP_SECRET_FILE: " + advice,
		"BEIANBOT_OPEN_PLATFORM_TOKEN: " + advice,
	}
	if diff := cmp.Diff(want, problems(t, warnings)); diff != "" {
		t.Error(diff)
	}
}

// TestRetiredKeysHideNothing: beside a retired key every mistake is still found, and a key that only begins like one is
// unknown.
func TestRetiredKeysHideNothing(t *testing.T) {
	path := write(t, "open_platform: {app_id: wx1}\nopen_platforms: 1\nlog: {level: loud}\n")
	_, warnings, err := config.LoadToServe(path, []string{"BEIANBOT_OPEN_PLATFORMS=1", "BEIANBOT_WECHAT_APP_ID=wx", "BEIANBOT_WECHAT_TOKEN=abc"})
	want := []string{
		"beianbot.yaml:2: open_platforms: no such key",
		"BEIANBOT_OPEN_PLATFORMS: no such key",
		"beianbot.yaml:3: log.level: must be one of debug, info, warn, error",
	}
	if diff := cmp.Diff(want, problems(t, err)); diff != "" {
		t.Error(diff)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0].String(), filepath.Base(path)+":1: open_platform: ") {
		t.Errorf("warnings %v", warnings)
	}
}
