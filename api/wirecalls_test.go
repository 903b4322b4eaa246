package api_test

import (
	"bytes"
	"encoding/json"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

// send makes the calls the recording was made of. What it cannot know from
// "given" it takes from what was sent: which method of the client that was, and
// with which options.
func (c wireCase) send(t *testing.T, client *api.Client) error {
	t.Helper()
	options := c.configure(client)
	if len(c.Requests) == 0 {
		return c.sendRefused(t, client)
	}
	for _, recorded := range c.Requests {
		call := wireCall{t: t, c: c, client: client, recorded: recorded, options: options}
		if err := call.send(); err != nil {
			return err
		}
	}
	return nil
}

// env is the environment that cases called "env-..." are given.
func (c wireCase) env() map[string]string {
	var pairs []string
	if !strings.HasPrefix(c.Name, "env-") || json.Unmarshal(c.Given, &pairs) != nil {
		return nil
	}
	env := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return env
}

// configure gives the client the settings of the case.
func (c wireCase) configure(client *api.Client) (options []api.RequestOption) {
	first := c.first()
	if env := c.env(); env != nil {
		env["ANTHROPIC_BASE_URL"] = strings.ReplaceAll(env["ANTHROPIC_BASE_URL"], "URL", client.BaseURL)
		client.APIKey, client.BaseURL, client.Getenv = "", "", environment(env)
		return nil
	}
	if i := strings.LastIndex(first.URI, "/v1/"); i > 0 {
		client.BaseURL += first.URI[:i]
	}
	if strings.HasSuffix(c.Name, "-slash") {
		client.BaseURL += "/"
	}
	token, bearer := strings.CutPrefix(first.Headers.Get("Authorization"), "Bearer ")
	switch key := first.Headers.Get("X-Api-Key"); {
	case bearer && !strings.HasPrefix(token, "sk-"): // keys of the later version are bearers, too
		client.APIKey, client.AuthToken = key, token
	case len(c.Requests) > 0:
		client.APIKey = key + token
	}
	if c.twoCredentials() {
		client.APIKey, client.AuthToken = "sk-test", "tok"
	}
	if !c.beta() {
		client.Betas = first.betas()
	}
	if !strings.HasPrefix(c.Name, "opt-") {
		return nil
	}
	for name, values := range first.Headers {
		switch name {
		case "Accept", "Accept-Encoding", "Content-Type", "Anthropic-Beta", "X-Api-Key", "Authorization":
			continue // by other means
		}
		options = append(options, api.WithHeader(name, values[0]))
	}
	return options
}

// beta reports whether the case is about the beta side of the API.
func (c wireCase) beta() bool { return strings.HasPrefix(c.Name, "beta-") }

func (r wireRequest) betas() []string {
	if list := r.Headers.Values("Anthropic-Beta"); list != nil {
		return strings.Split(strings.Join(list, ","), ",")
	}
	return nil
}

func (r wireRequest) streams() bool {
	var body struct{ Stream bool }
	_ = json.Unmarshal(r.Body, &body)
	return body.Stream
}

// sendRefused makes a call that does not get as far as the server.
func (c wireCase) sendRefused(t *testing.T, client *api.Client) error {
	t.Helper()
	var id string
	_ = json.Unmarshal(c.Given, &id)
	kind, _, _ := strings.Cut(c.Name, "-")
	var err error
	switch {
	case kind == "models":
		_, err = client.Model(t.Context(), id)
	case kind == "batch":
		_, err = client.Batch(t.Context(), id)
	case kind == "file":
		_, err = client.File(t.Context(), id)
	case kind == "skill":
		_, err = client.Skill(t.Context(), id)
	default:
		call := wireCall{t: t, c: c, client: client}
		_, err = client.CreateMessage(t.Context(), call.message())
	}
	return err
}

// wireCall is one call of a case.
type wireCall struct {
	t        *testing.T
	c        wireCase
	client   *api.Client
	recorded wireRequest
	options  []api.RequestOption
}

// send finds the method of the client that belongs to the recorded request.
func (call wireCall) send() error {
	call.t.Helper()
	path, rawQuery, _ := strings.Cut(call.recorded.URI, "?")
	path = path[strings.LastIndex(path, "/v1/")+len("/v1/"):]
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return err
	}
	segments := strings.Split(path, "/")
	for i := range segments {
		if segments[i], err = url.PathUnescape(segments[i]); err != nil {
			return err
		}
	}
	if segments[0] != "messages" || call.recorded.Method != http.MethodPost { // those say it themselves
		call.options = append(call.options, api.WithBetas(call.recorded.betas()...))
	}
	ctx, client := call.t.Context(), call.client
	switch {
	case len(query) > 0 && (call.recorded.Method == http.MethodPost || query.Has("beta")) &&
		(rawQuery != "beta=true" || segments[0] != "messages" || len(segments) > 2):
		err = call.raw("v1/"+path, query) // what has no method of its own
	case path == "messages" && call.recorded.streams():
		stream, err := client.StreamMessage(ctx, call.message(), call.options...)
		if err == nil {
			_, err = stream.Final()
		}
		return err
	case path == "messages":
		_, err = client.CreateMessage(ctx, call.message(), call.options...)
	case path == "messages/count_tokens":
		_, err = client.CountTokens(ctx, call.message(), call.options...)
	case path == "complete":
		err = call.complete()
	case segments[0] == "messages":
		err = call.batches(segments[2:], query)
	case segments[0] == "models":
		err = call.models(segments[1:], query)
	case segments[0] == "files":
		err = call.files(segments[1:], query)
	case segments[0] == "skills":
		err = call.skills(segments[1:], query)
	default:
		call.t.Fatalf("no method is known for %s %s", call.recorded.Method, call.recorded.URI)
	}
	return err
}

