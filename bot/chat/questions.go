package chat

import (
	"context"
	"time"
)

// Questions keeps what people asked and were not well answered, without the people, so that somebody can improve the knowledge.
type Questions interface {
	// NoteQuestion counts one more asking of q.Text with q.Kind. The store keeps the newest MaxQuestions texts of each kind.
	NoteQuestion(ctx context.Context, q Question) error
	// Questions lists one kind, most asked first, at most limit of them; the empty kind lists all.
	Questions(ctx context.Context, kind QuestionKind, limit int) ([]Question, error)
	// ForgetQuestion removes a text of a kind: somebody has dealt with it.
	ForgetQuestion(ctx context.Context, kind QuestionKind, text string) error
}

// Question is a text that was asked.
type Question struct {
	// Text is what was asked, normalised, cut to MaxQuestion runes, free of numbers that could name a person.
	Text string       `json:"text"`
	Kind QuestionKind `json:"kind"`
	// Topic is what was answered or thought of first, if anything.
	Topic string `json:"topic,omitempty"`
	Count int    `json:"count"`
	// First and Last are when it was asked first and last.
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

// QuestionKind says how a question was badly answered.
type QuestionKind string

// The kinds of badly answered questions.
const (
	QuestionUnknown  QuestionKind = "unknown"  // nothing fitting was known
	QuestionChoice   QuestionKind = "choice"   // it had to be asked back
	QuestionDisliked QuestionKind = "disliked" // the person said 没用
)

// Bounds of Questions.
const (
	MaxQuestion  = 100
	MaxQuestions = 5000
)

// Tallies keeps counts by day: messages by kind, answers by topic, thumbs.
type Tallies interface {
	// AddTallies adds counts to a day (2006-01-02, in China). Days older than 400 days are forgotten.
	AddTallies(ctx context.Context, day string, counts map[string]int64) error
	// Tallies returns the counts of the days from first to last, both included; days without any are absent.
	Tallies(ctx context.Context, first, last string) (map[string]map[string]int64, error)
}
