# SPDX-License-Identifier: BSD-2-Clause
# Completion of vmunit and run_tests.sh in bash. Options and tests are asked of the program, so they are never out of date.

_vmunit() {
	local program=$1 word=$2 before=$3
	COMPREPLY=()
	case $before in
	--json|--config) compopt -o default; return ;;
	--log-dir) compopt -o dirnames; return ;;
	--accel) COMPREPLY=($(compgen -W 'kvm hvf tcg' -- "$word")); return ;;
	--format) COMPREPLY=($(compgen -W 'terminal tap13 json' -- "$word")); return ;;
	-g|--group)
		COMPREPLY=($(compgen -W "$("$program" -l 2>/dev/null | cut -f3 | tr ' ' '\n' | grep -v '^-$' | sort -u)" -- "$word"))
		return ;;
	--arch)
		COMPREPLY=($(compgen -W "all $("$program" -l 2>/dev/null | cut -f2 | tr ' ' '\n' | sort -u)" -- "$word"))
		return ;;
	esac
	case $word in
	-*) COMPREPLY=($(compgen -W "$("$program" -h 2>/dev/null | sed -n 's/^ .*\(--[a-z0-9-]*\) .*/\1/p')" -- "$word")) ;;
	*/*) COMPREPLY=($(compgen -W "$("$program" --list-cases "${word%%/*}" 2>/dev/null | cut -f1)" -- "$word")) ;;
	*) COMPREPLY=($(compgen -W "report $("$program" -l 2>/dev/null | cut -f1)" -- "$word")) ;;
	esac
}
complete -F _vmunit vmunit run_tests.sh
