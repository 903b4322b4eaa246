package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"parlor/api/simulator"
)

func (a *app) simulateCommand() *cobra.Command {
	var addr, scripts string
	var rate float64
	cmd := &cobra.Command{
		Use: "simulate", Short: "Serve the embedded simulator of the API", Args: argsOf(cobra.NoArgs),
		Long: "simulate serves the Claude API on loopback with answers of its own, for trying parlor and for testing any client. " +
			"It is as strict about requests as the real API and takes any key. It ends with Ctrl+C.",
		Example: "  parlor simulate --addr 127.0.0.1:8765\n  ANTHROPIC_BASE_URL=http://127.0.0.1:8765 ANTHROPIC_API_KEY=any parlor",
		RunE: func(cmd *cobra.Command, _ []string) error {
			opt := simulator.Options{Rate: rate, Record: -1, Now: a.env.Now}
			if scripts != "" {
				var err error
				if opt.Scripts, err = readScripts(a.path(scripts)); err != nil {
					return err
				}
			}
			srv, err := simulator.Serve(cmd.Context(), addr, simulator.New(opt))
			if errors.Is(err, simulator.ErrNotLoopback) {
				return usage(err)
			}
			if err != nil {
				return err
			}
			if err := a.printf("SIMULATED Claude API at %s\n", srv.URL); err != nil {
				return errors.Join(err, srv.Close())
			}
			<-cmd.Context().Done()
			return srv.Close()
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8765", "loopback address; port 0 takes a free one")
	cmd.Flags().Float64Var(&rate, "rate", 0, "tokens per second; 0 is lively, negative as fast as possible")
	cmd.Flags().StringVar(&scripts, "scripts", "", "JSON file with scripted answers")
	return cmd
}

// script is one scripted answer as a file has it. Durations are like "1.5s".
type script struct {
	Method     string            `json:"method"`  // with Path; "" is POST, GET for models
	Path       string            `json:"path"`    // "" is /v1/messages
	Natural    bool              `json:"natural"` // the simulator's own answer, with the faults below
	Model      string            `json:"model"`   // regular expression; "" matches any
	Text       string            `json:"text"`    // of the last user message, the same way
	Times      int               `json:"times"`   // 0 is once, negative always
	Status     int               `json:"status"`
	Headers    map[string]string `json:"headers"`
	ErrorType  string            `json:"error_type"`
	Message    string            `json:"message"`
	Thinking   string            `json:"thinking"`
	Reply      string            `json:"reply"`
	Deltas     []string          `json:"deltas"`
	Blocks     []json.RawMessage `json:"blocks"`
	StopReason string            `json:"stop_reason"`
	FirstDelay string            `json:"first_delay"`
	Delay      string            `json:"delay"`
	// Truncate ends the answer after so many deltas; Fail sends an error event.
	Truncate *int `json:"truncate_after"`
	Fail     *int `json:"error_after"`
	// The same at a byte of the body: its end, a reset, a silence.
	TruncateAt *int `json:"truncate_at_byte"`
	ResetAt    *int `json:"reset_at_byte"`
	StallAt    *int `json:"stall_at_byte"`
}

// readScripts reads a JSON array of scripts.
func readScripts(path string) ([]simulator.Script, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usage(fmt.Errorf("%s cannot be read: %w", path, reason(err)))
	}
	var file []script
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		line := 1 + bytes.Count(data[:min(int(d.InputOffset()), len(data))], []byte("\n"))
		return nil, usage(fmt.Errorf("%s:%d: this is not a list of scripts: %w", path, line, err))
	}
	scripts := make([]simulator.Script, len(file))
	for i, f := range file {
		if scripts[i], err = f.build(); err != nil {
			return nil, usage(fmt.Errorf("%s: script %d: %w", path, i+1, err))
		}
	}
	return scripts, nil
}

func (f script) build() (simulator.Script, error) {
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return simulator.Script{}, fmt.Errorf("status %d is not from 200 to 599", f.Status)
	}
	for i, block := range f.Blocks {
		if !bytes.HasPrefix(block, []byte("{")) {
			return simulator.Script{}, fmt.Errorf("block %d is not a JSON object", i+1)
		}
	}
	s := simulator.Script{
		Match: simulator.Match{Method: f.Method, Path: f.Path}, Natural: f.Natural,
		Times: f.Times, Status: f.Status, ErrorType: f.ErrorType, Message: f.Message,
		Thinking: f.Thinking, Text: f.Reply, Deltas: f.Deltas, Blocks: f.Blocks, StopReason: f.StopReason,
		Header: http.Header{},
	}
	for name, value := range f.Headers {
		s.Header.Set(name, value)
	}
	if f.Truncate != nil {
		s.TruncateAfter = simulator.AfterDeltas(*f.Truncate)
	}
	if f.Fail != nil {
		s.ErrorEventAfter = simulator.AfterDeltas(*f.Fail)
	}
	atByte(&s.TruncateAfter, f.TruncateAt)
	atByte(&s.ResetAfter, f.ResetAt)
	atByte(&s.StallAfter, f.StallAt)
	var errs [4]error
	s.Match.Model, errs[0] = pattern(f.Model)
	s.Match.Text, errs[1] = pattern(f.Text)
	s.FirstDelay, errs[2] = delay(f.FirstDelay)
	s.Delay, errs[3] = delay(f.Delay)
	return s, errors.Join(errs[:]...)
}

func atByte(point **simulator.Point, at *int) {
	if at != nil {
		*point = simulator.AfterBytes(*at)
	}
}

func pattern(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	return regexp.Compile(text)
}

func delay(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	return time.ParseDuration(text)
}
