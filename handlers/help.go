package handlers

import "github.com/beianbot/beianbot/bot/chat"

// help says what the bot can do, in things to tap.
func (b *Bot) help() chat.Reply {
	return chat.Reply{Text: helpText, Choices: helpChoices(), Actions: []chat.Choice{{Label: statusWords}, {Label: humanWords}}}
}

// helpChoices are the questions that people ask most, each by the words that lead to it.
func helpChoices() []chat.Choice {
	return []chat.Choice{
		{Label: "备案入口在哪里"},
		{Label: "备案要准备什么材料"},
		{Label: "从提交到备好一共要多久"},
		{Label: "短信核验怎么做"},
		{Label: "备案被驳回了怎么办"},
		{Label: "怎么查备案号"},
	}
}
