package handlers

import "testing"

func TestAsksAbility(t *testing.T) {
	for text, want := range map[string]ability{
		"登记": abilityRegister, "我要登记": abilityRegister, "我想登记一下": abilityRegister, "登记备案": abilityRegister, "登记我的小程序": abilityRegister,
		"帮我登记一个小程序": abilityRegister, "自己登记": abilityRegister, "登記": abilityRegister, "登记吧。": abilityRegister, "添加备案进度": abilityRegister,
		"登记 小鹿花店": abilityRegister, "没有备案码怎么登记": abilityRegister,
		"更新进度": abilityUpdate, "更新一下进度": abilityUpdate, "我要更新备案进度": abilityUpdate, "修改状态": abilityUpdate, "更新進度": abilityUpdate,
		"进度有变化": abilityUpdate, "改一下进度": abilityUpdate, "更新进度 小鹿花店": abilityUpdate, "进度更新了": abilityUpdate,
		"删除我的数据": abilityForget, "删除我的信息": abilityForget, "清除我的所有数据": abilityForget, "把我的数据都删了": abilityForget, "忘记我": abilityForget,
		"请把关于我的信息全部删掉": abilityForget, "刪除我的資料": abilityForget, "删除我的个人信息": abilityForget, "不要再保存我的数据": abilityForget,
		"通知设置": abilitySettings, "提醒设置": abilitySettings, "设置通知": abilitySettings, "我想修改提醒": abilitySettings, "通知設置": abilitySettings,
	} {
		if got, _, ok := asksAbility(text); !ok || got != want {
			t.Errorf("%s: got %q %v, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "登记证怎么填", "登记机关是哪里", "工商登记信息不一致", "怎么更新备案信息", "进度", "查进度", "更新", "更新备案信息", "备案信息变更", "删除", "删除小程序",
		"注销", "注销备案", "注销我的小程序", "我的数据安全吗", "个人信息安全吗", "通知", "收不到通知", "订阅通知", "取消通知", "设置", "小程序设置在哪", "备案进度",
		"登记了怎么改", "怎么删除备案里的负责人信息",
	} {
		if got, arg, ok := asksAbility(text); ok {
			t.Errorf("%s was taken for %s %q", text, got, arg)
		}
	}
	if _, arg, _ := asksAbility("登记 小鹿 花店"); arg != "小鹿 花店" {
		t.Errorf("the name behind 登记 is %q", arg)
	}
}

func TestAsks(t *testing.T) {
	for text, want := range map[string]bool{
		"管局要审多久": true, "过了吗": true, "过了没": true, "过了没有": true, "怎麼登記": true, "哪天提交的": true, "能不能快点": true, "？": true,
		"小鹿花店": false, "昨天提交的": false, "初审过了，等短信": false, "确认": false, "还没提交": false,
	} {
		if got := asks(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
