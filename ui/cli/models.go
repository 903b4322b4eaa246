package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"parlor/session"
	"parlor/session/transfer"
	"parlor/ui/format"
)

func (a *app) modelsCommand() *cobra.Command {
	var asJSON, all bool
	cmd := &cobra.Command{
		Use: "models", Short: "List models with their limits and prices", Args: argsOf(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withManager(cmd.Context(), func(ctx context.Context, m *session.Manager) error {
				models, err := m.Models(ctx)
				if err != nil && ctx.Err() != nil {
					return ctx.Err()
				}
				if err != nil {
					a.tell("The server's own list is missing. " + sentence(err))
				}
				if !all {
					models = current(models)
				}
				if asJSON {
					return a.modelsJSON(models)
				}
				return a.printf("%s", table(a.modelRows(models), 1, a.tableWidth()))
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&all, "all", false, "retired models too")
	return cmd
}

// current leaves out what cannot be used any more.
func current(models []session.ModelInfo) []session.ModelInfo {
	var kept []session.ModelInfo
	for _, m := range models {
		if m.Status != "retired" || m.Listed {
			kept = append(kept, m)
		}
	}
	return kept
}

func (a *app) modelRows(models []session.ModelInfo) [][]string {
	rows := make([][]string, 1, 1+len(models))
	rows[0] = []string{"MODEL", "NAME", "CONTEXT", "ANSWER", "IN $/M", "OUT $/M", "TEMPERATURE", "EFFORT", "STATUS"}
	for _, m := range models {
		temperature := "fixed"
		if m.Temperature {
			temperature = "yes"
		}
		status := m.Status
		if m.Successor != "" {
			status += ", use " + format.Model(m.Successor)
		}
		rows = append(rows, []string{
			a.safe(m.ID), a.safe(m.Name), tokens(m.Context), tokens(m.MaxOutput), price(m.InPrice), price(m.OutPrice),
			temperature, dash(strings.Join(m.Efforts, " ")), a.safe(status),
		})
	}
	return rows
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func tokens(n int) string {
	switch {
	case n == 0:
		return "-"
	case n%1_000_000 == 0:
		return fmt.Sprintf("%dM", n/1_000_000)
	}
	return fmt.Sprintf("%dK", n/1000)
}

func price(micros int64) string {
	if micros == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(micros)/1e6)
}

// modelJSON is a model for programs. Prices are dollars per million tokens.
type modelJSON struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Context       int      `json:"context_window"`
	MaxOutput     int      `json:"max_output"`
	InPrice       *float64 `json:"input_usd_per_mtok"`
	OutPrice      *float64 `json:"output_usd_per_mtok"`
	Temperature   bool     `json:"temperature"`
	Efforts       []string `json:"efforts"`
	DefaultEffort string   `json:"default_effort,omitempty"`
	Thinking      string   `json:"thinking"`
	Status        string   `json:"status"`
	Successor     string   `json:"successor,omitempty"`
	Listed        bool     `json:"listed"`
}

func (a *app) modelsJSON(models []session.ModelInfo) error {
	dollars := func(micros int64) *float64 {
		if micros == 0 {
			return nil
		}
		x := float64(micros) / 1e6
		return &x
	}
	out := make([]modelJSON, len(models))
	for i, m := range models {
		efforts := m.Efforts
		if efforts == nil {
			efforts = []string{}
		}
		out[i] = modelJSON{
			ID: m.ID, Name: m.Name, Context: m.Context, MaxOutput: m.MaxOutput,
			InPrice: dollars(m.InPrice), OutPrice: dollars(m.OutPrice), Temperature: m.Temperature,
			Efforts: efforts, DefaultEffort: m.DefaultEffort, Thinking: m.Thinking,
			Status: m.Status, Successor: m.Successor, Listed: m.Listed,
		}
	}
	return a.printJSON(out)
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(transfer.Printable(a.env.Stdout))
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
