package file

import (
	"cmp"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Kind says what an entry is about.
type Kind string

// The kinds of entry. The log writes torn and cut on its own.
const (
	KindIntent  Kind = "intent"  // a write is about to be sent
	KindOutcome Kind = "outcome" // the outcome of the intent with sequence Of

	KindSignIn           Kind = "sign-in"
	KindSignInRefused    Kind = "sign-in-refused"
	KindConsoleLocked    Kind = "console-locked"
	KindConsoleReturned  Kind = "console-returned"
	KindReturnRefused    Kind = "return-refused"
	KindPasswordRevealed Kind = "password-revealed"
	KindPasswordCopied   Kind = "password-copied"
	KindExport           Kind = "export"

	// What happens to a session of the SSH service. The key has let the operator in; the sign-in to
	// HDP follows, in entries of their own.
	KindSessionStarted Kind = "session-started"
	KindSessionRefused Kind = "session-refused"
	KindSessionEnded   Kind = "session-ended"

	KindBatch      Kind = "batch"       // a batch of writes is about to start
	KindBatchEnded Kind = "batch-ended" // the batch must not be resumed

	KindTorn Kind = "torn" // a crash tore the line before
	KindCut  Kind = "cut"  // entries that this console knew are gone
)

// OutcomeKind says how a write ended.
type OutcomeKind string

// The outcomes of package change. Accepted is that of a password reset, which answers 204
// and cannot be read back.
const (
	Applied  OutcomeKind = "applied"
	Accepted OutcomeKind = "accepted"
	Conflict OutcomeKind = "conflict"
	Refused  OutcomeKind = "refused"
	Differs  OutcomeKind = "differs"
	Unknown  OutcomeKind = "unknown"
	NotSent  OutcomeKind = "not sent"
)

// Identity says who acts, from where and on which server. It holds no secret: a user and
// password in the server's URL are removed before it is logged.
type Identity struct {
	Host    string `json:"host,omitzero"`
	OSUser  string `json:"osUser,omitzero"`
	PID     int    `json:"pid,omitzero"`
	SSH     string `json:"ssh,omitzero"` // as in SSH_CONNECTION; empty without SSH
	Server  string `json:"server,omitzero"`
	Login   string `json:"login,omitzero"` // the HDP login
	Version string `json:"version,omitzero"`
	// Insecure says that the server's certificate was not checked, so Server may have been
	// a different one.
	Insecure bool `json:"insecure,omitzero"`

	// The rest is set in a session of the SSH service only.

	Operator string `json:"operator,omitzero"` // as named in the operators file
	// Key is the fingerprint of the key that let the operator in, or "certificate 4711 of CA".
	Key     string `json:"key,omitzero"`
	Address string `json:"address,omitzero"` // the client's, with its port
	// Attribution is "service" if Login is shared by several operators.
	Attribution string `json:"attribution,omitzero"`
}

// AttributionService is the Attribution of a login that several operators share.
const AttributionService = "service"

// Who names the person who acts: the operator, or who signed in to HDP.
func (id Identity) Who() string { return cmp.Or(id.Operator, id.Login) }

// IsSamePerson reports whether two identities are known to be those of one person. An operator has a
// name that nobody else has, and so has a login, unless it is shared.
func (id Identity) IsSamePerson(other Identity) bool {
	switch {
	case id.Operator != "" && other.Operator != "":
		return id.Operator == other.Operator
	case id.Attribution != "" || other.Attribution != "":
		return false
	}
	return strings.EqualFold(id.Login, other.Login)
}

// Subject is the account that an entry is about. Zero IDs and empty names mean none, or
// not known.
type Subject struct {
	AccountID   int64  `json:"accountId,omitzero"`
	AccountName string `json:"accountName,omitzero"`
	TenantID    int64  `json:"tenantId,omitzero"`
	TenantName  string `json:"tenantName,omitzero"`
}

// Torn identifies what a crash left between two entries: the lines joined with newlines,
// without the last newline.
type Torn struct {
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Entry is one line of the audit log. Its texts are raw, escaped only as far as JSON needs
// it: clean them before printing. Members that only a newer version knows are ignored.
type Entry struct {
	Seq  uint64    `json:"seq"`  // must stay first: a torn line is recognised by it
	Prev string    `json:"prev"` // must stay second
	Time time.Time `json:"time"` // UTC
	Kind Kind      `json:"kind"`

	Opens bool   `json:"opens,omitzero"` // first entry of its file, torn lines aside
	Of    uint64 `json:"of,omitzero"`    // outcome: the sequence of its intent

	Session string `json:"session,omitzero"` // one run of one console
	// Lease says that the session holds a lease while its writes may be running, see
	// [Log.HasEnded]. Older versions had none.
	Lease bool `json:"lease,omitzero"`
	Identity

	Operation string `json:"operation,omitzero"`
	Batch     string `json:"batch,omitzero"`
	// Replaces and Accounts are set for a batch: the batch that it takes over, which must not
	// be resumed any more, and the accounts to write, including those that could not be read.
	Replaces string   `json:"replaces,omitzero"`
	Accounts Accounts `json:"accounts,omitzero"`
	PlanFile
	Subject
	Reason  string `json:"reason,omitzero"`
	Request string `json:"request,omitzero"` // method and path
	// Before and After are in the intent. An outcome has its own if the account changed between the
	// review and the PUT without a conflict, such as a lock that moved.
	Before jsontext.Value `json:"before,omitzero"`
	After  jsontext.Value `json:"after,omitzero"`

	Outcome    OutcomeKind    `json:"outcome,omitzero"`
	HTTPStatus int            `json:"httpStatus,omitzero"`
	Code       int64          `json:"code,omitzero"` // from HDP's error envelope
	Message    string         `json:"message,omitzero"`
	DurationMS int64          `json:"durationMs,omitzero"`
	Stored     jsontext.Value `json:"stored,omitzero"` // as read back
	// StoredAt is the time of that read, UTC, by the server's clock if known. Time is this
	// machine's clock and must not be compared with the server's times.
	StoredAt time.Time `json:"storedAt,omitzero"`

	Count int    `json:"count,omitzero"` // export: rows; session-refused: others that were not logged
	File  string `json:"file,omitzero"`  // export: the file written

	ExitCode *int `json:"exitCode,omitzero"` // session-ended: of its command or console

	Torn Torn `json:"torn,omitzero"`
	Lost Head `json:"lost,omitzero"` // cut: the last entry that was known

	Hash string `json:"hash,omitzero"` // must stay last: see seal
}

// Head returns the chain's head after this entry: its sequence and hash.
func (e Entry) Head() Head { return Head{Seq: e.Seq, Hash: e.Hash} }
