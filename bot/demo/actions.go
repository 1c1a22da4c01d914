package demo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
)

// action is what the page asks for. Each kind of action reads its own fields.
type action struct {
	Text    string          `json:"text"`
	MenuID  string          `json:"menu_id"`
	Key     string          `json:"key"`
	Kind    string          `json:"kind"`
	Filing  string          `json:"filing"`
	Stage   vocab.Stage     `json:"stage"`
	Reasons []filing.Reason `json:"reasons"`
	Number  string          `json:"number"`
	Hours   int             `json:"hours"`
	Ability Ability         `json:"ability"`
	Fault   Fault           `json:"fault"`
}

// Bounds of what the page may send.
const (
	maxBody  = 32 << 10
	maxText  = 2000 // runes; WeChat's own input box ends about there
	maxHours = 24 * 400
)

// refusal is an error that the page may show as it is.
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) Error() string { return r.code }

func refuse(status int, code, message string) error { return &refusal{status, code, message} }

// serveAction does what the person at the page does: POST /do/{what} with a JSON object. It answers {} once all is done and shown, or
// {"error":{"code":…,"message":…}} with words for the person.
func (s *Server) serveAction(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	err := s.act(w, r)
	if err == nil {
		_, _ = io.WriteString(w, "{}\n")
		return
	}
	var no *refusal
	if !errors.As(err, &no) {
		s.o.Log.WarnContext(r.Context(), "demo: action failed", "err", err)
		no = &refusal{http.StatusInternalServerError, "internal", "没有做成，请再试一次。"}
	}
	w.WriteHeader(no.status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"code": no.code, "message": no.message}})
}

func (s *Server) act(w http.ResponseWriter, r *http.Request) error {
	do, ok := map[string]func(context.Context, action) error{
		"say": s.doSay, "tap": s.doTap, "click": s.doClick, "send": s.doSend, "scan": s.doScan,
		"follow": s.doFollow, "unfollow": s.doUnfollow, "reset": s.doReset,
		"stage": s.doStage, "code": s.doCode, "advance": s.doAdvance, "ability": s.doAbility, "fault": s.doFault,
	}[r.PathValue("what")]
	if !ok {
		return refuse(http.StatusNotFound, "not_found", "没有这个操作。")
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "not_json", "请求的格式不对。")
	}
	var a action
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return refuse(http.StatusRequestEntityTooLarge, "too_large", "内容太长了。")
		}
		return refuse(http.StatusBadRequest, "bad_json", "请求的格式不对。")
	}
	return do(r.Context(), a)
}

// talking returns the person where he can send messages.
func (s *Server) talking() (person, error) {
	p := s.person()
	if !p.following {
		return p, refuse(http.StatusConflict, "not_following", "关注之后才能发消息。")
	}
	return p, nil
}

func words(s string) (string, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "" || !utf8.ValidString(s):
		return "", refuse(http.StatusUnprocessableEntity, "empty", "还没有写内容。")
	case utf8.RuneCountInString(s) > maxText:
		return "", refuse(http.StatusUnprocessableEntity, "too_long", "消息太长了，请分几条发。")
	}
	return s, nil
}

func (s *Server) doSay(ctx context.Context, a action) error {
	return s.say(ctx, a.Text, "文字", func(p person, text string) func(context.Context) (Exchange, error) {
		return func(ctx context.Context) (Exchange, error) { return p.phone.Say(ctx, text) }
	})
}

func (s *Server) doTap(ctx context.Context, a action) error {
	return s.say(ctx, a.Text, "点了链接", func(p person, text string) func(context.Context) (Exchange, error) {
		return func(ctx context.Context) (Exchange, error) { return p.phone.Tap(ctx, text, a.MenuID) }
	})
}

func (s *Server) say(ctx context.Context, text, what string, by func(person, string) func(context.Context) (Exchange, error)) error {
	p, err := s.talking()
	if err != nil {
		return err
	}
	if text, err = words(text); err != nil {
		return err
	}
	s.log.append(p.epoch, Entry{Side: me, Kind: kindText, At: s.o.Clock.Now(), Parts: []Part{{Text: text}}})
	s.exchange(ctx, p, what+"："+shorten(text), by(p, text))
	return nil
}

// doClick taps a menu button. Nothing shows on the person's side, as in WeChat.
func (s *Server) doClick(ctx context.Context, a action) error {
	p, err := s.talking()
	if err != nil {
		return err
	}
	if !s.keys[a.Key] {
		return refuse(http.StatusUnprocessableEntity, "no_such_button", "菜单里没有这一项。")
	}
	s.exchange(ctx, p, "点了菜单："+shorten(a.Key), func(ctx context.Context) (Exchange, error) { return p.phone.Click(ctx, a.Key) })
	return nil
}

// doSend sends what is not text.
func (s *Server) doSend(ctx context.Context, a action) error {
	p, err := s.talking()
	if err != nil {
		return err
	}
	e := Entry{Side: me, Kind: a.Kind, At: s.o.Clock.Now()}
	var what string
	var send func(context.Context) (Exchange, error)
	switch a.Kind {
	case kindVoice:
		text, err := words(a.Text)
		if err != nil {
			return err
		}
		e.Parts = []Part{{Text: text}}
		what, send = "语音", func(ctx context.Context) (Exchange, error) { return p.phone.Voice(ctx, text) }
	case kindImage:
		what, send = "图片", p.phone.Image
	case kindVideo:
		what, send = "视频", p.phone.Video
	case kindLocation:
		what, send = "位置", p.phone.Location
	default:
		return refuse(http.StatusUnprocessableEntity, "no_such_kind", "这种消息发不了。")
	}
	s.log.append(p.epoch, e)
	s.exchange(ctx, p, what, send)
	return nil
}

// doScan scans a filing's QR code: who does not follow yet follows by it.
func (s *Server) doScan(ctx context.Context, a action) error {
	code, err := s.codeOf(a.Filing)
	if err != nil {
		return err
	}
	p := s.person()
	if !p.following {
		s.follow(ctx, code)
		return nil
	}
	s.exchange(ctx, p, "扫码", func(ctx context.Context) (Exchange, error) { return p.phone.Scan(ctx, code) })
	return nil
}

func (s *Server) doFollow(ctx context.Context, _ action) error {
	if !s.person().following {
		s.follow(ctx, "")
	}
	return nil
}

func (s *Server) doUnfollow(ctx context.Context, _ action) error {
	if s.person().following {
		s.unfollow(ctx)
	}
	return nil
}

func (s *Server) doReset(ctx context.Context, _ action) error {
	s.reset(ctx)
	return nil
}

func shorten(s string) string {
	return truncate.RunesMarked(strings.ReplaceAll(s, "\n", " "), 16, "…")
}
