// Package filing is a 小程序备案 on its way: where it stands, how it got there, what comes next and by when. It knows no store, no platform
// interface and no person's words; times are given to it.
package filing

import (
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Source says who reported.
type Source string

// Where reports come from.
const (
	FromConsole Source = "console"
	FromAPI     Source = "api"
	FromCSV     Source = "csv"
	FromSelf    Source = "self"
)

// Sources lists the closed set of those that report today. A stored filing may hold the source of an earlier release
// (poll, event); it is read as it is.
func Sources() []Source {
	return []Source{FromConsole, FromAPI, FromCSV, FromSelf}
}

// Reason is one ground for which a filing was sent back, in the reviewer's own words.
type Reason struct {
	Field   string `json:"field,omitempty"`
	Error   string `json:"error"`
	Suggest string `json:"suggest,omitempty"`
}

// Filing is what is known of one filing now.
type Filing struct {
	// ID is chosen by whoever reports first: an order number, an appid, a row of a sheet. See ValidID.
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Platform vocab.Platform `json:"platform,omitempty"`
	AppID    string         `json:"app_id,omitempty"`
	Subject  string         `json:"subject,omitempty"`
	// Province is the short name, 上海; empty where it is not known.
	Province vocab.Province `json:"province,omitempty"`
	Stage    vocab.Stage    `json:"stage"`
	// Since is when the filing entered Stage, by the report that said so or that corrected it; StageSeq is the event by which it did.
	Since    time.Time `json:"since"`
	StageSeq int64     `json:"stage_seq"`
	// SinceSeq is the event that last corrected Since; zero where none did.
	SinceSeq int64 `json:"since_seq,omitempty"`
	// Reasons are why it was sent back or what is missing, while Stage is one that has reasons (Stage.HasReasons).
	Reasons []Reason `json:"reasons,omitempty"`
	// Number is the filing number, once there is one. It stays while a change or a cancellation is under way and goes when the filing has
	// to be made anew.
	Number string `json:"number,omitempty"`
	// FiledAt is when it was filed first. A change that ends later does not move it, because the 30 days for 公安联网备案 do not begin anew.
	// It is zero where nobody told: a filing that was filed already when it was first reported, without a time.
	FiledAt time.Time `json:"filed_at,omitzero"`
	// CertificateExpires is the last day of the responsible person's certificate (a date at midnight UTC), where somebody told it.
	CertificateExpires time.Time `json:"certificate_expires,omitzero"`
	// ReportedAt is the newest report's own time, UpdatedAt when the last change was written, CreatedAt when the first was.
	ReportedAt time.Time `json:"reported_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	CreatedAt  time.Time `json:"created_at"`
	// Source is where the last change came from.
	Source Source `json:"source"`
	// SelfReported is set for a filing that a person registered for himself: nobody but him vouches for it.
	SelfReported bool `json:"self_reported,omitempty"`
	// Seq is the number of events in its history so far. It never falls.
	Seq int64 `json:"seq"`
}

// Event is one step in a filing's history.
type Event struct {
	Seq int64 `json:"seq"`
	// At is the report's own time, RecordedAt when it was written.
	At         time.Time `json:"at"`
	RecordedAt time.Time `json:"recorded_at"`
	// From is empty for the first event. From equals To where only other fields changed.
	From vocab.Stage `json:"from,omitempty"`
	To   vocab.Stage `json:"to"`
	// Skipped tells that the table of transitions has no direct step from From to To: the source saw only some of the stages.
	Skipped bool `json:"skipped,omitempty"`
	// Changed names the fields other than the stage that changed.
	Changed []string `json:"changed,omitempty"`
	// Since is set where the event corrects since when the filing has been at To, to the corrected time.
	Since   time.Time `json:"since,omitzero"`
	Reasons []Reason  `json:"reasons,omitempty"`
	Number  string    `json:"number,omitempty"`
	Source  Source    `json:"source"`
	// By names the operator, where one acted. It is never a person who messages the account.
	By string `json:"by,omitempty"`
}

// Moved reports whether the event is a change of stage.
func (e Event) Moved() bool { return e.From != e.To }

// Report is what a source says of a filing. Empty fields say nothing and leave what is known.
type Report struct {
	ID                 string
	Name               string
	Platform           vocab.Platform
	AppID              string
	Subject            string
	Province           vocab.Province
	Stage              vocab.Stage
	Reasons            []Reason
	Number             string
	CertificateExpires time.Time
	// At is when it was so; zero means now.
	At time.Time
	// Since is since when it has been at Stage, where the source knows that better than At; zero means since At. It counts in the report that
	// brings the filing to Stage and must not be after At. A person's report of the stage at which his own filing already stands corrects it.
	Since time.Time
	// FiledAt is when it was filed first, where the source knows; zero says nothing.
	FiledAt time.Time
	Source  Source
	By      string
	// SelfReported marks a filing that a person registers for himself. It counts only in the first report.
	SelfReported bool
}

// Bounds of what a report may carry, in runes; they keep every record small and every message within one reply.
const (
	MaxName    = 60
	MaxField   = 100
	MaxReason  = 500
	MaxReasons = 20
	// MaxAhead is how far a report's time may be ahead of the clock.
	MaxAhead = 10 * time.Minute
)

// ValidID reports whether id can name a filing: 1 to 64 letters, digits, dots, dashes or underscores, so that it can stand in a URL, a
// file name and a CSV cell as it is.
func ValidID(id string) bool {
	if len(id) == 0 || len(id) > 64 {
		return false
	}
	for _, r := range []byte(id) {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
		default:
			return false
		}
	}
	return strings.Trim(id, ".") != ""
}
