/* SPDX-License-Identifier: MIT */
/*
 * The filter language, by recursive descent:
 *   or = and {"||" and}    and = unary {"&&" unary}    unary = "!" unary | "(" or ")" | field [operator value]
 * Expressions come from the command line; depth and length are bounded.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/trace/filter/filter_internal.h"

enum { WORD_MAX = 64 };

struct parser {
	struct filter *filter;
	const char *at;
	const struct symbols *symbols;
	struct error *error;
	const char *where; /* of the error */
	unsigned depth;
};

#define FAIL(parser, place, ...) ((parser)->where = (place), error_set((parser)->error, __VA_ARGS__))

static void skip_spaces(struct parser *parser)
{
	while (isspace((unsigned char)*parser->at))
		parser->at++;
}

static bool accept(struct parser *parser, const char *token)
{
	size_t length = strlen(token);

	skip_spaces(parser);
	if (strncmp(parser->at, token, length) != 0)
		return false;
	parser->at += length;
	return true;
}

/* ---- steps ---- */

static int add_step(struct parser *parser, struct filter_step step)
{
	struct filter *filter = parser->filter;

	if (filter->count == FILTER_STEPS_MAX)
		return FAIL(parser, parser->at, "the filter is too long");
	filter->steps[filter->count++] = step;
	return 0;
}

static void land(struct parser *parser, unsigned jump)
{
	parser->filter->steps[jump].target = (uint16_t)parser->filter->count;
}

/* ---- values ---- */

static const struct unit {
	const char *name;
	uint64_t ns;
} units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '/';
}

/* Digits after the point count down from the unit; those below a nanosecond count nothing. */
static bool add_fraction(const char **at, uint64_t unit, uint64_t *value)
{
	for (unit /= 10; isdigit((unsigned char)**at); unit /= 10, (*at)++)
		if (__builtin_add_overflow(*value, (uint64_t)(**at - '0') * unit, value))
			return false;
	return true;
}

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* "1.5ms"; without a unit it is nanoseconds. */
static int parse_time(struct parser *parser, const char *word, const char *place, uint64_t *value)
{
	const char *end = word + strspn(word, "0123456789"), *fraction = end;
	const struct unit *unit = &units[0];

	*value = strtoull(word, NULL, 10);
	if (end - word > 19)
		return FAIL(parser, place, "too large: %s", word);
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (*end != '\0')
		unit = find_unit(end);
	if (!isdigit((unsigned char)word[0]) || unit == NULL)
		return FAIL(parser, place, "not a time, such as 10ms (units: ns, us, ms, s): %s", word);
	if (__builtin_mul_overflow(*value, unit->ns, value))
		return FAIL(parser, place, "too large: %s", word);
	if (*fraction == '.' && (fraction++, !add_fraction(&fraction, unit->ns, value)))
		return FAIL(parser, place, "too large: %s", word);
	return 0;
}

static int parse_number(struct parser *parser, const struct filter_field *field, const char *word, const char *place,
			uint64_t *value)
{
	bool negative = word[0] == '-';
	const char *digits = word + negative;
	bool hexadecimal = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	const char *allowed = hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
	const char *from = hexadecimal ? digits + 2 : digits;
	size_t length = strspn(from, allowed);

	if (length == 0 || from[length] != '\0')
		return FAIL(parser, place, "not a number: %s", word);
	if (negative && field->type != FILTER_SIGNED)
		return FAIL(parser, place, "%s is never negative", field->name);
	from += strspn(from, "0");
	length = strlen(from);
	*value = strtoull(digits, NULL, hexadecimal ? 16 : 10);
	if (length > 20 || (hexadecimal && length > 16) || (*value == UINT64_MAX && !hexadecimal))
		return FAIL(parser, place, "too large: %s", word);
	if (negative)
		*value = -*value;
	return 0;
}

/* A word, or anything in double quotes. */
static int read_word(struct parser *parser, char *word)
{
	bool quoted = *parser->at == '"';
	const char *from = parser->at + quoted, *to = from;

	while (quoted ? *to != '"' && *to != '\0' : is_word(*to))
		to++;
	if (quoted && *to == '\0')
		return FAIL(parser, parser->at, "this quote is not closed");
	if (to == from)
		return FAIL(parser, parser->at, "a value is missing here");
	if (to - from >= WORD_MAX)
		return FAIL(parser, parser->at, "this word is too long");
	memcpy(word, from, (size_t)(to - from));
	word[to - from] = '\0';
	parser->at = to + quoted;
	return 0;
}

