package sheet_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/filing/sheet"
	"github.com/beianbot/beianbot/bot/vocab"
)

// now is Monday, 2026-11-23, 15:00 in Beijing.
var now = time.Date(2026, 11, 23, 15, 0, 0, 0, chinatime.Zone())

func moment(s string) time.Time {
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, chinatime.Zone()); err == nil {
			return t
		}
	}
	panic(s)
}

// readAll reads a file to its end.
func readAll(t testing.TB, r io.Reader) ([]sheet.Row, error) {
	t.Helper()
	s, err := sheet.NewReader(r, sheet.ReadOptions{Now: now})
	if err != nil {
		return nil, err
	}
	var rows []sheet.Row
	for {
		row, err := s.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

const plain = "编号,名称,平台,AppID,主体,省份,阶段,时间,备案号,驳回原因\r\n" +
	"a1,小鹿花店,微信,wx01,小鹿公司,上海市,短信核验中,2026/11/20 9:30,,\r\n" +
	"a2,\"大象,书店\",抖音小程序,,,粤,已备案,11月3日,粤ICP备2026054321号－1x,\r\n" +
	"a3,\"松鼠\"\"咖啡\"\"\",,,,,初审驳回,2026-11-21,,\"营业执照 | 照片模糊 | 重新拍摄\n备注太简单\"\r\n"

func wantPlain() []filing.Report {
	return []filing.Report{
		{
			ID: "a1", Name: "小鹿花店", Platform: vocab.PlatformWeChat, AppID: "wx01", Subject: "小鹿公司", Province: "上海", Stage: vocab.StageSMSPending,
			At: moment("2026-11-20 09:30"), Source: filing.FromCSV,
		},
		{
			ID: "a2", Name: "大象,书店", Platform: vocab.PlatformDouyin, Province: "广东", Stage: vocab.StageFiled, At: moment("2026-11-03"),
			Number: "粤ICP备2026054321号－1x", Source: filing.FromCSV,
		},
		{
			ID: "a3", Name: `松鼠"咖啡"`, Stage: vocab.StagePlatformRejected, At: moment("2026-11-21"), Source: filing.FromCSV,
			Reasons: []filing.Reason{{Field: "营业执照", Error: "照片模糊", Suggest: "重新拍摄"}, {Error: "备注太简单"}},
		},
	}
}

// The same table in every way in which programs write it.
func TestReadForms(t *testing.T) {
	in := func(e encoding.Encoding, s string) string {
		b, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	bars := func(sep string) string { // another separator; what has it in a cell is quoted
		s := strings.NewReplacer("大象,书店", "大象#书店", ",", sep, "wx01", "wx01").Replace(plain)
		return strings.ReplaceAll(s, "大象#书店", "大象,书店")
	}
	for name, file := range map[string]string{
		"UTF-8":                      plain,
		"UTF-8 with a mark":          "\ufeff" + plain,
		"GB18030":                    in(simplifiedchinese.GB18030, plain),
		"GBK":                        in(simplifiedchinese.GBK, plain),
		"UTF-16, little end first":   in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), plain),
		"UTF-16, big end first":      in(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), plain),
		"semicolons":                 bars(";"),
		"tabs":                       bars("\t"),
		"UTF-16 with tabs":           in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), bars("\t")),
		"GB18030 with semicolons":    in(simplifiedchinese.GB18030, bars(";")),
		"sep line":                   "sep=;\r\n" + bars(";"),
		"sep line after a mark":      "\ufeffsep=,\r\n" + plain,
		"line feeds only":            strings.ReplaceAll(plain, "\r\n", "\n"),
		"returns only":               strings.ReplaceAll(plain, "\r\n", "\r"),
		"no end of line at the end":  strings.TrimSuffix(plain, "\r\n"),
		"everything quoted":          strings.ReplaceAll(plain, ",微信,", ",\"微信\","),
		"columns that nobody knows":  strings.NewReplacer("编号,", "序号,编号,", "a1,", "1,a1,", "a2,", "2,a2,", "a3,", "3,a3,").Replace(plain),
		"cells beyond the headings":  strings.ReplaceAll(plain, ",,\r\n", ",,,,\r\n"),
		"English headings and codes": strings.NewReplacer("编号", "ID", "名称", "Name", "平台", "platform", "主体", "Subject", "省份", "province", "阶段", "Stage", "时间", "at", "备案号", "number", "驳回原因", "reasons", "短信核验中", "sms_pending").Replace(plain),
		"headings with notes":        strings.NewReplacer("编号,", "编号（必填）,", "备案号", " 备案号 (选填) ").Replace(plain),
	} {
		t.Run(name, func(t *testing.T) {
			for _, slow := range []bool{false, true} {
				var r io.Reader = strings.NewReader(file)
				if slow {
					r = iotest.OneByteReader(r)
				}
				rows, err := readAll(t, r)
				if err != nil {
					t.Fatal(err)
				}
				var got []filing.Report
				for i, row := range rows {
					if len(row.Problems) > 0 || row.Number != i+2 {
						t.Errorf("row %d: %v", row.Number, row.Problems)
					}
					got = append(got, row.Report)
				}
				if d := cmp.Diff(wantPlain(), got); d != "" {
					t.Errorf("slow %v (-want +got):\n%s", slow, d)
				}
			}
		})
	}
}

