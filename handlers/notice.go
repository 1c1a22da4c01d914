package handlers

import (
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Note is what a push says, in parts, so that each channel can take those it has room for.
type Note struct {
	// Name is the filing's name, Stage its stage in words, At the time of the change as "2026-11-23 15:04".
	Name, Stage, At string
	Province        vocab.Province
	// Title says which sort of notice it is, Lines what it says: first what happened, then what to do.
	Title string
	Lines []string
	// Next is in one sentence what to do. Brief is Stage in at most 5 Chinese characters, Todo is Next in at most 20.
	Next, Brief, Todo string
	// Number is the filing number, once there is one.
	Number string
	// Deadline is the moment by which the person has to act as "2026-11-24 15:04" (or only its day,
	// where that is the last), Left the time that remains, in words; empty without one.
	Deadline, Left string
	// URL is where he has to act; empty where nothing is to be done or the place has no address that is known.
	URL string
	// SelfReported is set for a filing that the person registered himself.
	SelfReported bool
	// Mark is a word on a notice that may have come before, or should have.
	Mark string
}

// MaxNote is how many bytes Note.Text has at most.
const MaxNote = 720

// Notice makes the words of a push as they are at now.
func Notice(p push.Push, now time.Time) Note {
	f := p.Filed
	stage, todo := brief(p.Stage)
	n := Note{
		Name: f.Name, Stage: p.Stage.Chinese(), At: f.Since.In(chinatime.Zone()).Format("2006-01-02 15:04"), Province: f.Province, Number: f.Number,
		Title: "备案进度", Next: filing.NextStep(f), Brief: stage, Todo: todo, URL: actAt(p), SelfReported: f.SelfReported,
	}
	deadline := p.Deadline
	if p.Kind == vocab.KindChange || p.Kind == "" {
		n.Lines = change(p, now)
		if _, at, _, ok := filing.Deadline(f); ok {
			deadline = at
		}
	} else {
		n.Title = "备案提醒"
		n.Lines, n.Todo = remind(p, now)
		n.Next = strings.Join(n.Lines[1:], "")
	}
	if !deadline.IsZero() {
		n.Deadline = deadlineWords(deadline)
		n.Left = chinatime.LeftText(deadline.Sub(now))
	}
	// What is kept for a person's next message is told by ByReply; what is left of the attempts says why it was kept.
	switch {
	case p.Reason == vocab.ReasonUncertain, p.Channel == vocab.ChannelReply && !p.FirstTry.IsZero():
		n.Mark = perhapsTold
	case p.Reason == vocab.ReasonUndelivered, p.Channel == vocab.ChannelReply && p.MessageID != "":
		n.Mark = notArrived
	}
	return n
}

// deadlineWords writes a deadline as a moment, or as the last day where it ends with the day.
func deadlineWords(t time.Time) string {
	if c := t.In(chinatime.Zone()); c.Hour() != 0 || c.Minute() != 0 {
		return c.Format("2006-01-02 15:04")
	}
	return t.In(chinatime.Zone()).AddDate(0, 0, -1).Format("2006-01-02")
}

// Text is the notice as a message of its own, at most MaxNote bytes.
func (n Note) Text() string {
	text := "【" + n.Title + "】" + strings.Join(n.Lines, "\n")
	if n.Mark != "" {
		text += "\n" + n.Mark
	}
	return text
}

// The addresses where people act.
const (
	ministryURL = "https://beian.miit.gov.cn/"
	policeURL   = "https://beian.mps.gov.cn/"
)

// actAt returns the address where a person has to act upon a push.
func actAt(p push.Push) string {
	switch p.Kind {
	case vocab.KindSMS:
		return ministryURL
	case vocab.KindPSBFiling:
		return policeURL
	case vocab.KindFace, vocab.KindOverdue, vocab.KindStalled: // on the phone, by telephone, in the chat
		return ""
	case vocab.KindCertificate:
		return p.Filed.Platform.ConsoleURL()
	case vocab.KindChange:
	}
	switch p.Stage {
	case vocab.StageSMSPending, vocab.StageChanging, vocab.StageCancelling:
		return ministryURL
	case vocab.StageFiled:
		return policeURL
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StagePlatformRejected, vocab.StageSMSExpired, vocab.StageAuthorityRejected,
		vocab.StageWithdrawn, vocab.StageUnknown:
		return p.Filed.Platform.ConsoleURL()
	case vocab.StageFaceVerify, vocab.StagePlatformReview, vocab.StageAuthorityReview, vocab.StageCancelled:
	}
	return ""
}
