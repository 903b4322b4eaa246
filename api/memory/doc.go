// Package memory keeps what the model wants to remember in a folder: it carries
// out the calls of the memory tool (memory_20250818).
//
//	folder, err := memory.Open("/var/lib/assistant/memories")
//	defer folder.Close()
//	runner := &toolrunner.Runner{Client: client, Request: request, Tools: []toolrunner.Tool{folder}}
//
// A Folder is a tool of package toolrunner. Without a runner, put its Definition
// into MessageRequest.Tools and pass the calls to Call.
//
// The model calls the folder /memories and uses the commands view, create,
// str_replace, insert, delete and rename. What it is told, also when something
// fails, is written for it: an error says what to do instead.
//
// # What is safe
//
// No command reads, writes or lists anything outside the folder. Paths that
// lead elsewhere are refused as they are written: other roots, "..", backslashes,
// control characters, percent-encoded dots and separators, names that are
// devices on Windows. Links are not followed, wherever they lead, and devices,
// pipes and sockets are not opened. The operating system holds the boundary a
// second time (os.Root), against what changes in between.
//
// Files are written whole or not at all. Sizes are bounded, see Folder. Calls
// from several goroutines wait for each other. Several processes may share a
// folder: its files stay whole, but the last writer wins.
//
// What the model writes is not to be trusted more than the model: do not put
// anything from the folder into a system prompt, and do not run it.
//
// # What this package must not know
//
// Messages, and how calls are dispatched.
package memory
