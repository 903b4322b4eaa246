package sdkgo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"

	"parlor/api/simulator"
)

const model = "claude-opus-5-5"

// start serves a simulator as fast as it can and returns the SDK's client for it.
func start(t *testing.T, opt simulator.Options) (anthropic.Client, *simulator.Simulator) {
	t.Helper()
	opt.Rate = -1
	sim := simulator.New(opt)
	srv, err := simulator.Serve(t.Context(), "", sim)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return anthropic.NewClient(option.WithBaseURL(srv.URL), option.WithAPIKey("sk-test")), sim
}

func ask(text string) anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model: model, MaxTokens: 1024,
		Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(text))},
	}
}

func TestCreate(t *testing.T) {
	client, sim := start(t, simulator.Options{})
	message, err := client.Messages.New(t.Context(), ask("What is the capital of France?"))
	if err != nil {
		t.Fatal(err)
	}
	if message.ID == "" || message.Role != "assistant" || message.StopReason != anthropic.StopReasonEndTurn ||
		message.Usage.InputTokens == 0 || message.Usage.OutputTokens == 0 || text(message) == "" {
		t.Errorf("got %s", message.RawJSON())
	}
	if got := sim.Requests()[0].Header.Get("Anthropic-Version"); got != "2026-10-21" {
		t.Errorf("this suite is meant for the later version, the SDK sent %s", got)
	}
	count, err := client.Messages.CountTokens(t.Context(), anthropic.MessageCountTokensParams{
		Model: model, Messages: ask("What is the capital of France?").Messages,
	})
	if err != nil || count.InputTokens != message.Usage.InputTokens {
		t.Errorf("counted %+v, %v; the answer says %d", count, err, message.Usage.InputTokens)
	}
}

func text(m *anthropic.Message) string {
	var s strings.Builder
	for _, b := range m.Content {
		s.WriteString(b.Text)
	}
	return s.String()
}

func TestStream(t *testing.T) {
	client, _ := start(t, simulator.Options{})
	stream := client.Messages.NewStreaming(t.Context(), ask("Write three paragraphs about the sea."))
	var whole anthropic.Message
	var pieces strings.Builder
	for stream.Next() {
		event := stream.Current()
		if err := whole.Accumulate(event); err != nil {
			t.Fatal(err)
		}
		pieces.WriteString(event.Delta.Text)
	}
	if stream.Err() != nil || whole.StopReason != anthropic.StopReasonEndTurn || whole.Usage.OutputTokens == 0 {
		t.Fatalf("%v: %s", stream.Err(), whole.RawJSON())
	}
	if got := text(&whole); got == "" || got != pieces.String() {
		t.Errorf("accumulated %q from the pieces %q", got, pieces.String())
	}
}

func TestStreamThatBreaksOff(t *testing.T) {
	client, sim := start(t, simulator.Options{})
	sim.Push(simulator.Script{Text: "one two three four", ErrorEventAfter: simulator.AfterDeltas(2), ErrorType: "overloaded_error"})
	stream := client.Messages.NewStreaming(t.Context(), ask("go"))
	var pieces strings.Builder
	for stream.Next() {
		pieces.WriteString(stream.Current().Delta.Text)
	}
	var apiErr *anthropic.Error
	if !errors.As(stream.Err(), &apiErr) || apiErr.Type() != "overloaded_error" || pieces.String() != "one two" {
		t.Errorf("kept %q, then %v", pieces.String(), stream.Err())
	}
}

func TestTools(t *testing.T) {
	client, _ := start(t, simulator.Options{})
	params := ask("Use the tool get_weather to look up the weather in Paris.")
	params.Tools = []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{
		Name: "get_weather",
		InputSchema: anthropic.ToolInputSchemaParam{
			Properties: map[string]any{"city": map[string]any{"type": "string"}}, Required: []string{"city"},
		},
	}}}
	message, err := client.Messages.New(t.Context(), params)
	if err != nil {
		t.Fatal(err)
	}
	if message.StopReason != anthropic.StopReasonToolUse {
		t.Fatalf("the model did not use the tool: %s", message.RawJSON())
	}
	params.Messages = append(params.Messages, message.ToParam())
	var results []anthropic.ContentBlockParamUnion
	for _, b := range message.Content {
		if use, ok := b.AsAny().(anthropic.ToolUseBlock); ok {
			if !strings.Contains(string(use.Input), `"city"`) {
				t.Errorf("the input does not follow the schema: %s", use.Input)
			}
			results = append(results, anthropic.NewToolResultBlock(use.ID, "22 degrees and sunny", false))
		}
	}
	params.Messages = append(params.Messages, anthropic.NewUserMessage(results...))
	answer, err := client.Messages.New(t.Context(), params)
	if err != nil || answer.StopReason != anthropic.StopReasonEndTurn || text(answer) == "" {
		t.Errorf("after the result: %v, %v", answer, err)
	}
}

