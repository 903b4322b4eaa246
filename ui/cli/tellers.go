package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"parlor/session"
	"parlor/session/transfer"
	"parlor/ui/term"
)

// newTeller is the way the answer is printed: what --output says, set for the
// eye on a terminal.
func (a *app) newTeller() teller {
	aside := aside{a}
	switch a.opt.output {
	case "json":
		return &jsonTeller{aside: aside, w: a.env.Stdout}
	case "stream-json":
		return &streamTeller{s: transfer.NewStream(a.env.Stdout)}
	}
	switch {
	case !a.env.StdoutTerminal:
		return &rawTeller{aside: aside, w: a.env.Stdout}
	case term.IsDumb(a.getenv):
		return &plainTeller{aside: aside, w: a.env.Stdout}
	}
	return &setTeller{aside: aside, page: a.newPage()}
}

// aside tells on standard error what is not the answer.
type aside struct{ a *app }

func (s aside) start(string, string) error { return nil }

func (s aside) retry(r session.Retry, wait time.Duration) error {
	return s.a.complain(fmt.Sprintf("%s Trying again in %s (attempt %d of %d).",
		full(r.Reason), seconds(wait), r.Attempt, r.Max))
}

func (s aside) notice(n session.Notice) error {
	return s.a.complain(n.Text)
}

// notes are told once the message is there.
func (s aside) notes(m *session.Message) {
	for _, note := range m.Notes {
		s.a.tell(note)
	}
	if m.State == session.Complete && m.StopReason == "max_tokens" {
		s.a.tell("The answer reached its token limit; raise it with --max-tokens.")
	}
}

func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}

// joint is what stands between two parts of an answer: texts that follow each
// other are one text, anything between them separates.
type joint struct{ wrote, broken bool }

func (j *joint) before(kind session.PartKind) string {
	if kind != session.PartText {
		j.broken = j.wrote
		return ""
	}
	gap := ""
	if j.broken {
		gap = "\n\n"
	}
	j.wrote, j.broken = true, false
	return gap
}

// rawTeller passes the answer on as it came, byte for byte, and ends it with a
// line feed where it has none, as programs that read lines need it.
type rawTeller struct {
	aside
	w    io.Writer
	gap  joint
	last string
}

func (t *rawTeller) piece(kind session.PartKind, text string) error {
	gap := t.gap.before(kind)
	if kind != session.PartText {
		return nil
	}
	t.last = text
	_, err := io.WriteString(t.w, gap+text)
	return err
}

func (t *rawTeller) end(_ string, m *session.Message) error {
	defer t.notes(m)
	return finishLine(t.w, t.last)
}

func finishLine(w io.Writer, last string) error {
	if last == "" || strings.HasSuffix(last, "\n") {
		return nil
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// plainTeller is rawTeller for a terminal that knows no styles.
type plainTeller struct {
	aside
	w     io.Writer
	clean term.Sanitizer
	gap   joint
	last  string
}

func (t *plainTeller) piece(kind session.PartKind, text string) error {
	gap := t.gap.before(kind)
	if kind != session.PartText {
		return nil
	}
	return t.write(gap + t.clean.Write(text))
}

func (t *plainTeller) write(text string) error {
	if text == "" {
		return nil
	}
	t.last = text
	_, err := io.WriteString(t.w, text)
	return err
}

func (t *plainTeller) end(_ string, m *session.Message) error {
	defer t.notes(m)
	if err := t.write(t.clean.Close()); err != nil {
		return err
	}
	return finishLine(t.w, t.last)
}

// setTeller sets the answer as markdown, a finished unit at a time.
type setTeller struct {
	aside
	page *page
	gap  joint
}

func (t *setTeller) piece(kind session.PartKind, text string) error {
	gap := t.gap.before(kind)
	if kind != session.PartText {
		return nil
	}
	return t.page.write(gap + text)
}

func (t *setTeller) end(_ string, m *session.Message) error {
	defer t.notes(m)
	return t.page.finish()
}

// jsonTeller prints the message at the end.
type jsonTeller struct {
	aside
	w io.Writer
}

func (t *jsonTeller) piece(session.PartKind, string) error { return nil }

func (t *jsonTeller) end(id string, m *session.Message) error { return transfer.Turn(t.w, id, m) }

// streamTeller prints every event.
type streamTeller struct{ s *transfer.Stream }

func (t *streamTeller) start(id, model string) error { return t.s.Start(id, model) }

func (t *streamTeller) piece(kind session.PartKind, text string) error {
	switch kind {
	case session.PartText:
		return t.s.Text(text)
	case session.PartThinking:
		return t.s.Thinking(text)
	case session.PartTool, session.PartOther: // they stand in the message at the end
	}
	return nil
}

func (t *streamTeller) retry(r session.Retry, wait time.Duration) error { return t.s.Retry(r, wait) }
func (t *streamTeller) notice(n session.Notice) error                   { return t.s.Notice(n) }
func (t *streamTeller) end(id string, m *session.Message) error         { return t.s.Message(id, m) }
