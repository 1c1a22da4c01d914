package webhook

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// tellTries is for how long it is tried to record that notices were told. What is not recorded by then is told once more.
const tellTries = 20 * time.Second

// answerNow writes a reply and sees to it that it left this process: an error means that the person did not get it from this delivery.
func answerNow(w http.ResponseWriter, reply []byte) error {
	w.Header().Set("Content-Length", strconv.Itoa(len(reply))) // else flushing would make it come in pieces
	if err := answer(w, reply); err != nil {
		return err
	}
	err := http.NewResponseController(w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// told records, behind the reply that was written, that it told notices. Should the process die in between, they are told once more: that is
// better than never, and the other order could lose them.
func (p *passage) told(told []string) {
	e := p.endpoint
	if e.store == nil {
		return
	}
	e.later(func() {
		ctx := context.WithoutCancel(p.request)
		end := time.Now().Add(tellTries)
		for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
			err := <-e.store.told(ctx, p.message.User, told, e.now(), tellTries)
			if err == nil {
				return
			}
			if time.Now().Add(pause).After(end) {
				e.log.Warn("told notices not recorded, they are told once more", "notices", len(told), "error", scrub(err, p.message))
				return
			}
			time.Sleep(pause)
		}
	})
}
