#!/usr/bin/env bash
# The action's second step: runs evalrun on suites, with the table, annotations
# and the step summary in the workflow, and with the reports in a directory.
# The step's exit code is evalrun's.
set -euo pipefail

if ! command -v jq >/dev/null; then # before anything is paid for
	echo "::error::the evalrun action needs jq, which GitHub's runners have; install it on this one"
	exit 2
fi

arguments=()
lines() { # adds each line that is not blank, without a carriage return
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line%$'\r'}
		[[ $line =~ [^[:space:]] ]] && arguments+=("$line")
	done <<<"$1"
	return 0
}
lines "$INPUT_ARGS"
lines "$INPUT_SUITES"

if [ -n "$INPUT_API_KEY" ]; then
	export ANTHROPIC_API_KEY=$INPUT_API_KEY
fi
unset INPUT_API_KEY

reports=$(mktemp -d "$RUNNER_TEMP/evalrun-XXXXXX")
echo "reports=$reports" >>"$GITHUB_OUTPUT"

# Errors in suites go to stderr with their place, which the matcher shows at its
# line. The report on stdout has annotations of its own, and waits for its end.
echo "::add-matcher::$GITHUB_ACTION_PATH/action/problem-matcher.json"
code=0
evalrun "${arguments[@]}" --record "$reports/run.jsonl" -o github -o "junit=$reports/junit.xml" \
	-o "html=$reports/report.html" -o "json=$reports/report.json" >"$reports/log" || code=$?
echo "::remove-matcher owner=evalrun::"
cat "$reports/log"
rm "$reports/log"

verdict=invalid rate='' cost=''
if [ -s "$reports/report.json" ]; then
	verdict=$(jq -r '.outcome' "$reports/report.json")
	rate=$(jq -r '.totals.pass_rate.value // empty' "$reports/report.json")
	cost=$(jq -r '.totals.cost_usd // empty' "$reports/report.json")
	[ -z "$cost" ] || cost=$(LC_ALL=C printf '%.8f' "$cost") # jq writes 1e-05
elif [ "$code" != 2 ]; then # it ended before there was a report
	verdict=error
fi
{
	echo "verdict=$verdict"
	echo "pass-rate=$rate"
	echo "cost=$cost"
	echo "exit-code=$code"
} >>"$GITHUB_OUTPUT"
exit "$code"
