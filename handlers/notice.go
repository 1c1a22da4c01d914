package handlers

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// Note is what a push says, in parts, so that each channel can take those it has room for.
type Note struct {
	// Name is the filing's name, Stage its stage in words, At the time of the change as "2026-11-23 15:04".
	Name, Stage, At string
	Province        string
	// Head says in one sentence what happened. Next says in one what to do.
	Head, Next string
	// Brief is Stage in at most 5 Chinese characters, Todo is Next in at most 20.
	Brief, Todo string
	// Number is the filing number, once there is one.
	Number string
	// Uncertain is set where the person may have been told before.
	Uncertain bool
}

// Notice makes the words of a push.
func Notice(p push.Push, now time.Time) Note {
	f := p.Filed
	stage, todo := brief(p.Stage)
	return Note{
		Name: f.Name, Stage: p.Stage.Label(), At: f.Since.In(china).Format("2006-01-02 15:04"), Province: f.Province, Number: f.Number,
		Head: headline(p, now), Next: filing.NextStep(f), Brief: stage, Todo: todo, Uncertain: p.Reason == push.ReasonUncertain,
	}
}

// Text is the notice as a message of its own.
func (n Note) Text() string {
	text := "【备案进度】" + n.Head
	if n.Number != "" {
		text += "\n备案号：" + n.Number
	}
	if n.Next != "" {
		text += "\n" + n.Next
	}
	if n.Uncertain {
		text += "\n（这条可能已经发过，以防万一再告诉您一次。）"
	}
	return text
}

func headline(p push.Push, _ time.Time) string {
	mark := ""
	if p.Filed.SelfReported {
		mark = selfMark
	}
	return "「" + p.Filed.Name + "」" + mark + clock(p.Filed.Since) + " 起：" + p.Stage.Label()
}

// clock writes a moment as people here read it.
func clock(t time.Time) string { return t.In(china).Format("1月2日 15:04") }
