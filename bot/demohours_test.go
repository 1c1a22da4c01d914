package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/demo"
)

// visit is a demo with its page open, without a browser.
type visit struct {
	t    *testing.T
	demo *openedDemo
	url  string
}

// newVisit opens a demo that begins at start, and its page: then the person follows the account.
func newVisit(t *testing.T, start time.Time) *visit {
	t.Helper()
	d, err := openDemo(t.Context(), start, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	server := httptest.NewServer(d.page)
	t.Cleanup(server.Close)
	t.Cleanup(d.page.Close)
	v := &visit{t, d, server.URL}
	v.look()
	return v
}

// do does something at the page, which must succeed.
func (v *visit) do(what string, body map[string]any) {
	v.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		v.t.Fatal(err)
	}
	res, err := http.Post(v.url+"/do/"+what, "application/json", strings.NewReader(string(data)))
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s %s: %d %s %v", what, data, res.StatusCode, answer, err)
	}
}

// look is what a page that opens now shows.
func (v *visit) look() (said []demo.Entry, office demo.Office) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+"/events", nil)
	if err != nil {
		v.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for kind := ""; lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "event":
			kind = value
		case name == "data" && kind == "entry":
			var e demo.Entry
			if err := json.Unmarshal([]byte(value), &e); err != nil {
				v.t.Fatal(err)
			}
			said = append(said, e)
		case name == "data" && kind == "office":
			if err := json.Unmarshal([]byte(value), &office); err != nil {
				v.t.Fatal(err)
			}
			return said, office
		}
	}
	v.t.Fatalf("the page shows nothing: %v", lines.Err())
	return nil, office
}

// says has the person say something and returns the answer.
func (v *visit) says(text string) string {
	v.t.Helper()
	v.do("say", map[string]any{"text": text})
	said, _ := v.look()
	last, answer := said[len(said)-1], ""
	for _, p := range last.Parts {
		answer += p.Text
	}
	if last.Via != "reply" {
		v.t.Fatalf("%q is not answered: %+v", text, last)
	}
	return answer
}

// wantsSaid has the person say something whose answer must hold all the parts.
func (v *visit) wantsSaid(text string, parts ...string) {
	v.t.Helper()
	answer := v.says(text)
	for _, part := range parts {
		if !strings.Contains(answer, part) {
			v.t.Errorf("%s: %q is not in:\n%s", text, part, answer)
		}
	}
}

// cards are the notices that arrived, in order.
func (v *visit) cards() (cards []demo.Entry) {
	v.t.Helper()
	said, _ := v.look()
	for _, e := range said {
		if e.Card != nil {
			cards = append(cards, e)
		}
	}
	return cards
}

