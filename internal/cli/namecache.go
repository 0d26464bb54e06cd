package cli

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/natefinch/atomic"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/search"
)

// The cache of account names is for shell completion, which must not sign in. It exists only with
// the setting completion_cache.
const (
	maxNamesAge  = 10 * time.Minute
	maxNamesSize = 8 << 20 // bytes; the names of more accounts are not cached
	namesHeader  = "hdpadmin account names, read at "
)

// cachedName is an account in the cache.
type cachedName struct {
	id   int64
	name string
}

// namesFile returns the file for the login and server of the settings, "" if there is none.
func (p *process) namesFile(s config.Settings) string {
	folder := p.paths.names
	if folder == "" || s.Server == "" || s.User == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(config.KeyringAccount(s.User, s.Server)))
	return filepath.Join(folder, hex.EncodeToString(sum[:16]))
}

// tidyNames deletes old files, and the file of these settings if they switch the cache off.
func (p *process) tidyNames(s config.Settings, now time.Time) {
	folder, own := p.paths.names, p.namesFile(s)
	if folder == "" {
		return
	}
	files, _ := os.ReadDir(folder) // usually it does not exist
	for _, f := range files {
		info, err := f.Info()
		path := filepath.Join(folder, f.Name())
		if err == nil && (now.Sub(info.ModTime()) > maxNamesAge || path == own && !s.CompletionCache) {
			_ = os.Remove(path)
		}
	}
}

// newDesk returns a desk that keeps the cache, and that shares its list in a session of the SSH service.
func (p *process) newDesk(s config.Settings, client *hdpclient.Client, w *change.Writer) *desk.Desk {
	var opts []desk.Option
	if p.served != nil && p.served.lists != nil {
		opts = append(opts, desk.WithLists(p.served.lists))
	}
	d := desk.New(client, w, opts...)
	p.tidyNames(s, time.Now())
	d.OnList(func(list *search.Snapshot) {
		own := s
		own.User = client.Login()
		p.saveNames(own, time.Now(), list)
	})
	return d
}

// saveNames replaces the cache. Without it there is only less to complete, so errors are ignored.
func (p *process) saveNames(s config.Settings, now time.Time, list *search.Snapshot) {
	path := p.namesFile(s)
	if !s.CompletionCache || path == "" {
		return
	}
	var b bytes.Buffer
	fmt.Fprintln(&b, namesHeader+now.UTC().Format(time.RFC3339))
	for i := range list.Len() {
		a := list.At(i)
		name := a.Name.String()
		if !a.HasID() || strings.TrimSpace(name) == "" || name != a.Name.Raw() {
			continue // what was cleaned would not find the account
		}
		fmt.Fprintf(&b, "%d\t%s\n", a.ID, name)
		if b.Len() > maxNamesSize {
			_ = os.Remove(path)
			return
		}
	}
	if os.MkdirAll(filepath.Dir(path), 0o700) == nil {
		_ = os.Remove(path) // the new file must be private, even if the old one was not
		_ = atomic.WriteFile(path, &b)
	}
}

// cachedNames returns the accounts in the cache, none if it is off, too old, or open to others.
func (p *process) cachedNames(s config.Settings, now time.Time) []cachedName {
	path := p.namesFile(s)
	if path == "" || !s.CompletionCache {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || config.CheckPrivate(f, "the cache of account names") != nil {
		return nil
	}
	lines := bufio.NewScanner(io.LimitReader(f, maxNamesSize+1<<16))
	if !lines.Scan() {
		return nil
	}
	at, err := time.Parse(time.RFC3339, strings.TrimPrefix(lines.Text(), namesHeader))
	if age := now.Sub(at); err != nil || age < 0 || age > maxNamesAge {
		return nil
	}
	var found []cachedName
	for lines.Scan() {
		id, name, _ := strings.Cut(lines.Text(), "\t")
		n, err := strconv.ParseInt(id, 10, 64)
		if err == nil {
			found = append(found, cachedName{n, hdpclient.Clean(name)})
		}
	}
	return found
}
