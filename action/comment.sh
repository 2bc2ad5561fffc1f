#!/usr/bin/env bash
# The last step of the action `comment`: writes the report of a run to the pull
# request that the run was for, in the place of the report of an earlier run.
#
# Whoever opened the pull request may have made the artifact. So its record alone
# is taken, as data, and evalrun makes the comment of it; the event says which pull
# request it is.
set -euo pipefail

event() { jq -r ".workflow_run.$1 // empty" "$GITHUB_EVENT_PATH"; }

api() { # METHOD PATH [FILE]
	curl -fsS --retry 3 -X "$1" -H @<(printf 'Authorization: Bearer %s' "$INPUT_TOKEN") \
		-H "Accept: application/vnd.github+json" -H "X-GitHub-Api-Version: 2022-11-28" \
		${3:+--data-binary "@$3"} "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$2"
}

head=$(jq -r '.workflow_run | .head_repository.owner.login + ":" + .head_branch | @uri' "$GITHUB_EVENT_PATH")
number=$(api GET "pulls?state=open&head=$head" | jq -r --arg sha "$(event head_sha)" 'map(select(.head.sha == $sha))[0].number // empty')
if [ -z "$number" ]; then
	echo "no open pull request has $(event head_sha) as its last commit: nothing to comment on"
	exit 0
fi

work=$(mktemp -d "$RUNNER_TEMP/comment-XXXXXX")
if ! evalrun report "$RUNNER_TEMP/evalrun-reports/run.jsonl" -o "markdown=$work/report.md"; then
	printf '<!-- evalrun -->\n### ⚠️ The evaluation has no report\n\nIts log says why.\n' >"$work/report.md"
fi
printf '\n[The run](%s)\n' "$(event html_url)" >>"$work/report.md"
jq -n --rawfile body "$work/report.md" '{body: $body}' >"$work/comment.json"

found=
for page in {1..30}; do
	api GET "issues/$number/comments?per_page=100&page=$page" >"$work/page.json"
	found=$(jq -r 'map(select(.user.type == "Bot" and (.body | startswith("<!-- evalrun -->"))))[0].id // empty' "$work/page.json")
	if [ -n "$found" ] || [ "$(jq length "$work/page.json")" -lt 100 ]; then break; fi
done
if [ -n "$found" ]; then
	api PATCH "issues/comments/$found" "$work/comment.json" >/dev/null
else
	api POST "issues/$number/comments" "$work/comment.json" >/dev/null
fi
echo "commented on pull request $number"
