package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/filing/sheet"
	"github.com/beianbot/beianbot/bot/vocab"
)

func write(t testing.TB, o sheet.WriteOptions, filings ...filing.Filing) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range filings {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWrite(t *testing.T) {
	f := filing.Filing{
		ID: "a1", Name: "大象,书店", Platform: vocab.PlatformWeChat, AppID: "wx01", Subject: "=HYPERLINK(\"http://example.com\")", Province: "上海",
		Stage: vocab.StagePlatformRejected, Since: moment("2026-11-20 09:30"), ReportedAt: moment("2026-11-20 09:30").Add(250 * time.Millisecond),
		Reasons:            []filing.Reason{{Field: "营业执照", Error: "照片模糊", Suggest: "重拍"}, {Error: "备注|太简单\n请写明"}},
		CertificateExpires: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), SelfReported: true,
	}
	want := "\ufeff编号,名称,平台,AppID,主体,省份,阶段,阶段开始,备案号,备案日期,驳回原因,证件到期日,时间,自行登记\r\n" +
		`a1,"大象,书店",微信,wx01,"'=HYPERLINK(""http://example.com"")",上海,平台初审驳回,2026-11-20 09:30:00,,,"营业执照 | 照片模糊 | 重拍` + "\n" +
		`备注\|太简单\n请写明",2027-03-01,2026-11-20 09:30:00.250,是` + "\r\n"
	if d := cmp.Diff(want, string(write(t, sheet.WriteOptions{}, f))); d != "" {
		t.Errorf("Chinese (-want +got):\n%s", d)
	}
	f.SelfReported, f.Stage, f.Reasons, f.Number, f.FiledAt = false, vocab.StageFiled, nil, "沪ICP备2026012345号-3X", moment("2026-11-20")
	want = "id,name,platform,app_id,subject,province,stage,since,number,filed_at,reasons,certificate_expires,at,self_reported\r\n" +
		`a1,"大象,书店",wechat,wx01,"'=HYPERLINK(""http://example.com"")",上海,filed,2026-11-20 09:30:00,沪ICP备2026012345号-3X,2026-11-20,,2027-03-01,2026-11-20 09:30:00.250,` + "\r\n"
	if d := cmp.Diff(want, string(write(t, sheet.WriteOptions{English: true, NoMark: true}, f))); d != "" {
		t.Errorf("English (-want +got):\n%s", d)
	}
}

// No cell begins with what a spreadsheet takes for a formula.
func TestWriteNoFormulas(t *testing.T) {
	for _, bad := range []string{"=1+1", "+1", "-1", "@SUM(1)", "'=1", "''", "＝1", "=cmd|' /C calc'!A0", "\"=1\"", " =1", "-", "'"} {
		f := filing.Filing{ID: "-a", Name: bad, Subject: bad, AppID: bad, Number: bad, Stage: vocab.StagePlatformRejected, Reasons: []filing.Reason{{Error: bad}}, Since: now, ReportedAt: now}
		b := write(t, sheet.WriteOptions{}, f)
		cells, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells[1] {
			if c = strings.TrimSpace(c); c != "" && strings.ContainsAny(c[:1], "=+-@\t\r") || strings.HasPrefix(c, "＝") {
				t.Errorf("%q is written as %q", bad, c)
			}
		}
		rows, err := readAll(t, bytes.NewReader(b))
		if err != nil || len(rows) != 1 || len(rows[0].Problems) > 0 {
			t.Fatalf("%q: %v %+v", bad, err, rows)
		}
		want := strings.TrimSpace(bad)
		if r := rows[0].Report; r.ID != "-a" || r.Name != want || r.Subject != want || r.Reasons[0].Error != want {
			t.Errorf("%q comes back as %q %q", bad, r.Name, r.Reasons)
		}
	}
}

func drawText(t *rapid.T, label string, most int) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune("鹿象店ab1 ,;|\"'=+-@\\\n\t（）·😀n\u200b\ufeff#")), 0, most, -1).Draw(t, label)
}

