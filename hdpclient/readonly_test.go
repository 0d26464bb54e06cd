package hdpclient_test

import (
	"errors"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

func TestReadOnlyClientSendsNoWrites(t *testing.T) {
	server := hdptest.NewServer(t)
	client, err := hdpclient.New(server.URL, hdpclient.WithReadOnly())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	login := server.Logins()[0]
	client.SetCredentials(hdpclient.Credentials{User: login.User, Password: hdpclient.SecretOf(login.Password)})

	info, err := client.StatusInfo(t.Context(), 307)
	if err != nil {
		t.Fatalf("a read: %v", err)
	}
	server.ResetRequests()
	_, statusErr := client.UpdateStatusInfo(t.Context(), 307, info)
	_, passwordErr := client.UpdatePasswordInfo(t.Context(), 307, hdpclient.PasswordInfo{PasswordStatus: 1})
	resetErr := client.ResetPassword(t.Context(), 307, hdpclient.SecretOf("Amber-Fox42"))
	_, rolesErr := client.UpdatePermissions(t.Context(), 307, hdpclient.Permissions{Roles: []int64{2}})
	_, namesErr := client.UpdateAuthInfo(t.Context(), 307, hdpclient.AuthInfo{AuthUsers: []hdpclient.AuthUser{{AuthServiceID: 1}}})
	_, createErr := client.CreateUser(t.Context(), hdpclient.NewUser{UserName: "new", Permissions: hdpclient.Permissions{Roles: []int64{2}}})
	deleteErr := client.DeleteUser(t.Context(), 307)
	for name, err := range map[string]error{
		"create": createErr, "delete": deleteErr,
		"status info": statusErr, "password info": passwordErr, "reset": resetErr, "roles": rolesErr, "sign-in names": namesErr,
	} {
		if !errors.Is(err, hdpclient.ErrReadOnly) || !errors.Is(err, hdpclient.ErrNotSent) {
			t.Errorf("%s: %v, want one that is both read-only and not sent", name, err)
		}
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests reached the server", n)
	}
}
