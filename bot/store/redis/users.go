package redis

import (
	"context"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

const creditField = "credit:"

// User is part of push.Users.
func (s *Store) User(ctx context.Context, user string) (push.User, error) {
	if err := store.CheckUser(user); err != nil {
		return push.User{}, err
	}
	fields, err := s.client.HGetAll(ctx, s.person(user).user()).Result()
	if err != nil {
		return push.User{}, failure(ctx, err)
	}
	return readUser(fields), nil
}

func readUser(fields map[string]string) push.User {
	u := push.User{Following: fields["left"] != "1"}
	if !u.Following {
		u.LeftAt = timeOf(fields["moved"])
	}
	if until, ok := fields["until"]; ok {
		u.Window.Until = timeOf(until)
		u.Window.Left, _ = strconv.Atoi(fields["room"])
	}
	if q, err := push.ParseQuiet(fields["quiet"]); err == nil {
		u.Quiet = &q
	}
	for name, text := range fields {
		template, ok := strings.CutPrefix(name, creditField)
		if n, err := strconv.Atoi(text); ok && err == nil && n > 0 {
			if u.Credits == nil {
				u.Credits = make(map[string]int)
			}
			u.Credits[template] = n
		}
	}
	return u
}

// SetFollowing is part of push.Users. What happened before the last known coming or going changes nothing: events may arrive out of order.
// The list of those who left is written first; it counts only where the person's own record agrees.
func (s *Store) SetFollowing(ctx context.Context, user string, following bool, at time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	if at.IsZero() {
		at = s.now()
	}
	at = store.Stamp(at)
	left := ""
	if !following {
		left = "1"
		err := s.client.ZAddArgs(ctx, s.prefix+"left", goredis.ZAddArgs{
			GT: true, Members: []goredis.Z{{Score: float64(at.UnixMilli()), Member: user}},
		}).Err()
		if err != nil {
			return failure(ctx, err)
		}
	}
	return failure(ctx, s.run(ctx, scriptFollow, []string{s.person(user).user()}, millis(at), left).Err())
}

// Left is part of push.Users: longest gone first. Where the list and a person's own record disagree, the list is mended and read again.
func (s *Store) Left(ctx context.Context, before time.Time, limit int) ([]string, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	for {
		rows, err := s.client.ZRangeArgsWithScores(ctx, goredis.ZRangeArgs{
			Key: s.prefix + "left", ByScore: true, Start: "-inf", Stop: "(" + millis(before), Count: int64(limit),
		}).Result()
		if err != nil || len(rows) == 0 {
			return nil, failure(ctx, err)
		}
		cmds := make([]*goredis.SliceCmd, len(rows))
		err = s.pipe(ctx, func(p goredis.Pipeliner) {
			for i, z := range rows {
				user, _ := z.Member.(string)
				cmds[i] = p.HMGet(ctx, s.person(user).user(), "left", "moved")
			}
		})
		if err != nil {
			return nil, err
		}
		users, mend := readLeft(rows, cmds)
		if len(mend) == 0 {
			return users, nil
		}
		for user, score := range mend {
			if err := s.mendLeft(ctx, user, score); err != nil {
				return nil, err
			}
		}
	}
}

// readLeft tells the people who left from those of whom the list is wrong, with the score that it has.
func readLeft(rows []goredis.Z, cmds []*goredis.SliceCmd) (users []string, mend map[string]string) {
	mend = make(map[string]string)
	for i, z := range rows {
		user, _ := z.Member.(string)
		score := strconv.FormatFloat(z.Score, 'f', 0, 64)
		if v := cmds[i].Val(); len(v) == 2 && v[0] == "1" && v[1] == score {
			users = append(users, user)
		} else {
			mend[user] = score
		}
	}
	return users, mend
}

// mendLeft makes the list of those who left agree with a person's own record, unless it was changed meanwhile.
func (s *Store) mendLeft(ctx context.Context, user, score string) error {
	v, err := s.client.HMGet(ctx, s.person(user).user(), "left", "moved").Result()
	if err != nil {
		return failure(ctx, err)
	}
	list := s.prefix + "left"
	c := newCommit()
	c.score(list, user, score)
	if moved, ok := v[1].(string); ok && v[0] == "1" {
		c.do("ZADD", list, moved, user)
	} else {
		c.do("ZREM", list, user)
	}
	_, err = s.commit(ctx, c)
	return err
}

// UseWindow is part of push.Users.
func (s *Store) UseWindow(ctx context.Context, user string, now time.Time) (bool, error) {
	if err := store.CheckUser(user); err != nil {
		return false, err
	}
	n, err := s.run(ctx, scriptWindow, []string{s.person(user).user()}, millis(now)).Int()
	return n == 1, failure(ctx, err)
}

// CloseWindow is part of push.Users.
func (s *Store) CloseWindow(ctx context.Context, user string) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	return failure(ctx, s.client.HDel(ctx, s.person(user).user(), "until", "room").Err())
}

// AddCredit is part of push.Users.
func (s *Store) AddCredit(ctx context.Context, user, template string, delta int) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	if err := store.CheckKey("template", template); err != nil {
		return err
	}
	return failure(ctx, s.run(ctx, scriptCredit, []string{s.person(user).user()}, creditField+template, delta).Err())
}

// UseCredit is part of push.Users.
func (s *Store) UseCredit(ctx context.Context, user, template string) (bool, error) {
	if err := store.CheckUser(user); err != nil {
		return false, err
	}
	n, err := s.run(ctx, scriptCredit, []string{s.person(user).user()}, creditField+template, "use").Int()
	return n == 1, failure(ctx, err)
}

// SetQuiet is part of push.Users.
func (s *Store) SetQuiet(ctx context.Context, user string, q *push.Quiet) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	if q == nil {
		return failure(ctx, s.client.HDel(ctx, s.person(user).user(), "quiet").Err())
	}
	return failure(ctx, s.client.HSet(ctx, s.person(user).user(), "quiet", q.String()).Err())
}