// A title above the headings and empty rows do not disturb; rows are numbered as the spreadsheet numbers them.
func TestReadTitleAndEmptyRows(t *testing.T) {
	rows, err := readAll(t, strings.NewReader("小程序备案台账,,\n,,\n编号,名称\na1,甲\n,,\n\n  ,\u3000\na2,乙\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Number != 4 || rows[1].Number != 8 || rows[1].Report.Name != "乙" || len(rows[0].Problems) > 0 {
		t.Errorf("%+v", rows)
	}
}

func TestReadOptions(t *testing.T) {
	s, err := sheet.NewReader(strings.NewReader("AppID,名称,自行登记\nwx01,甲,是\n"), sheet.ReadOptions{Now: now, Source: filing.FromConsole, By: "li"})
	if err != nil {
		t.Fatal(err)
	}
	row, err := s.Next()
	want := filing.Report{ID: "wx01", AppID: "wx01", Name: "甲", Source: filing.FromConsole, By: "li", SelfReported: true}
	if d := cmp.Diff(want, row.Report); err != nil || d != "" || len(row.Problems) > 0 {
		t.Errorf("%v %v (-want +got):\n%s", err, row.Problems, d)
	}
	if _, err := s.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
}

func TestReadProblems(t *testing.T) {
	long := strings.Repeat("鹿", 61)
	head := "编号,名称,平台,省份,阶段,时间,备案号,驳回原因,证件到期日,自行登记,阶段开始\n"
	for name, tc := range map[string]struct {
		row    string
		column string
		code   sheet.Code
		says   string
	}{
		"no id":                    {",甲", "编号", sheet.Missing, "要填编号"},
		"an id with a space":       {"a 1,甲", "编号", sheet.BadID, "字母、数字"},
		"an id in Chinese":         {"一号,甲", "编号", sheet.BadID, "字母、数字"},
		"an id spoilt by Excel":    {"2.02611E+11,甲", "编号", sheet.BadID, "科学计数"},
		"a name too long":          {"a," + long, "名称", sheet.BadValue, "最多 60 个字"},
		"a name with a bell":       {"a,小\a鹿", "名称", sheet.BadValue, "控制字符"},
		"a platform":               {"a,甲,淘宝", "平台", sheet.BadPlatform, "“淘宝”"},
		"a province":               {"a,甲,,深圳", "省份", sheet.BadProvince, "“深圳”"},
		"a stage":                  {"a,甲,,,审核中", "阶段", sheet.BadStage, "平台初审中、"},
		"a long stage":             {"a,甲,,," + long, "阶段", sheet.BadStage, "…”"},
		"a date in words":          {"a,甲,,,,昨天", "时间", sheet.BadDate, "“昨天”不是日期"},
		"a day that is none":       {"a,甲,,,,2026-02-30", "时间", sheet.BadDate, "不是日期"},
		"tomorrow":                 {"a,甲,,,,2026-11-24", "时间", sheet.BadDate, "未来"},
		"the year 1900":            {"a,甲,,,,1900-01-01", "时间", sheet.BadValue, "年份不对"},
		"a small serial":           {"a,甲,,,,306", "时间", sheet.BadDate, "不是日期"},
		"a number too long":        {"a,甲,,,,," + strings.Repeat("1", 101), "备案号", sheet.BadValue, "最多 100 个字"},
		"too many reasons":         {"a,甲,,,,,,\"" + strings.Repeat("一\n", 21) + "\"", "驳回原因", sheet.BadValue, "最多 20 条"},
		"a reason too long":        {"a,甲,,,,,," + strings.Repeat("一", 501), "驳回原因", sheet.BadValue, "最多 500 个字"},
		"a certificate, no year":   {"a,甲,,,,,,,11月3日", "证件到期日", sheet.BadDate, "年份"},
		"neither yes nor no":       {"a,甲,,,,,,,,也许", "自行登记", sheet.BadChoice, "“是”或“否”"},
		"since after the report":   {"a,甲,,,,2026-11-01,,,,,2026-11-02", "阶段开始", sheet.BadDate, "不能晚于“时间”"},
		"a quotation mark":         {"a,\"甲", "", sheet.BadQuote, "引号"},
		"65 cells":                 {"a" + strings.Repeat(",", 64), "", sheet.TooManyCells, "最多 64 列"},
		"a row of 200 KB":          {"a," + strings.Repeat("x", 200<<10), "", sheet.RowTooLong, "超过 128 KB"},
		"a quoted row of 200 KB":   {"a,\"" + strings.Repeat("x", 200<<10) + "\"", "", sheet.RowTooLong, "超过 128 KB"},
		"not UTF-8 after all":      {"a,\xff\xfe\xff", "名称", sheet.BadEncoding, "CSV UTF-8"},
		"what could not be read":   {"a,小\ufffd", "名称", sheet.BadEncoding, "CSV UTF-8"},
		"a number with a bell too": {"a,甲,,,,,\x01\x02", "备案号", sheet.BadValue, "控制字符"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := readAll(t, strings.NewReader(head+"good,乙\n"+tc.row+"\nnext,丙\n"))
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 3 {
				t.Fatalf("%d rows, want 3: %+v", len(rows), rows)
			}
			// The rows before and after it are read all the same.
			if len(rows[0].Problems)+len(rows[2].Problems) > 0 || rows[0].Report.ID != "good" || rows[2].Report.ID != "next" || rows[2].Number != 4 {
				t.Errorf("the others suffered: %+v", rows)
			}
			if len(rows[1].Problems) != 1 {
				t.Fatalf("problems %v, want one", rows[1].Problems)
			}
			p := rows[1].Problems[0]
			if p.Row != 3 || p.Column != tc.column || p.Code != tc.code || !strings.Contains(p.Message, tc.says) {
				t.Errorf("%+v, want %s %s %q", p, tc.column, tc.code, tc.says)
			}
			if s := p.Error(); !strings.HasPrefix(s, "第 3 行") || !strings.HasSuffix(s, p.Message) || tc.column != "" && !strings.Contains(s, "“"+tc.column+"”：") {
				t.Errorf("as a line: %s", s)
			}
		})
	}
	// Several mistakes in one row are told together.
	rows, err := readAll(t, strings.NewReader(head+"a b,甲,淘宝,深圳,审核中,昨天\n"))
	if err != nil || len(rows) != 1 || len(rows[0].Problems) != 5 {
		t.Errorf("%v %+v", err, rows)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		file string
		code sheet.Code
		says string
	}{
		"nothing":        {"", sheet.NoHeadings, "没有内容"},
		"a mark alone":   {"\ufeff", sheet.NoHeadings, "没有内容"},
		"empty rows":     {"\n\n,,\n", sheet.NoHeadings, "列名"},
		"no headings":    {"a1,小鹿花店\na2,大象\n", sheet.NoHeadings, "列名"},
		"no id":          {"名称,阶段\n甲,已备案\n", sheet.NoHeadings, "缺“编号”列"},
		"a column twice": {"编号,名称,订单号\n", sheet.NoHeadings, "和“编号”是同一项"},
		"many columns":   {"编号,名称" + strings.Repeat(",x", 70), sheet.TooManyCells, "最多 64 列"},
		"a workbook":     {"PK\x03\x04rest", sheet.BadFile, "另存为"},
		"an old one":     {"\xd0\xcf\x11\xe0\xa1\xb1", sheet.BadFile, "另存为"},
		"binary":         {strings.Repeat("\x00\x01\xfe", 5000), sheet.NoHeadings, "列名"},
	} {
		_, err := readAll(t, strings.NewReader(tc.file))
		var p sheet.Problem
		if !errors.As(err, &p) || p.Code != tc.code || !strings.Contains(p.Error(), tc.says) {
			t.Errorf("%s: %v, want %s %q", name, err, tc.code, tc.says)
		}
	}
	broken := errors.New("connection lost")
	if _, err := readAll(t, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a broken reader: %v", err)
	}
	if rows, err := readAll(t, io.MultiReader(strings.NewReader(plain), iotest.ErrReader(broken))); !errors.Is(err, broken) || len(rows) > 3 {
		t.Errorf("a reader that breaks: %v after %d rows", err, len(rows))
	}
}

