package desk

import "slices"

// Role is what somebody is at the desk. Each role may all that the one before it may.
type Role string

// The roles.
const (
	Reader   Role = "reader"   // sees filings, pushes, questions, knowledge and figures
	Editor   Role = "editor"   // looks after the answers
	Operator Role = "operator" // looks after filings and pushes
	Admin    Role = "admin"    // looks after people, keys, the menu and the program itself
)

// Roles lists the closed set, from the least to the most.
func Roles() []Role { return []Role{Reader, Editor, Operator, Admin} }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Action is a kind of thing that can be done.
type Action string

// The actions.
const (
	Look      Action = "look"      // see pages and figures
	Own       Action = "own"       // one's own session, password and keys
	Answers   Action = "answers"   // change the knowledge, deal with questions
	Filings   Action = "filings"   // report, import, make claim codes
	Pushes    Action = "pushes"    // retry, drop
	Erase     Action = "erase"     // delete a filing with all that hangs on it
	MenuWork  Action = "menu"      // edit and publish the account's menu
	People    Action = "people"    // users, their roles and keys
	Program   Action = "program"   // configuration, reload, backup
	ReadAudit Action = "readaudit" // who did what
)

// Actions lists the closed set.
func Actions() []Action {
	return []Action{Look, Own, Answers, Filings, Pushes, Erase, MenuWork, People, Program, ReadAudit}
}

// least says from which role on an action is allowed.
var least = map[Action]Role{
	Look: Reader, Own: Reader, Answers: Editor, Filings: Operator, Pushes: Operator, Erase: Admin, MenuWork: Admin, People: Admin,
	Program: Admin, ReadAudit: Admin,
}

// May reports whether somebody with the role r may do a.
func (r Role) May(a Action) bool {
	need, ok := least[a]
	return ok && r.Valid() && slices.Index(Roles(), r) >= slices.Index(Roles(), need)
}

// lesser returns the role that may less.
func lesser(a, b Role) Role {
	if slices.Index(Roles(), a) < slices.Index(Roles(), b) {
		return a
	}
	return b
}
