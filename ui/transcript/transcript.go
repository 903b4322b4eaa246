package transcript

import (
	"encoding/json"

	"parlor/session"
	"parlor/ui/styles"
)

// Layout is where the transcript stands on the screen, in cells.
type Layout struct {
	Width, Height int // of the whole area
	Margin        int // blank columns left of the gutter
	Text          int // columns of text right of the gutter
}

// anchor is a place in the conversation that survives everything that happens
// around it: a row of a unit of a message.
type anchor struct {
	ID   int64 `json:"id"`
	Unit int   `json:"unit"`
	Row  int   `json:"row"`
}

// view is the part of the state that is kept between runs.
type view struct {
	Pinned bool   `json:"pinned,omitempty"`
	Top    anchor `json:"top,omitzero"`
}

// Transcript is the window on the conversation. It belongs to the program's
// loop; its zero value is not usable, see [New].
type Transcript struct {
	st     *styles.Styles
	layout Layout

	path  []session.Ref
	place map[int64]int // index of a message in path
	items map[int64]*Item

	live     bool   // a turn is going on: the last message comes by itself
	pinned   bool   // the view holds still at top; else it follows the end
	top      anchor // first visible row while pinned
	selected int64  // the message that keys act on, while focused
	focused  bool

	shown []row // what the last Draw put on each line of the window
	below int   // rows under the window
	dirty bool  // something changed since then
	want  Want  // what was lacking when it was last looked for
	bars  map[bar]string
	held  int // frames in a row that kept old lines for units not ready
	rows  []string
}

// New makes a transcript that follows the end.
func New(st *styles.Styles) *Transcript {
	return &Transcript{st: st, place: map[int64]int{}, items: map[int64]*Item{}}
}

// SetLayout sets the window's size.
func (t *Transcript) SetLayout(l Layout) {
	if l != t.layout {
		t.layout, t.rows, t.bars, t.dirty = l, nil, nil, true
	}
}

// SetStyles changes the theme.
func (t *Transcript) SetStyles(st *styles.Styles) { t.st, t.rows, t.bars, t.dirty = st, nil, nil, true }

// Clear empties the window for another conversation and restores the view that
// was kept of it.
func (t *Transcript) Clear(saved json.RawMessage) {
	t.path, t.place, t.items = nil, map[int64]int{}, map[int64]*Item{}
	t.rows, t.shown, t.selected, t.below, t.dirty = nil, nil, 0, 0, true
	var v view
	if len(saved) > 0 && json.Unmarshal(saved, &v) != nil {
		v = view{}
	}
	t.pinned, t.top = v.Pinned, v.Top
}

// View returns what Clear restores.
func (t *Transcript) View() json.RawMessage {
	b, err := json.Marshal(view{Pinned: t.pinned, Top: t.top})
	if err != nil {
		return nil
	}
	return b
}

// Apply takes a frame from the renderer.
func (t *Transcript) Apply(f Frame) {
	t.dirty = true
	t.setPath(f.Snapshot.Path)
	t.live = f.Snapshot.Live != nil
	for _, it := range f.Items {
		t.items[it.ID] = it
	}
	if len(t.items) > 2*keepEntries {
		t.forget()
	}
}

// setPath takes a new branch. The slice is shared and only compared by
// identity: an unchanged branch costs nothing.
func (t *Transcript) setPath(path []session.Ref) {
	if len(path) == len(t.path) && (len(path) == 0 || &path[0] == &t.path[0]) {
		return
	}
	common := 0
	for common < len(path) && common < len(t.path) && path[common].ID == t.path[common].ID {
		common++
	}
	for _, ref := range t.path[common:] {
		delete(t.place, ref.ID)
	}
	for i, ref := range path[common:] {
		t.place[ref.ID] = common + i
	}
	t.path = path
	if _, ok := t.place[t.top.ID]; !ok && t.pinned {
		t.pinned = t.repin(common)
	}
	if _, ok := t.place[t.selected]; !ok {
		t.selected = 0
	}
}

// repin finds a new place for a view whose message left the branch: the first
// message that differs.
func (t *Transcript) repin(at int) bool {
	if at >= len(t.path) {
		return false
	}
	t.top = anchor{ID: t.path[at].ID}
	return true
}

// forget drops items far from the window.
func (t *Transcript) forget() {
	near := map[int64]bool{}
	for _, r := range t.shown {
		near[r.id] = true
	}
	for id, it := range t.items {
		i, ok := t.place[id]
		if !ok || (!near[id] && i < len(t.path)-keepEntries && it.Message.State != session.Streaming) {
			delete(t.items, id)
		}
	}
}

// Empty reports whether there is nothing to show.
func (t *Transcript) Empty() bool { return len(t.path) == 0 }

// Pinned reports whether the view holds still instead of following the end.
func (t *Transcript) Pinned() bool { return t.pinned }

// Below is the number of rows under the window, estimated where not rendered.
func (t *Transcript) Below() int { return t.below }

// Focus gives the transcript the keys: one message is marked, the last visible
// one first.
func (t *Transcript) Focus() {
	t.focused, t.dirty = true, true
	if t.selected == 0 {
		t.selectVisible()
	}
}

// Blur takes the keys away.
func (t *Transcript) Blur() {
	if t.focused {
		t.focused, t.dirty = false, true
	}
}

// Focused reports whether the transcript has the keys.
func (t *Transcript) Focused() bool { return t.focused }

// Selected is the message that keys act on: the marked one, else the last
// answer. It is nil where there is none or it is not loaded.
func (t *Transcript) Selected() *session.Message {
	id := t.selected
	if id == 0 || !t.focused {
		id = t.lastAnswer()
	}
	if it := t.items[id]; it != nil {
		return it.Message
	}
	return nil
}

// lastAnswer is the id of the last message of the assistant, else of the last.
func (t *Transcript) lastAnswer() int64 {
	for i := len(t.path) - 1; i >= 0; i-- {
		if t.path[i].Role != "user" {
			return t.path[i].ID
		}
	}
	if n := len(t.path); n > 0 {
		return t.path[n-1].ID
	}
	return 0
}

// User is the marked message if it is the user's, else the last one that the
// user wrote before it. It is nil where there is none or it is not loaded.
func (t *Transcript) User() *session.Message {
	i := len(t.path) - 1
	if at, ok := t.place[t.selected]; ok && t.focused {
		i = at
	}
	for ; i >= 0; i-- {
		if t.path[i].Role != "user" {
			continue
		}
		if it := t.items[t.path[i].ID]; it != nil {
			return it.Message
		}
		return nil
	}
	return nil
}