// One open quotation mark costs one row and not the rest of the file.
func TestReadOpenQuote(t *testing.T) {
	var b strings.Builder
	b.WriteString("编号,名称\n")
	for i := range 20_000 {
		if i == 100 {
			b.WriteString("bad,\"没有关上\n")
		}
		fmt.Fprintf(&b, "a%d,店 %d\n", i, i)
	}
	rows, err := readAll(t, strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	for _, r := range rows {
		if len(r.Problems) > 0 {
			bad++
			if r.Number != 102 || r.Problems[0].Code != sheet.BadQuote {
				t.Errorf("%+v", r.Problems)
			}
		}
	}
	if bad != 1 || len(rows) != 20_001 || rows[20_000].Number != 20_002 {
		t.Errorf("%d rows, %d bad", len(rows), bad)
	}
}

// A file made to be read again and again from every line is read once more at most.
func TestReadHostileQuotes(t *testing.T) {
	for _, line := range []string{"a\",\"\n", "\"\n", "\"\"\"\n", "a,\"\n", "\r\"", "\"\r\n"} {
		begun := time.Now()
		s, err := sheet.NewReader(strings.NewReader("编号,名称\n"+strings.Repeat(line, 300_000)), sheet.ReadOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = s.Next()
		}
		if took := time.Since(begun); !errors.Is(err, io.EOF) || took > 20*time.Second {
			t.Errorf("%q: %v after %s", line, err, took)
		}
	}
}

func TestDates(t *testing.T) {
	for cell, want := range map[string]string{
		"2026/11/3": "2026-11-03", "2026-11-03": "2026-11-03", "2026.11.3": "2026-11-03", "2026年11月3日": "2026-11-03", "2026年11月3号": "2026-11-03",
		"11月3日": "2026-11-03", "11月23日": "2026-11-23", "11月24日": "2025-11-24", "12月31日": "2025-12-31", "1月1日": "2026-01-01",
		"20261103": "2026-11-03", "46329": "2026-11-03", "46329.0": "2026-11-03", "46329.5": "2026-11-03 12:00", "46329.395833333336": "2026-11-03 09:30",
		"2026/11/3 9:05": "2026-11-03 09:05", "2026-11-03 09:05:30": "2026-11-03 09:05:30", "2026-11-03T09:05:30+08:00": "2026-11-03 09:05:30",
		"2026-11-03T01:05:30Z": "2026-11-03 09:05:30", "2026/11/3 下午 2:05": "2026-11-03 14:05", "2026/11/3 上午12:05": "2026-11-03 00:05",
		"2026/11/3 2:05 PM": "2026-11-03 14:05", "2026/11/3 12:05 AM": "2026-11-03 00:05", "2026/11/3 12:05 pm": "2026-11-03 12:05",
		"2026年11月3日14点05分": "2026-11-03 14:05", "11月3日 14:05": "2026-11-03 14:05", "２０２６／１１／３": "2026-11-03", "2026/11/3 0:00:00": "2026-11-03",
		"2026-11-03T09:05": "2026-11-03 09:05", "中午": "", "2026/11/3 中午 12:30": "2026-11-03 12:30",
		"": "2026-11-23 15:00", "3": "", "2026": "", "2026-13-01": "", "2026-11-31": "", "11/3": "", "2026/11/3 25:00": "", "2026/11/3 9:60": "",
		"2026/11/3 13:05 PM": "", "明天": "", "2026-11-03abc": "", "-46329": "", "1e5": "", "0": "", "99999999": "",
	} {
		rows, err := readAll(t, strings.NewReader("编号,名称,时间\na,甲,\""+cell+"\"\n"))
		if err != nil || len(rows) != 1 {
			t.Fatal(err)
		}
		got := rows[0].Report.At
		switch {
		case cell == "":
			if !got.IsZero() {
				t.Errorf("an empty cell is %s", got)
			}
		case want == "":
			if len(rows[0].Problems) != 1 || !got.IsZero() {
				t.Errorf("%q is %s", cell, got)
			}
		case len(rows[0].Problems) > 0 || !got.Equal(moment(want)):
			t.Errorf("%q is %s %v, want %s", cell, got, rows[0].Problems, want)
		}
	}
}
