// Package markdown turns growing markdown text into styled terminal lines.
package markdown
