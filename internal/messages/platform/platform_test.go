package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/fakecloud"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// signer signs with the published example's keys, and a session of its own.
var signer = fakecloud.Signer{
	AccessKey: "AKIDEXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", SessionToken: "session-token-0123456789", Region: "us-west-2",
}

// noCredentials has the libraries of the clouds find nothing of this machine.
func noCredentials(t *testing.T) {
	t.Helper()
	empty := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"HOME": empty, "AWS_CONFIG_FILE": empty, "AWS_SHARED_CREDENTIALS_FILE": empty, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "",
		"AWS_BEARER_TOKEN_BEDROCK": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "",
		"GOOGLE_APPLICATION_CREDENTIALS": empty,
	} {
		t.Setenv(name, value)
	}
}

// asked starts a cloud before a fake API, finds the platform there by the
// variables, and gives a sender to it.
func asked(t *testing.T, name string, cloud *fakecloud.Cloud, variables func(url string) map[string]string) *messages.HTTP {
	t.Helper()
	if cloud.API == nil {
		cloud.API = fakeapi.New(fakeapi.Options{})
	}
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	for name, value := range variables(server.URL) {
		t.Setenv(name, value)
	}
	target, err := Find(context.Background(), name, Settings{Getenv: os.Getenv, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	header := map[string][]string{}
	if target.Workspace != "" {
		header["Anthropic-Workspace-Id"] = []string{target.Workspace}
	}
	sender, err := messages.NewHTTP(messages.HTTPOptions{
		BaseURL: target.BaseURL, APIKey: target.APIKey, AuthToken: target.AuthToken, Platform: target.Platform, Header: header,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	return sender
}

func request(model, more string) *messages.Request {
	body := `{"model":"` + model + `","max_tokens":64,"messages":[{"role":"user","content":"Hi"}]` + more + `}`
	return &messages.Request{Body: payload.New([]byte(body)), Model: model}
}

// answered sends a request and expects a message.
func answered(t *testing.T, s *messages.HTTP, req *messages.Request) *messages.Exchange {
	t.Helper()
	ex, err := s.Send(context.Background(), req, record.Identity{})
	if err != nil {
		t.Fatal(err)
	}
	if ex.Error != nil {
		t.Fatal(ex.Error)
	}
	return ex
}

func awsKeys(url, base string) map[string]string {
	return map[string]string{
		"AWS_REGION": signer.Region, "AWS_ACCESS_KEY_ID": signer.AccessKey, "AWS_SECRET_ACCESS_KEY": signer.Secret, "AWS_SESSION_TOKEN": signer.SessionToken,
		base: url,
	}
}

func TestBedrockIsAskedWithSignaturesAndRetriedWhereItThrottles(t *testing.T) {
	noCredentials(t)
	by := signer
	by.Service = "bedrock-mantle"
	cloud := &fakecloud.Cloud{Signed: &by, Under: "/anthropic", Throttled: 2}
	s := asked(t, Bedrock, cloud, func(url string) map[string]string {
		return awsKeys(url+"/anthropic", "ANTHROPIC_BEDROCK_MANTLE_BASE_URL")
	})
	ex := answered(t, s, request("claude-opus-4-6", ""))
	if len(ex.Attempts) != 3 || ex.Attempts[0].Status != 400 {
		t.Errorf("the attempts are %+v, want two that were throttled before the third", ex.Attempts)
	}
	answered(t, s, request("claude-opus-4-6", `,"stream":true`))
	if n, err := s.CountTokens(context.Background(), request("claude-opus-4-6", "")); n == 0 || err != nil {
		t.Errorf("counting gives %d, %v", n, err)
	}
	if _, err := s.Model(context.Background(), "claude-opus-4-6", ""); !errors.Is(err, messages.ErrNotOffered) {
		t.Errorf("asking about a model gives %v", err)
	}
}

// A key of Amazon Bedrock is a bearer token, as in the official SDK.
func TestBedrockIsAskedWithAKey(t *testing.T) {
	for _, variable := range bedrock.keys {
		noCredentials(t)
		cloud := &fakecloud.Cloud{Bearer: "bedrock-key-0123456789", Under: "/anthropic"}
		s := asked(t, Bedrock, cloud, func(url string) map[string]string {
			return map[string]string{variable: cloud.Bearer, "ANTHROPIC_BEDROCK_MANTLE_BASE_URL": url + "/anthropic"}
		})
		answered(t, s, request("anthropic.claude-opus-5", ""))
		t.Setenv(variable, "")
	}
}

func TestClaudeOnAWSIsAskedOfAWorkspace(t *testing.T) {
	noCredentials(t)
	by := signer
	by.Service = "aws-external-anthropic"
	for name, cloud := range map[string]*fakecloud.Cloud{
		"signed": {Signed: &by, Workspace: "wrkspc_1"},
		"key":    {Bearer: "aws-key-0123456789", Workspace: "wrkspc_1", Throttled: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := asked(t, AWS, cloud, func(url string) map[string]string {
				env := awsKeys(url, "ANTHROPIC_AWS_BASE_URL")
				env["ANTHROPIC_AWS_WORKSPACE_ID"] = "wrkspc_1"
				env["ANTHROPIC_AWS_API_KEY"] = cloud.Bearer
				return env
			})
			answered(t, s, request("claude-opus-4-6", ""))
			if info, err := s.Model(context.Background(), "claude-opus-4-6", ""); err != nil || info.MaxTokens == 0 {
				t.Errorf("asking about a model gives %+v, %v", info, err)
			}
		})
	}
}

func TestVertexIsAskedByTheModelsAddressWithTokens(t *testing.T) {
	noCredentials(t)
	tokens, err := fakecloud.NewTokens(1) // each ends before the next request
	if err != nil {
		t.Fatal(err)
	}
	const models = "/v1/projects/a-project/locations/us-east5/publishers/anthropic/models/"
	cloud := &fakecloud.Cloud{Tokens: tokens, Models: models, Throttled: 1}
	account := filepath.Join(t.TempDir(), "account.json")
	s := asked(t, Vertex, cloud, func(url string) map[string]string {
		if err := os.WriteFile(account, tokens.Account("a-project", url), 0o600); err != nil {
			t.Fatal(err)
		}
		return map[string]string{"GOOGLE_APPLICATION_CREDENTIALS": account, "CLOUD_ML_REGION": "us-east5", "ANTHROPIC_VERTEX_BASE_URL": url}
	})
	ex := answered(t, s, request("claude-opus-4-5@20251101", ""))
	if len(ex.Attempts) != 2 || ex.Attempts[0].Status != 429 {
		t.Errorf("the attempts are %+v, want one that was throttled before the second", ex.Attempts)
	}
	answered(t, s, request("claude-opus-4-6", `,"stream":true`))
	if n, err := s.CountTokens(context.Background(), request("claude-opus-4-6", "")); n == 0 || err != nil {
		t.Errorf("counting gives %d, %v", n, err)
	}
	if got := strings.Join(cloud.Called(), " "); got != "claude-opus-4-5@20251101:rawPredict claude-opus-4-6:streamRawPredict" {
		t.Errorf("asked are %s", got)
	}
	if len(tokens.Given()) < 2 {
		t.Errorf("tokens that ended were not renewed: %q", tokens.Given())
	}
	for _, model := range []string{"", "..", "a/../b", "a:rawPredict?x=", "a%2fb", "../../../x"} {
		ex, err := s.Send(context.Background(), request(model, ""), record.Identity{})
		if err != nil || ex.Error == nil || !strings.Contains(ex.Error.Message, "not sent: the model is no id that Vertex AI has") || len(ex.Attempts) != 1 || !ex.Attempts[0].Unsent {
			t.Errorf("the model %q gives %+v, %v", model, ex, err)
		}
	}
	newer := request("claude-opus-4-6", "")
	newer.Version = "2026-10-21"
	if ex, err := s.Send(context.Background(), newer, record.Identity{}); err != nil || ex.Error == nil || !strings.Contains(ex.Error.Message, `none "2026-10-21"`) {
		t.Errorf("another version of the API gives %+v, %v", ex, err)
	}
}

func TestFoundryIsAskedWithAKeyOrAToken(t *testing.T) {
	for variable, cloud := range map[string]*fakecloud.Cloud{
		"ANTHROPIC_FOUNDRY_API_KEY":    {Key: "foundry-key-0123456789", Under: "/anthropic", Throttled: 1},
		"ANTHROPIC_FOUNDRY_AUTH_TOKEN": {Bearer: "foundry-token-0123456789", Under: "/anthropic"},
	} {
		t.Run(variable, func(t *testing.T) {
			noCredentials(t)
			s := asked(t, Foundry, cloud, func(url string) map[string]string {
				return map[string]string{variable: cloud.Key + cloud.Bearer, "ANTHROPIC_FOUNDRY_BASE_URL": url + "/anthropic"}
			})
			answered(t, s, request("claude-opus-4-6", ""))
		})
	}
}

// A request's key is that of the suite's body, so that a record of one platform
// answers on another.
func TestARequestsKeyIsTheSameOnAllPlatforms(t *testing.T) {
	req := request("claude-opus-4-6", "")
	before := req.Key()
	to, body, err := routeOf("/v1/projects/p/locations/global/publishers/anthropic/models/")("https://aiplatform.googleapis.com", "/v1/messages", req)
	if err != nil || to.String() != "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/anthropic/models/claude-opus-4-6:rawPredict" {
		t.Errorf("it goes to %s, %v", to, err)
	}
	want := `{"max_tokens":64,"messages":[{"role":"user","content":"Hi"}],"anthropic_version":"vertex-2023-10-16"}`
	if string(body.Text()) != want {
		t.Errorf("sent is %s", body.Text())
	}
	if req.Key() != before || !bytes.Contains(req.Body.Text(), []byte(`"model"`)) {
		t.Error("the request itself was changed")
	}
}

// Nothing that a platform repeats of credentials is kept.
func TestCredentialsOfPlatformsAreRedacted(t *testing.T) {
	noCredentials(t)
	by := signer
	by.Service = "bedrock-mantle"
	s := asked(t, Bedrock, &fakecloud.Cloud{Signed: &by, Under: "/anthropic", Leak: true}, func(url string) map[string]string {
		return awsKeys(url+"/anthropic", "ANTHROPIC_BEDROCK_MANTLE_BASE_URL")
	})
	refused(t, s, signer.Secret, signer.SessionToken, "Signature=")

	tokens, err := fakecloud.NewTokens(3600)
	if err != nil {
		t.Fatal(err)
	}
	account := filepath.Join(t.TempDir(), "account.json")
	s = asked(t, Vertex, &fakecloud.Cloud{Tokens: tokens, Models: "/v1/projects/a/locations/global/publishers/anthropic/models/", Leak: true}, func(url string) map[string]string {
		if err := os.WriteFile(account, tokens.Account("a", url), 0o600); err != nil {
			t.Fatal(err)
		}
		return map[string]string{"GOOGLE_APPLICATION_CREDENTIALS": account, "CLOUD_ML_REGION": "global", "ANTHROPIC_VERTEX_BASE_URL": url}
	})
	refused(t, s, "ya29.")
}

// refused sends a request that is refused with an error that holds none of the
// secrets.
func refused(t *testing.T, s *messages.HTTP, secrets ...string) {
	t.Helper()
	ex, err := s.Send(context.Background(), request("claude-opus-4-6", ""), record.Identity{})
	if err != nil || ex.Error == nil || !strings.HasPrefix(ex.Error.Message, "refused [redacted]") {
		t.Fatalf("it gives %+v, %v", ex, err)
	}
	text, _ := json.Marshal(ex)
	for _, secret := range secrets {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s is in %s", secret, text)
		}
	}
}

func TestWhatIsNotSetIsSaid(t *testing.T) {
	noCredentials(t)
	keys := map[string]string{"AWS_BEARER_TOKEN_BEDROCK": "secret-key-0123456789", "ANTHROPIC_AWS_API_KEY": "secret-key-0123456789", "ANTHROPIC_FOUNDRY_API_KEY": "secret-key-0123456789"}
	with := func(more ...string) map[string]string {
		out := map[string]string{}
		for name, value := range keys {
			out[name] = value
		}
		for i := 0; i < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	for _, c := range []struct {
		platform, want string
		env            map[string]string
	}{
		{"azure", `"azure" is not known, expected one of bedrock, aws, vertex, foundry`, nil},
		{Bedrock, "neither AWS_REGION nor AWS_DEFAULT_REGION nor ANTHROPIC_BEDROCK_MANTLE_BASE_URL is set", with()},
		{Bedrock, `AWS_REGION is "x.evil.example/", expected letters`, with("AWS_REGION", "x.evil.example/")},
		{Bedrock, "no region", map[string]string{}},
		{Bedrock, "no credentials: neither AWS_BEARER_TOKEN_BEDROCK nor ANTHROPIC_AWS_API_KEY is set, and the AWS SDK finds none", map[string]string{"AWS_REGION": "us-east-1"}},
		{AWS, "ANTHROPIC_AWS_WORKSPACE_ID is not set", with("AWS_REGION", "us-east-1")},
		{AWS, "ANTHROPIC_AWS_WORKSPACE_ID is not set, and each request is of a workspace\nneither AWS_REGION nor", with()},
		{AWS, "ANTHROPIC_AWS_WORKSPACE_ID is not set, and each request is of a workspace\nno region", map[string]string{}},
		{AWS, "signatures name it\nno credentials", map[string]string{}},
		{Vertex, "CLOUD_ML_REGION is not set", nil},
		{Vertex, "no credentials: the Google library", map[string]string{"CLOUD_ML_REGION": "global"}},
		{Vertex, `ANTHROPIC_VERTEX_PROJECT_ID is "a/b"`, map[string]string{"CLOUD_ML_REGION": "global", "ANTHROPIC_VERTEX_PROJECT_ID": "a/b"}},
		{Foundry, "neither ANTHROPIC_FOUNDRY_RESOURCE nor ANTHROPIC_FOUNDRY_BASE_URL is set", with()},
		{Foundry, "are both set", with("ANTHROPIC_FOUNDRY_RESOURCE", "a", "ANTHROPIC_FOUNDRY_BASE_URL", "https://a.example")},
		{Foundry, "neither ANTHROPIC_FOUNDRY_API_KEY nor", map[string]string{"ANTHROPIC_FOUNDRY_RESOURCE": "a"}},
	} {
		_, err := Find(context.Background(), c.platform, Settings{Getenv: func(name string) string { return c.env[name] }, Now: time.Now})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret-key") {
			t.Errorf("%s with %v gives %v, want %q", c.platform, c.env, err, c.want)
		}
	}
}

func TestAddressesOfPlatforms(t *testing.T) {
	for _, c := range []struct {
		platform, want string
		env            map[string]string
	}{
		{Bedrock, "https://bedrock-mantle.eu-west-1.api.aws/anthropic", map[string]string{"AWS_REGION": "eu-west-1", "AWS_BEARER_TOKEN_BEDROCK": "k"}},
		{AWS, "https://aws-external-anthropic.us-west-2.api.aws", map[string]string{"AWS_DEFAULT_REGION": "us-west-2", "ANTHROPIC_AWS_API_KEY": "k", "ANTHROPIC_AWS_WORKSPACE_ID": "w"}},
		{Foundry, "https://my-resource.services.ai.azure.com/anthropic", map[string]string{"ANTHROPIC_FOUNDRY_RESOURCE": "my-resource", "ANTHROPIC_FOUNDRY_API_KEY": "k"}},
	} {
		target, err := Find(context.Background(), c.platform, Settings{Getenv: func(name string) string { return c.env[name] }, Now: time.Now})
		if err != nil || target.BaseURL != c.want {
			t.Errorf("%s is at %+v, %v", c.platform, target, err)
		}
	}
	for project, good := range map[string]bool{"a-project": true, "example.com:a-project": true, "a/b": false, "..": false, "a:b:c": false, "": false} {
		if projectID.MatchString(project) != good {
			t.Errorf("the project %q is taken: %v", project, !good)
		}
	}
	for region, want := range map[string]string{
		"global": "https://aiplatform.googleapis.com", "eu": "https://aiplatform.eu.rep.googleapis.com", "us-east5": "https://us-east5-aiplatform.googleapis.com",
	} {
		if got := vertexHost(region); got != want {
			t.Errorf("%s is at %s, want %s", region, got, want)
		}
	}
}
