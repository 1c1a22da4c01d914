package handlers

import "github.com/beianbot/beianbot/bot/chat"

// human tells how to reach a person: the account's own words, or where the platform's service is found.
func (b *Bot) human() chat.Reply {
	if b.Human != "" {
		return chat.Reply{Text: b.Human}
	}
	return chat.Reply{Text: noHuman}
}
