package platform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

const (
	// vertexVersion is the API's version as bodies name it.
	vertexVersion = "vertex-2023-10-16"
	vertexScope   = "https://www.googleapis.com/auth/cloud-platform"
)

// projectID is the id of a project, which may be one of an organisation's
// domain: example.com:my-project.
var projectID = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9.-]*:)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)

// findVertex reads where Vertex AI is. Its tokens are those of the application
// default credentials, which the Google library finds and renews.
func findVertex(ctx context.Context, s Settings) (*Target, error) {
	region, err := s.labelOf("CLOUD_ML_REGION")
	if region == "" && err == nil {
		err = errors.New("CLOUD_ML_REGION is not set, expected a region, us, eu or global")
	}
	project, projectErr := s.partOf(projectID, "the id of a project", "ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")
	if err = errors.Join(err, projectErr); err != nil {
		return nil, err
	}
	// The context is that of later requests for tokens too.
	found, err := google.FindDefaultCredentials(context.WithoutCancel(ctx), vertexScope)
	if err != nil {
		return nil, fmt.Errorf("no credentials: the Google library finds no application default credentials: %w", err)
	}
	if project == "" {
		project = found.ProjectID
	}
	if !projectID.MatchString(project) {
		return nil, errors.New("ANTHROPIC_VERTEX_PROJECT_ID is not set, and the credentials name no project")
	}
	base := s.BaseURL
	if base == "" {
		base = s.firstOf("ANTHROPIC_VERTEX_BASE_URL")
	}
	if base == "" {
		base = vertexHost(region)
	}
	models := "/v1/projects/" + project + "/locations/" + region + "/publishers/anthropic/models/"
	return &Target{BaseURL: base, Platform: &messages.Platform{
		Route:         routeOf(models),
		Authorize:     bearer(found.TokenSource),
		VersionInBody: true,
		NoModelInfo:   true,
	}}, nil
}

// vertexHost is where a region is asked.
func vertexHost(region string) string {
	switch region {
	case "global":
		return "https://aiplatform.googleapis.com"
	case "us", "eu":
		return "https://aiplatform." + region + ".rep.googleapis.com"
	}
	return "https://" + region + "-aiplatform.googleapis.com"
}

// bearer adds a token of the source to requests.
func bearer(source oauth2.TokenSource) func(*http.Request, payload.JSON) error {
	type answer struct {
		token *oauth2.Token
		err   error
	}
	return func(r *http.Request, _ payload.JSON) error {
		answers := make(chan answer, 1)
		go func() { // the library waits for as long as its server does
			defer fault.Catch()
			token, err := source.Token()
			answers <- answer{token, err}
		}()
		select {
		case <-r.Context().Done():
			return r.Context().Err()
		case a := <-answers:
			if a.err != nil {
				return a.err
			}
			r.Header.Set("authorization", "Bearer "+a.token.AccessToken)
			return nil
		}
	}
}

// vertexModel is an id of a model that can be part of an address.
var vertexModel = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]*$`)

// routeOf has requests go to the model that they name, below models.
func routeOf(models string) func(base, path string, req *messages.Request) (*url.URL, payload.JSON, error) {
	return func(base, path string, req *messages.Request) (*url.URL, payload.JSON, error) {
		body, model, streams := vertexBody(req.Body, path == "/v1/messages")
		to := "count-tokens:rawPredict"
		if path == "/v1/messages" {
			if !vertexModel.MatchString(model) {
				return nil, payload.JSON{}, errors.New("the model is no id that Vertex AI has, which is part of the address")
			}
			to = model + ":rawPredict"
			if streams {
				to = model + ":streamRawPredict"
			}
		}
		at, err := url.Parse(base + models + to)
		return at, body, err
	}
}

// vertexBody names the API's version in a request's body, and takes the model out
// of it where the address names that. All else stays as it is.
func vertexBody(body payload.JSON, withoutModel bool) (sent payload.JSON, model string, streams bool) {
	o, err := exactjson.ParseObject(body.Text())
	if err != nil {
		return body, "", false
	}
	var kept exactjson.Object
	named := false
	for _, m := range o.Members() {
		switch m.Text() {
		case "model":
			_ = exactjson.Unmarshal(m.Value, &model)
			if withoutModel {
				continue
			}
		case "stream":
			streams = bytes.Equal(m.Value, []byte("true"))
		case "anthropic_version":
			named = true
		}
		kept.Put(m)
	}
	if !named {
		kept.Set("anthropic_version", []byte(`"`+vertexVersion+`"`))
	}
	return body.With(kept.Append(nil)), model, streams
}
