package hdpclient

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func text(s string) Text { return TextOf(s) }

// The bodies are the samples of the documents.
func TestListsAsDocumented(t *testing.T) {
	for _, test := range []struct {
		name, uri, body string
		read            func(context.Context, *Client) (any, error)
		want            any
	}{
		{
			"tenants with the same name", "/api/admin/tenants", `{"tenants":[{"id":1,"name":"System"},{"id":27,"name":"OrgA"},{"id":32,"name":"OrgA"}]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.Tenants(ctx) },
			[]Tenant{{1, text("System")}, {27, text("OrgA")}, {32, text("OrgA")}},
		},
		{
			"tenants administered", "/api/admin/users/307/tenantsadministered", `{"tenantsAdministered":[27,32]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.TenantsAdministered(ctx, 307) },
			[]int64{27, 32},
		},
		{
			"roles", "/api/admin/roles", `{"roles":[{"id":1,"name":"System Administrator","tenantId":1,"description":"d"},{"id":44,"name":"User","tenantId":null}]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.Roles(ctx) },
			[]Role{
				{ID: 1, Name: text("System Administrator"), TenantID: Some[int64](1), Description: text("d")},
				{ID: 44, Name: text("User"), TenantID: Null[int64]()},
			},
		},
		{
			"role", "/api/admin/roles/44", `{"id":44,"name":"User","tenantId":27,"description":"","permissions":[1,99],"users":[]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.Role(ctx, 44) },
			Role{ID: 44, Name: text("User"), TenantID: Some[int64](27), Permissions: Some([]Permission{1, 99}), Users: Some([]int64{})},
		},
		{
			"role without lists", "/api/admin/roles/44", `{"id":44,"name":"User","tenantId":27}`,
			func(ctx context.Context, c *Client) (any, error) { return c.Role(ctx, 44) },
			Role{ID: 44, Name: text("User"), TenantID: Some[int64](27)},
		},
		{
			"permissions", "/api/admin/permissions", `{"permissions":[{"id":12,"name":"Administrator","description":"x"},{"id":64,"name":"New"}]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.AllPermissions(ctx) },
			[]PermissionInfo{{PermissionAdministrator, text("Administrator"), text("x")}, {64, text("New"), Text{}}},
		},
		{
			"authentication services", "/api/admin/auth/services?details=true",
			`{"authServices":[{"id":1,"name":"Internal","tenantId":1,"description":"d","tenantName":"System"},{"id":5,"name":"LDAP1"}]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.AuthServices(ctx) },
			[]AuthService{{InternalAuthService, text("Internal"), Some[int64](1), text("System"), text("d")}, {ID: 5, Name: text("LDAP1")}},
		},
		{
			"data sources", "/api/admin/users/307/datasources", `{"dataSources":[{"id":"16","name":"A","dataStore":1,"isGroup":false,"description":"d",` +
				`"sharedByAnotherUser":true,"permissions":[7]},{"id":956,"name":"B","dataStore":"62","isGroup":"true","sharedWithAnotherUser":true}]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.DataSourcesOf(ctx, 307) },
			[]DataSource{
				{ID: 16, Name: text("A"), DataStore: Some[int64](1), Description: text("d"), SharedByOther: true},
				{ID: 956, Name: text("B"), DataStore: Some[int64](62), IsGroup: true, SharedWithOther: true},
			},
		},
		{
			"user limits", "/api/admin/limits/users", `{"userLimits":[{"userId":203,"userName":"user1","limits":[{"id":1,"value":1000},` +
				`{"id":6,"value":9000000000000000000}]},{"userId":204,"userName":"user2","limits":[]}]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.UserLimits(ctx) },
			[]UserLimits{{203, text("user1"), []Limit{{1, 1000}, {6, 9000000000000000000}}}, {204, text("user2"), []Limit{}}},
		},
		{
			"IP list", "/api/mgmt/security/whitelist/user?user=a%26b+c%2F%CE%95",
			`{"managementAPI":[{"startAddress":"10.0.0.1","endAddress":"10.0.0.9"}],"adminAPI":[],"dataAccess":[{"startAddress":"::1"}]}`,
			func(ctx context.Context, c *Client) (any, error) { return c.IPList(ctx, "a&b c/Ε") },
			IPList{
				ManagementAPI: Some([]IPRange{{text("10.0.0.1"), text("10.0.0.9")}}), AdminAPI: Some([]IPRange{}),
				DataAccess: Some([]IPRange{{StartAddress: text("::1")}}),
			},
		},
		{
			"no IP list", "/api/mgmt/security/whitelist/user?user=x", `{}`,
			func(ctx context.Context, c *Client) (any, error) {
				l, err := c.IPList(ctx, "x")
				return l.IsZero(), err
			}, true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := dialProven(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet || r.RequestURI != test.uri {
					t.Errorf("%s %s", r.Method, r.RequestURI)
				}
				reply(200, test.body)(w, r)
			})
			got, err := test.read(t.Context(), c)
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// A list that is missing or cannot be read is not an empty one.
func TestListsThatCannotBeRead(t *testing.T) {
	for body, want := range map[string]string{
		`{}`:                               "the answer has no roles property",
		`{"Roles":[]}`:                     "the answer has no roles property",
		`{"count":1,"roles":[]}`:           "",
		`{"roles":null}`:                   "",
		`{"roles":{}}`:                     "the answer's /roles has the wrong type",
		`{"roles":[{"id":1},{"id":true}]}`: "the answer's /roles/1/id has the wrong type",
		`{"roles":[],"roles":[{"id":1}]}`:  "the answer's /roles appears twice",
		`{"roles":[{"id":1,"users":[],"users":[1]}]}`: "the answer's /roles/0/users appears twice",
	} {
		c, _ := dialProven(t, reply(200, body))
		roles, err := c.Roles(t.Context())
		if want == "" {
			if err != nil || len(roles) != 0 {
				t.Errorf("%s: %v, %v", body, roles, err)
			}
			continue
		}
		if roles != nil || err == nil || asError(t, err).Err.Error() != want {
			t.Errorf("%s: %v, %v", body, roles, err)
		}
	}
	c, _ := dialProven(t, reply(200, `{"id":45,"name":"x"}`))
	if _, err := c.Role(t.Context(), 44); err == nil {
		t.Error("another role is accepted")
	}
}

func TestNotFoundCodes(t *testing.T) {
	for code, wants := range map[string][]string{
		CodeRoleNotFound: {"refused", "not found"}, CodePermissionNotFound: {"refused", "not found"}, CodeTenantNotFound: {"refused", "not found"},
		"222207031": {"refused"},
	} {
		for _, status := range []int{400, 403} {
			c, _ := dialProven(t, reply(status, fmt.Sprintf(`{"error":{"code":%s,"message":{"lang":"en-US","value":"x"}}}`, code)))
			_, err := c.Role(t.Context(), 44)
			if status == 403 && len(wants) == 1 {
				wants = append(wants, "forbidden")
			}
			wantIs(t, err, wants...)
		}
	}
}

func TestIPListNeedsAName(t *testing.T) {
	var requests counter
	c, _ := dial(t, inTurn(&requests, reply(200, `{}`)))
	_, err := c.IPList(t.Context(), "")
	wantIs(t, err, "not sent")
	if requests.get() != 0 {
		t.Error("the caller's own list was asked for")
	}
}

// It lists every account, so it is longer than other answers.
func TestLimitsOfManyAccounts(t *testing.T) {
	const row = `{"userId":204,"userName":"a.user.with.a.long.name","limits":[]}`
	body := `{"userLimits":[` + strings.Repeat(row+",", 3*maxBody/len(row)) + row + `]}`
	c, _ := dialProven(t, reply(200, body))
	all, err := c.UserLimits(t.Context())
	if err != nil || len(all) != 3*maxBody/len(row)+1 {
		t.Errorf("%d, %v", len(all), err)
	}
	c, _ = dialProven(t, reply(200, strings.Replace(body, "userLimits", "roles", 1)))
	if _, err := c.Roles(t.Context()); err == nil || asError(t, err).Body != BodyTooLarge {
		t.Errorf("%v", err)
	}
}
