package ui

import (
	"context"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/api"
	"parlor/api/simulator"
	"parlor/session"
	"parlor/session/config"
	"parlor/store"
)

// patience is how long a story waits for something to appear. It is a limit
// for failures only: nothing sleeps.
const patience = 20 * time.Second

// world is what outlives a run of the program: the server and the database.
type world struct {
	t    testing.TB
	sim  *simulator.Simulator
	srv  *simulator.Server
	db   string
	conf *config.Config
	key  string
	dbs  []*store.DB
	now  func() time.Time // nil: the clock
	gate chan struct{}    // holds the opening of the database up, unless nil
}

func newWorld(t testing.TB) *world {
	t.Helper()
	sim := simulator.New(simulator.Options{Rate: -1})
	srv, err := simulator.Serve(context.Background(), "127.0.0.1:0", sim)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	conf, problems := config.Load(config.Sources{
		Home: t.TempDir(), Cwd: t.TempDir(), GOOS: "linux",
		Getenv: func(string) string { return "" },
	})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	conf.Model = "claude-sonnet-4-6"
	return &world{t: t, sim: sim, srv: srv, db: filepath.Join(t.TempDir(), "parlor.db"), conf: conf, key: "sk-ant-test-key-0001"}
}

// driver runs the model as the program would, without a terminal: commands run
// in goroutines, their messages are handled one at a time, timers fire when
// the story says so.
type driver struct {
	t       testing.TB
	w       *world
	m       *Model
	msgs    chan tea.Msg
	cancel  context.CancelFunc
	wg      sync.WaitGroup
	ctx     context.Context
	timers  []tea.Msg
	raw     []string
	quit    bool
	longest time.Duration // of one Update
}

// start begins a run of the program on the world's database and waits until it
// is open.
func (w *world) start(s Start) *driver {
	w.t.Helper()
	d := w.begin(s)
	d.until("the database is open", func() bool { return d.m.manager != nil && d.m.conv != nil })
	return d
}

// begin is start without waiting.
func (w *world) begin(s Start) *driver {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	d := &driver{t: w.t, w: w, msgs: make(chan tea.Msg, 64), cancel: cancel, ctx: ctx}
	d.m = newModel(ctx, Options{Config: w.conf, Open: w.open, Start: s, Now: w.now, Version: "test", Environ: []string{"TERM=xterm-256color"}})
	d.m.after = func(_ time.Duration, msg tea.Msg) tea.Cmd {
		return func() tea.Msg { return timer{msg} }
	}
	d.wg.Go(func() { d.m.renderer.Run(ctx) })
	d.run(d.m.Init())
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	w.t.Cleanup(d.stop)
	return d
}

// timer is a message that a story lets come when it wants.
type timer struct{ msg tea.Msg }

func (w *world) open(ctx context.Context) (*session.Manager, error) {
	if w.gate != nil {
		<-w.gate
	}
	db, err := store.Open(ctx, store.Options{Path: w.db})
	if err != nil {
		return nil, err
	}
	w.dbs = append(w.dbs, db)
	return session.NewManager(session.Options{
		Store:    db,
		Client:   &api.Client{APIKey: w.key, BaseURL: w.srv.URL, Getenv: func(string) string { return "" }},
		Defaults: session.Params{Model: w.conf.Model},
		Now:      w.now,
	}), nil
}

// stop ends the run as Run does.
func (d *driver) stop() {
	if d.ctx.Err() != nil {
		return
	}
	if err := d.m.shutdown(context.Background()); err != nil {
		d.t.Error(err)
	}
	for _, db := range d.w.dbs {
		if err := db.Close(); err != nil {
			d.t.Error(err)
		}
	}
	d.w.dbs = nil
	d.cancel()
	done := make(chan struct{})
	go func() { d.wg.Wait(); close(done) }()
	for {
		select {
		case <-d.msgs:
		case <-done:
			return
		}
	}
}

// run starts a command.
func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	d.wg.Go(func() {
		msg := cmd()
		if msg == nil {
			return
		}
		select {
		case d.msgs <- msg:
		case <-d.ctx.Done():
		}
	})
}

