// Package httpstatus says with which HTTP status each coded error is answered, for the JSON API and the console alike.
package httpstatus

import (
	"maps"
	"net/http"
	"slices"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

var statuses = map[errs.Code]int{
	errs.CodeInvalid:     http.StatusUnprocessableEntity,
	errs.CodeNotFound:    http.StatusNotFound,
	errs.CodeLimit:       http.StatusConflict,
	errs.CodeConflict:    http.StatusConflict,
	errs.CodeUnavailable: http.StatusServiceUnavailable,

	filing.CodeStaleReport:  http.StatusConflict,
	filing.CodeFutureReport: http.StatusUnprocessableEntity,
	filing.CodeBadCode:      http.StatusNotFound,
	filing.CodeWait:         http.StatusTooManyRequests,

	push.CodeLeaseLost:    http.StatusConflict,
	desk.CodeUnauthorized: http.StatusUnauthorized,
}

// Of returns the HTTP status of a code; ok is false for what is no code of the program, such as the empty one.
func Of(code errs.Code) (status int, ok bool) {
	status, ok = statuses[code]
	return status, ok
}

// Codes lists every code that has a status, in their order.
func Codes() []errs.Code { return slices.Sorted(maps.Keys(statuses)) }
