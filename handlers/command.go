package handlers

import (
	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/kb"
)

// The commands beyond those that the knowledge understands: people ask for them letter by letter, or in a sentence that this package reads.
// With kb.Commands they are the closed set that `ask --json` prints.
const (
	CommandRegister kb.Command = "register" // 登记
	CommandUpdate   kb.Command = "update"   // 更新进度
	CommandErase    kb.Command = "erase"    // 删除我的数据
	CommandSettings kb.Command = "settings" // 通知设置
	CommandNotices  kb.Command = "notices"  // 看通知
)

// Commands lists every command that a message can be understood as.
func Commands() []kb.Command {
	return append(kb.Commands(), CommandRegister, CommandUpdate, CommandErase, CommandSettings, CommandNotices)
}

// command is the name of an ability outside this package.
func (a ability) command() kb.Command {
	switch a {
	case abilityRegister:
		return CommandRegister
	case abilityUpdate:
		return CommandUpdate
	case abilityForget:
		return CommandErase
	case abilityNotices:
		return CommandNotices
	case abilityRedate, abilityReason, abilitySettings:
	}
	return CommandSettings
}

// reported is the command that a sentence about one's own filing amounts to, by what was begun because of it.
func reported(t *chat.Turn) kb.Command {
	if t.Memory.FormOf == formRegister {
		return CommandRegister
	}
	return CommandUpdate
}
