package uitest

import (
	"image/color"
	"reflect"
	"runtime/debug"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// watched is the model under test with a meter on it: its commands are counted, its frames numbered.
// The model sees the very messages that it would see without.
type watched struct {
	inner  tea.Model
	meter  *meter
	view   tea.View
	stale  bool // the model has had a message since view was made
	redraw bool // the same view is wanted as a new frame

	connected chan struct{} // closed when send is known
	send      func(tea.Msg)

	awaited map[reflect.Type]int // what the runtime and teatest send before anything else
	started chan struct{}        // closed when all of that has come
}

// nop passes through the event loop and does nothing: who has sent two of them knows that the loop
// is through with all that was sent before, and that a flush which had begun is written.
type nop struct {
	through chan struct{} // closed by Update, if it is there
}

// redraw makes the same view a new frame.
type redraw struct{}

func newWatched(m tea.Model, meter *meter) *watched {
	return &watched{
		inner: m, meter: meter, stale: true,
		connected: make(chan struct{}),
		awaited: map[reflect.Type]int{
			reflect.TypeFor[tea.WindowSizeMsg]():   2, // from teatest and from the runtime
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

// markArrived crosses msg off what is awaited at the start.
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

// A frame is a colour that is none: asked for its value, the renderer writes nothing, but in asking
// it has told that it is flushing the view which the frame is on. So a frame is known to be out
// without a byte of ours on the wire; a title or any other mark would be counted in OutputBytes.
type frame struct {
	n     int64
	meter *meter
}

func (f *frame) RGBA() (r, g, b, a uint32) {
	f.meter.frameTaken(f.n)
	return 0, 0, 0, 0
}

// mark puts the frame on the view where the model has no colour of its own.
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

// counted makes the command count as in flight until its message is through Update. It sends the
// message itself and a nop after it: when the loop has taken the nop, Update has returned, and the
// commands that it returned are counted already.
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

// countEach counts the commands of a batch or a sequence one by one; the runtime runs them in its own way.
func (w *watched) countEach(msg tea.Msg) tea.Msg {
	cmds, many := commandsOf(msg)
	if !many {
		if _, ok := msg.(tea.SuspendMsg); ok {
			return tea.ResumeMsg{} // it is the test that would be stopped
		}
		return msg
	}
	all := reflect.MakeSlice(cmds.Type(), cmds.Len(), cmds.Len())
	for i := range cmds.Len() {
		all.Index(i).Set(reflect.ValueOf(w.counted(cmds.Index(i).Interface().(tea.Cmd))))
	}
	return all.Interface()
}

// commandsOf is the commands that a message is made of, if it is: tea.BatchMsg, and the type without a
// name outside its package that tea.Sequence makes.
func commandsOf(msg tea.Msg) (reflect.Value, bool) {
	v := reflect.ValueOf(msg)
	return v, v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() &&
		v.Type().PkgPath() == teaPath
}

var teaPath = reflect.TypeFor[tea.BatchMsg]().PkgPath()

// writesDirectly tells whether the runtime may write to the terminal beside the frames on this
// message: the clipboard, a query, raw bytes. It does that by types of its own.
func writesDirectly(msg tea.Msg) bool {
	typ := reflect.TypeOf(msg)
	if typ == nil || typ.PkgPath() != teaPath {
		return false
	}
	first, _ := utf8.DecodeRuneInString(typ.Name())
	return unicode.IsLower(first) || typ == reflect.TypeFor[tea.RawMsg]()
}

// noticePanic remembers a panic with its stack and lets it go on to the runtime.
func (w *watched) noticePanic() {
	if r := recover(); r != nil {
		w.meter.caught(r, debug.Stack())
		panic(r)
	}
}
