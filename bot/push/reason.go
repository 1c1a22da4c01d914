package push

import "github.com/beianbot/beianbot/bot/errs"

// Stuck reports whether an operator has to mend something before the push can be sent by itself: the platform refused it, or it was given up.
// One that is Held is still told with the reply to the person's own message, should he write.
func (p Push) Stuck() bool {
	return p.State == Dead || p.State == Held && p.Reason.Stuck()
}

// CodeLeaseLost is the code of ErrLeaseLost.
const CodeLeaseLost errs.Code = "lease_lost"

// ErrLeaseLost tells that a push was finished by somebody whose lease had ended.
var ErrLeaseLost = &errs.Error{Code: CodeLeaseLost, Message: "the lease of this push has ended"}
