#!/bin/sh
# The action's first step: installs the release and has the steps behind it find it.
set -eu
BINDIR=$RUNNER_TEMP/evalrun-bin
export BINDIR
sh "$GITHUB_ACTION_PATH/install.sh"
printf '%s\n' "$BINDIR" >>"$GITHUB_PATH"
