package chat

import (
	"container/list"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit is a Middleware that lets each person send perMinute messages, a third of them at once. What is beyond gets busy, and, while it
// goes on, nothing: a flood is not answered message by message. Events pass: they are few, and some must not be missed.
func Limit(perMinute int, busy Reply, now func() time.Time) Middleware {
	l := &limiter{
		each: rate.Limit(float64(perMinute) / 60), burst: max(3, perMinute/3), now: now,
		seats: map[string]*list.Element{}, order: list.New(),
	}
	return func(next Handler) Handler {
		return HandlerFunc(func(ctx context.Context, t *Turn) (Reply, error) {
			if t.Kind != KindEvent {
				switch l.check(t.User) {
				case overFirst:
					return busy, nil
				case over:
					return Reply{}, nil
				case within:
				}
			}
			return next.Handle(ctx, t)
		})
	}
}

// maxSeats bounds how many people are watched at once. Who has not written for the longest loses his seat; his bucket was full again anyway.
const maxSeats = 20000

type verdict int

const (
	within verdict = iota
	overFirst
	over
)

type limiter struct {
	each  rate.Limit
	burst int
	now   func() time.Time

	mu    sync.Mutex
	seats map[string]*list.Element
	order *list.List // of *seat, the latest first
}

type seat struct {
	user   string
	bucket *rate.Limiter
	told   bool
}

func (l *limiter) check(user string) verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.seats[user]
	if !ok {
		if l.order.Len() >= maxSeats {
			last := l.order.Back()
			delete(l.seats, last.Value.(*seat).user)
			l.order.Remove(last)
		}
		e = l.order.PushFront(&seat{user: user, bucket: rate.NewLimiter(l.each, l.burst)})
		l.seats[user] = e
	} else {
		l.order.MoveToFront(e)
	}
	s := e.Value.(*seat)
	if s.bucket.AllowN(l.now(), 1) {
		s.told = false
		return within
	}
	if s.told {
		return over
	}
	s.told = true
	return overFirst
}
