package transcript

import (
	"context"
	"slices"
	"sync"
	"time"

	"parlor/session"
	"parlor/ui/markdown"
	"parlor/ui/styles"
)

// Source is the conversation the renderer reads. *session.Conversation is one.
type Source interface {
	Snapshot() session.Snapshot
	Dirty() <-chan struct{}
	Messages(ctx context.Context, ids []int64) ([]*session.Message, error)
}

// keepEntries is how many messages keep their documents. What scrolled far
// away is made again when it comes back.
const keepEntries = 160

// order is what the loop asks of the renderer; the fields that are set since
// the last look replace each other, so a slow renderer never has a backlog.
type order struct {
	source   Source
	sourceNo int
	width    int
	rows     int
	st       *styles.Styles
	footers  bool
	want     Want
	toggle   []int64
}

// Renderer turns the messages of one conversation at a time into items. All of
// its methods but Run may be called from any goroutine and never block on
// rendering; Next blocks until there is something new.
type Renderer struct {
	mu      sync.Mutex
	next    order
	changed bool
	frame   Frame // what was not yet taken
	pending bool

	wake  chan struct{}
	ready chan struct{}

	// The rest belongs to Run's goroutine.
	source   Source
	sourceNo int
	width    int
	rows     int
	st       *styles.Styles
	md       *markdown.Style // st for markdown; holds the compiled lexers
	footers  bool
	snap     session.Snapshot
	entries  map[int64]*entry
	want     Want
	clock    uint64
}

// NewRenderer makes a renderer that draws with st. Run starts it.
func NewRenderer(st *styles.Styles) *Renderer {
	return &Renderer{
		st: st, md: markdown.NewStyle(st), width: 80, rows: 24, footers: true,
		next:    order{st: st, width: 80, rows: 24, footers: true},
		wake:    make(chan struct{}, 1),
		ready:   make(chan struct{}, 1),
		entries: map[int64]*entry{},
	}
}

// order changes what is asked for and wakes the renderer.
func (r *Renderer) order(f func(*order)) {
	r.mu.Lock()
	f(&r.next)
	r.changed = true
	r.mu.Unlock()
	signal(r.wake)
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// Show makes source the conversation that is rendered; nil shows none. It
// returns the number that frames of this source carry.
func (r *Renderer) Show(source Source) int {
	no := 0
	r.order(func(o *order) {
		o.source = source
		o.sourceNo++
		o.want = Want{}
		o.toggle = nil
		no = o.sourceNo
	})
	return no
}

// Configure sets the width of the text column in cells, the rows of the window
// and the styles.
func (r *Renderer) Configure(width, rows int, st *styles.Styles, footers bool) {
	r.order(func(o *order) { o.width, o.rows, o.st, o.footers = max(width, 1), max(rows, 1), st, footers })
}

// Want asks for messages and lines; it replaces what was asked before.
func (r *Renderer) Want(w Want) { r.order(func(o *order) { o.want = w }) }

// Toggle opens or folds the thinking or the pastes of a message.
func (r *Renderer) Toggle(id int64) { r.order(func(o *order) { o.toggle = append(o.toggle, id) }) }

// Next waits for the next frame. It reports false when ctx ends first.
func (r *Renderer) Next(ctx context.Context) (Frame, bool) {
	for {
		select {
		case <-ctx.Done():
			return Frame{}, false
		case <-r.ready:
		}
		if f, ok := r.takeFrame(); ok {
			return f, true
		}
	}
}

// takeFrame empties the mailbox. It may be empty although it was signalled:
// two publications that one look took together signal twice.
func (r *Renderer) takeFrame() (Frame, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.frame, r.pending
	r.frame, r.pending = Frame{}, false
	return f, ok
}

// Run renders until ctx ends. A growing answer is drawn at most as often as
// the conversation says it is dirty, and less often when that costs more than
// a tenth of the time; the end of it, and what the user asks for, is drawn at
// once.
func (r *Renderer) Run(ctx context.Context) {
	var pause <-chan time.Time
	late := false // something came during the pause
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
			r.obey(ctx)
			continue
		case <-r.dirty():
			if pause != nil && r.source.Snapshot().Live != nil {
				late = true
				continue
			}
		case <-pause:
			pause = nil
			if !late {
				continue
			}
		}
		late, pause = false, r.paced(ctx)
	}
}

