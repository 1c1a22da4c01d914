package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestTransitions asks of every state what may become of a push in it.
func TestTransitions(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state push.State
		// leased: a worker has it or a reply is telling it.
		leased                                   bool
		attempt, finish, retry, drop, take, told bool
	}{
		{push.Pending, false, false, false, true, true, true, true},
		{push.Pending, true, false, false, false, true, false, true},
		{push.Leased, true, true, true, false, true, false, false},
		{push.Held, false, false, false, true, true, true, true},
		{push.Held, true, false, false, false, true, false, true},
		{push.Sent, false, false, false, false, false, false, false},
		{push.Dead, false, false, false, true, true, false, false},
		{push.Dropped, false, false, false, false, false, false, false},
	} {
		p := push.Push{ID: "p", State: c.state, Reason: vocab.ReasonQuiet, Due: now.Add(time.Hour), CreatedAt: now, UpdatedAt: now}
		if c.leased {
			p.Lease, p.LeasedUntil = "token", now.Add(time.Second)
		}
		_, err := store.Attempted(p, p, now)
		check(t, c.state, "attempt", err, c.attempt, push.ErrLeaseLost)
		done := p
		done.State = push.Sent
		_, err = store.Finished(p, done, true, now)
		check(t, c.state, "finish", err, c.finish, push.ErrLeaseLost)
		_, err = store.Retried(p, now)
		check(t, c.state, "retry", err, c.retry, &errs.Error{Code: errs.CodeConflict})
		_, err = store.Dropped(p, now)
		check(t, c.state, "drop", err, c.drop, &errs.Error{Code: errs.CodeConflict})
		if _, ok := store.Taken(p, p, "another", now, time.Minute); ok != c.take {
			t.Errorf("taking of a push that is %s (leased %v): %v", c.state, c.leased, ok)
		}
		if after, ok := store.Told(p, now); ok != c.told || ok && (after.State != push.Sent || after.Lease != "") {
			t.Errorf("telling of a push that is %s (leased %v): %v", c.state, c.leased, ok)
		}
	}
	if len(push.States()) != 6 {
		t.Error("a state is missing in this table")
	}
}

func check(t *testing.T, s push.State, what string, err error, allowed bool, want error) {
	t.Helper()
	if allowed && err != nil || !allowed && !errors.Is(err, want) {
		t.Errorf("%s of a push that is %s: %v", what, s, err)
	}
}

func TestAttemptEndsWithItsLease(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	p := store.Lease(push.Push{ID: "p"}, "token", now, time.Minute)
	if _, err := store.Attempted(p, p, now.Add(time.Minute-time.Millisecond)); err != nil {
		t.Error(err)
	}
	if _, err := store.Attempted(p, p, now.Add(time.Minute)); !errors.Is(err, push.ErrLeaseLost) {
		t.Errorf("after the lease: %v", err)
	}
	other := p
	other.Lease = ""
	if _, err := store.Attempted(p, other, now); !errors.Is(err, push.ErrLeaseLost) {
		t.Errorf("without a token: %v", err)
	}
}

func TestDetailIsBounded(t *testing.T) {
	p := store.Lease(push.Push{ID: "p"}, "token", time.Now(), time.Minute)
	done := p
	done.State, done.Detail = push.Dead, strings.Repeat("错误", 1000)
	got, err := store.Finished(p, done, true, time.Now())
	if err != nil || len(got.Detail) > 500 || !utf8.ValidString(got.Detail) {
		t.Fatalf("%d bytes, %v", len(got.Detail), err)
	}
}
