//go:build !unix

package ui

import tea "charm.land/bubbletea/v2"

// suspend does what the system has in place of job control, if anything.
func suspend() tea.Cmd { return tea.Suspend }
