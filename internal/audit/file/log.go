package file

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// DefaultLockWait is how long a record waits for other consoles.
const DefaultLockWait = 5 * time.Second

// Log writes records in the name of one identity. It keeps no file open but those of
// the batches it holds; at the end [Trail.Flush] writes what could not be written
// before, and [Trail.ReleaseBatches] lets go of the batches. It is safe for concurrent use.
type Log struct {
	*file
	id Identity
}

// file is the trail on disk, shared by every identity of a session.
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

	turn      chan struct{} // holds a token while one of this process writes
	seen      Head          // the newest head we know of; only in turn
	savedHead Head          // the head that the lock file had; only under the lock
	saveHead  func(Head)    // puts a head into it

	mu        sync.Mutex
	unwritten []*Entry // what could not be written yet
	writeErr  error    // why the last try to write failed
	warnings  map[string]error
	held      map[string]*os.File // batches, by id: the locked file of each
}

// Option changes how a trail is kept.
type Option func(*file)

// WithClock sets the clock; time.Now without it.
func WithClock(now func() time.Time) Option { return func(f *file) { f.now = now } }

// WithLockWait bounds the wait for other consoles; [DefaultLockWait] without it.
func WithLockWait(d time.Duration) Option { return func(f *file) { f.lockWait = d } }

// WithGroup lets the members of the group with this id read and write the
// trail: what is made is 0660, a folder 2770. Without it nobody else may.
func WithGroup(gid int) Option { return func(f *file) { f.shared, f.gid = true, gid } }

// WithMaxSize rotates the file before a record once it has so many bytes.
// Without it the file is never rotated here; something else may do so.
func WithMaxSize(bytes int64) Option { return func(f *file) { f.maxSize = bytes } }

// WithAnchor hands every new head to a place that whoever can write the file
// cannot change, such as the syslog, after it is synced. It is called from one
// goroutine at a time and must not hang. Its error does not undo the record:
// see [Trail.Trouble].
func WithAnchor(anchor func(Head) error) Option { return func(f *file) { f.anchor = anchor } }

// Open makes sure that the trail at path can be written: it makes missing
// folders and the file, refuses one that others can read ([ErrInsecure]) or
// that is something else ([ErrForeign]), and finds its head. It writes no
// record.
func Open(path string, id Identity, opts ...Option) (*Log, error) {
	abs, err := filepath.Abs(path) // the trail stays where it is when the process changes its folder
	if err != nil {
		return nil, fmt.Errorf("audit: open %s: %w", path, err)
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
	}
	for _, o := range opts {
		o(f)
	}
	if err := f.makeDirs(filepath.Dir(abs)); err != nil {
		return nil, fmt.Errorf("audit: open %s: %w", path, err)
	}
	l := &Log{file: f, id: id}
	if err := l.commit(nil); err != nil {
		return nil, fmt.Errorf("audit: open %s: %w", path, err)
	}
	return l, nil
}

// As is the same trail, written in the name of another identity: after a
// switch of the profile, or for a sign-in that was refused.
func (l *Log) As(id Identity) *Log { return &Log{file: l.file, id: id} }

// Session names this run in every record it writes: what an operator did since
// the start, and which intents without an outcome are still under way here.
func (l *Log) Session() string { return l.session }

// Path is the absolute path of the file that is written.
func (l *Log) Path() string { return l.path }

// Head is the newest head this trail wrote or read.
func (l *Log) Head() Head {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	return l.seen
}

func (l *Log) newEntry(kind Kind) *Entry {
	return &Entry{Kind: kind, Time: l.now().UTC().Round(0), Session: l.session, Identity: l.id}
}

// seams are where a test stops or fails a write.
type seams struct {
	step  func(string) // named points of a write
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

// syncDir makes a new or renamed file outlast a power loss.
func (f *file) syncDir() error {
	return f.seams.doSync(func() error { return syncDir(filepath.Dir(f.path)) })
}
