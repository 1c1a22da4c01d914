package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/handlers/api"
	"github.com/beianbot/beianbot/kb"
)

const token = "a-token-for-tests"

var now = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// desk is the API over a real store.
type desk struct {
	t     *testing.T
	store *bolt.Store
	h     http.Handler
}

// knowledge is learned once for all tests of this package; none of them changes it.
var knowledge = sync.OnceValues(func() (*kb.Knowledge, error) { return kb.Open(kb.Options{ClaimCode: filing.ParseCode}) })

func newDesk(t *testing.T) *desk {
	t.Helper()
	clock := func() time.Time { return now }
	s, err := bolt.Open(bolt.Options{Path: filepath.Join(t.TempDir(), "a.db"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	k, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t, s, api.New(api.Options{
		Filings: s, Outbox: s, Questions: s, Tallies: s, Knowledge: k, Token: token, Now: clock, Log: slog.New(slog.DiscardHandler),
		Advice: func(p push.Push) string { return fmt.Sprint("look at ", p.Code) },
	})}
}

// call sends a request and returns the status and the decoded answer.
func (d *desk) call(method, path, contentType, body string, header ...string) (int, map[string]any) {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	out := map[string]any{}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			out["text"] = w.Body.String()
		}
	}
	return w.Code, out
}

func (d *desk) json(method, path, body string) (int, map[string]any) {
	d.t.Helper()
	return d.call(method, path, "application/json", body)
}

func TestReports(t *testing.T) {
	d := newDesk(t)
	for _, tt := range []struct {
		name, id, body string
		status         int
		want           string // in the answer
	}{
		{"the first report", "o-1", `{"name":"小鹿花店","platform":"wechat","province":"上海","stage":"platform_review"}`, 200, `"changed":true`},
		{"the same again", "o-1", `{"name":"小鹿花店","platform":"wechat","province":"上海","stage":"platform_review"}`, 200, `"changed":false`},
		{"absent fields stay", "o-1", `{"stage":"sms_pending"}`, 200, `"province":"上海"`},
		{"an older one", "o-1", `{"stage":"filed","at":"2026-11-22T00:00:00Z"}`, 409, `"stale_report"`},
		{"from the future", "o-1", `{"stage":"filed","at":"2026-11-23T03:00:00Z"}`, 422, `"future_report"`},
		{"a little ahead", "o-1", `{"stage":"authority_review","at":"2026-11-23T02:09:00Z"}`, 200, `"changed":true`},
		{"a stage that does not exist", "o-1", `{"stage":"dancing"}`, 422, `"invalid"`},
		{"a province that does not exist", "o-1", `{"province":"火星"}`, 422, `"invalid"`},
		{"a new one without a name", "o-2", `{"stage":"filed"}`, 422, `"invalid"`},
		{"an id that cannot be one", "o%2F..%2F1", `{"name":"x"}`, 422, `"invalid"`},
		{"an unknown key", "o-1", `{"stagee":"filed"}`, 400, `"bad_request"`},
		{"not JSON", "o-1", `{`, 400, `"bad_request"`},
		{"two objects", "o-1", `{}{}`, 400, `"bad_request"`},
		{"too large", "o-1", `{"name":"` + strings.Repeat("长", 200000) + `"}`, 413, `"too_large"`},
		{"stages skipped", "o-3", `{"name":"青禾","stage":"not_filed"}`, 200, `"changed":true`},
		{"stages skipped, accepted", "o-3", `{"stage":"filed","number":"沪ICP备2026000001号-1X"}`, 200, `"number":"沪ICP备2026000001号-1X"`},
	} {
		status, out := d.json("PUT", "/api/v1/filings/"+tt.id, tt.body)
		var got bytes.Buffer
		enc := json.NewEncoder(&got)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(out)
		if status != tt.status || !strings.Contains(got.String(), tt.want) {
			t.Errorf("%s: %d %s, want %d with %s", tt.name, status, got.String(), tt.status, tt.want)
		}
	}
	if status, out := d.call("PUT", "/api/v1/filings/o-1", "text/plain", "{}"); status != 415 {
		t.Errorf("another type: %d %v", status, out)
	}
	_, out := d.json("GET", "/api/v1/filings/o-3", "")
	history := out["history"].([]any)
	if len(history) != 2 || history[1].(map[string]any)["skipped"] != true {
		t.Errorf("history: %v", history)
	}
}