func TestBatches(t *testing.T) {
	now := &ticking{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	client, _ := start(t, simulator.Options{Now: now.Now})
	var requests []anthropic.MessageBatchNewParamsRequest
	for _, id := range []string{"a", "b", "c"} {
		requests = append(requests, anthropic.MessageBatchNewParamsRequest{
			CustomID: id,
			Params: anthropic.MessageBatchNewParamsRequestParams{
				Model: model, MaxTokens: 100, Messages: ask("Say " + id).Messages,
			},
		})
	}
	batch, err := client.Messages.Batches.New(t.Context(), anthropic.MessageBatchNewParams{Requests: requests})
	if err != nil || batch.ProcessingStatus != "in_progress" || batch.RequestCounts.Processing != 3 {
		t.Fatalf("%+v, %v", batch, err)
	}
	now.pass(time.Hour)
	batch, err = client.Messages.Batches.Get(t.Context(), batch.ID, anthropic.MessageBatchGetParams{})
	if err != nil || batch.ProcessingStatus != "ended" || batch.RequestCounts.Succeeded != 3 {
		t.Fatalf("%+v, %v", batch, err)
	}
	results := client.Messages.Batches.ResultsStreaming(t.Context(), batch.ID, anthropic.MessageBatchResultsParams{})
	var got []string
	for results.Next() {
		r := results.Current()
		if r.Result.Type != "succeeded" || text(&r.Result.Message) == "" {
			t.Errorf("%s: %s", r.CustomID, r.RawJSON())
		}
		got = append(got, r.CustomID)
	}
	slices.Sort(got)
	if results.Err() != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("results of %q, %v", got, results.Err())
	}
	second, err := client.Messages.Batches.New(t.Context(), anthropic.MessageBatchNewParams{Requests: requests[:1]})
	if err != nil {
		t.Fatal(err)
	}
	if second, err = client.Messages.Batches.Cancel(t.Context(), second.ID, anthropic.MessageBatchCancelParams{}); err != nil || second.ProcessingStatus != "canceling" {
		t.Errorf("canceled: %+v, %v", second, err)
	}
	var listed []string
	for pager := client.Messages.Batches.ListAutoPaging(t.Context(), anthropic.MessageBatchListParams{Limit: anthropic.Int(1)}); pager.Next(); {
		listed = append(listed, pager.Current().ID)
	}
	if !slices.Equal(listed, []string{second.ID, batch.ID}) {
		t.Errorf("listed %q", listed)
	}
	if _, err := client.Messages.Batches.Delete(t.Context(), batch.ID, anthropic.MessageBatchDeleteParams{}); err != nil {
		t.Error("delete:", err)
	}
}

// ticking is a clock that a test moves.
type ticking struct{ now time.Time }

func (c *ticking) Now() time.Time       { return c.now }
func (c *ticking) pass(d time.Duration) { c.now = c.now.Add(d) }

func TestFiles(t *testing.T) {
	client, _ := start(t, simulator.Options{})
	file, err := client.Files.Upload(t.Context(), anthropic.FileUploadParams{
		File: anthropic.File(strings.NewReader("one, two"), "numbers.txt", "text/plain"),
	})
	if err != nil || file.Filename != "numbers.txt" || file.SizeBytes != 8 || file.MimeType != "text/plain" {
		t.Fatalf("%+v, %v", file, err)
	}
	if got, err := client.Files.GetMetadata(t.Context(), file.ID, anthropic.FileGetMetadataParams{}); err != nil || got.ID != file.ID {
		t.Errorf("metadata: %+v, %v", got, err)
	}
	var listed []string
	for pager := client.Files.ListAutoPaging(t.Context(), anthropic.FileListParams{}); pager.Next(); {
		listed = append(listed, pager.Current().ID)
	}
	if !slices.Equal(listed, []string{file.ID}) {
		t.Errorf("listed %q", listed)
	}
	params := ask("")
	params.Messages = []anthropic.MessageParam{anthropic.NewUserMessage(
		anthropic.NewDocumentBlock(anthropic.FileDocumentSourceParam{FileID: file.ID}),
		anthropic.NewTextBlock("What is in it?"),
	)}
	if _, err := client.Messages.New(t.Context(), params); err != nil {
		t.Error("a message with the file:", err)
	}
	resp, err := client.Files.Download(t.Context(), file.ID, anthropic.FileDownloadParams{})
	if status(err) != http.StatusBadRequest {
		t.Error("an uploaded file cannot be downloaded:", err)
	}
	if err == nil {
		resp.Body.Close()
	}
	if _, err := client.Files.Delete(t.Context(), file.ID, anthropic.FileDeleteParams{}); err != nil {
		t.Error("delete:", err)
	}
	if _, err = client.Files.GetMetadata(t.Context(), file.ID, anthropic.FileGetMetadataParams{}); status(err) != http.StatusNotFound {
		t.Error("after delete:", err)
	}
}