static int parse_value(struct parser *parser, const struct filter_field *field, uint64_t *value)
{
	char word[WORD_MAX] = "";
	int result;

	skip_spaces(parser);
	const char *place = parser->at;
	if (read_word(parser, word) < 0)
		return -1;
	bool resolved = field->resolve != NULL && field->resolve(word, parser->symbols, value);
	if (resolved)
		result = 0;
	else if (field->type == FILTER_TIME)
		result = parse_time(parser, word, place, value);
	else if (field->resolve != NULL && !(field->by_number && strchr("-0123456789", word[0]) != NULL))
		result = FAIL(parser, place, "no %s is called %s", field->name, word);
	else
		result = parse_number(parser, field, word, place, value);
	if (field->type == FILTER_SIGNED)
		*value ^= FILTER_SIGN;
	return result;
}

/* ---- expressions ---- */

/* Longer ones first. */
static const struct {
	const char *token;
	enum filter_comparison comparison;
} operators[] = {
	{"==", FILTER_EQ}, {"!=", FILTER_NE}, {"<=", FILTER_LE}, {">=", FILTER_GE}, {"<", FILTER_LT}, {">", FILTER_GT},
};

static int find_operator(struct parser *parser)
{
	for (unsigned i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (accept(parser, operators[i].token))
			return (int)operators[i].comparison;
	return -1;
}

static int parse_comparison(struct parser *parser)
{
	const char *place = parser->at;
	size_t length = 0;

	while (isalnum((unsigned char)place[length]) || place[length] == '_')
		length++;
	if (length == 0)
		return FAIL(parser, place, *place == '\0' ? "the filter ends too early" : "a field is missing here");
	const struct filter_field *field = filter_field_find(place, length);
	if (field == NULL)
		return FAIL(parser, place, "unknown field; --help lists them");
	parser->at += length;
	skip_spaces(parser);

	const char *operator_place = parser->at;
	struct filter_step step = {.operation = FILTER_COMPARE, .comparison = FILTER_NE, .get = field->get};
	int comparison = find_operator(parser);
	if (comparison < 0 && *parser->at == '=')
		return FAIL(parser, operator_place, "equal is ==");
	if (comparison < 0 && field->type != FILTER_FLAG)
		return FAIL(parser, operator_place, "%s must be compared with something: == != < <= > >=", field->name);
	if (field->type == FILTER_NAME && comparison > FILTER_NE)
		return FAIL(parser, operator_place, "names are compared by == and != only");
	if (comparison >= 0) {
		step.comparison = (uint8_t)comparison;
		if (parse_value(parser, field, &step.constant) < 0)
			return -1;
	}
	return add_step(parser, step);
}

static int parse_or(struct parser *parser);

static int parse_group(struct parser *parser)
{
	const char *opened = parser->at - 1;

	if (parse_or(parser) < 0)
		return -1;
	if (!accept(parser, ")"))
		return FAIL(parser, *parser->at == '\0' ? opened : parser->at,
			    *parser->at == '\0' ? "this parenthesis is not closed" : "&&, || or ) is missing here");
	return 0;
}

static int parse_unary(struct parser *parser)
{
	int result;

	skip_spaces(parser);
	if (parser->depth == FILTER_DEPTH_MAX)
		return FAIL(parser, parser->at, "nested too deep");
	parser->depth++;
	if (accept(parser, "!"))
		result = parse_unary(parser) < 0 ? -1 : add_step(parser, (struct filter_step){.operation = FILTER_NOT});
	else if (accept(parser, "("))
		result = parse_group(parser);
	else
		result = parse_comparison(parser);
	parser->depth--;
	return result;
}

/* operand {token operand}: each further one is reached only where the truth so far does not decide. */
static int parse_chain(struct parser *parser, const char *token, enum filter_operation jump,
		       int (*operand)(struct parser *parser))
{
	if (operand(parser) < 0)
		return -1;
	while (accept(parser, token)) {
		unsigned decided = parser->filter->count;
		if (add_step(parser, (struct filter_step){.operation = (uint8_t)jump}) < 0 || operand(parser) < 0)
			return -1;
		land(parser, decided);
	}
	return 0;
}

static int parse_and(struct parser *parser)
{
	return parse_chain(parser, "&&", FILTER_IF_FALSE, parse_unary);
}

static int parse_or(struct parser *parser)
{
	return parse_chain(parser, "||", FILTER_IF_TRUE, parse_and);
}

int filter_parse(struct filter *filter, const char *expression, const struct symbols *symbols, struct error *error,
		 size_t *column)
{
	struct parser parser = {
		.filter = filter,
		.at = expression,
		.symbols = symbols,
		.error = error,
	};
	int result = parse_or(&parser);

	if (result == 0 && *parser.at != '\0')
		result = FAIL(&parser, parser.at, "&& or || is missing here");
	*column = result < 0 ? (size_t)(parser.where - expression) : 0;
	return result;
}
