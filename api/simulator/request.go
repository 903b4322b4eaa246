package simulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// request is a decoded and checked body of /v1/messages or /v1/messages/count_tokens.
type request struct {
	fields fields
	model  *modelFacts
	// name is the model as the request names it.
	name string
	// count is set for count_tokens.
	count bool
	// no is the number of the request; version, betas and credential are out of its headers.
	no         uint64
	version    string
	betas      []string
	credential string
	// file finds an uploaded file, nil if there is none.
	file func(id string) *file
	// legacy is set for /v1/complete.
	legacy bool

	maxTokens int
	stream    bool
	stop      []string

	system   []block
	messages []message
	// tools are those that tools defines, offered those that the model may use after all changes in the messages.
	tools, offered []*tool
	servers        []mcpServer
	toolChoice     choice

	thinking thinking
	effort   string
	format   json.RawMessage
	sampling map[string]float64
	// automatic is the top-level cache_control, nil if there is none.
	automatic *cacheControl

	edits      []edit
	compaction *summarize
	fallbacks  []*request
	// hop is set for a request that a fallback model gets.
	hop    bool
	credit *redemption
	thread *threadUse

	// prefix is a hash of the conversation that thinking is bound to; dropped are blocks that it does not fit.
	prefix  string
	dropped []transformation
	// applied are the context edits that changed the prompt, original its tokens without them, summary the compaction
	// that this request sets off.
	applied  []any
	original int
	summary  *block
	// ran are iterations that came before the answer, pause says that the answer ends with the summary.
	ran   []iteration
	pause bool
	// prompt is the prompt in segments, worked out once.
	prompt []segment
}

// thinking is what the request asks for; kind is empty if it does not say.
type thinking struct {
	kind    string
	budget  int
	display string
	// drop leaves thinking out that does not belong to the conversation, instead of refusing the request.
	drop bool
}

// message is one entry of messages.
type message struct {
	role   string
	blocks []block
	// clears and effort are clear_at and output_config of a system message.
	clears bool
	effort string
}

// block is one content block; path is where it stands in the request.
type block struct {
	kind   string
	text   string
	fields fields
	path   string
	cache  *cacheControl
}

// cacheControl is a cache breakpoint.
type cacheControl struct{ ttl string }

// text is the text of a message, its text blocks one below the other.
func (m message) text() string { return joinText(m.blocks) }

func joinText(blocks []block) string {
	var parts []string
	for _, b := range blocks {
		if b.kind == "text" {
			parts = append(parts, b.text)
		}
	}
	return strings.Join(parts, "\n")
}

// raw is the block as JSON with its keys in order and without its breakpoint, so that equal blocks are equal bytes.
func (b block) raw() []byte {
	f := make(map[string]json.RawMessage, len(b.fields))
	for name, value := range b.fields {
		if name != "cache_control" {
			f[name] = value
		}
	}
	return encode(f)
}

// lastUser is the text of the last user message.
func (q *request) lastUser() string {
	for i := len(q.messages) - 1; i >= 0; i-- {
		if q.messages[i].role == "user" {
			return q.messages[i].text()
		}
	}
	return ""
}

// beta says whether the request has a beta header that begins with prefix.
func (q *request) beta(prefix string) bool {
	return slices.ContainsFunc(q.betas, func(b string) bool { return strings.HasPrefix(b, prefix) })
}

// managed says whether answers tell of context management, itemized whether they tell of iterations.
func (q *request) managed() bool {
	return q.beta("context-management-") || q.beta("compact-2026-01-12")
}

func (q *request) itemized() bool {
	return q.managed() || q.beta("compact-") || q.beta("advisor-tool-") || q.beta("server-side-fallback-") || q.beta("fallback-credit-")
}

// decode reads the body and checks all of it.
func (x *exchange) decode(count bool) (*request, error) {
	f, err := parseBody(x.rec.Body)
	if err != nil {
		return nil, err
	}
	q := &request{fields: f, count: count, no: x.no, version: x.version, betas: x.betas, credential: x.credential(), file: x.sim.findFile}
	c := &checker{x: x, q: q, lenient: x.sim.opt.Lenient}
	return q, c.run()
}

// checker checks one request. Its methods return the first rule that is broken.
type checker struct {
	x       *exchange
	q       *request
	lenient bool
	// stored is the thread that the request continues.
	stored *storedThread
	// signed says that the conversation begins with a signed compaction block.
	signed bool
}

func (c *checker) run() error {
	steps := []func() error{
		c.topLevel, c.findModel, c.threads, c.maxTokens, c.stream, c.stopSequences, c.metadata, c.container, c.diagnostics,
		c.system, c.messages, c.references, c.turns, c.mcpServers, c.tools, c.mcpPairs, c.toolChoice,
		c.compactionBlocks, c.toolChanges,
		c.thinking, c.outputConfig, c.outputFormat, c.effortRules, c.sampling, c.compact, c.contextManagement,
		c.fallbackCredit, c.prefill, c.thinkingFirst, c.binding, c.citationRules, c.formatRules, c.speed, c.warmUp,
		c.cacheControls, c.shape, c.fallbackChain,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
