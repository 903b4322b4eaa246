package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// composer puts an answer together.
type composer struct {
	s *Simulator
	q *request
	c *chat
	p *plan
	// made counts the ids that were made up.
	made uint64
}

// id makes an id that no other block of the answer has.
func (m *composer) id(prefix string) string {
	m.made++
	return m.s.makeID(prefix, m.q.no<<16+m.made)
}

// say adds parts to the answer.
func (m *composer) say(parts ...part) { m.p.parts = append(m.p.parts, parts...) }

// promptAt is the message in which the user said last what they want; results of tools do not say that.
func (q *request) promptAt() int {
	for i, m := range slices.Backward(q.messages) {
		if m.role == "user" && m.text() != "" {
			return i
		}
	}
	return 0
}

// usedSince are the names of the tools that were used since the last prompt, those of the server apart.
func (q *request) usedSince() (client, server []string) {
	for _, m := range q.messages[min(q.promptAt(), len(q.messages)):] {
		for _, b := range m.blocks {
			name, _ := b.fields.str("name")
			switch b.kind {
			case "tool_use":
				client = append(client, name)
			case "server_tool_use", "mcp_tool_use":
				server = append(server, name)
			}
		}
	}
	return client, server
}

// toolAnswer answers with tools, or about what they gave; false means that the request has nothing to do with them.
func (m *composer) toolAnswer() bool {
	w := m.c.wishes()
	usedClient, usedServer := m.q.usedSince()
	var client, server []call
	for _, k := range w.calls {
		if k.client() {
			client = append(client, k)
		} else {
			server = append(server, k)
		}
	}
	todo := client
	if !w.endless {
		todo = client[min(len(usedClient), len(client)):]
	}
	if len(todo) == 0 && m.q.toolChoice.forced() {
		todo = client // a choice that forces a tool does so for each answer
	}
	if (w.serial || m.q.toolChoice.single) && len(todo) > 1 {
		todo = todo[:1]
	}
	if !w.endless || !w.pause {
		server = server[min(len(usedServer), len(server)):]
	}
	results := m.q.lastResults()
	if len(todo)+len(server)+len(results)+len(usedServer) == 0 {
		return false
	}
	m.think(len(results) > 0 || len(usedServer) > 0)
	about := m.finish()
	for _, k := range server {
		about = append(about, m.serve(k)...)
		if w.pause && len(usedServer) == 0 || w.pause && w.endless {
			m.p.StopReason = "pause_turn"
			return true
		}
	}
	if len(todo) > 0 {
		m.callTools(todo)
		return true
	}
	m.report(results, about)
	return true
}

// think adds thinking, as it is wanted before the answer or after the results of tools.
func (m *composer) think(after bool) {
	if !m.q.thinksNow(after) {
		return
	}
	text := m.s.replies().think(m.c, false, m.s.opt.Seed)
	if text == "" {
		return
	}
	if wordsOf(m.c.prompt()).has("redacted") || strings.Contains(m.c.prompt(), magicRedacted) {
		m.say(redacted(m.q, text))
		return
	}
	m.say(thought(text))
}

// callTools calls tools of the caller's. A choice that forces a tool leaves no room for words.
func (m *composer) callTools(calls []call) {
	if calls = m.search(calls); len(calls) == 0 {
		m.say(written("The tools that this needs could not be found."))
		return
	}
	if !m.q.toolChoice.forced() {
		m.say(written("I will use " + names(calls) + " for that."))
	}
	phrases := quotations(m.c.prompt())
	if phrases == nil {
		phrases = []string{m.topic()}
	}
	program := ""
	for i, k := range calls {
		input := k.input
		if input == nil {
			input = m.input(k, phrases, i)
		}
		more := `,"caller":{"type":"direct"}`
		if !k.tool.direct() {
			if program == "" {
				program = m.program(calls)
			}
			more = `,"caller":{"type":"` + k.caller(m.q) + `","tool_id":"` + program + `"}`
		}
		if k.tool.spec.Toolset != "" {
			more += `,"toolset_name":"` + k.tool.spec.Toolset + `"`
		}
		m.say(used("tool_use", m.id("toolu_01"), k.name, input, more))
	}
}

