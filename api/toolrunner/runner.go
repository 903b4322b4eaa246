package toolrunner

import (
	"context"
	"errors"
	"iter"

	"parlor/api"
	"parlor/api/compaction"
)

// DefaultMaxResends is how often in a row a turn that paused is sent back.
const DefaultMaxResends = 5

// Runner talks with the model until it needs no more tools. Set its fields
// before the first run. One goroutine uses a Runner at a time; tools are called
// by others.
type Runner struct {
	// Client sends the requests; nil means a zero one.
	Client *api.Client
	// Request is what each run begins with. It is not changed: a run works on a
	// copy of its own, see NextRequest. Thread and Compaction must not be set: a
	// thread does not fit a history, and compaction on demand would answer every
	// request (see the field Compaction below instead).
	Request *api.MessageRequest
	// Tools are announced to the model after those of the request, unless one of
	// these has the same name, and carried out when it calls them.
	Tools []Tool
	// MaxIterations bounds the requests of a run; 0 means as many as it takes.
	// Compactions are not counted. The run then ends with the message it has,
	// and without carrying out its calls.
	MaxIterations int
	// MaxResends bounds how often in a row a turn that paused (pause_turn,
	// compaction) is sent back; 0 means DefaultMaxResends. The run then ends with
	// the paused message.
	MaxResends int
	// Parallel bounds how many calls of a turn run at once; 0 means all of them,
	// 1 one after another.
	Parallel int
	// Compaction, if not nil, replaces the conversation by a summary when a turn
	// with calls has reached its threshold. These calls are not carried out: the
	// model makes them again, or not.
	Compaction *compaction.Policy
	// Options go with each request, those for compaction included.
	Options []api.RequestOption

	// OnResult, if not nil, is told each call that was carried out, before the
	// model is. It is called by the goroutines of the calls, one at a time.
	OnResult func(Result)
	// OnCompaction, if not nil, is told each summary, for its usage.
	OnCompaction func(*api.Message)

	run *run
}

// Result is one call and what became of it.
type Result struct {
	Use   api.ToolUse
	Block api.Block // the tool_result the model gets
	Err   error     // why it is an error, or nil
}

// Messages runs the tool loop and gives each answer of the model as it comes.
// After the body of the loop, the calls of the answer are carried out, and their
// results are sent as one message of the user, in the order of the calls. The
// last message is one that calls no tools: it ended, was declined, or was cut
// (its calls may be cut as well, and are not carried out).
//
// An error ends the sequence: that of the client, of the context, or of
// compaction. Tools do not end it; the model hears of their errors. Nothing is
// left running when the loop is left.
//
// Each call of Messages begins a new run.
func (r *Runner) Messages(ctx context.Context) iter.Seq2[*api.Message, error] {
	return func(yield func(*api.Message, error) bool) {
		run, err := r.begin()
		if err == nil {
			defer run.end()
		}
		for more := true; more && err == nil; {
			var message *api.Message
			if message, err = run.ask(ctx); err != nil {
				break
			}
			run.asked()
			if !yield(message, nil) {
				return
			}
			more, err = run.advance(ctx, message)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// Run runs the tool loop to its end and returns the last message. That may be
// one whose calls were not carried out, when MaxIterations or MaxResends was
// reached: its StopReason tells.
func (r *Runner) Run(ctx context.Context) (*api.Message, error) {
	var last *api.Message
	for message, err := range r.Messages(ctx) {
		if err != nil {
			return nil, err
		}
		last = message
	}
	return last, nil
}

// Streams is Messages with each answer as a stream. The body of the loop reads
// as much of it as it likes; what is left is read after it, and then the calls
// are carried out. An error of a stream comes once more from the sequence, which
// it ends.
func (r *Runner) Streams(ctx context.Context) iter.Seq2[*api.Stream, error] {
	return func(yield func(*api.Stream, error) bool) {
		run, err := r.begin()
		if err == nil {
			defer run.end()
		}
		for more := true; more && err == nil; {
			var stream *api.Stream
			if stream, err = run.client.StreamMessage(ctx, run.request, r.Options...); err != nil {
				break
			}
			run.asked()
			if !yieldStream(stream, yield) {
				return
			}
			var message *api.Message
			if message, err = stream.Final(); err != nil {
				break
			}
			more, err = run.advance(ctx, message)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// yieldStream closes the stream when the loop is left, by panic too.
func yieldStream(stream *api.Stream, yield func(*api.Stream, error) bool) (more bool) {
	defer func() {
		if !more {
			stream.Close()
		}
	}()
	return yield(stream, nil)
}

// NextRequest is what the run sends next, nil before the first run. In the body
// of the loop it may be changed: other parameters, other tools, more messages.
//
// It then holds the conversation up to the answer of this iteration, without
// it. Answer and results are appended after the body, unless messages were
// appended in it: these are then sent as they are, even if the model was done
// already. Who wants to add to the results gets them from Results:
//
//	for message, err := range runner.Messages(ctx) {
//		...
//		results, err := runner.Results(ctx, message)
//		...
//		results.Content = append(results.Content, api.NewText("Be quick."))
//		next := runner.NextRequest()
//		next.Messages = append(next.Messages, message.Param(), results)
//	}
//
// After the run it holds the whole conversation, the last answer included
// unless that was declined, or calls tools that were not carried out.
func (r *Runner) NextRequest() *api.MessageRequest {
	if r.run == nil {
		return nil
	}
	return r.run.request
}

// Results carries out the calls of a message and returns the message to answer
// with, which has no content when there are none. In the body of the loop, with
// its message, it does so once: the run uses the same results.
func (r *Runner) Results(ctx context.Context, message *api.Message) (api.MessageParam, error) {
	if message == nil {
		return api.MessageParam{}, errors.New("toolrunner: there is no message whose calls to carry out")
	}
	if r.run == nil {
		if _, err := r.begin(); err != nil {
			return api.MessageParam{}, err
		}
	}
	return r.run.resultsOf(ctx, message)
}
