package uitest

import (
	"image/color"
	"reflect"
	"runtime/debug"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// watched wraps the model under test: it counts its commands and numbers its frames. The model
// sees exactly the messages that it would see without it.
type watched struct {
	inner  tea.Model
	meter  *meter
	view   tea.View
	stale  bool // the model got a message after view was drawn
	redraw bool // draw the same view as a new frame

	connected chan struct{} // closed when send is set
	send      func(tea.Msg)

	awaited map[reflect.Type]int // messages that the runtime and teatest send first
	started chan struct{}        // closed when all of those have arrived
}

// nop passes through the event loop without effect. After two of them, the loop has handled
// everything sent before, and a flush that had begun is written.
type nop struct {
	through chan struct{} // closed by Update, unless nil
}

// redraw draws the same view as a new frame.
type redraw struct{}

func newWatched(m tea.Model, meter *meter) *watched {
	return &watched{
		inner: m, meter: meter, stale: true,
		connected: make(chan struct{}),
		awaited: map[reflect.Type]int{
			reflect.TypeFor[tea.WindowSizeMsg]():   2, // one from teatest, one from the runtime
			reflect.TypeFor[tea.ColorProfileMsg](): 1,
			reflect.TypeFor[tea.EnvMsg]():          1,
		},
		started: make(chan struct{}),
	}
}

func (w *watched) connect(send func(tea.Msg)) {
	w.send = send
	close(w.connected)
}

func (w *watched) Init() tea.Cmd {
	defer w.noticePanic()
	w.meter.wroteDirectly() // the runtime's own questions to the terminal
	return w.counted(w.inner.Init())
}

func (w *watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	defer w.noticePanic()
	switch msg := msg.(type) {
	case nop:
		if msg.through != nil {
			close(msg.through)
		}
		return w, nil
	case redraw:
		w.redraw = true
		return w, nil
	}
	if writesDirectly(msg) {
		w.meter.wroteDirectly()
	}
	inner, cmd := w.inner.Update(msg)
	w.inner, w.stale = inner, true
	cmd = w.counted(cmd)
	w.markArrived(msg)
	return w, cmd
}

func (w *watched) markArrived(msg tea.Msg) {
	typ := reflect.TypeOf(msg)
	if w.awaited[typ] == 0 {
		return
	}
	if w.awaited[typ]--; w.awaited[typ] == 0 {
		delete(w.awaited, typ)
	}
	if len(w.awaited) == 0 {
		close(w.started)
	}
}

func (w *watched) View() tea.View {
	defer w.noticePanic()
	if !w.stale && !w.redraw {
		return w.view
	}
	if w.stale {
		w.view = w.inner.View()
	}
	w.stale, w.redraw = false, false
	w.view = mark(w.view, &frame{w.meter.nextFrame(), w.meter})
	return w.view
}

// frame poses as a colour. When the renderer asks for its value, it is flushing the view that the
// frame belongs to, so the test learns of the flush without a byte of its own in the output: a
// title or any other mark would count in OutputBytes.
type frame struct {
	n     int64
	meter *meter
}

func (f *frame) RGBA() (r, g, b, a uint32) {
	f.meter.frameTaken(f.n)
	return 0, 0, 0, 0
}

// mark puts the frame on the view in place of a colour that the model does not set.
func mark(v tea.View, f *frame) tea.View {
	switch {
	case isMark(v.ForegroundColor):
		v.ForegroundColor = f
	case isMark(v.BackgroundColor):
		v.BackgroundColor = f
	default:
		panic("uitest: a view that sets both the terminal's colours cannot be watched")
	}
	return v
}

func isMark(c color.Color) bool {
	_, ok := c.(*frame)
	return c == nil || ok
}

// counted keeps the command in flight until Update has handled its message. It sends the message
// and then a nop: when the loop takes the nop, Update has returned and its commands are already
// counted.
func (w *watched) counted(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	f := w.meter.start(cmd)
	return func() tea.Msg {
		defer w.noticePanic()
		<-w.connected
		msg := w.countEach(cmd())
		if _, many := commandsOf(msg); !many && msg != nil {
			w.send(msg)
			w.send(nop{})
			msg = nil
		}
		w.meter.finish(f)
		return msg
	}
}

// countEach counts each command of a batch or sequence; the runtime still runs them in its own
// way.
func (w *watched) countEach(msg tea.Msg) tea.Msg {
	cmds, many := commandsOf(msg)
	if !many {
		if _, ok := msg.(tea.SuspendMsg); ok {
			return tea.ResumeMsg{} // a real suspend would stop the test
		}
		return msg
	}
	all := reflect.MakeSlice(cmds.Type(), cmds.Len(), cmds.Len())
	for i := range cmds.Len() {
		all.Index(i).Set(reflect.ValueOf(w.counted(cmds.Index(i).Interface().(tea.Cmd))))
	}
	return all.Interface()
}

// commandsOf returns the commands of a tea.BatchMsg, or of the unexported type that tea.Sequence
// makes.
func commandsOf(msg tea.Msg) (reflect.Value, bool) {
	v := reflect.ValueOf(msg)
	return v, v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() &&
		v.Type().PkgPath() == teaPath
}

var teaPath = reflect.TypeFor[tea.BatchMsg]().PkgPath()

// writesDirectly reports whether the message may make the runtime write to the terminal outside
// the frames, as for the clipboard, a query or raw bytes. The runtime uses types of its own for
// that.
func writesDirectly(msg tea.Msg) bool {
	typ := reflect.TypeOf(msg)
	if typ == nil || typ.PkgPath() != teaPath {
		return false
	}
	first, _ := utf8.DecodeRuneInString(typ.Name())
	return unicode.IsLower(first) || typ == reflect.TypeFor[tea.RawMsg]()
}

// noticePanic records a panic with its stack and passes it on to the runtime.
func (w *watched) noticePanic() {
	if r := recover(); r != nil {
		w.meter.caught(r, debug.Stack())
		panic(r)
	}
}
