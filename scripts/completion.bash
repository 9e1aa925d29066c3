# SPDX-License-Identifier: BSD-2-Clause
# Completion of vmunit and run_tests.sh in bash. Options and tests are asked of the program, so they are never out of date.
# It has only what bash 3.2 of macOS knows. Where it offers nothing, readline offers files.

_vmunit() {
	local program=$1 word=$2 before=$3 words=''
	COMPREPLY=()
	case $before in
	--json|--config|--log-dir|--standalone) return ;;
	--accel) words='kvm hvf tcg' ;;
	--target) words='qemu vmm' ;;
	--format) words='terminal tap13 json' ;;
	-g|--group) words=$("$program" -l 2>/dev/null | cut -f3 | tr ' ' '\n' | grep -v '^-$' | sort -u) ;;
	--arch) words="all $("$program" -l 2>/dev/null | cut -f2 | tr ' ' '\n' | sort -u)" ;;
	*)
		case $word in
		-*) words=$("$program" -h 2>/dev/null | sed -n 's/^ .*\(--[a-z0-9-]*\) .*/\1/p') ;;
		*/*) words=$("$program" --list-cases "${word%%/*}" 2>/dev/null | cut -f1) ;;
		*)
			[ "${COMP_WORDS[1]:-}" != report ] || return 0
			words="report $("$program" -l 2>/dev/null | cut -f1)" ;;
		esac ;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _vmunit vmunit run_tests.sh
