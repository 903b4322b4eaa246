package transfer_test

import (
	"strings"
	"testing"

	"parlor/session"
	"parlor/session/transfer"
)

func TestWhatFollowsABrokenOffCodeBlockIsNoCode(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no code", "Only words.", "Only words."},
		{"a whole block", "```go\nx\n```", "```go\nx\n```"},
		{"an open block", "Look:\n\n```go\nx := 1", "Look:\n\n```go\nx := 1\n```"},
		{"nothing but the fence", "```go", "```go\n```"},
		{"the second of two", "```\na\n```\n\n~~~~ text\nb", "```\na\n```\n\n~~~~ text\nb\n~~~~"},
		{"a shorter fence inside", "````md\n```go\nx\n```", "````md\n```go\nx\n```\n````"},
		{"another kind inside", "~~~\n```", "~~~\n```\n~~~"},
		{"a longer fence ends it", "```\nx\n`````", "```\nx\n`````"},
		{"words behind a fence do not end it", "```\nx\n```go", "```\nx\n```go\n```"},
		{"three backticks in a line", "```x``` is code", "```x``` is code"},
		{"below a list", "  ```\n  x", "  ```\n  x\n  ```"},
		{"in a list", "1. so\n\n    ```\n    x", "1. so\n\n    ```\n    x"},
		{"carriage returns", "```\r\nx\r\n```\r\nend", "```\r\nx\r\n```\r\nend"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &session.Message{
				Role: "assistant", State: session.Stopped,
				Parts: []session.Part{{Kind: session.PartText, Text: tt.text}},
			}
			got, ok := strings.CutSuffix(transfer.Text(m), "\n\n*(stopped here)*")
			if !ok || got != tt.want {
				t.Errorf("%q, told as stopped: %v; want %q", got, ok, tt.want)
			}
		})
	}
}
