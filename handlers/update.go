package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// update asks how a filing that the person registered himself has moved on. arg may name the filing, and say the rest: 小鹿花店 短信核验过了.
func (b *Bot) update(ctx context.Context, t *chat.Turn, arg string) (chat.Reply, error) {
	b.Journal.Count("command:update")
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	own := owned(mine, t.User)
	if len(own) == 0 {
		return noneToUpdate(mine), nil
	}
	rest := arg
	if id, more, _ := strings.Cut(arg, " "); registeredBy(id, t.User) {
		arg, rest = id, more
	}
	bare, _ := paged(arg)
	rest, _ = paged(rest)
	if bare != "" && !speaksOfDate(bare) && len(namedIn(mine, bare)) == 0 {
		if said, _ := readReport(bare, b.Now()); said.Name != "" || said == (report{}) { // he names one that is none of his
			r := whichFiling(own, updateWords, "")
			r.Text = notAmongYours(bare)
			return r, nil
		}
	}
	chosen := narrow(own, bare)
	if len(mine) > len(own) && bare != "" {
		if named := narrow(mine, bare); len(named) == 1 && len(owned(named, t.User)) == 0 {
			return othersReport(named[0].Filing), nil
		}
	}
	if len(chosen) > 1 {
		said, _ := readReport(rest, b.Now())
		if fits := fittingTo(chosen, said); len(fits) > 1 && !speaksOfDate(rest) {
			return whichStep(fits, said, arg, b.Now()), nil
		}
		r := whichFiling(chosen, updateWords, arg)
		if speaksOfDate(rest) {
			r.Text = whichRedate
			eachFiling(r, func(c *chat.Choice) { c.Send += " " + rest })
		}
		return r, nil
	}
	f := chosen[0].Filing
	said, _ := readReport(rest, b.Now())
	if speaksOfDate(rest) {
		return b.beginRedate(ctx, t, f, said.Since)
	}
	return b.beginUpdate(ctx, t, f, said)
}

// beginUpdate moves a filing to what was said, and asks for what is missing.
func (b *Bot) beginUpdate(ctx context.Context, t *chat.Turn, f filing.Filing, said report) (chat.Reply, error) {
	d := draft{of: formUpdate, ID: f.ID, Name: ellipsis(f.Name, maxOwnName), From: f.Stage, Was: f.Since}
	if said.Number != "" && said.Stage == "" {
		said.Stage = vocab.StageFiled
	}
	sameTime := said.Since.IsZero() || said.Since.Equal(f.Since) || said.Since.Equal(chinatime.Midnight(f.Since))
	if said.Stage == f.Stage && sameTime && (said.Number == "" || said.Number == f.Number) {
		r := b.describeFiling(f)
		r.Text = updatedText(filing.Outcome{Filing: f}, b.Now()) + "\n\n" + r.Text
		return r, nil
	}
	d.take(said)
	if d.Stage != "" {
		d.Told = true
		if d.Since.IsZero() && d.Stage != vocab.StageSMSPending && d.Stage != vocab.StageFaceVerify {
			d.Since = chinatime.Midnight(b.Now()) // who tells a step without a day speaks of today; where hours count, he is asked
		}
		d.skip(stepNumber) // all in one sentence: what may be left open is left open
		d.skip(stepReason)
	}
	r, _, err := b.ask(ctx, t, d, aboutRest(d.Rest))
	return r, err
}

// move writes an update.
func (b *Bot) move(ctx context.Context, t *chat.Turn, d draft) (chat.Reply, error) {
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	i := slices.IndexFunc(mine, func(tr filing.Tracking) bool { return tr.Filing.ID == d.ID && tr.Filing.SelfReported })
	if i < 0 {
		leave(t)
		return chat.Reply{Text: goneMeanwhile, Actions: []chat.Choice{{Label: registerWords}}}, nil
	}
	out, err := b.Filings.Apply(ctx, d.report())
	if errors.Is(err, filing.ErrStaleReport) { // somebody reported it with a clock that runs ahead
		out.Filing, err = mine[i].Filing, nil
	}
	if err != nil {
		return b.notWritten(ctx, t, err)
	}
	leave(t)
	r := b.describeFiling(out.Filing)
	r.Text = updatedText(out, b.Now()) + "\n\n" + r.Text
	if n := mine[i].Follower.Notify; n == filing.NotifyNone || n == "" {
		r.Actions = append(r.Actions, chat.Choice{Label: subscribeWords, Send: subscribeWords + " " + out.Filing.Name})
	}
	return withRest(r, d.Rest), nil
}

