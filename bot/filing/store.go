package filing

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Store keeps filings, who follows them, and the codes by which they are claimed. bot/store/storetest holds every implementation to the
// same behaviour. All methods may fail with errs.ErrUnavailable.
type Store interface {
	// Apply merges a report (Merge) and writes the new state, its history and the pushes that follow from it in one transaction.
	// Errors: those of Merge.
	Apply(ctx context.Context, r Report) (Outcome, error)
	// Filing returns one filing, History its events, oldest first, the newest MaxHistory of them. Errors: errs.ErrNotFound.
	Filing(ctx context.Context, id string) (Filing, error)
	History(ctx context.Context, id string) ([]Event, error)
	// Filings lists by Query, a page at a time.
	Filings(ctx context.Context, q Query) (Page, error)
	// Delete removes a filing with its history, trackings, codes and pushes. Errors: errs.ErrNotFound.
	Delete(ctx context.Context, id string) error

	// IssueCode makes a code, known by its hash only, valid for a filing until expires. Errors: errs.ErrNotFound.
	IssueCode(ctx context.Context, id string, hash CodeHash, expires time.Time) error
	// RevokeCodes makes all codes of a filing worthless. Errors: errs.ErrNotFound.
	RevokeCodes(ctx context.Context, id string) error
	// Claim makes user a follower of the filing that the code is for. Claiming again changes nothing and is no error. known tells that he
	// followed it before. Errors: ErrBadCode, errs.ErrLimit.
	Claim(ctx context.Context, hash CodeHash, user string, now time.Time) (f Filing, known bool, err error)

	// Adopt makes user a follower of a filing without a code: one that he registered himself. Errors: errs.ErrNotFound, errs.ErrLimit.
	Adopt(ctx context.Context, id, user string, now time.Time) error
	// Tracked lists the filings that user follows, longest followed first.
	Tracked(ctx context.Context, user string) ([]Tracking, error)
	// Tracking returns one filing as user follows it. Errors: errs.ErrNotFound also where he does not follow it: he must not learn that it exists.
	Tracking(ctx context.Context, user, id string) (Tracking, error)
	// Untrack ends it, and drops the pushes that wait for him. Errors: errs.ErrNotFound as Tracking.
	Untrack(ctx context.Context, user, id string, now time.Time) error
	// SetNotify says what user wants to be told of a filing. Errors: errs.ErrNotFound as Tracking.
	SetNotify(ctx context.Context, user, id string, want Notify, now time.Time) error
	// Followers lists who follows a filing. Errors: errs.ErrNotFound.
	Followers(ctx context.Context, id string) ([]Follower, error)
	// Forget erases everything kept of a person, under every interface of the store: trackings, pushes about him in any state, the memory of the conversation,
	// windows and credits; only his wrong codes go on counting for GuessMemory, by a hash of him. Filings that he registered himself and that nobody else follows go with him.
	Forget(ctx context.Context, user string, now time.Time) error
}

// Bounds of what a store keeps for one filing or one person.
const (
	MaxHistory   = 500
	MaxFollowers = 200
	MaxTracked   = 50
)

// Notify is what a follower wants to be told.
type Notify string

// What a follower can want. NotifyNone is the beginning: nothing is pushed without a yes.
const (
	NotifyNone      Notify = "none"
	NotifyImportant Notify = "important" // only what asks something of him, and the end
	NotifyAll       Notify = "all"
)

// Follower is a person who follows a filing.
type Follower struct {
	User   string    `json:"user"`
	Since  time.Time `json:"since"`
	Notify Notify    `json:"notify"`
}

// Tracking is a filing as one person follows it.
type Tracking struct {
	Filing   Filing
	Follower Follower
}

// Query selects filings. Zero fields select everything.
type Query struct {
	Stage    vocab.Stage
	Province vocab.Province
	// Text is looked for in id, name, app id, subject and number.
	Text string
	// Cursor is Page.Next of the page before. Limit is 1 to 500; zero means 50.
	Cursor string
	Limit  int
}

// Page is a page of filings, most recently updated first. Next is empty on the last one.
type Page struct {
	Filings []Filing
	Next    string
}

// Batches is what a store offers for many filings at once.
type Batches interface {
	// ApplyBatch applies reports in their order, many to a transaction, and returns a result for each. A report that is refused harms no
	// other. The error is for the store itself: the results then say which reports were written, those without an ID were not.
	ApplyBatch(ctx context.Context, rs []Report) ([]Result, error)
	// FilingsByID returns those of the filings that there are, by id, in one look at the store for up to 500 of them.
	FilingsByID(ctx context.Context, ids []string) (map[string]Filing, error)
	// StageCounts returns how many filings stand in each stage; stages without any may be absent.
	StageCounts(ctx context.Context) (map[vocab.Stage]int, error)
}

// Result is what became of one report of a batch.
type Result struct {
	// ID is the report's, once it was dealt with.
	ID string
	Outcome
	// Err is why the report was refused: what Apply would have returned.
	Err error
}
