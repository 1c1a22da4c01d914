package service

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
)

// meaning is what a code of the platform means for a push.
type meaning struct {
	verdict push.Verdict
	reason  vocab.Reason
	until   string // of a pause, as a time of the day in China
}

// meanings is the table: every code that a call of ours can get. At 15:30:20.
var meanings = map[int]meaning{
	-1: {push.VerdictRetry, vocab.ReasonBusy, ""},

	40001: {push.VerdictRetry, vocab.ReasonToken, ""}, // renewed once already when it gets here
	40014: {push.VerdictRetry, vocab.ReasonToken, ""},
	42001: {push.VerdictRetry, vocab.ReasonToken, ""},

	40003: {push.VerdictGone, vocab.ReasonUserGone, ""},
	43004: {push.VerdictGone, vocab.ReasonUserGone, ""},
	43019: {push.VerdictGone, vocab.ReasonUserGone, ""},
	50005: {push.VerdictGone, vocab.ReasonUserGone, ""},

	43101: {push.VerdictNextRoute, vocab.ReasonNoRoute, ""},
	45015: {push.VerdictNextRoute, vocab.ReasonNoRoute, ""},
	45047: {push.VerdictNextRoute, vocab.ReasonNoRoute, ""},

	45009: {push.VerdictPause, vocab.ReasonQuota, "00:00:00"},
	48006: {push.VerdictPause, vocab.ReasonQuota, "00:00:00"},
	45011: {push.VerdictPause, vocab.ReasonRate, "15:31:00"},

	40013: {push.VerdictPause, vocab.ReasonForbidden, "15:40:20"},
	40125: {push.VerdictPause, vocab.ReasonForbidden, "15:40:20"},
	40164: {push.VerdictPause, vocab.ReasonForbidden, "15:40:20"},
	48004: {push.VerdictPause, vocab.ReasonForbidden, "15:40:20"},
	50002: {push.VerdictPause, vocab.ReasonForbidden, "15:40:20"},
	61007: {push.VerdictPause, vocab.ReasonForbidden, "15:40:20"},
	61023: {push.VerdictPause, vocab.ReasonForbidden, "15:40:20"},
	40037: {push.VerdictNextRoute, vocab.ReasonForbidden, ""},
	40200: {push.VerdictNextRoute, vocab.ReasonForbidden, ""},
	48001: {push.VerdictNextRoute, vocab.ReasonForbidden, ""},

	41001: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	44004: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	45002: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	45008: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	47001: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	47003: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	40016: {push.VerdictNextRoute, vocab.ReasonContent, ""}, // these are never said of a message
	40017: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	40018: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	40019: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	40020: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	40053: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	46003: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	76021: {push.VerdictNextRoute, vocab.ReasonContent, ""},
	76022: {push.VerdictNextRoute, vocab.ReasonForbidden, ""},

	99999: {push.VerdictNextRoute, vocab.ReasonContent, ""}, // one that nobody knows
}

// TestFailureOfEveryCode has the platform answer with each code and looks at what a push is told of it.
func TestFailureOfEveryCode(t *testing.T) {
	now := time.Date(2026, 11, 23, 7, 30, 20, 0, time.UTC)
	for _, c := range wechat.Codes() {
		if _, ok := meanings[c.Code]; !ok {
			t.Errorf("code %d (%s) has no meaning for a push", c.Code, c.Reason)
		}
	}
	for code, want := range meanings {
		f := failureAt(t, now, wechattest.Fault{Path: "/cgi-bin/message/template/send", Times: -1, Code: code})
		until := ""
		if !f.Until.IsZero() {
			until = f.Until.In(chinatime.Zone()).Format(time.TimeOnly)
		}
		if got := (meaning{f.Verdict, f.Reason, until}); got != want {
			t.Errorf("%d: %+v, want %+v", code, got, want)
		}
		if f.Code != code || f.Detail == "" || f.Uncertain {
			t.Errorf("%d: told as %d %q, uncertain %v", code, f.Code, f.Detail, f.Uncertain)
		}
		if p := (push.Push{State: push.Dead, Code: code}); advice(p) == "" {
			t.Errorf("%d: no advice", code)
		}
	}
}

