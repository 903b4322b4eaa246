package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// serve runs a tool of the server: the use and its result go into the answer. It returns what there is to say about the
// result.
func (m *composer) serve(k call) []part {
	switch {
	case k.server != "":
		return m.serveMCP(k)
	case k.tool.spec.Name == "advisor":
		return m.advise(k)
	case strings.HasPrefix(k.name, "tool_search_tool_"):
		return m.serveSearch(k, nil)
	case k.tool.spec.Name == "code_execution":
		return m.runCode(k)
	case k.name == "web_fetch":
		return m.fetch(k)
	case k.name == "web_search":
		return m.searchWeb(k)
	}
	return nil // a tool that only a lenient simulator lets through
}

// serverUse adds the use of a server tool and returns its id.
func (m *composer) serverUse(name string, input any) string {
	id := m.id("srvtoolu_01")
	m.say(used("server_tool_use", id, name, encode(input), `,"caller":{"type":"direct"}`))
	return id
}

// serverResult adds the result of a server tool; more are further fields.
func (m *composer) serverResult(kind, id string, content any, caller bool) {
	block := map[string]any{"type": kind, "tool_use_id": id, "content": content}
	if caller {
		block["caller"] = map[string]string{"type": "direct"}
	}
	m.say(resulting(block))
}

// failure is the error code that the prompt names or the tool's max_uses brings about; empty means that all goes well.
func (m *composer) failure(k call, kind string) string {
	for _, code := range m.s.surface().shapes[kind].Codes {
		if strings.Contains(strings.ToLower(m.c.prompt()), code) {
			return code
		}
	}
	_, earlier := m.q.usedSince()
	n := 0
	for _, name := range earlier {
		if name == k.name {
			n++
		}
	}
	for _, p := range m.p.parts {
		if p.kind == "server_tool_use" && strings.Contains(p.head, `"name":"`+k.name+`"`) {
			n++
		}
	}
	if most, ok := k.tool.fields.integer("max_uses"); ok && n > most {
		return "max_uses_exceeded"
	}
	return ""
}

// page is a page of the simulated web.
type page struct{ url, title, text string }

// pages are the pages that a search finds, on the domains that the tool allows.
func (m *composer) pages(t *tool, about string) []page {
	domains := []string{"example.com", "example.org", "example.net"}
	var allowed, blocked []string
	_ = json.Unmarshal(t.fields["allowed_domains"], &allowed)
	_ = json.Unmarshal(t.fields["blocked_domains"], &blocked)
	if len(allowed) > 0 {
		domains = allowed
	}
	domains = slices.DeleteFunc(domains, func(d string) bool { return slices.Contains(blocked, d) })
	slug := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(about), "-"), "-")
	var list []page
	for i, text := range []string{
		upperFirst(about) + " was described at length in 2024, and again a year later.",
		"There are three common views of " + about + ", and they agree more than they admit.",
		"Those who know " + about + " well say that it is simpler than it looks.",
	} {
		if len(domains) == 0 {
			break
		}
		d := domains[i%len(domains)]
		list = append(list, page{fmt.Sprintf("https://%s/%s/%d", strings.TrimSuffix(d, "/"), slug, i+1), fmt.Sprintf("%s, part %d", upperFirst(about), i+1), text})
	}
	return list
}

// searchWeb searches a web that has three pages about everything.
func (m *composer) searchWeb(k call) []part {
	query := m.topic()
	if phrases := quotations(m.c.prompt()); phrases != nil {
		query = phrases[0]
	}
	input := json.RawMessage(encode(map[string]string{"query": query}))
	if k.input != nil {
		input = k.input
		f, _ := object(input)
		if q, ok := f.str("query"); ok {
			query = q
		}
	}
	id := m.serverUse(k.name, input)
	code := m.failure(k, "web_search_tool_result_error")
	if len(query) > 1000 {
		code = "query_too_long"
	}
	if code != "" {
		m.serverResult("web_search_tool_result", id, map[string]string{"type": "web_search_tool_result_error", "error_code": code}, true)
		return []part{written("The search failed: " + code + ".")}
	}
	m.p.searches++
	results := []any{}
	for _, p := range m.pages(k.tool, query) {
		results = append(results, map[string]any{
			"type": "web_search_result", "url": p.url, "title": p.title, "page_age": "November 20, 2025",
			"encrypted_content": base64.StdEncoding.EncodeToString([]byte(p.text)),
		})
	}
	m.serverResult("web_search_tool_result", id, results, true)
	return m.aboutBlock(encode(map[string]any{"type": "web_search_tool_result", "content": results}))
}

// aboutSearch says what a search found, with citations of the pages.
func aboutSearch(content json.RawMessage) []part {
	results, ok := array(content)
	if !ok {
		return []part{written("The search failed.")}
	}
	parts := []part{written("The search found this: ")}
	for i, raw := range results {
		f, _ := object(raw)
		title, _ := f.str("title")
		link, _ := f.str("url")
		encrypted, _ := f.str("encrypted_content")
		text, err := base64.StdEncoding.DecodeString(encrypted)
		if err != nil || len(text) == 0 {
			continue
		}
		if i > 0 {
			parts = append(parts, written(" Besides: "))
		}
		parts = append(parts, written(string(text), encode(map[string]any{
			"type": "web_search_result_location", "cited_text": clip(string(text), 150), "url": link, "title": title,
			"encrypted_index": base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "index %d", i)),
		})))
	}
	if len(parts) == 1 {
		return []part{written("The search found nothing.")}
	}
	return parts
}

