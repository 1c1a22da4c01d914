package config

import (
	"encoding/base64"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

var quietPattern = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`)

var tokenPattern = regexp.MustCompile(`^[A-Za-z0-9]{3,32}$`)

// check looks for values that no command can use, wherever they came from.
func (c *Config) check(s source) Problems {
	var ps Problems
	bad := func(key, message string) { ps = append(ps, s.problem(key, message)) }
	oneOf := func(key, v string, allowed ...string) {
		if !slices.Contains(allowed, v) {
			bad(key, "must be one of "+strings.Join(allowed, ", "))
		}
	}
	address := func(key, v string) {
		if _, port, err := net.SplitHostPort(v); err != nil || port == "" {
			bad(key, "must be an address to listen on, such as :8080 or 127.0.0.1:9090")
		}
	}
	web := func(key, v string) {
		if u, err := url.Parse(v); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			bad(key, "must be an http or https address")
		}
	}
	address("listen", c.Listen)
	address("admin_listen", c.AdminListen)
	if c.DataDir == "" {
		bad("data_dir", "must not be empty")
	}
	oneOf("wechat.mode", c.WeChat.Mode, "plain", "compat", "safe")
	oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf("log.format", c.Log.Format, "text", "json")
	web("wechat.api_base", c.WeChat.APIBase)
	if p := c.WeChat.CallbackPath; !strings.HasPrefix(p, "/") || path.Clean(p) != p || p == "/livez" || strings.ContainsAny(p, "{}? ") {
		bad("wechat.callback_path", "must be a plain path such as /wechat, and not /livez")
	}
	for _, k := range []struct{ key, v string }{
		{"wechat.aes_key", c.WeChat.AESKey},
		{"wechat.previous_aes_key", c.WeChat.PreviousAESKey},
	} {
		if k.v == "" {
			continue
		}
		if _, err := base64.StdEncoding.DecodeString(k.v + "="); err != nil || len(k.v) != 43 {
			bad(k.key, "must be the 43 letters and digits of the EncodingAESKey")
		}
	}
	if c.WeChat.Token != "" && !tokenPattern.MatchString(c.WeChat.Token) {
		bad("wechat.token", "must be 3 to 32 letters and digits, as in the platform's console")
	}
	if c.WeChat.Mode != "plain" && c.WeChat.AESKey == "" {
		bad("wechat.aes_key", "is needed in mode "+c.WeChat.Mode)
	}
	if f := c.WeChat.Freshness; f < 30*time.Second || f > time.Hour {
		bad("wechat.freshness", "must be between 30s and 1h: the platform repeats a message for up to 15 seconds")
	}
	if b := c.Limits.ReplyBudget; b < 500*time.Millisecond || b > 4800*time.Millisecond {
		bad("limits.reply_budget", "must be between 500ms and 4.8s: the platform hangs up after 5 seconds")
	}
	if n := c.Limits.MessagesPerMinute; n < 1 || n > 10000 {
		bad("limits.messages_per_minute", "must be between 1 and 10000")
	}
	if c.Push.PerSecond <= 0 || c.Push.PerSecond > 1000 {
		bad("push.per_second", "must be more than 0 and at most 1000")
	}
	if c.Push.Parallel < 1 || c.Push.Parallel > 64 {
		bad("push.parallel", "must be between 1 and 64")
	}
	if q := c.Push.QuietHours; q != "off" && !quietPattern.MatchString(q) {
		bad("push.quiet_hours", "must be like 22:00-08:00, or off")
	}
	if l := c.Push.Lease; l < 2*time.Second || l > 10*time.Minute {
		bad("push.lease", "must be between 2s and 10m")
	}
	for _, k := range []struct {
		key string
		v   float64
	}{{"kb.answer_at", c.KB.AnswerAt}, {"kb.choose_at", c.KB.ChooseAt}} {
		if k.v < 0 || k.v > 1 {
			bad(k.key, "must be between 0 and 1")
		}
	}
	if c.KB.AnswerAt > 0 && c.KB.ChooseAt > c.KB.AnswerAt {
		bad("kb.choose_at", "must not be above kb.answer_at")
	}
	return ps
}

// Validate says what is missing to serve an account.
func (c *Config) Validate() error {
	if ps := c.missing(source{}); len(ps) > 0 {
		return ps
	}
	return nil
}

func (c *Config) missing(s source) Problems {
	var ps Problems
	need := func(key, v, why string) {
		if v == "" {
			ps = append(ps, s.problem(key, why))
		}
	}
	need("wechat.app_id", c.WeChat.AppID, "is missing: the account's AppID, from the platform's console")
	need("wechat.token", c.WeChat.Token, "is missing: the Token of the server configuration, from the platform's console")
	if c.WeChat.StatusTemplate != "" || c.WeChat.StatusSubscription != "" || c.WeChat.CustomerMessages || c.WeChat.QRCodes {
		need("wechat.app_secret", c.WeChat.AppSecret, "is missing: without it nothing can be sent")
	}
	if c.Admin.Token == "" && !loopback(c.AdminListen) {
		ps = append(ps, s.problem("admin.token", "is missing: without one admin_listen must be a loopback address"))
	}
	if c.Admin.Token != "" && len(c.Admin.Token) < 16 {
		ps = append(ps, s.problem("admin.token", "must have at least 16 characters"))
	}
	return ps
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
