package filing

import "github.com/beianbot/beianbot/bot/errs"

// The codes with a meaning that only filings have.
const (
	CodeStaleReport  errs.Code = "stale_report"  // a newer report is known
	CodeFutureReport errs.Code = "future_report" // the report's time is ahead of the clock
	CodeBadCode      errs.Code = "bad_code"      // the claim code is wrong, expired, revoked or used up; which of them is not told
	CodeWait         errs.Code = "wait"          // too many wrong codes: try again later
)

// Errors to compare with by errors.Is.
var (
	ErrStaleReport  = &errs.Error{Code: CodeStaleReport, Message: "a newer report is known"}
	ErrFutureReport = &errs.Error{
		Code: CodeFutureReport, Message: "the report's time is more than 10 minutes ahead of the clock",
	}
	ErrBadCode = &errs.Error{Code: CodeBadCode, Message: "the code is wrong or no longer valid"}
	ErrWait    = &errs.Error{Code: CodeWait, Message: "too many attempts, try again later"}
)
