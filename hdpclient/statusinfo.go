package hdpclient

import (
	"context"
	"fmt"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Status says whether an account is in use. A value that the documents do not name is
// kept and shown as a number.
type Status int64

// The documented values of Status.
const (
	Inactive Status = 0 // no Web UI, API, JDBC, ODBC or OData
	Active   Status = 1
)

// String returns "active", "inactive", or the number of an unknown status.
func (s Status) String() string {
	switch s {
	case Active:
		return "active"
	case Inactive:
		return "inactive"
	}
	return fmt.Sprintf("status %d", int64(s))
}

// StatusInfo is the status of an account (Users API, "Update status info on a user
// account"). A PUT replaces the whole object: the server deletes absent properties.
type StatusInfo struct {
	// Status is required by the server.
	Status Status `json:"status"`
	// AccountLocked is true after too many failed passwords; absent means not locked.
	// The documents do not say whether it becomes false when AccountLockedUntil has
	// passed.
	AccountLocked Opt[bool] `json:"accountLocked,omitzero"`
	// AccountLockedAt is when the account was locked, UTC.
	AccountLockedAt Opt[Timestamp] `json:"accountLockedAt,omitzero"`
	// AccountLockedUntil is when the lock expires, UTC; absent or null means that no
	// end is known.
	AccountLockedUntil Opt[Timestamp] `json:"accountLockedUntil,omitzero"`
	// Extra holds the properties that this package does not know, as one JSON object.
	// They are sent back verbatim, except those named as a password: see Withheld.
	Extra jsontext.Value `json:",embed"`

	withheld             bool
	statusForm, lockForm wireForm
}

// Withheld reports whether a property named as a password was dropped. Sending the
// object back would delete it.
func (s StatusInfo) Withheld() bool { return s.withheld }

const errNoStatus responseError = "the answer has no status property"

// MarshalJSONTo writes the object, with the status and the lock in the form in which
// they came.
func (s StatusInfo) MarshalJSONTo(enc *jsontext.Encoder) error {
	type object StatusInfo // without this method
	return json.MarshalEncode(enc, &struct {
		Status        jsontext.Value      `json:"status"`
		AccountLocked Opt[jsontext.Value] `json:"accountLocked,omitzero"`
		object        `json:",embed"`
	}{
		s.statusForm.encodeInteger(int64(s.Status)),
		Opt[jsontext.Value]{s.lockForm.encodeBool(s.AccountLocked.value), s.AccountLocked.state},
		object(s),
	})
}

// UnmarshalJSONFrom reads the object. The status is required: without it, a PUT of this
// object would deactivate the account.
func (s *StatusInfo) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type object StatusInfo // without this method
	type answer struct {
		object        `json:",embed"`
		Status        Opt[loose[int64]] `json:"status"`
		AccountLocked Opt[loose[bool]]  `json:"accountLocked"`
	}
	var a answer
	if err := json.UnmarshalDecode(dec, &a); err != nil {
		return err
	}
	status, ok := a.Status.Get()
	if !ok {
		return errNoStatus
	}
	*s = StatusInfo(a.object)
	s.Status, s.statusForm = Status(status.value), status.form
	locked := a.AccountLocked
	s.AccountLocked, s.lockForm = Opt[bool]{locked.value.value, locked.state}, locked.value.form
	var removed dropped
	s.Extra, removed = withoutPasswords(s.Extra)
	s.withheld = removed != 0
	return nil
}

// StatusInfo reads the status of the account with this id (Users API, "Get status
// information on a user account"). It needs ViewUsers (14) and access to the account's
// tenant. An answer from a cache is ErrCached.
func (c *Client) StatusInfo(ctx context.Context, id int64) (StatusInfo, error) {
	return get[StatusInfo](ctx, c, freshReadRequest("read status info", userPath(id, "/statusinfo"), "status"))
}

// UpdateStatusInfo replaces the status of the account with this id: the server deletes
// properties that are absent in s (Users API, "Update status info on a user account").
// It returns what the server echoes as stored, absent if the response has no body. It
// needs ModifyUsers (15) and access to the account's tenant. The request is sent once:
// see ErrOutcomeUnknown and ErrNotSent.
func (c *Client) UpdateStatusInfo(ctx context.Context, id int64, s StatusInfo) (Opt[StatusInfo], error) {
	return put(ctx, c, "update status info", userPath(id, "/statusinfo"), "status", s)
}
