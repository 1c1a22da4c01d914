package console_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers/console"
	"github.com/beianbot/beianbot/kb"
)

const (
	token    = "the-first-key-of-the-house"
	password = "correct horse battery"
	openid   = "oABCD1234567890abcdefWXYZ"
)

var now = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// knowledge is opened once for all tests: it takes a second.
var knowledge = sync.OnceValues(func() (*kb.Knowledge, error) { return kb.Open(kb.Options{}) })

// edits is console.Knowledge over the desk, without other replicas.
type edits struct {
	*kb.Knowledge
	overlay *kb.Overlay
	desk    *desk.Desk
	edition int64
}

func (e *edits) all(ctx context.Context, key string, part *kb.Part) ([]kb.Part, error) {
	drafts, err := e.desk.Drafts(ctx)
	var out []kb.Part
	for k, d := range drafts {
		if k != key && d.Entry != nil {
			p, err := kb.ReadPart(k, d.Entry)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	if part != nil {
		out = append(out, *part)
	}
	return out, err
}

func (e *edits) Try(ctx context.Context, key string, part *kb.Part) (*kb.Snapshot, error) {
	all, err := e.all(ctx, key, part)
	if err != nil {
		return nil, err
	}
	return e.overlay.Try(all)
}

func (e *edits) Refresh(ctx context.Context) error {
	edition, err := e.desk.DraftEdition(ctx)
	if err != nil || edition == e.edition {
		return err
	}
	e.edition = edition
	all, err := e.all(ctx, "", nil)
	if err != nil {
		return err
	}
	return e.overlay.Lay(all)
}

func (e *edits) Original(string) (kb.Part, bool) { return kb.Part{}, false }

// kept is what both stores are.
type kept interface {
	store.Store
	desk.Records
}

// site is a console over a store of its own.
type site struct {
	t         testing.TB
	store     kept
	desk      *desk.Desk
	console   *console.Console
	options   console.Options
	published [][]desk.Button
}

func clock() time.Time { return now }

func newSite(t testing.TB, change func(*console.Options)) *site {
	t.Helper()
	cal, err := filing.LoadCalendar("")
	must(t, err)
	st, err := bolt.Open(bolt.Options{Path: filepath.Join(t.TempDir(), "beianbot.db"), Planner: &push.Planner{Calendar: cal}, Now: clock})
	must(t, err)
	return newSiteOver(t, st, func(o *console.Options) {
		o.Backup = st.Backup
		if change != nil {
			change(o)
		}
	})
}

// newSiteOver is a console over a store, which it closes in the end.
func newSiteOver(t testing.TB, st kept, change func(*console.Options)) *site {
	t.Helper()
	t.Cleanup(func() { _ = st.Close() })
	cal, err := filing.LoadCalendar("")
	must(t, err)
	k, err := knowledge()
	must(t, err)
	s := &site{t: t, store: st, desk: desk.New(desk.Options{Records: st, Token: token, Now: clock})}
	o := console.Options{
		Desk: s.desk, Filings: st, Outbox: st, Questions: st, Tallies: st, Knowledge: &edits{k, kb.NewOverlay(k), s.desk, 0}, Calendar: cal,
		Advice: func(p push.Push) string { return fmt.Sprint("advice on ", p.Code) },
		Menu:   []desk.Button{{Label: "查进度", Say: "查进度"}, {Label: "我的", Buttons: []desk.Button{{Label: "帮助", Say: "帮助"}}}},
		PublishMenu: func(_ context.Context, m []desk.Button) error {
			s.published = append(s.published, m)
			return nil
		},
		Config: func() ([]byte, error) { return []byte("admin:\n  token: '******'\n"), nil },
		Reload: func(context.Context) ([]string, error) { return nil, nil },
		Health: func(context.Context) []console.Sign {
			return []console.Sign{{Name: "存储", Text: "正常", Tone: console.ToneGood}}
		},
		Now: clock, Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&o)
	}
	s.options = o
	s.console, err = console.New(o)
	must(t, err)
	return s
}

// replica is another console over the same store, as another replica of the program has it.
func (s *site) replica(change func(*console.Options)) *site {
	s.t.Helper()
	other, o := *s, s.options
	if change != nil {
		change(&o)
	}
	var err error
	other.console, err = console.New(o)
	must(s.t, err)
	return &other
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seed puts two filings, a follower, pushes and questions into the store.
func (s *site) seed() {
	s.t.Helper()
	ctx := s.t.Context()
	for _, r := range []filing.Report{
		{ID: "order-1", Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StagePlatformReview, At: now.Add(-20 * 24 * time.Hour), Source: filing.FromAPI},
		{ID: "order-2", Name: "青禾书屋", Platform: vocab.PlatformDouyin, Province: "广东", Stage: vocab.StageSMSPending, At: now.Add(-2 * time.Hour), Source: filing.FromCSV},
	} {
		_, err := s.store.Apply(ctx, r)
		must(s.t, err)
	}
	must(s.t, s.store.Adopt(ctx, "order-1", openid, now))
	must(s.t, s.store.SetNotify(ctx, openid, "order-1", filing.NotifyAll, now))
	for i, text := range []string{"备案要不要交押金", "备案需不需要交押金呢", "天气怎么样"} {
		for range 3 - i {
			must(s.t, s.store.NoteQuestion(ctx, chat.Question{Text: text, Kind: chat.QuestionUnknown}))
		}
	}
	must(s.t, s.store.AddTallies(ctx, "2026-11-23", map[string]int64{"message:text": 12, "kind:answer": 8, "kind:choice": 3, "kind:unknown": 1, "up:total-time": 2, "down:total-time": 1}))
}

// browser is somebody who is signed in, or not.
type browser struct {
	s      *site
	cookie *http.Cookie
	header http.Header
}

// as signs in somebody with a role; the empty role is nobody.
func (s *site) as(role vocab.Role) *browser {
	s.t.Helper()
	b := &browser{s: s, header: http.Header{}}
	if role == "" {
		return b
	}
	name := "user-" + string(role)
	if err := s.desk.AddUser(s.t.Context(), name, password, role); err != nil && errs.CodeOf(err) != errs.CodeConflict {
		s.t.Fatal(err)
	}
	cookie, err := s.desk.SignIn(s.t.Context(), name, password)
	must(s.t, err)
	b.cookie = &http.Cookie{Name: "beianbot", Value: cookie}
	return b
}

// do makes a request; form nil is none.
func (b *browser) do(method, path string, form url.Values) *http.Response {
	b.s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	for k, v := range b.header {
		r.Header[k] = v
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.s.console.ServeHTTP(w, r)
	return w.Result()
}

// get returns a page that must be there.
func (b *browser) get(path string) string {
	b.s.t.Helper()
	res := b.do("GET", path, nil)
	text := read(b.s.t, res)
	if res.StatusCode != http.StatusOK {
		b.s.t.Fatalf("GET %s: %s\n%s", path, res.Status, text)
	}
	return text
}

// post sends a form that must be taken, and returns where the browser is sent, or the page.
func (b *browser) post(path string, form url.Values) string {
	b.s.t.Helper()
	res := b.do("POST", path, form)
	text := read(b.s.t, res)
	switch res.StatusCode {
	case http.StatusSeeOther:
		return res.Header.Get("Location")
	case http.StatusOK:
		return text
	}
	b.s.t.Fatalf("POST %s: %s\n%s", path, res.Status, words(text))
	return ""
}

func read(t testing.TB, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	must(t, err)
	return string(data)
}

var tags = regexp.MustCompile(`(?s)<[^>]*>|\s+`)

// words are the words of a page.
func words(page string) string { return tags.ReplaceAllString(page, " ") }

func contains(t testing.TB, page string, wants ...string) {
	t.Helper()
	for _, w := range wants {
		if !strings.Contains(page, w) {
			t.Errorf("%q is missing in\n%s", w, words(page))
		}
	}
}

func lacks(t testing.TB, page string, bad ...string) {
	t.Helper()
	for _, w := range bad {
		if strings.Contains(page, w) {
			t.Errorf("%q stands in\n%s", w, words(page))
		}
	}
}

// skipLong skips a test that takes seconds in short mode. The check runs it.
func skipLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: takes seconds")
	}
}
