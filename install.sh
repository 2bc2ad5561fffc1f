#!/bin/sh
# Installs evalrun: downloads the archive of a release for this system, compares
# it with the release's SHA-256, and puts the program into a directory.
#
#   curl -fsSL https://raw.githubusercontent.com/evalrun/evalrun/main/install.sh | sh
#
# EVALRUN_VERSION   such as 0.2.0; default: the latest release
# BINDIR            where the program goes; default: $HOME/.local/bin
# EVALRUN_SHA256    what the archive's SHA-256 must be, besides what checksums.txt says
# EVALRUN_RELEASES  where releases are; default: https://github.com/evalrun/evalrun/releases
#
# Nothing is written but the program itself, and that only if it is what the
# release says it is.
set -eu

fail() {
	printf 'install.sh: %s\n' "$1" >&2
	exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# fetch URL FILE: https only, but for a server on this machine.
fetch() {
	case $1 in
	https://*) protocols='=https' ;;
	http://127.0.0.1[:/]* | http://localhost[:/]*) protocols='=http,https' ;;
	*) fail "$1 is not https://" ;;
	esac
	if has curl; then
		curl -fsSL --proto "$protocols" --retry 3 -o "$2" "$1"
	elif has wget; then
		wget -q -O "$2" "$1"
	else
		fail "needs curl or wget, found neither"
	fi || fail "cannot download $1"
}

# latest: the version that /latest leads to.
latest() {
	if has curl; then
		url=$(curl -fsSLI -o /dev/null -w '%{url_effective}' "$releases/latest") || fail "cannot reach $releases/latest"
	elif has wget; then
		url=$(wget -q -S --spider "$releases/latest" 2>&1 | sed -n 's/^ *Location: *\([^ ]*\).*/\1/p' | tail -n 1)
	else
		fail "needs curl or wget, found neither"
	fi
	case $url in
	*/tag/v*) printf '%s\n' "${url##*/tag/v}" ;;
	*) fail "$releases/latest names no release; set EVALRUN_VERSION" ;;
	esac
}

sha256() {
	if has sha256sum; then
		sha256sum "$1" | cut -d ' ' -f 1
	elif has shasum; then
		shasum -a 256 "$1" | cut -d ' ' -f 1
	elif has openssl; then
		openssl dgst -sha256 "$1" | sed 's/^.*= *//'
	else
		fail "needs sha256sum, shasum or openssl to verify what it downloads, found none"
	fi
}

main() {
	releases=${EVALRUN_RELEASES:-https://github.com/evalrun/evalrun/releases}
	releases=${releases%/}

	case $(uname -s) in
	Linux) os=linux ending=tar.gz program=evalrun ;;
	Darwin) os=darwin ending=tar.gz program=evalrun ;;
	MINGW* | MSYS* | CYGWIN* | Windows_NT) os=windows ending=zip program=evalrun.exe ;;
	*) fail "there is no release for $(uname -s); with Go: go install github.com/evalrun/evalrun/cmd/evalrun@latest" ;;
	esac
	case $(uname -m) in
	x86_64 | amd64) arch=amd64 ;;
	aarch64 | arm64) arch=arm64 ;;
	*) fail "there is no release for $(uname -m); with Go: go install github.com/evalrun/evalrun/cmd/evalrun@latest" ;;
	esac

	version=${EVALRUN_VERSION:-latest}
	[ "$version" != latest ] || version=$(latest)
	version=${version#v}
	case $version in
	[0-9]*) ;;
	*) fail "EVALRUN_VERSION is \"$version\", expected a version such as 0.2.0" ;;
	esac
	case $version in
	*[!0-9A-Za-z.+-]*) fail "EVALRUN_VERSION is \"$version\", expected a version such as 0.2.0" ;;
	esac
	bindir=${BINDIR:-${HOME:?set BINDIR}/.local/bin}

	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM

	archive=evalrun_${version}_${os}_${arch}.$ending
	fetch "$releases/download/v$version/checksums.txt" "$work/checksums.txt"
	fetch "$releases/download/v$version/$archive" "$work/$archive"
	want=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$work/checksums.txt")
	[ -n "$want" ] || fail "checksums.txt of v$version does not name $archive; nothing was installed"
	got=$(sha256 "$work/$archive")
	[ "$got" = "$want" ] || fail "$archive is not what the release says: SHA-256 is $got, expected $want; nothing was installed"
	if [ -n "${EVALRUN_SHA256:-}" ] && [ "$got" != "$EVALRUN_SHA256" ]; then
		fail "$archive is not what EVALRUN_SHA256 says: SHA-256 is $got, expected $EVALRUN_SHA256; nothing was installed"
	fi

	case $ending in
	zip) (cd "$work" && unzip -q "$archive" "$program") || fail "cannot unpack $archive" ;;
	*) tar -xzf "$work/$archive" -C "$work" "$program" || fail "cannot unpack $archive" ;;
	esac
	mkdir -p "$bindir"
	# Beside its place first: a program that runs cannot be written over.
	cp "$work/$program" "$bindir/.$program.$$"
	chmod 755 "$bindir/.$program.$$"
	mv -f "$bindir/.$program.$$" "$bindir/$program"

	says=$("$bindir/$program" version) || fail "$bindir/$program does not run on this system"
	printf 'installed %s as %s\n' "$says" "$bindir/$program"
	# shellcheck disable=SC2016 # $PATH is for the reader's shell
	case :${PATH:-}: in
	*":$bindir:"*) ;;
	*) printf 'add it to PATH: export PATH="%s:$PATH"\n' "$bindir" ;;
	esac
}

# All of it was read before any of it runs: a download that was cut does nothing.
main