// send gives the model a message, as the program's loop does.
func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
		return
	case timer:
		d.timers = append(d.timers, msg.msg)
		return
	case tea.QuitMsg:
		d.quit = true
		return
	case tea.RawMsg:
		d.raw = append(d.raw, msg.Msg.(string))
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range v.Len() { // a sequence
			if cmd := v.Index(i).Interface().(tea.Cmd); cmd != nil {
				if out := cmd(); out != nil {
					d.send(out)
				}
			}
		}
		return
	}
	start := time.Now()
	_, cmd := d.m.Update(msg)
	d.longest = max(d.longest, time.Since(start))
	d.run(cmd)
}

// until handles messages until something is so.
func (d *driver) until(what string, so func() bool) {
	d.t.Helper()
	limit := time.After(patience)
	for !so() {
		select {
		case msg := <-d.msgs:
			d.send(msg)
		case <-limit:
			d.t.Fatalf("never came true: %s\nscreen:\n%s", what, d.screen())
		}
	}
}

// shows waits until a text is on the screen.
func (d *driver) shows(text string) {
	d.t.Helper()
	d.until("the screen shows "+text, func() bool { return strings.Contains(d.screen(), text) })
}

// lacks waits until a text is no longer on the screen.
func (d *driver) lacks(text string) {
	d.t.Helper()
	d.until("the screen no longer shows "+text, func() bool { return !strings.Contains(d.screen(), text) })
}

// idle waits until no effect is under way and no turn is running.
func (d *driver) idle() {
	d.t.Helper()
	d.until("the turn ends", func() bool {
		return d.m.effects == 0 && d.m.snap.Turn.Phase == session.Idle && d.m.conv.Snapshot().Turn.Phase == session.Idle && d.m.snap.Version == d.m.conv.Snapshot().Version
	})
}

// fire lets all timers that are waiting go off.
func (d *driver) fire() {
	all := d.timers
	d.timers = nil
	for _, msg := range all {
		d.send(msg)
	}
}

// screen is what one sees.
func (d *driver) screen() string {
	var rows []string
	for _, l := range strings.Split(d.m.View().Content, "\n") {
		rows = append(rows, strings.TrimRight(ansi.Strip(l), " "))
	}
	return strings.Join(rows, "\n")
}

// resize changes the screen's size and waits until it is drawn.
func (d *driver) resize(width, height int) {
	d.t.Helper()
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	d.until("the window is complete", d.m.transcript.Ready)
}

// fits checks that no row is wider than the screen.
func (d *driver) fits(width int) {
	d.t.Helper()
	for i, row := range strings.Split(d.m.View().Content, "\n") {
		if w := ansi.StringWidth(row); w > width {
			d.t.Errorf("row %d is %d cells wide on a screen of %d: %q", i, w, width, ansi.Strip(row))
		}
	}
}

// types enters text and named keys: types("hello", "enter").
func (d *driver) types(parts ...string) {
	d.t.Helper()
	for _, p := range parts {
		if k, ok := named[p]; ok {
			d.send(tea.KeyPressMsg(k))
			continue
		}
		for _, r := range p {
			if r == ' ' {
				d.send(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
				continue
			}
			d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
}

var named = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete},
	"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+o": {Code: 'o', Mod: tea.ModCtrl}, "ctrl+l": {Code: 'l', Mod: tea.ModCtrl},
	"ctrl+n": {Code: 'n', Mod: tea.ModCtrl}, "ctrl+t": {Code: 't', Mod: tea.ModCtrl}, "ctrl+p": {Code: 'p', Mod: tea.ModCtrl},
	"ctrl+j": {Code: 'j', Mod: tea.ModCtrl}, "f1": {Code: tea.KeyF1}, "ctrl+end": {Code: tea.KeyEnd, Mod: tea.ModCtrl}, "ctrl+home": {Code: tea.KeyHome, Mod: tea.ModCtrl},
	"right": {Code: tea.KeyRight}, "left": {Code: tea.KeyLeft}, "ctrl+r": {Code: 'r', Mod: tea.ModCtrl}, "alt+q": {Code: 'q', Mod: tea.ModAlt},
	"ctrl+z": {Code: 'z', Mod: tea.ModCtrl},
}
