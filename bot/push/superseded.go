package push

import "context"

// superseded is the second stage: a later state of the same filing replaces a push that was not yet told. One that may have got through
// already is left to the send stage.
func (w *Worker) superseded(_ context.Context, j *job) (step, error) {
	if j.now.StageSeq > j.Seq && j.FirstTry.IsZero() {
		return j.drop(ReasonSuperseded), nil
	}
	return next, nil
}
