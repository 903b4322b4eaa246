package api

import (
	"bytes"
	"encoding/json"
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
//   - the input of a tool call that is no JSON object becomes {}.
//
// It does not pair tool calls with results and knows nothing of models.
func EchoBlocks(blocks []Block) []Block {
	echo := make([]Block, 0, len(blocks))
	for _, b := range blocks {
		switch {
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
	citations := b.Citations()
	if len(citations) == 0 {
		return b
	}
	for i, citation := range citations {
		citations[i] = dropMember(citation, "file_id")
	}
	return b.withMember("citations", appendArray(nil, citations))
}
