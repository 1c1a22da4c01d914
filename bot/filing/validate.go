package filing

import (
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/errs"
)

// The times that can be true: nothing was filed before 2000, and no certificate runs beyond 2199. What lies outside is a slip, such as a
// number of days taken for a number of seconds.
const (
	firstYear = 2000
	lastYear  = 2199
)

// Validate checks a report against the bounds, as it is kept: space around a text does not count. Its error names the field and the rule.
func (r Report) Validate() error {
	r = r.tidy()
	if !ValidID(r.ID) {
		return errs.Errorf(errs.CodeInvalid, "id: 1 to 64 letters, digits, dots, dashes or underscores")
	}
	if r.Stage != "" && !r.Stage.Valid() {
		return errs.Errorf(errs.CodeInvalid, "stage: not one of the known stages")
	}
	if r.Platform != "" && !r.Platform.Valid() {
		return errs.Errorf(errs.CodeInvalid, "platform: not one of the known platforms")
	}
	if r.Source != "" && !slices.Contains(Sources(), r.Source) {
		return errs.Errorf(errs.CodeInvalid, "source: not one of the known sources")
	}
	for _, f := range []struct {
		name string
		at   time.Time
	}{{"at", r.At}, {"since", r.Since}, {"filed_at", r.FiledAt}, {"certificate_expires", r.CertificateExpires}} {
		if y := f.at.UTC().Year(); !f.at.IsZero() && (y < firstYear || y > lastYear) {
			return errs.Errorf(errs.CodeInvalid, "%s: not between the years %d and %d", f.name, firstYear, lastYear)
		}
	}
	if r.Province != "" && !r.Province.Valid() {
		return errs.Errorf(errs.CodeInvalid, "province: not the short name of a province, such as 上海")
	}
	for _, f := range []struct {
		name, value string
		max         int
	}{
		{"name", r.Name, MaxName},
		{"app_id", r.AppID, MaxField},
		{"subject", r.Subject, MaxField},
		{"number", r.Number, MaxField},
		{"by", r.By, MaxField},
	} {
		if err := checkText(f.name, f.value, f.max); err != nil {
			return err
		}
	}
	if len(r.Reasons) > MaxReasons {
		return errs.Errorf(errs.CodeInvalid, "reasons: at most %d", MaxReasons)
	}
	for _, reason := range r.Reasons {
		for _, f := range []struct{ name, value string }{
			{"reasons.field", reason.Field}, {"reasons.error", reason.Error}, {"reasons.suggest", reason.Suggest},
		} {
			if err := checkText(f.name, f.value, MaxReason); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkText(name, v string, most int) error {
	if !utf8.ValidString(v) {
		return errs.Errorf(errs.CodeInvalid, "%s: not valid UTF-8", name)
	}
	if utf8.RuneCountInString(v) > most {
		return errs.Errorf(errs.CodeInvalid, "%s: at most %d characters", name, most)
	}
	for _, c := range v {
		if unicode.IsControl(c) && c != '\n' {
			return errs.Errorf(errs.CodeInvalid, "%s: control characters are not allowed", name)
		}
	}
	return nil
}
