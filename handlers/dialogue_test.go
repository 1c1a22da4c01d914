package handlers

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// refusing is a store that refuses what it is told to.
type refusing struct {
	Filings
	apply, adopt, followers, remove error
	deleted                         []string
}

func (r *refusing) Apply(ctx context.Context, rep filing.Report) (filing.Outcome, error) {
	if r.apply != nil {
		return filing.Outcome{}, r.apply
	}
	return r.Filings.Apply(ctx, rep)
}

func (r *refusing) Adopt(ctx context.Context, id, user string, now time.Time) error {
	if r.adopt != nil {
		return r.adopt
	}
	return r.Filings.Adopt(ctx, id, user, now)
}

func (r *refusing) Followers(ctx context.Context, id string) ([]filing.Follower, error) {
	if r.followers != nil {
		return nil, r.followers
	}
	return r.Filings.Followers(ctx, id)
}

func (r *refusing) Delete(ctx context.Context, id string) error {
	r.deleted = append(r.deleted, id)
	if r.remove != nil {
		return r.remove
	}
	return r.Filings.Delete(ctx, id)
}

// ready brings a registration to its last question.
func ready(c *talk) {
	c.t.Helper()
	for _, s := range []string{"登记 小鹿花店", "平台：微信", "省份：上海", "进展：平台初审中", "日期：11月20日"} {
		c.say(s)
	}
	contains(c.t, c.last, "1. 确认登记")
}

// TestRefusedWriting: what the store refuses is told, and nothing is left behind.
func TestRefusedWriting(t *testing.T) {
	c := newTalk(t)
	r := &refusing{Filings: c.store, adopt: errs.ErrLimit}
	c.bot.Filings = r
	ready(c)
	contains(t, c.say("确认登记"), "上限")
	if len(r.deleted) != 1 || len(c.mine()) != 0 || c.remembered().FormOf != "" {
		t.Errorf("deleted %v, follows %v", r.deleted, c.mine())
	}
	if _, err := c.store.Filing(t.Context(), r.deleted[0]); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("left behind: %v", err)
	}

	r.adopt, r.apply = nil, errs.Errorf(errs.CodeInvalid, "name: at most 60 characters")
	ready(c)
	contains(t, c.say("确认登记"), "没能记下来")

	r.apply = nil
	register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	r.apply = filing.ErrStaleReport
	c.say("小鹿花店短信核验过了")
	contains(t, c.say("确认更新"), "没有变化")

	r.apply, r.followers = nil, errs.ErrUnavailable
	c.say("解绑")
	contains(t, c.say("确认解绑"), "已解绑") // it is done for him; that something is left behind is for the operator
	if !strings.Contains(c.log.String(), "left behind") {
		t.Errorf("the log says %s", c.log)
	}
}

// TestComplaints: an answer that cannot be taken is met with what is wrong with it, and the question again.
func TestComplaints(t *testing.T) {
	c := newTalk(t)
	c.say("登记")
	for _, x := range []struct{ say, want string }{
		{"名称：" + strings.Repeat("店", 31), "30 个字以内"},
		{"https://example.com/x", "不要带链接"},
		{"小鹿花店", "哪个平台"},
		{"平台：火星", "这个平台我没认出来"},
		{"火星", "这个平台我没认出来"},
		{"微信", "哪个省"},
		{"省份：火星", "这个省份我没认出来"},
		{"火星", "这个省份我没认出来"},
		{"杭州", "哪一步"},
		{"进展：在路上", "这一步我没认出来"},
		{"备案号：浙ICP备2026000001号", "备案通过了才有备案号"},
		{"原因：照片不清", "驳回了才有驳回原因"},
		{"被初审驳回了", "哪天驳回"},
		{"日期：某天", "这个日期我没认出来"},
		{"12月30日", "连年份一起发"},
		{"2027年1月1日", "还没到"},
		{"2010年1月1日", "太早了"},
		{"昨天", "驳回原因是什么"},
		{"原因：" + strings.Repeat("字", 501), "太长了"},
		{"跳过", "请核对"},
		{"嗯？", "答不准"},
		{"不对", "哪一项不对"},
		{"什么意思", "答不准"},
		{"改进展", "哪一步"},
		{"已备案", "备案通过"},
		{"前天", "备案号是多少"},
		{"浙ICP备123", "格式不对"},
		{"浙ICP备2026000001号-1X", "备案号：浙ICP备2026000001号-1X"},
		{"确认", "登记好了"},
	} {
		r := c.say(x.say)
		if !strings.Contains(show(r), x.want) {
			t.Fatalf("%s: lacks %q\n%s", x.say, x.want, show(r))
		}
		if x.say == "嗯？" || x.say == "什么意思" {
			c.say("继续登记")
		}
	}
}

// TestTwins: a name that is there already is asked about, whosever it is.
func TestTwins(t *testing.T) {
	c := newTalk(t)
	follow(c, filing.Report{ID: "op-1", Name: "小鹿花店", Stage: vocab.StageAuthorityReview})
	contains(t, c.say("登记 小鹿花店"), "由帮您办备案的人上报", "1. 看它的进度 → 查进度 小鹿花店")
	contains(t, c.say("1"), "管局审核中", "还没完")
	contains(t, c.say("继续登记"), "由帮您办备案的人上报")
	contains(t, c.tap("改名称"), "叫什么名字")
	contains(t, c.say("小鹿花店"), "由帮您办备案的人上报")
	contains(t, c.say("是的"), "哪个平台")
	c.say("取消")
	register(c, "青禾书屋", "微信", "上海", vocab.StagePlatformReview, "11月20日")
	contains(t, c.say("登记 “青禾书屋”"), "您已经登记过")
	contains(t, c.tap("更新它的进度"), "新的进展")
}

// TestGoingOn: asking to register while a registration is under way goes on with it; another name begins another.
func TestGoingOn(t *testing.T) {
	c := newTalk(t)
	c.say("登记 小鹿花店")
	contains(t, c.say("登记"), "接着上次", "「小鹿花店」在哪个平台")
	contains(t, c.say("登记 青禾书屋"), "「青禾书屋」在哪个平台")
	contains(t, c.say("继续"), "「青禾书屋」在哪个平台")
	contains(t, c.say("算了"), "不登记了", "<登记>")
	contains(t, c.say("继续登记"), "已经结束")
	contains(t, c.say("算了"), "什么都没有改") // nothing to leave
}
