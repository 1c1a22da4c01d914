package service

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// experience is what the account's own history says of how long reviews take. It is fed the finished stays of the store at the start, and
// those that came since every minute: other replicas finish stays too.
type experience struct {
	*filing.Estimator
	samples filing.Samples
	fed     time.Time
}

func newExperience(s filing.Samples, cal *filing.Calendar) *experience {
	return &experience{Estimator: filing.NewEstimator(cal), samples: s}
}

// feedOverlap is how far back each look goes beyond the one before: a report may come late. The estimator counts nothing twice.
const feedOverlap = 24 * time.Hour

// feed counts the stays that it has not seen.
func (e *experience) feed(ctx context.Context, now time.Time) error {
	since := now.Add(-filing.SampleKeep)
	if !e.fed.IsZero() {
		since = e.fed.Add(-feedOverlap)
	}
	for _, stage := range []vocab.Stage{vocab.StagePlatformReview, vocab.StageAuthorityReview} {
		samples, err := e.samples.Samples(ctx, stage, "", "", since)
		if err != nil {
			return err
		}
		for _, s := range samples {
			e.Add(s)
		}
	}
	e.fed = now
	return nil
}

// of says how long the review that a filing is in takes; empty where too little is known.
func (e *experience) of(f filing.Filing, now time.Time) string {
	est, exact, ok := e.Best(f, now)
	if !ok {
		return ""
	}
	province := vocab.Province("")
	if exact {
		province = f.Province
	}
	return est.Sentence(f.Stage, f.Platform, province)
}

// about says the same of a stage, platform and province.
func (e *experience) about(stage vocab.Stage, platform vocab.Platform, province vocab.Province, now time.Time) string {
	est, ok := e.Estimate(stage, platform, province, now)
	if !ok {
		return ""
	}
	return est.Sentence(stage, platform, province)
}

// learn feeds the experience until ctx is done.
func (s *Service) learn(ctx context.Context) {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		if err := s.live.Load().experience.feed(ctx, s.now()); err != nil && ctx.Err() == nil {
			s.log.Warn("finished stays not read", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
