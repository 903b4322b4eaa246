// Package term knows what terminals understand and what must never reach them.
//
// [Sanitize] and [Sanitizer] are the one gate that all text not typed by the user at this
// keyboard passes before it is styled: model and tool output, file names, imported titles.
// What could steer the terminal, hide, or change the order of what is read becomes a
// visible mark; letters, emoji and the joiners that scripts need stay. [Clipboard] and
// [OSC52] are the two roads to the clipboard, [IsDumb] and [UTF8Locale] read what the
// environment says about the terminal.
//
// The package is a leaf: it must not know messages, widgets or themes, and it prints nothing.
package term
