package filing

import (
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Outcome is what a report led to.
type Outcome struct {
	Filing Filing
	// Event is the new step in the history; zero where Changed is false.
	Event   Event
	Changed bool
	// Pushes is how many notices the change led to; the store fills it in.
	Pushes int
}

// Merge says what a report makes of a filing. It is the one place where that is decided; stores call it inside their transaction.
// cur is nil for a filing not known yet.
//
// Errors: errs.ErrInvalid for a report that breaks the bounds or lacks a name in the first report, ErrFutureReport for a time more than
// MaxAhead ahead of now, ErrStaleReport for a time before the newest report's.
//
// A report that says nothing new changes nothing but ReportedAt, which must advance so that an older report that arrives late is known to be stale.
// A report without a time is the newest there is: it is never stale, even where an earlier one came from a clock that runs ahead.
func Merge(cur *Filing, r Report, now time.Time) (Outcome, error) {
	r = r.tidy()
	if err := r.Validate(); err != nil {
		return Outcome{}, err
	}
	now = now.UTC().Truncate(time.Millisecond)
	at := r.At.UTC().Truncate(time.Millisecond)
	if r.At.IsZero() {
		at = now
		if cur != nil && cur.ReportedAt.After(now) {
			at = cur.ReportedAt
		}
	}
	if at.After(now.Add(MaxAhead)) && !r.At.IsZero() {
		return Outcome{}, ErrFutureReport
	}
	since := at
	if !r.Since.IsZero() {
		if since = r.Since.UTC().Truncate(time.Millisecond); since.After(at) {
			return Outcome{}, errs.Errorf(errs.CodeInvalid, "since: later than the report itself")
		}
	}
	if cur == nil {
		return first(r, at, since, now)
	}
	if at.Before(cur.ReportedAt) {
		return Outcome{Filing: *cur}, ErrStaleReport
	}
	f := *cur
	f.ReportedAt = at
	moved := r.Stage != "" && r.Stage != cur.Stage
	var changed []string
	if moved {
		changed = f.move(r, since)
	}
	corrected := !moved && corrects(*cur, r, since)
	if corrected {
		f.correct(since)
		changed = append(changed, "since")
	}
	changed = append(changed, f.take(r)...)
	if f.Stage.HasReasons() && len(r.Reasons) > 0 && !slices.Equal(f.Reasons, r.Reasons) {
		f.Reasons = r.Reasons
		changed = append(changed, "reasons")
	}
	if !moved && len(changed) == 0 {
		return Outcome{Filing: f}, nil
	}
	f.Seq++
	if moved {
		f.StageSeq = f.Seq
	}
	f.UpdatedAt, f.Source = now, r.Source
	ev := Event{
		Seq: f.Seq, At: at, RecordedAt: now, From: cur.Stage, To: f.Stage, Changed: changed,
		Reasons: slices.Clone(f.Reasons), Number: f.Number, Source: r.Source, By: r.By,
		Skipped: moved && !CanFollow(cur.Stage, f.Stage),
	}
	if corrected {
		f.SinceSeq, ev.Since = f.Seq, since
	}
	return Outcome{Filing: f, Event: ev, Changed: true}, nil
}

func first(r Report, at, since, now time.Time) (Outcome, error) {
	if r.Name == "" {
		return Outcome{}, errs.Errorf(errs.CodeInvalid, "a new filing needs a name")
	}
	f := Filing{
		ID: r.ID, Stage: r.Stage, Since: since, ReportedAt: at, UpdatedAt: now, CreatedAt: now, Seq: 1, StageSeq: 1, Source: r.Source,
		SelfReported: r.SelfReported,
	}
	if f.Stage == "" {
		f.Stage = vocab.StageNotFiled
	}
	f.take(r)
	if f.Stage.HasReasons() {
		f.Reasons = r.Reasons
	}
	if f.Stage == vocab.StageFiled && f.FiledAt.IsZero() && !(r.At.IsZero() && r.Since.IsZero()) {
		f.FiledAt = since
	}
	ev := Event{
		Seq: 1, At: at, RecordedAt: now, To: f.Stage, Reasons: slices.Clone(f.Reasons), Number: f.Number, Source: r.Source, By: r.By,
	}
	return Outcome{Filing: f, Event: ev, Changed: true}, nil
}

// move brings f to the stage of r, with what goes along with a stage, and returns the names of other fields that it changed.
func (f *Filing) move(r Report, since time.Time) (changed []string) {
	from := f.Stage
	f.Stage, f.Since, f.SinceSeq, f.Reasons = r.Stage, since, 0, nil
	if anew(from, f.Stage) {
		f.FiledAt = time.Time{}
		if f.Number != "" && r.Number == "" {
			f.Number = ""
			changed = append(changed, "number")
		}
	}
	if f.Stage == vocab.StageFiled && f.FiledAt.IsZero() && !wasFiled(from) {
		f.FiledAt = since
	}
	return changed
}

// corrects reports whether a report only tells another time since when a filing has been where it is. Nobody but the person who registered a
// filing for himself can do that: every other source sees stages, and what it says later it merely saw later.
func corrects(cur Filing, r Report, since time.Time) bool {
	return cur.SelfReported && r.Source == FromSelf && r.Stage == cur.Stage && !r.Since.IsZero() && !since.Equal(cur.Since)
}

// correct sets since when f has been at its stage, and with it the first day where that was taken from there.
func (f *Filing) correct(since time.Time) {
	if f.Stage == vocab.StageFiled && f.FiledAt.Equal(f.Since) {
		f.FiledAt = since
	}
	f.Since = since
}

// anew reports whether a filing that goes from one stage to another begins from nothing, so that an earlier number is void: a number that
// was cancelled does not come back.
func anew(from, to vocab.Stage) bool {
	return to == vocab.StageNotReady || to == vocab.StageNotFiled || from == vocab.StageCancelled && to != vocab.StageUnknown && !to.HasNumber()
}

// wasFiled reports whether a filing at from was filed some time before, though nobody told when.
func wasFiled(from vocab.Stage) bool {
	return from == vocab.StageChanging || from == vocab.StageCancelling || from == vocab.StageCancelled
}

// replace writes v to dst and reports whether that changed anything. An empty v says nothing.
func replace[T ~string](dst *T, v T) bool {
	if v == "" || v == *dst {
		return false
	}
	*dst = v
	return true
}

// take copies what the report says of the plain fields and returns the names of those that changed.
func (f *Filing) take(r Report) (changed []string) {
	for _, x := range []struct {
		name string
		set  bool
	}{
		{"name", replace(&f.Name, r.Name)},
		{"app_id", replace(&f.AppID, r.AppID)},
		{"subject", replace(&f.Subject, r.Subject)},
		{"province", replace(&f.Province, r.Province)},
		{"number", replace(&f.Number, r.Number)},
		{"platform", replace(&f.Platform, r.Platform)},
	} {
		if x.set {
			changed = append(changed, x.name)
		}
	}
	if !r.CertificateExpires.IsZero() && !r.CertificateExpires.Equal(f.CertificateExpires) {
		f.CertificateExpires = r.CertificateExpires
		changed = append(changed, "certificate_expires")
	}
	if filed := r.FiledAt.UTC().Truncate(time.Millisecond); !r.FiledAt.IsZero() && !filed.Equal(f.FiledAt) {
		f.FiledAt = filed
		changed = append(changed, "filed_at")
	}
	return changed
}
