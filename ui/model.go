package ui

import (
	"context"
	"encoding/json"
	"time"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/session/config"
	"parlor/ui/action"
	"parlor/ui/composer"
	"parlor/ui/dialog"
	"parlor/ui/styles"
	"parlor/ui/term/paste"
	"parlor/ui/transcript"
)

// Model is the program's only tea.Model. It routes messages to its parts and
// puts their views together; what a key does is in the perform table, what
// touches the world is in the cmds files.
type Model struct {
	opts  Options
	cfg   *config.Config
	ctx   context.Context // ends with the program; every effect runs under it
	now   func() time.Time
	after func(time.Duration, tea.Msg) tea.Cmd // sends a message later

	infos    []action.Info // everything that can be done, with its keys
	keys     *keymap
	do       map[action.ID]performer
	mistakes []string // in the configuration, to be told at the start

	manager   *session.Manager
	conv      *session.Conversation
	snap      session.Snapshot
	opening   bool // the database or a conversation is being opened
	openError string
	waiting   []action.Action   // asked for before the conversation was open
	hold      *session.Outgoing // sent before that
	broken    string            // a conversation whose answer a crash cut off, until another is shown
	jobs      []*job            // work on the conversation whose outcome is not known yet
	deleted   string            // the conversation that undo brings back
	seen      uint64            // the last session notice shown

	renderer   *transcript.Renderer
	source     int             // the renderer's number of the shown conversation
	wanted     transcript.Want // what it was last asked for
	transcript *transcript.Transcript
	composer   *composer.Composer
	writing    writing
	dialogs    dialog.Stack
	note       note

	look     look
	st       *styles.Styles // what look comes to
	at       rects
	frame    string
	cursor   *tea.Cursor
	mouse    bool          // the mouse is ours, not the terminal's
	shiftRet bool          // the terminal can tell Shift+Enter from Enter
	pastes   *paste.Reader // what pastes hold; nil: they hold themselves

	effects int  // effects under way; stories wait until there are none
	ticking bool // a tick of the clock is on its way
	leaving time.Time
	crash   *Crash // what ended the program, if a panic did
}

// writing is what belongs to the composer's text.
type writing struct {
	history    []string        // earlier prompts, newest first
	secret     []string        // those of the private conversation, which nothing else may see
	editing    int64           // the message being edited, 0 for a new one
	aside      json.RawMessage // what was being written before that
	saved      uint64          // the composer's edit count that is in the database
	left       uint64          // and when another conversation began to be opened
	savingTick bool
}

// newModel puts the parts together. It does no I/O.
func newModel(ctx context.Context, opts Options) *Model {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	m := &Model{
		opts: opts, cfg: opts.Config, ctx: ctx, now: opts.Now, after: later,
		infos: allActions(opts.Config.EnterSends), mouse: opts.Config.Mouse,
		opening: true,
	}
	m.keys = newKeymap(m.infos, m.cfg.Keys, m.cfg.KeyBindings)
	m.do = performers()
	m.look = look{dark: opts.Config.Background != "light", noColor: colourless(opts.Environ)}
	m.dialogs.SetKeys(bindings(m.cfg.KeyBindings))
	m.look.theme = m.startTheme()
	m.st = m.styles()
	m.renderer = transcript.NewRenderer(m.st)
	m.transcript = transcript.New(m.st)
	m.composer = composer.New(composer.Options{EnterSends: m.cfg.EnterSends})
	m.composer.SetStyles(m.st)
	m.composer.SetKeys(m.keys.keys)
	m.composer.SetCommands(m.slashCommands())
	m.composer.Focus()
	if opts.Start.Prompt != "" {
		m.composer.SetValue(session.Outgoing{Text: opts.Start.Prompt})
	}
	m.resize(80, 24)
	m.welcome()
	return m
}

// later sends msg when d has passed.
func later(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// Init starts what runs beside the screen: opening the database, asking the
// terminal for its background, waiting for rendered frames.
func (m *Model) Init() tea.Cmd {
	m.compose()
	return tea.Batch(m.openManager(m.opts.Open), m.awaitFrame(), m.askBackground())
}

// resize lays the screen out anew.
func (m *Model) resize(width, height int) {
	m.at.width, m.at.height = width, height
	m.relayout()
}

// relayout gives every part its place. The composer's height depends on its
// text, so this runs after every key; parts ignore sizes that did not change.
func (m *Model) relayout() {
	w, h := m.at.width, m.at.height
	first := arrange(w, h, m.cfg.TextWidth, 1)
	m.composer.SetSize(first.composerWidth(), max(h/3, 1))
	next := arrange(w, h, m.cfg.TextWidth, m.composer.Height())
	if next.transcript != m.at.transcript {
		m.renderer.Configure(next.transcript.Text, next.transcript.Height, m.st, m.cfg.ShowFooter)
	}
	m.at = next
	m.transcript.SetLayout(next.transcript)
}

// restyle applies the chosen or previewed theme everywhere.
func (m *Model) restyle() {
	m.st = m.styles()
	m.composer.SetStyles(m.st)
	m.transcript.SetStyles(m.st)
	m.dialogs.SetStyles(m.st)
	m.renderer.Configure(m.at.transcript.Text, m.at.transcript.Height, m.st, m.cfg.ShowFooter)
}

// showing reports whether a conversation is open.
func (m *Model) showing() bool { return m.conv != nil }

// running reports whether a turn of ours is going on.
func (m *Model) running() bool {
	return m.snap.Turn.Phase != session.Idle && m.snap.Turn.Phase != session.Following
}
