package console_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers/console"
	"github.com/beianbot/beianbot/kb"
)

// hidden reads the hidden fields of a page's form that leads to a path.
func hidden(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(page, `action="`+action+`"`)
	if !ok {
		t.Fatalf("no form to %s in\n%s", action, words(page))
	}
	form, _, _ = strings.Cut(form, "</form>")
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		out.Add(m[1], unescape.Replace(m[2]))
	}
	return out
}

var unescape = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "&lt;", "<", "&gt;", ">", "&#43;", "+")

func TestSignIn(t *testing.T) {
	s := newSite(t, nil)
	s.as(vocab.RoleReader)
	b := s.as("")
	if to := b.do("GET", "/filings?stage=filed", nil).Header.Get("Location"); to != "/signin?next=%2Ffilings%3Fstage%3Dfiled" {
		t.Errorf("sent to %q", to)
	}
	in := func(name, password, next string) *http.Response {
		return b.do("POST", "/signin", url.Values{"name": {name}, "password": {password}, "next": {next}})
	}
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "javascript:x", ""} {
		if to := in("user-reader", password, next).Header.Get("Location"); to != "/" {
			t.Errorf("next %q leads to %q", next, to)
		}
	}
	res := in("user-reader", password, "/filings")
	k := res.Cookies()[0]
	if res.Header.Get("Location") != "/filings" || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Secure {
		t.Errorf("signed in: %v %v", res.Header, k)
	}
	b.header.Set("X-Forwarded-Proto", "https")
	if k := in("user-reader", password, "/").Cookies()[0]; !k.Secure {
		t.Error("the cookie is not secure behind TLS")
	}
	b.cookie = k
	contains(t, b.get("/"), "user-reader", "只读")
	b.post("/signout", url.Values{})
	if res := b.do("GET", "/", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out: %s", res.Status)
	}
	b.cookie = nil
	for i := range 12 {
		res := in("user-reader", "wrong", "/")
		want := http.StatusUnauthorized
		if i >= 8 {
			want = http.StatusTooManyRequests
		}
		if res.StatusCode != want {
			t.Errorf("attempt %d: %s", i+1, res.Status)
		}
	}
	if res := in("user-reader", password, "/"); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right password while it is shut: %s", res.Status)
	}
	if res := in("", token, "/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("by the first key: %s", res.Status)
	}
}

func TestWithoutFirstKey(t *testing.T) {
	s := newSite(t, nil)
	s.desk = desk.New(desk.Options{Records: s.store})
	open := newSite(t, func(o *console.Options) { o.Desk = s.desk })
	for host, want := range map[string]int{"127.0.0.1:9090": 200, "localhost:9090": 200, "[::1]:9090": 200, "evil.example": 403, "192.0.2.1": 403} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		open.console.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", host, w.Code, want)
		}
	}
}

