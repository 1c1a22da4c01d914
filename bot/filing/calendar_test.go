package filing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
)

func loadCalendar(t testing.TB, files map[string]string) *filing.Calendar {
	t.Helper()
	dir := ""
	if files != nil {
		dir = writeCalendars(t, files)
	}
	c, err := filing.LoadCalendar(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func writeCalendars(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// notice makes a year's file that is full enough to count: a Spring Festival of 15 days and a National Day of 7, and what is added.
func notice(year int, added ...string) string {
	days := append([]string{}, added...)
	for d := 1; d <= 15; d++ {
		days = append(days, fmt.Sprintf(`{"name":"春节","date":"%d-02-%02d","isOffDay":true}`, year, d))
	}
	for d := 1; d <= 7; d++ {
		days = append(days, fmt.Sprintf(`{"name":"国庆节","date":"%d-10-%02d","isOffDay":true}`, year, d))
	}
	return fmt.Sprintf(`{"year":%d,"papers":["通知"],"days":[%s]}`, year, strings.Join(days, ","))
}

func date(s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, chinatime.Zone())
	if err != nil {
		panic(err)
	}
	return t
}

func TestAddWorkingDays(t *testing.T) {
	c := loadCalendar(t, nil)
	for _, tc := range []struct {
		from string
		n    int
		want string // empty where no date may be told
	}{
		{"2026-02-09", 1, "2026-02-10"},
		{"2026-02-09", 3, "2026-02-12"},
		{"2026-02-09", 20, "2026-03-13"},
		{"2026-02-13", 1, "2026-02-14"},
		{"2026-02-13", 3, "2026-02-25"},
		{"2026-02-13", 20, "2026-03-19"},
		{"2026-04-30", 1, "2026-05-06"},
		{"2026-04-30", 3, "2026-05-08"},
		{"2026-04-30", 20, "2026-06-01"},
		{"2026-09-18", 1, "2026-09-20"},
		{"2026-09-18", 3, "2026-09-22"},
		{"2026-09-18", 20, "2026-10-22"},
		{"2026-09-30", 1, "2026-10-08"},
		{"2026-09-30", 3, "2026-10-10"},
		{"2026-09-30", 20, "2026-11-03"},
		{"2026-11-23", 1, "2026-11-24"},
		{"2026-11-23", 3, "2026-11-26"},
		{"2026-11-23", 20, "2026-12-21"},
		{"2026-02-15", 0, "2026-02-15"}, // day 0 is the day itself, worked or not
		{"2024-12-31", 1, "2025-01-02"}, // the first day does not count, so its year need not be known
		{"2025-12-31", 1, "2026-01-04"}, // into a year whose first working day is a Sunday
		{"2026-12-04", 20, ""},          // ends in 2027
		{"2026-12-03", 20, ""},          // ends on December 31, which the notice for 2027 may change
		{"2026-11-27", 20, "2026-12-25"},
		{"2026-11-30", 20, ""}, // December 28
		{"2027-03-01", 1, ""},
		{"2024-03-01", 1, ""},
		{"2026-03-02", -1, ""},
		{"2026-03-02", 100000, ""},
	} {
		got, ok := c.AddWorkingDays(date(tc.from).Add(15*time.Hour), tc.n)
		if ok != (tc.want != "") || ok && !got.Equal(date(tc.want)) {
			t.Errorf("%s + %d = %s, %v, want %q", tc.from, tc.n, got, ok, tc.want)
			continue
		}
		if !ok {
			continue
		}
		if n, ok := c.WorkingDaysBetween(date(tc.from), got.Add(10*time.Hour)); !ok || n != tc.n {
			t.Errorf("from %s to %s there are %d working days, %v, want %d", tc.from, tc.want, n, ok, tc.n)
		}
	}
}

// The days around the Spring Festival, the National Day and the other holidays, and the weekend days worked for them, one by one as the
// notices for 2025 and 2026 have them.
func TestIsWorkingDay(t *testing.T) {
	c := loadCalendar(t, nil)
	for _, tc := range []struct {
		day  string
		want bool
	}{
		// 春节 2025: off 01-28 to 02-04, worked 01-26 (Sunday) and 02-08 (Saturday)
		{"2025-01-25", false},
		{"2025-01-26", true},
		{"2025-01-27", true},
		{"2025-01-28", false},
		{"2025-02-04", false},
		{"2025-02-05", true},
		{"2025-02-08", true},
		{"2025-02-09", false},
		// 春节 2026: off 02-15 to 02-23, worked 02-14 and 02-28 (Saturdays)
		{"2026-02-13", true},
		{"2026-02-14", true},
		{"2026-02-15", false},
		{"2026-02-16", false},
		{"2026-02-18", false},
		{"2026-02-20", false},
		{"2026-02-23", false},
		{"2026-02-24", true},
		{"2026-02-27", true},
		{"2026-02-28", true},
		{"2026-03-01", false},
		{"2026-03-02", true},
		// 国庆 2025, with 中秋: off 10-01 to 10-08, worked 09-28 (Sunday) and 10-11 (Saturday)
		{"2025-09-27", false},
		{"2025-09-28", true},
		{"2025-09-30", true},
		{"2025-10-01", false},
		{"2025-10-08", false},
		{"2025-10-09", true},
		{"2025-10-11", true},
		{"2025-10-12", false},
		// 国庆 2026: off 10-01 to 10-07, worked 09-20 (Sunday) and 10-10 (Saturday); 中秋 off 09-25 to 09-27
		{"2026-09-19", false},
		{"2026-09-20", true},
		{"2026-09-24", true},
		{"2026-09-25", false},
		{"2026-09-27", false},
		{"2026-09-28", true},
		{"2026-09-30", true},
		{"2026-10-01", false},
		{"2026-10-07", false},
		{"2026-10-08", true},
		{"2026-10-10", true},
		{"2026-10-11", false},
		// 元旦, 清明, 劳动节, 端午
		{"2025-01-01", false},
		{"2025-01-02", true},
		{"2026-01-01", false},
		{"2026-01-02", false},
		{"2026-01-04", true},
		{"2025-04-04", false},
		{"2026-04-06", false},
		{"2025-04-27", true},
		{"2025-05-05", false},
		{"2026-05-05", false},
		{"2026-05-09", true},
		{"2025-06-02", false},
		{"2026-06-19", false},
		{"2026-06-22", true},
		// and days like any other
		{"2026-11-20", true},
		{"2026-11-21", false},
		{"2026-11-22", false},
		{"2026-11-23", true},
	} {
		got, ok := c.IsWorkingDay(date(tc.day))
		if !ok || got != tc.want {
			t.Errorf("%s: working %v, %v, want %v", tc.day, got, ok, tc.want)
		}
	}
}

func TestWorkingDaysByMonth(t *testing.T) {
	c := loadCalendar(t, map[string]string{"2027.json": notice(2027)}) // so that December 2026 is known to its end
	for year, months := range map[int][12]int{
		2025: {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23},
		2026: {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23},
	} {
		for i, want := range months {
			n := 0
			for d := time.Date(year, time.Month(i+1), 1, 12, 0, 0, 0, chinatime.Zone()); int(d.Month()) == i+1; d = d.AddDate(0, 0, 1) {
				working, ok := c.IsWorkingDay(d)
				if !ok {
					t.Fatalf("%s is not known", d)
				}
				if working {
					n++
				}
			}
			if n != want {
				t.Errorf("%d-%02d has %d working days, want %d", year, i+1, n, want)
			}
		}
	}
}

// A second source, kept by others, says the same of every day.
func TestCalendarAgainstLunar(t *testing.T) {
	c := loadCalendar(t, map[string]string{"2027.json": notice(2027)})
	for _, year := range []int{2025, 2026} {
		if HolidayUtil.GetHolidaysByYear(year).Len() == 0 {
			t.Fatalf("the other source has nothing for %d", year)
		}
		for d := time.Date(year, 1, 1, 0, 0, 0, 0, chinatime.Zone()); d.Year() == year; d = d.AddDate(0, 0, 1) {
			want := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
			if h := HolidayUtil.GetHoliday(d.Format(time.DateOnly)); h != nil {
				want = h.IsWork()
			}
			if got, ok := c.IsWorkingDay(d); !ok || got != want {
				t.Errorf("%s: working %v, %v; the other source says %v", d.Format(time.DateOnly), got, ok, want)
			}
		}
	}
}

// The day is counted in Beijing wherever the time was taken.
func TestCalendarZone(t *testing.T) {
	c := loadCalendar(t, nil)
	for _, tc := range []struct {
		at   string
		want bool
	}{
		{"2026-02-13T23:30:00-05:00", true},  // Saturday the 14th in Beijing, which is worked
		{"2026-02-14T16:30:00Z", false},      // Sunday the 15th
		{"2026-02-14T15:59:59Z", true},       // still the 14th
		{"2026-02-24T00:30:00+14:00", false}, // the 23rd, the last day of the holiday
	} {
		at, err := time.Parse(time.RFC3339, tc.at)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := c.IsWorkingDay(at); !ok || got != tc.want {
			t.Errorf("%s: working %v, %v, want %v", tc.at, got, ok, tc.want)
		}
	}
}

func TestCalendarMissingYear(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no file":            nil,
		"an empty file":      {"2027.json": `{"year":2027,"papers":[],"days":[]}`},
		"no paper":           {"2027.json": strings.Replace(notice(2027), `"通知"`, "", 1)},
		"no Spring Festival": {"2027.json": strings.ReplaceAll(notice(2027), "春节", "节日")},
		"no National Day":    {"2027.json": strings.ReplaceAll(notice(2027), "国庆节", "节日")},
		"three days":         {"2027.json": `{"year":2027,"papers":["通知"],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"春节","date":"2027-02-06","isOffDay":true},{"name":"国庆节","date":"2027-10-01","isOffDay":true}]}`},
		"a file of no year":  {"schema.json": `[]`, "README.md": "x", "20277.json": "x"},
	} {
		t.Run(name, func(t *testing.T) {
			c := loadCalendar(t, files)
			if c.Covered(2027) || !c.Covered(2026) {
				t.Fatal("2027 counts as covered")
			}
			if got := c.CoversUntil().Format(time.DateOnly); got != "2026-12-27" {
				t.Errorf("covers until %s", got)
			}
			for _, d := range []string{"2027-01-01", "2026-12-28", "2026-12-31", "2027-05-05"} {
				if _, ok := c.IsWorkingDay(date(d)); ok {
					t.Errorf("%s counts as known", d)
				}
			}
			if _, ok := c.IsWorkingDay(date("2026-12-27")); !ok {
				t.Error("2026-12-27 counts as unknown")
			}
			if _, ok := c.WorkingDaysBetween(date("2026-12-20"), date("2027-01-10")); ok {
				t.Error("counts across the end")
			}
		})
	}
}

func TestCalendarLaidOver(t *testing.T) {
	c := loadCalendar(t, map[string]string{
		"2027.json": notice(2027,
			`{"name":"元旦","date":"2026-12-31","isOffDay":true}`, `{"name":"元旦","date":"2027-01-01","isOffDay":true}`,
			`{"name":"元旦","date":"2026-12-27","isOffDay":false}`),
		"2026.json": `{"year":2026,"papers":[],"days":[]}`, // says nothing, so what is built in stays
	})
	if !c.Covered(2026) || !c.Covered(2027) || c.CoversUntil().Format(time.DateOnly) != "2027-12-27" {
		t.Fatalf("covers until %s", c.CoversUntil())
	}
	// A holiday that begins in December stands in the next year's notice.
	for d, want := range map[string]bool{"2026-12-27": true, "2026-12-30": true, "2026-12-31": false, "2027-01-01": false, "2027-01-04": true, "2026-02-16": false} {
		if got, ok := c.IsWorkingDay(date(d)); !ok || got != want {
			t.Errorf("%s: working %v, %v, want %v", d, got, ok, want)
		}
	}
	if at, ok := c.AddWorkingDays(date("2026-12-04"), 20); !ok || !at.Equal(date("2027-01-04")) {
		t.Errorf("2026-12-04 + 20 = %s, %v", at, ok)
	}
	// A better file for a year that is built in replaces it.
	c = loadCalendar(t, map[string]string{"2026.json": notice(2026)})
	if working, ok := c.IsWorkingDay(date("2026-04-06")); !ok || !working {
		t.Error("the year of the same name was not replaced")
	}
}

func TestCalendarRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ file, body, want string }{
		"no JSON":              {"2027.json", `year: 2027`, "invalid character"},
		"of another year":      {"2027.json", notice(2026), "is for 2026"},
		"a day in words":       {"2027.json", notice(2027, `{"name":"元旦","date":"元旦"}`), "want 2006-01-02"},
		"no such day":          {"2027.json", notice(2027, `{"name":"元旦","date":"2027-02-30","isOffDay":true}`), "want 2006-01-02"},
		"twice":                {"2027.json", notice(2027, `{"name":"元旦","date":"2027-02-01","isOffDay":true}`), "named twice"},
		"a day of 2028":        {"2027.json", notice(2027, `{"name":"元旦","date":"2028-01-01","isOffDay":true}`), "not a day of 2027"},
		"a day of November":    {"2027.json", notice(2027, `{"name":"元旦","date":"2026-11-30","isOffDay":true}`), "not a day of 2027"},
		"a made-up Wednesday":  {"2027.json", notice(2027, `{"name":"元旦","date":"2027-01-06","isOffDay":false}`), "no Saturday or Sunday"},
		"much larger than any": {"2027.json", strings.Repeat(" ", 300<<10), "larger than"},
	} {
		c, err := filing.LoadCalendar(writeCalendars(t, map[string]string{tc.file: tc.body}))
		if err == nil || c != nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), tc.file) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	if _, err := filing.LoadCalendar(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("a folder that is not there is no mistake")
	}
	// All files are looked at before the first mistake is told.
	_, err := filing.LoadCalendar(writeCalendars(t, map[string]string{"2027.json": "x", "2028.json": "y"}))
	if err == nil || !strings.Contains(err.Error(), "2027.json") || !strings.Contains(err.Error(), "2028.json") {
		t.Errorf("both files should be named: %v", err)
	}
}

