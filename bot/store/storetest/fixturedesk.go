package storetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/vocab"
)

// What people at the desk of a fixture know.
const (
	fixtureToken    = "the-first-key-of-an-invented-house"
	fixturePassword = "an invented password"
	fixtureFile     = "编号,名称,阶段\norder-1,小鹿花店,sms_pending\n"
	fixtureAddress  = "203.0.113.7"
)

// deskAt is the desk of a store.
func deskAt(b *bench, r desk.Records) *desk.Desk {
	return desk.New(desk.Options{Records: r, Token: fixtureToken, Now: b.now})
}

// desk leaves every kind of record of the desk.
func (w *fixtureWriter) desk() {
	d := deskAt(w.bench, w.all)
	secret := w.facts.Secrets
	for _, role := range vocab.Roles() {
		name := "User-" + string(role)
		w.ok(d.AddUser(w.ctx, name, fixturePassword, role))
	}
	w.ok(d.AddUser(w.ctx, "blocked", fixturePassword, vocab.RoleReader))
	w.ok(d.ChangeUser(w.ctx, "blocked", vocab.RoleReader, true))
	users, err := d.Users(w.ctx)
	w.ok(err)
	for _, u := range users {
		secret["hash of "+u.Name], secret["stamp of "+u.Name] = u.Hash, u.Stamp
	}

	signIn := func(what, name, password string) {
		cookie, err := d.SignIn(w.ctx, name, password)
		w.ok(err)
		p, err := d.Session(w.ctx, cookie)
		w.ok(err)
		secret["cookie of "+what], secret["session of "+what] = cookie, p.Session
	}
	signIn("operator", "user-operator", fixturePassword)
	signIn("token", "", fixtureToken)

	key, k, err := d.AddKey(w.ctx, "user-editor", "报表", vocab.RoleOperator) // lesser, as its user is
	w.ok(err)
	secret["key"], secret["key id"] = key, k.ID
	keys, err := w.all.Records(w.ctx, "key")
	w.ok(err)
	for full := range maps.Keys(keys) {
		secret["key fingerprint"] = full
	}

	for range desk.NameTries - 1 {
		w.ok(d.MayTry(w.ctx, "user-reader", fixtureAddress))
	}

	draft := func(id string, rev int, note, entry string) {
		_, err := d.PutDraft(w.ctx, id, rev, "User-editor", note, json.RawMessage(entry))
		w.ok(err)
	}
	draft("filing-cost", 0, "补一句", `{"id":"filing-cost","title":"备案要钱吗？","answer":"不收费。"}`)
	draft("filing-cost", 1, "", `{"id":"filing-cost","title":"备案要钱吗？","answer":"不收费，谨防代办收费。"}`)
	draft("total-time", 0, "先改", `{"id":"total-time","answer":"约一个月。"}`)
	draft("total-time", 1, "撤回", "")

	w.ok(d.PutMenu(w.ctx, []desk.Button{
		{Label: "查进度", Say: "查进度"}, {Label: "更多", Buttons: []desk.Button{{Label: "帮助", Say: "帮助"}, {
			Label: "人工",
			Say:   "人工",
		}}},
	}))
	w.ok(d.PutQuestionSet(w.ctx, []byte(`{"text":"备案要不要钱","topic":"filing-cost"}`+"\n")))
	w.ok(d.NoteCallback(w.ctx, w.now()))

	f, err := d.PutFile(w.ctx, "User-operator", strings.NewReader(fixtureFile))
	w.ok(err)
	secret["file"] = f.ID
	w.inTwoParts(f)
	f, err = d.File(w.ctx, f.By, f.ID)
	w.ok(err)
	_, err = d.NoteFile(w.ctx, f,
		json.RawMessage(`{"state":"waiting","plan":{"rows":1,"pushes":0,"counts":{"new":1},"kept":0},"total":1}`))
	w.ok(err)

	w.ok(d.Note(w.ctx, "User-operator", "filing.report", fixtureID("filed"), "已备案"))
	w.ok(d.Note(w.ctx, desk.TokenName, "people.add", "User-reader", ""))
	w.ok(d.Note(w.ctx, "User-editor", "kb.save", "filing-cost", ""))
}

// inTwoParts cuts the content of a file in two, as that of a large one is: a real second part would make the
// fixture large.
func (w *fixtureWriter) inTwoParts(f desk.File) {
	key := func(n int) string { return fmt.Sprintf("%s/%04d", f.ID, n) }
	whole, err := w.all.Record(w.ctx, "file_part", key(0))
	w.ok(err)
	swap := func(kind, key string, old, next []byte) {
		done, err := w.all.SwapRecord(w.ctx, kind, key, old, next)
		w.ok(err)
		w.same(done, true)
	}
	swap("file_part", key(0), whole, whole[:20])
	swap("file_part", key(1), nil, whole[20:])
	old, err := w.all.Record(w.ctx, "file", f.ID)
	w.ok(err)
	swap("file", f.ID, old, bytes.Replace(old, []byte(`"parts":1`), []byte(`"parts":2`), 1))
}

// deskSnapshot is what the desk reads.
func (x *fixture) deskSnapshot(b *bench, r desk.Records) map[string]any {
	b.t.Helper()
	d := deskAt(b, r)
	out := make(map[string]any)
	add := func(what string, v any, err error) { b.t.Helper(); b.ok(err); out[what] = v }
	users, err := d.Users(b.ctx)
	add("users", users, err)
	keys, err := d.Keys(b.ctx, "")
	add("keys", keys, err)
	drafts, err := d.Drafts(b.ctx)
	add("drafts", drafts, err)
	for _, id := range slices.Sorted(maps.Keys(drafts)) {
		h, err := d.DraftHistory(b.ctx, id)
		add("drafts of "+id, h, err)
	}
	menu, _, err := d.Menu(b.ctx)
	add("menu", menu, err)
	set, err := d.QuestionSet(b.ctx)
	add("question set", string(set), err)
	last, err := d.LastCallback(b.ctx)
	add("last callback", last, err)
	deeds, err := d.Deeds(b.ctx, 0, 0)
	add("audit", deeds, err)
	var numbers []int64
	for _, a := range deeds {
		numbers = append(numbers, a.Number)
	}
	out["audit numbers"] = numbers
	f, err := d.File(b.ctx, "User-operator", x.facts.Secrets["file"])
	add("file", f, err)
	for _, kind := range []string{
		"user", "session", "key", "kb", "menu", "questions", "pulse", "file",
		"file_part", "try",
	} {
		n, err := r.Edition(b.ctx, kind)
		add("edition of "+kind, n, err)
	}
	tries, err := r.Records(b.ctx, "try")
	b.ok(err)
	texts := make(map[string]string)
	for k, v := range tries {
		texts[k] = string(v)
	}
	out["tries"] = texts
	return out
}
