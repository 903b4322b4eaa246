package fallback

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"parlor/api"
)

// trimmed takes out of the messages of a body what no model takes back after a
// fallback: the fallback blocks themselves and, in front of the last one of a
// turn, the thinking and the tool calls of the models that declined. Server
// tool calls stay if their results are there too. Everything else keeps its
// bytes. A turn that nothing is left of goes as a whole.
func trimmed(body []byte) []byte {
	messages := find(body, "messages")
	if !bytes.Contains(messages, []byte(`"fallback"`)) {
		return body
	}
	turns := elements(messages)
	answered := map[string]bool{}
	for _, turn := range turns {
		content := find(messages[turn.start:turn.end], "content")
		for _, b := range elements(content) {
			noteResult(answered, content[b.start:b.end])
		}
	}
	changed := false
	rest := rebuilt(messages, turns, func(i int) []byte {
		turn := messages[turns[i].start:turns[i].end]
		content := find(turn, "content")
		if text(turn, "role") != api.RoleAssistant {
			return turn
		}
		content, ok := trimTurn(content, answered)
		if !ok {
			return turn
		}
		changed = true
		if len(elements(content)) == 0 {
			return nil
		}
		return edited(turn, edit{"content", content})
	})
	if !changed {
		return body
	}
	return edited(body, edit{"messages", rest})
}

// trimTurn trims the content of one turn. False means it has no fallback block.
func trimTurn(content []byte, answered map[string]bool) ([]byte, bool) {
	blocks := elements(content)
	block := func(i int) []byte { return content[blocks[i].start:blocks[i].end] }
	last := -1
	for i := range blocks {
		if text(block(i), "type") == api.BlockFallback {
			last = i
		}
	}
	if last < 0 {
		return nil, false
	}
	return rebuilt(content, blocks, func(i int) []byte {
		switch text(block(i), "type") {
		case api.BlockFallback:
			return nil
		case api.BlockThinking, api.BlockRedactedThinking, "connector_text":
			if i < last {
				return nil
			}
		default:
			if i < last && pending(block(i), answered) {
				return nil
			}
		}
		return block(i)
	}), true
}

// noteResult remembers which server tool call b answers, if it is a result.
func noteResult(answered map[string]bool, b []byte) {
	if strings.HasSuffix(text(b, "type"), "_tool_result") {
		answered[text(b, "tool_use_id")] = true
	}
}

// pending reports whether b is a tool call without its result. That of a client
// tool cannot have one yet: it would stand in the next turn.
func pending(b []byte, answered map[string]bool) bool {
	switch text(b, "type") {
	case api.BlockToolUse:
		return true
	case api.BlockServerToolUse, api.BlockMCPToolUse:
		return !answered[text(b, "id")]
	}
	return false
}

// continuation prepares the content of a refused answer for being gone on from:
// without calls that nobody answered, what the API does not take back, and
// white space at the end.
func continuation(blocks [][]byte) [][]byte {
	answered := map[string]bool{}
	for _, b := range blocks {
		noteResult(answered, b)
	}
	var kept []api.Block
	for _, b := range blocks {
		parsed, err := api.ParseBlock(b)
		if err == nil && !pending(b, answered) {
			kept = append(kept, parsed)
		}
	}
	kept = api.EchoBlocks(kept)
	for len(kept) > 0 && kept[len(kept)-1].Type == api.BlockText {
		last := &kept[len(kept)-1]
		last.Raw = edited(last.Raw, edit{"text", trimRight(find(last.Raw, "text"))})
		if last.Text() != "" {
			break
		}
		kept = kept[:len(kept)-1]
	}
	out := make([][]byte, len(kept))
	for i, b := range kept {
		out[i] = b.Raw
	}
	return out
}

// trimRight takes the white space off the end of a JSON string, and leaves the
// escapes in the rest as they are.
func trimRight(raw []byte) []byte {
	end := 1 // after the last character to keep
	for at := 1; at < len(raw)-1; {
		r, size := character(raw[at:])
		at += size
		if !unicode.IsSpace(r) {
			end = at
		}
	}
	return append(bytes.Clone(raw[:end]), '"')
}

// character reads one character of the inside of a JSON string.
func character(raw []byte) (r rune, size int) {
	if raw[0] != '\\' {
		return utf8.DecodeRune(raw)
	}
	size = 2
	if raw[1] == 'u' {
		size = 6
	}
	var s string
	_ = json.Unmarshal(append(append([]byte{'"'}, raw[:size]...), '"'), &s)
	r, _ = utf8.DecodeRuneInString(s)
	return r, size
}
