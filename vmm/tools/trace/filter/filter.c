/* SPDX-License-Identifier: MIT */
/*
 * Compiles a filter expression into steps, and runs them on records. The language, by recursive descent:
 *   or = and {"||" and}    and = unary {"&&" unary}    unary = "!" unary | "(" or ")" | field [operator value]
 * Expressions come from the command line; their depth and length are bounded.
 */
#include "tools/trace/filter/filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tools/trace/filter/filter_fields.h"

enum { STEPS_MAX = 1024, DEPTH_MAX = 64, WORD_MAX = 64 };

enum comparison { EQ, NE, LT, LE, GT, GE };
enum operation { COMPARE, NOT, JUMP_IF_FALSE, JUMP_IF_TRUE };

/* The steps work on one truth value. Jumps only go forward, so that every program ends. */
struct step {
	uint8_t operation;
	uint8_t comparison;
	uint16_t target; /* of a jump */
	filter_get *get;
	uint64_t constant;
};

struct filter {
	unsigned count;
	struct step steps[STEPS_MAX];
};

struct parser {
	struct filter *filter;
	const char *at;
	const struct symbols *symbols;
	struct error *error;
	const char *where; /* the place in the expression that the error is about */
	unsigned depth;
};

/* Fails with a message about a place in the expression. */
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

static int add_step(struct parser *parser, struct step step)
{
	struct filter *filter = parser->filter;

	if (filter->count == STEPS_MAX)
		return FAIL(parser, parser->at, "the filter is too long");
	filter->steps[filter->count++] = step;
	return 0;
}

/* Makes a jump lead to the step that is added next. */
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

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < COUNT(units); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* "1.5ms". A time without a unit is in nanoseconds; digits that stand for less than one are ignored. */
int filter_time(const char *word, uint64_t *ns, struct error *error)
{
	const char *point = word + strspn(word, "0123456789"), *end = point;
	const struct unit *unit = &units[0];

	*ns = strtoull(word, NULL, 10);
	if (point - word > 19)
		return error_set(error, "too large: %s", word);
	if (*point == '.')
		end += 1 + strspn(point + 1, "0123456789");
	if (*end != '\0')
		unit = find_unit(end);
	if (point == word || unit == NULL)
		return error_set(error, "not a time, such as 10ms (units: ns, us, ms, s): %s", word);
	bool fits = !__builtin_mul_overflow(*ns, unit->ns, ns);
	uint64_t weight = unit->ns / 10;
	for (const char *digit = point + 1; fits && digit < end && *point == '.'; digit++, weight /= 10)
		fits = !__builtin_add_overflow(*ns, (uint64_t)(*digit - '0') * weight, ns);
	return fits ? 0 : error_set(error, "too large: %s", word);
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

/* Reads a value: a word, or anything in double quotes. `word` has WORD_MAX bytes. */
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
		result = filter_time(word, value, parser->error);
	else if (field->resolve != NULL && !(field->by_number && strchr("-0123456789", word[0]) != NULL))
		result = FAIL(parser, place, "no %s is called %s", field->name, word);
	else
		result = parse_number(parser, field, word, place, value);
	if (field->type == FILTER_SIGNED)
		*value ^= FILTER_SIGN;
	if (result < 0)
		parser->where = place;
	return result;
}

/* ---- expressions ---- */

/* A token stands before those that it begins with. */
static const struct {
	const char *token;
	enum comparison comparison;
} operators[] = {
	{"==", EQ}, {"!=", NE}, {"<=", LE}, {">=", GE}, {"<", LT}, {">", GT},
};

static int find_operator(struct parser *parser)
{
	for (unsigned i = 0; i < COUNT(operators); i++)
		if (accept(parser, operators[i].token))
			return (int)operators[i].comparison;
	return -1;
}

