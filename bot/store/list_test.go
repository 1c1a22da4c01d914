package store_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

func TestCursor(t *testing.T) {
	want := store.Position{At: time.Date(2026, 11, 23, 2, 0, 0, 7e6, time.UTC), ID: "order-17_a.b"}
	got, ok, err := store.ParseCursor(store.FilingCursor, want.Cursor(store.FilingCursor))
	if err != nil || !ok || got != want {
		t.Fatalf("got %+v %v %v", got, ok, err)
	}
	if _, ok, err := store.ParseCursor(store.FilingCursor, ""); ok || err != nil {
		t.Fatalf("the empty cursor is the beginning: %v %v", ok, err)
	}
	for name, s := range map[string]string{
		"another list's": want.Cursor(store.PushCursor),
		"cut short":      want.Cursor(store.FilingCursor)[:8],
		"no id":          store.Position{At: want.At}.Cursor(store.FilingCursor),
		"an odd id":      store.Position{At: want.At, ID: "a\x00b"}.Cursor(store.FilingCursor),
		"far too long":   base64.RawURLEncoding.EncodeToString(append([]byte("f00000000"), strings.Repeat("a", 500)...)),
		"no time":        base64.RawURLEncoding.EncodeToString([]byte("f\xff\xff\xff\xff\xff\xff\xff\xffabc")),
		"not base64":     "???",
	} {
		if _, _, err := store.ParseCursor(store.FilingCursor, s); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseCursor(f *testing.F) {
	f.Add(store.Position{At: time.Unix(1, 0), ID: "a"}.Cursor(store.FilingCursor))
	f.Add("Zg")
	f.Fuzz(func(t *testing.T, s string) {
		p, ok, err := store.ParseCursor(store.FilingCursor, s)
		if err == nil && ok && p.Cursor(store.FilingCursor) != s {
			t.Fatalf("%q reads as %+v, which writes as %q", s, p, p.Cursor(store.FilingCursor))
		}
	})
}

func TestNewestSamples(t *testing.T) {
	var all []filing.Sample
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for i := range filing.MaxSamples + 10 {
		all = append(all, filing.Sample{ID: "a", Province: "上海", Left: at.Add(time.Duration(i) * time.Minute)})
	}
	all = append(all, filing.Sample{ID: "b", Province: "广东", Left: at})
	got := store.NewestSamples(all)
	if len(got) != filing.MaxSamples+1 || !got[0].Left.Equal(at.Add((filing.MaxSamples+9)*time.Minute)) || got[len(got)-1].ID != "b" {
		t.Fatalf("%d samples from %v to %v", len(got), got[0], got[len(got)-1])
	}
}

func TestSearchText(t *testing.T) {
	text := store.SearchText(filing.Filing{ID: "F1", Name: "小鹿ＡＰＰ", AppID: "wxABC", Subject: "鹿公司", Number: "沪ICP备2026号"})
	for _, s := range []string{"f1", "小鹿app", "WXabc", "沪icp备２０２６", " 鹿公司 "} {
		needle, err := store.Needle(s)
		if err != nil || !strings.Contains(text, needle) {
			t.Errorf("%q is not found in %q: %v", needle, text, err)
		}
	}
	if _, err := store.Needle(strings.Repeat("x", 401)); errs.CodeOf(err) != errs.CodeInvalid {
		t.Errorf("a long text: %v", err)
	}
}
