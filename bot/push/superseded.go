package push

import "context"

// superseded is the second stage: a later state of the same filing replaces a push that was not yet told. Planning drops such pushes, but
// not one that was out with a worker just then. One that may have got through already is left to the send stage. Reminders that go by a
// date and not by the stage outlast it. A reminder that waited so long that the next one of its matter is due makes way for that.
func (w *Worker) superseded(_ context.Context, j *job) (step, error) {
	if !j.FirstTry.IsZero() {
		return next, nil
	}
	if j.now.StageSeq > j.Seq && !j.Kind.byDate() {
		return j.drop(ReasonSuperseded), nil
	}
	if !j.Until.IsZero() && !w.now().Before(j.Until) { // the next reminder of the same matter is due by now
		return j.drop(ReasonSuperseded), nil
	}
	return next, nil
}

// byDate reports whether a push of this kind goes by a date and not by the stage.
func (k Kind) byDate() bool { return k == KindPolice || k == KindCertificate }