// drawFiling makes a filing as Merge keeps it.
func drawFiling(t *rapid.T, id string) filing.Filing {
	r := filing.Report{
		ID: id, Name: "店" + drawText(t, "name", 20), Platform: rapid.SampledFrom(append(vocab.Platforms(), "")).Draw(t, "platform"),
		AppID: drawText(t, "app", 10), Subject: drawText(t, "subject", 10),
		Province:     rapid.SampledFrom(append(vocab.Provinces(), "")).Draw(t, "province"),
		Stage:        rapid.SampledFrom(vocab.Stages()).Draw(t, "stage"),
		Number:       rapid.SampledFrom([]string{"", "沪ICP备2026012345号-3X", drawText(t, "number", 10)}).Draw(t, "which"),
		At:           now.Add(-time.Duration(rapid.IntRange(0, 1e9).Draw(t, "at")) * time.Millisecond),
		SelfReported: rapid.Bool().Draw(t, "self"),
	}
	r.Since = r.At.Add(-time.Duration(rapid.IntRange(0, 1e9).Draw(t, "since")) * time.Millisecond)
	if rapid.Bool().Draw(t, "whole") {
		r.Since = r.Since.Truncate(24 * time.Hour).Add(-8 * time.Hour)
	}
	if rapid.Bool().Draw(t, "filed") {
		r.FiledAt = r.Since.AddDate(0, -1, 0)
	}
	if rapid.Bool().Draw(t, "certificate") {
		r.CertificateExpires = time.Date(2027, 1, 1+rapid.IntRange(0, 1000).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
	}
	for range rapid.IntRange(0, 4).Draw(t, "reasons") {
		r.Reasons = append(r.Reasons, filing.Reason{Field: drawText(t, "field", 6), Error: drawText(t, "error", 20), Suggest: drawText(t, "suggest", 6)})
	}
	out, err := filing.Merge(nil, r, now)
	if err != nil {
		t.Fatal(err)
	}
	return out.Filing
}

// What is exported and imported is the same: into the store that it came from it changes nothing, into an empty one it makes the same filings.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []filing.Filing
		for i := range rapid.IntRange(1, 4).Draw(t, "n") {
			all = append(all, drawFiling(t, fmt.Sprintf("a%d", i)))
		}
		for _, o := range []sheet.WriteOptions{{}, {English: true}, {GB18030: true}, {NoMark: true}} {
			var b bytes.Buffer
			w, err := sheet.NewWriter(&b, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range all {
				if err := w.Write(f); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			r, err := sheet.NewReader(bytes.NewReader(b.Bytes()), sheet.ReadOptions{Now: now})
			if err != nil {
				t.Fatalf("%+v: %v\n%s", o, err, b.Bytes())
			}
			for _, f := range all {
				row, err := r.Next()
				if err != nil || len(row.Problems) > 0 {
					t.Fatalf("%+v: %v %v\n%s", o, err, row.Problems, b.Bytes())
				}
				same, err := filing.Merge(&f, row.Report, now)
				if err != nil || same.Changed {
					t.Fatalf("%+v into its own store: %v %v\n%s", o, err, same.Event.Changed, b.Bytes())
				}
				fresh, err := filing.Merge(nil, row.Report, now)
				if d := cmp.Diff(f, fresh.Filing, cmpopts.IgnoreFields(filing.Filing{}, "Source")); err != nil || d != "" {
					t.Fatalf("%+v into an empty store: %v %s\n%s", o, err, d, b.Bytes())
				}
			}
			if _, err := r.Next(); !errors.Is(err, io.EOF) {
				t.Fatalf("more came back: %v", err)
			}
		}
	})
}

type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	for _, o := range []sheet.WriteOptions{{}, {GB18030: true}} {
		w, err := sheet.NewWriter(&brokenWriter{left: 100}, o)
		for range 1000 {
			if err == nil {
				err = w.Write(filing.Filing{ID: "a", Name: "甲"})
			}
		}
		if w != nil {
			err = w.Close()
		}
		if err == nil {
			t.Errorf("%+v: a full disk went unseen", o)
		}
	}
}

// Whatever the file, reading it ends, every row has a number of its own, and what has no problem can be merged.
func FuzzRead(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte("编号,名称\na,\"甲\nb,\"乙\"\"\n"))
	f.Add([]byte("sep=;\nid;name;at\na;b;46329.5\n"))
	f.Add([]byte("\xff\xfei\x00d\x00\n\x00a\x00"))
	f.Add([]byte("id,reasons\na,\"x | y | z\\|\\\\\\n\"\n"))
	f.Add([]byte("\xb1\xe0\xba\xc5,\xc3\xfb\xb3\xc6\na,\xbc\xd7\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := sheet.NewReader(bytes.NewReader(b), sheet.ReadOptions{Now: now})
		if err != nil {
			return
		}
		last := 0
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				return // an encoding that breaks off
			}
			if row.Number <= last {
				t.Fatalf("row %d after %d", row.Number, last)
			}
			last = row.Number
			if len(row.Problems) > 0 {
				continue
			}
			row.Report.Name += "店"
			out, err := filing.Merge(nil, row.Report, now)
			if err != nil {
				if strings.Contains(err.Error(), "name") {
					continue // it was 60 characters before
				}
				t.Fatalf("row %d has no problem, but %v", row.Number, err)
			}
			var again bytes.Buffer
			w, err := sheet.NewWriter(&again, sheet.WriteOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(out.Filing); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			back, err := sheet.NewReader(&again, sheet.ReadOptions{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			row2, err := back.Next()
			if err != nil || len(row2.Problems) > 0 {
				t.Fatalf("what it was written as does not read: %v %v", err, row2.Problems)
			}
			if same, err := filing.Merge(&out.Filing, row2.Report, now); err != nil || same.Changed {
				t.Fatalf("comes back changed: %v %v", err, same.Event.Changed)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	w, _ := sheet.NewWriter(&file, sheet.WriteOptions{})
	for i := range 10_000 {
		_ = w.Write(filing.Filing{
			ID: fmt.Sprintf("order-%d", i), Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StageAuthorityReview, Since: now, ReportedAt: now,
		})
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		if rows, err := readAll(b, bytes.NewReader(file.Bytes())); err != nil || len(rows) != 10_000 {
			b.Fatal(err, len(rows))
		}
	}
}
