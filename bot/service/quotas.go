package service

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
)

// quotas knows how much of the platform's daily quotas is left. The platform is asked when somebody looks and the last answers are old, never
// so that anybody waits for it for long.
type quotas struct {
	client *wechat.Client
	now    func() time.Time

	mu    sync.Mutex
	known []quota
	of    []quotaOf // what known is about
	asked time.Time
	done  chan struct{} // open while the platform is being asked
}

// quotaOf is a call with a quota that the account uses.
type quotaOf struct{ name, path string }

// quota is what the platform said of one.
type quota struct {
	quotaOf
	left wechat.Quota
	err  error
}

const (
	quotaKeep = 5 * time.Minute  // how long an answer is good
	quotaTime = 10 * time.Second // how long the platform may take for all of them
)

// quotasOf lists the calls with a quota that the account uses.
func quotasOf(c config.Config) []quotaOf {
	var out []quotaOf
	if c.WeChat.StatusTemplate != "" {
		out = append(out, quotaOf{"模板消息额度", wechat.PathTemplate})
	}
	if c.WeChat.StatusSubscription != "" {
		out = append(out, quotaOf{"订阅通知额度", wechat.PathSubscription})
	}
	if c.WeChat.CustomerMessages {
		out = append(out, quotaOf{"客服消息额度", wechat.PathCustomer})
	}
	return out
}

// get returns what is known, after waiting for newer answers as long as ctx lasts. The first thing asked for is an access token, so that it
// shows whether the account lets us in. Nothing is known of a quota before the platform's first answer.
func (q *quotas) get(ctx context.Context, of []quotaOf) []quota {
	q.mu.Lock()
	if q.done == nil && (q.asked.IsZero() || q.now().Sub(q.asked) > quotaKeep || !slices.Equal(q.of, of)) {
		q.done = make(chan struct{})
		go q.ask(of)
	}
	done := q.done
	q.mu.Unlock()
	if done != nil {
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !slices.Equal(q.of, of) {
		return nil
	}
	return q.known
}

// ask asks the platform, whoever wants to know it meanwhile or not.
func (q *quotas) ask(of []quotaOf) {
	ctx, cancel := context.WithTimeout(context.Background(), quotaTime)
	defer cancel()
	known := make([]quota, 0, len(of))
	if err := q.client.FetchToken(ctx); err == nil { // without a token the others would only say the same
		for _, o := range of {
			left, err := q.client.Quota(ctx, o.path)
			known = append(known, quota{o, left, err})
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.known, q.of, q.asked = known, of, q.now()
	close(q.done)
	q.done = nil
}
