package simulator

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// maxThreads is how many answers are kept that a thread can be continued from; the oldest go first.
const maxThreads = 10_000

// storedThread is a conversation that the server holds, under the id of its latest answer.
type storedThread struct {
	owner         string
	messages      []json.RawMessage
	system, tools json.RawMessage
	// taken says that a request continues the thread just now, continued that one did.
	taken, continued bool
}

// threadStore holds the threads.
type threadStore struct {
	byID  map[string]*storedThread
	order []string
}

func (s *threadStore) put(id string, t *storedThread) {
	if s.byID == nil {
		s.byID = map[string]*storedThread{}
	}
	if len(s.order) >= maxThreads {
		delete(s.byID, s.order[0])
		s.order = s.order[1:]
	}
	s.byID[id] = t
	s.order = append(s.order, id)
}

// threadUse is what a request does with a thread.
type threadUse struct {
	// from is the thread that is continued, nil for a new one; next is what the conversation is with this request.
	from *storedThread
	next storedThread
}

// threads checks the parameter thread, and puts what the server holds in front of what was sent.
func (c *checker) threads() error {
	q := c.q
	if !q.fields.has("thread") {
		return nil
	}
	f, ok := object(q.fields["thread"])
	if !ok {
		return bad("thread: Input should be a valid dictionary")
	}
	kind, _ := f.str("type")
	if err := oneOf("thread.type", kind, "create", "continue"); err != nil {
		return err
	}
	allowed := []string{"type"}
	if kind == "continue" {
		allowed = append(allowed, "previous_message_id")
	}
	if err := c.noExtra(f, "thread."+kind+".", allowed...); err != nil {
		return err
	}
	if err := c.threadable(); err != nil {
		return err
	}
	q.thread = &threadUse{next: storedThread{owner: q.credential, system: q.fields["system"], tools: q.fields["tools"]}}
	if kind == "continue" {
		if err := c.continued(f); err != nil {
			return err
		}
	}
	sent, _ := array(q.fields["messages"])
	q.thread.next.messages = append(q.thread.next.messages, sent...)
	return nil
}

// threadable refuses what threads do not go with. That manual thinking is the setting meant is not confirmed.
func (c *checker) threadable() error {
	if c.lenient {
		return nil
	}
	var unsupported []string
	for _, name := range []string{"cache_control", "context_management", "fallbacks"} {
		if c.q.fields.has(name) {
			unsupported = append(unsupported, name)
		}
	}
	if t, _ := object(c.q.fields["thinking"]); string(t["type"]) == `"enabled"` {
		unsupported = append(unsupported, "thinking")
	}
	if unsupported == nil {
		return nil
	}
	return withCode(bad("thread: not supported together with %s", strings.Join(unsupported, ", ")), "thread_unsupported_request", map[string]any{"unsupported": unsupported})
}

// continued finds the thread that the request continues.
func (c *checker) continued(f fields) error {
	q := c.q
	id, ok := f.str("previous_message_id")
	if !ok {
		return bad("thread.continue.previous_message_id: Field required")
	}
	s := c.x.sim
	s.mu.Lock()
	t := s.threads.byID[id]
	var taken, continued bool
	if t != nil {
		taken, continued = t.taken, t.continued
	}
	s.mu.Unlock()
	switch {
	case t == nil || t.owner != q.credential:
		return withCode(notFound("thread: no thread found for previous_message_id %s", id), "thread_not_found", nil)
	case continued:
		return badCode("thread_already_continued", "thread: %s has already been continued", id)
	case taken:
		return inFlight(id)
	}
	var changed []string
	for name, stored := range map[string]json.RawMessage{"system": t.system, "tools": t.tools} {
		if q.fields.has(name) && canonical(q.fields[name]) != canonical(stored) {
			changed = append(changed, name)
		}
	}
	if slices.Sort(changed); changed != nil {
		return badCode("thread_fingerprint_mismatch", "thread: %s cannot change within a thread", strings.Join(changed, ", "))
	}
	q.fields = maps.Clone(q.fields)
	for name, stored := range map[string]json.RawMessage{"system": t.system, "tools": t.tools} {
		if delete(q.fields, name); stored != nil {
			q.fields[name] = stored
		}
	}
	c.stored = t
	q.thread.from = t
	q.thread.next.system, q.thread.next.tools = t.system, t.tools
	q.thread.next.messages = slices.Clone(t.messages)
	return nil
}

func inFlight(id string) error {
	return badCode("thread_continue_in_flight", "thread: another request is continuing %s", id)
}

// claim takes the thread that the request continues, so that no other continues it at the same time.
func (x *exchange) claim(q *request) error {
	if q.thread == nil || q.thread.from == nil {
		return nil
	}
	x.sim.mu.Lock()
	defer x.sim.mu.Unlock()
	if t := q.thread.from; t.taken || t.continued {
		return inFlight("the thread")
	}
	q.thread.from.taken = true
	return nil
}

// settle keeps the thread for the next request, under the id of the answer, and lets go of the one before. An answer
// that was not heard to its end leaves everything as it was, and so does a refusal: what the real API keeps of these is
// not confirmed.
func (x *exchange) settle(q *request, a *answer, heard bool) {
	if q == nil || q.thread == nil {
		return
	}
	x.sim.mu.Lock()
	defer x.sim.mu.Unlock()
	heard = heard && a != nil && a.stopReason != "refusal"
	if from := q.thread.from; from != nil {
		from.taken, from.continued = false, from.continued || heard
	}
	if !heard {
		return
	}
	next := q.thread.next
	if content := a.content(); len(content) > 0 {
		list := make([]json.RawMessage, len(content))
		for i, raw := range content {
			list[i] = raw
		}
		next.messages = append(next.messages, encode(map[string]any{"role": "assistant", "content": list}))
	}
	x.sim.threads.put(a.id, &next)
}
