package filing

import "slices"

// transitions says which stages may directly follow which. Source: the platform's status codes and the steps they stand for; every stage
// may become Unknown, and Unknown may become anything, because it tells nothing.
//
// A source sees only what it sees when it looks, so a step beyond this table is not refused but noted in the history.
var transitions = map[Stage][]Stage{
	NotReady:         {NotFiled, EntranceClosed},
	NotFiled:         {NotReady, EntranceClosed, FaceVerify, PlatformReview},
	EntranceClosed:   {NotReady, NotFiled},
	FaceVerify:       {NotFiled, PlatformReview},
	PlatformReview:   {PlatformRejected, Withdrawn, SMSPending},
	PlatformRejected: {FaceVerify, PlatformReview, NotFiled},
	// Back to the platform's review: the SMS was missed, the filing sent back and submitted again between two looks.
	SMSPending: {AuthorityReview, SMSExpired, PlatformReview, PlatformRejected},
	// Submitted again: changed data goes through the platform's review, unchanged data straight to the SMS.
	SMSExpired:        {PlatformReview, SMSPending},
	AuthorityReview:   {Filed, AuthorityRejected, PlatformReview, PlatformRejected},
	AuthorityRejected: {FaceVerify, PlatformReview, NotFiled},
	Filed:             {Changing, Cancelling},
	// A change runs through the same checks; the source may name them or say only that it is changing.
	Changing:   {Filed, PlatformReview, SMSPending, AuthorityReview, PlatformRejected, AuthorityRejected, SMSExpired},
	Cancelling: {Cancelled, Filed},
	Cancelled:  {NotReady, NotFiled},
	Withdrawn:  {NotReady, NotFiled, FaceVerify, PlatformReview},
}

// CanFollow reports whether to may directly follow from.
func CanFollow(from, to Stage) bool {
	return from == to || from == Unknown || to == Unknown || slices.Contains(transitions[from], to)
}
