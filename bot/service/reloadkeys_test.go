package service

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
)

// otherValues are valid values for keys that do not take just any other one.
func otherValues(t *testing.T) map[string]any {
	t.Helper()
	days := t.TempDir()
	built, err := os.ReadFile("../filing/calendar/2026.json")
	if err != nil {
		t.Fatal(err)
	}
	off := strings.Replace(string(built), `"days": [`, `"days": [ {"name": "休息", "date": "2026-11-25", "isOffDay": true},`, 1)
	if err := os.WriteFile(filepath.Join(days, "2026.json"), []byte(off), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"wechat.aes_key": strings.Repeat("b", 43), "wechat.previous_aes_key": strings.Repeat("c", 43), "wechat.mode": "compat",
		"wechat.freshness": 2 * time.Minute, "push.quiet_hours": "21:00-07:00", "push.lease": 2 * time.Minute, "log.level": "error", "log.format": "json",
		"limits.reply_budget": 2 * time.Second, "admin.token": strings.Repeat("x", 16), "kb.dir": t.TempDir(),
		"kb.answer_at": 0.9, "kb.choose_at": 0.1, "calendar.dir": days,
	}
}

// field finds the field of a key by the yaml tags.
func field(v reflect.Value, path string) reflect.Value {
	name, rest, more := strings.Cut(path, ".")
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == name {
			if more {
				return field(v.Field(i), rest)
			}
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// TestReloadEachKey changes each key by itself and reloads. A key that waits for a restart is named and stays as it
// was. Every other is in force: just those parts of the program that keyParts lists for it were made anew, from the new
// value.
func TestReloadEachKey(t *testing.T) {
	if testing.Short() {
		t.Skip("short: takes seconds")
	}
	others := otherValues(t)
	platform := wechattest.New(wechattest.Options{})
	a := platform.Account()
	c := config.Default()
	c.Listen, c.AdminListen, c.DataDir = "127.0.0.1:0", "127.0.0.1:0", t.TempDir()
	c.WeChat.AppID, c.WeChat.AppSecret, c.WeChat.Token, c.WeChat.AESKey, c.WeChat.Mode = a.AppID, a.AppSecret, a.Token, a.AESKey, "safe"
	next := c
	level := new(slog.LevelVar)
	s, err := New(t.Context(), Options{
		Config: c, Level: level, Log: slog.New(slog.DiscardHandler), Transport: platform.Transport(), Reread: func() (config.Config, error) { return next, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.WithoutCancel(t.Context())) })
	for _, key := range config.Keys() {
		t.Run(key, func(t *testing.T) {
			f := field(reflect.ValueOf(&next).Elem(), key)
			if v, ok := others[key]; ok {
				f.Set(reflect.ValueOf(v))
			} else {
				switch f.Kind() {
				case reflect.String:
					f.SetString(f.String() + "x")
				case reflect.Bool:
					f.SetBool(!f.Bool())
				case reflect.Int:
					f.SetInt(f.Int() + 1)
				case reflect.Float64:
					f.SetFloat(f.Float() + 1)
				case reflect.Map:
					f.Set(reflect.ValueOf(map[string]string{"thing1": "{name}"}))
				default:
					t.Fatalf("no other value for a key of kind %s: add one to otherValues", f.Kind())
				}
			}
			old, oldBase, oldLevel := s.live.Load(), s.edits.base.Load(), level.Level()
			r, err := s.Reload(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			now := s.live.Load()
			if waits(key) {
				if !slices.Contains(r.Restart, key) || len(r.Changed) > 0 || len(config.Changed(old.config, now.config)) > 0 {
					t.Errorf("reported %+v, changed %v", r, config.Changed(old.config, now.config))
				}
			} else if !slices.Equal(r.Changed, []string{key}) || !slices.Equal(config.Changed(old.config, now.config), []string{key}) {
				t.Errorf("reported %+v, changed %v", r, config.Changed(old.config, now.config))
			}
			for p, anew := range map[part]bool{
				partEndpoint: now.endpoint != old.endpoint, partWorker: now.worker != old.worker, partKnowledge: s.edits.base.Load() != oldBase,
				partLog: level.Level() != oldLevel, partCalendar: now.calendar != old.calendar,
			} {
				if want := slices.Contains(keyParts[key], p); anew != want {
					t.Errorf("part %s made anew: %v, want %v", p, anew, want)
				}
			}
		})
	}
}
