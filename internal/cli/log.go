package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"

	"hdpadmin/config"
)

// openLog appends to the log file of the settings; end closes it. The log never goes to
// the terminal, which belongs to the console.
func (p *process) openLog(ctx context.Context, s config.Settings) (log *slog.Logger, end func(), err error) {
	if p.log != nil {
		return p.log, func() {}, nil
	}
	if s.LogFile == "" {
		return slog.New(slog.DiscardHandler), func() {}, nil
	}
	f, err := os.OpenFile(s.LogFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, usage(fmt.Errorf("cannot open the log file: %w", fileCause(err)))
	}
	if err = config.CheckPrivate(f, "log file"); err == nil && isTerminal(f) {
		err = fmt.Errorf("log file %s is a terminal; use a regular file", s.LogFile)
	}
	if err != nil {
		return nil, nil, usage(errors.Join(err, f.Close()))
	}
	level := slog.LevelInfo
	if s.Debug {
		level = slog.LevelDebug
	}
	log = slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{Level: level})).With("pid", os.Getpid())
	log.LogAttrs(ctx, slog.LevelInfo, "start", slog.String("version", version()), slog.String("server", s.Server),
		slog.String("go", runtime.Version()), slog.String("os", runtime.GOOS+"/"+runtime.GOARCH))
	return log, func() {
		log.LogAttrs(ctx, slog.LevelInfo, "end")
		_ = f.Close() // the data has been handed to the operating system
	}, nil
}
