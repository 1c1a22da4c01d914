package handlers

// Button is one button of the account's menu: a group of buttons, or something to say.
type Button struct {
	Label string
	// Key is what a tap reports; empty for a group.
	Key     string
	Buttons []Button
}

// sayPrefix begins the key of a button that stands for words: a tap is the same as typing them.
const sayPrefix = "say:"

// Menu is the account's menu. The platform shows at most 3 buttons and 5 under each, with 4 and 8 Chinese characters.
func Menu() []Button {
	say := func(label, words string) Button { return Button{Label: label, Key: sayPrefix + words} }
	return []Button{
		say("查进度", statusWords),
		{Label: "常见问题", Buttons: []Button{
			say("备案入口", "备案入口在哪里"),
			say("要准备什么", "备案要准备什么材料"),
			say("要多久", "从提交到备好一共要多久"),
			say("短信核验", "短信核验怎么做"),
			say("被驳回了", "备案被驳回了怎么办"),
		}},
		{Label: "我的", Buttons: []Button{
			say("绑定备案", trackWords),
			say("登记备案", registerWords),
			say("通知设置", settingsWords),
			say("找人工", humanWords),
			say("帮助", helpWords),
		}},
	}
}
