package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// notice makes the change of a filing that the person follows wait for his message, as the worker would.
func (c *talk) notice(name string, state push.State, why vocab.Reason, due time.Duration) push.Push {
	c.t.Helper()
	ctx, id := c.t.Context(), fmt.Sprintf("f%x", name)
	c.report(filing.Report{ID: id, Name: name, Stage: vocab.StageNotFiled, Platform: vocab.PlatformWeChat})
	if err := errors.Join(c.store.Adopt(ctx, id, me, c.now), c.store.SetNotify(ctx, me, id, filing.NotifyAll, c.now)); err != nil {
		c.t.Fatal(err)
	}
	c.now = c.now.Add(time.Second)
	c.report(filing.Report{ID: id, Stage: vocab.StageSMSPending})
	ps, err := c.store.Lease(ctx, c.now, 10, time.Minute)
	if err != nil || len(ps) != 1 {
		c.t.Fatalf("leased %d: %v", len(ps), err)
	}
	p := ps[0]
	p.State, p.Reason, p.Due, p.UpdatedAt = state, why, c.now.Add(due), c.now
	if err := c.store.Finish(ctx, p); err != nil {
		c.t.Fatal(err)
	}
	return p
}

func (c *talk) push(id string) push.Push {
	c.t.Helper()
	p, err := c.store.Push(c.t.Context(), id)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

// TestKept: what waits for the person's next message stands before the answer, a few at a time, and a failure costs nothing.
func TestKept(t *testing.T) {
	c := newTalk(t)
	for _, name := range []string{"一店", "二店", "三店"} {
		c.notice(name, push.Held, vocab.ReasonContent, 0)
	}
	for _, e := range []chat.EventKind{chat.EventView, chat.EventTemplateSent} { // replies to these are shown to nobody
		if r := c.event(chat.Event{Kind: e}); !r.Empty() || len(r.Told) > 0 {
			t.Errorf("%s: said %s", e, show(r))
		}
	}
	r := c.say("管局要审多久")
	contains(t, r, "【备案进度】「一店」", "【备案进度】「二店」", "1–20 个工作日", "还有 1 条")
	lacks(t, r, "三店")
	contains(t, c.say("谢谢"), "三店", "不客气")
	if r := c.say("谢谢"); r.Text != "不客气。" {
		t.Errorf("again: %s", r.Text)
	}
	c.bot.Kept = failing{errors.New("odd")}
	if r := c.say("谢谢"); r.Text != "不客气。" {
		t.Errorf("without the store: %s", r.Text)
	}
}

// TestKeptWhereRepliesAreLost: a reply that did not go out has told nothing; the same message again tells it at once, another one later.
func TestKeptWhereRepliesAreLost(t *testing.T) {
	c := newTalk(t)
	c.notice("一店", push.Held, vocab.ReasonNoRoute, 0)
	c.lost = true
	contains(t, c.say("谢谢"), "一店")
	contains(t, c.again("谢谢", nil), "一店") // its handler died; the platform repeats it
	lacks(t, c.say("谢谢"), "一店")
	contains(t, c.say("看通知"), nothingKept) // for a moment
	c.wait(keptFor)
	c.lost = false
	contains(t, c.say("看通知"), "一店", thoseWereAll)
	c.wait(keptFor)
	contains(t, c.say("看通知"), nothingKept)
}

// TestKeptWhileItRests: who writes while his notice rests, in his night or for want of quota, is told with the reply and not again.
func TestKeptWhileItRests(t *testing.T) {
	for _, why := range []vocab.Reason{vocab.ReasonQuiet, vocab.ReasonQuota, vocab.ReasonForbidden, vocab.ReasonBusy} {
		c := newTalk(t)
		p := c.notice("一店", push.Pending, why, 8*time.Hour)
		contains(t, c.say("谢谢"), "【备案进度】「一店」", "不客气")
		if got := c.push(p.ID); got.State != push.Sent || got.Channel != vocab.ChannelReply {
			t.Errorf("%s: it is %s", why, got.State)
		}
		lacks(t, c.say("谢谢"), "一店")
		c.wait(9 * time.Hour)
		if ps, err := c.store.Lease(t.Context(), c.now, 1, time.Minute); err != nil || len(ps) > 0 && ps[0].ID == p.ID {
			t.Errorf("%s: sent once more: %v", why, err)
		}
	}
	c := newTalk(t)
	c.notice("一店", push.Pending, vocab.ReasonBusy, time.Minute)
	lacks(t, c.say("谢谢"), "一店") // the worker is quicker
}

// TestKeptAndPaused: an operator who pauses sending stops replies from telling notices too, for these may be the wrong ones.
func TestKeptAndPaused(t *testing.T) {
	c := newTalk(t)
	c.notice("一店", push.Held, vocab.ReasonNoRoute, 0)
	if err := c.store.SetPaused(t.Context(), push.Pause{Since: c.now}); err != nil {
		t.Fatal(err)
	}
	contains(t, c.say("看通知"), nothingKept)
	if err := c.store.SetPaused(t.Context(), push.Pause{}); err != nil {
		t.Fatal(err)
	}
	contains(t, c.say("看通知"), "一店")
}

// TestKeptButOver: what was put off and is over meanwhile is left to the worker, who drops it.
func TestKeptButOver(t *testing.T) {
	night := func(c *talk, change func(p *push.Push)) {
		waits := push.Push{
			ID: "p", Filing: "a", User: me, Kind: vocab.KindSMS, Step: 1, Seq: 1, Stage: vocab.StageSMSPending, State: push.Pending,
			Reason: vocab.ReasonQuiet, UpdatedAt: c.now, Due: c.now.Add(8 * time.Hour), Deadline: c.now.Add(12 * time.Hour),
			Filed: filing.Filing{ID: "a", Name: "旧名", Stage: vocab.StageSMSPending, Since: c.now},
		}
		change(&waits)
		c.bot.Kept = &kept{waiting: []push.Push{waits}}
	}
	c := newTalk(t)
	c.report(filing.Report{ID: "a", Name: "新名", Stage: vocab.StageSMSPending, Platform: vocab.PlatformWeChat})
	night(c, func(*push.Push) {})
	lacks(t, c.say("谢谢"), "备案提醒") // he does not follow it
	if err := c.store.Adopt(t.Context(), "a", me, c.now); err != nil {
		t.Fatal(err)
	}
	night(c, func(*push.Push) {})
	lacks(t, c.say("谢谢"), "备案提醒") // nor does he want to be reminded
	if err := c.store.SetNotify(t.Context(), me, "a", filing.NotifyImportant, c.now); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(p *push.Push){
		"its moment is over":  func(p *push.Push) { p.Deadline = c.now },
		"the next one is due": func(p *push.Push) { p.Until = c.now },
		"the stage is over":   func(p *push.Push) { p.Seq = 0 },
	} {
		night(c, change)
		if r := c.say("谢谢"); r.Text != "不客气。" || len(r.Told) > 0 {
			t.Errorf("%s: %s", name, show(r))
		}
	}
	night(c, func(*push.Push) {})
	contains(t, c.say("谢谢"), "备案提醒", "新名") // as things stand now
}

// reminded has the worker of an account that cannot write by itself keep the reminder that is due now.
func (c *talk) reminded() push.Push {
	c.t.Helper()
	ps, err := c.store.Lease(c.t.Context(), c.now, 10, time.Minute)
	if err != nil || len(ps) != 1 {
		c.t.Fatalf("leased %d: %v", len(ps), err)
	}
	p := ps[0]
	p.State, p.Reason, p.UpdatedAt = push.Held, vocab.ReasonNoRoute, c.now
	if err := c.store.Finish(c.t.Context(), p); err != nil {
		c.t.Fatal(err)
	}
	return p
}

// TestKeptReminders: whoever did not write for long catches up with one reminder of a matter, and with none whose moment is over.
func TestKeptReminders(t *testing.T) {
	setUp := func() (*talk, push.Push, push.Push) {
		c := newTalk(t)
		follow(c, filing.Report{ID: "a", Name: "一店", Stage: vocab.StageSMSPending, Platform: vocab.PlatformWeChat})
		if err := c.store.SetNotify(t.Context(), me, "a", filing.NotifyAll, c.now); err != nil {
			t.Fatal(err)
		}
		c.wait(12 * time.Hour)
		first := c.reminded()
		c.wait(10 * time.Hour)
		return c, first, c.reminded()
	}
	ended := func(c *talk, p push.Push, why vocab.Reason) {
		t.Helper()
		if got := c.push(p.ID); got.State != push.Dropped || got.Reason != why {
			t.Errorf("it is %s %s, want dropped %s", got.State, got.Reason, why)
		}
	}
	c, first, second := setUp()
	r := c.say("谢谢")
	if n := strings.Count(r.Text, "备案提醒"); n != 1 {
		t.Errorf("told %d times:\n%s", n, r.Text)
	}
	ended(c, first, vocab.ReasonSuperseded)
	if got := c.push(second.ID); got.State != push.Sent {
		t.Errorf("the second is %s", got.State)
	}
	contains(t, c.say("看通知"), nothingKept)

	c, first, second = setUp()
	c.wait(2 * time.Hour)
	lacks(t, c.say("谢谢"), "备案提醒")
	ended(c, first, vocab.ReasonSuperseded)
	ended(c, second, vocab.ReasonLate)

	c, _, second = setUp()
	second.State, second.Reason, second.Kind = push.Held, vocab.ReasonNoRoute, vocab.KindCertificate
	c.wait(2 * time.Hour)
	c.bot.Kept = &kept{waiting: []push.Push{second}}
	contains(t, c.say("谢谢"), "已经到期") // nothing else says so
}

// TestKeptInTime: an answer that is ready does not wait long for the notices of a slow store, and goes out without them.
func TestKeptInTime(t *testing.T) {
	for _, tt := range []struct {
		name   string
		kept   stuck
		budget time.Duration // of the handler
		most   time.Duration
	}{
		{"what waits is not read", stuck{}, time.Minute, keptWithin},
		{"it is not taken", stuck{push.Push{ID: "p", Filing: "a", User: me, Kind: vocab.KindChange, Seq: 1, State: push.Held}}, time.Minute, keptWithin},
		{"little time is left", stuck{}, 200 * time.Millisecond, 100 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newTalk(t)
				follow(c, filing.Report{ID: "a", Name: "一店", Stage: vocab.StageSMSPending, Platform: vocab.PlatformWeChat})
				if err := c.store.SetNotify(t.Context(), me, "a", filing.NotifyAll, c.now); err != nil {
					t.Fatal(err)
				}
				c.bot.Kept = tt.kept
				for text, want := range map[string]string{"谢谢": "不客气。", "看通知": unavailable} {
					ctx, cancel := context.WithTimeout(t.Context(), tt.budget)
					began := time.Now()
					turn := chat.Turn{Message: chat.Message{Key: "m", User: me, Kind: chat.KindText, Text: text, At: c.now}, Waiting: true}
					r, err := c.bot.Handle(ctx, &turn)
					if took := time.Since(began); err != nil || r.Text != want || len(r.Told) > 0 || took > tt.most {
						t.Errorf("after %s: %v %s", took, err, show(r))
					}
					cancel()
				}
			})
		})
	}
}

// stuck is a store that hangs when the notices that wait are read or, where there are some, when they are taken.
type stuck []push.Push

func (s stuck) Waiting(ctx context.Context, _, _ string, _ time.Time) ([]push.Push, error) {
	if len(s) > 0 {
		return s, nil
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

func (s stuck) Take(ctx context.Context, _ string, _ []push.Push, _ time.Time, _ time.Duration) ([]push.Push, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// kept has notices waiting, and gives them away again and again.
type kept struct{ waiting []push.Push }

func (k *kept) Waiting(context.Context, string, string, time.Time) ([]push.Push, error) {
	return k.waiting, nil
}

func (k *kept) Take(_ context.Context, _ string, ps []push.Push, _ time.Time, _ time.Duration) ([]push.Push, error) {
	return slices.DeleteFunc(ps, func(p push.Push) bool { return p.State == push.Dropped }), nil
}
