package service

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// rest is a channel that the worker leaves alone for a while, and why.
type rest struct {
	channel vocab.Channel
	until   time.Time
	reason  vocab.Reason
	code    int
	detail  string
}

// rests knows which channels of one worker rest, for operators to see. A worker keeps this to itself, so each channel is watched instead.
type rests struct {
	mu sync.Mutex
	of map[vocab.Channel]rest
}

func newRests() *rests { return &rests{of: map[vocab.Channel]rest{}} }

// now lists those that rest at a moment, in the order of their names.
func (r *rests) now(at time.Time) []rest {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []rest
	for _, x := range r.of {
		if x.until.After(at) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b rest) int { return strings.Compare(string(a.channel), string(b.channel)) })
	return out
}

// watch returns a route whose rests are noted.
func (r *rests) watch(route push.Route) push.Route { return watchedRoute{route, r} }

type watchedRoute struct {
	push.Route
	rests *rests
}

func (w watchedRoute) Send(ctx context.Context, p *push.Push) (string, error) {
	id, err := w.Route.Send(ctx, p)
	var f *push.Failure
	w.rests.mu.Lock()
	defer w.rests.mu.Unlock()
	switch {
	case err == nil:
		delete(w.rests.of, w.Channel())
	case errors.As(err, &f) && f.Verdict == push.VerdictPause && f.Until.After(w.rests.of[w.Channel()].until):
		w.rests.of[w.Channel()] = rest{w.Channel(), f.Until, f.Reason, f.Code, f.Detail}
	}
	return id, err
}

// platformWords are the platform's own words with its code.
func platformWords(code int, detail string) string {
	if code == 0 {
		return detail
	}
	return strings.TrimSpace(strconv.Itoa(code) + " " + detail)
}
