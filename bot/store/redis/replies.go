package redis

import (
	"context"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/store"
)

// replies is the store as chat.Replies.
type replies struct{ s *Store }

// margin is how much longer Redis keeps what expires: what counts is the time that is written in the record, by the caller's clock.
const margin = time.Minute

// Claim is part of chat.Replies.
func (r replies) Claim(ctx context.Context, d chat.Delivery) (chat.Claim, error) {
	if err := store.CheckDelivery(d); err != nil {
		return chat.Claim{}, err
	}
	me := r.s.person(d.User)
	now := store.Stamp(d.At)
	w := store.NewWindow(d.Opens, d.SentAt, now)
	until := "0"
	if w.Open(now) {
		until = millis(w.Until)
	}
	row, err := r.s.run(ctx, scriptClaim, []string{me.delivery(d.Key), me.memory(), me.user(), me.held(), me.tracked()},
		millis(now), millis(now.Add(d.Lease)), (d.Lease + d.Keep + margin).Milliseconds(), until, w.Left).Slice()
	if err != nil {
		return chat.Claim{}, failure(ctx, err)
	}
	word := func(i int) string {
		if i >= len(row) {
			return ""
		}
		text, _ := row[i].(string)
		return text
	}
	c := chat.Claim{State: chat.ClaimState(word(0))}
	switch c.State {
	case chat.ClaimDone:
		c.Reply = []byte(word(1))
		if told := word(2); told != "" {
			c.Told = strings.Split(told, "\n")
		}
		return c, nil
	case chat.ClaimFirst:
		if m := word(1); m != "" {
			c.Memory = []byte(m)
		}
		c.Waiting = len(row) > 2 && row[2] == int64(1)
		c.Tracks = len(row) > 3 && row[3] == int64(1)
		return c, nil
	case chat.ClaimBusy:
	}
	return chat.Claim{State: chat.ClaimBusy}, nil
}

// Settle is part of chat.Replies. Where somebody has settled the delivery already, his reply stays, and so does what he remembered.
func (r replies) Settle(ctx context.Context, d chat.Delivery, a chat.Answer) error {
	if err := store.CheckDelivery(d); err != nil {
		return err
	}
	if err := store.CheckAnswer(a); err != nil {
		return err
	}
	me := r.s.person(d.User)
	now := store.Stamp(d.At)
	ends := "0"
	if a.Memory != nil {
		ends = millis(now.Add(chat.MemoryTTL))
	}
	err := r.s.run(ctx, scriptSettle, []string{me.delivery(d.Key), me.memory()},
		millis(now), millis(now.Add(d.Keep)), (d.Keep + margin).Milliseconds(), a.Reply,
		ends, (chat.MemoryTTL + margin).Milliseconds(), a.Memory, strings.Join(a.Told, "\n")).Err()
	return failure(ctx, err)
}
