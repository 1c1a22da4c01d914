package handlers

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestTranscripts holds whole conversations to golden files, word for word.
func TestTranscripts(t *testing.T) {
	for name, play := range map[string]func(c *talk){
		"register-steps": func(c *talk) {
			c.say("登记")
			c.say("小鹿花店")
			c.tap("微信")
			c.tap("其他，直接输入")
			c.say("深圳")
			c.tap("已提交，平台初审中")
			c.say("11月20号")
			c.say("改省份")
			c.tap("上海")
			c.tap("确认登记")
			c.tap("订阅通知")
			c.say("查进度")
		},
		"register-sentence": func(c *talk) {
			c.say("我的小程序小鹿花店11月20日在上海提交了初审")
			c.say("1")
			c.say("对的")
		},
		"register-aside": func(c *talk) {
			c.say("我想登记一下")
			c.say("管局要审多久")
			c.say("名称：小鹿花店")
			c.say("查进度")
			c.say("抖音的")
			c.wait(29 * time.Minute)
			c.say("继续登记")
			c.say("算了")
			c.say("微信")
			c.say("登记 小鹿花店")
			c.wait(31 * time.Minute)
			c.say("平台：微信")
		},
		"register-filed": func(c *talk) {
			c.say("我要登记")
			c.say("我的抖音小程序“南山修车”去年3月5日在广东备案成功了")
			c.say("没有")
			c.say("备案号：粤ICP备2025000001号-3X")
			c.say("确认")
			c.say("登记 南山修车")
			c.tap("仍然登记")
			c.say("算了")
		},
		"register-rejected": func(c *talk) {
			c.say("登记 青禾书屋")
			c.say("微信")
			c.say("四川")
			c.say("初审被驳回了")
			c.say("明天")
			c.say("昨天下午3点半")
			c.say("营业执照照片不清晰")
			c.say("好的")
		},
		"update": func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("更新进度")
			c.tap("初审过了，等短信核验")
			c.tap("约 2 小时前（08:20）")
			c.wait(3 * time.Hour)
			c.say("小鹿花店短信核验过了")
			c.tap("确认更新")
			c.wait(96 * time.Hour)
			c.say("管局过了 备案号 沪ICP备2026000001号-1X")
			c.say("改日期")
			c.say("昨天")
			c.tap("确认更新")
			c.say("小鹿花店已备案")
		},
		"register-tired": func(c *talk) {
			c.say("嗯我想登记一下我那个小程序")
			c.say("昨天在微信提交的")
			c.say("嗯就是那个🌸小鹿花店🌸")
			c.say("杭州那边👌")
			c.say("嗯提交了初审")
			c.say("好的👌")
			c.say("登记 小鹿书店")
			c.say("嗯抖音的吧")
			c.say("不想弄了")
			c.say("登记 小鹿书店")
			c.say("抖音")
			c.say("算了先不登记")
			c.say("登记 南山修车")
			c.say("支付宝")
			c.say("跳过")
			c.say("短信核验好了")
			c.say("忘了具体哪天了")
			c.say("OK👌")
			c.say("不弄了")
			c.say("下一页")
			c.say("登记 青禾书屋")
			c.say("微信")
			c.say("上海")
			c.say("昨天提交了")
			c.say("日期填错了")
			c.say("刚刚收到短信了")
			c.say("前天")
			c.say("省份不对")
			c.say("江苏")
			c.say("取消吧")
		},
		"register-two": func(c *talk) {
			c.say("我的微信小程序小鹿花店11月20日在上海提交了初审，还有抖音小程序小鹿书店11月18日在广东短信核验过了")
			c.say("确认登记")
			c.tap("接着记下一个")
			c.say("对")
			c.say("小鹿花店初审驳回了，小鹿书店管局过了")
			c.say("确认更新")
			c.tap("接着记下一个")
			c.say("算了")
			c.say("我有两个小程序，青禾书屋和南山修车，都提交初审了")
		},
		"redate": func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StageSMSPending, "今天9点")
			c.say("订阅通知")
			c.say("更新进度")
			c.tap("进展没变，只改日期")
			c.say("昨天20:15")
			register(c, "小鹿书店", "抖音", "广东", vocab.StageAuthorityReview, "11月18日")
			c.say("改日期")
			c.say("2")
			c.say("11月16号")
			c.say("小鹿书店日期记错了，是11月17号")
			c.say("改日期")
			c.say("上周一")
			c.say("确认更新")
			c.say("日期填错了")
			c.say("算了")
		},
		"update-which": func(c *talk) {
			c.report(filing.Report{ID: "op-1", Name: "南山修车", Platform: vocab.PlatformWeChat, Stage: vocab.StagePlatformReview})
			c.code("op-1", "BA-7K3M-Q9XD")
			c.say("更新进度")
			c.say("7k3mq9xd")
			c.say("更新进度")
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			register(c, "小鹿书店", "抖音", "广东", vocab.StageAuthorityReview, "11月18日")
			c.say("更新进度")
			c.say("书店")
			c.tap("其他进展")
			c.say("算了")
			c.say("更新进度 南山修车")
			c.say("南山修车短信核验过了")
			c.say("初审通过了")
			c.say("管局审核通过了")
			c.say("不对")
			c.say("取消")
			c.say("查进度")
			c.say("广东")
			c.say("查进度")
			c.say("3")
		},
		"forget": func(c *talk) {
			c.report(filing.Report{ID: "op-1", Name: "南山修车", Platform: vocab.PlatformWeChat, Stage: vocab.StagePlatformReview})
			c.code("op-1", "BA-7K3M-Q9XD")
			c.say("BA-7K3M-Q9XD")
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("删除我的数据")
			c.say("谢谢")
			c.say("确认删除")
			c.say("把我的数据都删了吧")
			c.say("不删了")
			c.say("删除我的信息")
			c.tap("确认删除")
			c.say("查进度")
			c.say("删除我的数据")
		},
		"untrack-own": func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("解绑")
			c.say("不解绑了")
			c.say("解绑")
			c.say("确认解绑")
			c.say("更新进度")
		},
		"settings": func(c *talk) {
			c.say("通知设置")
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("通知设置")
			c.say("2")
			c.say("设置提醒")
			c.say("都不通知")
			c.say("取消通知")
			c.tap("订阅通知")
			c.say("通知设置")
			c.say("都不要")
		},
		"settings-each": func(c *talk) {
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			register(c, "南山修车", "抖音", "广东", vocab.StageAuthorityReview, "11月18日")
			c.say("通知设置")
			c.tap("只改其中一个")
			c.say("1")
			c.tap("只通知要我办的和最后结果")
			c.say("通知设置 小鹿花店")
			c.say("都不要")
			c.say("通知设置 小鹿花店")
			c.say("只要重要的")
			c.say("南山修车全部通知")
			c.say("通知设置")
			c.say("修车不要通知了")
			c.say("只要重要的")
			c.say("全部通知")
			c.say("我的店只要重要的")
		},
		"quiet": func(c *talk) {
			c.bot.Quiet = push.DefaultQuiet()
			register(c, "小鹿花店", "微信", "上海", vocab.StagePlatformReview, "11月20日")
			c.say("通知设置")
			c.tap("改免打扰时间")
			c.tap("23:00 到 07:00")
			c.say("通知设置")
			c.say("晚上别发")
			c.say("11点到7点别打扰")
			c.say("免打扰关掉")
			c.say("免打扰")
			c.say("中午12点到下午2点半不要发通知")
			c.bot.Proactive = false
			c.say("免打扰改成晚上十点到早上八点")
			c.say("通知设置")
		},
		"refused": func(c *talk) {
			c.say("我的身份证号是 11010519491231002X，备案要多久")
			c.say("登记")
			c.say("11010519491231002X")
			c.say("小鹿花店")
			c.say("微信")
			c.say("上海")
			c.say("收到短信了")
			c.say("482913")
			c.tap("刚刚")
			c.say("确认登记")
			c.say("482 913")
			c.say("验证码是482913")
			c.say("卡号 6222021001116245702")
		},
		"rejected": func(c *talk) {
			c.report(filing.Report{ID: "op-1", Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StagePlatformRejected, Reasons: []filing.Reason{
				{Field: "营业执照", Error: "证件照片不清晰，四角不完整", Suggest: "请重新上传"},
				{Field: "小程序名称", Error: "名称不符合要求"},
				{Field: "其他", Error: "请按要求修改"},
			}})
			c.code("op-1", "BA-7K3M-Q9XD")
			c.say("绑定 BA-7K3M-Q9XD")
			c.say("1")
			c.say("为什么被驳回")
			c.say("一般为什么会被驳回")
		},
		"guesses": func(c *talk) {
			for range 5 {
				c.say("BA-2222-2222")
			}
			c.say("BA-2222-2222")
			c.wait(61 * time.Second)
			c.say("BA-2222-2222")
			c.say("BA-2222-2222")
			c.wait(2*time.Minute + time.Second)
			c.report(filing.Report{ID: "op-1", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
			c.code("op-1", "BA-7K3M-Q9XD")
			c.say("7K3M-Q9XD")
			c.say("BA-2222-2222")
			c.say("BA-7K3M-Q9XD")
		},
		"follow": func(c *talk) {
			c.report(filing.Report{ID: "op-1", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
			c.code("op-1", "BA-7K3M-Q9XD")
			c.event(chat.Event{Kind: chat.EventFollow})
			c.event(chat.Event{Kind: chat.EventFollow, Key: "BA-7K3M-Q9XD"})
			c.event(chat.Event{Kind: chat.EventScan, Key: "BA-7K3M-Q9XD"})
			c.event(chat.Event{Kind: chat.EventScan, Key: "something"})
			c.event(chat.Event{Kind: chat.EventTap, Key: "say:查进度"})
			c.event(chat.Event{Kind: chat.EventTap, Key: "old"})
			c.event(chat.Event{Kind: chat.EventUnfollow})
			c.event(chat.Event{Kind: chat.EventOther})
		},
		"questions": func(c *talk) {
			c.say("管局要审多久")
			c.tap("详细")
			c.say("有用")
			c.say("没用")
			c.say("1")
			c.say("审核")
			c.say("都不是")
			c.say("审核")
			c.say("第二个")
			c.say("今天天气")
			c.say("彩票")
			c.say("谢谢")
			c.say("帮助")
			c.say("人工")
			c.say("绑定")
			c.say("解绑")
			c.say("订阅通知")
			c.say("取消通知")
			c.say("到哪一步了")
			c.wait(time.Hour)
			c.say("详细")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTalk(t)
			play(c)
			golden.Equal(t, name+".golden", c.script.String())
		})
	}
}

// register registers a filing by taps, off the record.
func register(c *talk, name, platform, province string, stage vocab.Stage, day string) {
	c.t.Helper()
	script := c.script.String()
	before := len(c.mine())
	for _, s := range []string{"登记 " + name, "平台：" + platform, "省份：" + province, "进展：" + stage.Chinese(), "日期：" + day, "确认登记"} {
		c.say(s)
	}
	if len(c.mine()) != before+1 {
		c.t.Fatalf("not registered:\n%s", c.script.String())
	}
	c.script.Reset()
	c.script.WriteString(script + "（登记了「" + name + "」）\n\n")
}
