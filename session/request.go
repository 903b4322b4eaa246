package session

import (
	"bytes"
	"slices"
	"strings"

	"parlor/api"
)

// maxRequest is the largest request body the API takes, in bytes.
const maxRequest = 32 << 20

// continuePrompt is the hidden message that asks a model to go on which cannot
// be prefilled with its own answer. It is stored with the conversation, so
// changing it here changes no request of the past.
const continuePrompt = "Your answer was cut off. Go on exactly where it stopped, in the middle of the word if need be, " +
	"without repeating anything and without a remark about the interruption."

// notCarriedOut answers calls of tools that nobody ran, because the API wants
// every call answered.
const notCarriedOut = "This call was not carried out."

// buildRequest makes the request whose answer comes below branch. It is pure:
// the same arguments give the same bytes, and a branch that grew gives a
// request that begins with the one before. notes tell what differs from p.
//
// What it sees to:
//   - thinking goes back only to the model and system prompt that made it, as
//     it is bound to both;
//   - calls of tools are answered in the next message, also those that nobody
//     ran, and answers without a call are left out;
//   - answers that failed or were refused, empty text, and what the API does
//     not take back are left out;
//   - an answer to be gone on with ends in visible text.
func buildRequest(branch []*body, p Params, f facts) (req *api.MessageRequest, notes []string) {
	req = &api.MessageRequest{Model: p.Model}
	notes = applyParams(req, p, f)
	if strings.TrimSpace(p.System) != "" {
		req.System = []api.Block{api.NewText(p.System)}
	}
	var messages []api.MessageParam
	for i, b := range branch {
		blocks := sendable(b, p, f)
		if goneOn(branch, i, p, f) && !paused(b.stop) {
			blocks = trimEnd(blocks)
		}
		if len(blocks) > 0 {
			messages = append(messages, api.MessageParam{Role: b.role, Content: blocks})
		}
	}
	if len(messages) > 0 && messages[0].Role != roleUser {
		messages = slices.Insert(messages, 0, api.UserText("(The beginning of this conversation is missing.)"))
	}
	req.Messages = pairTools(messages)
	return req, notes
}

// goneOn tells whether the answer at i is directly followed by more of the
// assistant, there or in the answer to come.
func goneOn(branch []*body, i int, p Params, f facts) bool {
	if branch[i].role != roleAssistant {
		return false
	}
	for _, next := range branch[i+1:] {
		if next.role == roleUser || len(sendable(next, p, f)) > 0 {
			return next.role == roleAssistant
		}
	}
	return true
}

// paused tells that the API wants the answer back as it is to go on.
func paused(stopReason string) bool {
	return stopReason == api.StopPauseTurn || stopReason == api.StopCompaction
}

// sendable returns the blocks of a message that go into a request.
func sendable(b *body, p Params, f facts) []api.Block {
	if b.role != roleAssistant {
		return slices.DeleteFunc(slices.Clone(b.blocks), blank)
	}
	if b.state == Refused || b.state == Failed && len(b.blocks) == 0 {
		return nil
	}
	keep := madeBy(b, p) && !f.dropThinking
	blocks := slices.DeleteFunc(api.EchoBlocks(b.blocks), func(block api.Block) bool {
		return blank(block) || !keep && isThinking(block)
	})
	for len(blocks) > 0 && isThinking(blocks[len(blocks)-1]) { // the API wants something after it
		blocks = blocks[:len(blocks)-1]
	}
	return blocks
}

func madeBy(b *body, p Params) bool {
	return (b.params.Model == p.Model || b.model == p.Model) && b.params.System == p.System
}

// blank tells that a text block has nothing visible. The first character
// decides for nearly all of them.
func blank(b api.Block) bool {
	if rest, ok := bytes.CutPrefix(b.Raw, []byte(textPrefix)); ok && len(rest) > 0 && rest[0] > ' ' && rest[0] < 0x7f &&
		rest[0] != '"' && rest[0] != '\\' {
		return false
	}
	return b.Type == api.BlockText && strings.TrimSpace(b.Text()) == ""
}

func isThinking(b api.Block) bool {
	return b.Type == api.BlockThinking || b.Type == api.BlockRedactedThinking
}

// trimEnd drops space at the end of the last text, which the API refuses in an
// answer to be gone on with.
func trimEnd(blocks []api.Block) []api.Block {
	if len(blocks) == 0 || blocks[len(blocks)-1].Type != api.BlockText {
		return blocks
	}
	last := blocks[len(blocks)-1]
	if text := last.Text(); strings.TrimRight(text, space) != text {
		blocks = slices.Clone(blocks)
		blocks[len(blocks)-1] = api.NewText(strings.TrimRight(text, space))
	}
	return blocks
}

// pairTools answers every tool call in the message after it, results first,
// and drops results that answer nothing.
func pairTools(messages []api.MessageParam) []api.MessageParam {
	paired := make([]api.MessageParam, 0, len(messages))
	var open []string // calls of the message before
	for _, m := range messages {
		if m.Role == roleUser {
			m.Content = answer(open, m.Content)
			open = nil
		} else if len(open) > 0 {
			paired = append(paired, api.MessageParam{Role: roleUser, Content: answer(open, nil)})
		}
		if m.Role == roleAssistant {
			open = calls(m.Content)
		}
		if len(m.Content) > 0 {
			paired = append(paired, m)
		}
	}
	if len(open) > 0 {
		paired = append(paired, api.MessageParam{Role: roleUser, Content: answer(open, nil)})
	}
	return paired
}

// calls lists the ids of client tools called in blocks.
func calls(blocks []api.Block) (ids []string) {
	for _, b := range blocks {
		if use, ok := b.ToolUse(); ok && b.Type == api.BlockToolUse {
			ids = append(ids, use.ID)
		}
	}
	return ids
}

// answer puts a result for each open call before the rest of content.
func answer(open []string, content []api.Block) []api.Block {
	if len(open) == 0 && !slices.ContainsFunc(content, isResult) {
		return content
	}
	results := make(map[string]api.Block)
	var rest []api.Block
	for _, b := range content {
		if isResult(b) {
			results[resultOf(b)] = b
		} else {
			rest = append(rest, b)
		}
	}
	blocks := make([]api.Block, 0, len(open)+len(rest))
	for _, id := range open {
		b, ok := results[id]
		if !ok {
			b = api.NewToolResult(id, true, api.NewText(notCarriedOut))
		}
		blocks = append(blocks, b)
	}
	return append(blocks, rest...)
}

func isResult(b api.Block) bool { return b.Type == api.BlockToolResult }

// size is about how long the encoded request is; JSON that is there already
// is written verbatim.
func size(req *api.MessageRequest) int {
	n := 1024
	for _, m := range req.Messages {
		n += 32
		for _, b := range m.Content {
			n += len(b.Raw) + 1
		}
	}
	for _, b := range req.System {
		n += len(b.Raw) + 1
	}
	return n
}
