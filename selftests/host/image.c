/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of image.c: ELF files of both classes and byte orders are made here, then damaged in every byte. */
#include "check.h"
#include "image.h"

/* Class, byte order. */
struct form {
	bool wide, big;
};

static void put(unsigned char *file, struct form form, size_t at, unsigned int size, uint64_t value)
{
	for (unsigned int i = 0; i < size; i++)
		file[at + (form.big ? size - 1 - i : i)] = (unsigned char)(value >> 8 * i);
}

enum { SEGMENT = 0x200, ADDRESS = 0x400000, CASES = 0x300, SIZE = 0x600 };

/*
 * A file with one PT_LOAD segment (0x200 to 0x400 in the file, at 0x400000), two sections (cases, names) and two cases.
 * Offsets are those of the gABI, written out once more on purpose.
 */
static void make(unsigned char *file, struct form form)
{
	unsigned int word = form.wide ? 8 : 4;
	size_t ph = 0x40, sh = 0x400, shsize = form.wide ? 64 : 40;

	memset(file, 0, SIZE);
	memcpy(file, "\177ELF", 4);
	file[4] = form.wide ? 2 : 1;
	file[5] = form.big ? 2 : 1;
	file[6] = 1;
	put(file, form, 18, 2, 62);
	put(file, form, form.wide ? 32 : 28, word, ph);
	put(file, form, form.wide ? 40 : 32, word, sh);
	put(file, form, form.wide ? 54 : 42, 2, form.wide ? 56 : 32);
	put(file, form, form.wide ? 56 : 44, 2, 1);
	put(file, form, form.wide ? 58 : 46, 2, shsize);
	put(file, form, form.wide ? 60 : 48, 2, 2);
	put(file, form, form.wide ? 62 : 50, 2, 1);
	put(file, form, ph, 4, 1);
	put(file, form, ph + (form.wide ? 8 : 4), word, SEGMENT);
	put(file, form, ph + (form.wide ? 16 : 8), word, ADDRESS);
	put(file, form, ph + (form.wide ? 32 : 16), word, 0x200);
	put(file, form, sh, 4, 1);
	put(file, form, sh + 4, 4, 1);
	put(file, form, sh + (form.wide ? 24 : 16), word, CASES);
	put(file, form, sh + (form.wide ? 32 : 20), word, 2 * 5 * word);
	put(file, form, sh + shsize, 4, 0);
	put(file, form, sh + shsize + (form.wide ? 24 : 16), word, 0x500);
	put(file, form, sh + shsize + (form.wide ? 32 : 20), word, 0x40);
	memcpy(file + 0x501, ".vmunit.cases", 14);
	memcpy(file + SEGMENT, "first\0second\0what it promises\0x86/t.c", 38);
	for (unsigned int i = 0; i < 2; i++) {
		size_t at = CASES + i * 5 * word;

		put(file, form, at, word, ADDRESS + 6 * i);
		put(file, form, at + word, word, ADDRESS + 13);
		put(file, form, at + 2 * word, word, ADDRESS + 30);
		put(file, form, at + 3 * word, word, 10 + i);
	}
}

/* A copy of exactly len bytes, whose end ASan watches. */
static bool parse(struct image *image, const unsigned char *file, size_t len, char **error)
{
	unsigned char *copy = malloc(len ? len : 1);
	bool ok;

	memcpy(copy, file, len);
	ok = image_parse(image, copy, len, error);
	free(copy);
	return ok;
}

static const struct form forms[] = { { false, false }, { false, true }, { true, false }, { true, true } };

static void cases_are_read(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		unsigned char file[SIZE];
		struct image image;
		char *error = NULL;

		make(file, forms[i]);
		CHECK(parse(&image, file, SIZE, &error));
		CHECK_STRING(error, NULL);
		CHECK_NUMBER(image.machine, 62);
		CHECK_NUMBER(image.n_cases, 2);
		if (image.n_cases == 2) {
			CHECK_STRING(image.cases[0].name, "first");
			CHECK_STRING(image.cases[1].name, "second");
			CHECK_STRING(image.cases[1].description, "what it promises");
			CHECK_STRING(image.cases[1].file, "x86/t.c");
			CHECK_NUMBER(image.cases[1].line, 11);
		}
		image_free(&image);
	}
}

