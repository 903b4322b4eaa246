package toolrunner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"parlor/api"
)

// run is one run of a Runner.
type run struct {
	*Runner
	client  *api.Client
	request *api.MessageRequest
	tools   map[string]Tool // by name

	iterations int
	resends    int               // in a row
	before     int               // messages of the request when the answer came
	results    *api.MessageParam // of its calls, once they were carried out
	compacted  int               // messages right after the last compaction
	container  json.RawMessage   // that the run put into the request
}

// begin checks the fields of the Runner and starts a run.
func (r *Runner) begin() (*run, error) {
	switch {
	case r.Request == nil:
		return nil, errors.New("toolrunner: the Runner has no Request")
	case r.Request.Thread != nil:
		return nil, &api.FieldError{Field: "thread", Err: errors.New("cannot be used by a tool runner, which sends the whole history")}
	case r.Request.Compaction != nil:
		return nil, &api.FieldError{Field: "compaction", Err: errors.New("cannot be used by a tool runner: it would answer every request")}
	}
	run := &run{Runner: r, client: r.Client, request: cloned(r.Request), tools: map[string]Tool{}}
	if err := run.announce(); err != nil {
		return nil, err
	}
	if run.client == nil {
		run.client = &api.Client{}
	}
	r.run = run
	return run, nil
}

// end frees the connections of a client that the run made for itself.
func (r *run) end() {
	if r.Client == nil {
		r.client.Close()
	}
}

// announce puts the tools into the request.
func (r *run) announce() error {
	known := map[string]bool{}
	for _, definition := range r.request.Tools {
		d, err := describe(definition)
		if err != nil {
			return err
		}
		known[d.name()] = true
	}
	for i, tool := range r.Tools {
		if isNil(tool) {
			return fmt.Errorf("toolrunner: Tools[%d] is nil", i)
		}
		name := tool.Name()
		if _, twice := r.tools[name]; twice || name == "" {
			return fmt.Errorf("toolrunner: there are two tools called %q, or one without a name", name)
		}
		r.tools[name] = tool
		if definition := tool.Definition(); definition != nil && !known[name] {
			r.request.Tools = append(r.request.Tools, definition)
		}
	}
	return nil
}

// ask sends the request, as a stream if the answer may take too long to be
// waited for.
func (r *run) ask(ctx context.Context) (*api.Message, error) {
	message, err := r.client.CreateMessage(ctx, r.request, r.Options...)
	if !errors.Is(err, api.ErrStreamingRequired) {
		return message, err
	}
	stream, err := r.client.StreamMessage(ctx, r.request, r.Options...)
	if err != nil {
		return nil, err
	}
	return stream.Final()
}

// asked begins an iteration: the server has begun to answer.
func (r *run) asked() {
	r.iterations++
	r.before = len(r.request.Messages)
	r.results = nil
}

// advance does what follows an answer. It reports whether there is something
// to send.
func (r *run) advance(ctx context.Context, message *api.Message) (more bool, err error) {
	r.carryOver(message)
	last := r.MaxIterations > 0 && r.iterations >= r.MaxIterations
	switch {
	case len(r.request.Messages) > r.before: // the caller answered himself
		r.resends = 0
		return !last, nil
	case paused(message):
		r.resends++
		r.append(message)
		return !last && r.resends <= r.maxResends(), nil
	case len(callsOf(message)) == 0:
		if message.StopReason != api.StopRefusal && !callsTools(message) {
			r.append(message)
		}
		return false, nil
	case last:
		return false, nil
	}
	r.resends = 0
	if r.mustCompact(message) {
		return true, r.compact(ctx, message)
	}
	results, err := r.resultsOf(ctx, message)
	if err != nil {
		return false, err
	}
	r.append(message)
	r.request.Messages = append(r.request.Messages, results)
	return true, nil
}

func (r *run) maxResends() int {
	if r.MaxResends <= 0 {
		return DefaultMaxResends
	}
	return r.MaxResends
}

// append puts an answer into the conversation, unless nothing of it may go back.
func (r *run) append(message *api.Message) {
	if turn := message.Param(); len(turn.Content) > 0 {
		r.request.Messages = append(r.request.Messages, turn)
	}
}

// paused reports whether a turn goes on when it is sent back as it is.
func paused(m *api.Message) bool {
	return m.StopReason == api.StopPauseTurn || m.StopReason == api.StopCompaction
}

// callsOf returns the calls to carry out: those of this program's tools, in a
// turn that stopped for them. What a model called before it declined and another
// went on is void.
func callsOf(m *api.Message) []api.ToolUse {
	if m.StopReason != api.StopToolUse {
		return nil
	}
	var uses []api.ToolUse
	for _, block := range m.Content {
		switch block.Type {
		case api.BlockFallback:
			uses = uses[:0]
		case api.BlockToolUse:
			use, _ := block.ToolUse()
			uses = append(uses, use)
		}
	}
	return uses
}

func callsTools(m *api.Message) bool {
	return slices.ContainsFunc(m.Param().Content, func(b api.Block) bool { return b.Type == api.BlockToolUse })
}

// mustCompact reports whether the conversation has become too long. Right after
// a compaction it cannot become shorter.
func (r *run) mustCompact(message *api.Message) bool {
	return r.Compaction != nil && r.Compaction.Due(message.Usage) &&
		(r.compacted == 0 || len(r.request.Messages) != r.compacted)
}

func (r *run) compact(ctx context.Context, message *api.Message) error {
	whole := *r.request
	whole.Messages = append(slices.Clip(whole.Messages), message.Param())
	result, err := r.Compaction.Compact(ctx, r.client, &whole, r.Options...)
	if err != nil {
		return err
	}
	r.request.Messages = result.Messages
	r.compacted = len(result.Messages)
	if r.OnCompaction != nil {
		r.OnCompaction(result.Summary)
	}
	return nil
}

// carryOver takes from an answer what the next request has to repeat, and out
// of the request what was good for once.
func (r *run) carryOver(message *api.Message) {
	r.request.FallbackCredit = nil
	if r.request.Diagnostics != nil && message.ID != "" {
		r.request.Diagnostics.PreviousMessageID = &message.ID
	}
	if message.Container != nil && message.Container.ID != "" {
		r.carryContainer(message.Container.ID)
	}
}

// carryContainer names the container of the turn, unless the caller has named
// one. Skills stay.
func (r *run) carryContainer(id string) {
	current := bytes.TrimSpace(r.request.Container)
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(current, &fields)
	none := len(current) == 0 || string(current) == "null" || bytes.Equal(current, r.container)
	if !none && (fields == nil || fields["id"] != nil) {
		return
	}
	next := api.ContainerID(id)
	if fields != nil {
		fields["id"] = next
		next, _ = json.Marshal(fields) // of valid JSON, it cannot fail
	}
	r.request.Container, r.container = next, next
}
