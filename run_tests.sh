#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The front door: configures and builds what is missing or older than its sources, then hands over to the runner.
# Run it in the source tree, or in a build directory (where configure was called). -h lists the options.
set -u

case $0 in (*/*) top=${0%/*} ;; (*) top=. ;; esac
where=. build=build
[ -e build/config.mk ] || [ "$top" = . ] || where=$top build=$top/build
runner=$build/runner/vmunit

die() { printf 'run_tests.sh: %s\n' "$1" >&2; exit 4; }

# Sources and directories (a file that went changes its directory) newer than the last build that succeeded.
stale() {
	[ -x "$runner" ] && [ -e "$build/stamp" ] && [ -e "$build/dirs" ] || return 0
	set --
	while read -r dir; do
		set -- "$@" "$top/$dir"
	done <"$build/dirs"
	[ -n "$(find "$top/lib" "$top/common" "$@" "$top/runner" "$top/vmm" "$top/selftests/guests" "$top/Makefile" \
		"$build/config.mk" -newer "$build/stamp" 2>&1)" ]
}

# Only one build at a time in one tree; the lock of a process that is gone is taken over.
lock() {
	waited=0
	while ! mkdir "$build/lock" 2>/dev/null; do
		[ -d "$build/lock" ] || die "can't write $build; give a writable tree, or run configure elsewhere"
		owner=$(cat "$build/lock/pid" 2>/dev/null)
		if [ "$waited" -gt 0 ] && { [ -z "$owner" ] || ! kill -0 "$owner" 2>/dev/null; }; then
			rm -rf "$build/lock"
			continue
		fi
		[ "$waited" -lt 600 ] || die "another build (process $owner) has held $build/lock for ten minutes"
		waited=$((waited + 1))
		sleep 1
	done
	echo $$ >"$build/lock/pid"
}

# Output of configure and make is shown only if they fail, but for one line that says what takes the time.
quietly() {
	if ! "$@" >"$build/build.log" 2>&1; then
		cat "$build/build.log" >&2
		rm -rf "$build/lock"
		die "$1 failed; its output is above and in $build/build.log"
	fi
}

configure_here() {
	absolute=$(cd "$top" && pwd)
	(cd "$where" && "$absolute/configure")
}

bring_up_to_date() {
	mkdir -p "$build" 2>/dev/null || die "can't write $build; give a writable tree, or run configure elsewhere"
	lock
	trap 'rm -rf "$build/lock"; exit 130' INT TERM
	if stale; then
		: >"$build/stamp.new" || die "can't write $build"
		[ -e "$build/config.mk" ] || quietly configure_here
		[ ! -t 2 ] || [ -x "$runner" ] || echo 'building ...' >&2
		quietly make -C "$where" -j "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)" all
		mv "$build/stamp.new" "$build/stamp"
	fi
	rm -rf "$build/lock"
	trap - INT TERM
}

if stale; then bring_up_to_date; fi
# configure --qemu=PATH, unless the environment says otherwise.
if [ -z "${QEMU:-}" ] && read -r configured <"$build/qemu" && [ -n "$configured" ]; then
	QEMU=$configured
	export QEMU
fi
exec "$runner" --top "$top" --build "$build" "$@"
