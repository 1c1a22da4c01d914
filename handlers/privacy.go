package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// sure is a question of yes or no that is waiting for the very next message.
type sure struct {
	// Filing is what is to be untracked; empty for an erasure.
	Filing string    `json:"i,omitempty"`
	Asked  time.Time `json:"t"`
}

func (b *Bot) askSure(t *chat.Turn, form, id string) {
	f, err := json.Marshal(sure{Filing: id, Asked: b.Now()})
	if err != nil {
		return
	}
	t.Memory.FormOf, t.Memory.Form = form, f
}

// confirmed carries out what was asked about once, where the very next message says so. Any other message ends the question.
func (b *Bot) confirmed(ctx context.Context, t *chat.Turn, word string) (chat.Reply, bool, error) {
	form := t.Memory.FormOf
	var s sure
	err := json.Unmarshal(t.Memory.Form, &s)
	leave(t)
	if err != nil || b.Now().Sub(s.Asked) > chat.MemoryTTL {
		s = sure{}
		form = ""
	}
	switch {
	case form == formForget && word == deleteWords:
		r, err := b.erase(ctx, t)
		return r, true, err
	case form == formUntrack && word == untrackSureWords:
		r, err := b.removeOwn(ctx, t, s.Filing)
		return r, true, err
	case word == deleteWords || word == untrackSureWords:
		return chat.Reply{Text: nothingToConfirm}, true, nil
	case form != "" && (disagrees(word) || word == leaveWords || word == "取消" || word == "不删了" || word == "不用了" || word == "不解绑了"):
		return chat.Reply{Text: nothingDeleted}, true, nil
	}
	return chat.Reply{}, false, nil
}

// forget asks whether everything that is kept of the person is to be erased, and says what that is.
func (b *Bot) forget(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
	b.Journal.Count("command:forget")
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	b.askSure(t, formForget, "")
	own := len(owned(mine, t.User))
	return chat.Reply{
		Text:    whatGoes(own, len(mine)-own),
		Choices: []chat.Choice{{Label: deleteWords}, {Label: "不删了"}},
	}, nil
}

// erase erases everything that is kept of the person, at once.
func (b *Bot) erase(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
	if err := b.Filings.Forget(ctx, t.User, b.Now()); err != nil {
		b.askSure(t, formForget, "") // the person need not be asked again
		return chat.Reply{}, err
	}
	b.Journal.Count("forgotten")
	t.Memory = chat.Memory{}
	t.Waiting, t.Tracks = false, false
	return chat.Reply{Text: erased}, nil
}

// untrackOwn asks whether a filing that the person registered himself is to go: nobody could give it back to him.
func (b *Bot) untrackOwn(t *chat.Turn, f filing.Filing) chat.Reply {
	b.askSure(t, formUntrack, f.ID)
	return chat.Reply{
		Text:    "「" + f.Name + "」是您自己登记的，没有备案码可以再绑回来：解绑后，登记的内容和提醒都会删除。确定吗？",
		Choices: []chat.Choice{{Label: untrackSureWords}, {Label: "不解绑了"}},
	}
}

// removeOwn ends the following of a filing that the person registered, and removes it where nobody else follows it.
func (b *Bot) removeOwn(ctx context.Context, t *chat.Turn, id string) (chat.Reply, error) {
	if !registeredBy(id, t.User) {
		return chat.Reply{Text: nothingToUntrack}, nil
	}
	if err := b.Filings.Untrack(ctx, t.User, id, b.Now()); err != nil && !errors.Is(err, errs.ErrNotFound) {
		b.askSure(t, formUntrack, id)
		return chat.Reply{}, err
	}
	others, err := b.Filings.Followers(ctx, id)
	if err == nil && len(others) == 0 {
		b.abandon(ctx, id)
	} else if err != nil && !errors.Is(err, errs.ErrNotFound) {
		b.Log.WarnContext(ctx, "followers not read, a filing without any may be left behind", "err", err)
	}
	return chat.Reply{Text: ownRemoved, Actions: []chat.Choice{{Label: registerWords}, {Label: statusWords}}}, nil
}

const (
	nothingDeleted = "好的，什么都没有删。"
	erased         = "已经全部删除：绑定、登记、通知设置、还没发的通知和对话记录都没有了。\n以后想再用，直接发消息就行。"
	ownRemoved     = "已解绑，您登记的内容已经删除，不再提醒。\n想重新记录，发“登记”。"
)

// whatGoes says exactly what an erasure erases.
func whatGoes(own, others int) string {
	lines := []string{"会马上删除您的这些数据，删除后不能恢复："}
	if own > 0 {
		lines = append(lines, "· 您自己登记的 "+itoa(own)+" 个备案，连同全部进度（另有别人在跟踪的，只去掉您这一份）")
	}
	if others > 0 {
		lines = append(lines, "· 您绑定的 "+itoa(others)+" 个备案：只是不再跟踪，备案记录仍归帮您办的人管")
	}
	lines = append(
		lines, "· 通知设置，以及已发和还没发的通知记录", "· 这段对话的记忆，和您用过备案码的记录",
		"试错备案码的次数再计 24 小时，防止有人边删边猜，到时自动清除。",
		"不含您身份的提问和次数统计无法对应到您，不在其中。", "确定要删的话，点“确认删除”。",
	)
	return strings.Join(lines, "\n")
}
