package ui

import (
	"time"

	"parlor/session"
	"parlor/ui/term"
)

// note tells what just happened. It stands between transcript and composer, in
// place of the rule, until its time is up or another one comes.
type note struct {
	text  string
	level string // "info", "warning", "error"
	until time.Time
}

// How long a note stays.
const (
	noteTime = 6 * time.Second
	warnTime = 12 * time.Second
)

// say tells the user something that needs no answer.
func (m *Model) say(text string) {
	m.note = note{term.Sanitize(text), "info", m.now().Add(noteTime)}
}

// warn tells the user something that did not work.
func (m *Model) warn(text string) {
	m.note = note{term.Sanitize(text), "warning", m.now().Add(warnTime)}
}

// notices shows what the conversation has to say since the last look. The
// newest stands; earlier ones stay in the message they belong to.
func (m *Model) notices(all []session.Notice) {
	for _, n := range all {
		if n.Seq <= m.seen {
			continue
		}
		m.seen = n.Seq
		if n.Level == "info" {
			m.say(n.Text)
		} else {
			m.warn(n.Text)
		}
		if n.Sticky {
			m.note.until = time.Time{}
		}
	}
}

// newest is the number of the last notice: what a conversation had to say
// before it was opened here was said then, or stands in its messages. Only what
// still holds is told again.
func newest(all []session.Notice) uint64 {
	var seq uint64
	for _, n := range all {
		if n.Sticky {
			break
		}
		seq = n.Seq
	}
	return seq
}

// expireNote removes the note when its time is up.
func (m *Model) expireNote() {
	if !m.note.until.IsZero() && m.now().After(m.note.until) {
		m.note = note{}
	}
}
