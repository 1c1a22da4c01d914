package handlers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// broken is a store that does not answer.
type broken struct{}

var errBroken = errors.Join(errs.ErrUnavailable, errors.New("connection refused"))

func (broken) Claim(context.Context, filing.CodeHash, string, time.Time) (filing.Filing, bool, error) {
	return filing.Filing{}, false, errBroken
}

func (broken) Tracked(context.Context, string) ([]filing.Tracking, error)   { return nil, errBroken }
func (broken) Untrack(context.Context, string, string, time.Time) error     { return errBroken }
func (broken) Adopt(context.Context, string, string, time.Time) error       { return errBroken }
func (broken) Followers(context.Context, string) ([]filing.Follower, error) { return nil, errBroken }
func (broken) Delete(context.Context, string) error                         { return errBroken }
func (broken) Forget(context.Context, string, time.Time) error              { return errBroken }
func (broken) Guess(context.Context, string, time.Time) (time.Duration, error) {
	return 0, errBroken
}
func (broken) RightGuess(context.Context, string, time.Time) error         { return errBroken }
func (broken) TakeBack(context.Context, string, time.Time) error           { return errBroken }
func (broken) SetFollowing(context.Context, string, bool, time.Time) error { return errBroken }
func (broken) AddCredit(context.Context, string, string, int) error        { return errBroken }
func (broken) Take(context.Context, string, []push.Push, time.Time, time.Duration) ([]push.Push, error) {
	return nil, errBroken
}

func (broken) Waiting(context.Context, string, string, time.Time) ([]push.Push, error) {
	return nil, errBroken
}

func (broken) User(context.Context, string) (push.User, error)     { return push.User{}, errBroken }
func (broken) SetQuiet(context.Context, string, *push.Quiet) error { return errBroken }
func (broken) SetNotify(context.Context, string, string, filing.Notify, time.Time) error {
	return errBroken
}

func (broken) Apply(context.Context, filing.Report) (filing.Outcome, error) {
	return filing.Outcome{}, errBroken
}

// TestWithoutStore: everything that needs the store meets its failure politely, and what does not need it is answered.
func TestWithoutStore(t *testing.T) {
	for _, text := range []string{
		"查进度", "BA-7K3M-Q9XD", "解绑", "订阅通知", "取消通知", "通知设置", "登记 小鹿花店", "更新进度", "删除我的数据",
		"我的小程序小鹿花店11月20日在上海提交了初审",
	} {
		c := newTalk(t)
		c.bot.Filings, c.bot.Guesses, c.bot.Recipients, c.bot.Kept = broken{}, broken{}, broken{}, broken{}
		r := c.say(text)
		if text == "我的小程序小鹿花店11月20日在上海提交了初审" {
			continue // a sentence may be a question as well: it is answered as one
		}
		contains(t, r, "读不到备案记录")
	}
	c := newTalk(t)
	c.bot.Filings, c.bot.Guesses, c.bot.Recipients, c.bot.Kept = broken{}, broken{}, broken{}, broken{}
	contains(t, c.say("管局要审多久"), "1–20 个工作日")
	contains(t, c.event(chat.Event{Kind: chat.EventFollow}), "您好")
}

// TestStoreFailsAtTheLastStep: the answers are still there when the store is back.
func TestStoreFailsAtTheLastStep(t *testing.T) {
	c := newTalk(t)
	for _, s := range []string{"登记 小鹿花店", "平台：微信", "省份：上海", "进展：平台初审中", "日期：11月20日"} {
		c.say(s)
	}
	whole := c.bot.Filings
	c.bot.Filings = broken{}
	contains(t, c.say("确认登记"), "读不到备案记录")
	c.bot.Filings = whole
	contains(t, c.say("确认登记"), "登记好了")

	c.say("删除我的数据")
	c.bot.Filings = broken{}
	contains(t, c.say("确认删除"), "读不到备案记录")
	c.bot.Filings = whole
	contains(t, c.say("确认删除"), "已经全部删除")
	if len(c.mine()) != 0 {
		t.Error("not erased")
	}
}