func TestReportIsForeseen(t *testing.T) {
	s := newSite(t, nil)
	s.seed()
	b := s.as(vocab.RoleOperator)
	form := url.Values{"name": {"小鹿花店"}, "platform": {"wechat"}, "province": {"上海"}, "stage": {"platform_rejected"}, "reasons": {"照片 | 反光 | 重拍\n地址不全"}, "seq": {"1"}}
	page := b.post("/filings/at/order-1/preview", form)
	contains(t, page, "马上发给 1 人", "平台初审驳回", "oABC…WXYZ")
	lacks(t, page, openid)
	if f, _ := s.store.Filing(t.Context(), "order-1"); f.Stage != vocab.StagePlatformReview {
		t.Fatal("a preview changed something")
	}
	send := hidden(t, page, "/filings/at/order-1/report")
	if to := b.post("/filings/at/order-1/report", send); to != "/filings/at/order-1?done=reported" {
		t.Fatalf("sent to %s", to)
	}
	f, err := s.store.Filing(t.Context(), "order-1")
	must(t, err)
	if f.Stage != vocab.StagePlatformRejected || len(f.Reasons) != 2 || f.Reasons[0] != (filing.Reason{Field: "照片", Error: "反光", Suggest: "重拍"}) {
		t.Errorf("filing %+v", f)
	}
	ps, err := s.store.Pushes(t.Context(), push.Query{Filing: "order-1"})
	must(t, err)
	if len(ps.Pushes) != 1 {
		t.Errorf("foreseen 1 push, made %d", len(ps.Pushes))
	}
	contains(t, b.get("/filings/at/order-1?done=reported"), "进度已更新", "user-operator", "重拍", "oABC…WXYZ")
	// Somebody was faster: what he changed is shown, and nothing happens to it.
	_, err = s.store.Apply(t.Context(), filing.Report{ID: "order-1", Name: "小鹿花艺", Province: "四川", Source: filing.FromAPI})
	must(t, err)
	for _, path := range []string{"/filings/at/order-1/report", "/filings/at/order-1/preview"} {
		send.Set("stage", "authority_review")
		res := b.do("POST", path, send)
		page = read(t, res)
		if res.StatusCode != http.StatusConflict {
			t.Errorf("%s: %s", path, res.Status)
		}
		contains(t, page, "已换成最新的资料", `name="name" value="小鹿花艺"`, `<option value="authority_review" selected>`)
	}
	send = hidden(t, page, "/filings/at/order-1/preview")
	for k, x := range map[string]string{"name": "小鹿花艺坊", "province": "四川", "platform": "wechat", "stage": "authority_review"} {
		send.Set(k, x)
	}
	contains(t, b.post("/filings/at/order-1/preview", send), "改动的资料：", "名称", "确认更新")
	contains(t, s.as(vocab.RoleAdmin).get("/audit"), "user-operator", "更新进度", "platform_review → platform_rejected")
}

func TestNewFilingCodeAndDelete(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleAdmin)
	if res := b.do("POST", "/filings/new", url.Values{"id": {"坏 编号"}, "name": {"x"}, "stage": {"not_filed"}}); res.StatusCode != 422 {
		t.Errorf("a bad id: %s", res.Status)
	}
	b.post("/filings/new", url.Values{"id": {"o-9"}, "name": {`<b>"花"</b>`}, "stage": {"not_filed"}})
	if res := b.do("POST", "/filings/new", url.Values{"id": {"o-9"}, "name": {"again"}, "stage": {"filed"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("an id that is taken: %s", res.Status)
	}
	lacks(t, b.get("/filings"), "<b>")
	page := b.post("/filings/at/o-9/code", url.Values{})
	code := regexp.MustCompile(`BA-\w{4}-\w{4}`).FindString(page)
	plain, ok := filing.ParseCode(code)
	contains(t, page, "<svg")
	if _, _, err := s.store.Claim(t.Context(), filing.HashCode(plain), openid, now); !ok || err != nil {
		t.Errorf("the code %s: %v", code, err)
	}
	if res := b.do("POST", "/filings/at/o-9/delete", url.Values{"confirm": {"o-8"}}); res.StatusCode != http.StatusBadRequest {
		t.Errorf("deleted without confirmation: %s", res.Status)
	}
	b.post("/filings/at/o-9/delete", url.Values{"confirm": {"o-9"}})
	lacks(t, b.get("/filings"), "o-9")
}

func TestBulk(t *testing.T) {
	s := newSite(t, nil)
	s.seed()
	b := s.as(vocab.RoleOperator)
	page := b.post("/filings/bulk", url.Values{"id": {"order-1", "order-2", "gone"}, "stage": {"authority_review"}})
	contains(t, page, "将更新 2 个", "没有找到")
	apply := hidden(t, page, "/filings/bulk/apply")
	page = b.post("/filings/bulk/apply", apply)
	contains(t, page, "已更新 2 个")
	page = b.post("/filings/bulk/apply", apply) // what moved since it was looked at is left alone
	contains(t, page, "已更新 0 个", "别人刚改过")
	for _, id := range []string{"order-1", "order-2"} {
		if f, _ := s.store.Filing(t.Context(), id); f.Stage != vocab.StageAuthorityReview {
			t.Errorf("%s is at %s", id, f.Stage)
		}
	}
	for _, form := range []url.Values{{"stage": {"filed"}}, {"id": {"order-1"}}, {"id": {"order-1"}, "stage": {"platform_rejected"}}} {
		if res := b.do("POST", "/filings/bulk", form); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %s", form, res.Status)
		}
	}
}

