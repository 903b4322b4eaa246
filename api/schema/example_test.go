package schema_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"parlor/api"
	"parlor/api/schema"
)

// Level is an enumeration: it tells its own schema.
type Level string

// JSONSchema implements schema.Schemer.
func (Level) JSONSchema() json.RawMessage {
	return json.RawMessage(`{"type":"string","enum":["low","high"]}`)
}

// Ticket is what a mail of a customer shall become.
type Ticket struct {
	Subject string `json:"subject" jsonschema:"one short line"`
	Urgency Level  `json:"urgency"`
}

func ExampleFor() {
	raw, err := schema.For[Ticket]()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(raw))
	// Output: {"type":"object","properties":{"subject":{"type":"string","description":"one short line"},"urgency":{"type":"string","enum":["low","high"]}},"required":["subject","urgency"],"additionalProperties":false}
}

func ExampleStrict() {
	strict, err := schema.Strict(json.RawMessage(`{"type":"object","properties":{"n":{"type":"integer","minimum":1}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(strict))
	// Output: {"type":"object","properties":{"n":{"type":"integer","description":"Constraints: {\"minimum\":1}"}},"additionalProperties":false}
}

// Structured output: ask for a type, get a value of it.
func ExampleDecode() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5-5","stop_reason":"end_turn",`+
			`"content":[{"type":"text","text":"{\"subject\":\"Printer on fire\",\"urgency\":\"high\"}"}],"usage":{}}`)
	}))
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."} // normally: &api.Client{}
	defer client.Close()

	format, err := schema.Output[Ticket]()
	if err != nil {
		fmt.Println(err)
		return
	}
	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model:        "claude-opus-5-5",
		MaxTokens:    1024,
		OutputConfig: format,
		Messages:     []api.MessageParam{api.UserText("My printer is on fire, please hurry!")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ticket, err := schema.Decode[Ticket](message)
	switch {
	case errors.Is(err, schema.ErrCut):
		fmt.Println("ask again with more MaxTokens")
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println(ticket.Urgency, ticket.Subject)
	}
	// Output: high Printer on fire
}