// raw makes the call without a method of its own.
func (call wireCall) raw(path string, query url.Values) error {
	options := append(call.options, api.WithBetas(call.recorded.betas()...))
	body := call.recorded.Body
	if contentType := call.recorded.Headers.Get("Content-Type"); contentType != "" {
		options = append(options, api.WithHeader("Content-Type", contentType))
	}
	if call.recorded.Raw != "" {
		body = []byte(call.recorded.Raw)
	}
	response, err := call.client.Send(call.t.Context(), api.RawRequest{
		Method: call.recorded.Method, Path: path, Query: query,
		Body: body, Accept: call.recorded.Headers.Get("Accept"),
	}, options...)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// message is the request of the case, from what was given or else sent.
func (call wireCall) message() *api.MessageRequest {
	call.t.Helper()
	body := call.recorded.Body
	if len(call.c.Given) > 0 && call.c.Given[0] == '{' {
		body = call.c.Given
	}
	request := decodeRequest(call.t, body)
	if request.Extra != nil && call.c.DroppedKeys == nil && call.c.Given != nil {
		call.t.Errorf("there should be a field for %q", request.Extra)
	}
	if call.c.beta() {
		request.Betas = append([]string{}, call.recorded.betas()...)
	}
	request.UserProfileID = call.recorded.Headers.Get("Anthropic-User-Profile-Id")
	request.WorkspaceID = call.recorded.Headers.Get("Anthropic-Workspace-Id")
	return request
}

func decodeRequest(t *testing.T, body []byte) *api.MessageRequest {
	t.Helper()
	if len(body) == 0 {
		return hello()
	}
	request := &api.MessageRequest{}
	if err := json.Unmarshal(body, request); err != nil {
		t.Fatal(err)
	}
	return request
}

func (call wireCall) complete() error {
	call.t.Helper()
	var body struct {
		Model, Prompt string
		MaxTokens     int `json:"max_tokens_to_sample"`
		Temperature   *float64
		TopP          *float64 `json:"top_p"`
		TopK          *int     `json:"top_k"`
		StopSequences []string `json:"stop_sequences"`
		Metadata      *api.Metadata
	}
	if err := json.Unmarshal(call.recorded.Body, &body); err != nil {
		return err
	}
	request := api.CompletionRequest{
		Model: body.Model, Prompt: body.Prompt, MaxTokensToSample: body.MaxTokens,
		Temperature: body.Temperature, TopP: body.TopP, TopK: body.TopK,
		StopSequences: body.StopSequences, Metadata: body.Metadata,
	}
	if !call.recorded.streams() {
		_, err := call.client.CreateCompletion(call.t.Context(), &request, call.options...)
		return err
	}
	stream, err := call.client.StreamCompletion(call.t.Context(), &request, call.options...)
	if err == nil {
		_, err = stream.Final()
	}
	return err
}

func (call wireCall) models(path []string, query url.Values) error {
	if len(path) == 0 {
		limit, _ := strconv.Atoi(query.Get("limit"))
		return firstError(call.client.Models(call.t.Context(), api.ModelListOptions{
			Limit: limit, AfterID: query.Get("after_id"), BeforeID: query.Get("before_id"),
			Lifecycle: query["lifecycle[]"],
		}, call.options...))
	}
	_, err := call.client.Model(call.t.Context(), path[0], call.options...)
	return err
}

func (call wireCall) batches(path []string, query url.Values) (err error) {
	call.t.Helper()
	ctx, client, method := call.t.Context(), call.client, call.recorded.Method
	switch {
	case len(path) == 0 && method == http.MethodPost:
		var body struct {
			Requests []struct {
				CustomID string `json:"custom_id"`
				Params   json.RawMessage
			}
		}
		if err := json.Unmarshal(call.recorded.Body, &body); err != nil {
			return err
		}
		var requests []api.BatchRequest
		for _, r := range body.Requests {
			params := decodeRequest(call.t, r.Params)
			if call.c.beta() {
				params.Betas = slices.DeleteFunc(append([]string{}, call.recorded.betas()...), func(beta string) bool {
					return beta == "message-batches-2024-09-24" // which comes by itself
				})
			}
			requests = append(requests, api.BatchRequest{CustomID: r.CustomID, Params: params})
		}
		_, err = client.CreateBatch(ctx, requests, call.options...)
	case len(path) == 0:
		limit, _ := strconv.Atoi(query.Get("limit"))
		err = firstError(client.Batches(ctx, api.BatchListOptions{
			Limit: limit, AfterID: query.Get("after_id"), BeforeID: query.Get("before_id"),
		}, call.options...))
	case slices.Equal(path[1:], []string{"results"}):
		err = firstError(client.BatchResults(ctx, path[0], call.options...))
	case slices.Equal(path[1:], []string{"cancel"}):
		_, err = client.CancelBatch(ctx, path[0], call.options...)
	case method == http.MethodDelete:
		err = client.DeleteBatch(ctx, path[0], call.options...)
	default:
		_, err = client.Batch(ctx, path[0], call.options...)
	}
	return err
}

func (call wireCall) files(path []string, query url.Values) (err error) {
	call.t.Helper()
	ctx, client, method := call.t.Context(), call.client, call.recorded.Method
	switch {
	case len(path) == 0 && method == http.MethodPost:
		var upload api.FileUpload
		for _, part := range call.form() {
			if seconds, err := strconv.Atoi(part.content); err == nil && part.field == "expires_in_seconds" {
				upload.ExpiresIn = time.Duration(seconds) * time.Second
			} else {
				upload.Name, upload.ContentType = part.name, part.contentType
				upload.Content = strings.NewReader(part.content)
			}
		}
		_, err = client.UploadFile(ctx, upload, call.options...)
	case len(path) == 0:
		limit, _ := strconv.Atoi(query.Get("limit"))
		err = firstError(client.Files(ctx, api.FileListOptions{
			Limit: limit, Page: query.Get("page"), IDs: query["ids[]"],
		}, call.options...))
	case slices.Equal(path[1:], []string{"content"}):
		var download *api.Download
		if download, err = client.DownloadFile(ctx, path[0], call.options...); err == nil {
			err = download.Close()
		}
	case method == http.MethodDelete:
		err = client.DeleteFile(ctx, path[0], call.options...)
	default:
		_, err = client.File(ctx, path[0], call.options...)
	}
	return err
}

func (call wireCall) skills(path []string, query url.Values) (err error) {
	call.t.Helper()
	ctx, client, method := call.t.Context(), call.client, call.recorded.Method
	limit, _ := strconv.Atoi(query.Get("limit"))
	versions := len(path) > 1 && path[1] == "versions"
	switch {
	case method == http.MethodPost:
		upload := api.SkillUpload{}
		for _, part := range call.form() {
			if part.field == "files[]" {
				upload.Files = append(upload.Files, api.SkillFile{
					Path: part.name, ContentType: part.contentType, Content: strings.NewReader(part.content),
				})
			} else {
				upload.DisplayName = part.content
			}
		}
		if versions {
			_, err = client.CreateSkillVersion(ctx, path[0], upload.Files, call.options...)
		} else {
			_, err = client.CreateSkill(ctx, upload, call.options...)
		}
	case len(path) == 0:
		err = firstError(client.Skills(ctx, api.SkillListOptions{
			Limit: limit, Page: query.Get("page"), Source: query.Get("source"),
		}, call.options...))
	case versions && len(path) == 2:
		err = firstError(client.SkillVersions(ctx, path[0], api.SkillVersionListOptions{
			Limit: limit, Page: query.Get("page"),
		}, call.options...))
	case versions && len(path) == 4:
		var download *api.Download
		if download, err = client.DownloadSkillVersion(ctx, path[0], path[2], call.options...); err == nil {
			err = download.Close()
		}
	case versions && method == http.MethodDelete:
		err = client.DeleteSkillVersion(ctx, path[0], path[2], call.options...)
	case versions:
		_, err = client.SkillVersion(ctx, path[0], path[2], call.options...)
	case method == http.MethodDelete:
		err = client.DeleteSkill(ctx, path[0], call.options...)
	default:
		_, err = client.Skill(ctx, path[0], call.options...)
	}
	return err
}

type formPart struct{ field, name, contentType, content string }

// form takes the recorded form apart.
func (call wireCall) form() (list []formPart) {
	call.t.Helper()
	_, params, err := mime.ParseMediaType(call.recorded.Headers.Get("Content-Type"))
	if err != nil {
		call.t.Fatal(err)
	}
	form := multipart.NewReader(strings.NewReader(call.recorded.Raw), params["boundary"])
	for part, err := form.NextRawPart(); err == nil; part, err = form.NextRawPart() {
		_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			call.t.Fatal(err)
		}
		var content bytes.Buffer
		if _, err := content.ReadFrom(part); err != nil {
			call.t.Fatal(err)
		}
		list = append(list, formPart{disposition["name"], disposition["filename"], part.Header.Get("Content-Type"), content.String()})
	}
	return list
}

// firstError asks for the first page of a list.
func firstError[T any](list iter.Seq2[T, error]) error {
	for _, err := range list {
		return err
	}
	return nil
}
