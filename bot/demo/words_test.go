package demo

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Whatever the closed sets come to hold must have words here.
func TestWordsForEverything(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for _, r := range vocab.Reasons() {
		if pushReason(r) == "" {
			t.Errorf("reason %q has no words: add a case to pushReason in words.go", r)
		}
	}
	for _, k := range vocab.Kinds() {
		if got := pushKind(push.Push{Kind: k}); k != vocab.KindChange && got != k.Chinese() || got == "" {
			t.Errorf("kind %q is called %q", k, got)
		}
	}
	for _, s := range push.States() {
		for _, r := range append(vocab.Reasons(), vocab.ReasonNone) {
			if pushState(push.Push{State: s, Reason: r}, now) == "" || pushTone(s) == "" {
				t.Errorf("state %q has no words", s)
			}
		}
	}
	for _, c := range vocab.Channels() {
		if pushState(push.Push{State: push.Sent, Channel: c}, now) == "已发送" {
			t.Errorf("channel %q has no words: add a case to pushState in words.go", c)
		}
	}
}

func TestPushesThatWait(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		reason vocab.Reason
		due    time.Duration
		want   string
	}{
		{vocab.ReasonNone, 0, "等待发送"},
		{vocab.ReasonNone, 23 * time.Hour, "定在 11月24日 09:00 发"},
		{vocab.ReasonBusy, 5 * time.Second, "平台繁忙，稍后再发"},
		{vocab.ReasonQuiet, 22 * time.Hour, "夜里不打扰，11月24日 08:00 发"},
	} {
		if got := pushState(push.Push{State: push.Pending, Reason: tt.reason, Due: now.Add(tt.due)}, now); got != tt.want {
			t.Errorf("%s in %v: %q, want %q", tt.reason, tt.due, got, tt.want)
		}
	}
}

func TestEveryStageLeadsOn(t *testing.T) {
	for _, s := range vocab.Stages() {
		next := following(s)
		if len(next) == 0 || len(next) > maxNext {
			t.Errorf("%s: %d next stages", s, len(next))
		}
		for _, n := range next {
			if !n.Valid() || n == s || !filing.CanFollow(s, n) {
				t.Errorf("%s → %s is no step", s, n)
			}
		}
		if got := len(sampleReasons(s)) > 0; got != s.HasReasons() {
			t.Errorf("%s: sample reasons %v, wants them %v", s, got, s.HasReasons())
		}
		if s.Tone() == "" || stepOf(s) > 3 {
			t.Errorf("%s is not shown right", s)
		}
	}
}

func TestSampleNumbers(t *testing.T) {
	for _, r := range Samples(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)) {
		if r.Province == "" {
			continue
		}
		n, ok := filing.ParseNumber(sampleNumber(filing.Filing{Province: r.Province}))
		if !ok || n.Province != r.Province || !n.MiniProgram() {
			t.Errorf("%s: %v %v", r.Province, n, ok)
		}
	}
	if sampleNumber(filing.Filing{Province: "上海", Number: "x"}) != "x" || sampleNumber(filing.Filing{}) != "" {
		t.Error("a number that it has stays, and none is made up for an unknown province")
	}
}
