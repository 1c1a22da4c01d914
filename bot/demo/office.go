package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Office is what the back office shows.
type Office struct {
	// Now is the demo's time at the moment of sending; Ahead is by how much it was moved forward since the start, in minutes.
	Now   time.Time `json:"now,omitzero"`
	Ahead int       `json:"ahead"`
	// Following tells whether the person follows the account.
	Following bool         `json:"following"`
	Filings   []FilingView `json:"filings"`
	// Moves is what happened, newest first.
	Moves []move `json:"moves"`
	// Ability and Fault are empty where the platform cannot be changed.
	Ability Ability `json:"ability,omitempty"`
	Fault   Fault   `json:"fault,omitempty"`
	// Trouble says in words that the store cannot be read.
	Trouble string `json:"trouble,omitempty"`
}

// FilingView is a filing as the back office shows it.
type FilingView struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Province vocab.Province  `json:"province"`
	Subject  string          `json:"subject,omitempty"`
	Stage    vocab.Stage     `json:"stage"`
	Label    string          `json:"label"`
	Tone     vocab.Tone      `json:"tone"`
	Step     int             `json:"step"` // of the four on the way, from 0; -1 off it
	Since    time.Time       `json:"since"`
	Number   string          `json:"number,omitempty"`
	Reasons  []filing.Reason `json:"reasons,omitempty"`
	// Next are the stages that usually follow, the most usual first.
	Next []vocab.Stage `json:"next"`
	// Code is its claim code, QR the address of the picture.
	Code string `json:"code,omitempty"`
	QR   string `json:"qr,omitempty"`
	// Tracked tells that the person follows it, Notify what he wants to be told.
	Tracked bool          `json:"tracked"`
	Notify  filing.Notify `json:"notify,omitempty"`
	// SampleNumber is a number to be given to it when it is filed.
	SampleNumber string `json:"sample_number,omitempty"`
	// History is its last steps, newest first.
	History []stepView `json:"history"`
}

type stepView struct {
	At    time.Time  `json:"at"`
	Label string     `json:"label"`
	Tone  vocab.Tone `json:"tone"`
}

// move is one thing that happened.
type move struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
	// Sub says more, State and Tone what became of a push.
	Sub   string     `json:"sub,omitempty"`
	State string     `json:"state,omitempty"`
	Tone  vocab.Tone `json:"tone,omitempty"`
}

// How much is shown.
const (
	maxShownFilings = 12
	maxShownSteps   = 6
	maxMoves        = 40
	maxShownMoves   = 20
	maxSeenPushes   = 100 // looked through for those of the person
)

// office looks at everything the back office shows.
func (s *Server) office(ctx context.Context) Office {
	p := s.person()
	o := Office{Ahead: s.movedAhead(), Following: p.following}
	if s.o.Platform != nil {
		o.Ability, o.Fault = s.o.Platform.Ability(), s.o.Platform.Fault()
	}
	var err error
	if o.Filings, err = s.filings(ctx, p); err != nil {
		if ctx.Err() == nil {
			s.o.Log.WarnContext(ctx, "demo: filings not readable", "err", err)
		}
		o.Trouble = "暂时读不到备案记录。"
	}
	o.Moves = s.happened(ctx, p.phone.User())
	return o
}

// movedAhead is by how many minutes the clock was moved forward since the start.
func (s *Server) movedAhead() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(s.ahead / time.Minute)
}