func TestSkills(t *testing.T) {
	client, _ := start(t, simulator.Options{})
	skill, err := client.Skills.New(t.Context(), anthropic.SkillNewParams{
		DisplayName: anthropic.String("Numbers"),
		Files: []io.Reader{anthropic.File(
			strings.NewReader("---\nname: numbers\ndescription: Counts.\n---\nCount.\n"), "numbers/SKILL.md", "text/markdown")},
	})
	if err != nil || skill.ID == "" || skill.DisplayName != "Numbers" {
		t.Fatalf("%+v, %v", skill, err)
	}
	found := false
	for pager := client.Skills.ListAutoPaging(t.Context(), anthropic.SkillListParams{}); pager.Next(); {
		found = found || pager.Current().ID == skill.ID
	}
	if !found {
		t.Error("the new skill is not listed")
	}
}

func TestModels(t *testing.T) {
	client, _ := start(t, simulator.Options{})
	var listed []string
	pager := client.Models.ListAutoPaging(t.Context(), anthropic.ModelListParams{Limit: anthropic.Int(3)})
	for pager.Next() {
		listed = append(listed, pager.Current().ID)
	}
	if pager.Err() != nil || !slices.Contains(listed, model) || len(listed) < 6 {
		t.Errorf("listed %q, %v", listed, pager.Err())
	}
	got, err := client.Models.Get(t.Context(), model, anthropic.ModelGetParams{})
	if err != nil || got.ID != model || !got.Capabilities.Thinking.Types.Adaptive.Supported {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestErrors(t *testing.T) {
	client, sim := start(t, simulator.Options{})
	for _, c := range []struct {
		status int
		kind   string
	}{
		{400, "invalid_request_error"},
		{401, "authentication_error"},
		{403, "permission_error"},
		{404, "not_found_error"},
		{413, "request_too_large"},
		{429, "rate_limit_error"},
		{500, "api_error"},
		{529, "overloaded_error"},
	} {
		sim.Push(simulator.Script{Status: c.status, Message: "as scripted", Header: http.Header{"X-Should-Retry": {"false"}}})
		_, err := client.Messages.New(t.Context(), ask("go"))
		var apiErr *anthropic.Error
		if !errors.As(err, &apiErr) || apiErr.StatusCode != c.status || string(apiErr.Type()) != c.kind || apiErr.RequestID == "" {
			t.Errorf("%d: %v", c.status, err)
		}
	}
	wrong := ask("go")
	wrong.Model = "claude-2"
	if _, err := client.Messages.New(t.Context(), wrong); status(err) != 404 {
		t.Error("a retired model:", err)
	}
	wrong = ask("go")
	wrong.Messages = nil
	if _, err := client.Messages.New(t.Context(), wrong); status(err) != 400 {
		t.Error("no messages:", err)
	}
	if _, err := client.Messages.New(t.Context(), ask("go"), option.WithAPIKey("wrong")); status(err) != 401 {
		t.Error("a wrong key:", err)
	}
}

func status(err error) int {
	var apiErr *anthropic.Error
	if errors.As(err, &apiErr) {
		return apiErr.StatusCode
	}
	return 0
}

func TestRetries(t *testing.T) {
	client, sim := start(t, simulator.Options{})
	sim.Push(simulator.Script{Status: 429, Header: http.Header{"Retry-After-Ms": {"1"}}})
	sim.Push(simulator.Script{Status: 529, Header: http.Header{"Retry-After-Ms": {"1"}}})
	if _, err := client.Messages.New(t.Context(), ask("go")); err != nil || len(sim.Requests()) != 3 {
		t.Errorf("%d requests, %v", len(sim.Requests()), err)
	}
	sim.Push(simulator.Script{Status: 529, Times: 2, Header: http.Header{"Retry-After-Ms": {"1"}}})
	_, err := client.Messages.New(t.Context(), ask("go"), option.WithMaxRetries(1))
	if status(err) != 529 || len(sim.Requests()) != 5 {
		t.Errorf("%d requests, %v", len(sim.Requests()), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.Messages.New(ctx, ask("go")); !errors.Is(err, context.Canceled) {
		t.Error("cancelled:", err)
	}
}
