package api_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing/fstest"

	"parlor/api"
	"parlor/api/simulator"
)

func ExampleClient_UploadFile() {
	server := httptest.NewServer(simulator.New(simulator.Options{Rate: -1}))
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."} // normally: &api.Client{}
	defer client.Close()
	ctx := context.Background()

	file, err := client.UploadFile(ctx, api.FileUpload{
		Name:    "report.txt",
		Content: strings.NewReader("Sales doubled in May."), // or an *os.File
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	message, err := client.CreateMessage(ctx, &api.MessageRequest{
		Model:     "claude-opus-5-5",
		MaxTokens: 1024,
		Messages: []api.MessageParam{{Role: api.RoleUser, Content: []api.Block{
			api.NewDocument(api.Document{Source: api.FileSource(file.ID), Title: "Sales"}),
			api.NewText("What happened in May?"),
		}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(file.Filename, file.MIMEType, file.SizeBytes, message.StopReason)
	if err := client.DeleteFile(ctx, file.ID); err != nil {
		fmt.Println(err)
	}
	// Output: report.txt text/plain 21 end_turn
}

func ExampleClient_DownloadFile() {
	sim := simulator.New(simulator.Options{})
	id := sim.PutFile("chart.svg", "image/svg+xml", []byte("<svg/>\n")) // as code execution would
	server := httptest.NewServer(sim)
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	download, err := client.DownloadFile(context.Background(), id)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer download.Close()
	fmt.Println(download.ContentType, download.Size)
	if _, err := download.WriteTo(os.Stdout); err != nil {
		fmt.Println("only a part:", err)
	}
	// Output:
	// image/svg+xml 7
	// <svg/>
}

func ExampleClient_Files() {
	sim := simulator.New(simulator.Options{})
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		sim.PutFile(name, "", nil)
	}
	server := httptest.NewServer(sim)
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	for file, err := range client.Files(context.Background(), api.FileListOptions{Limit: 2}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(file.Filename)
	}
	// Output:
	// c.txt
	// b.txt
	// a.txt
}

func ExampleClient_CreateSkill() {
	server := httptest.NewServer(simulator.New(simulator.Options{Rate: -1}))
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()
	ctx := context.Background()

	folder := fstest.MapFS{ // or os.DirFS("skills")
		"weather/SKILL.md": {Data: []byte("---\nname: weather\ndescription: Knows the weather.\n---\nLook out of the window.\n")},
		"weather/look.py":  {Data: []byte("print('sunny')\n")},
	}
	files, err := api.SkillFiles(folder, "weather")
	if err != nil {
		fmt.Println(err)
		return
	}
	skill, err := client.CreateSkill(ctx, api.SkillUpload{DisplayName: "Weather", Files: files})
	if err != nil {
		fmt.Println(err)
		return
	}
	version, err := client.SkillVersion(ctx, skill.ID, skill.LatestVersionID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(skill.DisplayName, skill.Source, version.Name, "-", version.Description)

	// A message uses the skill in a container, with the tool that runs there.
	message, err := client.CreateMessage(ctx, &api.MessageRequest{
		Model:     "claude-opus-5-5",
		MaxTokens: 1024,
		Messages:  []api.MessageParam{api.UserText("What is the weather?")},
		Tools:     []api.Tool{api.CodeExecutionTool{}},
		Container: api.NewContainer("", api.ContainerSkill{
			Type: api.SkillCustom, SkillID: skill.ID, Version: "latest",
		}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.StopReason)
	// Output:
	// Weather custom weather - Knows the weather.
	// end_turn
}
