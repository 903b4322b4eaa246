package api

import (
	"cmp"
	"strings"
)

// Types of WebSearchTool.
const (
	WebSearch20260318 = "web_search_20260318"
	WebSearch20260209 = "web_search_20260209"
	WebSearch20250305 = "web_search_20250305"
)

// Values of ResponseInclusion.
const (
	ResponseFull     = "full"
	ResponseExcluded = "excluded"
)

// WebSearchTool lets the model search the web. The search runs at the vendor;
// its results come in the answer, see Block.ServerToolResult.
type WebSearchTool struct {
	Type    string // "" means WebSearch20260318
	MaxUses int    // searches in one answer; 0 is no limit
	// AllowedDomains or BlockedDomains, not both, say where results may come from.
	AllowedDomains, BlockedDomains []string
	UserLocation                   *UserLocation
	// ResponseInclusion is ResponseFull or ResponseExcluded, which leaves results
	// out of the answer that only a program in code execution asked for. It
	// exists since WebSearch20260318.
	ResponseInclusion string
	ToolOptions
}

// UserLocation is roughly where the user is. Any part may be left out.
type UserLocation struct {
	Type     string `json:"type"` // "approximate", which "" means too
	City     string `json:"city,omitzero"`
	Region   string `json:"region,omitzero"`
	Country  string `json:"country,omitzero"`  // two letters: "DE"
	Timezone string `json:"timezone,omitzero"` // "Europe/Berlin"
}

// MarshalJSON fills in the type.
func (l UserLocation) MarshalJSON() ([]byte, error) {
	type plain UserLocation
	l.Type = cmp.Or(l.Type, "approximate")
	return appendValue(nil, plain(l))
}

// MarshalJSON implements Tool.
func (t WebSearchTool) MarshalJSON() ([]byte, error) {
	w := beginTyped(cmp.Or(t.Type, WebSearch20260318), ToolNameWebSearch)
	w.count("max_uses", t.MaxUses)
	w.strings("allowed_domains", t.AllowedDomains)
	w.strings("blocked_domains", t.BlockedDomains)
	w.value("user_location", t.UserLocation)
	w.str("response_inclusion", t.ResponseInclusion)
	return t.end(w)
}

func (WebSearchTool) isTool() {}

// Types of WebFetchTool.
const (
	WebFetch20260318 = "web_fetch_20260318"
	WebFetch20260309 = "web_fetch_20260309"
	WebFetch20260209 = "web_fetch_20260209"
	WebFetch20250910 = "web_fetch_20250910"
)

// WebFetchTool lets the model read pages and PDFs from the web, at the vendor.
type WebFetchTool struct {
	Type    string // "" means WebFetch20260318
	MaxUses int    // pages in one answer; 0 is no limit
	// AllowedDomains or BlockedDomains, not both, say what may be read.
	AllowedDomains, BlockedDomains []string
	Citations                      bool // lets the answer cite what was read
	MaxContentTokens               int  // cuts what was read; 0 is no limit
	URLSources                     *URLSources
	UseCache                       *bool // of pages; nil for the server's default; since WebFetch20260309
	// ResponseInclusion is as in WebSearchTool; since WebFetch20260318.
	ResponseInclusion string
	ToolOptions
}

// URLSources says where an address that is fetched must have come from.
type URLSources struct {
	UserInput         *URLRule `json:"user_input,omitzero"` // URLsAll or URLsNone
	ClientToolResults *URLRule `json:"client_tool_results,omitzero"`
	ServerToolResults *URLRule `json:"server_tool_results,omitzero"`
}

// Values of URLRule.Type.
const (
	URLsAll    = "all"
	URLsNone   = "none"
	URLsOnly   = "only"   // those of the tools named
	URLsExcept = "except" // those of all others
)

// URLRule says which addresses of one kind of source may be fetched.
type URLRule struct {
	Type  string
	Tools []string // names of tools, for URLsOnly and URLsExcept
}

