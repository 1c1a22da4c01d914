package handlers

import (
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// durationTopics are the topics on how long reviews take, with the stages that they are about.
var durationTopics = map[string][]vocab.Stage{
	"platform-review-duration":  {vocab.StagePlatformReview},
	"authority-review-duration": {vocab.StageAuthorityReview},
	"total-time":                {vocab.StagePlatformReview, vocab.StageAuthorityReview},
}

// reviewCase is whose reviews are counted; an empty platform or province stands for all.
type reviewCase struct {
	platform vocab.Platform
	province vocab.Province
}

// estimates are the lines, from the account's own history, that belong below an answer on how long reviews take; none where the answer is
// about something else or too little is known. The nearest case is told: a platform's own review differs by platform, an authority's by
// province.
func (b *Bot) estimates(r kb.Result) (lines []string) {
	if b.Estimate == nil {
		return nil
	}
	platform, province := r.Entities.Platform, r.Entities.Province
	for _, stage := range durationTopics[r.Topic] {
		cases := []reviewCase{{platform, province}, {"", province}, {platform, ""}, {"", ""}}
		if stage == vocab.StagePlatformReview {
			cases = []reviewCase{{platform, ""}, {"", ""}}
		}
		for _, c := range cases {
			if s := b.Estimate(stage, c.platform, c.province); s != "" {
				lines = append(lines, s)
				break
			}
		}
	}
	return lines
}
