package handlers

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// Where the fixtures of the stores are, and the conversations that are put into them.
const (
	fixtureFiles = "../bot/store/bolt/testdata"
	fixtureTalks = "../bot/store/storetest/testdata"
)

// underWay are conversations that stop in the middle: begin leads there, goOn takes up what a version kept of it.
// Each has its own person.
var underWay = []struct {
	name  string
	begin func(c *talk)
	goOn  func(c *talk)
}{
	{
		"register", func(c *talk) {
			for _, s := range []string{"登记", "小鹿花店", "微信", "上海", "已提交，平台初审中"} {
				c.say(s)
			}
		}, func(c *talk) {
			c.say("11月20号")
			c.say("确认登记")
			c.registered(filing.Filing{
				Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StagePlatformReview,
				Since: november(20),
			})
		},
	},
	{
		"register aside", func(c *talk) { // something else was talked about, and a question was skipped
			for _, s := range []string{"登记 南山修车", "支付宝", "跳过", "管局要审多久"} {
				c.say(s)
			}
		}, func(c *talk) {
			for _, s := range []string{"继续登记", "待提交", "确认登记"} {
				c.say(s)
			}
			c.registered(filing.Filing{Name: "南山修车", Platform: vocab.PlatformAlipay, Stage: vocab.StageNotFiled})
		},
	},
	{
		"register filed", func(c *talk) {
			c.say("我要登记")
			c.say("我的抖音小程序“南山修车”去年3月5日在广东备案成功了")
			c.say("备案号：粤ICP备2025000001号-3X")
		}, func(c *talk) {
			c.say("确认")
			c.registered(filing.Filing{
				Name: "南山修车", Platform: vocab.PlatformDouyin, Province: "广东", Stage: vocab.StageFiled,
				Number: "粤ICP备2025000001号-3X",
				Since:  time.Date(2025, 3, 4, 16, 0, 0, 0, time.UTC),
			})
		},
	},
	{
		"register rejected", func(c *talk) {
			for _, s := range []string{"登记 青禾书屋", "微信", "四川", "初审被驳回了", "昨天下午3点半", "营业执照照片不清晰"} {
				c.say(s)
			}
		}, func(c *talk) {
			c.say("好的")
			c.registered(filing.Filing{
				Name: "青禾书屋", Platform: vocab.PlatformWeChat, Province: "四川", Stage: vocab.StagePlatformRejected,
				Since:   start.Add(-18*time.Hour - 50*time.Minute),
				Reasons: []filing.Reason{{Error: "营业执照照片不清晰"}},
			})
		},
	},
	{
		"register twin", func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("登记 小鹿花店")
		}, func(c *talk) {
			for _, s := range []string{"仍然登记", "抖音", "广东", "待提交", "确认登记"} {
				c.say(s)
			}
			c.registered(filing.Filing{Name: "小鹿花店", Platform: vocab.PlatformDouyin, Province: "广东", Stage: vocab.StageNotFiled})
		},
	},
	{
		"register two", func(c *talk) { // the second is still to come
			c.say("我的微信小程序小鹿花店11月20日在上海提交了初审，还有抖音小程序小鹿书店11月18日在广东短信核验过了")
		}, func(c *talk) {
			c.say("确认登记")
			c.tap("接着记下一个")
			c.say("对")
			c.registered(filing.Filing{
				Name: "小鹿书店", Platform: vocab.PlatformDouyin, Province: "广东", Stage: vocab.StageAuthorityReview,
				Since: november(18),
			})
		},
	},
	{
		"update", func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("更新进度")
			c.tap("初审过了，等短信核验")
		}, func(c *talk) {
			c.say("今天9点")
			c.say("确认更新")
			c.registered(filing.Filing{
				Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StageSMSPending,
				Since: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC),
			})
		},
	},
	{
		"update told", func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StageSMSPending, "11月22日")
			c.say("小鹿花店刚刚短信核验过了")
		}, func(c *talk) {
			c.say("确认更新")
			c.registered(filing.Filing{
				Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海",
				Stage: vocab.StageAuthorityReview, Since: start,
			})
		},
	},
	{
		"redate", func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("改日期")
		}, func(c *talk) {
			c.say("11月19日")
			c.registered(filing.Filing{
				Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StagePlatformReview,
				Since: november(19),
			})
		},
	},
	{
		"forget", func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("删除我的数据")
		}, func(c *talk) {
			contains(c.t, c.say("确认删除"), "已经全部删除")
			c.registered()
		},
	},
	{
		"untrack", func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("解绑")
		}, func(c *talk) {
			contains(c.t, c.say("确认解绑"), "已解绑")
			c.registered()
		},
	},
	{
		"choice", func(c *talk) { c.say("审核") }, func(c *talk) { contains(c.t, c.say("2"), "管局审核一般 1–20 个工作日") },
	},
	{
		"answer", func(c *talk) { c.say("上海的管局要审多久") }, func(c *talk) {
			c.say("为什么这么久")
			want := &kb.Context{Topic: "authority-review-duration"}
			want.Entities.Province = "上海"
			if d := cmp.Diff(want, c.know.context); d != "" {
				c.t.Errorf("what the question leans on (-want +got):\n%s", d)
			}
		},
	},
	{
		"detail", func(c *talk) { c.say("管局要审多久") }, func(c *talk) {
			contains(c.t, c.say("详细"), "各省快慢不同")
		},
	},
	{
		"useless", func(c *talk) { c.say("管局要审多久") }, func(c *talk) {
			c.say("没用")
			c.bot.Journal.Flush(c.t.Context())
			if len(c.notes.asked) != 1 {
				c.t.Fatalf("noted: %+v", c.notes.asked)
			}
			if q := c.notes.asked[0]; q.Text != "管局要审多久" || q.Topic != "authority-review-duration" {
				c.t.Errorf("noted: %+v", q)
			}
		},
	},
}