// noneToUpdate tells somebody who registered no filing himself what he can do.
func noneToUpdate(mine []filing.Tracking) chat.Reply {
	switch len(mine) {
	case 0:
		return chat.Reply{Text: nothingRegistered, Actions: []chat.Choice{{Label: registerWords}, {Label: trackWords}}}
	case 1:
		return othersReport(mine[0].Filing)
	}
	return chat.Reply{Text: othersReportAll, Actions: []chat.Choice{{Label: statusWords}, {Label: registerWords}}}
}

// othersReport tells who reports the progress of a filing that the person did not register.
func othersReport(f filing.Filing) chat.Reply {
	return chat.Reply{
		Text: "「" + f.Name + "」不是您自己登记的，它的进度由帮您办备案的人上报，一有变化就会更新，您不用管。\n" +
			"觉得进度不对的话，请问给您备案码的人。",
		Actions: []chat.Choice{{Label: statusWords, Send: statusWords + " " + f.Name}},
	}
}

const (
	nothingRegistered = "您还没有自己登记的备案，没有可以更新的。\n有备案码就发给我绑定，进度会自动更新；没有的话，发“登记”自己记一个。"
	othersReportAll   = "您绑定的备案都由帮您办的人上报进度，一有变化就会更新，您不用管。\n另外有自己办的，可以发“登记”记下来。"
	goneMeanwhile     = "这个备案已经解绑或删除了，没有更新。要重新记录，发“登记”。"
)

func updatedText(out filing.Outcome, now time.Time) string {
	if !out.Changed {
		return "「" + out.Filing.Name + "」登记的就是“" + out.Filing.Stage.Chinese() + "”，没有变化。"
	}
	if !out.Event.Since.IsZero() {
		return "日期改好了：「" + out.Filing.Name + "」" + selfMark + "从 " + dayWords(out.Filing.Since, now) + " 起算，时间和提醒都按新的日期。"
	}
	return "更新好了：「" + out.Filing.Name + "」" + selfMark + "。"
}

// usualNext says what usually comes after a stage, the most usual first. It is in the order in which people meet it, which the table of
// transitions does not know.
var usualNext = map[vocab.Stage][]vocab.Stage{
	vocab.StageNotReady:          {vocab.StageNotFiled, vocab.StagePlatformReview},
	vocab.StageNotFiled:          {vocab.StagePlatformReview, vocab.StageFaceVerify},
	vocab.StageEntranceClosed:    {vocab.StageNotFiled, vocab.StagePlatformReview},
	vocab.StageFaceVerify:        {vocab.StagePlatformReview, vocab.StagePlatformRejected},
	vocab.StagePlatformReview:    {vocab.StageSMSPending, vocab.StagePlatformRejected, vocab.StageAuthorityReview, vocab.StageWithdrawn},
	vocab.StagePlatformRejected:  {vocab.StagePlatformReview, vocab.StageSMSPending},
	vocab.StageSMSPending:        {vocab.StageAuthorityReview, vocab.StageSMSExpired, vocab.StageFiled},
	vocab.StageSMSExpired:        {vocab.StageSMSPending, vocab.StagePlatformReview},
	vocab.StageAuthorityReview:   {vocab.StageFiled, vocab.StageAuthorityRejected},
	vocab.StageAuthorityRejected: {vocab.StagePlatformReview, vocab.StageSMSPending},
	vocab.StageFiled:             {vocab.StageChanging, vocab.StageCancelling},
	vocab.StageChanging:          {vocab.StageFiled, vocab.StageSMSPending, vocab.StagePlatformRejected, vocab.StageAuthorityRejected},
	vocab.StageCancelling:        {vocab.StageCancelled, vocab.StageFiled},
	vocab.StageCancelled:         {vocab.StageNotFiled, vocab.StagePlatformReview},
	vocab.StageWithdrawn:         {vocab.StagePlatformReview, vocab.StageNotFiled},
	vocab.StageUnknown:           wayOn,
}

// wayOn are the stages that a filing passes, for one of which nobody knows where it is.
var wayOn = []vocab.Stage{vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageFiled}

// nextStages lists what to offer after a stage.
func nextStages(from vocab.Stage) []vocab.Stage {
	if next, ok := usualNext[from]; ok {
		return next
	}
	return wayOn
}