// program begins to run code that calls tools, and returns the id of its use. Its result comes with the next answer.
func (m *composer) program(calls []call) string {
	m.p.container = m.container()
	var code strings.Builder
	for _, k := range calls {
		code.WriteString("print(await " + k.name + "())\n")
	}
	return m.serverUse("code_execution", map[string]string{"code": code.String()})
}

// input makes the input of the i-th call.
func (m *composer) input(k call, phrases []string, i int) json.RawMessage {
	seed := m.c.hash(m.s.opt.Seed, fmt.Sprintf("input %s %d", k.name, i))
	if member, ok := k.tool.spec.Members[k.name]; ok {
		return encode(member)
	}
	if samples := k.tool.spec.Samples; len(samples) > 0 {
		done, _ := m.q.usedSince()
		return encode(samples[(i+len(done))%len(samples)])
	}
	schema := k.tool.fields["input_schema"]
	maker := newMaker(schema, "", seed)
	maker.phrases, maker.taken = phrases, i
	return maker.make(schema)
}

// topic is what the prompt is about; never empty.
func (m *composer) topic() string {
	if about := topic(m.c.prompt()); about != "" {
		return about
	}
	return "something"
}

// names lists what is called.
func names(calls []call) string {
	var list []string
	for _, k := range calls {
		if !slices.Contains(list, "`"+k.name+"`") {
			list = append(list, "`"+k.name+"`")
		}
	}
	return strings.Join(list, " and ")
}

// result is what a tool of the caller's gave.
type result struct {
	name, text string
	failed     bool
	block      block
}

// lastResults are the results in the last turn, if that is the user's.
func (q *request) lastResults() []result {
	var list []result
	names := map[string]string{}
	for _, m := range q.messages {
		if m.role == "assistant" {
			list = nil
		}
		for _, b := range m.blocks {
			switch b.kind {
			case "tool_use":
				id, _ := b.fields.str("id")
				names[id], _ = b.fields.str("name")
			case "tool_result":
				id, _ := b.fields.str("tool_use_id")
				failed, _ := b.fields.boolean("is_error")
				list = append(list, result{names[id], resultText(b), failed, b})
			}
		}
	}
	return list
}

// resultText is what a result says.
func resultText(b block) string {
	if text, ok := b.fields.str("content"); ok {
		return text
	}
	list, _ := array(b.fields["content"])
	var parts []string
	for _, raw := range list {
		f, _ := object(raw)
		kind, _ := f.str("type")
		switch kind {
		case "text":
			text, _ := f.str("text")
			parts = append(parts, text)
		case "search_result":
			title, _ := f.str("title")
			parts = append(parts, "the search result “"+title+"”")
		case "tool_reference":
			name, _ := f.str("tool_name")
			parts = append(parts, "the tool "+name)
		default:
			parts = append(parts, "a piece of type "+kind)
		}
	}
	return strings.Join(parts, "\n")
}

// report answers with what the tools gave.
func (m *composer) report(results []result, about []part) {
	for i, r := range results {
		text := "`" + r.name + "` gave: " + clip(r.text, 500)
		switch {
		case r.failed:
			text = "`" + r.name + "` failed: " + clip(r.text, 500)
		case r.text == "":
			text = "`" + r.name + "` gave nothing back."
		}
		if i > 0 {
			text = "\n\n" + text
		}
		m.say(written(text))
	}
	if cited := m.cited(m.q.latestSources()); len(cited) > 0 && len(results) > 0 {
		m.say(written("\n\n"))
		m.say(cited...)
	}
	m.say(about...)
	if len(results)+len(about) == 0 {
		m.say(written("That is done."))
	}
	m.p.parts = joined(m.p.parts)
}

// joined makes one block of texts without citations that follow each other.
func joined(parts []part) []part {
	var list []part
	for _, p := range parts {
		if n := len(list); n > 0 && p.kind == "text" && list[n-1].kind == "text" && p.citations == nil && list[n-1].citations == nil {
			list[n-1].text += p.text
			continue
		}
		list = append(list, p)
	}
	return list
}
