package handlers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestTrack(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "a", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
	c.code("a", "BA-7K3M-Q9XD")
	for i, text := range []string{"绑定 BA-7K3M-Q9XD", "绑定BA-7K3M-Q9XD", "ba 7k3m q9xd", "７Ｋ３Ｍ－Ｑ９ＸＤ", "7k3mq9xd"} {
		c.as(fmt.Sprint("person", i))
		contains(t, c.say(text), "绑定好了：「小鹿花店」", "要我主动告诉您吗", "<订阅通知>")
	}
	contains(t, c.say("7k3mq9xd"), "之前已经绑定过", "要我主动告诉您吗")
	c.say("订阅通知")
	lacks(t, c.say("7k3mq9xd"), "要我主动告诉您吗")
	contains(t, c.say("绑定"), "请把备案码发给我")
	contains(t, c.say("解绑"), "已解绑「小鹿花店」")
	contains(t, c.say("解绑"), "没有绑定任何备案")
	if err := c.store.RevokeCodes(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	contains(t, c.say("7k3mq9xd"), "备案码不对")
}

func TestUntrackWhich(t *testing.T) {
	c := newTalk(t)
	follow(c, filing.Report{ID: "a", Name: "小鹿花店", Province: "上海", Stage: vocab.StageFiled}, filing.Report{ID: "b", Name: "小鹿书店", Province: "广东", Stage: vocab.StageFiled})
	contains(t, c.say("解绑"), "2 个备案", "→ 解绑 小鹿花店")
	c.say("花店") // a part of a name is not enough to let go of something
	if len(c.mine()) != 2 {
		t.Error("let go of by a part of a name")
	}
	c.say("解绑")
	contains(t, c.say("2"), "已解绑「小鹿书店」")
	contains(t, c.say("解绑"), "已解绑「小鹿花店」")
}

func TestTrackLimits(t *testing.T) {
	c := newTalk(t)
	for i := range filing.MaxTracked {
		id := fmt.Sprint("f", i)
		follow(c, filing.Report{ID: id, Name: id, Stage: vocab.StageFiled})
	}
	c.report(filing.Report{ID: "a", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
	c.code("a", "BA-7K3M-Q9XD")
	contains(t, c.say("7k3mq9xd"), "到上限了")
}

// doubtful is a store that cannot say whether a code is right.
type doubtful struct {
	Filings
	err error
}

func (d doubtful) Claim(context.Context, filing.CodeHash, string, time.Time) (filing.Filing, bool, error) {
	return filing.Filing{}, false, d.err
}

// tries counts what is said of tries afterwards.
type tries struct {
	filing.Guesses
	right int
}

func (n *tries) RightGuess(ctx context.Context, user string, now time.Time) error {
	n.right++
	return n.Guesses.RightGuess(ctx, user, now)
}

// TestGuessesThatDoNotCount: a code at a limit, and one of which the store did not say anything, is not a wrong one; nor does it make known.
func TestGuessesThatDoNotCount(t *testing.T) {
	for _, err := range []error{errs.ErrLimit, errBroken, errs.Errorf(errs.CodeConflict, "others were quicker")} {
		c := newTalk(t)
		n := &tries{Guesses: c.store}
		c.bot.Filings, c.bot.Guesses = doubtful{c.store, err}, n
		for range 2 * filing.FreeGuesses {
			turn := chat.Turn{Message: chat.Message{Key: "m", User: me, Kind: chat.KindText, Text: "BA-7K3M-Q9XD"}}
			r, _ := c.bot.Handle(t.Context(), &turn)
			lacks(t, r, "试得太多了")
		}
		if n.right > 0 {
			t.Errorf("%v: he is known", err)
		}
	}
}

// TestGuesses: who sends wrong codes waits longer and longer; others do not wait for him, and a right code ends it.
func TestGuesses(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "a", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
	c.code("a", "BA-7K3M-Q9XD")
	for range 4 {
		contains(t, c.say("BA-2222-2222"), "备案码不对")
	}
	for _, want := range []struct {
		wait time.Duration
		told string
	}{
		{time.Minute, "1 分钟"},
		{2 * time.Minute, "2 分钟"},
		{4 * time.Minute, "4 分钟"},
		{8 * time.Minute, "8 分钟"},
		{16 * time.Minute, "16 分钟"},
		{32 * time.Minute, "32 分钟"},
		{64 * time.Minute, "2 小时"},
		{128 * time.Minute, "3 小时"},
		{256 * time.Minute, "5 小时"},
		{512 * time.Minute, "9 小时"},
		{1024 * time.Minute, "18 小时"},
		{24 * time.Hour, "24 小时"},
	} {
		contains(t, c.say("BA-2222-2222"), "备案码不对")
		contains(t, c.say("BA-7K3M-Q9XD"), "请过 "+want.told+"再试") // not even the right one
		if len(c.mine()) != 0 {
			t.Fatal("tracked while he had to wait")
		}
		c.wait(want.wait)
	}
	c.as("another")
	contains(t, c.say("BA-7K3M-Q9XD"), "绑定好了")
	c.as(me)
	contains(t, c.say("BA-7K3M-Q9XD"), "绑定好了")
	contains(t, c.say("BA-2222-2222"), "备案码不对")
	contains(t, c.say("BA-7K3M-Q9XD"), "之前已经绑定过")
}

// TestGuessesOfAll: many people together do not guess faster.
func TestGuessesOfAll(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "op-1", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
	c.code("op-1", "BA-7K3M-Q9XD")
	contains(t, c.say("BA-7K3M-Q9XD"), "绑定好了")
	for i := range filing.FreshLane.PerHour() {
		c.as(fmt.Sprint("person", i/4))
		contains(t, c.say("BA-2222-2222"), "备案码不对")
	}
	c.as("newcomer")
	contains(t, c.say("BA-2222-2222"), "试得太多了")
	c.as(me) // who held a right code before goes on as ever
	contains(t, c.say("BA-2222-2222"), "备案码不对")
	contains(t, c.say("BA-7K3M-Q9XD"), "之前已经绑定过")
	c.wait(time.Hour)
	c.as("newcomer")
	contains(t, c.say("BA-2222-2222"), "备案码不对")
}

// TestGuessesOfOne: somebody who holds a right code gains nothing by it for his guessing, nor by erasing himself, and keeps nobody else
// from binding.
func TestGuessesOfOne(t *testing.T) {
	c := newTalk(t)
	c.report(filing.Report{ID: "op-1", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
	c.code("op-1", "BA-7K3M-Q9XD")
	looked := 0
	for range 200 {
		c.say("BA-7K3M-Q9XD")
		if c.say("BA-2222-2222"); strings.Contains(c.last.Text, "备案码不对") {
			looked++
		}
		c.say("删除我的数据")
		c.say("确认删除")
		c.wait(time.Second)
	}
	if looked > 8 { // five, and after a wait of a minute and of two, one more each
		t.Errorf("%d wrong codes were looked at", looked)
	}
	c.as("another")
	contains(t, c.say("BA-7K3M-Q9XD"), "绑定好了")
}
