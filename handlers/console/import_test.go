package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers/console"
)

// upload sends a file as the form of the import does.
func (b *browser) upload(data string) *http.Response {
	b.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	f, err := w.CreateFormFile("file", "filings.csv")
	must(b.s.t, err)
	_, _ = f.Write([]byte(data))
	must(b.s.t, w.Close())
	r := httptest.NewRequestWithContext(b.s.t.Context(), "POST", "/filings/import", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.AddCookie(b.cookie)
	rec := httptest.NewRecorder()
	b.s.console.ServeHTTP(rec, r)
	return rec.Result()
}

func TestImport(t *testing.T) {
	s := newSite(t, nil)
	s.seed()
	b := s.as(vocab.RoleOperator)
	const csv = "编号,名称,省份,阶段\norder-1,小鹿花店,上海,待短信核验\nnew-1,南山修车,四川,管局审核中\nnew-2,,四川,管局审核中\nnew-3,坏的,火星,已备案\nnew-1,南山修车,四川,管局审核中\nnew-4,=1+1,火星,已备案\n"
	res := b.upload(csv)
	job := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("upload: %s %s", res.Status, words(read(t, res)))
	}
	page := b.get(job)
	contains(t, page, "共 6 行：新建 1，换阶段 1，改资料 0，没有变化 1，有问题 3。", "要有名称", "导入没有问题的行")
	if _, err := s.store.Filing(t.Context(), "new-1"); err == nil {
		t.Fatal("a preview wrote something")
	}
	other := s.as(vocab.RoleAdmin)
	if res := other.do("GET", job, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's file: %s", res.Status)
	}
	b.post(job, url.Values{})
	for !strings.Contains(page, "完成：") {
		page = b.get(job)
	}
	contains(t, page, "完成：写入 3 行", "有问题 3 行")
	if f, err := s.store.Filing(t.Context(), "new-1"); err != nil || f.Province != "四川" {
		t.Errorf("new-1: %+v %v", f, err)
	}
	file := read(t, b.do("GET", job+"/errors", nil))
	if strings.Count(file, "\n") != 4 || !strings.Contains(file, "'=1+1") || !strings.Contains(file, "要有名称") {
		t.Errorf("the file of errors:\n%s", file)
	}
	if rows := read(t, b.do("GET", job+"/rows", nil)); strings.Count(rows, "\n") != 7 {
		t.Errorf("the file of rows:\n%s", rows)
	}
	contains(t, b.get("/filings?q=南山"), "new-1")
	for _, bad := range []string{"", "PK\x03\x04 a workbook", "编号,名称\n"} {
		if res := b.upload(bad); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: %s", bad, res.Status)
		}
	}
	waits := b.upload("编号,名称\nnew-9,不要了\n").Header.Get("Location")
	if to := b.post(waits+"/drop", url.Values{}); to != "/filings/import" {
		t.Errorf("sent to %s", to)
	}
	if res := b.do("GET", waits, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file that was given up: %s", res.Status)
	}
	export := read(t, b.do("GET", "/filings/export?province=四川", nil))
	if strings.Count(export, "\n") != 2 || !strings.Contains(export, "new-1") {
		t.Errorf("export:\n%s", export)
	}
}

// longSheet is a file with so many rows.
func longSheet(rows int) string {
	var b strings.Builder
	b.WriteString("编号,名称,省份,阶段\n")
	for i := range rows {
		fmt.Fprintf(&b, "row-%05d,小店 %d,上海,待短信核验\n", i, i)
	}
	return b.String()
}

// await looks at a file until its page says what is wanted.
func (b *browser) await(job, want string) string {
	b.s.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		page := b.get(job)
		if strings.Contains(page, want) {
			return page
		}
		if time.Now().After(end) {
			b.s.t.Fatalf("no %q in\n%s", want, words(page))
		}
	}
}

// all is console.Filings by another name, which can be embedded beside its method Filings.
type all interface{ console.Filings }

// failing is a store that stops after some batches, and counts the reports that were applied.
type failing struct {
	all
	left    atomic.Int64
	applied atomic.Int64
}

func (f *failing) ApplyBatch(ctx context.Context, rs []filing.Report) ([]filing.Result, error) {
	if f.left.Add(-1) < 0 {
		return make([]filing.Result, len(rs)), errs.ErrUnavailable
	}
	f.applied.Add(int64(len(rs)))
	return f.all.ApplyBatch(ctx, rs)
}

// A file that was uploaded at one replica is shown, begun, broken off and gone on with at others, and no row is written twice.
func TestImportGoesOnElsewhere(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleOperator)
	job := b.upload(longSheet(2300)).Header.Get("Location")
	broken := &failing{all: s.store}
	broken.left.Store(2)
	at := func(change func(*console.Options)) *browser { return s.replica(change).as(vocab.RoleOperator) }
	elsewhere := at(func(o *console.Options) { o.Filings = broken })
	contains(t, elsewhere.get(job), "共 2300 行：新建 2300", "还有 2100 行没有列出")
	var pressed sync.WaitGroup
	for range 5 { // several presses begin it once
		pressed.Go(func() { elsewhere.post(job, url.Values{}) })
	}
	pressed.Wait()
	page := elsewhere.await(job, "继续导入")
	contains(t, page, "正在写入：1000 / 2300 行")
	third := &failing{all: s.store}
	third.left.Store(100)
	last := at(func(o *console.Options) { o.Filings = third })
	last.post(job, url.Values{})
	contains(t, last.await(job, "完成："), "完成：写入 2300 行，有问题 0 行；产生 0 条通知")
	if broken.applied.Load() != 1000 || third.applied.Load() != 1300 {
		t.Errorf("%d and %d rows were applied", broken.applied.Load(), third.applied.Load())
	}
	counts, err := s.store.StageCounts(t.Context())
	if err != nil || counts[vocab.StageSMSPending] != 2300 {
		t.Errorf("counts %v, %v", counts, err)
	}
	last.post(job, url.Values{}) // once done, it is not begun again
	if third.applied.Load() != 1300 {
		t.Error("a file that was done was applied again")
	}
}