func TestQuestions(t *testing.T) {
	s := newSite(t, nil)
	s.seed()
	b := s.as(vocab.RoleEditor)
	page := b.get("/questions")
	contains(t, page, "备案要不要交押金", "天气怎么样")
	give := url.Values{"topic": {"cost"}, "q": {"unknown:备案要不要交押金", "unknown:备案需不需要交押金呢"}}
	k, _ := knowledge()
	if _, ok := k.Entry("cost"); !ok {
		for _, e := range k.Entries() {
			if strings.Contains(e.Title, "钱") || strings.Contains(e.Title, "费") {
				give.Set("topic", e.ID)
				break
			}
		}
	}
	page = b.post("/questions/effect", give)
	contains(t, page, "对等待处理的问题", "对其他话题的已知问法", "备案要不要交押金")
	if gone := regexp.MustCompile("<del>.*</del>").FindString(page); gone != "" { // nothing but the wordings changes
		t.Errorf("giving a question changes %s", gone)
	}
	b.post("/questions/give", hidden(t, page, "/questions/give"))
	if r := k.Understand(kb.Query{Text: "备案要不要交押金"}); r.Topic != give.Get("topic") {
		t.Errorf("understood as %s %s", r.Kind, r.Topic)
	}
	page = b.get("/questions")
	lacks(t, page, "押金")
	b.post("/questions/ignore", url.Values{"q": {"unknown:天气怎么样"}})
	qs, err := s.store.Questions(t.Context(), chat.QuestionUnknown, 10)
	must(t, err)
	if len(qs) != 0 {
		t.Errorf("left: %v", qs)
	}
	topic := "/kb/topic/" + give.Get("topic")
	page = b.get(topic + "/history")
	contains(t, page, "第 1 版", "<ins>", "备案要不要交押金")
	b.post(topic+"/undo", url.Values{"rev": {"1"}, "to": {"original"}})
	if r := k.Understand(kb.Query{Text: "备案要不要交押金"}); r.Confidence > 0.99 && r.Topic == give.Get("topic") {
		t.Error("undone, and still known word for word")
	}
}

