package push_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

func follower(user string, n filing.Notify) filing.Follower {
	return filing.Follower{User: user, Notify: n}
}

// line is a push as the tables write it.
func line(p push.Push) string {
	s := p.User + " " + string(p.Kind)
	if p.Step > 0 {
		s += " " + string(rune('0'+p.Step))
	}
	return s + " " + p.Due.Format("02 15:04")
}

func planned(t *testing.T, s push.Situation) (add []string, pushes []push.Push, drop map[string]vocab.Reason) {
	t.Helper()
	cal, err := filing.LoadCalendar("")
	if err != nil {
		t.Fatal(err)
	}
	pl := &push.Planner{Calendar: cal}
	pushes, drop = pl.Plan(s)
	for _, p := range pushes {
		add = append(add, line(p))
	}
	slices.Sort(add)
	return add, pushes, drop
}

func TestPlan(t *testing.T) {
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC) // 10:00 in China
	f := filing.Filing{ID: "f", Name: "小鹿花店", Stage: vocab.StageSMSPending, Since: at, Seq: 3, StageSeq: 3}
	event := &filing.Event{Seq: 3, From: vocab.StagePlatformReview, To: vocab.StageSMSPending}
	for _, tt := range []struct {
		name string
		s    push.Situation
		want []string
	}{
		{
			"a change tells those who want it, and reminds them of the deadline",
			push.Situation{Filing: f, Event: event, Now: at, Followers: []filing.Follower{
				follower("all", filing.NotifyAll), follower("imp", filing.NotifyImportant), follower("none", filing.NotifyNone),
			}},
			[]string{
				"all change 23 02:00", "all sms 1 23 14:00", "all sms 2 24 00:00",
				"imp change 23 02:00", "imp sms 1 23 14:00", "imp sms 2 24 00:00",
			},
		},
		{
			"nothing is told of the first report: nobody can have asked for it",
			push.Situation{
				Filing: filing.Filing{ID: "f", Stage: vocab.StageNotFiled, Since: at, Seq: 1, StageSeq: 1}, Event: &filing.Event{Seq: 1, To: vocab.StageNotFiled},
				Now: at, Followers: []filing.Follower{follower("all", filing.NotifyAll)},
			},
			nil,
		},
		{
			"who moved his own filing is not told that he did, but reminded",
			push.Situation{
				Filing: f, Event: &filing.Event{Seq: 3, From: vocab.StagePlatformReview, To: vocab.StageSMSPending, Source: filing.FromSelf}, Now: at,
				Followers: []filing.Follower{follower("all", filing.NotifyAll)},
			},
			[]string{"all sms 1 23 14:00", "all sms 2 24 00:00"},
		},
		{
			"a change of the name alone tells nothing anew",
			push.Situation{
				Filing: f, Event: &filing.Event{Seq: 4, From: vocab.StageSMSPending, To: vocab.StageSMSPending, Changed: []string{"name"}}, Now: at.Add(13 * time.Hour),
				Followers: []filing.Follower{follower("all", filing.NotifyAll)},
			},
			[]string{"all sms 2 24 00:00"},
		},
		{
			"somebody who says yes later is reminded of what is still to come, and not told what was",
			push.Situation{Filing: f, Now: at.Add(13 * time.Hour), Followers: []filing.Follower{follower("all", filing.NotifyAll)}},
			[]string{"all sms 2 24 00:00"},
		},
		{
			"an unimportant stage is not for those who want important ones",
			push.Situation{
				Filing: filing.Filing{ID: "f", Stage: vocab.StagePlatformReview, Platform: vocab.PlatformWeChat, Since: at, Seq: 3, StageSeq: 3},
				Event:  &filing.Event{Seq: 3, From: vocab.StageNotFiled, To: vocab.StagePlatformReview}, Now: at,
				Followers: []filing.Follower{follower("imp", filing.NotifyImportant)},
			},
			[]string{"imp overdue 1 27 02:00"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _, _ := planned(t, tt.s)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What waits is dropped when it is no longer true or wanted, and only then; and the same cause never makes a second push.
func TestPlanDrops(t *testing.T) {
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	f := filing.Filing{ID: "f", Stage: vocab.StageSMSPending, Since: at, Seq: 3, StageSeq: 3}
	all := []filing.Follower{follower("a", filing.NotifyAll)}
	_, open, _ := planned(t, push.Situation{Filing: f, Event: &filing.Event{Seq: 3, From: vocab.StagePlatformReview, To: vocab.StageSMSPending}, Now: at, Followers: all})
	if len(open) != 3 {
		t.Fatalf("%d pushes, want a change and two reminders", len(open))
	}
	reasons := func(s push.Situation) []vocab.Reason {
		s.Open, s.Now = open, at.Add(time.Hour)
		_, _, drop := planned(t, s)
		var out []vocab.Reason
		for _, p := range open {
			out = append(out, drop[p.ID])
		}
		slices.Sort(out)
		return out
	}
	moved := f
	moved.Stage, moved.Seq, moved.StageSeq = vocab.StageAuthorityReview, 4, 4
	renamed := f
	renamed.Seq, renamed.Name = 4, "新名字"
	for _, tt := range []struct {
		name string
		s    push.Situation
		want vocab.Reason // of the change; the reminders to come stay where he only wants nothing just now
	}{
		{"nothing changed", push.Situation{Filing: f, Followers: all}, ""},
		{"the name changed", push.Situation{Filing: renamed, Followers: all, Event: &filing.Event{Seq: 4, From: f.Stage, To: f.Stage}}, ""},
		{"the filing moved on", push.Situation{Filing: moved, Followers: all, Event: &filing.Event{Seq: 4, From: f.Stage, To: moved.Stage}}, vocab.ReasonSuperseded},
		{"he wants nothing more", push.Situation{Filing: f, Followers: []filing.Follower{follower("a", filing.NotifyNone)}}, vocab.ReasonNotWanted},
		{"he follows no more", push.Situation{Filing: f}, vocab.ReasonNotTracking},
	} {
		want := []vocab.Reason{tt.want, tt.want, tt.want}
		if tt.want == vocab.ReasonNotWanted {
			want = []vocab.Reason{"", "", tt.want}
		}
		if diff := cmp.Diff(want, reasons(tt.s)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	_, again, _ := planned(t, push.Situation{Filing: f, Event: &filing.Event{Seq: 3, From: vocab.StagePlatformReview, To: vocab.StageSMSPending}, Now: at, Followers: all})
	for i := range again {
		if again[i].ID != open[i].ID {
			t.Errorf("planned again, push %d has another id", i)
		}
	}
}
