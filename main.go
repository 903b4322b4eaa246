// Command parlor talks with Claude in the terminal and keeps what was said.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"parlor/ui/cli"
)

// version is set by the linker in a release build.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	env := cli.Process(build())
	if file := cli.CrashFile(env); file != nil {
		// Without it the report still goes to standard error.
		_ = debug.SetCrashOutput(file, debug.CrashOptions{})
		_ = file.Close() // the runtime keeps its own
	}
	os.Exit(cli.Run(ctx, env))
}

// build is what is known about this program: from the release build, else from
// what the compiler noted.
func build() cli.Build {
	b := cli.Build{Version: version}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	if b.Version == "" {
		b.Version = "devel"
		if v := info.Main.Version; v != "" && v != "(devel)" {
			b.Version = v
		}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Commit = s.Value
		}
	}
	return b
}
