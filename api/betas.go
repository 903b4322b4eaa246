package api

// Names of betas, for MessageRequest.Betas, Client.Betas and WithBetas. Each
// constant is called after its value. The set is open: any other name does just
// as well. What has left its beta, or is deprecated, is not listed.

// Betas of tools.
const (
	BetaComputerUse20241022                = "computer-use-2024-10-22"                  // Computer20241022, Bash20241022, TextEditor20241022
	BetaComputerUse20250124                = "computer-use-2025-01-24"                  // Computer20250124
	BetaComputerUse20251124                = "computer-use-2025-11-24"                  // Computer20251124
	BetaCodeExecution20250522              = "code-execution-2025-05-22"                // CodeExecution20250522
	BetaAdvisorTool20260301                = "advisor-tool-2026-03-01"                  // AdvisorTool
	BetaMCPClient20250404                  = "mcp-client-2025-04-04"                    // MCPServer.ToolConfiguration
	BetaMCPClient20251120                  = "mcp-client-2025-11-20"                    // MCPServer and MCPToolset
	BetaMCPClient20260915                  = "mcp-client-2026-09-15"                    // and MCPToolset.Tools, MCPToolListing
	BetaMCPTunnels20260622                 = "mcp-tunnels-2026-06-22"                   // MCP servers inside private networks
	BetaInlineTools20260915                = "inline-tools-2026-09-15"                  // NewToolDefinition
	BetaMidConversationToolChanges20260701 = "mid-conversation-tool-changes-2026-07-01" // NewToolAddition, NewToolRemoval
)

// Betas of thinking and of the shape of answers.
const (
	BetaInterleavedThinking20250514          = "interleaved-thinking-2025-05-14"             // thinking between tool calls of older models
	BetaDevFullThinking20250514              = "dev-full-thinking-2025-05-14"                // thinking in full, for accounts that may see it
	BetaThinkingTokenCount20260513           = "thinking-token-count-2026-05-13"             // estimates of thinking tokens in thinking deltas
	BetaThinkingDisplayUpdates20260818       = "thinking-display-updates-2026-08-18"         // DisplayUpdates
	BetaThinkingBindingControls20260801      = "thinking-binding-controls-2026-08-01"        // Thinking.BlockBinding
	BetaStructuredOutputs20251113            = "structured-outputs-2025-11-13"               // MessageRequest.OutputFormat
	BetaOutput128K20250219                   = "output-128k-2025-02-19"                      // long answers of Sonnet 3.7
	BetaOutput300K20260324                   = "output-300k-2026-03-24"                      // answers up to 300,000 tokens in batches
	BetaTaskBudgets20260313                  = "task-budgets-2026-03-13"                     // OutputConfig.TaskBudget
	BetaFastMode20260201                     = "fast-mode-2026-02-01"                        // SpeedFast
	BetaMidConversationOutputConfig20260701  = "mid-conversation-output-config-2026-07-01"   // MessageParam.OutputConfig
	BetaMidConversationSystemClearAt20260821 = "mid-conversation-system-clear-at-2026-08-21" // MessageParam.ClearAt
)

// Betas of the context window.
const (
	BetaContext1M20250807                  = "context-1m-2025-08-07"                    // a million tokens in older models
	BetaContextManagement20250627          = "context-management-2025-06-27"            // ContextManagement
	BetaCompact20260112                    = "compact-2026-01-12"                       // Compact
	BetaCompact20260904                    = "compact-2026-09-04"                       // Compaction
	BetaModelContextWindowExceeded20250826 = "model-context-window-exceeded-2025-08-26" // StopContextWindow in older models
	BetaMessageThreads20260812             = "message-threads-2026-08-12"               // Thread
)

// Betas of refusals.
const (
	BetaServerSideFallback20260601 = "server-side-fallback-2026-06-01" // MessageRequest.Fallbacks, by older rules
	BetaServerSideFallback20260701 = "server-side-fallback-2026-07-01" // MessageRequest.Fallbacks
	BetaFallbackCredit20260601     = "fallback-credit-2026-06-01"      // MessageRequest.FallbackCredit, the token alone
	BetaFallbackCredit20260701     = "fallback-credit-2026-07-01"      // MessageRequest.FallbackCredit
)

// Betas of accounts, and of parts of the API that this package reaches by
// Client.Send only.
const (
	BetaUserProfiles20260324          = "user-profiles-2026-03-24"           // MessageRequest.UserProfileID
	BetaUserProfiles20260818          = "user-profiles-2026-08-18"           // the same, later
	BetaUserProfiles20260904          = "user-profiles-2026-09-04"           // the same, later
	BetaUserProfilesBilling20261001   = "user-profiles-billing-2026-10-01"   // BillingPolicy
	BetaManagedAgents20260401         = "managed-agents-2026-04-01"          // agents and sessions at the vendor
	BetaAgentMemory20260722           = "agent-memory-2026-07-22"            // their memory stores
	BetaDreaming20260421              = "dreaming-2026-04-21"                // their dreams
	BetaCEPlugins20260901             = "ce-plugins-2026-09-01"              // plugins of an organisation
	BetaSpendLimitReads20260926       = "spend-limit-reads-2026-09-26"       // spend limits of an organisation
	BetaTelemetryDestinations20260811 = "telemetry-destinations-2026-08-11"  // where telemetry goes
	BetaWebhooks20261007              = "webhooks-2026-10-07"                // webhooks
	BetaAdminUserSignOut20261008      = "admin-user-sign-out-2026-10-08"     // signing users out
	BetaAnalyticsUsageCost20260824    = "analytics-usage-cost-2026-08-24"    // usage and cost
	BetaExperimentalClaudeTag20261021 = "experimental-claude-tag-2026-10-21" // an experiment
)
