package demo

import (
	"context"
	"net/http"
)

// Platform changes how the platform behaves towards the account. Its methods are called concurrently.
type Platform interface {
	// Ability says what the account may do of its own accord; SetAbility changes it.
	Ability() Ability
	SetAbility(ctx context.Context, a Ability) error
	// Fault says what is wrong with the platform when messages are sent; SetFault changes it.
	Fault() Fault
	SetFault(ctx context.Context, f Fault) error
}

// Ability is what an account may do of its own accord.
type Ability string

// The abilities, most to least.
const (
	AbilityTemplate Ability = "template" // template messages, and customer messages inside their window
	AbilityCustomer Ability = "customer" // customer messages inside their window only
	AbilityPassive  Ability = "passive"  // nothing: it may only answer
)

// Fault is what is wrong with the platform when the account sends something of its own accord.
type Fault string

// The faults.
const (
	FaultNone Fault = "none"
	FaultBusy Fault = "busy" // it is busy (-1) and takes nothing
	FaultLost Fault = "lost" // it takes the message, but its answer gets lost
)

func (s *Server) doAbility(ctx context.Context, a action) error {
	switch a.Ability {
	case AbilityTemplate, AbilityCustomer, AbilityPassive:
		if s.o.Platform != nil {
			return s.o.Platform.SetAbility(ctx, a.Ability)
		}
	}
	return refuse(http.StatusUnprocessableEntity, "no_such_ability", "没有这个选项。")
}

func (s *Server) doFault(ctx context.Context, a action) error {
	switch a.Fault {
	case FaultNone, FaultBusy, FaultLost:
		if s.o.Platform != nil {
			return s.o.Platform.SetFault(ctx, a.Fault)
		}
	}
	return refuse(http.StatusUnprocessableEntity, "no_such_fault", "没有这个选项。")
}
