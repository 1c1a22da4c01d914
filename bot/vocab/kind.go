package vocab

// Kind is what a push is about.
type Kind string

// The kinds of pushes.
const (
	KindChange      Kind = "change"      // the filing moved
	KindSMS         Kind = "sms"         // reminder: the ministry's SMS is unanswered
	KindFace        Kind = "face"        // reminder: the face check is open
	KindOverdue     Kind = "overdue"     // the review is past its usual window
	KindPSBFiling   Kind = "police"      // reminder: 公安联网备案, the filing with the public security bureau
	KindCertificate Kind = "certificate" // the responsible person's certificate expires
	KindStalled     Kind = "standstill"  // a self-reported filing has not moved for long
)

type kindRow struct {
	term[Kind]
	// important marks kinds that always ask something of the person. A change is as important as the stage that it
	// leads to.
	important bool
	// byDate marks kinds that go by a date and not by the stage.
	byDate bool
}

var kinds = newTable[Kind](
	kindRow{term: term[Kind]{KindChange, "进度变化", "Change", ""}},
	kindRow{term: term[Kind]{KindSMS, "短信核验提醒", "SMS reminder", ""}, important: true},
	kindRow{term: term[Kind]{KindFace, "刷脸提醒", "Face check reminder", ""}, important: true},
	kindRow{term: term[Kind]{KindOverdue, "审核超期提醒", "Overdue review", ""}, important: true},
	kindRow{
		term:      term[Kind]{KindPSBFiling, "公安备案提醒", "Police registration reminder", ""},
		important: true, byDate: true,
	},
	kindRow{term: term[Kind]{KindCertificate, "证件到期提醒", "Certificate reminder", ""}, important: true, byDate: true},
	kindRow{term: term[Kind]{KindStalled, "久无变化提醒", "Standstill reminder", ""}, important: true},
)

// Kinds lists the closed set.
func Kinds() []Kind { return kinds.all() }

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { return kinds.has(k) }

// Chinese is the kind in Chinese; empty for what is none.
func (k Kind) Chinese() string { return kinds.rows[k].chinese }

// English is the kind in English; empty for what is none.
func (k Kind) English() string { return kinds.rows[k].english }

// Important reports whether a push of this kind always asks something of the person, whatever the filing's stage.
func (k Kind) Important() bool { return kinds.rows[k].important }

// ByDate reports whether a push of this kind goes by a date and not by the stage.
func (k Kind) ByDate() bool { return kinds.rows[k].byDate }
