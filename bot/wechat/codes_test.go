package wechat_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/wechat"
)

// Every code that the notes on the platform name has the class that its action tells.
func TestEveryCode(t *testing.T) {
	want := map[int]wechat.Class{
		-1:    wechat.ClassRetry,
		40001: wechat.ClassToken,
		40003: wechat.ClassUserGone,
		40014: wechat.ClassToken,
		40037: wechat.ClassSetup,
		40164: wechat.ClassSetup,
		40200: wechat.ClassSetup,
		41001: wechat.ClassBug,
		42001: wechat.ClassToken,
		43004: wechat.ClassUserGone,
		43019: wechat.ClassUserGone,
		43101: wechat.ClassRouteClosed,
		44004: wechat.ClassBug,
		45002: wechat.ClassBug,
		45008: wechat.ClassBug,
		45009: wechat.ClassLater,
		45011: wechat.ClassLater,
		45015: wechat.ClassRouteClosed,
		45047: wechat.ClassRouteClosed,
		47003: wechat.ClassBug,
		48001: wechat.ClassSetup,
		48004: wechat.ClassSetup,
		48006: wechat.ClassLater,
		50002: wechat.ClassSetup,
		50005: wechat.ClassUserGone,
		61007: wechat.ClassSetup,
		76021: wechat.ClassBug,
		76022: wechat.ClassSetup,
		61023: wechat.ClassSetup,

		// What setting up an account can meet besides.
		40013: wechat.ClassSetup, 40125: wechat.ClassSetup, 47001: wechat.ClassBug, 46003: wechat.ClassBug,
		40016: wechat.ClassBug, 40017: wechat.ClassBug, 40018: wechat.ClassBug, 40019: wechat.ClassBug, 40020: wechat.ClassBug, 40053: wechat.ClassBug,
	}
	reasons := map[string]int{}
	for _, c := range wechat.Codes() {
		class, ok := want[c.Code]
		if !ok {
			t.Errorf("%d is in the table, but not in this test", c.Code)
		}
		if c.Class != class {
			t.Errorf("%d has class %s, want %s", c.Code, c.Class, class)
		}
		if other, twice := reasons[c.Reason]; twice || c.Reason == "" || strings.ToLower(c.Reason) != c.Reason || strings.ContainsAny(c.Reason, " -") {
			t.Errorf("%d has reason %q, as %d has", c.Code, c.Reason, other)
		}
		reasons[c.Reason] = c.Code
		if !strings.HasSuffix(c.Advice, "。") || strings.ContainsAny(c.Advice, "!！?？") || len([]rune(c.Advice)) > 90 {
			t.Errorf("%d has advice %q", c.Code, c.Advice)
		}
		if wechat.LookUp(c.Code) != c || !slices.Contains(wechat.Classes(), c.Class) {
			t.Errorf("%d is not found", c.Code)
		}
		delete(want, c.Code)
	}
	for code := range want {
		t.Errorf("%d is not in the table", code)
	}
	if c := wechat.LookUp(99999); c.Class != wechat.ClassBug || c.Reason != "unknown_code" || c.Code != 99999 || c.Advice == "" {
		t.Errorf("unknown code: %+v", c)
	}
}

// The platform's day begins at midnight in Shanghai.
func TestUntil(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		code      int
		now, want string
	}{
		{45009, "2026-11-23T12:00:00+08:00", "2026-11-24T00:00:00+08:00"},
		{45009, "2026-11-23T15:59:59Z", "2026-11-24T00:00:00+08:00"},
		{45009, "2026-11-23T16:00:00Z", "2026-11-25T00:00:00+08:00"},
		{45009, "2026-12-31T23:59:59+08:00", "2027-01-01T00:00:00+08:00"},
		{48006, "2026-11-23T12:00:00+08:00", "2026-11-24T00:00:00+08:00"},
		{45011, "2026-11-23T12:00:30+08:00", "2026-11-23T12:01:00+08:00"},
		{45015, "2026-11-23T12:00:30+08:00", ""},
	} {
		p := newPlatform(t, at(c.now))
		p.fault(c.code)
		_, err := p.client.SendTemplate(t.Context(), template(p.user))
		e := asError(t, err)
		want := time.Time{}
		if c.want != "" {
			want = at(c.want)
		}
		if !e.Until.Equal(want) {
			t.Errorf("%d at %s: until %v, want %v", c.code, c.now, e.Until, want)
		}
	}
}