func TestCalendarWarnings(t *testing.T) {
	c := loadCalendar(t, nil)
	for _, tc := range []struct {
		now    string
		years  []int
		severe []bool
	}{
		{"2026-11-14", nil, nil},
		{"2026-11-15", []int{2027}, []bool{false}},
		{"2026-11-23", []int{2027}, []bool{false}},
		{"2026-11-30", []int{2027}, []bool{false}},
		{"2026-12-01", []int{2027}, []bool{true}},
		{"2026-12-31", []int{2027}, []bool{true}},
		{"2027-01-01", []int{2027}, []bool{true}},
		{"2027-12-01", []int{2027, 2028}, []bool{true, true}},
		{"2025-12-01", nil, nil},
		{"2024-06-01", []int{2024}, []bool{true}},
	} {
		found := c.Warnings(date(tc.now))
		if len(found) != len(tc.years) {
			t.Errorf("%s: %+v", tc.now, found)
			continue
		}
		for i, w := range found {
			if w.Year != tc.years[i] || w.Severe != tc.severe[i] || !strings.Contains(w.Message, fmt.Sprintf("%d.json", w.Year)) {
				t.Errorf("%s: %+v", tc.now, w)
			}
		}
	}
	// The hour of midnight is Beijing's.
	if len(c.Warnings(date("2026-11-15").Add(-time.Second))) != 0 || len(c.Warnings(date("2026-11-15").UTC())) != 1 {
		t.Error("the warning does not begin at midnight in Beijing")
	}
	// No make-up day in a whole year is possible, but unusual enough to look again.
	odd := loadCalendar(t, map[string]string{"2027.json": notice(2027)}).Warnings(date("2026-11-20"))
	if len(odd) != 1 || odd[0].Year != 2027 || odd[0].Severe {
		t.Errorf("no make-up day: %+v", odd)
	}
}

