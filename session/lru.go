package session

import "container/list"

// window keeps the message bodies last asked for, up to a number of bytes.
type window struct {
	limit, size int
	order       list.List // *body, most recent first
	at          map[int64]*list.Element
}

func newWindow(limit int) *window {
	return &window{limit: limit, at: map[int64]*list.Element{}}
}

func (w *window) get(id int64) *body {
	e := w.at[id]
	if e == nil {
		return nil
	}
	w.order.MoveToFront(e)
	return e.Value.(*body)
}

// put keeps b and lets go of the bodies longest not asked for; the newest two
// always stay.
func (w *window) put(b *body) {
	w.drop(b.id)
	w.at[b.id] = w.order.PushFront(b)
	w.size += b.size
	for w.size > w.limit && w.order.Len() > 2 {
		w.drop(w.order.Back().Value.(*body).id)
	}
}

func (w *window) drop(id int64) {
	if e := w.at[id]; e != nil {
		w.size -= e.Value.(*body).size
		w.order.Remove(e)
		delete(w.at, id)
	}
}
