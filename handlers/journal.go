package handlers

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/truncate"
)

// Journal takes down, off the way of a reply, what was asked in vain and how often everything happened. It holds no person. A nil
// Journal takes down nothing.
type Journal struct {
	questions chat.Questions
	tallies   chat.Tallies
	now       func() time.Time
	log       *slog.Logger

	mu     sync.Mutex
	counts map[string]int64
	asked  []chat.Question
	lost   int
}

// JournalOptions make a Journal. Questions, Tallies, Now and Log are required.
type JournalOptions struct {
	Questions chat.Questions
	Tallies   chat.Tallies
	Now       func() time.Time
	Log       *slog.Logger
}

// NewJournal makes a Journal; Run writes it down.
func NewJournal(o JournalOptions) *Journal {
	return &Journal{questions: o.Questions, tallies: o.Tallies, now: o.Now, log: o.Log, counts: map[string]int64{}}
}

// maxUnwritten bounds what waits to be written while the store does not answer.
const maxUnwritten = 1000

// Count counts one more of something today.
func (j *Journal) Count(what string) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.counts) < maxUnwritten || j.counts[what] > 0 {
		j.counts[what]++
	}
}

// Question takes down a question that was not well answered, without what could tell whose it is (Masked).
func (j *Journal) Question(kind chat.QuestionKind, text, topic string) {
	if j == nil || text == "" {
		return
	}
	if text = truncate.Runes(Masked(text), chat.MaxQuestion); text == "" {
		return
	}
	now := j.now()
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.asked) >= maxUnwritten {
		j.lost++
		return
	}
	j.asked = append(j.asked, chat.Question{Text: text, Kind: kind, Topic: topic, Count: 1, First: now, Last: now})
}

// Run writes down what has come together every few seconds until ctx is done, and then once more.
func (j *Journal) Run(ctx context.Context) {
	t := time.NewTicker(3 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			j.Flush(last)
			cancel()
			return
		case <-t.C:
			j.Flush(ctx)
		}
	}
}

// Flush writes down what has come together. What the store does not take is kept for the next time.
func (j *Journal) Flush(ctx context.Context) {
	j.mu.Lock()
	counts, asked, lost := j.counts, j.asked, j.lost
	j.counts, j.asked, j.lost = map[string]int64{}, nil, 0
	j.mu.Unlock()
	if lost > 0 {
		j.log.WarnContext(ctx, "questions not taken down", "lost", lost)
	}
	if len(counts) > 0 {
		if err := j.tallies.AddTallies(ctx, chinaDay(j.now()), counts); err != nil {
			j.log.WarnContext(ctx, "counts not written", "err", err)
			j.mu.Lock()
			for k, n := range counts {
				if len(j.counts) < maxUnwritten {
					j.counts[k] += n
				}
			}
			j.mu.Unlock()
		}
	}
	for i, q := range asked {
		if err := j.questions.NoteQuestion(ctx, q); err != nil {
			j.log.WarnContext(ctx, "questions not written", "err", err)
			j.mu.Lock()
			j.asked = append(asked[i:], j.asked...)
			j.mu.Unlock()
			return
		}
	}
}

func chinaDay(t time.Time) string { return t.In(chinatime.Zone()).Format("2006-01-02") }
