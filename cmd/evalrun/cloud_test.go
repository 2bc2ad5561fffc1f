package main

import (
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/evalrun/evalrun/internal/fakecloud"
)

// cloudVariables are those that startCloud sets.
var cloudVariables = []string{
	"AWS_REGION", "AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"ANTHROPIC_BEDROCK_MANTLE_BASE_URL", "ANTHROPIC_AWS_BASE_URL", "ANTHROPIC_AWS_WORKSPACE_ID", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUD_ML_REGION",
	"ANTHROPIC_VERTEX_BASE_URL", "ANTHROPIC_FOUNDRY_API_KEY", "ANTHROPIC_FOUNDRY_BASE_URL", "AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_AWS_API_KEY",
}

// cloudTokens is the service account of all scripts: its key takes a while to
// make.
var cloudTokens = sync.OnceValues(func() (*fakecloud.Tokens, error) { return fakecloud.NewTokens(3600) })

// startCloud is `cloud NAME [throttled=N] [leak]`: it has the fake API answer as
// a cloud offers it, and sets the variables of it in the place of those of the
// API.
func startCloud(ts *testscript.TestScript, _ bool, args []string) {
	const secret, session = "cloud-secret-0123456789abcdef", "cloud-session-0123456789abcdef"
	cloud := &fakecloud.Cloud{API: apiOf(ts)}
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "throttled":
			n, err := strconv.Atoi(value)
			ts.Check(err)
			cloud.Throttled = n
		case "leak":
			cloud.Leak = true
		default:
			ts.Fatalf("cloud: unknown argument %s", arg)
		}
	}
	server := httptest.NewServer(cloud)
	ts.Defer(server.Close)
	env := map[string]string{"AWS_REGION": "us-west-2", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": ts.MkAbs("none"), "AWS_SHARED_CREDENTIALS_FILE": ts.MkAbs("none")}
	signed := func(service string) *fakecloud.Signer {
		env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"] = "AKIDSCRIPTS", secret, session
		return &fakecloud.Signer{AccessKey: "AKIDSCRIPTS", Secret: secret, SessionToken: session, Region: "us-west-2", Service: service}
	}
	switch args[0] {
	case "bedrock":
		cloud.Signed, cloud.Under = signed("bedrock-mantle"), "/anthropic"
		env["ANTHROPIC_BEDROCK_MANTLE_BASE_URL"] = server.URL + "/anthropic"
	case "aws":
		cloud.Signed, cloud.Workspace = signed("aws-external-anthropic"), "wrkspc_scripts"
		env["ANTHROPIC_AWS_BASE_URL"], env["ANTHROPIC_AWS_WORKSPACE_ID"] = server.URL, "wrkspc_scripts"
	case "vertex":
		tokens, err := cloudTokens()
		ts.Check(err)
		cloud.Tokens, cloud.Models = tokens, "/v1/projects/scripts/locations/us-east5/publishers/anthropic/models/"
		env["GOOGLE_APPLICATION_CREDENTIALS"], env["CLOUD_ML_REGION"], env["ANTHROPIC_VERTEX_BASE_URL"] = ts.MkAbs("account.json"), "us-east5", server.URL
		ts.Check(os.WriteFile(ts.MkAbs("account.json"), tokens.Account("scripts", server.URL), 0o600))
	case "foundry":
		cloud.Key, cloud.Under = secret, "/anthropic"
		env["ANTHROPIC_FOUNDRY_API_KEY"], env["ANTHROPIC_FOUNDRY_BASE_URL"] = secret, server.URL+"/anthropic"
	}
	for name, value := range env {
		ts.Setenv(name, value)
	}
}
