package main

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/vocab"
)

type pushPreviewCmd struct {
	serverFlags
	Filing   string `xor:"what" help:"What would be said of this filing as it stands."`
	Stage    string `xor:"what" help:"What would be said of a made-up filing at this stage (default: of each)."`
	Platform string `default:"wechat" help:"Platform of the made-up filing."`
	Own      bool   `help:"The made-up filing is one that a person registered himself."`
}

// Run prints what the template, the subscription notice and a message would say.
func (c *pushPreviewCmd) Run(w *world) error {
	if c.Filing != "" {
		return c.with(w, func(cl *client) error {
			var found struct {
				Filing filing.Filing `json:"filing"`
			}
			if err := cl.call(w.ctx, http.MethodGet, "/api/v1/filings/"+url.PathEscape(c.Filing), nil, nil, &found); err != nil {
				return err
			}
			return c.print(w, found.Filing)
		})
	}
	stages := vocab.Stages()
	if c.Stage != "" {
		s := vocab.Stage(c.Stage)
		if !s.Valid() {
			return fmt.Errorf("%s is not a stage; there are %v", c.Stage, stages)
		}
		stages = []vocab.Stage{s}
	}
	if !vocab.Platform(c.Platform).Valid() {
		return fmt.Errorf("%s is not a platform; there are %v", c.Platform, vocab.Platforms())
	}
	for _, s := range stages {
		if _, err := fmt.Fprintf(w.stdout, "==== %s %s\n\n", s, s.Chinese()); err != nil {
			return err
		}
		if err := c.print(w, c.madeUp(s, w.now())); err != nil {
			return err
		}
	}
	return nil
}

func (c *pushPreviewCmd) print(w *world, f filing.Filing) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	return service.Preview(w.stdout, cfg, f, w.now())
}

// madeUp is a filing that has come to a stage at now.
func (c *pushPreviewCmd) madeUp(s vocab.Stage, now time.Time) filing.Filing {
	f := filing.Filing{
		ID: "sample", Name: "小鹿花店", Platform: vocab.Platform(c.Platform), Province: "上海", Stage: s, Since: now, StageSeq: 2, SelfReported: c.Own,
	}
	switch s {
	case vocab.StageFiled, vocab.StageChanging, vocab.StageCancelling, vocab.StageCancelled:
		f.Number, f.FiledAt = "沪ICP备2026000001号-1X", now
	case vocab.StageNotReady, vocab.StagePlatformRejected, vocab.StageAuthorityRejected, vocab.StageSMSExpired:
		f.Reasons = []filing.Reason{{Field: "主体负责人", Error: "证件照片不清晰", Suggest: "请重新上传"}}
	case vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFaceVerify, vocab.StagePlatformReview,
		vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageWithdrawn, vocab.StageUnknown:
	}
	return f
}
