#include "store/contract/retention_rule.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "event/kind.h"
#include "event/limits.h"

namespace penstock::store {
namespace {

constexpr const char* kStep = "read a retention rule";
constexpr const char* kForm =
    R"(is no rule: expected "project=NAME days=N", "kind=KIND days=N" or both)";

tl::unexpected<Error> refuse(const char* what) {
  return fail(ErrorCode::kRejected, 0, kStep, what);
}

bool is_project(std::string_view text) {
  return !text.empty() && text.size() <= event::kProjectBytesMax && trim(text) == text &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

// The quotes that a name needs; '\0': none.
char quote_for(std::string_view name) {
  const bool is_bare =
      name.find(' ') == std::string_view::npos && !name.starts_with('\'') && !name.starts_with('"');
  if (is_bare) return '\0';
  return name.find('\'') == std::string_view::npos ? '\'' : '"';
}

// The next word, taken off: to the next space, or to the end of quotes behind its "=".
std::string_view take_word(std::string_view& text) {
  text = trim(text);
  std::size_t end = std::min(text.find(' '), text.size());
  const std::size_t value = text.find('=') + 1;
  if (value > 0 && value < end && (text[value] == '\'' || text[value] == '"')) {
    end = std::min(text.find(text[value], value + 1), text.size() - 1) + 1;
  }
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

std::string_view value_behind(std::string_view word, std::string_view key) {
  return word.starts_with(key) ? word.substr(key.size()) : std::string_view();
}

// Nullopt where quotes do not end.
std::optional<std::string_view> without_quotes(std::string_view text) {
  if (!text.starts_with('\'') && !text.starts_with('"')) return text;
  if (text.size() < 2 || text.back() != text.front()) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

bool has_same_events(const RetentionRule& a, const RetentionRule& b) {
  return a.project == b.project && a.kind == b.kind;
}

}  // namespace

Result<RetentionRule> parse_retention_rule(std::string_view text) {
  RetentionRule rule{};
  std::optional<std::int64_t> days;
  while (!trim(text).empty()) {
    const std::string_view word = take_word(text);
    if (const auto project = value_behind(word, "project="); !project.empty()) {
      if (!rule.project.empty()) return refuse("names two projects");
      const auto name = without_quotes(project);
      if (!name) return refuse("has quotes that do not end");
      if (!is_project(*name)) return refuse("names no project");
      rule.project = *name;
    } else if (const auto kind = value_behind(word, "kind="); !kind.empty()) {
      if (!rule.kind.empty()) return refuse("names two kinds");
      if (!event::is_kind(kind)) return refuse("names no kind");
      rule.kind = kind;
    } else if (const auto number = value_behind(word, "days="); !number.empty()) {
      if (days) return refuse("says days twice");
      days = parse_int(number);
      if (!days || *days < 0 || *days > std::int64_t{kRetentionDaysMax}) {
        return refuse("has days that are not 0 to 36500");
      }
    } else {
      return refuse(kForm);
    }
  }
  if (!days || (rule.project.empty() && rule.kind.empty())) return refuse(kForm);
  rule.days = static_cast<std::uint32_t>(*days);
  return rule;
}

std::string to_text(const RetentionRule& rule) {
  std::string text;
  if (!rule.project.empty()) {
    const char quote = quote_for(rule.project);
    const std::string_view quotes(&quote, quote == '\0' ? 0 : 1);
    text += str_cat("project=", quotes, rule.project, quotes, ' ');
  }
  if (!rule.kind.empty()) text += str_cat("kind=", rule.kind, ' ');
  return str_cat(text, "days=", rule.days);
}

std::string fault_of_rules(std::span<const RetentionRule> rules) {
  if (rules.size() > kRetentionRulesMax) {
    return str_cat("has ", rules.size(), " rules; at most ", kRetentionRulesMax, " are possible");
  }
  for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
    const bool is_again = std::any_of(rules.begin(), rule, [&](const RetentionRule& before) {
      return has_same_events(before, *rule);
    });
    if (is_again) return str_cat("has two rules for the events of \"", to_text(*rule), '"');
  }
  return {};
}

std::size_t rule_of(std::span<const RetentionRule> rules, std::string_view project,
                    std::string_view kind) {
  std::size_t found = rules.size();
  int found_rank = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RetentionRule& rule = rules[i];
    if (!rule.project.empty() && rule.project != project) continue;
    if (!rule.kind.empty() && rule.kind != kind) continue;
    const int rank = (rule.project.empty() ? 0 : 2) + (rule.kind.empty() ? 0 : 1);
    if (rank <= found_rank) continue;
    found_rank = rank;
    found = i;
  }
  return found;
}

std::uint32_t longest_days(std::span<const RetentionRule> rules, std::uint32_t days) {
  for (const RetentionRule& rule : rules) {
    if (rule.days == 0 || days == 0) return 0;
    days = std::max(days, rule.days);
  }
  return days;
}

}  // namespace penstock::store
