package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// EchoBlocks returns the blocks of an answer in the form the API takes back as
// part of an assistant message. Blocks it need not touch are the same bytes.
//
// What it changes is a short table of what the API is known to refuse:
//
//   - empty text blocks are dropped;
//   - thinking without a signature is dropped: only signed thinking is valid,
//     and only an interrupted stream or a loose server leaves it unsigned;
//   - "file_id" inside citations is dropped, it exists in answers only;
//   - the input of a tool call that is no JSON object becomes {};
//   - where a model declined and another went on, what the first one thought and
//     called is dropped: before the last fallback block thinking,
//     redacted_thinking, connector_text, tool_use, and server_tool_use without
//     its result;
//   - fallback blocks are dropped: they are welcome under a beta only
//     (server-side-fallback), and without the thinking before them there is
//     nothing left that they would have to separate.
//
// It does not pair tool calls with results and knows nothing of models.
func EchoBlocks(blocks []Block) []Block {
	echo := make([]Block, 0, len(blocks))
	for _, b := range withoutDeclined(blocks) {
		switch {
		case b.Type == BlockFallback:
			continue
		case b.Type == BlockText && b.Text() == "":
			continue
		case b.Type == BlockText:
			b = echoCitations(b)
		case b.Type == BlockThinking:
			if _, signature := b.Thinking(); signature == "" {
				continue
			}
		case takesInput(b.Type):
			if !isObject(parseObject(b.Raw)["input"]) {
				b = b.withMember("input", json.RawMessage("{}"))
			}
		}
		echo = append(echo, b)
	}
	return echo
}

func echoCitations(b Block) Block {
	if !bytes.Contains(b.Raw, []byte(`"file_id"`)) {
		return b
	}
	citations := parseObject(b.Raw).list("citations")
	if len(citations) == 0 {
		return b
	}
	for i, citation := range citations {
		citations[i] = dropMember(citation, "file_id")
	}
	return b.withMember("citations", appendArray(nil, citations))
}

// withoutDeclined leaves out what belongs to models that declined.
func withoutDeclined(blocks []Block) []Block {
	last := -1
	resolved := map[string]bool{}
	for i, b := range blocks {
		if b.Type == BlockFallback {
			last = i
		}
	}
	if last < 0 {
		return blocks
	}
	for _, b := range blocks {
		if strings.HasSuffix(b.Type, "_tool_result") {
			resolved[parseObject(b.Raw).str("tool_use_id")] = true
		}
	}
	kept := slices.DeleteFunc(slices.Clone(blocks[:last]), func(b Block) bool {
		switch b.Type {
		case BlockThinking, BlockRedactedThinking, BlockToolUse, "connector_text":
			return true
		case BlockServerToolUse:
			return !resolved[parseObject(b.Raw).str("id")]
		}
		return false
	})
	return append(kept, blocks[last:]...)
}
