package hdpclient

import (
	"context"
	"fmt"
)

// Permission is the number of a permission ("Permissions and default roles").
type Permission int64

// The permissions needed to manage accounts.
const (
	PermissionChangePassword Permission = 9  // one's own
	PermissionMgmtAPI        Permission = 11 // one's own details
	PermissionAdministrator  Permission = 12 // everything, in every tenant
	PermissionCreateUsers    Permission = 13 // create accounts in one's tenants
	PermissionViewUsers      Permission = 14 // read the accounts of one's tenants
	PermissionModifyUsers    Permission = 15 // change the accounts of one's tenants
	PermissionDeleteUsers    Permission = 16 // delete accounts of one's tenants
	PermissionViewRole       Permission = 18 // read the roles of one's tenants
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

// PermissionInfo is a permission as the server describes it ("Get permissions"). A newer
// server may have more of them than this package names.
type PermissionInfo struct {
	ID          Permission `json:"id"`
	Name        Text       `json:"name"`
	Description Text       `json:"description,omitzero"`
}

// AllPermissions reads every permission that the server knows (Permissions API, "Get
// permissions"). It needs MgmtAPI (11); without it, the error is ErrForbidden.
func (c *Client) AllPermissions(ctx context.Context) ([]PermissionInfo, error) {
	return getList[PermissionInfo](ctx, c, readRequest("list permissions", "/api/admin/permissions", "permissions"))
}