func TestListing(t *testing.T) {
	d := newDesk(t)
	for i := range 7 {
		stage := "authority_review"
		if i%2 == 0 {
			stage = "filed"
		}
		d.json("PUT", fmt.Sprintf("/api/v1/filings/o-%d", i), fmt.Sprintf(`{"name":"店铺%d","province":"上海","stage":%q}`, i, stage))
	}
	count := func(query string) (n int, next string) {
		status, out := d.json("GET", "/api/v1/filings?"+query, "")
		if status != 200 {
			t.Fatalf("%s: %d %v", query, status, out)
		}
		return len(out["filings"].([]any)), out["next"].(string)
	}
	for query, want := range map[string]int{
		"": 7, "stage=filed": 4, "province=上海": 7, "province=北京": 0, "q=店铺3": 1, "stage=filed&q=店铺3": 0, "limit=3": 3,
	} {
		if n, _ := count(query); n != want {
			t.Errorf("%q lists %d, want %d", query, n, want)
		}
	}
	total, cursor := 0, ""
	for range 5 {
		n, next := count("limit=3&cursor=" + cursor)
		total += n
		if cursor = next; cursor == "" {
			break
		}
	}
	if total != 7 {
		t.Errorf("paging found %d of 7", total)
	}
	for _, bad := range []string{"limit=0", "limit=x", "limit=501", "stage=dancing", "cursor=rubbish"} {
		if status, _ := d.json("GET", "/api/v1/filings?"+bad, ""); status < 400 || status >= 500 {
			t.Errorf("%s: %d", bad, status)
		}
	}
	if status, _ := d.json("DELETE", "/api/v1/filings/o-1", ""); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status, _ := d.json("GET", "/api/v1/filings/o-1", ""); status != 404 {
		t.Errorf("deleted: %d", status)
	}
}

func TestCodesAndFollowers(t *testing.T) {
	d := newDesk(t)
	d.json("PUT", "/api/v1/filings/o-1", `{"name":"小鹿花店"}`)
	status, out := d.json("POST", "/api/v1/filings/o-1/code", "")
	code, ok := filing.ParseCode(fmt.Sprint(out["code"]))
	if status != 200 || !ok {
		t.Fatalf("%d %v", status, out)
	}
	if _, has := out["qr_url"]; has {
		t.Error("a QR code from an account that may not make any")
	}
	const user = "oABCDEFGHIJKLMNOPQRSTUVWXYZ1"
	if _, _, err := d.store.Claim(t.Context(), filing.HashCode(code), user, now); err != nil {
		t.Fatal(err)
	}
	_, out = d.json("GET", "/api/v1/filings/o-1/followers", "")
	text := fmt.Sprint(out)
	if strings.Contains(text, user) || !strings.Contains(text, "oABC…XYZ1") {
		t.Errorf("followers: %v", text)
	}
	if status, _ := d.json("DELETE", "/api/v1/filings/o-1/followers/oABC…XYZ1", ""); status != 204 {
		t.Errorf("remove a follower: %d", status)
	}
	if status, _ := d.json("DELETE", "/api/v1/filings/o-1/followers/oABC…XYZ1", ""); status != 404 {
		t.Errorf("remove him again: %d", status)
	}
	if status, _ := d.json("DELETE", "/api/v1/filings/o-1/code", ""); status != 204 {
		t.Errorf("revoke: %d", status)
	}
	if _, _, err := d.store.Claim(t.Context(), filing.HashCode(code), user, now); errs.CodeOf(err) != filing.CodeBadCode {
		t.Errorf("a revoked code: %v", err)
	}
	if status, _ := d.json("POST", "/api/v1/filings/none/code", ""); status != 404 {
		t.Errorf("a code for nothing: %d", status)
	}
}

// Without the token nothing is told and nothing happens, by any call.
func TestToken(t *testing.T) {
	d := newDesk(t)
	for _, auth := range []string{"", "Bearer wrong", "Bearer ", "Basic " + token, token[:4]} {
		for _, call := range [][2]string{
			{"GET", "/api/v1/filings"},
			{"PUT", "/api/v1/filings/o-1"},
			{"DELETE", "/api/v1/filings/o-1"},
			{"POST", "/api/v1/filings/import"},
			{"GET", "/api/v1/filings/export"},
			{"GET", "/api/v1/pushes"},
			{"GET", "/api/v1/stats"},
			{"GET", "/api/v1/nothing"},
		} {
			r := httptest.NewRequestWithContext(t.Context(), call[0], call[1], strings.NewReader(`{"name":"x"}`))
			if auth != "" {
				r.Header.Set("Authorization", auth)
			}
			w := httptest.NewRecorder()
			d.h.ServeHTTP(w, r)
			if w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), token) {
				t.Errorf("%s %s with %q: %d", call[0], call[1], auth, w.Code)
			}
		}
	}
	if page, err := d.store.Filings(t.Context(), filing.Query{}); err != nil || len(page.Filings) != 0 {
		t.Errorf("something was written: %v %v", page, err)
	}
}

