// Package errs is the one coded error of the program: a code that callers act on, a message for operators, and the
// cause.
//
// The codes here belong to nobody in particular. A code with a meaning of its own is declared by the package that gives
// it that meaning, as a constant of type Code.
package errs

import (
	"errors"
	"fmt"
)

// Code says what kind of thing went wrong. It goes over the wire of the JSON API, so it does not change.
type Code string

// The codes that any package may use.
const (
	CodeInvalid     Code = "invalid"           // the input breaks a rule
	CodeNotFound    Code = "not_found"         // there is no such thing
	CodeLimit       Code = "limit"             // a bound is reached: followers of a filing, filings of a user
	CodeConflict    Code = "conflict"          // lost against others many times; try again
	CodeUnavailable Code = "store_unavailable" // the store does not answer
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

// Is reports whether target is an Error with the same code, so that errors.Is(err, ErrNotFound) holds for every
// not-found.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// Errors to compare with by errors.Is.
var (
	ErrInvalid     = &Error{Code: CodeInvalid, Message: "invalid"}
	ErrNotFound    = &Error{Code: CodeNotFound, Message: "not found"}
	ErrLimit       = &Error{Code: CodeLimit, Message: "a limit is reached"}
	ErrUnavailable = &Error{Code: CodeUnavailable, Message: "the store does not answer"}
)

// Errorf makes an Error with a code and a message; %w keeps the cause.
func Errorf(code Code, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// CodeOf returns the code of the first coded error in err's chain, or the empty Code if there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
