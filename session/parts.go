package session

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"parlor/api"
)

// partsOf is the readable view of finished blocks.
func partsOf(blocks []api.Block, m meta, u api.Usage) []Part {
	parts := make([]Part, 0, len(blocks))
	for i, b := range blocks {
		parts = append(parts, partOf(b, m.Thought[i]))
	}
	tellThinking(parts, u)
	return parts
}

func partOf(b api.Block, thought time.Duration) Part {
	p := Part{Kind: kindOf(b.Type), Done: true}
	switch {
	case b.Type == api.BlockText:
		p.Text = b.Text()
	case b.Type == api.BlockThinking:
		p.Text, _ = b.Thinking()
		p.Duration = thought
	case p.Kind == PartTool:
		p.Text = toolLine(b)
	case p.Kind == PartOther:
		p.Text = b.Type
	}
	return p
}

func kindOf(blockType string) PartKind {
	switch {
	case blockType == api.BlockText:
		return PartText
	case blockType == api.BlockThinking, blockType == api.BlockRedactedThinking:
		return PartThinking
	case strings.HasSuffix(blockType, "tool_use"), strings.HasSuffix(blockType, "tool_result"):
		return PartTool
	}
	return PartOther
}

// toolLine says on one line what was called with what; a result names its type.
func toolLine(b api.Block) string {
	use, ok := b.ToolUse()
	if !ok {
		return b.Type
	}
	input := string(use.Input)
	if use.Incomplete != "" {
		input = use.Incomplete
	}
	return use.Name + " " + input
}

// tellThinking gives the server's count of thinking tokens to the thinking,
// where it is clear to which.
func tellThinking(parts []Part, u api.Usage) {
	isThinking := func(p Part) bool { return p.Kind == PartThinking }
	at := slices.IndexFunc(parts, isThinking)
	if at >= 0 && !slices.ContainsFunc(parts[at+1:], isThinking) {
		parts[at].Tokens = u.ThinkingTokens
	}
}

// joinAt finds where the text of a continuation goes on: before is the index
// of the unfinished text at the end of earlier, after the index of the first
// text in later, behind nothing but thinking. ok is false if the continuation
// begins with something else.
func joinAt(earlier, later []Part) (before, after int, ok bool) {
	before = len(earlier) - 1
	if before < 0 || earlier[before].Kind != PartText {
		return 0, 0, false
	}
	for after < len(later) && later[after].Kind == PartThinking {
		after++
	}
	return before, after, after < len(later) && later[after].Kind == PartText
}

// joinParts shows a continuation as one message with what it continues: text
// that was cut in the middle becomes one text again, and thinking about how to
// go on stands before it. text is the joined text, where the caller has it
// already; trim says that trailing space of the earlier text was not sent.
func joinParts(earlier, later []Part, trim bool, text func(before, after string) string) []Part {
	before, after, ok := joinAt(earlier, later)
	if !ok {
		return append(slices.Clip(earlier), later...)
	}
	parts := slices.Clone(earlier[:before])
	parts = append(parts, later[:after]...)
	whole := later[after]
	whole.Text = text(cutText(earlier[before].Text, trim), later[after].Text)
	return append(append(parts, whole), later[after+1:]...)
}

func cutText(text string, trim bool) string {
	if trim {
		return strings.TrimRight(text, space)
	}
	return text
}

// space is what the API refuses at the end of a prefilled answer.
const space = " \t\r\n\v\f"

func concat(before, after string) string { return before + after }

// rawInput is the input of a tool call that is still arriving.
func rawInput(start api.Block, partial string) string {
	var named struct {
		Name string `json:"name"`
	}
	_ = json.Unmarshal(start.Raw, &named) // a start without a name has none to show
	return strings.TrimSpace(named.Name + " " + partial)
}

// resultOf is the id of the call that a tool result answers.
func resultOf(b api.Block) string {
	var r struct {
		ToolUseID string `json:"tool_use_id"`
	}
	_ = json.Unmarshal(b.Raw, &r) // without an id it answers nothing
	return r.ToolUseID
}
