#compdef vmunit run_tests.sh
# SPDX-License-Identifier: BSD-2-Clause
# Completion of vmunit and run_tests.sh in zsh. Options and tests are asked of the program, so they are never out of date.

local program=$words[1]
case $words[CURRENT-1] in
(--json|--config) _files; return ;;
(--log-dir|--standalone) _files -/; return ;;
(--accel) compadd kvm hvf tcg; return ;;
(--target) compadd qemu vmm; return ;;
(--format) compadd terminal tap13 json; return ;;
(--arch) compadd all ${(f)"$($program -l 2>/dev/null | cut -f2 | tr ' ' '\n' | sort -u)"}; return ;;
(-g|--group) compadd ${(f)"$($program -l 2>/dev/null | cut -f3 | tr ' ' '\n' | grep -v '^-$' | sort -u)"}; return ;;
esac
case $words[CURRENT] in
(-*) compadd -- ${(f)"$($program -h 2>/dev/null | sed -n 's/^ .*\(--[a-z0-9-]*\) .*/\1/p')"} ;;
(*/*) compadd -- ${(f)"$($program --list-cases ${words[CURRENT]%%/*} 2>/dev/null | cut -f1)"} ;;
(*)
	if [[ $words[2] == report ]]; then _files; return; fi
	compadd -- report ${(f)"$($program -l 2>/dev/null | cut -f1)"} ;;
esac
