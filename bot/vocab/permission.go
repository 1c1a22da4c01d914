package vocab

// Permission is a kind of thing that somebody at the console or the API may do.
type Permission string

// The permissions. Their codes stand in sessions, in the audit log and in the README's table.
const (
	PermissionView          Permission = "look"      // see pages and figures
	PermissionSelf          Permission = "own"       // one's own session, password and keys
	PermissionEditKB        Permission = "answers"   // change the knowledge, deal with questions
	PermissionManageFilings Permission = "filings"   // report, import, make claim codes
	PermissionManagePushes  Permission = "pushes"    // retry, drop
	PermissionErase         Permission = "erase"     // delete a filing with all that hangs on it
	PermissionEditMenu      Permission = "menu"      // edit and publish the account's menu
	PermissionManageUsers   Permission = "people"    // users, their roles and keys
	PermissionAdminister    Permission = "program"   // configuration, reload, backup
	PermissionReadAudit     Permission = "readaudit" // who did what
)

// permissionRow is a row of the table of permissions. least is the role from which on it is given.
type permissionRow struct {
	term[Permission]
	least Role
}

var permissions = newTable[Permission](
	permissionRow{term[Permission]{
		PermissionView, "查看备案、推送、问题、知识、菜单和数字，试问，导出",
		"see filings, pushes, questions, knowledge, menu and figures; try a question; export", "",
	}, RoleReader},
	permissionRow{term[Permission]{PermissionSelf, "自己的密码和接口密钥", "one's own password and API keys", ""}, RoleReader},
	permissionRow{term[Permission]{
		PermissionEditKB, "编辑话题，处理问题，更换评测问题", "edit topics, deal with questions, set the labelled questions", "",
	}, RoleEditor},
	permissionRow{term[Permission]{
		PermissionManageFilings, "更新、导入和批量更新备案，生成和作废绑定码",
		"report, import, change in bulk, make and revoke claim codes", "",
	}, RoleOperator},
	permissionRow{term[Permission]{PermissionManagePushes, "重试和放弃推送", "retry and drop pushes", ""}, RoleOperator},
	permissionRow{term[Permission]{
		PermissionErase, "删除备案和它的一切记录", "delete a filing with all that hangs on it", "",
	}, RoleAdmin},
	permissionRow{term[Permission]{PermissionEditMenu, "编辑和发布菜单", "edit and publish the menu", ""}, RoleAdmin},
	permissionRow{term[Permission]{PermissionManageUsers, "用户、角色和密码", "users, roles, passwords", ""}, RoleAdmin},
	permissionRow{term[Permission]{
		PermissionAdminister, "查看配置，重新读取，下载备份", "see the configuration, reload, download a backup", "",
	}, RoleAdmin},
	permissionRow{term[Permission]{PermissionReadAudit, "查看操作记录", "read the audit log", ""}, RoleAdmin},
)

// Permissions lists the closed set.
func Permissions() []Permission { return permissions.all() }

// Valid reports whether p is one of Permissions.
func (p Permission) Valid() bool { return permissions.has(p) }

// Chinese says in Chinese what the permission allows; empty for what is none.
func (p Permission) Chinese() string { return permissions.rows[p].chinese }

// English says in English what the permission allows; empty for what is none.
func (p Permission) English() string { return permissions.rows[p].english }

// Least is the role from which on the permission is given; empty for what is no permission.
func (p Permission) Least() Role { return permissions.rows[p].least }
