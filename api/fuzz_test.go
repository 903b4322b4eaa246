package api

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
)

// FuzzStream feeds any bytes to a stream: it must end, keep a message that is
// valid JSON, and not care how the bytes were cut.
func FuzzStream(f *testing.F) {
	f.Add(benchStream(3), []byte{5})
	f.Add([]byte("event: error\ndata: {\"error\":7}\n\n"), []byte{0})
	f.Add([]byte("data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"\\ud83d\"}}\n\n"+
		"data: {\"type\":\"content_block_stop\"}\n\n"), []byte{1, 2})
	f.Add([]byte("data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\"}}\n\n"+
		"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\"}}\n\n"), []byte{9})
	f.Fuzz(func(t *testing.T, input, cuts []byte) {
		whole, wholeErr := finalOf(bytes.NewReader(input))
		cut, cutErr := finalOf(&chunkReader{data: input, cuts: append(bytes.Clone(cuts), 0)})
		if !json.Valid(whole.Raw) {
			t.Fatalf("not JSON: %q", whole.Raw)
		}
		if !bytes.Equal(whole.Raw, cut.Raw) || (wholeErr == nil) != (cutErr == nil) {
			t.Fatalf("in one piece %s, %v\ncut %s, %v", whole.Raw, wholeErr, cut.Raw, cutErr)
		}
		for _, b := range EchoBlocks(whole.Content) {
			if !json.Valid(b.Raw) {
				t.Fatalf("echo: %q", b.Raw)
			}
		}
	})
}

func finalOf(r io.Reader) (*Message, error) {
	return newStreamOf(r).Final()
}

// FuzzRequest holds that a request that can be read is written the same way
// each time, whatever is in it.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"model":"m","messages":[{"role":"system","clear_at":null,"output_config":{"effort":null,"x":1.0}}],"thinking":{"x":[1e2]}}`))
	f.Add([]byte(`{"tools":[{"type":"custom"}],"mcp_servers":[{"tool_configuration":{}}],"context_management":{"edits":[{}]},"y":"<"}`))
	f.Add([]byte(`{"output_config":{"task_budget":{"total":1}},"container":{"id":"c"},"fallbacks":"default","system":"\ud83d"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var request, again MessageRequest
		if request.UnmarshalJSON(raw) != nil {
			return
		}
		EstimateTokens(&request)
		first, err := request.MarshalJSON()
		if err != nil {
			return
		}
		if err := again.UnmarshalJSON(first); err != nil {
			t.Fatalf("%v: %s", err, first)
		}
		second, err := again.MarshalJSON()
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%v\n%s\n%s", err, first, second)
		}
	})
}
