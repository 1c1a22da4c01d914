package store

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/truncate"
)

// QuestionKinds lists the closed set.
func QuestionKinds() []chat.QuestionKind {
	return []chat.QuestionKind{chat.QuestionUnknown, chat.QuestionChoice, chat.QuestionDisliked}
}

// CheckQuestion brings one asking into the form in which it is kept: counted once, at q.Last or else now, within its bounds.
func CheckQuestion(q chat.Question, now time.Time) (chat.Question, error) {
	if !slices.Contains(QuestionKinds(), q.Kind) {
		return q, errs.Errorf(errs.CodeInvalid, "kind: not one of the known kinds")
	}
	q.Text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(q.Text, ""))
	q.Text = truncate.Runes(q.Text, chat.MaxQuestion)
	if strings.TrimSpace(q.Text) == "" {
		return q, errs.Errorf(errs.CodeInvalid, "text: empty")
	}
	if len(q.Topic) > MaxKey {
		return q, errs.Errorf(errs.CodeInvalid, "topic: at most %d bytes", MaxKey)
	}
	if q.Last.IsZero() {
		q.Last = now
	}
	q.Last = Stamp(q.Last)
	q.First, q.Count = q.Last, 1
	return q, nil
}

// AskedAgain adds one more asking to what is kept of a text.
func AskedAgain(old, q chat.Question) chat.Question {
	old.Count += q.Count
	if q.Topic != "" {
		old.Topic = q.Topic
	}
	if q.Last.After(old.Last) {
		old.Last = q.Last
	}
	if q.First.Before(old.First) {
		old.First = q.First
	}
	return old
}

// CompareQuestions orders questions: most asked first, then the one asked last.
func CompareQuestions(a, b chat.Question) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), b.Last.Compare(a.Last), strings.Compare(a.Text, b.Text), cmp.Compare(a.Kind, b.Kind))
}

// CheckTallies refuses a day or a name that cannot be kept.
func CheckTallies(day string, counts map[string]int64) error {
	if err := CheckDay(day); err != nil {
		return err
	}
	for name, n := range counts {
		if err := CheckKey("name", name); err != nil {
			return err
		}
		if n < 0 {
			return errs.Errorf(errs.CodeInvalid, "count: never negative")
		}
	}
	return nil
}

// CheckToken refuses what cannot be a token. The error does not tell the token.
func CheckToken(key, value string) error {
	if err := CheckKey("key", key); err != nil {
		return err
	}
	if len(value) > MaxBlob {
		return errs.Errorf(errs.CodeInvalid, "token: at most %d bytes", MaxBlob)
	}
	return nil
}

// CheckDelivery refuses a delivery that cannot be claimed.
func CheckDelivery(d chat.Delivery) error {
	if err := CheckUser(d.User); err != nil {
		return err
	}
	if d.Key == "" || d.Lease <= 0 || d.Keep <= 0 {
		return errs.Errorf(errs.CodeInvalid, "a delivery needs a key, a lease and a time to keep its reply")
	}
	return nil
}
