package filing

// Stage is where a filing stands. The set is closed; what a source reports beyond it is Unknown.
type Stage string

// The stages of a filing, in the order in which they normally come.
const (
	NotReady          Stage = "not_ready"          // something must be completed before it can be submitted
	NotFiled          Stage = "not_filed"          // ready to be submitted
	EntranceClosed    Stage = "entrance_closed"    // the platform does not let it be submitted at present
	FaceVerify        Stage = "face_verify"        // the administrator has to pass the face check
	PlatformReview    Stage = "platform_review"    // the platform's own review
	PlatformRejected  Stage = "platform_rejected"  // sent back by the platform
	SMSPending        Stage = "sms_pending"        // the ministry's SMS has to be answered within 24 hours
	SMSExpired        Stage = "sms_expired"        // it was not answered in time; sent back
	AuthorityReview   Stage = "authority_review"   // the provincial authority's review
	AuthorityRejected Stage = "authority_rejected" // sent back by the authority
	Filed             Stage = "filed"              // done: it has a number
	Changing          Stage = "changing"           // a change of a filed one is under review
	Cancelling        Stage = "cancelling"         // cancellation is under way
	Cancelled         Stage = "cancelled"          // the filing exists no more
	Withdrawn         Stage = "withdrawn"          // the applicant took it back
	Unknown           Stage = "unknown"            // the source said something we cannot read
)

// Stages lists the closed set, in the order of the constants.
func Stages() []Stage {
	return []Stage{
		NotReady, NotFiled, EntranceClosed, FaceVerify, PlatformReview, PlatformRejected, SMSPending, SMSExpired,
		AuthorityReview, AuthorityRejected, Filed, Changing, Cancelling, Cancelled, Withdrawn, Unknown,
	}
}

// Valid reports whether s is one of Stages.
func (s Stage) Valid() bool {
	for _, k := range Stages() {
		if s == k {
			return true
		}
	}
	return false
}

// Rejected reports whether reasons belong to the stage: somebody sent the filing back.
func (s Stage) Rejected() bool { return s == PlatformRejected || s == AuthorityRejected }
