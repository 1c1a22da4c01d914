package vocab

// Role is what somebody is at the console and the API. Each role has all the permissions of the one before it.
type Role string

// The roles.
const (
	RoleReader   Role = "reader"   // sees filings, pushes, questions, knowledge and figures
	RoleEditor   Role = "editor"   // looks after the answers
	RoleOperator Role = "operator" // looks after filings and pushes
	RoleAdmin    Role = "admin"    // looks after users, keys, the menu and the program itself
)

type roleRow struct{ term[Role] }

var roles = newTable[Role](
	roleRow{term[Role]{RoleReader, "只读", "Reader", ""}},
	roleRow{term[Role]{RoleEditor, "编辑（知识）", "Editor (knowledge)", ""}},
	roleRow{term[Role]{RoleOperator, "业务（备案与推送）", "Operator (filings and pushes)", ""}},
	roleRow{term[Role]{RoleAdmin, "管理员", "Admin", ""}},
)

// Roles lists the closed set, from the least to the most.
func Roles() []Role { return roles.all() }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return roles.has(r) }

// Chinese is the role in Chinese; empty for what is none.
func (r Role) Chinese() string { return roles.rows[r].chinese }

// English is the role in English; empty for what is none.
func (r Role) English() string { return roles.rows[r].english }

// May reports whether somebody with this role has the permission.
func (r Role) May(p Permission) bool {
	least := roles.index(p.Least())
	return least >= 0 && roles.index(r) >= least
}

// Lesser returns the one of two roles that has fewer permissions.
func Lesser(a, b Role) Role {
	if roles.index(a) < roles.index(b) {
		return a
	}
	return b
}