// sentence reads a report that somebody makes in passing: a new filing of his own, or a step of one that he registered. ok is false where
// the text is something else.
func (b *Bot) sentence(ctx context.Context, t *chat.Turn, text string) (r chat.Reply, ok bool, err error) {
	if asks(text) || troubles(text) {
		return chat.Reply{}, false, nil
	}
	said, ok := readReport(text, b.Now())
	ok = ok && (said.Stage != "" || said.Number != "")
	if !ok && !speaksOfDate(text) {
		return chat.Reply{}, false, nil
	}
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, false, nil // an answer that needs no store may still be right
	}
	if r, ok, err := b.saysRedate(ctx, t, text, mine); ok || err != nil || !ok && said.Stage == "" && said.Number == "" {
		return r, ok, err
	}
	if first, rest, more := several(text, mine, b.Now()); more {
		text = first
		said, _ = readReport(text, b.Now())
		said.Rest = rest
	} else if manyOfThem.MatchString(text) && said.Stage != "" && !b.isQuestion(text) {
		return chat.Reply{Text: oneAfterOther, Actions: []chat.Choice{{Label: registerWords}, {Label: updateWords}}}, true, nil
	}
	if tr, found := named(mine, said.Name, text); found {
		if !registeredBy(tr.Filing.ID, t.User) {
			return othersReport(tr.Filing), true, nil
		}
		b.Journal.Count("command:update")
		r, err = b.beginUpdate(ctx, t, tr.Filing, said)
		return r, true, err
	}
	if said.tellsOfNew(text) && !b.isQuestion(text) {
		b.Journal.Count("command:register")
		r, err = b.beginRegistration(ctx, t, said)
		return r, true, err
	}
	// What was taken for a name and is none of his filings' shows that the text speaks of something else.
	if said.Name != "" || waitsStill.MatchString(text) || utf8.RuneCountInString(text) > maxUnnamed || said.Number == "" && b.isQuestion(text) {
		return chat.Reply{}, false, nil
	}
	return b.unnamed(ctx, t, owned(mine, t.User), said)
}

// maxUnnamed is how long a report may be that names no filing: a longer one tells a story, and asks for help rather than for a record.
const maxUnnamed = 40

// named returns the one filing of which a sentence speaks.
func named(mine []filing.Tracking, name, text string) (filing.Tracking, bool) {
	if tr, ok := namesake(mine, name); ok {
		return tr, true
	}
	var found []filing.Tracking
	for _, tr := range mine {
		if len([]rune(tr.Filing.Name)) >= 2 && strings.Contains(squeeze(text), squeeze(tr.Filing.Name)) {
			found = append(found, tr)
		}
	}
	if len(found) != 1 {
		return filing.Tracking{}, false
	}
	return found[0], true
}

// unnamed takes a report that names no filing as one of those that it could be the next step of; where none fits, it is no report.
func (b *Bot) unnamed(ctx context.Context, t *chat.Turn, own []filing.Tracking, said report) (r chat.Reply, ok bool, err error) {
	fits := fittingTo(own, said)
	switch len(fits) {
	case 0:
		return chat.Reply{}, false, nil
	case 1:
		b.Journal.Count("command:update")
		r, err = b.beginUpdate(ctx, t, fits[0].Filing, said)
		return r, true, err
	}
	return whichStep(fits, said, said.words(b.Now()), b.Now()), true, nil
}

// fittingTo returns the filings of which a report could tell the next step; none where it tells no step.
func fittingTo(own []filing.Tracking, said report) []filing.Tracking {
	stage := said.Stage
	if stage == "" && said.Number != "" {
		stage = vocab.StageFiled
	}
	if stage == "" {
		return nil
	}
	var fits []filing.Tracking
	for _, tr := range own {
		if tr.Filing.Stage != stage && said.fits(tr.Filing) && (slices.Contains(nextStages(tr.Filing.Stage), stage) || filing.CanFollow(tr.Filing.Stage, stage)) {
			fits = append(fits, tr)
		}
	}
	return fits
}

// whichStep asks of which of the fitting filings a step was told; a tap tells it of that one. arg is as for whichFiling.
func whichStep(fits []filing.Tracking, said report, arg string, now time.Time) chat.Reply {
	r := whichFiling(fits, updateWords, arg)
	eachFiling(r, func(c *chat.Choice) { c.Send += " " + said.words(now) })
	return r
}
