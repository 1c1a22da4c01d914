package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/vocab"
)

// memory is a desk.Records of the simplest kind.
type memory struct {
	records map[string][]byte
	edition map[string]int64
	logs    map[string][]desk.Line
}

func newMemory() *memory {
	return &memory{map[string][]byte{}, map[string]int64{}, map[string][]desk.Line{}}
}

func (m *memory) Record(_ context.Context, kind, key string) ([]byte, error) {
	return m.records[kind+"\x00"+key], nil
}

func (m *memory) Records(_ context.Context, kind string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for k, v := range m.records {
		if rest, ok := strings.CutPrefix(k, kind+"\x00"); ok {
			out[rest] = v
		}
	}
	return out, nil
}

func (m *memory) SwapRecord(_ context.Context, kind, key string, old, next []byte) (bool, error) {
	k := kind + "\x00" + key
	cur, ok := m.records[k]
	if ok != (old != nil) || !bytes.Equal(cur, old) {
		return false, nil
	}
	m.edition[kind]++
	if next == nil {
		delete(m.records, k)
	} else {
		m.records[k] = next
	}
	return true, nil
}

func (m *memory) Edition(_ context.Context, kind string) (int64, error) { return m.edition[kind], nil }

func (m *memory) AppendLine(_ context.Context, log string, line []byte, _ int) error {
	m.logs[log] = append(m.logs[log], desk.Line{Number: int64(len(m.logs[log]) + 1), Data: line})
	return nil
}

func (m *memory) Lines(_ context.Context, log string, before int64, limit int) (out []desk.Line, err error) {
	for i := len(m.logs[log]) - 1; i >= 0 && (len(out) < limit || limit == 0); i-- {
		if l := m.logs[log][i]; before == 0 || l.Number < before {
			out = append(out, l)
		}
	}
	return out, nil
}

const (
	token    = "the-first-key-of-the-house"
	password = "correct horse battery"
)

type clock struct{ now time.Time }

