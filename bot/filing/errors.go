package filing

import (
	"errors"
	"fmt"
)

// Code says what kind of thing went wrong; callers act on it, the message is for people.
type Code string

// The codes of this package and of the stores.
const (
	CodeInvalid      Code = "invalid"           // the input breaks a rule
	CodeNotFound     Code = "not_found"         // there is no such filing, push or user
	CodeStaleReport  Code = "stale_report"      // a newer report is known
	CodeFutureReport Code = "future_report"     // the report's time is ahead of the clock
	CodeBadCode      Code = "bad_code"          // the claim code is wrong, expired, revoked or used up; which of them is not told
	CodeLimit        Code = "limit"             // a bound is reached: followers of a filing, filings of a user
	CodeWait         Code = "wait"              // too many wrong codes: try again later
	CodeConflict     Code = "conflict"          // lost against others many times; try again
	CodeUnavailable  Code = "store_unavailable" // the store does not answer
)

// Error is a coded error. Its message is English, for operators; people who message the account never see it.
type Error struct {
	Code    Code
	Message string
	// Err is the cause, if there is one.
	Err error
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an Error with the same code, so that errors.Is(err, ErrNotFound) holds for every not-found.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// Errors to compare with by errors.Is.
var (
	ErrInvalid      = &Error{Code: CodeInvalid, Message: "invalid"}
	ErrNotFound     = &Error{Code: CodeNotFound, Message: "not found"}
	ErrStaleReport  = &Error{Code: CodeStaleReport, Message: "a newer report is known"}
	ErrFutureReport = &Error{Code: CodeFutureReport, Message: "the report's time is more than 10 minutes ahead of the clock"}
	ErrBadCode      = &Error{Code: CodeBadCode, Message: "the code is wrong or no longer valid"}
	ErrLimit        = &Error{Code: CodeLimit, Message: "a limit is reached"}
	ErrWait         = &Error{Code: CodeWait, Message: "too many attempts, try again later"}
	ErrUnavailable  = &Error{Code: CodeUnavailable, Message: "the store does not answer"}
)

// Errorf makes an Error with a code and a message; %w keeps the cause.
func Errorf(code Code, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// CodeOf returns the code of err, or the empty Code where it has none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