func TestBrokenEntryIsRefused(t *testing.T) {
	skipLong(t)
	s := newSite(t, nil)
	b := s.as(vocab.RoleEditor)
	before := b.get("/kb/topic/total-time")
	form := url.Values{"group": {"time"}, "title": {"多久"}, "answer": {"好"}, "variants": {"要多久"}, "rev": {"0"}}
	for name, change := range map[string]url.Values{
		"no answer": {"answer": {" "}}, "too long": {"answer": {strings.Repeat("长", 400)}}, "a number without a fact": {"answer": {"要 37 天"}},
		"broken yaml": {"facets": {"- when: ["}}, "an unknown key": {"facets": {"- wenn: {}"}}, "no such topic": {"related": {"nowhere"}},
		"another's wording": {"variants": {"备案入口在哪里"}},
	} {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		for k, v := range change {
			f[k] = v
		}
		if res := b.do("POST", "/kb/topic/total-time", f); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	if b.get("/kb/topic/total-time") != before {
		t.Error("a refused entry changed something")
	}
	if res := b.do("POST", "/kb/preview", url.Values{"title": {"t"}, "answer": {strings.Repeat("长", 400)}, "variants": {"x"}}); !strings.Contains(read(t, res), `"over":true`) {
		t.Error("the preview does not tell that it is too long")
	}
	if res := b.do("POST", "/kb/set", url.Values{"set": {"{"}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("broken labelled questions: %s", res.Status)
	}
	b.post("/kb/set", url.Values{"set": {`{"q":"要多久","topic":"total-time"}`}})
	if res := b.do("POST", "/kb/set", url.Values{"set": {" "}}); res.StatusCode != http.StatusBadRequest {
		t.Errorf("an empty set: %s", res.Status)
	}
	contains(t, b.get("/kb"), "&#34;要多久&#34;", "去掉评测问题")
	form.Set("answer", "以平台显示为准。")
	contains(t, b.post("/kb/topic/total-time/effect", form), "直接答对", "100.0%")
}

func TestPushesAndPause(t *testing.T) {
	s := newSite(t, nil)
	s.seed()
	_, err := s.store.Apply(t.Context(), filing.Report{ID: "order-1", Stage: vocab.StageSMSPending, Source: filing.FromAPI})
	must(t, err)
	ps, err := s.store.Lease(t.Context(), now, 10, time.Minute)
	must(t, err)
	p := ps[0]
	p.State, p.Reason, p.Code, p.Detail, p.UpdatedAt = push.Dead, vocab.ReasonContent, 40037, "invalid template_id", now
	must(t, s.store.Finish(t.Context(), p))
	b := s.as(vocab.RoleOperator)
	contains(t, b.get("/pushes?state=dead&reason=content"), "发不出去", "40037", "oABC…WXYZ")
	page := b.get("/pushes/" + p.ID)
	contains(t, page, "invalid template_id", "advice on 40037", "产生", "重试")
	lacks(t, page, openid)
	b.post("/pushes/"+p.ID+"/retry", url.Values{})
	b.post("/pushes/"+p.ID+"/drop", url.Values{})
	if got, _ := s.store.Push(t.Context(), p.ID); got.State != push.Dropped {
		t.Errorf("the push is %s", got.State)
	}
	if res := b.do("POST", "/pushes/"+p.ID+"/drop", url.Values{}); res.StatusCode != http.StatusConflict {
		t.Errorf("dropped twice: %s", res.Status)
	}
	b.post("/pushes/pause", url.Values{"why": {"模板在改"}})
	contains(t, b.get("/pushes"), "推送已暂停", "模板在改")
	b.post("/pushes/resume", url.Values{})
	if p, _ := s.store.Paused(t.Context()); p.On() {
		t.Error("still paused")
	}
}

func TestRetryingMany(t *testing.T) {
	s := newSite(t, nil)
	for i := range 3 {
		id := fmt.Sprint("order-", i)
		_, err := s.store.Apply(t.Context(), filing.Report{ID: id, Name: "小鹿花店", Stage: vocab.StagePlatformReview, Source: filing.FromAPI})
		must(t, err)
		must(t, s.store.Adopt(t.Context(), id, openid, now))
		must(t, s.store.SetNotify(t.Context(), openid, id, filing.NotifyAll, now))
		_, err = s.store.Apply(t.Context(), filing.Report{ID: id, Stage: vocab.StageAuthorityReview, Source: filing.FromAPI})
		must(t, err)
	}
	ps, err := s.store.Lease(t.Context(), now, 10, time.Minute)
	must(t, err)
	if len(ps) != 3 {
		t.Fatalf("%d pushes", len(ps))
	}
	for i, p := range ps {
		p.State, p.Reason, p.UpdatedAt = push.Dead, vocab.ReasonContent, now
		if i == 2 {
			p.Reason = vocab.ReasonGaveUp
		}
		must(t, s.store.Finish(t.Context(), p))
	}
	b := s.as(vocab.RoleOperator)
	contains(t, b.get("/pushes?state=dead&reason=content"), "全部重试")
	lacks(t, b.get("/pushes?state=dead&reason=content&filing=order-1"), "全部重试")
	lacks(t, s.as(vocab.RoleReader).get("/pushes?state=dead"), "全部重试")
	b.post("/pushes/retry", url.Values{"state": {"dead"}, "reason": {"content"}})
	counts, err := s.store.Counts(t.Context())
	if err != nil || counts[push.Dead] != 1 || counts[push.Pending] < 2 {
		t.Errorf("after retrying: %v %v", counts, err)
	}
	for _, form := range []url.Values{{}, {"state": {"sent"}}, {"state": {"dead"}, "reason": {"evil"}}} {
		if res := b.do("POST", "/pushes/retry", form); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %s", form, res.Status)
		}
	}
}

func TestRemovingAFollower(t *testing.T) {
	s := newSite(t, nil)
	s.seed()
	b := s.as(vocab.RoleOperator)
	form := hidden(t, b.get("/filings/at/order-1"), "/filings/at/order-1/unfollow")
	lacks(t, s.as(vocab.RoleReader).get("/filings/at/order-1"), "/unfollow")
	if res := b.do("POST", "/filings/at/order-1/unfollow", url.Values{"user": {"oXYZ…1234"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("somebody who does not follow: %s", res.Status)
	}
	b.post("/filings/at/order-1/unfollow", form)
	if all, err := s.store.Followers(t.Context(), "order-1"); err != nil || len(all) != 0 {
		t.Errorf("followers %v, %v", all, err)
	}
	twin := openid[:4] + "another-person" + openid[len(openid)-4:]
	for _, user := range []string{openid, twin} {
		must(t, s.store.Adopt(t.Context(), "order-1", user, now))
	}
	if res := b.do("POST", "/filings/at/order-1/unfollow", form); res.StatusCode != http.StatusConflict {
		t.Errorf("two with one mask: %s", res.Status)
	}
}

func TestMenuPeopleSettings(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleAdmin)
	b.post("/menu", url.Values{"label1": {"查进度"}, "say1": {"查进度"}, "label2": {"我的"}, "sublabel1-2": {"帮助"}, "subsay1-2": {"帮助"}})
	b.post("/menu/publish", url.Values{})
	if len(s.published) != 1 || len(s.published[0]) != 2 || s.published[0][1].Buttons[0].Say != "帮助" {
		t.Errorf("published %+v", s.published)
	}
	for _, form := range []url.Values{{}, {"label1": {"查"}}, {"label1": {"很长很长很长的名称"}, "say1": {"x"}}, {"label1": {"我的"}, "sublabel1-1": {"帮助"}}} {
		if res := b.do("POST", "/menu", form); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %s", form, res.Status)
		}
	}
	b.post("/people", url.Values{"name": {"mei"}, "password": {password}, "role": {"editor"}})
	if res := b.do("POST", "/people", url.Values{"name": {"Mei"}, "password": {password}, "role": {"editor"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("the same name: %s", res.Status)
	}
	b.post("/people/mei", url.Values{"role": {"reader"}, "blocked": {"on"}})
	if _, err := s.desk.SignIn(t.Context(), "mei", password); err == nil {
		t.Error("a blocked user came in")
	}
	for _, p := range []string{"/people/user-admin", "/people/USER-ADMIN/remove"} {
		if res := b.do("POST", p, url.Values{"role": {"reader"}}); res.StatusCode != http.StatusConflict {
			t.Errorf("%s by oneself: %s", p, res.Status)
		}
	}
	page := b.post("/me/keys", url.Values{"label": {"表格"}, "role": {"reader"}})
	key := regexp.MustCompile(`bak_\w+`).FindString(page)
	if p, err := s.desk.Bearer(t.Context(), key); err != nil || p.Role != vocab.RoleReader {
		t.Errorf("the key %+v %v", p, err)
	}
	lacks(t, b.get("/me"), key)
	lacks(t, b.get("/settings"), token)
	res := b.do("POST", "/settings/backup", url.Values{})
	if data := read(t, res); len(data) < 4096 || !strings.Contains(res.Header.Get("Content-Disposition"), ".db") {
		t.Errorf("a backup of %d bytes: %v", len(data), res.Header)
	}
	if to := b.post("/me/password", url.Values{"old": {password}, "password": {"another good password"}}); to != "/signin?done=password" {
		t.Errorf("sent to %s", to)
	}
	if res := b.do("GET", "/", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the old session after the change of password: %s", res.Status)
	}
}

// TestBoardKeepsUp lets another replica report while the console looks on.
func TestBoardKeepsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		s.seed()
		b := s.as(vocab.RoleReader)
		contains(t, b.get("/filings"), "小鹿花店")
		_, err := s.store.Apply(t.Context(), filing.Report{ID: "order-7", Name: "新来的店", Stage: vocab.StageSMSPending, Source: filing.FromAPI})
		must(t, err)
		time.Sleep(5 * time.Second)
		contains(t, b.get("/filings?attention=due"), "新来的店")
		must(t, s.store.Delete(t.Context(), "order-7"))
		time.Sleep(11 * time.Minute)
		lacks(t, b.get("/filings"), "新来的店")
		_ = s.store.Close()
	})
}

