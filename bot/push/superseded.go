package push

import "context"

// superseded is the second stage: a later state of the same filing replaces a push that was not yet told. Planning drops such pushes, but
// not one that was out with a worker just then. That holds also for one that may have got through already: if it did, nothing is missing,
// and if it did not, telling it now would tell things in the wrong order. Reminders that go by a date and not by the stage outlast it. A
// reminder that waited so long that the next one of its matter is due makes way for that.
func (w *Worker) superseded(_ context.Context, j *job) (step, error) {
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
