package api

import (
	"encoding/json"
	"errors"
)

// Roles of a message. A system message may stand between turns where the
// model supports it.
const (
	RoleUser      = "user"
	RoleAssistant = "assistant"
	RoleSystem    = "system"
)

// Values of MessageParam.ClearAt.
const (
	ClearAtNever           = "never"
	ClearAtNextUserMessage = "next_user_message"
)

// MessageParam is one message of a request.
type MessageParam struct {
	Role    string
	Content []Block
	// ClearAt is for system messages: ClearAtNextUserMessage hides the text from
	// the model once the user has written again; it stays in Messages. It needs
	// beta mid-conversation-system-clear-at-2026-08-21.
	ClearAt string
	// OutputConfig of a system message changes the effort from here on; Content
	// may then be nil. It needs beta mid-conversation-output-config-2026-07-01.
	OutputConfig *OutputConfig
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage
}

// UserMessage returns a user message of these blocks.
func UserMessage(content ...Block) MessageParam {
	return MessageParam{Role: RoleUser, Content: content}
}

// UserText returns a user message of one text block.
func UserText(text string) MessageParam {
	return MessageParam{Role: RoleUser, Content: []Block{NewText(text)}}
}

// AssistantText returns an assistant message of one text block.
func AssistantText(text string) MessageParam {
	return MessageParam{Role: RoleAssistant, Content: []Block{NewText(text)}}
}

// SystemText returns a system message for the middle of a conversation, after a
// message of the user. What holds from the beginning belongs into
// MessageRequest.System. Older models refuse it.
func SystemText(text string) MessageParam {
	return MessageParam{Role: RoleSystem, Content: []Block{NewText(text)}}
}

// MarshalJSON writes the message as a request holds it.
func (m MessageParam) MarshalJSON() ([]byte, error) {
	if err := checkBlocks("content", m.Content); err != nil {
		return nil, err
	}
	return m.appendJSON(nil)
}

// UnmarshalJSON accepts a string or a list of blocks as content.
func (m *MessageParam) UnmarshalJSON(raw []byte) error {
	o := parseObject(raw)
	if o == nil {
		return errors.New("a message is not a JSON object")
	}
	*m = MessageParam{Role: o.str("role")}
	if blocks, ok := o["content"]; ok {
		if err := json.Unmarshal(blocks, (*content)(&m.Content)); err != nil {
			return err
		}
	}
	for i, b := range m.Content {
		m.Content[i] = b.withTextBlocks()
	}
	return m.decodeExtra(raw)
}

// withTextBlocks writes the content of a result that is given as a string as
// blocks, too. An empty one stays: there are no empty text blocks.
func (b Block) withTextBlocks() Block {
	if b.Type != BlockToolResult && b.Type != BlockSearchResult {
		return b
	}
	text := parseObject(b.Raw)["content"]
	if len(text) <= len(`""`) || text[0] != '"' {
		return b
	}
	return b.withMember("content", append(append([]byte{'['}, textBlock(text)...), ']'))
}

func (m MessageParam) appendJSON(dst []byte) ([]byte, error) {
	dst = append(dst, `{"role":`...)
	dst = appendString(dst, m.Role)
	if m.Content != nil || m.OutputConfig == nil && len(m.Extra) == 0 {
		dst = append(dst, `,"content":`...)
		dst = appendBlocks(dst, m.Content)
	}
	dst, err := m.appendExtra(dst)
	return append(dst, '}'), err
}

// messageExtra is what a message holds besides role and content.
type messageExtra struct {
	ClearAt      string        `json:"clear_at,omitzero"`
	OutputConfig *OutputConfig `json:"output_config,omitzero"`
}

// appendExtra appends the further members of a message.
func (m MessageParam) appendExtra(dst []byte) ([]byte, error) {
	if m.ClearAt == "" && m.OutputConfig == nil && len(m.Extra) == 0 {
		return dst, nil
	}
	raw, err := encodeParam(messageExtra{m.ClearAt, m.OutputConfig}, m.Extra)
	if err != nil || len(raw) <= len("{}") {
		return dst, err
	}
	dst = append(dst, ',')
	return append(dst, raw[1:len(raw)-1]...), nil
}

func (m *MessageParam) decodeExtra(raw json.RawMessage) error {
	var known messageExtra
	extra, err := decodeParam(raw, &known)
	if err != nil {
		return err
	}
	delete(extra, "role")
	delete(extra, "content")
	if len(extra) == 0 {
		extra = nil
	}
	m.ClearAt, m.OutputConfig, m.Extra = known.ClearAt, known.OutputConfig, extra
	return nil
}
