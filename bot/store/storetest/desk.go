package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
)

// Desk runs the contract of desk.Records.
func Desk(t *testing.T, open func(t testing.TB) desk.Records) {
	t.Run("Records", func(t *testing.T) { testRecords(t, open(t)) })
	t.Run("Swaps", func(t *testing.T) { testSwaps(t, open(t)) })
	t.Run("Logs", func(t *testing.T) { testLogs(t, open(t)) })
}

func testRecords(t *testing.T, r desk.Records) {
	ctx, b := t.Context(), &bench{t: t}
	got, err := r.Record(ctx, "user", "a")
	b.ok(err)
	b.same(got, []byte(nil))
	edition, err := r.Edition(ctx, "user")
	b.ok(err)
	swap := func(kind, key string, old, next []byte, want bool) {
		t.Helper()
		done, err := r.SwapRecord(ctx, kind, key, old, next)
		b.ok(err)
		b.same(done, want)
	}
	swap("user", "a", nil, []byte("1"), true)
	swap("user", "a", nil, []byte("2"), false)
	swap("user", "a", []byte("1"), []byte("2"), true)
	swap("user", "a", []byte("1"), nil, false)
	swap("user", "b", nil, []byte{}, true) // an empty record is a record
	swap("user", "b", nil, []byte("x"), false)
	swap("users", "a", nil, []byte("another kind"), true)
	long := []byte(strings.Repeat("长", desk.MaxRecord/3))
	swap("user", "c", nil, long, true)
	swap("user", "c", long[1:], nil, false)
	swap("user", "c", long, []byte("short"), true)
	all, err := r.Records(ctx, "user")
	b.ok(err)
	b.same(len(all), 3)
	b.same(string(all["a"])+string(all["b"])+string(all["c"]), "2short")
	after, err := r.Edition(ctx, "user")
	b.ok(err)
	if after <= edition {
		t.Fatalf("the edition went from %d to %d", edition, after)
	}
	swap("user", "a", []byte("2"), nil, true)
	got, err = r.Record(ctx, "user", "a")
	b.ok(err)
	b.same(got, []byte(nil))
	none, err := r.Records(ctx, "nothing")
	b.ok(err)
	b.same(len(none), 0)

	for _, kind := range []string{"", "a\x00b", strings.Repeat("x", desk.MaxName+1)} {
		_, err := r.SwapRecord(ctx, kind, "a", nil, []byte("1"))
		b.code(err, errs.CodeInvalid)
		_, err = r.SwapRecord(ctx, "user", kind, nil, []byte("1"))
		b.code(err, errs.CodeInvalid)
		_, err = r.Record(ctx, "user", kind)
		b.code(err, errs.CodeInvalid)
	}
	_, err = r.SwapRecord(ctx, "user", "z", nil, make([]byte, desk.MaxRecord+1))
	b.code(err, errs.CodeInvalid)
}

// testSwaps lets many change one record; each change must see the one before.
func testSwaps(t *testing.T, r desk.Records) {
	ctx := t.Context()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for done := 0; done < 10; {
				old, err := r.Record(ctx, "n", "n")
				if err != nil {
					t.Error(err)
					return
				}
				ok, err := r.SwapRecord(ctx, "n", "n", old, append(old[:len(old):len(old)], 'x'))
				if err != nil {
					t.Error(err)
					return
				}
				if ok {
					done++
				}
			}
		})
	}
	wg.Wait()
	got, err := r.Record(ctx, "n", "n")
	if err != nil || len(got) != 80 {
		t.Fatalf("%d changes are left of 80: %v", len(got), err)
	}
	if n, err := r.Edition(ctx, "n"); err != nil || n < 80 {
		t.Fatalf("edition %d: %v", n, err)
	}
}

func testLogs(t *testing.T, r desk.Records) {
	ctx, b := t.Context(), &bench{t: t}
	none, err := r.Lines(ctx, "audit", 0, 0)
	b.ok(err)
	b.same(len(none), 0)
	for i := range 30 {
		b.ok(r.AppendLine(ctx, "audit", fmt.Appendf(nil, "line %d", i+1), 20))
		b.ok(r.AppendLine(ctx, "audits", []byte("another"), 20))
	}
	read := func(before int64, limit int) (out []string) {
		t.Helper()
		lines, err := r.Lines(ctx, "audit", before, limit)
		b.ok(err)
		for _, l := range lines {
			out = append(out, fmt.Sprint(l.Number, " ", string(l.Data)))
		}
		return out
	}
	b.same(read(0, 3), []string{"30 line 30", "29 line 29", "28 line 28"})
	b.same(read(28, 2), []string{"27 line 27", "26 line 26"})
	b.same(read(12, 10), []string{"11 line 11"})
	b.same(len(read(0, 500)), 20)
	b.same(len(read(1, 500)), 0)
	_, err = r.Lines(ctx, "audit", 0, desk.MaxLines+1)
	b.code(err, errs.CodeInvalid)
	b.code(r.AppendLine(ctx, "", []byte("x"), 1), errs.CodeInvalid)

	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := r.AppendLine(ctx, "many", fmt.Appendf(nil, "%d", i), 100); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	lines, err := r.Lines(ctx, "many", 0, 100)
	b.ok(err)
	b.same(len(lines), 8)
}
