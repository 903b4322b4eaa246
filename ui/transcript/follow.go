package transcript

import (
	"context"
	"slices"

	"parlor/session"
)

// follow takes the conversation's newest state, brings the growing message up
// to date and renders its tail.
func (r *Renderer) follow(ctx context.Context) {
	r.snap = r.source.Snapshot()
	var items []*Item
	if live := r.snap.Live; live != nil {
		items = append(items, r.set(live))
	}
	var missing []int64
	for i := len(r.snap.Path) - 1; i >= 0 && i >= len(r.snap.Path)-tailMessages; i-- {
		ref := r.snap.Path[i]
		if e := r.entries[ref.ID]; e == nil || e.msg.Version != ref.Version && (r.snap.Live == nil || r.snap.Live.ID != ref.ID) {
			missing = append(missing, ref.ID)
		}
	}
	if len(missing) == 0 || len(items) > 0 {
		r.publish(items)
	}
	r.load(ctx, missing)
}

// tailMessages is how many messages at the end are always kept ready: what a
// conversation opens with.
const tailMessages = 8

// load reads messages and publishes their items.
func (r *Renderer) load(ctx context.Context, ids []int64) {
	if len(ids) == 0 || r.source == nil {
		return
	}
	msgs, err := r.source.Messages(ctx, ids)
	if err != nil {
		r.fail(err)
		return
	}
	items := make([]*Item, 0, len(msgs))
	for _, m := range msgs {
		if live := r.snap.Live; live != nil && live.ID == m.ID {
			continue
		}
		items = append(items, r.set(m))
	}
	r.publish(items)
}

// set brings a message's entry up to date and renders the end of it.
func (r *Renderer) set(m *session.Message) *Item {
	e := r.entries[m.ID]
	if e == nil {
		e = &entry{}
		r.entries[m.ID] = e
		r.evict()
	}
	r.update(e, m)
	r.settle(e)
	return e.item
}

// settle builds the item and renders its last rows, so that following the
// stream never waits for a second round, and those the screen asked for.
func (r *Renderer) settle(e *entry) {
	r.clock++
	e.used = r.clock
	e.item = r.build(e)
	rows, from := 0, len(e.item.Units)
	for from > 0 && rows <= 2*r.rows {
		from--
		e.fill(from, from+1)
		rows += e.item.Units[from].rows()
	}
	for _, w := range r.want.Units {
		if w.ID == e.msg.ID {
			e.fill(w.From, w.To)
		}
	}
	e.item.count()
}

// wantMessages lists the messages that the screen lacks, and those that it has
// but the renderer forgot before all of their units were drawn.
func (r *Renderer) wantMessages() []int64 {
	ids := slices.Clone(r.want.Messages)
	for _, w := range r.want.Units {
		if r.entries[w.ID] == nil && !slices.Contains(ids, w.ID) {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

// renderWanted fills what the screen asked for and publishes what changed.
func (r *Renderer) renderWanted() {
	var items []*Item
	for _, w := range r.want.Units {
		e := r.entries[w.ID]
		if e == nil {
			continue
		}
		r.clock++
		e.used = r.clock
		e.item = r.build(e) // what was published stays as it is
		e.fill(w.From, w.To)
		e.item.count()
		items = append(items, e.item)
	}
	r.publish(items)
}

// all returns every item there is.
func (r *Renderer) all() []*Item {
	items := make([]*Item, 0, len(r.entries))
	for _, e := range r.entries {
		items = append(items, e.item)
	}
	return items
}

// evict forgets the message that was not looked at for longest.
func (r *Renderer) evict() {
	if len(r.entries) <= keepEntries {
		return
	}
	var oldest int64
	least := r.clock + 1
	for id, e := range r.entries {
		if e.used < least && e.msg != nil {
			oldest, least = id, e.used
		}
	}
	delete(r.entries, oldest)
}
