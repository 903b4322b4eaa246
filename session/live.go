package session

import (
	"strings"
	"time"

	"parlor/api"
)

// live is an answer that is still arriving, from the network or from another
// process' journal. It is guarded by Conversation.mu.
type live struct {
	id    int64    // the stored message
	base  *Message // what is shown, without what arrives
	trim  bool     // the answer goes on where base, without its last space, ends
	acc   *api.Accumulator
	state Turn
	view  *Message // what readers get: base with what had arrived; immutable

	joined strings.Builder // text of base with the text that goes on from it
	copied int             // how much of that text is in joined

	open    map[int]thought // thinking that has not ended, by index of the wire
	thought map[int]time.Duration
}

type thought struct {
	block int
	since time.Time
}

func newLive(id int64, base *Message, trim bool, state Turn) live {
	return live{
		id: id, base: base, trim: trim, acc: &api.Accumulator{}, state: state,
		open: map[int]thought{}, thought: map[int]time.Duration{},
	}
}

// add takes an event and tells whether it brought something to read.
func (l *live) add(ev api.Event, now time.Time) (readable bool) {
	l.acc.Add(ev)
	switch ev.Type {
	case api.EventContentBlockStart:
		if ev.Block.Type == api.BlockThinking {
			l.open[ev.Index] = thought{block: l.acc.NumBlocks() - 1, since: now}
		}
		return false
	case api.EventContentBlockStop:
		if o, ok := l.open[ev.Index]; ok {
			l.thought[o.block] = now.Sub(o.since)
			delete(l.open, ev.Index)
		}
	}
	return ev.Delta.Text != "" && (ev.Delta.Type == api.DeltaText || ev.Delta.Type == api.DeltaThinking)
}

// enter begins a phase.
func (l *live) enter(p Phase, now time.Time) {
	if l.state.Phase != p {
		l.state.Phase, l.state.Since = p, now
	}
	if p != Retrying {
		l.state.Retry = nil
	}
}

// show makes the view of what has arrived. It copies text only where it goes
// on from an earlier part, and there only what is new.
func (l *live) show(version uint64) *Message {
	m := *l.base
	m.Version, m.State = version, Streaming
	m.Parts = joinParts(l.base.Parts, l.parts(), l.trim, l.join)
	if model := l.acc.Model(); model != "" {
		m.Model = model
	}
	return &m
}

func (l *live) parts() []Part {
	parts := make([]Part, 0, l.acc.NumBlocks())
	for i := range l.acc.NumBlocks() {
		b := l.acc.Block(i)
		p := Part{Kind: kindOf(b.Type), Text: b.Text, Done: b.Done}
		switch p.Kind {
		case PartThinking:
			p.Duration = l.thought[i]
		case PartTool:
			p.Text = b.Type
			if _, ok := b.Start.ToolUse(); ok {
				p.Text = rawInput(b.Start, b.PartialJSON)
			}
		case PartOther:
			p.Text = b.Type
		}
		parts = append(parts, p)
	}
	return parts
}

func (l *live) join(before, after string) string {
	if l.copied == 0 && l.joined.Len() == 0 {
		l.joined.WriteString(before)
	}
	l.joined.WriteString(after[l.copied:])
	l.copied = len(after)
	return l.joined.String()
}

// empty tells that nothing arrived that is worth keeping.
func (l *live) empty() bool {
	for i := range l.acc.NumBlocks() {
		b := l.acc.Block(i)
		if k := kindOf(b.Type); b.Text != "" || k == PartTool || k == PartOther || b.Type == api.BlockRedactedThinking {
			return false
		}
	}
	return true
}
