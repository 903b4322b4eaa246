package simulator

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxCalls is how many calls a prompt can ask for.
const maxCalls = 20

// call is one use of a tool that a prompt asks for.
type call struct {
	tool *tool
	// name is what it is called by, server the MCP server it is of.
	name, server string
	// input is the input that the prompt gives, nil if it gives none.
	input json.RawMessage
}

// client says that the caller has to run the tool.
func (c call) client() bool { return !c.tool.spec.Server }

// wish is what a prompt asks to be done with the tools.
type wish struct {
	calls []call
	// serial does one after the other, endless never ends, pause makes a pause before the answer.
	serial, endless, pause bool
}

// wishes reads the prompt. A tool is asked for by its name, and by a few words that mean it; JSON behind the name is its
// input.
func (c *chat) wishes() wish {
	q := c.q
	if len(q.offered) == 0 || q.toolChoice.kind == "none" {
		return wish{}
	}
	text := c.prompt()
	if len(text) > 4000 {
		text = text[:4000]
	}
	words := wordsOf(text)
	w := wish{
		serial: words.any("then", "afterwards") || words.phrase("one after another") || words.phrase("one after the other") ||
			words.phrase("one by one") || words.phrase("step by step"),
		endless: words.any("forever", "endlessly"),
		pause:   words.has("pause"),
		calls:   c.named(text),
	}
	if w.calls == nil {
		w.calls = c.meant(words, text)
	}
	w.calls = slices.DeleteFunc(w.calls, func(k call) bool { return !k.ready(q) })
	if q.toolChoice.kind == "tool" {
		w.calls = slices.DeleteFunc(w.calls, func(k call) bool { return k.name != q.toolChoice.name })
	}
	if len(w.calls) == 0 && q.toolChoice.forced() {
		w.calls = c.first()
	}
	if n := times(text); n > 1 && len(w.calls) == 1 && w.calls[0].input == nil {
		w.calls = slices.Repeat(w.calls, min(n, maxCalls))
	}
	if len(w.calls) > maxCalls {
		w.calls = w.calls[:maxCalls]
	}
	return w
}

// named finds the tools that the text names, in its order. A tool named twice is called twice if it is given input.
func (c *chat) named(text string) []call {
	var calls []call
	for _, at := range regexp.MustCompile(`[A-Za-z0-9_-]+`).FindAllStringIndex(text, -1) {
		k, ok := c.find(text[at[0]:at[1]])
		if !ok {
			continue
		}
		rest := strings.TrimLeft(text[at[1]:], " :=`\n(")
		if strings.HasPrefix(rest, "{") {
			var input json.RawMessage
			if json.NewDecoder(strings.NewReader(rest)).Decode(&input) == nil {
				k.input = input
			}
		}
		same := func(other call) bool { return other.name == k.name && other.server == k.server }
		if k.input == nil && slices.ContainsFunc(calls, same) {
			continue
		}
		calls = append(calls, k)
	}
	return calls
}

// find finds the tool of a name; the case of letters does not matter.
func (c *chat) find(name string) (call, bool) {
	for _, t := range c.q.offered {
		switch {
		case t.server != "":
			tools := c.mcpTools(t)
			if strings.EqualFold(t.server, name) && len(tools) > 0 {
				return call{tool: t, name: tools[0].name, server: t.server}, true
			}
			for _, m := range tools {
				if strings.EqualFold(m.name, name) {
					return call{tool: t, name: m.name, server: t.server}, true
				}
			}
		case strings.EqualFold(t.name, name) && t.name != "":
			if len(t.spec.Parts) > 0 {
				return call{tool: t, name: t.spec.Parts[0]}, true
			}
			return call{tool: t, name: t.name}, true
		default:
			for _, part := range slices.Concat(t.spec.Parts, slices.Sorted(maps.Keys(t.spec.Members))) {
				if strings.EqualFold(part, name) {
					return call{tool: t, name: part}, true
				}
			}
		}
	}
	return call{}, false
}

// meant finds the tools that a prompt without a name is about.
func (c *chat) meant(words wordSet, text string) []call {
	url := strings.Contains(text, "http://") || strings.Contains(text, "https://")
	want := ""
	switch {
	case words.phrase("search the web"), words.phrase("web search"):
		want = "web_search"
	case url && words.any("fetch", "read", "open"):
		want = "web_fetch"
	case words.phrase("run code"), words.phrase("run the code"), words.phrase("run this code"), words.phrase("execute code"):
		want = "code_execution"
	case words.phrase("ask the advisor"), words.phrase("ask for advice"):
		want = "advisor"
	}
	if k, ok := c.find(want); ok {
		return []call{k}
	}
	if words.any("use", "call") && words.any("tool", "tools") {
		return c.first()
	}
	return nil
}

// first is a call of the first tool there is to call, rather the caller's than one of the server.
func (c *chat) first() []call {
	for _, server := range []bool{false, true} {
		for _, t := range c.q.offered {
			name := t.name
			if name == "" && len(t.spec.Members) > 0 {
				name = "screenshot"
			}
			if t.spec.Server != server || t.deferred || t.server == "" && name == "" {
				continue
			}
			if c.q.toolChoice.kind == "tool" && !t.callable(c.q.toolChoice.name) {
				continue
			}
			if c.q.toolChoice.kind == "tool" {
				name = c.q.toolChoice.name
			}
			if t.server != "" {
				name = t.server
			}
			if k, ok := c.find(name); ok {
				return []call{k}
			}
		}
	}
	return nil
}

// times reads how often something shall be done, 1 if the text does not say.
func times(text string) int {
	m := regexp.MustCompile(`(?i)\b(?:(\d{1,2}|two|three|four|five|six) (?:times|calls|parallel)|(twice))\b`).FindStringSubmatch(text)
	if m == nil {
		return 1
	}
	if m[2] != "" {
		return 2
	}
	if n, err := strconv.Atoi(m[1]); err == nil {
		return n
	}
	return 2 + slices.Index([]string{"two", "three", "four", "five", "six"}, strings.ToLower(m[1]))
}

// quotations are what the prompt puts between quotation marks, and the names that follow in, for, of and about.
func quotations(text string) []string {
	if len(text) > 4000 {
		text = strings.ToValidUTF8(text[:4000], "")
	}
	var found []string
	for _, m := range regexp.MustCompile(`"([^"\n]{1,200})"|“([^”\n]{1,200})”`).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1]+m[2])
	}
	if found != nil {
		return found
	}
	name := `\p{Lu}[\p{L}\p{M}'’-]*(?: \p{Lu}[\p{L}\p{M}'’-]*)*`
	lists := regexp.MustCompile(`\b(?:in|for|of|about|from|to) (` + name + `(?:(?:, and|,| and) ` + name + `)*)`)
	for _, m := range lists.FindAllStringSubmatch(text, -1) {
		found = append(found, regexp.MustCompile(`, and |, | and `).Split(m[1], -1)...)
	}
	return found
}
