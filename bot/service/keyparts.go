package service

import (
	"slices"

	"github.com/beianbot/beianbot/config"
)

// part is a piece of the running program that is made from the configuration.
type part string

const (
	// partStart is all that is made once: the listeners, the store, the account's own identity. Its keys wait for a
	// restart.
	partStart part = "start"

	partBot       part = "bot"       // newBot: what answers
	partEndpoint  part = "endpoint"  // newEndpoint: the platform's callback address
	partWorker    part = "worker"    // newWorker: what sends notices
	partKnowledge part = "knowledge" // KnowledgeOptions
	partCalendar  part = "calendar"  // loadCalendar
	partLog       part = "log"       // LogLevel
)

// keyParts says of every key which parts of the program are made from it. A reload goes by it: it makes a part anew
// when one of the part's keys has changed, and tells the operator that the keys of partStart wait for a restart.
// TestKeyParts compares it with what the makers of the parts really read.
var keyParts = map[string][]part{
	"listen":       {partStart},
	"admin_listen": {partStart},
	"data_dir":     {partStart},
	"redis_url":    {partStart},
	"admin.token":  {partStart},

	"wechat.app_id":        {partStart},
	"wechat.app_secret":    {partStart},
	"wechat.callback_path": {partStart},
	"wechat.api_base":      {partStart},
	"wechat.qr_codes":      {partStart},

	"wechat.token":            {partEndpoint},
	"wechat.aes_key":          {partEndpoint},
	"wechat.previous_aes_key": {partEndpoint},
	"wechat.mode":             {partEndpoint},
	"wechat.freshness":        {partEndpoint},

	"wechat.status_template":     {partBot, partWorker},
	"wechat.status_subscription": {partBot, partWorker},
	"wechat.status_fields":       {partWorker},
	"wechat.customer_messages":   {partBot, partWorker},

	"log.level":  {partLog},
	"log.format": {partStart},

	"kb.dir":       {partKnowledge},
	"kb.answer_at": {partKnowledge},
	"kb.choose_at": {partKnowledge},

	"push.per_second":  {partWorker},
	"push.parallel":    {partWorker},
	"push.quiet_hours": {partBot, partWorker},
	"push.lease":       {partWorker},

	"limits.messages_per_minute": {partBot},
	"limits.reply_budget":        {partEndpoint},

	"human.reply":  {partBot},
	"calendar.dir": {partCalendar},
}

// waits reports whether a key's new value is in force after a restart only. A key that keyParts lacks waits: it is
// better to tell the operator too much than to claim what is not so.
func waits(key string) bool {
	return len(keyParts[key]) == 0 || slices.Contains(keyParts[key], partStart)
}

// differs reports whether two configurations differ in a key that p is made from.
func differs(p part, a, b config.Config) bool {
	return slices.ContainsFunc(config.Changed(a, b), func(key string) bool { return slices.Contains(keyParts[key], p) })
}
