package filing

import (
	"slices"

	"github.com/beianbot/beianbot/bot/vocab"
)

// transitions says which stages may directly follow which. Source: the platform's status codes and the steps they stand for; every stage
// may become Unknown, and Unknown may become anything, because it tells nothing.
//
// A source sees only what it sees when it looks, so a step beyond this table is not refused but noted in the history.
var transitions = map[vocab.Stage][]vocab.Stage{
	vocab.StageNotReady:         {vocab.StageNotFiled, vocab.StageEntranceClosed},
	vocab.StageNotFiled:         {vocab.StageNotReady, vocab.StageEntranceClosed, vocab.StageFaceVerify, vocab.StagePlatformReview},
	vocab.StageEntranceClosed:   {vocab.StageNotReady, vocab.StageNotFiled},
	vocab.StageFaceVerify:       {vocab.StageNotFiled, vocab.StagePlatformReview},
	vocab.StagePlatformReview:   {vocab.StagePlatformRejected, vocab.StageWithdrawn, vocab.StageSMSPending},
	vocab.StagePlatformRejected: {vocab.StageFaceVerify, vocab.StagePlatformReview, vocab.StageNotFiled},
	// Back to the platform's review: the SMS was missed, the filing sent back and submitted again between two looks.
	vocab.StageSMSPending: {vocab.StageAuthorityReview, vocab.StageSMSExpired, vocab.StagePlatformReview, vocab.StagePlatformRejected},
	// Submitted again: changed data goes through the platform's review, unchanged data straight to the SMS.
	vocab.StageSMSExpired:        {vocab.StagePlatformReview, vocab.StageSMSPending},
	vocab.StageAuthorityReview:   {vocab.StageFiled, vocab.StageAuthorityRejected, vocab.StagePlatformReview, vocab.StagePlatformRejected},
	vocab.StageAuthorityRejected: {vocab.StageFaceVerify, vocab.StagePlatformReview, vocab.StageNotFiled},
	vocab.StageFiled:             {vocab.StageChanging, vocab.StageCancelling},
	// A change runs through the same checks; the source may name them or say only that it is changing.
	vocab.StageChanging:   {vocab.StageFiled, vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StagePlatformRejected, vocab.StageAuthorityRejected, vocab.StageSMSExpired},
	vocab.StageCancelling: {vocab.StageCancelled, vocab.StageFiled},
	vocab.StageCancelled:  {vocab.StageNotReady, vocab.StageNotFiled},
	vocab.StageWithdrawn:  {vocab.StageNotReady, vocab.StageNotFiled, vocab.StageFaceVerify, vocab.StagePlatformReview},
}

// CanFollow reports whether to may directly follow from.
func CanFollow(from, to vocab.Stage) bool {
	return from == to || from == vocab.StageUnknown || to == vocab.StageUnknown || slices.Contains(transitions[from], to)
}
