package demo

import (
	"context"
	"time"
)

// exchangeTimeout is longer than the platform waits, so that a slow bot is seen as it would be, and short enough for a page.
const exchangeTimeout = 10 * time.Second

// outOfOrder is what WeChat shows where an account's server does not answer as it must.
const outOfOrder = "该公众号提供的服务出现故障，请稍后再试"

// person is the one who holds the phone, as of one moment.
type person struct {
	phone     Phone
	epoch     string
	following bool
}

func (s *Server) person() person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return person{s.phone, s.epoch, s.following}
}

// greet follows the account when the first page of a conversation opens.
func (s *Server) greet(ctx context.Context) {
	s.mu.Lock()
	first := !s.greeted
	s.greeted = true
	s.mu.Unlock()
	if first {
		s.follow(ctx, "")
	}
}

// follow follows the account, by a QR code with a scene unless that is empty.
func (s *Server) follow(ctx context.Context, scene string) {
	s.mu.Lock()
	s.following = true
	p := person{s.phone, s.epoch, true}
	s.mu.Unlock()
	what := "关注"
	if scene != "" {
		what = "扫码关注"
	}
	s.exchange(ctx, p, what, func(ctx context.Context) (Exchange, error) { return p.phone.Follow(ctx, scene) })
}

// unfollow leaves the account.
func (s *Server) unfollow(ctx context.Context) {
	s.mu.Lock()
	s.following = false
	p := person{s.phone, s.epoch, false}
	s.mu.Unlock()
	s.exchange(ctx, p, "取消关注", p.phone.Unfollow)
}

// reset begins anew with a person never seen before. The filings stay where they are.
func (s *Server) reset(ctx context.Context) {
	if p := s.person(); p.following { // nobody is left behind who would still be written to
		s.mu.Lock()
		s.following = false
		s.mu.Unlock()
		if _, err := p.phone.Unfollow(ctx); err != nil {
			s.o.Log.WarnContext(ctx, "demo: the last person could not leave", "err", err)
		}
	}
	phone := s.o.NewPhone()
	s.mu.Lock()
	s.wires.clear()
	s.phone, s.following, s.greeted, s.moves = phone, false, true, nil
	s.epoch = s.log.clear()
	s.mu.Unlock()
	s.follow(ctx, "")
}

// exchange sends one callback and shows what comes back. It goes on when the page is closed meanwhile: a message once sent is sent.
func (s *Server) exchange(ctx context.Context, p person, what string, send func(context.Context) (Exchange, error)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeTimeout)
	defer cancel()
	at := s.o.Clock.Now()
	x, err := send(ctx)
	reply := Entry{Side: them, Kind: kindText, Via: "reply", At: s.o.Clock.Now(), Parts: ParseContent(clip(x.Content))}
	broken := err != nil || x.Status != 200
	if x.Status != 0 {
		reply.Wire = s.wires.add(wireRecord{
			What: what, At: at, Query: x.Query, Request: &x.Request, Reply: &x.Reply, Status: x.Status, Micros: x.Took.Microseconds(),
		})
	}
	if broken {
		s.o.Log.WarnContext(ctx, "demo: no proper answer", "status", x.Status, "err", err)
		reply.Side, reply.Via, reply.Parts = system, "", []Part{{Text: outOfOrder}}
	}
	if len(reply.Parts) > 0 {
		s.log.append(p.epoch, reply)
	}
	s.log.tell("wire", reply.Wire)
}
