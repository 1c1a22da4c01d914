package handlers

import (
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/kb"
)

// durationTopics are the topics on how long reviews take, with the stages that they are about.
var durationTopics = map[string][]filing.Stage{
	"platform-review-duration":  {filing.PlatformReview},
	"authority-review-duration": {filing.AuthorityReview},
	"total-time":                {filing.PlatformReview, filing.AuthorityReview},
}

// estimates are the lines, from the account's own history, that belong below an answer on how long reviews take; none where the answer is
// about something else or too little is known. The nearest case is told: a platform's own review differs by platform, an authority's by
// province.
func (b *Bot) estimates(r kb.Result) (lines []string) {
	if b.Estimate == nil {
		return nil
	}
	platform, province := string(r.Entities.Platform), r.Entities.Province
	for _, stage := range durationTopics[r.Topic] {
		cases := [][2]string{{platform, province}, {"", province}, {platform, ""}, {"", ""}}
		if stage == filing.PlatformReview {
			cases = [][2]string{{platform, ""}, {"", ""}}
		}
		for _, c := range cases {
			if s := b.Estimate(string(stage), c[0], c[1]); s != "" {
				lines = append(lines, s)
				break
			}
		}
	}
	return lines
}
