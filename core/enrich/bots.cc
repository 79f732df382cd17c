#include "enrich/bots.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "enrich/crawlers/patterns.h"

namespace penstock::enrich {
namespace {

constexpr std::string_view kSpider = "Spider";

// What neither list knows yet, and browsers that no person looks through.
constexpr std::array<std::string_view, 8> kBotWords = {"crawler",      "spider",     "headless",
                                                       "phantomjs",    "lighthouse", "+http",
                                                       "chatgpt-user", "monitoring"};

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Words that end in "bot", as the names of most do; but Cubot makes phones.
bool has_name_of_bot(std::string_view lower) {
  constexpr std::string_view kEnd = "bot";
  for (auto at = lower.find(kEnd); at != lower.npos; at = lower.find(kEnd, at + 1)) {
    const std::size_t end = at + kEnd.size();
    const bool ends_word = end == lower.size() || !is_letter_or_digit(lower[end]);
    if (ends_word && !lower.substr(0, end).ends_with("cubot")) return true;
  }
  return false;
}

// `text` without the groups that a rule names the model by: "$1" is the first.
std::string without_model(std::string text, std::string_view model,
                          const std::vector<std::string_view>& groups, const char* begin) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool is_named = model.empty() ? i == 0 : model.find(str_cat('$', i + 1)) != model.npos;
    if (!is_named || groups[i].empty()) continue;
    text.replace(static_cast<std::size_t>(groups[i].data() - begin), groups[i].size(),
                 groups[i].size(), '_');
  }
  return text;
}

}  // namespace

Result<void> BotFinder::load(const std::vector<Rule>& devices) {
  for (const Rule& rule : devices) {
    PENSTOCK_TRY(devices_.add(rule.expression, rule.ignores_case));
    models_.push_back(rule.replacement);
    if (rule.replacement == kSpider) {
      PENSTOCK_TRY(spiders_.add(rule.expression, rule.ignores_case));
    }
  }
  for (const std::string_view pattern : crawler_patterns()) {
    PENSTOCK_TRY(crawlers_.add(std::string(pattern), false));
  }
  PENSTOCK_TRY(devices_.compile());
  PENSTOCK_TRY(spiders_.compile());
  return crawlers_.compile();
}

bool BotFinder::has_bot_word(std::string_view user_agent) {
  const std::string lower = to_lower(user_agent);
  return has_name_of_bot(lower) ||
         std::any_of(kBotWords.begin(), kBotWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool BotFinder::has_sign(std::string_view user_agent) {
  return has_bot_word(user_agent) || crawlers_.first_match(user_agent, groups_) >= 0;
}

// Most user agents show no sign at all, and the many device rules are not asked.
bool BotFinder::is_bot(std::string_view user_agent) {
  const bool may_be_spider = spiders_.first_match(user_agent, groups_) >= 0;
  if (!may_be_spider && !has_sign(user_agent)) return false;
  const int rule = devices_.first_match(user_agent, groups_);
  if (rule < 0) return true;
  const std::string& model = models_[static_cast<std::size_t>(rule)];
  if (model == kSpider) return true;
  return has_sign(without_model(std::string(user_agent), model, groups_, user_agent.data()));
}

}  // namespace penstock::enrich