// november is the beginning of a day of November 2026 in China.
func november(n int) time.Time { return time.Date(2026, 11, n-1, 16, 0, 0, 0, time.UTC) }

// registered demands that the filing that was registered or moved last is the wanted one, by what a person says of
// it; without one, that there is none.
func (c *talk) registered(want ...filing.Filing) {
	c.t.Helper()
	mine := c.mine()
	if len(want) == 0 {
		if len(mine) > 0 {
			c.t.Errorf("left: %+v", mine)
		}
		return
	}
	if len(mine) == 0 {
		c.t.Fatalf("nothing was registered:\n%s", c.script.String())
	}
	f := mine[len(mine)-1].Filing
	got := filing.Filing{
		Name: f.Name, Platform: f.Platform, Province: f.Province, Stage: f.Stage, Since: f.Since,
		Number: f.Number, Reasons: f.Reasons,
	}
	if want[0].Since.IsZero() {
		got.Since = time.Time{}
	}
	if d := cmp.Diff(want[0], got); d != "" {
		c.t.Errorf("(-want +got):\n%s\n%s", d, c.script.String())
	}
}

// TestFixtureTalks takes up the conversations that earlier versions kept, each from the store's copy of what was
// remembered. With -fixture it first writes those of this version; see storetest.
func TestFixtureTalks(t *testing.T) {
	if name := storetest.NewFixture(); name != "" {
		writeTalks(t, name)
		return // the data is written next
	}
	names := storetest.FixtureNames(t, fixtureFiles)
	for _, name := range names {
		facts := storetest.ReadFacts(t, fixtureFiles, name)
		talks := storetest.ReadTalks(t, fixtureTalks, name)
		for _, x := range underWay {
			t.Run(name+"/"+x.name, func(t *testing.T) {
				for _, saved := range talks {
					if saved.Name == x.name {
						c := takeUp(t, name, facts, saved)
						x.goOn(c)
						return
					}
				}
				if name == names[len(names)-1] { // an older fixture does not have what came later
					t.Errorf("no such conversation is kept")
				}
			})
		}
	}
}

// takeUp goes on with a conversation on a copy of the store's file, with what the store remembers of it.
func takeUp(t *testing.T, name string, facts storetest.Facts, saved storetest.Talk) *talk {
	t.Helper()
	from, err := os.Open(filepath.Join(fixtureFiles, "fixture-"+name+".db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = from.Close() }()
	z, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "beianbot.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(bolt.Options{Path: path, Now: func() time.Time { return facts.At }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c := newTalk(t, func(o *Options) { o.Filings, o.Guesses, o.Recipients, o.Kept = s, s, s, s })
	c.store, c.user, c.now, c.keep, c.seq = s, saved.User, facts.At, facts.At.Add(chat.MemoryTTL), 1000
	claim, err := s.Replies().Claim(t.Context(), chat.Delivery{
		Key: "next", User: c.user, At: c.now,
		Lease: time.Second, Keep: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(claim.Memory) == 0 {
		t.Fatal("nothing is remembered")
	}
	c.memory = claim.Memory
	var m chat.Memory
	if err := json.Unmarshal(c.memory, &m); err != nil {
		t.Fatal(err)
	}
	// what can be tapped
	c.last.Choices = m.Offered // what can be tapped
	return c
}

// writeTalks plays each conversation up to where it stops, and writes what is remembered.
func writeTalks(t *testing.T, name string) {
	path := filepath.Join(fixtureTalks, "talks-"+name+".json")
	if _, err := os.Stat(path); err == nil {
		t.Fatalf("there is a fixture %s; fixtures are not changed", name)
	}
	var all []storetest.Talk
	for i, x := range underWay {
		c := newTalk(t)
		c.user = "oFixtureTalk" + string(rune('A'+i))
		x.begin(c)
		saved := storetest.Talk{Name: x.name, User: c.user, Memory: c.memory}
		for _, tr := range c.mine() {
			saved.Own = append(saved.Own, tr.Filing)
		}
		all = append(all, saved)
	}
	storetest.WriteJSON(t, path, all)
}