func (s *Server) filings(ctx context.Context, p person) ([]FilingView, error) {
	page, err := s.o.Filings.Filings(ctx, filing.Query{Limit: maxShownFilings})
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	all := page.Filings
	slices.SortFunc(all, func(a, b filing.Filing) int { return strings.Compare(a.ID, b.ID) }) // they must not change places when touched
	mine, err := s.o.Filings.Tracked(ctx, p.phone.User())
	if err != nil {
		return nil, fmt.Errorf("tracked: %w", err)
	}
	views := make([]FilingView, 0, len(all))
	for _, f := range all {
		v := FilingView{
			ID: f.ID, Name: f.Name, Province: f.Province, Subject: f.Subject, Stage: f.Stage, Label: f.Stage.Chinese(), Tone: f.Stage.Tone(),
			Step: stepOf(f.Stage), Since: f.Since, Number: f.Number, Reasons: f.Reasons, Next: following(f.Stage), SampleNumber: sampleNumber(f),
		}
		for _, tr := range mine {
			if tr.Filing.ID == f.ID {
				v.Tracked, v.Notify = true, tr.Follower.Notify
			}
		}
		if v.History, err = s.steps(ctx, f.ID); err != nil {
			return nil, err
		}
		code, err := s.ensureCode(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		v.Code, v.QR = code.code, fmt.Sprintf("qr/%s?v=%d", f.ID, code.version)
		views = append(views, v)
	}
	return views, nil
}

func (s *Server) steps(ctx context.Context, id string) ([]stepView, error) {
	events, err := s.o.Filings.History(ctx, id)
	if errors.Is(err, errs.ErrNotFound) { // deleted between two looks
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	var steps []stepView
	for _, e := range slices.Backward(events) {
		if e.Moved() && len(steps) < maxShownSteps {
			steps = append(steps, stepView{e.At, e.To.Chinese(), e.To.Tone()})
		}
	}
	return steps, nil
}

// doStage moves a filing, as a report of an operator.
func (s *Server) doStage(ctx context.Context, a action) error {
	if !a.Stage.Valid() {
		return refuse(http.StatusUnprocessableEntity, "no_such_stage", "没有这个阶段。")
	}
	r := filing.Report{ID: a.Filing, Stage: a.Stage, Number: strings.TrimSpace(a.Number), Source: filing.FromConsole, By: "demo"}
	if a.Stage.HasReasons() {
		r.Reasons = a.Reasons
	}
	if !s.knows(a.Filing) {
		return refuse(http.StatusNotFound, "not_found", "没有这个备案。")
	}
	out, err := s.o.Filings.Apply(ctx, r)
	var coded *errs.Error
	switch {
	case errors.As(err, &coded) && coded.Code == errs.CodeInvalid:
		return refuse(http.StatusUnprocessableEntity, "invalid", "填写的内容不合要求，请检查备案号和原因。")
	case errors.As(err, &coded) && (coded.Code == filing.CodeStaleReport || coded.Code == filing.CodeFutureReport):
		return refuse(http.StatusConflict, string(coded.Code), "这个备案已经有更新的记录。")
	case err != nil:
		return fmt.Errorf("apply: %w", err)
	}
	mine, err := s.o.Filings.Tracked(ctx, s.person().phone.User())
	if err != nil {
		return fmt.Errorf("tracked: %w", err)
	}
	s.note(moveOf(out, mine, s.o.Clock.Now()))
	return nil
}

// moveOf tells what a report led to, and why nothing follows where the person of the phone is not told: mine is what he follows.
func moveOf(out filing.Outcome, mine []filing.Tracking, now time.Time) move {
	m := move{At: now, Text: "「" + out.Filing.Name + "」"}
	switch {
	case !out.Changed:
		m.Text += "没有变化"
		m.Sub = "同样的进度再报一次，不会重复通知"
		return m
	case out.Event.Moved():
		m.Text += out.Event.From.Chinese() + " → " + out.Event.To.Chinese()
	default:
		m.Text += "资料有更新"
	}
	i := slices.IndexFunc(mine, func(tr filing.Tracking) bool { return tr.Filing.ID == out.Filing.ID })
	switch {
	case i < 0:
		m.Sub = "手机上还没有绑定它，所以不通知"
	case mine[i].Follower.Notify == filing.NotifyNone || mine[i].Follower.Notify == "":
		m.Sub = "绑定了，但没有订阅通知，所以不通知"
	case out.Pushes == 0:
		m.Sub = "这一步不用通知"
	}
	return m
}

// note keeps something that happened.
func (s *Server) note(m move) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moves = append(s.moves, m)
	if len(s.moves) > maxMoves {
		s.moves = append(s.moves[:0:0], s.moves[len(s.moves)-maxMoves:]...)
	}
}

// happened lists what happened, the pushes to the person of the phone among it, newest first.
func (s *Server) happened(ctx context.Context, user string) []move {
	s.mu.Lock()
	all := slices.Clone(s.moves)
	s.mu.Unlock()
	if s.o.Pushes != nil {
		page, err := s.o.Pushes.Pushes(ctx, push.Query{Limit: maxSeenPushes})
		if err != nil && ctx.Err() == nil {
			s.o.Log.WarnContext(ctx, "demo: pushes not readable", "err", err)
		}
		for _, p := range page.Pushes {
			if p.User == user {
				all = append(all, pushMove(p, s.o.Clock.Now()))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b move) int { return b.At.Compare(a.At) })
	return all[:min(len(all), maxShownMoves)]
}