// paced follows the conversation and returns when the next time may be: at
// once, unless drawing was expensive.
func (r *Renderer) paced(ctx context.Context) <-chan time.Time {
	start := time.Now()
	r.follow(ctx)
	if wait := 9 * time.Since(start); wait > 5*time.Millisecond && r.snap.Live != nil {
		return time.After(min(wait, time.Second))
	}
	return nil
}

func (r *Renderer) dirty() <-chan struct{} {
	if r.source == nil {
		return nil
	}
	return r.source.Dirty()
}

// obey takes the orders that came in and does them.
func (r *Renderer) obey(ctx context.Context) {
	r.mu.Lock()
	o, changed := r.next, r.changed
	r.next.toggle, r.changed = nil, false
	r.mu.Unlock()
	if !changed {
		return
	}
	fresh := o.sourceNo != r.sourceNo
	if fresh {
		r.source, r.sourceNo = o.source, o.sourceNo
		r.entries = map[int64]*entry{}
		r.snap = session.Snapshot{}
	}
	r.rows = o.rows
	redraw := r.configure(o)
	r.want = o.want
	for _, id := range o.toggle {
		r.toggle(id)
	}
	if r.source == nil {
		return
	}
	if fresh {
		r.follow(ctx)
		return
	}
	r.load(ctx, r.wantMessages())
	r.renderWanted()
	if redraw {
		r.publish(r.all())
	}
}

// configure applies a new width or theme to all documents.
func (r *Renderer) configure(o order) bool {
	if o.width == r.width && o.st == r.st && o.footers == r.footers {
		return false
	}
	restyle := o.st != r.st
	r.width, r.st, r.footers = o.width, o.st, o.footers
	if restyle {
		r.md = r.md.With(r.st)
	}
	for _, e := range r.entries {
		for _, p := range e.parts {
			if restyle {
				p.restyle(r)
			}
			p.doc.Resize(r.width)
		}
		e.item = r.build(e)
	}
	return true
}

// toggle opens or folds a message and publishes it.
func (r *Renderer) toggle(id int64) {
	e := r.entries[id]
	if e == nil || !e.item.Folded {
		return
	}
	e.open = !e.open
	r.update(e, e.msg)
	r.settle(e)
	r.publish([]*Item{e.item})
}

// publish adds items to the frame that Next will return, each in place of an
// older one of the same message: the mailbox of a screen that does not look
// does not grow.
func (r *Renderer) publish(items []*Item) {
	r.post(func(f *Frame) {
		for _, it := range items {
			if i := slices.IndexFunc(f.Items, func(old *Item) bool { return old.ID == it.ID }); i >= 0 {
				f.Items[i] = it
			} else {
				f.Items = append(f.Items, it)
			}
		}
	})
}

// fail tells the screen that messages could not be read.
func (r *Renderer) fail(err error) { r.post(func(f *Frame) { f.Err = err }) }

// post changes the frame in the mailbox, unless another conversation was asked
// for meanwhile.
func (r *Renderer) post(change func(*Frame)) {
	r.mu.Lock()
	if r.next.sourceNo == r.sourceNo {
		if r.frame.Source != r.sourceNo {
			r.frame = Frame{Source: r.sourceNo}
		}
		r.frame.Snapshot = r.snap
		change(&r.frame)
		r.pending = true
	}
	pending := r.pending
	r.mu.Unlock()
	if pending {
		signal(r.ready)
	}
}
