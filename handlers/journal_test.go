package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
)

func newJournal(n *notes, log *strings.Builder) *Journal {
	return NewJournal(JournalOptions{Questions: n, Tallies: n, Now: func() time.Time { return start }, Log: slog.New(slog.NewTextHandler(log, nil))})
}

// TestJournalNumbers: no number that could name a person is written down.
func TestJournalNumbers(t *testing.T) {
	n := &notes{}
	j := newJournal(n, &strings.Builder{})
	for text, want := range map[string]string{
		"电话13800138000打不通":        "电话＊打不通",
		"粤ICP备2023012345号-1X没了":   "粤icp备＊号-1x没了",
		"座机 021-12345678":         "座机 ＊",
		"１３８００１３８０００":             "＊",
		"110105 19491231 002X":    "＊",
		"2026年报错86302":            "2026年报错86302",
		"等了20个工作日":                "等了20个工作日",
		strings.Repeat("很长", 200): strings.Repeat("很长", 50),
	} {
		n.asked = nil
		j.Question(chat.QuestionUnknown, text, "")
		j.Flush(t.Context())
		if len(n.asked) != 1 || n.asked[0].Text != want || utf8.RuneCountInString(n.asked[0].Text) > chat.MaxQuestion {
			t.Errorf("%s: %+v", text, n.asked)
		}
	}
	n.asked = nil
	j.Question(chat.QuestionUnknown, "", "")
	j.Flush(t.Context())
	if len(n.asked) != 0 {
		t.Errorf("nothing was asked: %+v", n.asked)
	}
}

// TestJournalBounds: while the store does not answer, a bounded amount waits, and is written when it does.
func TestJournalBounds(t *testing.T) {
	n, log := &notes{err: errors.New("no store")}, &strings.Builder{}
	j := newJournal(n, log)
	for i := range 3 * maxUnwritten {
		j.Question(chat.QuestionUnknown, fmt.Sprint("问题", i%7), "")
		j.Count(fmt.Sprint("count", i))
		if i%500 == 0 {
			j.Flush(t.Context())
		}
	}
	j.Count("count1")
	j.Count("count1")
	n.err = nil
	j.Flush(t.Context())
	j.Flush(t.Context())
	if len(n.asked) > maxUnwritten+500 || len(n.asked) < maxUnwritten {
		t.Errorf("%d questions", len(n.asked))
	}
	if len(n.counts) > maxUnwritten || n.counts["count1"] != 3 {
		t.Errorf("%d counts, one is %d", len(n.counts), n.counts["count1"])
	}
	if n.days[0] != "2026-11-23" {
		t.Errorf("day %s", n.days[0])
	}
	for _, want := range []string{"questions not taken down", "counts not written", "questions not written"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q", want)
		}
	}
}

// TestJournalRun: what has come together is written every few seconds, and once more at the end.
func TestJournalRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notes{}
		j := newJournal(n, &strings.Builder{})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { j.Run(ctx); close(done) }()
		j.Count("message:text")
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if n.counts["message:text"] != 1 {
			t.Errorf("after 4 seconds: %v", n.counts)
		}
		j.Count("message:text")
		j.Question(chat.QuestionUnknown, "还没写的", "")
		cancel()
		<-done
		if n.counts["message:text"] != 2 || len(n.asked) != 1 {
			t.Errorf("at the end: %v %v", n.counts, n.asked)
		}
	})
}

// TestJournalDay: the day is China's.
func TestJournalDay(t *testing.T) {
	if got := chinaDay(time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)); got != "2026-11-24" {
		t.Errorf("got %s", got)
	}
}

// TestNoJournal: without a journal nothing is taken down and nothing fails.
func TestNoJournal(t *testing.T) {
	var j *Journal
	j.Count("x")
	j.Question(chat.QuestionUnknown, "x", "")
}
