package toolrunner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"parlor/api"
)

// UnknownToolError means that the model called a tool that does not exist, or
// that was taken from it.
type UnknownToolError struct{ Name string }

func (e *UnknownToolError) Error() string {
	quoted := fmt.Sprintf("%.200q", e.Name) // names may be of any length, and of any characters
	return "Tool '" + quoted[1:len(quoted)-1] + "' not found"
}

var (
	// ErrIncomplete means that the input of a call was not JSON, so that the call
	// was not carried out.
	ErrIncomplete = errors.New("the input of the call is not a whole JSON object, so it was not carried out")
	// ErrSkipped means that a call was not carried out because an earlier one of
	// the same toolset failed in that turn.
	ErrSkipped = errors.New("not carried out, because an earlier call of this turn failed")
)

// resultsOf carries out the calls of an answer, once.
func (r *run) resultsOf(ctx context.Context, message *api.Message) (api.MessageParam, error) {
	if r.results != nil {
		return *r.results, nil
	}
	uses := callsOf(message)
	if len(uses) == 0 {
		return api.MessageParam{Role: api.RoleUser}, nil
	}
	blocks, err := r.callAll(ctx, uses)
	if err != nil {
		return api.MessageParam{}, err
	}
	results := api.UserMessage(blocks...)
	r.results = &results
	return results, nil
}

// callAll carries out the calls of a turn and returns their results in the same
// order. Calls that build on each other run one after another, the others at
// once. It returns when all have returned, whatever happens.
func (r *run) callAll(ctx context.Context, uses []api.ToolUse) ([]api.Block, error) {
	removed := removedTools(r.request.Messages)
	tool := func(use api.ToolUse) Tool {
		if removed[use.Name] {
			return nil
		}
		if use.ToolsetName != "" {
			return r.tools[use.ToolsetName]
		}
		return r.tools[use.Name]
	}
	groups := grouped(uses, tool)
	limit := r.Parallel
	if limit <= 0 {
		limit = len(groups)
	}
	blocks := make([]api.Block, len(uses))
	slots := make(chan struct{}, limit)
	var wg sync.WaitGroup
	var telling sync.Mutex
	for _, group := range groups {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			var failed error
			for _, i := range group {
				if ctx.Err() != nil {
					return
				}
				var content []api.Block
				if use := uses[i]; failed != nil && use.ToolsetName != "" {
					failed = ErrSkipped
				} else {
					content, failed = carryOut(ctx, tool(use), use)
				}
				blocks[i], failed = resultOf(uses[i], content, failed)
				r.tell(&telling, Result{uses[i], blocks[i], failed})
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return slices.Clip(blocks), nil
}

func (r *run) tell(telling *sync.Mutex, result Result) {
	if r.OnResult != nil {
		telling.Lock()
		defer telling.Unlock()
		r.OnResult(result)
	}
}

// grouped sorts calls into groups of those that must not overlap, by their
// place: the calls of one toolset or of one Sequential tool, and each other call
// for itself.
func grouped(uses []api.ToolUse, tool func(api.ToolUse) Tool) [][]int {
	var groups [][]int
	at := map[string]int{}
	for i, use := range uses {
		key := use.ToolsetName
		if s, ok := tool(use).(Sequential); ok && key == "" && s.Sequential() {
			key = s.Name()
		}
		if g, ok := at[key]; ok && key != "" {
			groups[g] = append(groups[g], i)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []int{i})
	}
	return groups
}

// carryOut calls a tool, on a goroutine of its own so that nothing it does ends
// this one.
func carryOut(ctx context.Context, tool Tool, use api.ToolUse) (content []api.Block, err error) {
	switch {
	case tool == nil:
		return nil, &UnknownToolError{use.Name}
	case use.Incomplete != "":
		return nil, fmt.Errorf("%w; it begins with %.200q", ErrIncomplete, use.Incomplete)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if !returned {
				err = &PanicError{Value: recover(), Stack: debug.Stack()}
			}
		}()
		content, err = tool.Call(ctx, use)
		returned = true
	}()
	<-done
	return content, err
}

// resultOf makes the block that tells the model about a call.
func resultOf(use api.ToolUse, content []api.Block, err error) (api.Block, error) {
	if err == nil && slices.ContainsFunc(content, func(b api.Block) bool { return len(b.Raw) == 0 }) {
		err = errors.New("the result holds an empty block")
	}
	if err != nil {
		content = told(err)
	}
	content = slices.DeleteFunc(slices.Clone(content), func(b api.Block) bool {
		return len(b.Raw) == 0 || b.Type == api.BlockText && b.Text() == "" // which the API refuses
	})
	block := api.NewToolResult(use.ID, err != nil, content...)
	if use.ToolsetName != "" {
		block = block.WithToolset(use.ToolsetName)
	}
	return block, err
}

// told is what the model gets to know of an error.
func told(err error) []api.Block {
	var e *Error
	if errors.As(err, &e) && len(e.Content) > 0 {
		return e.Content
	}
	return []api.Block{api.NewText("Error: " + err.Error())}
}

// removedTools returns the tools that system messages have taken away, and not
// given back. The model may still call them.
func removedTools(messages []api.MessageParam) map[string]bool {
	removed := map[string]bool{}
	for _, m := range messages {
		if m.Role != api.RoleSystem {
			continue
		}
		for _, block := range m.Content {
			change, ok := block.ToolChange()
			if !ok || change.Tool.ServerName != "" {
				continue
			}
			name := change.Tool.Name
			if change.Definition != nil {
				d, _ := describe(change.Definition)
				name = d.name()
			}
			removed[name] = change.Removed
		}
	}
	return removed
}