// MarshalJSON writes the object of the API.
func (r URLRule) MarshalJSON() ([]byte, error) {
	w := beginTyped(r.Type, "")
	if len(r.Tools) > 0 || r.Type == URLsOnly || r.Type == URLsExcept {
		tools := make([]Block, 0, len(r.Tools))
		for _, name := range r.Tools {
			tools = append(tools, newBlock(BlockToolReference, "name", name))
		}
		w.raw("tools", appendBlocks(nil, tools))
	}
	return w.done()
}

// MarshalJSON implements Tool.
func (t WebFetchTool) MarshalJSON() ([]byte, error) {
	w := beginTyped(cmp.Or(t.Type, WebFetch20260318), ToolNameWebFetch)
	w.count("max_uses", t.MaxUses)
	w.strings("allowed_domains", t.AllowedDomains)
	w.strings("blocked_domains", t.BlockedDomains)
	w.citations(t.Citations)
	w.count("max_content_tokens", t.MaxContentTokens)
	w.value("url_sources", t.URLSources)
	w.optBool("use_cache", t.UseCache)
	w.str("response_inclusion", t.ResponseInclusion)
	return t.end(w)
}

func (WebFetchTool) isTool() {}

// Types of CodeExecutionTool. The oldest runs Python and needs beta
// code-execution-2025-05-22; the others run shell commands and edit files too.
const (
	CodeExecution20260521 = "code_execution_20260521"
	CodeExecution20260120 = "code_execution_20260120"
	CodeExecution20250825 = "code_execution_20250825"
	CodeExecution20250522 = "code_execution_20250522"
)

// CodeExecutionTool lets the model run programs in a container at the vendor.
// Message.Container names it, ContainerID goes on in it.
type CodeExecutionTool struct {
	Type string // "" means CodeExecution20260521
	ToolOptions
}

// MarshalJSON implements Tool.
func (t CodeExecutionTool) MarshalJSON() ([]byte, error) {
	return t.end(beginTyped(cmp.Or(t.Type, CodeExecution20260521), ToolNameCodeExecution))
}

func (CodeExecutionTool) isTool() {}

// Types of ToolSearchTool: by regular expression or by words, each of a date or
// whichever is the latest.
const (
	ToolSearchRegex_20251119 = "tool_search_tool_regex_20251119"
	ToolSearchRegex          = "tool_search_tool_regex"
	ToolSearchBM25_20251119  = "tool_search_tool_bm25_20251119"
	ToolSearchBM25           = "tool_search_tool_bm25"
)

// ToolSearchTool lets the model look for tools whose DeferLoading keeps them
// out of the prompt. At least one tool must not be deferred.
type ToolSearchTool struct {
	Type string // "" means ToolSearchRegex_20251119
	ToolOptions
}

// MarshalJSON implements Tool.
func (t ToolSearchTool) MarshalJSON() ([]byte, error) {
	kind, name := cmp.Or(t.Type, ToolSearchRegex_20251119), ToolNameToolSearchRegex
	if strings.HasPrefix(kind, ToolSearchBM25) {
		name = ToolNameToolSearchBM25
	}
	return t.end(beginTyped(kind, name))
}

func (ToolSearchTool) isTool() {}

// Advisor20260301 is the type of AdvisorTool.
const Advisor20260301 = "advisor_20260301"

// AdvisorTool lets the model ask a stronger one for advice, with beta
// advisor-tool-2026-03-01.
type AdvisorTool struct {
	Type      string        // "" means Advisor20260301
	Model     string        // of the advisor; required
	MaxUses   int           // in one answer; 0 is no limit
	MaxTokens int           // of one advice; 0 for the server's default
	Caching   *CacheControl // of the advisor's prompt
	ToolOptions
}

// MarshalJSON implements Tool.
func (t AdvisorTool) MarshalJSON() ([]byte, error) {
	w := beginTyped(cmp.Or(t.Type, Advisor20260301), ToolNameAdvisor)
	w.str("model", t.Model)
	w.count("max_uses", t.MaxUses)
	w.count("max_tokens", t.MaxTokens)
	w.value("caching", t.Caching)
	return t.end(w)
}

func (AdvisorTool) isTool() {}
