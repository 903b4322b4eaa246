package session

import (
	"context"
	"fmt"
)

// AddHistory puts a text that was written but not sent before the prompts that
// History returns.
func (m *Manager) AddHistory(ctx context.Context, text string) error {
	if err := m.opt.Store.AddHistory(ctx, text); err != nil {
		return fmt.Errorf("add to the history: %w", err)
	}
	return nil
}