// TestFailureWithoutCode: what the platform does not say in so many words.
func TestFailureWithoutCode(t *testing.T) {
	now := time.Date(2026, 11, 23, 7, 30, 20, 0, time.UTC)
	const send, token = "/cgi-bin/message/template/send", "/cgi-bin/stable_token"
	for _, tt := range []struct {
		name      string
		fault     wechattest.Fault
		reason    vocab.Reason
		uncertain bool
	}{
		{"the answer got lost", wechattest.Fault{Path: send, DropAfter: true}, vocab.ReasonBusy, true},
		{"the connection broke before anything happened, which cannot be known", wechattest.Fault{Path: send, DropBefore: true}, vocab.ReasonBusy, true},
		{"a gateway failed", wechattest.Fault{Path: send, Status: http.StatusBadGateway}, vocab.ReasonBusy, true},
		{"turned away", wechattest.Fault{Path: send, Status: http.StatusForbidden}, vocab.ReasonBusy, false},
		{"an answer that cannot be read", wechattest.Fault{Path: send, Garbage: []byte("<html>")}, vocab.ReasonBusy, true},
		{"no token to be had", wechattest.Fault{Path: token, DropAfter: true, Times: -1}, vocab.ReasonToken, false},
	} {
		f := failureAt(t, now, tt.fault)
		if f.Verdict != push.VerdictRetry || f.Reason != tt.reason || f.Uncertain != tt.uncertain {
			t.Errorf("%s: %s %s, uncertain %v", tt.name, f.Verdict, f.Reason, f.Uncertain)
		}
	}
	f := failureAt(t, now, wechattest.Fault{Path: token, Code: 40164, Times: -1})
	if f.Verdict != push.VerdictPause || f.Reason != vocab.ReasonForbidden || f.Uncertain {
		t.Errorf("an address that is not listed: %s %s", f.Verdict, f.Reason)
	}
	var own *push.Failure
	if !errors.As(failure(errors.New("ours"), now), &own) || own.Reason != vocab.ReasonInternal || !own.Uncertain {
		t.Errorf("an error of ours: %+v", own)
	}
	if failure(nil, now) != nil {
		t.Error("a success is a failure")
	}
}

func failureAt(t *testing.T, now time.Time, fault wechattest.Fault) *push.Failure {
	t.Helper()
	clock := func() time.Time { return now }
	platform := wechattest.New(wechattest.Options{AnyUser: true, Now: clock})
	platform.Script(fault)
	a := platform.Account()
	client, err := wechat.NewClient(wechat.ClientOptions{
		AppID: a.AppID, AppSecret: a.AppSecret, HTTP: &http.Client{Transport: platform.Transport()}, Now: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.SendTemplate(t.Context(), wechat.TemplateMessage{
		ToUser: "o", TemplateID: "t", ClientMsgID: "p", Data: map[string]wechat.Item{"thing1": {Value: "小鹿花店"}},
	})
	var f *push.Failure
	if !errors.As(failure(err, now), &f) {
		t.Fatalf("%+v: %v", fault, err)
	}
	return f
}

// TestEveryChannelHasARoute: an account that may do everything uses every channel in the order of the set. A reply is no route: it answers
// the person's own message.
func TestEveryChannelHasARoute(t *testing.T) {
	c := config.Config{}
	c.WeChat.StatusTemplate, c.WeChat.StatusSubscription, c.WeChat.CustomerMessages = "t", "s", true
	s := &Service{client: &wechat.Client{}}
	var got []vocab.Channel
	for _, r := range s.routes(c, newRests()) {
		got = append(got, r.Channel())
	}
	if want := slices.DeleteFunc(vocab.Channels(), func(c vocab.Channel) bool { return c == vocab.ChannelReply }); !slices.Equal(got, want) {
		t.Errorf("the routes are %v, the channels %v: add the missing one to routes in bot/service/routes.go", got, want)
	}
}

// TestAdvice: whoever looks at a push that is not told learns what may help, or that nothing need be done.
func TestAdvice(t *testing.T) {
	for _, r := range vocab.Reasons() {
		if r.Chinese() == "" {
			t.Errorf("%s has no words", r)
		}
	}
	// What is over, mends itself or comes with a code of the platform, which has the advice.
	none := []vocab.Reason{
		vocab.ReasonNotTracking, vocab.ReasonNotWanted, vocab.ReasonUnfollowed, vocab.ReasonUserGone, vocab.ReasonSuperseded,
		vocab.ReasonLate, vocab.ReasonQuiet, vocab.ReasonRate, vocab.ReasonQuota, vocab.ReasonForbidden, vocab.ReasonContent,
		vocab.ReasonOperator,
	}
	for _, r := range vocab.Reasons() {
		if (advices[r] == "") != slices.Contains(none, r) {
			t.Errorf("%s: add what to do about it to advices in bot/service/advice.go, or to the reasons here that need nothing", r)
		}
	}
	for r := range advices {
		if advice(push.Push{State: push.Held, Reason: r}) == "" || advice(push.Push{State: push.Sent, Reason: r}) != "" {
			t.Errorf("advice on %s", r)
		}
	}
}
