#include "enrich/rule_set.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <re2/filtered_re2.h>
#include <re2/re2.h>
#include <re2/set.h>

#include "base/check.h"
#include "base/text.h"

namespace penstock::enrich {
namespace {

constexpr int kGroupsMax = 9;  // "$1" to "$9".
constexpr int kWordBytesMin = 3;

// Of RE2's cache for one expression. The default, 8 MiB, times hundreds of expressions would be the
// worker's largest part; a full cache is only started again.
constexpr std::int64_t kRuleBytesMax = 256 << 10;

RE2::Options literal_options() {
  RE2::Options options;
  options.set_literal(true);
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct RuleSet::Compiled {
  re2::FilteredRE2 rules{kWordBytesMin};
  RE2::Set words{literal_options(), RE2::UNANCHORED};
  std::vector<int> found_words;
  std::size_t rule_count = 0;
  std::size_t word_count = 0;
};

RuleSet::RuleSet() : compiled_(std::make_unique<Compiled>()) {}
RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

Result<void> RuleSet::add(const std::string& expression, bool ignores_case) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!ignores_case);
  options.set_max_mem(kRuleBytesMax);
  int id = 0;
  if (compiled_->rules.Add(expression, options, &id) != RE2::NoError) {
    options.set_max_mem(RE2::Options::kDefaultMaxMem);  // A few long lists need it.
    const auto error = compiled_->rules.Add(expression, options, &id);
    if (error != RE2::NoError) {
      return fail(ErrorCode::kConfiguration, error, "compile a user agent rule");
    }
  }
  ++compiled_->rule_count;
  return {};
}

Result<void> RuleSet::compile() {
  if (compiled_->rule_count == 0) return {};
  std::vector<std::string> words;
  compiled_->rules.Compile(&words);
  compiled_->word_count = words.size();
  for (const std::string& word : words) {
    if (compiled_->words.Add(word, nullptr) < 0) {
      return fail(ErrorCode::kConfiguration, "compile the user agent rules' words");
    }
  }
  if (!words.empty() && !compiled_->words.Compile()) {
    return fail(ErrorCode::kExhausted, "compile the user agent rules' words");
  }
  return {};
}

int RuleSet::first_match(std::string_view text, std::vector<std::string_view>& groups) {
  groups.clear();
  if (compiled_->rule_count == 0) return -1;
  compiled_->found_words.clear();
  if (compiled_->word_count > 0) compiled_->words.Match(to_lower(text), &compiled_->found_words);
  const re2::StringPiece piece(text.data(), text.size());
  const int index = compiled_->rules.FirstMatch(piece, compiled_->found_words);
  if (index < 0) return -1;

  const RE2& rule = compiled_->rules.GetRE2(index);
  std::array<re2::StringPiece, kGroupsMax + 1> found;
  const int count = std::min(rule.NumberOfCapturingGroups(), kGroupsMax);
  PENSTOCK_CHECK(rule.Match(piece, 0, text.size(), RE2::UNANCHORED, found.data(), count + 1));
  for (int i = 1; i <= count; ++i) {
    const auto& group = found[static_cast<std::size_t>(i)];
    groups.emplace_back(group.data() == nullptr ? std::string_view{}
                                                : std::string_view(group.data(), group.size()));
  }
  return index;
}

}  // namespace penstock::enrich
