/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the QEMU binary for an architecture. What it offers is asked in qemu_probe.c. */
#include <stdlib.h>
#include <string.h>
#include "accel.h"
#include "arch.h"
#include "options.h"
#include "program.h"
#include "qemu.h"

/* Appends the strings of an array; what else is in it (a damaged cache) is passed over. */
static void take_names(struct strvec *to, const json_t *facts, const char *member)
{
	size_t i;
	json_t *name;

	json_array_foreach(json_object_get(facts, member), i, name)
		if (json_is_string(name))
			strvec_push(to, json_string_value(name));
}

static bool word_in(const char *words, const char *word)
{
	char *spaced = xasprintf(" %s ", word);
	bool in = strstr(words, spaced) != NULL;

	free(spaced);
	return in;
}

/*
 * Tries one program. true: instance is complete. false: *why (replaced, to be freed) says what is
 * wrong with it.
 */
static bool try_binary(struct vmm_instance *instance, const char *name,
		       const struct options *options, char **why)
{
	const struct arch *arch = arch_find(instance->arch);
	char *path = program_find(name), *error = NULL;
	json_t *facts = path ? qemu_probe(path, options, &error) : NULL;
	const char *target = json_string_value(json_object_get(facts, "target"));

	if (facts && word_in(qemu_arch(instance->arch)->targets, target)) {
		instance->binary = path;
		instance->version = xstrdup(json_string_value(json_object_get(facts, "version")));
		take_names(&instance->machines, facts, "machines");
		take_names(&instance->cpus, facts, "cpus");
		take_names(&instance->devices, facts, "devices");
		for (size_t i = 0; accels[i]; i++) {
			struct strvec compiled = { 0 };

			take_names(&compiled, facts, "accels");
			if (strvec_has(&compiled, accels[i]) && accel_usable(accels[i], arch, NULL))
				strvec_push(&instance->accels, accels[i]);
			strvec_free(&compiled);
		}
		json_decref(facts);
		return true;
	}
	free(*why);
	*why = error ? error :
	       path  ? xasprintf("%s emulates %s, not %s", path, target, instance->arch) :
		       xasprintf("no %s in PATH; install %s", name, arch->qemu_package);
	json_decref(facts);
	free(path);
	return false;
}

/* Is what try_binary() said no fault, but a QEMU of another architecture? */
static bool other_target(const char *why)
{
	return why && strstr(why, " emulates ") != NULL;
}

/*
 * The programs that may serve, best first. The last but one and two are what some distributions
 * call the native one.
 */
static void find_binary(struct vmm_instance *instance, const struct options *options)
{
	const struct arch *arch = arch_find(instance->arch);
	const char *native = arch_native(arch) ? "qemu-kvm" : NULL;
	const char *const names[] = {
		arch->qemu,
		strcmp(arch->name, "i386") == 0 ? "qemu-system-x86_64" : NULL,
		strcmp(arch->name, "arm") == 0 ? "qemu-system-aarch64" : NULL,
		native, native ? "/usr/libexec/qemu-kvm" : NULL,
	};
	char *why = NULL, *first_why = NULL;

	if (options->qemu &&
	    (try_binary(instance, options->qemu, options, &why) || !other_target(why))) {
		if (instance->binary) {
			free(why);
		} else {
			instance->unusable = why;
			instance->named = true;
		}
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i] && try_binary(instance, names[i], options, &why)) {
			free(why);
			free(first_why);
			return;
		}
		if (!first_why && why)
			first_why = xstrdup(why);
	}
	free(why);
	instance->unusable = first_why;
}

struct vmm_instance *qemu_find(const struct options *options, const char *arch)
{
	static struct vmm_instance found[QEMU_ARCHS];
	struct vmm_instance *instance = &found[qemu_arch(arch) - qemu_archs];

	if (!instance->vmm) {
		instance->vmm = &vmm_qemu;
		instance->arch = qemu_arch(arch)->arch;
		instance->build = options->build;
		instance->options = options;
		find_binary(instance, options);
	}
	return instance;
}