func TestReloading(t *testing.T) {
	var waiting []string
	var refused error
	s := newSite(t, func(o *console.Options) {
		o.Reload = func(context.Context) ([]string, error) { return waiting, refused }
	})
	b := s.as(vocab.RoleAdmin)
	if to := b.post("/settings/reload", url.Values{}); to != "/settings?done=reloaded" {
		t.Errorf("sent to %s", to)
	}
	waiting = []string{"listen"}
	contains(t, b.post("/settings/reload", url.Values{}), "重启后才生效", "<code>listen</code>")
	refused = errors.New("kb.dir: no such folder")
	res := b.do("POST", "/settings/reload", url.Values{})
	if page := read(t, res); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, "no such folder") {
		t.Errorf("%s %s", res.Status, words(page))
	}
}

func TestMenuThatIsRefusedKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t, nil)
	res := s.as(vocab.RoleAdmin).do("POST", "/menu", url.Values{"label1": {"很长很长很长的名称"}, "say1": {"要多久"}, "label2": {"我的"}, "sublabel1-2": {"帮助中心"}, "subsay1-2": {"帮助"}})
	contains(t, read(t, res), `value="很长很长很长的名称"`, `value="要多久"`, `value="帮助中心"`, "名称太长")
}

func TestKeysOfOthers(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleAdmin)
	must(t, s.desk.AddUser(t.Context(), "mei", password, vocab.RoleOperator))
	key := func() string {
		text, _, err := s.desk.AddKey(t.Context(), "mei", "erp", vocab.RoleOperator)
		must(t, err)
		return text
	}
	good := func(text string) bool {
		_, err := s.desk.Bearer(t.Context(), text)
		return err == nil
	}
	first, second := key(), key()
	page := b.get("/people")
	contains(t, page, "erp", "密钥 2 个")
	keys, err := s.desk.Keys(t.Context(), "mei")
	must(t, err)
	b.post("/people/mei/keys/"+keys[0].ID+"/remove", url.Values{})
	if good(first) == good(second) {
		t.Errorf("one of two was removed: %v %v", good(first), good(second))
	}
	b.post("/people/mei/password", url.Values{"password": {"another battery staple"}})
	if !good(first) && !good(second) {
		t.Error("a new password alone ended a key")
	}
	b.post("/people/mei/password", url.Values{"password": {"yet another battery"}, "keys": {"on"}})
	if good(first) || good(second) {
		t.Error("a key outlived the password with which it was to go")
	}
}
