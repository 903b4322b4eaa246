package api

import "encoding/json"

// Diagnostics asks why the prompt cache was missed.
type Diagnostics struct {
	// PreviousMessageID is the answer before; nil (null on the wire) on the
	// first turn.
	PreviousMessageID *string `json:"previous_message_id"`
}

// MCPServer is a server of the Model Context Protocol that the API connects to,
// with beta mcp-client-2025-11-20. It takes one MCPToolset in the tools.
type MCPServer struct {
	Type               string          `json:"type"` // "url"
	URL                string          `json:"url"`
	Name               string          `json:"name"`
	AuthorizationToken string          `json:"authorization_token,omitzero"`
	ToolConfiguration  json.RawMessage `json:"tool_configuration,omitzero"` // of the beta of 2025-04-04
}

// ContextManagement lets the server shorten the prompt, with beta
// context-management-2025-06-27.
type ContextManagement struct {
	Edits []json.RawMessage `json:"edits"`
}

// Compaction asks for a summary of the conversation instead of an answer, with
// beta compact-2026-09-04.
type Compaction struct {
	Type         string `json:"type"` // "summarize"
	Instructions string `json:"instructions,omitzero"`
}

// Thread keeps the conversation at the server, with beta
// message-threads-2026-08-12.
type Thread struct {
	Type              string `json:"type"` // "create" or "continue"
	PreviousMessageID string `json:"previous_message_id,omitzero"`
}

// BillingPolicy says who pays, with beta user-profiles-billing-2026-10-01.
type BillingPolicy struct {
	Type   string `json:"type"`    // "billing_policy"
	BillTo string `json:"bill_to"` // "self" or "user_profile"
}
