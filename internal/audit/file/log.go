package file

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultLockWait is how long an entry waits for other consoles.
const DefaultLockWait = 5 * time.Second

// Log writes entries under one identity. It keeps no file open except its lease and the lock files of
// the batches it holds. At the end, [Log.Flush] writes what could not be written before and
// [Log.Close] releases both. It is safe for concurrent use.
type Log struct {
	*file
	id    Identity
	about string // the session of events, if it is not the file's
}

// file is the log on disk, shared by every identity of a session.
type file struct {
	path     string
	session  string
	holder   string
	shared   bool
	gid      int
	maxSize  int64
	lockWait time.Duration
	now      func() time.Time
	anchor   func(Head) error
	seams    seams

	turn      chan struct{} // holds a token while a goroutine of this process writes
	seen      Head          // the newest head we know; guarded by turn
	savedHead Head          // the head found in the lock file; guarded by the lock
	saveHead  func(Head)    // writes a head to the lock file

	mu        sync.Mutex
	unwritten []*Entry // entries that could not be written yet
	writeErr  error    // why the last write failed
	warnings  map[string]error
	held      map[string]*os.File // the locked file of each batch, by ID
	plans     map[string]PlanFile // of the batches that apply one, by ID

	leasing  sync.Mutex // held while the lease is taken or released
	lease    *os.File   // the locked file, nil without a lease
	isClosed bool
	isLeased atomic.Bool // whether lease is set
}

// Option configures a log.
type Option func(*file)

// WithClock sets the clock; the default is time.Now.
func WithClock(now func() time.Time) Option { return func(f *file) { f.now = now } }

// WithGroup lets members of the group with this ID read and write the log: new files get
// mode 0660, new folders 2770. Without it, only the owner may.
func WithGroup(gid int) Option { return func(f *file) { f.shared, f.gid = true, gid } }

// WithMaxSize rotates the file before an entry once it has this many bytes. Without it this
// package never rotates; something else may.
func WithMaxSize(bytes int64) Option { return func(f *file) { f.maxSize = bytes } }

// WithAnchor passes every new head, once synced, to a place such as the syslog, where those
// who can write the file cannot change it. It is called from one goroutine at a time and must
// not hang. Its error does not undo the entry: see [Log.Warning].
func WithAnchor(anchor func(Head) error) Option { return func(f *file) { f.anchor = anchor } }

// WithSession sets the ID of this run, which must be unique among all the runs that write to the log:
// letters, digits and hyphens, since it is part of a file name.
// Without it the ID is random.
func WithSession(id string) Option { return func(f *file) { f.session = id } }

// Open makes sure that the log at path can be written: it creates missing folders and the
// file, finds the head, and refuses a file that others can read ([ErrInsecure]) or that is
// something else ([ErrForeign]). It writes no entry.
func Open(path string, id Identity, opts ...Option) (*Log, error) {
	abs, err := filepath.Abs(path) // the process may change its folder later
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f := &file{
		path:     abs,
		session:  rand.Text()[:10],
		holder:   holderName(id),
		lockWait: DefaultLockWait,
		now:      time.Now,
		turn:     make(chan struct{}, 1),
		warnings: map[string]error{},
		held:     map[string]*os.File{},
		plans:    map[string]PlanFile{},
	}
	for _, o := range opts {
		o(f)
	}
	if err := f.makeDirs(filepath.Dir(abs)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	l := &Log{file: f, id: id}
	if err := l.commit(nil); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.removeFreeLeases()
	return l, nil
}

// As returns the same log under another identity: after a switch of the profile, or for a
// refused sign-in.
func (l *Log) As(id Identity) *Log { return &Log{file: l.file, id: id} }

// Now returns the time by the clock of the log.
func (l *Log) Now() time.Time { return l.now() }

// Identity returns who acts.
func (l *Log) Identity() Identity { return l.id }

// InSession returns the same log for entries about another run, such as the start of one that opens
// the file later. It has no intents and batches.
func (l *Log) InSession(id string) *Log { return &Log{file: l.file, id: l.id, about: id} }

// Session returns the ID of this run, which is in every entry it writes. It shows what an
// operator did since the start, and which open intents are still running here.
func (l *Log) Session() string { return l.session }

// Path returns the absolute path of the file.
func (l *Log) Path() string { return l.path }

func (l *Log) newEntry(kind Kind) *Entry {
	return &Entry{
		Kind: kind, Time: l.now().UTC().Round(0), Identity: l.id,
		Session: cmp.Or(l.about, l.session), Lease: l.about == "" && l.isLeased.Load(),
	}
}

// seams let a test stop or fail a write.
type seams struct {
	step  func(string) // called at named points of a write
	write func(write func([]byte) (int, error), b []byte) (int, error)
	sync  func(sync func() error) error
}

func (s seams) at(step string) {
	if s.step != nil {
		s.step(step)
	}
}

func (s seams) doWrite(write func([]byte) (int, error), b []byte) (int, error) {
	if s.write != nil {
		return s.write(write, b)
	}
	return write(b)
}

func (s seams) doSync(sync func() error) error {
	if s.sync != nil {
		return s.sync(sync)
	}
	return sync()
}

// syncDir makes a new or renamed file survive a power loss.
func (f *file) syncDir() error {
	return f.seams.doSync(func() error { return syncDir(filepath.Dir(f.path)) })
}
