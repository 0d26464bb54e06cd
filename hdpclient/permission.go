package hdpclient

import "fmt"

// Permission is the number of a permission ("Permissions and default roles").
type Permission int64

// The permissions needed to manage accounts.
const (
	PermissionChangePassword Permission = 9  // one's own
	PermissionMgmtAPI        Permission = 11 // one's own details
	PermissionAdministrator  Permission = 12 // everything, in every tenant
	PermissionViewUsers      Permission = 14 // read the accounts of one's tenants
	PermissionModifyUsers    Permission = 15 // change the accounts of one's tenants
)

// String returns the name and number of a documented permission, "ModifyUsers (15)",
// and only the number of any other, "#31".
func (p Permission) String() string {
	if name := p.name(); name != "" {
		return fmt.Sprintf("%s (%d)", name, int64(p))
	}
	return fmt.Sprintf("#%d", int64(p))
}

func (p Permission) name() string {
	names := [...]string{
		1: "CreateDataSource", "ViewDataSource", "ModifyDataSource", "DeleteDataSource",
		"UseDataSourceWithJDBC", "UseDataSourceWithODBC", "UseDataSourceWithOData",
		"WebUI", "ChangePassword", "SQLEditorWebUI", "MgmtAPI", "Administrator",
		"CreateUsers", "ViewUsers", "ModifyUsers", "DeleteUsers",
		"CreateRole", "ViewRole", "ModifyRole", "DeleteRole",
		"OnBehalfOf", "Configurations", "CORSwhitelist", 25: "TenantAPI",
		"RegisterExternalAuthService", "Limits", "OAuth", "IPWhiteList", "NoPasswordExpiration",
	}
	if p < 0 || int(p) >= len(names) {
		return ""
	}
	return names[p]
}