/* Every prefix and every byte with every bit turned: an answer, and no access outside. */
static void damage_is_survived(void)
{
	static const unsigned char masks[] = { 0x01, 0x80, 0xff };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		unsigned char file[SIZE];

		make(file, forms[i]);
		for (size_t at = 0; at < SIZE; at++) {
			for (size_t m = 0; m < ARRAY_SIZE(masks); m++) {
				struct image image;
				char *error = NULL;

				file[at] ^= masks[m];
				CHECK(parse(&image, file, SIZE, &error) == !error);
				image_free(&image);
				free(error);
				file[at] ^= masks[m];
			}
		}
		for (size_t len = 0; len < SIZE; len++) {
			struct image image;
			char *error = NULL;

			/* All that counts ends behind the names of the sections. */
			CHECK(parse(&image, file, len, &error) == !error);
			CHECK(len >= 0x540 || error);
			image_free(&image);
			free(error);
		}
	}
}

static void mistakes_are_named(void)
{
	static const struct {
		size_t at;
		unsigned int size;
		uint64_t value;
		const char *error;
	} rows[] = {	/* of the 64-bit little-endian file */
		{ 0, 1, 0, "not an ELF file" }, { 4, 1, 3, "unknown class" }, { 5, 1, 0, "byte order" },
		{ 40, 8, 0xffffffffffffff00, "section table outside" }, { 62, 2, 2, "section table" }, { 58, 2, 8, "section table" },
		{ 0x400 + 64 + 32, 8, 0x10000, "section names outside" }, { 0x400 + 24, 8, 0x10000, "section outside" },
		{ 0x400 + 4, 4, 8, "section outside" }, { 0x400 + 32, 8, 81, "no array of cases" },
		{ 0x400 + 32, 8, 0x100, "no array of cases" },
		{ CASES, 8, 0x500000, "case's name is at 0x500000" }, { CASES + 8, 8, 0, "case's description is at 0x0" },
		{ CASES + 16, 8, ~0ULL, "case's file is at 0xffffffffffffffff" }, { CASES, 8, ADDRESS + 5, "other characters" },
		{ CASES, 8, ADDRESS + 13, "other characters" }, { CASES + 40, 8, ADDRESS, "two cases are called 'first'" },
		{ SEGMENT + 20, 1, 0x1b, "control characters" }, { 0x40 + 32, 8, 0x10, "does not end" },
		{ 0x40, 4, 2, "no segment" }, { 56, 2, 0xffff, "no segment" },
	};
	const struct form form = { true, false };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned char file[SIZE];
		struct image image;
		char *error = NULL;

		make(file, form);
		put(file, form, rows[i].at, rows[i].size, rows[i].value);
		CHECK(!parse(&image, file, SIZE, &error));
		CHECK_HAS(error, rows[i].error);
		CHECK(!image.n_cases && !image.cases);
		free(error);
	}
}

/* Many cases would make the search for two of one name slow. */
static void cases_are_bounded(void)
{
	size_t len = 0x600 + 4097 * 40;
	unsigned char *file = calloc(1, len);
	struct image image;
	char *error = NULL;

	make(file, forms[2]);
	put(file, forms[2], 0x400 + 24, 8, 0x600);
	put(file, forms[2], 0x400 + 32, 8, 4097 * 40);
	CHECK(!parse(&image, file, len, &error));
	CHECK_HAS(error, "no array of cases");
	free(error);
	free(file);
}

/* A test of the established kind has no cases, and its file is fine. */
static void no_cases(void)
{
	unsigned char file[SIZE];
	struct image image;
	char *error = NULL;

	make(file, forms[2]);
	file[0x501] = 'x';
	CHECK(parse(&image, file, SIZE, &error));
	CHECK_NUMBER(image.n_cases, 0);
	image_free(&image);
	put(file, forms[2], 40, 8, 0);
	CHECK(parse(&image, file, SIZE, &error));
	image_free(&image);
	CHECK(!image_read(&image, "/no/such.elf", &error));
	CHECK_STRING(error, "/no/such.elf: No such file or directory");
	free(error);
}

int main(void)
{
	RUN(cases_are_read);
	RUN(damage_is_survived);
	RUN(mistakes_are_named);
	RUN(cases_are_bounded);
	RUN(no_cases);
	return check_status();
}