// settle waits until everything that is due is sent.
func (v *visit) settle() {
	v.t.Helper()
	if err := v.demo.service.Settle(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
}

// value is what a card says under a label.
func value(e demo.Entry, label string) string {
	for _, r := range e.Card.Rows {
		if r.Label == label {
			return r.Value
		}
	}
	return ""
}

// slack is how much later than expected a moment may be: the clock runs on while the test does.
const slack = 5 * time.Minute

// near reports whether a moment is the expected one.
func near(got, want time.Time) bool { return !got.Before(want) && got.Before(want.Add(slack)) }

// afterNight is t itself by day, else the end of the night: notices that can wait are not told between 22:00 and
// 08:00 in China. It is written anew here, so that the demo is not measured by its own yardstick.
func afterNight(t time.Time) time.Time {
	c := t.In(chinatime.Zone())
	eight := time.Date(c.Year(), c.Month(), c.Day(), 8, 0, 0, 0, chinatime.Zone())
	switch {
	case c.Hour() < 8:
		return eight
	case c.Hour() >= 22:
		return eight.AddDate(0, 0, 1)
	}
	return t
}

// flow is the demo as its page invites to try it, from a start on: register, bind, say yes, the SMS is sent, 12 hours
// pass, a day passes. Every date, every span and the moment of every notice must follow from the demo's clock, and
// from nothing else.
func (v *visit) flow(start time.Time) {
	t := v.t
	t.Helper()
	v.wantsSaid("我的微信小程序小鹿花店今天在上海提交了初审", "从什么时候起："+start.Format("1月2日"))
	v.wantsSaid("取消", "不登记了")

	_, office := v.look()
	if !near(office.Now, start) || len(office.Filings) != 3 {
		t.Fatalf("at %v the back office shows %v and %d filings", start, office.Now, len(office.Filings))
	}
	v.wantsSaid(office.Filings[0].Code, "绑定好了：「小鹿花店」", start.Add(-19*time.Hour).Format("1月2日 15:04"))
	v.wantsSaid("订阅通知", "会告诉您")
	v.do("stage", map[string]any{"filing": "demo-1", "stage": "sms_pending"})
	v.settle()
	_, office = v.look()
	since := office.Filings[0].Since
	if !near(since, start) {
		t.Errorf("the SMS is sent at %v, the demo began at %v", since, start)
	}
	// told is when the change and its two reminders are told: the last comes 2 hours before the end and waits for no
	// morning.
	told := []time.Time{afterNight(since), afterNight(since.Add(12 * time.Hour)), since.Add(22 * time.Hour)}
	arrived := func(passed time.Duration) {
		t.Helper()
		cards, n := v.cards(), 0
		for n < len(told) && !told[n].After(since.Add(passed)) {
			n++
		}
		if len(cards) != n {
			t.Errorf("%v after the SMS %d notices have arrived, want %d of %v: %v",
				passed, len(cards), n, told, moments(cards))
			return
		}
		for i, c := range cards {
			if !near(c.At, told[i]) {
				t.Errorf("notice %d is told at %v, want %v", i+1, c.At.In(chinatime.Zone()), told[i].In(chinatime.Zone()))
			}
			want := "收到12381短信后24小时内核验"
			if i > 0 { // the words of the moment at which it is told
				want = fmt.Sprintf("短信核验还剩约 %d 小时", int(since.Add(24*time.Hour).Sub(c.At)/time.Hour))
			}
			changed := since.In(chinatime.Zone()).Format("2006-01-02 15:04")
			if !strings.Contains(value(c, "下一步"), want) || value(c, "更新时间") != changed {
				t.Errorf("notice %d does not say %q: %v", i+1, want, c.Card.Rows)
			}
		}
	}
	arrived(0)
	if when := told[0].In(chinatime.Zone()).Format("1月2日 15:04"); told[0].After(since) {
		if says := fmt.Sprint(office.Moves); !strings.Contains(says, "夜里不打扰，"+when+" 发") {
			t.Errorf("the back office does not say that the notice waits until %s: %s", when, says)
		}
	}
	v.do("advance", map[string]any{"hours": 12})
	arrived(12 * time.Hour)
	// Who writes while a reminder waits for the morning is told it with the answer, and not again in the morning.
	// Half of them write.
	waits := told[1].After(since.Add(12 * time.Hour))
	if !waits || start.Hour()%2 == 0 {
		end := since.Add(24 * time.Hour).In(chinatime.Zone())
		v.wantsSaid("查进度", "待短信核验", "还剩约 11 小时", end.Format("1月2日 15:04 前"))
	}
	if waits && start.Hour()%2 == 0 {
		told = slices.Delete(told, 1, 2)
	}
	v.do("advance", map[string]any{"hours": 24})
	arrived(36 * time.Hour)
	v.wantsSaid("查进度", "24 小时可能已经过了")
	ahead := office.Ahead + 36*60
	if _, office = v.look(); !near(office.Now, start.Add(36*time.Hour)) || office.Ahead != ahead {
		t.Errorf("in the end the back office shows %v, %d minutes ahead, want %d", office.Now, office.Ahead, ahead)
	}
}

func moments(cards []demo.Entry) (at []string) {
	for _, c := range cards {
		at = append(at, c.At.In(chinatime.Zone()).Format("2006-01-02 15:04:05"))
	}
	return at
}

func startAt(t *testing.T, text string) time.Time {
	t.Helper()
	var s demoStart
	if err := s.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return s.Time
}

// TestDemoAtItsStart opens the demo at moments at which hours and dates go wrong most easily. It fails where anything
// behind the page looks at the machine's clock: by day a notice comes at once, by night in the morning, and no hour
// of the machine is both.
func TestDemoAtItsStart(t *testing.T) {
	starts := []string{
		"2026-11-23T09:00", "2026-12-31T23:30", "2027-01-01T00:10", "2026-11-30T21:50", "2028-02-28T22:05",
	}
	if testing.Short() {
		starts = starts[:2]
	}
	for _, start := range starts {
		t.Run(start, func(t *testing.T) {
			begun := time.Now()
			v := newVisit(t, startAt(t, start))
			v.flow(startAt(t, start))
			t.Logf("%v", time.Since(begun).Round(time.Millisecond))
		})
	}
}

// TestDemoAtAnyHour runs the same at each hour of the day, at the ends of months and of the year, over one program
// that lives through all of it: before each start the sample filings are made anew, and another person comes.
func TestDemoAtAnyHour(t *testing.T) {
	var starts []time.Time
	first := startAt(t, "2026-11-01T00:30")
	for hour := range 24 { // three days and an hour apart
		starts = append(starts, first.Add(time.Duration(hour)*(3*24+1)*time.Hour))
	}
	for _, s := range []string{
		"2027-01-31T23:30", "2027-02-28T12:10", "2027-04-30T21:30",
		"2027-12-31T10:30", "2028-02-28T23:50", "2028-12-31T23:40",
	} {
		starts = append(starts, startAt(t, s))
	}
	if testing.Short() {
		starts = []time.Time{starts[3], starts[12], starts[22]}
	}
	v := newVisit(t, starts[0])
	hours := map[int]bool{}
	for _, start := range starts {
		hours[start.In(chinatime.Zone()).Hour()] = true
		t.Run(start.In(chinatime.Zone()).Format(startLayout), func(t *testing.T) {
			begun, whole := time.Now(), v.t
			v.t = t
			defer func() { v.t = whole }()
			v.beginAnew(start)
			v.flow(start)
			t.Logf("%v", time.Since(begun).Round(time.Millisecond))
		})
	}
	if !testing.Short() && len(hours) != 24 {
		t.Errorf("%d hours of the day were tried", len(hours))
	}
}

// beginAnew brings a demo that has run for a while to another start: the moment, the filings, the person.
func (v *visit) beginAnew(start time.Time) {
	v.t.Helper()
	ctx, st := v.t.Context(), v.demo.service.Store()
	known := map[string]bool{}
	for _, r := range demo.Samples(start) {
		if !known[r.ID] {
			known[r.ID] = true
			if err := st.Delete(ctx, r.ID); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	v.demo.clock.Advance(start.Sub(v.demo.clock.Now()))
	if err := demo.Seed(ctx, st, v.demo.clock.Now()); err != nil {
		v.t.Fatal(err)
	}
	v.look() // which has codes made
	v.do("code", map[string]any{"filing": "demo-1"})
	v.do("reset", map[string]any{})
}

// TestDemoAdvancesFar: 400 days in one step bring every reminder that lies in between, once, on its day.
func TestDemoAdvancesFar(t *testing.T) {
	start := startAt(t, "2026-12-20T23:30")
	v := newVisit(t, start)
	_, office := v.look()
	v.wantsSaid(office.Filings[0].Code, "绑定好了")
	v.wantsSaid("订阅通知", "会告诉您")
	v.do("stage", map[string]any{"filing": "demo-1", "stage": "filed", "number": "沪ICP备2026000001号-1X"})
	begun := time.Now()
	v.do("advance", map[string]any{"hours": 400 * 24})
	took := time.Since(begun)
	cards := v.cards()
	want := []time.Time{startAt(t, "2026-12-21T08:00"), startAt(t, "2027-01-09T10:00")}
	if len(cards) != 2 || !near(cards[0].At, want[0]) || !near(cards[1].At, want[1]) {
		t.Fatalf("told at %v, want %v", moments(cards), want)
	}
	if words := value(cards[1], "下一步"); !strings.Contains(words, "1月19日 前办好公安联网备案") {
		t.Errorf("the reminder says %q", words)
	}
	if end := v.demo.clock.Now(); !near(end, start.AddDate(0, 0, 400)) || took > 10*time.Second {
		t.Errorf("it ends at %v, after %v", end, took)
	}
}

// TestDemoStart: a start is a moment in China, and what is none is refused before anything begins.
func TestDemoStart(t *testing.T) {
	for text, want := range map[string]string{
		"2026-12-31T23:30": "2026-12-31T15:30:00Z",
		"2027-01-01T00:10": "2026-12-31T16:10:00Z",
		"2028-02-29T09:00": "2028-02-29T01:00:00Z",
	} {
		if got := startAt(t, text).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{
		"", "23:30", "2027-02-29T09:00", "2026-12-31T24:00", "2026-12-31 23:30",
		"1969-12-31T23:30", "2100-01-01T00:00", "tomorrow",
	} {
		_, errs, code := command(t, "", nil, "demo", "--start", text)
		if code != 2 || !strings.Contains(errs, "2026-12-31T23:30") {
			t.Errorf("%q: exit %d: %s", text, code, errs)
		}
	}
}
