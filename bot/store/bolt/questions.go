package bolt

import (
	"bytes"
	"context"
	"slices"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/store"
)

// NoteQuestion is part of chat.Questions.
func (s *Store) NoteQuestion(ctx context.Context, q chat.Question) error {
	q, err := store.CheckQuestion(q, s.now())
	if err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		k := key(string(q.Kind), q.Text)
		var old chat.Question
		after := q
		if t.getJSON(bucketQuestions, k, &old) {
			t.del(bucketQuestionsLast, with(under(string(q.Kind)), old.Last, q.Text))
			after = store.AskedAgain(old, q)
		} else {
			t.count(bucketCounts, []byte("question."+string(q.Kind)), 1)
		}
		t.putJSON(bucketQuestions, k, after)
		t.put(bucketQuestionsLast, with(under(string(q.Kind)), after.Last, q.Text), nil)
		t.thinQuestions(q.Kind)
		return nil
	})
}

// thinQuestions lets the questions go that were not asked for longest, where there are too many.
func (t *tx) thinQuestions(kind chat.QuestionKind) {
	n := int(uint64Of(t.get(bucketCounts, []byte("question."+string(kind)))))
	if n <= chat.MaxQuestions {
		return
	}
	for _, rest := range t.keysOf(bucketQuestionsLast, under(string(kind)), n-chat.MaxQuestions) {
		t.del(bucketQuestionsLast, append(under(string(kind)), rest...))
		t.del(bucketQuestions, key(string(kind), string(rest[8:])))
		t.count(bucketCounts, []byte("question."+string(kind)), -1)
	}
}

// Questions is part of chat.Questions.
func (s *Store) Questions(ctx context.Context, kind chat.QuestionKind, limit int) ([]chat.Question, error) {
	var all []chat.Question
	err := s.view(ctx, func(t *tx) error {
		var prefix []byte
		if kind != "" {
			prefix = under(string(kind))
		}
		t.prefixed(bucketQuestions, prefix, func(_, v []byte) bool {
			var q chat.Question
			if t.decode(bucketQuestions, v, &q) {
				all = append(all, q)
			}
			return true
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, store.CompareQuestions)
	return all[:max(0, min(limit, len(all)))], nil
}

// ForgetQuestion is part of chat.Questions. A text that is not there is no error.
func (s *Store) ForgetQuestion(ctx context.Context, kind chat.QuestionKind, text string) error {
	return s.update(ctx, func(t *tx) error {
		var old chat.Question
		k := key(string(kind), text)
		if t.getJSON(bucketQuestions, k, &old) {
			t.del(bucketQuestions, k)
			t.del(bucketQuestionsLast, with(under(string(kind)), old.Last, text))
			t.count(bucketCounts, []byte("question."+string(kind)), -1)
		}
		return nil
	})
}

// AddTallies is part of chat.Tallies.
func (s *Store) AddTallies(ctx context.Context, day string, counts map[string]int64) error {
	if err := store.CheckTallies(day, counts); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		for name, n := range counts {
			t.count(bucketTallies, key(day, name), n)
		}
		first := []byte(store.FirstTallyDay(day))
		for _, k := range t.keysOf(bucketTallies, nil, 100) { // the oldest come first
			if bytes.Compare(k, first) >= 0 {
				break
			}
			t.del(bucketTallies, k)
		}
		return nil
	})
}

// Tallies is part of chat.Tallies.
func (s *Store) Tallies(ctx context.Context, first, last string) (map[string]map[string]int64, error) {
	for _, day := range []string{first, last} {
		if err := store.CheckDay(day); err != nil {
			return nil, err
		}
	}
	out := make(map[string]map[string]int64)
	err := s.view(ctx, func(t *tx) error {
		c := t.bucket(bucketTallies).Cursor()
		for k, v := c.Seek([]byte(first)); k != nil; k, v = c.Next() {
			day, name, _ := bytes.Cut(k, []byte{0})
			if string(day) > last {
				return nil
			}
			if out[string(day)] == nil {
				out[string(day)] = make(map[string]int64)
			}
			out[string(day)][string(name)] = int64(uint64Of(v))
		}
		return nil
	})
	return out, err
}
