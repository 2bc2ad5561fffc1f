#!/bin/sh
# The first step of the actions: installs the release and has the steps behind it
# find it.
set -eu
BINDIR=$RUNNER_TEMP/evalrun-bin
export BINDIR
sh "$(dirname "$0")/../install.sh"
printf '%s\n' "$BINDIR" >>"$GITHUB_PATH"
