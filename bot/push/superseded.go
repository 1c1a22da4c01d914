package push

import "context"

// superseded is the second stage: a later state of the same filing replaces a push that was not yet told. Planning drops such pushes, but
// not one that was out with a worker just then. One that may have got through already is left to the send stage. Reminders that go by a
// date and not by the stage outlast it.
func (w *Worker) superseded(_ context.Context, j *job) (step, error) {
	byDate := j.Kind == KindPolice || j.Kind == KindCertificate
	if j.now.StageSeq > j.Seq && j.FirstTry.IsZero() && !byDate {
		return j.drop(ReasonSuperseded), nil
	}
	return next, nil
}
