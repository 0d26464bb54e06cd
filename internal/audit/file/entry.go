package file

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Kind says what a record is about.
type Kind string

// The kinds of record. Torn and cut are written by the trail itself.
const (
	KindIntent  Kind = "intent"  // a write is about to be sent
	KindOutcome Kind = "outcome" // what became of the intent with sequence Of

	KindSignIn           Kind = "sign-in"
	KindSignInRefused    Kind = "sign-in-refused"
	KindConsoleLocked    Kind = "console-locked"
	KindConsoleReturned  Kind = "console-returned"
	KindReturnRefused    Kind = "return-refused"
	KindPasswordRevealed Kind = "password-revealed"
	KindPasswordCopied   Kind = "password-copied"
	KindExport           Kind = "export"

	KindBatch      Kind = "batch"       // many writes of one action are about to begin
	KindBatchEnded Kind = "batch-ended" // nothing of the batch is to be resumed

	KindTorn Kind = "torn" // the line before was torn by a crash
	KindCut  Kind = "cut"  // records that this console knew are gone
)

// OutcomeKind is what became of a write.
type OutcomeKind string

// The outcomes of package change. Accepted: a password reset, which answers 204
// and leaves nothing to read back.
const (
	Applied  OutcomeKind = "applied"
	Accepted OutcomeKind = "accepted"
	Conflict OutcomeKind = "conflict"
	Refused  OutcomeKind = "refused"
	Differs  OutcomeKind = "differs"
	Unknown  OutcomeKind = "unknown"
	NotSent  OutcomeKind = "not sent"
)

// Identity is who acts, from where, on which server. None of it is a secret;
// a user and password inside the server's URL are taken out.
type Identity struct {
	Host    string `json:"host,omitzero"`
	OSUser  string `json:"osUser,omitzero"`
	PID     int    `json:"pid,omitzero"`
	SSH     string `json:"ssh,omitzero"` // as in SSH_CONNECTION; empty without SSH
	Server  string `json:"server,omitzero"`
	Login   string `json:"login,omitzero"` // the HDP login
	Version string `json:"version,omitzero"`
	// Insecure: the server's certificate was not checked, so that Server may have
	// been another.
	Insecure bool `json:"insecure,omitzero"`
}

// Subject is the account that a record is about. Zero ids and empty names mean
// that there is none, or that it is not known.
type Subject struct {
	AccountID   int64  `json:"accountId,omitzero"`
	AccountName string `json:"accountName,omitzero"`
	TenantID    int64  `json:"tenantId,omitzero"`
	TenantName  string `json:"tenantName,omitzero"`
}

// Torn identifies what a crash left between two records: the lines joined with
// newlines, without the last newline.
type Torn struct {
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Entry is one line of the trail. Text stands as it came, control characters
// escaped only as far as JSON does: whoever prints it makes it safe. Members
// of a newer version that are not known here are passed over.
type Entry struct {
	Seq  uint64    `json:"seq"`  // must stay first: a torn line is known by it
	Prev string    `json:"prev"` // must stay second
	Time time.Time `json:"time"` // UTC
	Kind Kind      `json:"kind"`

	Opens bool   `json:"opens,omitzero"` // first of its file, but for torn lines
	Of    uint64 `json:"of,omitzero"`    // outcome: the sequence of its intent

	Session string `json:"session,omitzero"` // one run of one console
	Identity

	Operation string `json:"operation,omitzero"`
	Batch     string `json:"batch,omitzero"`
	// Replaces and Accounts stand in a batch: the batch that it takes over, which is
	// not to be resumed any more, and the accounts that are to be written, those among
	// them that could not be read for it.
	Replaces string   `json:"replaces,omitzero"`
	Accounts Accounts `json:"accounts,omitzero"`
	Subject
	Reason  string         `json:"reason,omitzero"`
	Request string         `json:"request,omitzero"` // method and path
	Before  jsontext.Value `json:"before,omitzero"`
	After   jsontext.Value `json:"after,omitzero"`

	Outcome    OutcomeKind    `json:"outcome,omitzero"`
	HTTPStatus int            `json:"httpStatus,omitzero"`
	Code       int64          `json:"code,omitzero"` // of HDP's error envelope
	Message    string         `json:"message,omitzero"`
	DurationMS int64          `json:"durationMs,omitzero"`
	Stored     jsontext.Value `json:"stored,omitzero"` // as read back
	// StoredAt is when that was, UTC, by the server's clock as far as the server tells
	// it. Time is this machine's, and must not be compared with what the server says.
	StoredAt time.Time `json:"storedAt,omitzero"`

	Count int    `json:"count,omitzero"` // export: rows
	File  string `json:"file,omitzero"`  // export: where to

	Torn Torn `json:"torn,omitzero"`
	Lost Head `json:"lost,omitzero"` // cut: the last record that was known

	Hash string `json:"hash,omitzero"` // must stay last: see seal
}

// Head is the head this record made: its sequence and hash.
func (e Entry) Head() Head { return Head{Seq: e.Seq, Hash: e.Hash} }

// Duration is how long the request took, to the millisecond.
func (e Entry) Duration() time.Duration { return time.Duration(e.DurationMS) * time.Millisecond }