// Whoever has no calendar is told no dates, and nothing breaks.
func TestNilCalendar(t *testing.T) {
	var c *filing.Calendar
	if _, ok := c.AddWorkingDays(t0, 1); ok {
		t.Error("adds")
	}
	if _, ok := c.WorkingDaysBetween(t0, hours(48)); ok {
		t.Error("counts")
	}
	if _, ok := c.IsWorkingDay(t0); ok || c.Covered(2026) || !c.CoversUntil().IsZero() {
		t.Error("knows")
	}
	if found := c.Warnings(t0); len(found) != 2 {
		t.Errorf("%+v", found)
	}
}

// Whatever lies in the folder, it is refused or read; nothing breaks on it.
func FuzzLoadCalendar(f *testing.F) {
	f.Add([]byte(notice(2027)))
	f.Add([]byte(`{"year":2027,"papers":[],"days":[]}`))
	f.Add([]byte(`{"year":2027,"papers":null,"days":[{"date":"2026-12-31","isOffDay":true}]}`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, "2027.json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := filing.LoadCalendar(dir)
		if err != nil {
			return
		}
		c.Warnings(t0)
		if at, ok := c.AddWorkingDays(date("2026-12-01"), 40); ok && !c.Covered(2027) {
			t.Fatalf("a date beyond the calendar: %s", at)
		}
	})
}
