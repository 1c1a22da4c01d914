package kb

import (
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/kb/entity"
)

// shared is the embedded knowledge, loaded once for all tests.
var shared = sync.OnceValues(func() (*Knowledge, error) { return Open(Options{}) })

func embedded(tb testing.TB) *Knowledge {
	tb.Helper()
	k, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func TestUnderstand(t *testing.T) {
	k := embedded(t)
	for _, c := range []struct {
		q    string
		kind Kind
		want string // topic, command or aside
	}{
		{"上海管局审核要多久", KindAnswer, "authority-review-duration"},
		{"上海管局審核要多久", KindAnswer, "authority-review-duration"},
		{"beian yao duojiu", KindAnswer, "total-time"},
		{"beian rukou", KindAnswer, "entry"},
		{"小程续被案入口在哪", KindAnswer, "entry"},
		{"提示主办者冲突", KindAnswer, "common-error-messages"},
		{"接口返回86302", KindAnswer, "provider-api"},
		{"备案进度怎么查", KindAnswer, "progress-query"},
		{"我的进度呢", KindCommand, "status"},
		{"帮我查下", KindCommand, "status"},
		{"绑定", KindCommand, "track"},
		{"解绑", KindCommand, "untrack"},
		{"订阅通知", KindCommand, "subscribe"},
		{"别再给我发消息了", KindCommand, "unsubscribe"},
		{"你会什么", KindCommand, "help"},
		{"我要投诉", KindCommand, "human"},
		{"你好", KindSmallTalk, "hello"},
		{"谢谢", KindSmallTalk, "thanks"},
		{"今天天气怎么样", KindUnknown, "daily-info"},
		{"无人机备案怎么办", KindUnknown, "vehicle-filing"},
	} {
		r := k.Understand(Query{Text: c.q})
		got := r.Topic + string(r.Command) + r.Aside
		if r.Kind != c.kind || got != c.want {
			t.Errorf("%q: %s %s (%.2f), want %s %s", c.q, r.Kind, got, r.Confidence, c.kind, c.want)
		}
	}
}

func TestUnderstandCodes(t *testing.T) {
	k := embedded(t)
	for _, c := range []struct {
		q    string
		want Command
		code string
	}{
		{"绑定 BA-7K3M-Q9XD", CommandTrack, "BA-7K3M-Q9XD"},
		{"BA-7K3M-Q9XD", CommandTrack, "BA-7K3M-Q9XD"},
		{"ba7k3mq9xd", CommandTrack, "BA-7K3M-Q9XD"},
		{"7k3m-q9xd", CommandTrack, "BA-7K3M-Q9XD"},
		{"这是我的码：7K3MQ9XD", CommandTrack, "BA-7K3M-Q9XD"},
		{"解绑 BA-7K3M-Q9XD", CommandUntrack, "BA-7K3M-Q9XD"},
	} {
		r := k.Understand(Query{Text: c.q})
		if r.Kind != KindCommand || r.Command != c.want || r.Args.Code != c.code {
			t.Errorf("%q: %s %s %+v, want %s %s", c.q, r.Kind, r.Command, r.Args, c.want, c.code)
		}
	}
}

func TestUnderstandWordless(t *testing.T) {
	k := embedded(t)
	for q, want := range map[string]Kind{
		"": KindUnknown, "   ": KindUnknown, "？？？": KindUnknown, "[图片]": KindUnknown, "[语音]": KindUnknown,
		"😂": KindSmallTalk, "[捂脸][捂脸]": KindSmallTalk, "\xff\xfe": KindUnknown,
	} {
		if r := k.Understand(Query{Text: q}); r.Kind != want {
			t.Errorf("%q: %s, want %s", q, r.Kind, want)
		}
	}
}

func TestTracksLeansToStatus(t *testing.T) {
	k := embedded(t)
	for _, q := range []string{"到哪一步了", "审得怎么样了", "有消息了吗"} {
		if r := k.Understand(Query{Text: q, Tracks: true}); r.Command != CommandStatus {
			t.Errorf("%q of somebody who tracks: %s %s%s", q, r.Kind, r.Topic, r.Command)
		}
	}
	if r := k.Understand(Query{Text: "备案进度怎么查", Tracks: true}); r.Topic != "progress-query" {
		t.Errorf("a clear question stays a question, got %s %s%s", r.Kind, r.Topic, r.Command)
	}
}

func TestFollowUp(t *testing.T) {
	k := embedded(t)
	for _, c := range []struct {
		topic    string
		before   entity.Set
		q        string
		want     string // topic or command
		followUp bool
		province string
	}{
		{"authority-review-duration", entity.Set{}, "那上海呢", "authority-review-duration", true, "上海"},
		{"authority-review-duration", entity.Set{Province: "上海"}, "北京呢", "authority-review-duration", true, "北京"},
		{"total-time", entity.Set{}, "如果是广东深圳呢", "total-time", true, "广东"},
		{"entry", entity.Set{}, "抖音的呢", "entry", true, ""},
		{"platform-douyin", entity.Set{Platform: entity.Douyin}, "那支付宝呢", "platform-alipay", true, ""},
		{"individual-filing", entity.Set{}, "那个体户呢", "individual-business-filing", true, ""},
		{"cancel-filing", entity.Set{Province: "上海"}, "要多久", "cancel-filing", true, "上海"},
		{"sms-verification", entity.Set{}, "在哪填", "sms-verification", true, ""},
		{"entry", entity.Set{Province: "上海"}, "要多久", "total-time", false, ""},
		{"cancel-filing", entity.Set{}, "备案要钱吗", "fees", false, ""},
		{"sms-verification", entity.Set{}, "短信没收到", "sms-not-received", false, ""},
		{"total-time", entity.Set{}, "转人工", "human", false, ""},
		{"no-such-topic", entity.Set{}, "要多久", "total-time", false, ""},
	} {
		r := k.Understand(Query{Text: c.q, Context: &Context{Topic: c.topic, Entities: c.before}})
		got := r.Topic + string(r.Command)
		if got != c.want || r.FollowUp != c.followUp || r.Entities.Province != c.province {
			t.Errorf("%s, then %q: %s %s (follow-up %v, province %q), want %s (%v, %q)",
				c.topic, c.q, r.Kind, got, r.FollowUp, r.Entities.Province, c.want, c.followUp, c.province)
		}
	}
}

func TestResultIsConsistent(t *testing.T) {
	k := embedded(t)
	for _, e := range k.Entries() {
		for i, v := range e.Variants {
			if i%9 != 0 {
				continue
			}
			checkResult(t, k, k.Understand(Query{Text: v}))
		}
	}
}

// checkResult holds what Result promises.
func checkResult(t *testing.T, k *Knowledge, r Result) {
	t.Helper()
	if r.Confidence < 0 || r.Confidence > 1 || len(r.Candidates) > maxOffered {
		t.Fatalf("confidence %v, %d candidates", r.Confidence, len(r.Candidates))
	}
	for i, c := range r.Candidates {
		if _, ok := k.Entry(c.Topic); !ok || c.Score < 0 || c.Score > 1 || i > 0 && c.Score > r.Candidates[i-1].Score {
			t.Fatalf("candidates %+v", r.Candidates)
		}
	}
	switch r.Kind {
	case KindAnswer:
		if _, ok := k.Text(r); !ok || r.Candidates[0].Topic != r.Topic {
			t.Fatalf("answer without text or not first: %+v", r)
		}
	case KindChoice:
		if len(r.Candidates) < 2 || r.Topic != "" {
			t.Fatalf("choice of %d", len(r.Candidates))
		}
	case KindCommand:
		if r.Command == "" {
			t.Fatal("command without a name")
		}
	case KindSmallTalk, KindUnknown:
		if _, ok := k.Text(r); ok != (r.Aside != "") {
			t.Fatalf("aside %q without text", r.Aside)
		}
	default:
		t.Fatalf("kind %q", r.Kind)
	}
}

func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{
		"备案要多久", "beian yao duojiu", "小程序備案", "粤ICP备12345678号-1X", "BA-7K3M-Q9XD", "😂😂", "\xff\x00", "a b c d e f g",
		strings.Repeat("备", 70000), strings.Repeat("beian", 9000), strings.Repeat("ﷺ", 3000), "那上海呢", "１２３\u202e\u200b",
	} {
		f.Add(s, false, "entry")
		f.Add(s, true, "platform-douyin")
	}
	k, err := shared()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string, tracks bool, topic string) {
		start := time.Now()
		r := k.Understand(Query{Text: s, Tracks: tracks, Context: &Context{Topic: topic}})
		if d := time.Since(start); d > 2*time.Second {
			t.Fatalf("%d bytes took %v", len(s), d)
		}
		if !utf8.ValidString(r.Normal) {
			t.Fatalf("normal text %q is not UTF-8", r.Normal)
		}
		checkResult(t, k, r)
	})
}