// fetch fetches a page that the prompt names.
func (m *composer) fetch(k call) []part {
	link := regexp.MustCompile(`https?://[^\s"'<>)\]}]+`).FindString(m.c.prompt())
	code := m.failure(k, "web_fetch_tool_result_error")
	switch link = strings.TrimRight(link, ".,;:!?"); {
	case code != "":
	case link == "":
		link, code = "https://example.com/", "url_not_in_prior_context"
	case len(link) > 250:
		code = "url_too_long"
	case !allowedURL(k.tool, link):
		code = "url_not_allowed"
	}
	id := m.serverUse(k.name, map[string]string{"url": link})
	if code != "" {
		m.serverResult("web_fetch_tool_result", id, map[string]string{"type": "web_fetch_tool_result_error", "error_code": code}, true)
		return []part{written("The page could not be fetched: " + code + ".")}
	}
	m.p.fetches++
	text := "This page stands in for " + link + ". It says that everything is in order. It ends here."
	document := map[string]any{
		"type": "document", "title": "Page at " + link, "citations": nil,
		"source": map[string]string{"type": "text", "media_type": "text/plain", "data": text},
	}
	if k.tool.fields.has("citations") {
		document["citations"] = k.tool.fields["citations"]
	}
	m.serverResult("web_fetch_tool_result", id, map[string]any{
		"type": "web_fetch_result", "url": link, "content": document,
		"retrieved_at": m.s.opt.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00"),
	}, true)
	src := m.q.source(encode(document), m.q.documents()+m.p.fetches-1)
	if src == nil {
		return []part{written("The page at " + link + " says: " + text)}
	}
	passages := src.passages()
	return []part{written("The page at " + link + " says: "), src.cite(passages[len(passages)/2])}
}

// allowedURL says whether a tool's domains allow a URL.
func allowedURL(t *tool, link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	var allowed, blocked []string
	_ = json.Unmarshal(t.fields["allowed_domains"], &allowed)
	_ = json.Unmarshal(t.fields["blocked_domains"], &blocked)
	within := func(d string) bool {
		host, path, _ := strings.Cut(d, "/")
		return (u.Host == host || strings.HasSuffix(u.Host, "."+host)) && strings.HasPrefix(strings.TrimPrefix(u.Path, "/"), path)
	}
	return (len(allowed) == 0 || slices.ContainsFunc(allowed, within)) && !slices.ContainsFunc(blocked, within)
}

// aboutBlock says what there is to say about the result of a server tool.
func (m *composer) aboutBlock(raw json.RawMessage) []part {
	f, _ := object(raw)
	content, _ := object(f["content"])
	kind, _ := f.str("type")
	if code, failed := content.str("error_code"); failed {
		return []part{written("It failed: " + code + ".")}
	}
	switch kind {
	case "web_search_tool_result":
		return aboutSearch(f["content"])
	case "web_fetch_tool_result":
		link, _ := content.str("url")
		return []part{written("The page at " + link + " was fetched.")}
	case "bash_code_execution_tool_result", "code_execution_tool_result":
		out, _ := content.str("stdout")
		status, _ := content.integer("return_code")
		return []part{written(fmt.Sprintf("The code ended with %d and wrote: %s", status, strings.TrimSpace(out)))}
	case "text_editor_code_execution_tool_result":
		return []part{written("The file was dealt with.")}
	case "advisor_tool_result":
		text, _ := content.str("text")
		return []part{written("The advice was: " + text)}
	case "tool_search_tool_result":
		return []part{written("The search for tools found " + strings.Join(found(content), ", ") + ".")}
	case "mcp_tool_result":
		return []part{written("The MCP server answered: " + resultText(block{fields: f}))}
	}
	return nil
}

// finish gives the result of a server tool that a paused turn, or a call out of running code, is still waiting for, and
// says what there is to say about results before the pause.
func (m *composer) finish() []part {
	open := map[string]string{}
	var order []string
	var about []part
	for _, msg := range m.q.messages[min(m.q.promptAt(), len(m.q.messages)):] {
		for _, b := range msg.blocks {
			switch {
			case b.kind == "server_tool_use" || b.kind == "mcp_tool_use":
				id, _ := b.fields.str("id")
				open[id], _ = b.fields.str("name")
				order = append(order, id)
			case b.kind != "tool_result" && strings.HasSuffix(b.kind, "_tool_result"):
				id, _ := b.fields.str("tool_use_id")
				delete(open, id)
				if m.q.resumes() {
					about = m.aboutBlock(b.raw())
				}
			}
		}
	}
	for _, id := range order {
		if name, ok := open[id]; ok {
			raw := m.late(name, id)
			about = m.aboutBlock(raw)
		}
	}
	return about
}

// late gives the result of a use in an earlier answer.
func (m *composer) late(name, id string) json.RawMessage {
	var content any
	kind := name + "_tool_result"
	switch {
	case name == "web_search":
		m.p.searches++
		content = []any{}
	case name == "code_execution", name == "bash_code_execution":
		results := m.q.lastResults()
		lines := make([]string, len(results))
		for i, r := range results {
			lines[i] = r.text
		}
		content = codeResult(name, strings.Join(lines, "\n"), "", 0, nil)
	case strings.HasPrefix(name, "tool_search_tool_"):
		kind = "tool_search_tool_result"
		content = map[string]any{"type": "tool_search_tool_search_result", "tool_references": []any{}}
	default:
		content = map[string]string{"type": name + "_tool_result_error", "error_code": "unavailable"}
	}
	m.serverResult(kind, id, content, false)
	return m.p.parts[len(m.p.parts)-1].whole
}