static int parse_comparison(struct parser *parser)
{
	char offer[NEAREST_OFFER_SIZE];
	const char *place = parser->at;
	size_t length = 0;

	while (isalnum((unsigned char)place[length]) || place[length] == '_')
		length++;
	if (length == 0)
		return FAIL(parser, place, *place == '\0' ? "the filter ends too early" : "a field is missing here");
	const struct filter_field *field = filter_field_find(place, length);
	if (field == NULL)
		return FAIL(parser, place, "unknown field%s; --help lists them",
			    filter_field_offer(place, length, offer));
	parser->at += length;
	skip_spaces(parser);

	const char *operator_place = parser->at;
	struct step step = {.operation = COMPARE, .comparison = NE, .get = field->get};
	int comparison = find_operator(parser);
	if (comparison < 0 && *parser->at == '=')
		return FAIL(parser, operator_place, "equal is ==");
	if (comparison < 0 && field->type != FILTER_FLAG)
		return FAIL(parser, operator_place, "%s must be compared with something: == != < <= > >=", field->name);
	if (field->type == FILTER_NAME && comparison > NE)
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
	if (parser->depth == DEPTH_MAX)
		return FAIL(parser, parser->at, "nested too deep");
	parser->depth++;
	if (accept(parser, "!"))
		result = parse_unary(parser) < 0 ? -1 : add_step(parser, (struct step){.operation = NOT});
	else if (accept(parser, "("))
		result = parse_group(parser);
	else
		result = parse_comparison(parser);
	parser->depth--;
	return result;
}

/* operand {token operand}: an operand is skipped where those before it have decided. */
static int parse_chain(struct parser *parser, const char *token, enum operation jump,
		       int (*operand)(struct parser *parser))
{
	if (operand(parser) < 0)
		return -1;
	while (accept(parser, token)) {
		unsigned decided = parser->filter->count;
		if (add_step(parser, (struct step){.operation = (uint8_t)jump}) < 0 || operand(parser) < 0)
			return -1;
		land(parser, decided);
	}
	return 0;
}

static int parse_and(struct parser *parser)
{
	return parse_chain(parser, "&&", JUMP_IF_FALSE, parse_unary);
}

static int parse_or(struct parser *parser)
{
	return parse_chain(parser, "||", JUMP_IF_TRUE, parse_and);
}

struct filter *filter_new(const char *expression, const struct symbols *symbols, struct error *error, size_t *column)
{
	struct filter *filter = calloc(1, sizeof(*filter));
	struct parser parser = {.filter = filter, .at = expression, .symbols = symbols, .error = error};

	*column = 0;
	if (filter == NULL) {
		error_set(error, "no memory for the filter");
		return NULL;
	}
	int result = parse_or(&parser);
	if (result == 0 && *parser.at != '\0')
		result = FAIL(&parser, parser.at, "&& or || is missing here");
	if (result == 0)
		return filter;
	*column = (size_t)(parser.where - expression);
	free(filter);
	return NULL;
}

void filter_free(struct filter *filter)
{
	free(filter);
}

/* ---- running ---- */

static bool compare(const struct step *step, uint64_t value)
{
	switch ((enum comparison)step->comparison) {
	case EQ:
		return value == step->constant;
	case NE:
		return value != step->constant;
	case LT:
		return value < step->constant;
	case LE:
		return value <= step->constant;
	case GT:
		return value > step->constant;
	case GE:
		return value >= step->constant;
	}
	return false;
}

bool filter_matches(const struct filter *filter, const struct text_moment *moment)
{
	bool truth = true;
	uint64_t value;

	for (unsigned i = 0; i < filter->count; i++) {
		const struct step *step = &filter->steps[i];
		switch ((enum operation)step->operation) {
		case COMPARE:
			truth = step->get(moment, &value) && compare(step, value);
			break;
		case NOT:
			truth = !truth;
			break;
		case JUMP_IF_FALSE:
			i = truth ? i : step->target - 1u;
			break;
		case JUMP_IF_TRUE:
			i = truth ? step->target - 1u : i;
			break;
		}
	}
	return truth;
}

static bool wants(const void *filter, const struct text_moment *moment)
{
	return filter_matches(filter, moment);
}

struct text_choice filter_choice(const struct filter *filter)
{
	return (struct text_choice){filter != NULL ? wants : NULL, filter};
}
