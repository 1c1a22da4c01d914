package redis

import (
	"context"
	"slices"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/store"
)

// questionKeys returns the keys of one kind: how often, last, first, topic.
func (s *Store) questionKeys(kind chat.QuestionKind) []string {
	p := s.prefix + "{questions}:" + string(kind) + ":"
	return []string{p + "count", p + "last", p + "first", p + "topic"}
}

// NoteQuestion is part of chat.Questions.
func (s *Store) NoteQuestion(ctx context.Context, q chat.Question) error {
	q, err := store.CheckQuestion(q, s.now())
	if err != nil {
		return err
	}
	return failure(ctx, s.run(ctx, scriptQuestion, s.questionKeys(q.Kind), q.Text, millis(q.Last), q.Topic, chat.MaxQuestions).Err())
}

// Questions is part of chat.Questions.
func (s *Store) Questions(ctx context.Context, kind chat.QuestionKind, limit int) ([]chat.Question, error) {
	kinds := store.QuestionKinds()
	if kind != "" {
		kinds = slices.DeleteFunc(kinds, func(k chat.QuestionKind) bool { return k != kind })
	}
	var all []chat.Question
	for _, k := range kinds {
		keys := s.questionKeys(k)
		var count, last, first *goredis.ZSliceCmd
		var topic *goredis.MapStringStringCmd
		err := s.pipe(ctx, func(p goredis.Pipeliner) {
			count, last = p.ZRangeWithScores(ctx, keys[0], 0, -1), p.ZRangeWithScores(ctx, keys[1], 0, -1)
			first, topic = p.ZRangeWithScores(ctx, keys[2], 0, -1), p.HGetAll(ctx, keys[3])
		})
		if err != nil {
			return nil, err
		}
		lasts, firsts := scores(last), scores(first)
		for text, n := range scores(count) {
			all = append(all, chat.Question{
				Text: text, Kind: k, Topic: topic.Val()[text], Count: int(n),
				First: timeOf(strconv.FormatInt(firsts[text], 10)), Last: timeOf(strconv.FormatInt(lasts[text], 10)),
			})
		}
	}
	slices.SortFunc(all, store.CompareQuestions)
	return all[:max(0, min(limit, len(all)))], ctx.Err()
}

func scores(cmd *goredis.ZSliceCmd) map[string]int64 {
	out := make(map[string]int64)
	for _, z := range cmd.Val() {
		member, _ := z.Member.(string)
		out[member] = int64(z.Score)
	}
	return out
}

// ForgetQuestion is part of chat.Questions. A text that is not there is no error.
func (s *Store) ForgetQuestion(ctx context.Context, kind chat.QuestionKind, text string) error {
	keys := s.questionKeys(kind)
	c := newCommit()
	for _, key := range keys[:3] {
		c.do("ZREM", key, text)
	}
	c.do("HDEL", keys[3], text)
	_, err := s.commit(ctx, c)
	return err
}

func (s *Store) tallyKey(day string) string { return s.prefix + "{tallies}:" + day }

// AddTallies is part of chat.Tallies.
func (s *Store) AddTallies(ctx context.Context, day string, counts map[string]int64) error {
	if err := store.CheckTallies(day, counts); err != nil {
		return err
	}
	days := s.prefix + "{tallies}:days"
	old, err := s.client.ZRangeArgs(ctx, goredis.ZRangeArgs{
		Key: days, ByScore: true, Start: "-inf", Stop: "(" + digits(store.FirstTallyDay(day)),
	}).Result()
	if err != nil {
		return failure(ctx, err)
	}
	c := newCommit()
	for name, n := range counts {
		c.do("HINCRBY", s.tallyKey(day), name, n)
	}
	c.do("ZADD", days, digits(day), day)
	for _, d := range old {
		c.do("DEL", s.tallyKey(d))
		c.do("ZREM", days, d)
	}
	_, err = s.commit(ctx, c)
	return err
}

// Tallies is part of chat.Tallies.
func (s *Store) Tallies(ctx context.Context, first, last string) (map[string]map[string]int64, error) {
	for _, day := range []string{first, last} {
		if err := store.CheckDay(day); err != nil {
			return nil, err
		}
	}
	days, err := s.client.ZRangeArgs(ctx, goredis.ZRangeArgs{
		Key: s.prefix + "{tallies}:days", ByScore: true, Start: digits(first), Stop: digits(last),
	}).Result()
	if err != nil {
		return nil, failure(ctx, err)
	}
	cmds := make(map[string]*goredis.MapStringStringCmd)
	if len(days) > 0 {
		err = s.pipe(ctx, func(p goredis.Pipeliner) {
			for _, d := range days {
				cmds[d] = p.HGetAll(ctx, s.tallyKey(d))
			}
		})
	}
	out := make(map[string]map[string]int64)
	for d, cmd := range cmds {
		if len(cmd.Val()) == 0 {
			continue
		}
		out[d] = make(map[string]int64)
		for name, text := range cmd.Val() {
			out[d][name], _ = strconv.ParseInt(text, 10, 64)
		}
	}
	return out, err
}

// digits writes a day so that it is a number that sorts.
func digits(day string) string { return strings.ReplaceAll(day, "-", "") }
