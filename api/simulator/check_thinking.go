package simulator

import (
	"slices"
	"strings"
)

// minBudget is the smallest thinking budget in tokens.
const minBudget = 1024

// thinking checks the parameter against the model's row of the thinking table.
func (c *checker) thinking() error {
	q := c.q
	raw, there := q.fields["thinking"]
	if !there {
		return nil
	}
	f, ok := object(raw)
	if !ok {
		return bad("thinking: Input should be a valid dictionary")
	}
	kind, ok := f.str("type")
	if !ok {
		return bad("thinking.type: Field required")
	}
	if err := oneOf("thinking.type", kind, "adaptive", "enabled", "disabled", "between_tools"); err != nil {
		return err
	}
	q.thinking.kind = kind
	allowed := []string{"type"}
	if kind == "adaptive" || kind == "enabled" {
		allowed = append(allowed, "display")
	}
	if kind == "enabled" {
		allowed = append(allowed, "budget_tokens")
	}
	if c.x.beta("thinking-binding-controls-") && (kind == "adaptive" || kind == "enabled") {
		allowed = append(allowed, "block_binding")
	}
	if err := c.noExtra(f, "thinking."+kind+".", allowed...); err != nil {
		return err
	}
	if err := c.thinkingDisplay(f); err != nil {
		return err
	}
	if err := c.blockBinding(f); err != nil {
		return err
	}
	if err := c.thinkingTaken(kind); err != nil || kind != "enabled" {
		return err
	}
	return c.thinkingBudget(f)
}

func (c *checker) thinkingDisplay(f fields) error {
	if !f.has("display") {
		return nil
	}
	display, _ := f.str("display")
	allowed := []string{"summarized", "omitted"}
	if c.x.beta("thinking-display-updates-") {
		allowed = append(allowed, "updates")
	}
	c.q.thinking.display = display
	return oneOf("thinking."+c.q.thinking.kind+".display", display, allowed...)
}

// thinkingTaken says whether the model takes that type.
func (c *checker) thinkingTaken(kind string) error {
	m := c.q.model
	if c.lenient || m.thinks(kind) {
		return nil
	}
	switch kind {
	case "adaptive":
		return bad("adaptive thinking is not supported on this model")
	case "enabled":
		return bad("\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior.")
	}
	return bad("%q is not supported for this model.", "thinking.type."+kind)
}

func (c *checker) thinkingBudget(f fields) error {
	q := c.q
	budget, ok := f.integer("budget_tokens")
	switch {
	case !f.has("budget_tokens"):
		return bad("thinking.enabled.budget_tokens: Field required")
	case !ok:
		return bad("thinking.enabled.budget_tokens: Input should be a valid integer")
	case budget < minBudget:
		return bad("thinking.enabled.budget_tokens: Input should be greater than or equal to %d", minBudget)
	case !q.count && q.maxTokens > 0 && budget >= q.maxTokens && !c.x.beta("interleaved-thinking-"):
		return bad("`max_tokens` must be greater than `thinking.budget_tokens`.")
	}
	q.thinking.budget = budget
	return nil
}

// outputConfig checks effort and format by shape and by model.
func (c *checker) outputConfig() error {
	q := c.q
	raw, there := q.fields["output_config"]
	if !there {
		return nil
	}
	f, ok := object(raw)
	if !ok {
		return bad("output_config: Input should be a valid dictionary")
	}
	allowed := []string{"effort", "format"}
	if c.x.beta("task-budgets-") {
		allowed = append(allowed, "task_budget")
	}
	if err := c.noExtra(f, "output_config.", allowed...); err != nil {
		return err
	}
	if f.has("effort") {
		q.effort, _ = f.str("effort")
		if err := c.effortTaken(q.effort, "output_config.effort"); err != nil {
			return err
		}
	}
	if err := c.taskBudget(f); err != nil || !f.has("format") {
		return err
	}
	return c.format(f["format"], "output_config.format")
}

// outputFormat checks the older name of output_config.format, which is a beta.
func (c *checker) outputFormat() error {
	if !c.q.fields.has("output_format") {
		return nil
	}
	if c.q.format != nil && !c.lenient {
		return bad("output_format: cannot be combined with output_config.format")
	}
	return c.format(c.q.fields["output_format"], "output_format")
}

func (c *checker) effortTaken(effort, path string) error {
	if err := oneOf(path, effort, "low", "medium", "high", "xhigh", "max"); err != nil {
		return err
	}
	if m := c.q.model; !c.lenient && !slices.Contains(m.Efforts, effort) {
		if len(m.Efforts) == 0 {
			return bad("This model does not support the effort parameter.")
		}
		return bad("This model does not support effort level '%s'. Supported levels: %s.", effort, strings.Join(m.Efforts, ", "))
	}
	return nil
}

func (c *checker) taskBudget(f fields) error {
	if !f.has("task_budget") {
		return nil
	}
	budget, ok := object(f["task_budget"])
	if kind, _ := budget.str("type"); !ok || kind != "tokens" {
		return bad("output_config.task_budget.type: Input should be 'tokens'")
	}
	for _, name := range []string{"total", "remaining"} {
		if n, ok := budget.integer(name); budget.has(name) && (!ok || n < 0) || name == "total" && !budget.has(name) {
			return bad("output_config.task_budget.%s: Input should be a valid integer", name)
		}
	}
	return c.noExtra(budget, "output_config.task_budget.", "type", "total", "remaining")
}

// effortRules checks what effort and thinking exclude in each other.
func (c *checker) effortRules() error {
	q := c.q
	above := q.effort == "xhigh" || q.effort == "max"
	if !c.lenient && q.model.ID == "claude-opus-5" && q.thinking.kind == "disabled" && above {
		return bad("thinking cannot be disabled at effort '%s' on this model; use effort 'high' or lower.", q.effort)
	}
	return nil
}