func TestImportAndExport(t *testing.T) {
	d := newDesk(t)
	const csv = "编号,名称,省份,进度\na-1,小鹿花店,上海,待短信核验\na-2,青禾,火星,管局审核中\na-3,南山,四川,已备案\n"
	_, out := d.call("POST", "/api/v1/filings/import?dry_run=true", "text/csv", csv)
	if s := fmt.Sprint(out["summary"]); !strings.Contains(s, "changed:2") || !strings.Contains(s, "refused:1") {
		t.Errorf("dry run: %v", out)
	}
	if page, _ := d.store.Filings(t.Context(), filing.Query{}); len(page.Filings) != 0 {
		t.Error("a dry run wrote something")
	}
	_, out = d.call("POST", "/api/v1/filings/import", "text/csv", csv)
	rows := out["rows"].([]any)
	if len(rows) != 3 || rows[1].(map[string]any)["problems"] == nil || rows[2].(map[string]any)["changed"] != true {
		t.Errorf("import: %v", out)
	}
	_, out = d.call("POST", "/api/v1/filings/import", "text/csv", csv, "Accept", "application/x-ndjson")
	lines := strings.Split(strings.TrimSpace(out["text"].(string)), "\n")
	if len(lines) != 4 || !strings.Contains(lines[3], `"changed":0`) {
		t.Errorf("the same again, line by line: %v", lines)
	}
	if status, out := d.call("POST", "/api/v1/filings/import", "text/csv", "PK\x03\x04 a workbook"); status != 422 {
		t.Errorf("a workbook: %d %v", status, out)
	}

	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/filings/export", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		t.Fatalf("export: %d %s", w.Code, w.Header())
	}
	_, out = d.call("POST", "/api/v1/filings/import", "text/csv", w.Body.String())
	if s := fmt.Sprint(out["summary"]); !strings.Contains(s, "rows:2") || !strings.Contains(s, "changed:0") || !strings.Contains(s, "refused:0") {
		t.Errorf("what was exported changes something when it is imported: %v", out)
	}
}

func TestQuestionsAndStats(t *testing.T) {
	d := newDesk(t)
	for text, n := range map[string]int{"花呗能付认证费吗": 3, "认证费花呗能付吗": 2, "开店要食品证吗": 4} {
		for range n {
			if err := d.store.NoteQuestion(t.Context(), chat.Question{Text: text, Kind: chat.QuestionUnknown, Count: 1, First: now, Last: now}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := d.store.AddTallies(t.Context(), "2026-11-23", map[string]int64{"kind:answer": 5}); err != nil {
		t.Fatal(err)
	}
	_, out := d.json("GET", "/api/v1/questions?kind=unknown", "")
	groups := out["groups"].([]any)
	if len(groups) != 2 || groups[0].(map[string]any)["count"] != 5.0 {
		t.Errorf("groups: %v", groups)
	}
	if status, _ := d.json("DELETE", "/api/v1/questions", `{"kind":"unknown","text":"开店要食品证吗"}`); status != 204 {
		t.Errorf("forget: %d", status)
	}
	if _, out = d.json("GET", "/api/v1/questions", ""); len(out["groups"].([]any)) != 1 {
		t.Errorf("after forgetting: %v", out)
	}
	if status, _ := d.json("GET", "/api/v1/questions?kind=odd", ""); status != 400 {
		t.Errorf("an odd kind: %d", status)
	}
	_, out = d.json("GET", "/api/v1/stats", "")
	if !strings.Contains(fmt.Sprint(out["days"]), "kind:answer:5") {
		t.Errorf("stats: %v", out)
	}
	if status, _ := d.json("GET", "/api/v1/stats?first=2020-01-01", ""); status != 400 {
		t.Errorf("too long a span: %d", status)
	}
	if status, out := d.json("GET", "/api/v1/kb/entry", ""); status != 200 || !strings.Contains(fmt.Sprint(out), "mp.weixin.qq.com") {
		t.Errorf("an entry: %d", status)
	}
	if status, _ := d.json("GET", "/api/v1/kb/nothing", ""); status != 404 {
		t.Errorf("no entry: %d", status)
	}
}
