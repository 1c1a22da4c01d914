package filing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestValidID(t *testing.T) {
	for id, want := range map[string]bool{
		"a": true, "A-1_b.c": true, "wx0123456789abcdef": true, "202611230001": true, strings.Repeat("a", 64): true, "..a": true,
		"": false, ".": false, "..": false, "a/b": false, "a b": false, "小鹿": false, "a\n": false, "a{b": false, strings.Repeat("a", 65): false, "\xff": false,
	} {
		if got := filing.ValidID(id); got != want {
			t.Errorf("ValidID(%q) = %v", id, got)
		}
	}
}

func TestValidate(t *testing.T) {
	long := func(n int) string { return strings.Repeat("鹿", n) }
	var many []filing.Reason
	for range filing.MaxReasons + 1 {
		many = append(many, filing.Reason{Error: "一"})
	}
	for name, tc := range map[string]struct {
		in   filing.Report
		want string // what the message begins with; empty for a good one
	}{
		"least":                       {in: filing.Report{}},
		"longest":                     {in: filing.Report{Name: long(60), Subject: long(100), AppID: long(100), Number: long(100), By: long(100), Reasons: []filing.Reason{{Field: long(500), Error: long(500), Suggest: long(500)}}}},
		"space around does not count": {in: filing.Report{Name: "  " + long(60) + "\u3000"}},
		"line breaks in reasons":      {in: filing.Report{Reasons: []filing.Reason{{Error: "一\r\n二"}}}},
		"name too long":               {in: filing.Report{Name: long(61)}, want: "name:"},
		"app_id too long":             {in: filing.Report{AppID: long(101)}, want: "app_id:"},
		"subject too long":            {in: filing.Report{Subject: long(101)}, want: "subject:"},
		"number too long":             {in: filing.Report{Number: long(101)}, want: "number:"},
		"by too long":                 {in: filing.Report{By: long(101)}, want: "by:"},
		"stage":                       {in: filing.Report{Stage: "done"}, want: "stage:"},
		"platform":                    {in: filing.Report{Platform: "qq"}, want: "platform:"},
		"province":                    {in: filing.Report{Province: "上海市"}, want: "province:"},
		"no province":                 {in: filing.Report{Province: "香港"}, want: "province:"},
		"source":                      {in: filing.Report{Source: "rumour"}, want: "source:"},
		"not UTF-8":                   {in: filing.Report{Name: "\xff\xfe"}, want: "name:"},
		"control":                     {in: filing.Report{Name: "小\x00鹿"}, want: "name:"},
		"control in a reason":         {in: filing.Report{Reasons: []filing.Reason{{Suggest: "\x1b[31m"}}}, want: "reasons.suggest:"},
		"reason too long":             {in: filing.Report{Reasons: []filing.Reason{{Error: long(501)}}}, want: "reasons.error:"},
		"too many reasons":            {in: filing.Report{Reasons: many}, want: "reasons:"},
		"a time too old":              {in: filing.Report{At: time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)}, want: "at:"},
		"a time that JSON refuses":    {in: filing.Report{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, want: "at:"},
		"a certificate for ever":      {in: filing.Report{CertificateExpires: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}, want: "certificate_expires:"},
	} {
		tc.in.ID = "a"
		err := tc.in.Validate()
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.Is(err, errs.ErrInvalid) || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
}

// A report that passes the bounds can be merged, kept as JSON and merged again; one that does not is refused as invalid.
func FuzzReport(f *testing.F) {
	f.Add("order-1", "小鹿花店", "上海", "sms_pending", "沪ICP备2026012345号-3X", "照片\r\n模糊", int64(1795000000), int64(1826600000))
	f.Add("..", "\ufeff", "", "", "", "", int64(0), int64(-1))
	f.Add("a", "\xff", "北京", "filed", "京ICP备1号", "\x00", int64(-62135596800), int64(253402300800))
	f.Fuzz(func(t *testing.T, id, name, province, stage, number, reason string, at, expires int64) {
		r := filing.Report{
			ID: id, Name: name, Province: vocab.Province(province), Stage: vocab.Stage(stage), Number: number,
			Reasons: []filing.Reason{{Field: reason, Error: reason, Suggest: number}}, At: time.Unix(at, 0), CertificateExpires: time.Unix(expires, 0),
		}
		now := time.Unix(at, 0)
		valid := r.Validate()
		out, err := filing.Merge(nil, r, now)
		if valid != nil && err == nil {
			t.Fatalf("taken though %v", valid)
		}
		if err != nil {
			if !errors.Is(err, errs.ErrInvalid) {
				t.Fatalf("refused as %v", err)
			}
			return
		}
		cur := out.Filing
		again, err := filing.Merge(&cur, r, now)
		if err != nil || again.Changed {
			t.Fatalf("the same again: %v %s", err, cmp.Diff(cur, again.Filing))
		}
		// What is kept is itself in the form in which it is kept.
		kept := filing.Report{
			ID: cur.ID, Name: cur.Name, Province: cur.Province, Stage: cur.Stage, Number: cur.Number, Reasons: cur.Reasons, At: cur.ReportedAt,
			CertificateExpires: cur.CertificateExpires,
		}
		if again, err = filing.Merge(&cur, kept, now); err != nil || again.Changed {
			t.Fatalf("what is kept differs from itself: %v %s", err, cmp.Diff(cur, again.Filing))
		}
	})
}
