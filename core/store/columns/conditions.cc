#include "store/columns/conditions.h"

#include <string>
#include <utility>

#include "store/contract/dimension.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

using Leaves = CodeCondition::Leaves;
using Known = Columns::Word::Known;

// Of no word.
constexpr std::uint32_t kNoCode = UINT32_MAX;

// A word that is not in the dictionary is in no row, or only in rows that have to be asked: those
// whose word had no room, and those of chunks that have the column in their rows.
Result<void> add_equality(Columns& columns, ColumnNumber column, const Condition& condition,
                          Conditions& conditions) {
  auto word = columns.find(column, condition.operand);
  if (!word) return fail(word.error());
  const bool is_other = condition.comparison == Comparison::kIsNot;
  if (word->known == Known::kCode) {
    conditions.all.push_back({column, is_other ? Leaves::kOthers : Leaves::kCode, word->code, {}});
    return {};
  }
  const bool may_be_other = word->known == Known::kMaybeOther;
  conditions.asks_rows = conditions.asks_rows || may_be_other;
  if (is_other) {
    conditions.all.push_back({column, Leaves::kOthers, kNoCode, {}});
  } else {
    conditions.all.push_back({column, Leaves::kCode, may_be_other ? kOtherCode : kNoCode, {}});
  }
  return {};
}

Result<void> add_marks(Columns& columns, ColumnNumber column, const Condition& condition,
                       Conditions& conditions) {
  CodeCondition marked{column, Leaves::kMarked, 0, {}};
  marked.marks.resize(kFirstCode);
  marked.marks[kEmptyCode] = holds(condition, {}) ? 1 : 0;
  PENSTOCK_TRY(columns.texts(column, [&](std::uint32_t code, std::string_view text) {
    if (code < kFirstCode) return;
    marked.marks.push_back(holds(condition, text) ? 1 : 0);
  }));
  const bool is_full = marked.marks.size() >= words_max(column);
  marked.marks[kOtherCode] = is_full || holds(condition, kOtherValue) ? 1 : 0;
  conditions.asks_rows = conditions.asks_rows || is_full;
  conditions.all.push_back(std::move(marked));
  return {};
}

Result<void> add_condition(Columns& columns, ColumnNumber column, const Condition& condition,
                           Conditions& conditions) {
  switch (condition.comparison) {
    case Comparison::kIs:
    case Comparison::kIsNot:
      return add_equality(columns, column, condition, conditions);
    case Comparison::kExists:
      conditions.all.push_back({column, Leaves::kOthers, kEmptyCode, {}});
      return {};
    case Comparison::kContains:
    case Comparison::kStartsWith:
    case Comparison::kGreater:
    case Comparison::kLess:
      break;
  }
  return add_marks(columns, column, condition, conditions);
}

Result<void> add_dimension(Columns& columns, Dimension dimension, const Condition& condition,
                           Conditions& conditions) {
  PENSTOCK_TRY(add_condition(columns, column_number(dimension), condition, conditions));
  const CodeCondition& added = conditions.all.back();
  // Every row of a dimension has a code, but for those of chunks that are still without the column.
  const bool is_nowhere = added.leaves == Leaves::kCode && added.code == kNoCode;
  conditions.is_never = conditions.is_never || (is_nowhere && !is_later_column(added.column));
  return {};
}

Result<void> add_property(Columns& columns, const std::string& key, const Condition& condition,
                          Conditions& conditions) {
  auto found = find_property(columns, key);
  if (!found) return fail(found.error());
  switch (found->known) {
    case Known::kAbsent:
      conditions.is_never = conditions.is_never || !holds(condition, {});
      return {};
    case Known::kMaybeOther:
      conditions.asks_rows = true;
      return {};
    case Known::kCode:
      break;
  }
  return add_condition(columns, property_column(found->code), condition, conditions);
}

}  // namespace

bool CodeCondition::has_left(std::uint32_t other) const {
  switch (leaves) {
    case Leaves::kCode:
      return other == code;
    case Leaves::kOthers:
      return other != code;
    case Leaves::kMarked:
      break;
  }
  return other < marks.size() && marks[other] != 0;
}

Result<Columns::Word> find_property(Columns& columns, std::string_view key) {
  auto found = columns.find(kKeyColumn, dimension_value(key));
  // Keys that had no room of their own are many under one code.
  if (found && found->known == Known::kCode && found->code == kOtherCode) {
    found->known = Known::kMaybeOther;
  }
  return found;
}

Result<Columns::Word> find_facet(Columns& columns, const Facet& facet) {
  if (const auto* dimension = std::get_if<Dimension>(&facet)) {
    return Columns::Word{Known::kCode, column_number(*dimension)};
  }
  auto key = find_property(columns, std::get<std::string>(facet));
  if (key && key->known == Known::kCode) key->code = property_column(key->code);
  return key;
}

Result<Conditions> conditions_of(Columns& columns, const Filter& filter) {
  Conditions conditions;
  if (filter.is_bot) {
    conditions.all.push_back({kBotColumn, Leaves::kCode, *filter.is_bot ? 1u : 0u, {}});
  }
  if (!filter.project.empty()) {
    const Condition is_project{Dimension::kProject, filter.project};
    PENSTOCK_TRY(add_dimension(columns, Dimension::kProject, is_project, conditions));
  }
  for (const Condition& condition : filter.conditions) {
    if (const auto* dimension = std::get_if<Dimension>(&condition.subject)) {
      PENSTOCK_TRY(add_dimension(columns, *dimension, condition, conditions));
    } else if (const auto* key = std::get_if<std::string>(&condition.subject)) {
      PENSTOCK_TRY(add_property(columns, *key, condition, conditions));
    } else {
      conditions.asks_rows = true;
    }
  }
  return conditions;
}

}  // namespace penstock::store