func bench(t *testing.T) (*desk.Desk, *memory, *clock) {
	t.Helper()
	m, c := newMemory(), &clock{time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	return desk.New(desk.Options{Records: m, Token: token, Now: func() time.Time { return c.now }}), m, c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRolesTimesActions(t *testing.T) {
	want := map[vocab.Role]string{
		vocab.RoleReader:   "look own",
		vocab.RoleEditor:   "look own answers",
		vocab.RoleOperator: "look own answers filings pushes",
		vocab.RoleAdmin:    "look own answers filings pushes erase menu people program readaudit",
		"":                 "", "nobody": "",
	}
	for r, text := range want {
		var may []string
		for _, a := range vocab.Permissions() {
			if r.May(a) {
				may = append(may, string(a))
			}
		}
		if got := strings.Join(may, " "); got != text {
			t.Errorf("%q may %q, want %q", r, got, text)
		}
		if r.May("something new") {
			t.Errorf("%q may what is not in the list", r)
		}
	}
}

func TestSignIn(t *testing.T) {
	d, m, c := bench(t)
	ctx := t.Context()
	must(t, d.AddUser(ctx, "Mei", password, vocab.RoleOperator))
	for _, bad := range [][2]string{{"", "wrong"}, {"mei", "wrong password"}, {"nobody", password}, {"mei", ""}, {"", ""}, {desk.TokenName, token}} {
		if _, err := d.SignIn(ctx, bad[0], bad[1]); !errors.Is(err, desk.ErrWho) {
			t.Errorf("%q with %q: %v", bad[0], bad[1], err)
		}
	}
	cookie, err := d.SignIn(ctx, "mei", password)
	must(t, err)
	p, err := d.Session(ctx, cookie)
	must(t, err)
	if p.Name != "Mei" || p.Role != vocab.RoleOperator || p.Session == "" {
		t.Errorf("recognised as %+v", p)
	}
	for k, v := range m.records {
		if strings.Contains(k+string(v), cookie) || strings.Contains(k+string(v), password) || strings.Contains(k+string(v), token) {
			t.Errorf("a secret is kept: %s", k)
		}
	}
	must(t, d.ChangeUser(ctx, "mei", vocab.RoleReader, false))
	if p, err = d.Session(ctx, cookie); err != nil || p.Role != vocab.RoleReader {
		t.Errorf("after the change of role: %+v, %v", p, err)
	}
	must(t, d.ChangeUser(ctx, "mei", vocab.RoleReader, true))
	if _, err = d.Session(ctx, cookie); !errors.Is(err, desk.ErrWho) {
		t.Errorf("a blocked user: %v", err)
	}
	must(t, d.ChangeUser(ctx, "mei", vocab.RoleReader, false))
	c.now = c.now.Add(desk.SessionIdle - time.Minute)
	if _, err = d.Session(ctx, cookie); err != nil {
		t.Errorf("in use: %v", err)
	}
	c.now = c.now.Add(desk.SessionIdle - time.Minute)
	if _, err = d.Session(ctx, cookie); err != nil {
		t.Errorf("still in use: %v", err)
	}
	must(t, d.SetPassword(ctx, "mei", password+"!"))
	if _, err = d.Session(ctx, cookie); !errors.Is(err, desk.ErrWho) {
		t.Errorf("after the change of password: %v", err)
	}
	cookie, err = d.SignIn(ctx, "MEI", password+"!")
	must(t, err)
	c.now = c.now.Add(desk.SessionIdle)
	if _, err = d.Session(ctx, cookie); !errors.Is(err, desk.ErrWho) {
		t.Errorf("unused for long: %v", err)
	}
	cookie, err = d.SignIn(ctx, "", token)
	must(t, err)
	if p, err = d.Session(ctx, cookie); err != nil || p.Role != vocab.RoleAdmin || p.Name != desk.TokenName {
		t.Errorf("by the first key: %+v, %v", p, err)
	}
	other := desk.New(desk.Options{Records: m, Token: token + "2", Now: func() time.Time { return c.now }})
	if _, err = other.Session(ctx, cookie); !errors.Is(err, desk.ErrWho) {
		t.Errorf("after another first key: %v", err)
	}
	must(t, d.SignOut(ctx, p.Session))
	if _, err = d.Session(ctx, cookie); !errors.Is(err, desk.ErrWho) {
		t.Errorf("after signing out: %v", err)
	}
}

func TestUsers(t *testing.T) {
	d, _, _ := bench(t)
	ctx := t.Context()
	must(t, d.AddUser(ctx, "mei", password, vocab.RoleEditor))
	for _, c := range []struct {
		name, password string
		role           vocab.Role
		want           errs.Code
	}{
		{"MEI", password, vocab.RoleReader, errs.CodeConflict},
		{"", password, vocab.RoleReader, errs.CodeInvalid},
		{"a b", password, vocab.RoleReader, errs.CodeInvalid},
		{"Admin-Token", password, vocab.RoleReader, errs.CodeInvalid},
		{strings.Repeat("x", 33), password, vocab.RoleReader, errs.CodeInvalid},
		{"li", "short", vocab.RoleReader, errs.CodeInvalid},
		{"li", strings.Repeat("x", 300), vocab.RoleReader, errs.CodeInvalid},
		{"li", password, "boss", errs.CodeInvalid},
	} {
		if err := d.AddUser(ctx, c.name, c.password, c.role); errs.CodeOf(err) != c.want {
			t.Errorf("%q as %q: %v", c.name, c.role, err)
		}
	}
	text, _, err := d.AddKey(ctx, "mei", "sheet", vocab.RoleEditor)
	must(t, err)
	must(t, d.RemoveUser(ctx, "mei"))
	if _, err := d.Bearer(ctx, text); !errors.Is(err, desk.ErrWho) {
		t.Errorf("the key of a removed user: %v", err)
	}
	must(t, d.AddUser(ctx, "mei", password, vocab.RoleAdmin))
	if _, err := d.Bearer(ctx, text); !errors.Is(err, desk.ErrWho) {
		t.Errorf("the key of another user of the same name: %v", err)
	}
	if err := d.RemoveUser(ctx, "nobody"); !errors.Is(err, errs.ErrNotFound) {
		t.Error(err)
	}
}

func TestKeys(t *testing.T) {
	d, m, _ := bench(t)
	ctx := t.Context()
	must(t, d.AddUser(ctx, "mei", password, vocab.RoleOperator))
	for have := range vocab.Roles() {
		for asked, r := range vocab.Roles() {
			must(t, d.ChangeUser(ctx, "mei", vocab.Roles()[have], false))
			text, k, err := d.AddKey(ctx, "mei", fmt.Sprint("key ", r), r)
			must(t, err)
			p, err := d.Bearer(ctx, text)
			must(t, err)
			if want := vocab.Roles()[min(have, asked)]; p.Role != want || k.Role != want || p.Name != "mei" {
				t.Errorf("a %s's key for %s is a %s", vocab.Roles()[have], r, p.Role)
			}
			must(t, d.ChangeUser(ctx, "mei", vocab.RoleReader, false))
			if p, err = d.Bearer(ctx, text); err != nil || p.Role != vocab.RoleReader {
				t.Errorf("a key kept its role when its user lost his: %+v, %v", p, err)
			}
			must(t, d.RemoveKey(ctx, "mei", k.ID))
			if _, err := d.Bearer(ctx, text); !errors.Is(err, desk.ErrWho) {
				t.Errorf("a removed key: %v", err)
			}
		}
	}
	text, k, err := d.AddKey(ctx, "mei", "x", vocab.RoleReader)
	must(t, err)
	for key, v := range m.records {
		if strings.Contains(key+string(v), text) {
			t.Error("a key is kept as it is")
		}
	}
	if err := d.RemoveKey(ctx, "li", k.ID); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("somebody else's key: %v", err)
	}
	for _, bad := range []string{"", "bak_", text + "x", strings.ToLower(text), "x"} {
		if _, err := d.Bearer(ctx, bad); !errors.Is(err, desk.ErrWho) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if p, err := d.Bearer(ctx, token); err != nil || p.Role != vocab.RoleAdmin {
		t.Errorf("the first key: %+v, %v", p, err)
	}
	open := desk.New(desk.Options{Records: m})
	if _, err := open.Bearer(ctx, ""); !errors.Is(err, desk.ErrWho) {
		t.Errorf("no first key is not the empty key: %v", err)
	}
}

func TestDrafts(t *testing.T) {
	d, _, _ := bench(t)
	ctx := t.Context()
	first, err := d.PutDraft(ctx, "total-time", 0, "mei", "", []byte(`{"id":"total-time"}`))
	must(t, err)
	if _, err := d.PutDraft(ctx, "total-time", 0, "li", "", nil); errs.CodeOf(err) != errs.CodeConflict {
		t.Errorf("an old draft was changed: %v", err)
	}
	_, err = d.PutDraft(ctx, "total-time", first.Rev, "li", "back", nil)
	must(t, err)
	h, err := d.DraftHistory(ctx, "total-time")
	must(t, err)
	if len(h) != 2 || h[0].Rev != 2 || h[0].Entry != nil || h[1].By != "mei" {
		t.Errorf("history %+v", h)
	}
	all, err := d.Drafts(ctx)
	must(t, err)
	if all["total-time"].By != "li" {
		t.Errorf("drafts %+v", all)
	}
	if _, err := d.PutDraft(ctx, "../x", 0, "li", "", nil); errs.CodeOf(err) != errs.CodeInvalid {
		t.Error(err)
	}
}
