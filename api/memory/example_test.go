package memory_test

import (
	"context"
	"fmt"
	"os"

	"parlor/api"
	"parlor/api/memory"
)

// Without a tool runner, the definition goes into the request, and each call of
// an answer to Call.
func Example() {
	path, err := os.MkdirTemp("", "memories")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(path) }()
	folder, err := memory.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer folder.Close()
	request := &api.MessageRequest{Model: "claude-opus-5-5", MaxTokens: 1024, Tools: []api.Tool{folder.Definition()}}

	// What the model may answer to the request:
	calls := []api.Block{
		api.NewToolUse("toolu_1", "memory", []byte(`{"command":"create","path":"/memories/tea.md","file_text":"Anna likes tea.\n"}`)),
		api.NewToolUse("toolu_2", "memory", []byte(`{"command":"view","path":"/memories/../secrets"}`)),
	}
	var results []api.Block
	for _, block := range calls {
		use, _ := block.ToolUse()
		content, err := folder.Call(context.Background(), use)
		if err != nil {
			content = []api.Block{api.NewText(err.Error())}
		}
		results = append(results, api.NewToolResult(use.ID, err != nil, content...))
		fmt.Println(content[0].Text())
	}
	request.Messages = append(request.Messages,
		api.MessageParam{Role: api.RoleAssistant, Content: calls},
		api.MessageParam{Role: api.RoleUser, Content: results})
	// Output:
	// /memories/tea.md was created. Lines: 1.
	// The path "/memories/../secrets" holds a name that stands for another folder. Write the whole path from /memories on, without it
}
