package filing

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// Each file under calendar/ is the State Council's notice for one year: the days off and the weekend days that are worked instead, in the
// shape in which holiday-cn publishes them ({year, papers, days: [{name, date, isOffDay}]}), so that its files can be laid over ours. Days
// that a file does not name are worked from Monday to Friday. A file may name days of the December before.
//
//go:embed calendar/*.json
var calendarFiles embed.FS

// maxCalendarFile bounds a calendar file from outside; a real one has 4 KB.
const maxCalendarFile = 256 << 10

// Calendar knows which days are worked in China. Years without a notice are not guessed: whatever touches them is answered with false. The
// nil Calendar knows no year. A Calendar does not change and may be used by many at once.
type Calendar struct {
	years map[int]*calendarYear
	// off says of the days that a notice names whether they are off.
	off map[day]bool
}

type calendarYear struct {
	covered bool
	makeup  int
}

// day counts days in Zone since 1970.
type day int

func dayOf(t time.Time) day {
	_, offset := t.In(chinatime.Zone()).Zone()
	return day((t.Unix() + int64(offset)) / 86400)
}

// time is the beginning of the day.
func (d day) time() time.Time { return time.Date(1970, 1, 1+int(d), 0, 0, 0, 0, chinatime.Zone()) }

type calendarFile struct {
	Year   int      `json:"year"`
	Papers []string `json:"papers"`
	Days   []struct {
		Name     string `json:"name"`
		Date     string `json:"date"`
		IsOffDay bool   `json:"isOffDay"`
	} `json:"days"`
}

// LoadCalendar returns the calendar of the years known when the program was built. The files of dir (2027.json), if one is given, are laid
// over it, each in place of the year of its name; a file that has no notice in it yet replaces nothing. All mistakes in dir are reported
// together, and then there is no Calendar.
func LoadCalendar(dir string) (*Calendar, error) {
	c := &Calendar{years: map[int]*calendarYear{}, off: map[day]bool{}}
	built, err := fs.Sub(calendarFiles, "calendar")
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	files, err := readCalendars(built)
	if err == nil && dir != "" {
		var over map[int]calendarFile
		over, err = readCalendars(os.DirFS(dir))
		for y, f := range over {
			if f.covers() {
				files[y] = f
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	first, last := 0, 0
	for y, f := range files {
		c.years[y] = &calendarYear{covered: f.covers()}
		if first == 0 || y < first {
			first = y
		}
		last = max(last, y)
	}
	for y := first; y <= last; y++ { // in order: on a day in two files the later notice holds
		c.add(files[y])
	}
	return c, nil
}

func (c *Calendar) add(f calendarFile) {
	for _, d := range f.Days {
		t, err := time.ParseInLocation(time.DateOnly, d.Date, chinatime.Zone())
		if err != nil {
			continue // checked before
		}
		c.off[dayOf(t)] = d.IsOffDay
		if !d.IsOffDay {
			c.years[f.Year].makeup++
		}
	}
}

func readCalendars(dir fs.FS) (map[int]calendarFile, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	files := map[int]calendarFile{}
	var errs []error
	for _, e := range entries {
		name := e.Name()
		year, ok := strings.CutSuffix(name, path.Ext(name))
		y, err := strconv.Atoi(year)
		if !ok || path.Ext(name) != ".json" || err != nil || len(year) != 4 {
			continue // a schema, a README
		}
		f, err := readCalendar(dir, name, y)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		files[y] = f
	}
	return files, errors.Join(errs...)
}

func readCalendar(dir fs.FS, name string, year int) (f calendarFile, err error) {
	info, err := fs.Stat(dir, name)
	if err != nil {
		return f, err
	}
	if info.Size() > maxCalendarFile {
		return f, fmt.Errorf("larger than %d bytes", maxCalendarFile)
	}
	b, err := fs.ReadFile(dir, name)
	if err != nil {
		return f, err
	}
	return parseCalendar(b, year)
}

// parseCalendar reads one file and checks what a notice cannot say: a day twice, a make-up day that is no weekend, a day of another year.
func parseCalendar(b []byte, year int) (f calendarFile, err error) {
	if err := json.Unmarshal(b, &f); err != nil {
		return f, err
	}
	if f.Year != year {
		return f, fmt.Errorf("is for %d", f.Year)
	}
	seen := map[day]bool{}
	for _, d := range f.Days {
		t, err := time.ParseInLocation(time.DateOnly, d.Date, chinatime.Zone())
		if err != nil {
			return f, fmt.Errorf("date %.20q: want 2006-01-02", d.Date)
		}
		before := t.Year() == year-1 && t.Month() == time.December
		if t.Year() != year && !before {
			return f, fmt.Errorf("%s: not a day of %d or of the December before", d.Date, year)
		}
		if seen[dayOf(t)] {
			return f, fmt.Errorf("%s: named twice", d.Date)
		}
		seen[dayOf(t)] = true
		if !d.IsOffDay && !weekend(t) {
			return f, fmt.Errorf("%s: worked instead of a holiday, but no Saturday or Sunday", d.Date)
		}
	}
	return f, nil
}

// covers reports whether the file holds a notice. Files for coming years are often made beforehand, with nothing in them; a real notice
// names some 30 days, the Spring Festival and the National Day among them.
func (f calendarFile) covers() bool {
	var spring, national bool
	for _, d := range f.Days {
		spring = spring || strings.Contains(d.Name, "春节")
		national = national || strings.Contains(d.Name, "国庆")
	}
	return len(f.Days) >= 20 && len(f.Papers) >= 1 && spring && national
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }
