package models

import (
	"regexp"
	"slices"
	"strings"
)

// The forms of a model's id on clouds: us.anthropic.claude-opus-4-5-20251101-v1:0,
// also at the end of an ARN, and claude-opus-4-5@20251101.
var (
	bedrockID = regexp.MustCompile(`^(?:arn:aws[a-z-]*:bedrock:[^/]*/)?(?:([a-z-]+)\.)?anthropic\.(claude-[a-z0-9-]+?)(?:-v\d+(?::\d+)?)?$`)
	vertexID  = regexp.MustCompile(`^(claude-[a-z0-9-]+)@([a-z0-9]+)$`)
)

// OfAPI is a model's id as the API has it, by one that a cloud has for it; any
// other id is itself.
func OfAPI(id string) string {
	if m := bedrockID.FindStringSubmatch(id); m != nil {
		return m[2]
	}
	if m := vertexID.FindStringSubmatch(id); m != nil {
		if strings.HasPrefix(m[2], "20") {
			return m[1] + "-" + m[2]
		}
		return m[1]
	}
	return id
}

// apiID is the form of an id that the API has, datedID of one with its date.
var (
	apiID   = regexp.MustCompile(`^claude-[a-z0-9.-]+$`)
	datedID = regexp.MustCompile(`^claude-[a-z0-9.-]+-20\d{6}$`)
)

// ForeignID says why a cloud knows no model by an id, which is in the form of
// another cloud or of the API, and what its own ids are like; "" where it may be one
// of its own. Amazon Bedrock's ARNs and the names of deployments at Microsoft
// Foundry say no model, and are not looked at.
func ForeignID(platform, id string) (why, own string) {
	ofAPI, ofBedrock, ofVertex := apiID.MatchString(id), bedrockID.MatchString(id), vertexID.MatchString(id)
	switch {
	case platform == "bedrock" && (ofAPI || ofVertex):
		return "is no id of Amazon Bedrock", "its ids begin with anthropic., such as anthropic.claude-opus-5"
	case platform == "aws" && (ofBedrock || ofVertex):
		return "is no id of Claude Platform on AWS", "it takes the API's: " + OfAPI(id)
	case platform == "vertex" && ofBedrock:
		return "is no id of Vertex AI", "it takes " + atVertex(OfAPI(id))
	case platform == "vertex" && datedID.MatchString(id):
		return "is no id of Vertex AI, where the date is behind an @", "it takes " + atVertex(id)
	case platform == "foundry" && ofVertex:
		return "is no name of a deployment of Microsoft Foundry", "a deployment has the name that it was given, by default the API's id"
	}
	return "", ""
}

// atVertex is an id of the API as Vertex AI has it.
func atVertex(id string) string {
	if family := Family(id); family != id {
		return family + "@" + strings.TrimPrefix(id, family+"-")
	}
	return id
}

// regional is what clouds multiply the prices of models from 4.5 on by, wherever
// an answer must not be made anywhere in the world. See "Regional and multi-region
// endpoint pricing" and "Claude in Microsoft Foundry pricing" of
// https://platform.claude.com/docs/en/about-claude/pricing.
const regional = 1.1

// Served is where models are asked: a platform, "" for what the id says, and
// the location of it that CLOUD_ML_REGION names.
type Served struct{ Platform, Location string }

// Surcharge is what a model's prices are multiplied by there. Where it is not
// known it is 0, and why says what it depends on.
//
// An id of Amazon Bedrock without a prefix is answered in the one region of its
// endpoint ("Regions" of build-with-claude/claude-in-amazon-bedrock, and the AWS
// model cards); us., eu. and so on are profiles of several regions.
func (s Served) Surcharge(id string) (factor float64, why string) {
	switch found := bedrockID.FindStringSubmatch(id); {
	case found != nil && found[1] == "global":
		return 1, ""
	case found != nil:
		return regional, ""
	case s.Platform == "bedrock":
		return 0, "Amazon Bedrock adds 10 % but to ids that begin with global., and it is no id of Amazon Bedrock's"
	case s.Platform == "foundry":
		return 0, "Microsoft Foundry adds 10 % to deployments of a data zone, and its id does not say which it is"
	case s.Platform != "vertex" && !vertexID.MatchString(id):
		return 1, ""
	case s.Platform == "vertex" && s.Location == "global":
		return 1, ""
	case s.Platform == "vertex" && s.Location != "":
		return regional, ""
	}
	return 0, "Vertex AI adds 10 % but at the location global, which CLOUD_ML_REGION names with --platform vertex"
}

// onCloud is what is known of a model by the id of a cloud: Amazon Bedrock takes
// a tool that the API refuses of the newest models.
func (m *Model) onCloud(id string) *Model {
	if m == nil || !bedrockID.MatchString(id) || !slices.Contains(m.RefusedTools, "computer_20251124") {
		return m
	}
	there := *m
	there.RefusedTools = slices.DeleteFunc(slices.Clone(m.RefusedTools), func(tool string) bool { return tool == "computer_20251124" })
	return &there
}
