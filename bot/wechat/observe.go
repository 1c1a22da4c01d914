package wechat

import (
	"context"
	"errors"
	"net"
	"time"
)

// Observation is what can be counted about one call to the platform. It holds nothing personal and no secret.
type Observation struct {
	// Op is the call, one of Ops.
	Op string
	// Answer is what came of it.
	Answer Answer
	// Took is the time from before the request was built until its answer was read.
	Took time.Duration
}

// Ops lists the closed set of calls, in the words of Error.Op.
func Ops() []string {
	return []string{opToken, opTemplate, opSubscription, opCustomer, opMenu, opQR, opQuota}
}

const (
	opToken        = "token"
	opTemplate     = "template.send"
	opSubscription = "subscription.send"
	opCustomer     = "customer.send"
	opMenu         = "menu.create"
	opQR           = "qr.create"
	opQuota        = "quota.get"
)

// Answer is the class of what came of a call: ok, the Class of the platform's error code, or how the call failed
// without one.
type Answer string

// What can come of a call besides the Class of an error code.
const (
	AnswerOK Answer = "ok"
	// AnswerHTTPError: a status other than 200, from the platform or a proxy before it.
	AnswerHTTPError Answer = "http_error"
	// AnswerMalformed: something came that is not the platform's JSON.
	AnswerMalformed Answer = "malformed"
	// AnswerTimeout: no answer in time. AnswerTransport: no answer for another reason: name, route, connection, TLS.
	AnswerTimeout   Answer = "timeout"
	AnswerTransport Answer = "transport"
	// AnswerCanceled: the caller gave up.
	AnswerCanceled Answer = "canceled"
)

// Answers lists the closed set.
func Answers() []Answer {
	out := []Answer{AnswerOK, AnswerHTTPError, AnswerMalformed, AnswerTimeout, AnswerTransport, AnswerCanceled}
	for _, c := range Classes() {
		out = append(out, Answer(c))
	}
	return out
}

// answerOf classifies the result of a call.
func answerOf(err error) Answer {
	var e *Error
	switch {
	case err == nil:
		return AnswerOK
	case !errors.As(err, &e):
		return AnswerTransport
	case e.Code != 0:
		return Answer(e.Class)
	case e.Reason == reasonStatus:
		return AnswerHTTPError
	case e.Reason == reasonGarbled:
		return AnswerMalformed
	case errors.Is(err, context.Canceled):
		return AnswerCanceled
	case e.timedOut:
		return AnswerTimeout
	default:
		return AnswerTransport
	}
}

// timedOut reports whether an error of the network is one of waiting too long.
func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}
