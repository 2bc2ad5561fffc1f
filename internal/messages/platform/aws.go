package platform

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// service is one of the two by which AWS offers the API.
type service struct {
	// name is the one in signatures and, before the region, in the host.
	name, path string
	// baseURL and keys are the variables of its address and of its API key, the
	// first that is set. The key is sent as a bearer token, as the official SDKs
	// do.
	baseURL string
	keys    []string
	// workspace says that requests are of a workspace.
	workspace   bool
	noModelInfo bool
}

var (
	bedrock = service{
		name: "bedrock-mantle", path: "/anthropic", baseURL: "ANTHROPIC_BEDROCK_MANTLE_BASE_URL",
		keys: []string{"AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_AWS_API_KEY"}, noModelInfo: true,
	}
	claudeOnAWS = service{
		name: "aws-external-anthropic", baseURL: "ANTHROPIC_AWS_BASE_URL",
		keys: []string{"ANTHROPIC_AWS_API_KEY"}, workspace: true,
	}
)

// findAWS reads where a service is, and its API key; without one, requests are
// signed with the credentials that the AWS SDK finds. All that is not set is in the
// error at once.
func findAWS(ctx context.Context, svc service, s Settings) (*Target, error) {
	region, err := s.labelOf("AWS_REGION", "AWS_DEFAULT_REGION")
	t := &Target{AuthToken: s.firstOf(svc.keys...), Platform: &messages.Platform{NoModelInfo: svc.noModelInfo}}
	switch base := cmp.Or(s.BaseURL, s.Getenv(svc.baseURL)); {
	case err != nil:
	case t.AuthToken == "":
		region, err = t.sign(ctx, svc, region, s.Now)
		t.BaseURL = cmp.Or(base, svc.at(region))
	case base == "" && region == "":
		err = errors.New(unset([]string{"AWS_REGION", "AWS_DEFAULT_REGION", svc.baseURL}))
	default:
		t.BaseURL = cmp.Or(base, svc.at(region))
	}
	if svc.workspace {
		t.Workspace = s.firstOf("ANTHROPIC_AWS_WORKSPACE_ID", "ANTHROPIC_WORKSPACE_ID")
		if t.Workspace == "" {
			err = errors.Join(errors.New("ANTHROPIC_AWS_WORKSPACE_ID is not set, and each request is of a workspace"), err)
		}
	}
	return t, err
}

// at is where the service is in a region.
func (s service) at(region string) string {
	return "https://" + s.name + "." + region + ".api.aws" + s.path
}

// sign has requests signed with the credentials that the AWS SDK finds, which
// renews them. It gives the region that they are signed for.
func (t *Target) sign(ctx context.Context, svc service, region string, now func() time.Time) (string, error) {
	found, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithLogger(logging.Nop{}))
	if err != nil {
		return "", fmt.Errorf("the AWS configuration cannot be read: %w", err)
	}
	var wrong error
	if region = found.Region; !label.MatchString(region) {
		wrong = errors.New("no region: neither AWS_REGION nor the AWS profile says one, and signatures name it")
	}
	if _, err := found.Credentials.Retrieve(ctx); err != nil {
		wrong = errors.Join(wrong, fmt.Errorf("no credentials: %s, and the AWS SDK finds none: %w", unset(svc.keys), err))
	}
	if wrong != nil {
		return "", wrong
	}
	signer := v4.NewSigner()
	t.Platform.Authorize = func(r *http.Request, body payload.JSON) error {
		credentials, err := found.Credentials.Retrieve(r.Context())
		if err != nil {
			return err
		}
		return signed(r, body, signer, credentials, svc.name, region, now())
	}
	return region, nil
}

// unset says that variables are not set.
func unset(names []string) string {
	if len(names) == 1 {
		return names[0] + " is not set"
	}
	return "neither " + strings.Join(names, " nor ") + " is set"
}

// signed signs a request by Signature Version 4.
func signed(r *http.Request, body payload.JSON, signer *v4.Signer, by aws.Credentials, service, region string, now time.Time) error {
	sum := sha256.New()
	if _, err := body.WriteTo(sum); err != nil {
		return err
	}
	own := *r.URL // the signer sorts its query, and requests share one
	r.URL = &own
	return signer.SignHTTP(r.Context(), by, r, hex.EncodeToString(sum.Sum(nil)), service, region, now)
}