// stuck is a store that never answers a batch until its context ends.
type stuck struct {
	all
	began chan struct{}
}

func (f stuck) ApplyBatch(ctx context.Context, _ []filing.Report) ([]filing.Result, error) {
	close(f.began)
	<-ctx.Done()
	return nil, ctx.Err()
}

// A replica that ends says how far it got; of one that was killed the silence tells.
func TestImportOfAReplicaThatEnds(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleOperator)
	job := b.upload(longSheet(3)).Header.Get("Location")
	ctx, stop := context.WithCancel(t.Context())
	began := make(chan struct{})
	ending := s.replica(func(o *console.Options) { o.Filings = stuck{s.store, began} })
	ended := make(chan struct{})
	go func() { ending.console.Run(ctx); close(ended) }()
	ending.as(vocab.RoleOperator).post(job, url.Values{})
	<-began
	contains(t, b.get(job), "正在写入：0 / 3 行")
	stop()
	<-ended
	contains(t, b.get(job), "继续导入")

	killed := s.replica(func(o *console.Options) { o.Filings = stuck{s.store, make(chan struct{})} })
	killed.as(vocab.RoleOperator).post(job, url.Values{})
	lacks(t, b.get(job), "继续导入")
	later := s.replica(func(o *console.Options) { o.Now = func() time.Time { return now.Add(time.Minute) } }).as(vocab.RoleOperator)
	contains(t, later.get(job), "继续导入")
	later.post(job, url.Values{})
	contains(t, later.await(job, "完成："), "写入 3 行")
}

func TestImportBounds(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleOperator)
	files := func() int {
		parts, err := s.store.Records(t.Context(), "file_part")
		must(t, err)
		return len(parts)
	}
	for name, c := range map[string]struct {
		data, want string
		status     int
	}{
		"too many rows": {"编号,名称\n" + strings.Repeat("a,b\n", 100_001), "100000 行", http.StatusRequestEntityTooLarge},
		"too large":     {strings.Repeat("x", desk.MaxFile+1), "32 MB", http.StatusRequestEntityTooLarge},
		"no sheet":      {"\x00\x01\x02", "", http.StatusUnprocessableEntity},
	} {
		res := b.upload(c.data)
		if res.StatusCode != c.status {
			t.Errorf("%s: %s", name, res.Status)
		}
		contains(t, read(t, res), c.want)
		if n := files(); n != 0 {
			t.Errorf("%s: %d parts stay", name, n)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/filings/import", strings.NewReader("file=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(b.cookie)
	rec := httptest.NewRecorder()
	s.console.ServeHTTP(rec, r)
	if rec.Code != http.StatusBadRequest {
		t.Errorf("no file at all: %d", rec.Code)
	}
	if res := b.do("GET", "/filings/import/"+strings.Repeat("x", 500), nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("no such file: %s", res.Status)
	}
	down := s.replica(func(o *console.Options) { o.Filings = &unreadable{s.store} }).as(vocab.RoleOperator)
	if res := down.upload(longSheet(3)); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a store that does not answer: %s", res.Status)
	}
	if n := files(); n != 0 {
		t.Errorf("%d parts stay", n)
	}
}

type unreadable struct{ all }

func (unreadable) FilingsByID(context.Context, []string) (map[string]filing.Filing, error) {
	return nil, errs.ErrUnavailable
}

// Signing in is limited by what all replicas together saw.
func TestSignInLimitHoldsEverywhere(t *testing.T) {
	s := newSite(t, nil)
	s.as(vocab.RoleReader)
	in := func(at *site, secret string) int {
		return at.as("").do("POST", "/signin", url.Values{"name": {"user-reader"}, "password": {secret}}).StatusCode
	}
	other := s.replica(nil)
	for i := range desk.NameTries {
		at := s
		if i%2 == 1 {
			at = other
		}
		if got := in(at, "wrong"); got != http.StatusUnauthorized {
			t.Fatalf("attempt %d: %d", i+1, got)
		}
	}
	if a, b := in(s, password), in(other, password); a != http.StatusTooManyRequests || b != http.StatusTooManyRequests {
		t.Errorf("after the last attempt: %d and %d", a, b)
	}
	later := s.replica(func(o *console.Options) {
		o.Desk = desk.New(desk.Options{Records: s.store, Token: token, Now: func() time.Time { return now.Add(desk.TrySpan) }})
	})
	if got := in(later, password); got != http.StatusSeeOther {
		t.Errorf("a quarter of an hour later: %d", got)
	}
}

// A file of which many rows are wrong, in many words, is written all the same.
func TestImportOfManyWrongRows(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleOperator)
	var data strings.Builder
	data.WriteString("编号,名称,省份,平台,阶段\n")
	for i := range 3000 {
		fmt.Fprintf(&data, "wrong-row-%05d,%s,火星上的一个省,没有这个平台,不存在的阶段\n", i, strings.Repeat("名称很长", 10))
		fmt.Fprintf(&data, "good-row-%05d,小店,上海,微信,待短信核验\n", i)
	}
	job := b.upload(data.String()).Header.Get("Location")
	contains(t, b.get(job), "共 6000 行：新建 3000", "有问题 3000", "wrong-row-00000")
	b.post(job, url.Values{})
	contains(t, b.await(job, "完成："), "写入 3000 行，有问题 3000 行", "下载有问题的行")
}
