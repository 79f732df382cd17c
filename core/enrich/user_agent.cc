#include "enrich/user_agent.h"

#include <array>

#include "base/text.h"
#include "enrich/device_class.h"
#include "enrich/rules_file.h"
#include "event/limits.h"

namespace penstock::enrich {
namespace {

// Beyond uap-core's list: what it does not know yet, and browsers that no person looks through.
constexpr std::array<std::string_view, 11> kBotWords = {
    "bot/",      "bot;",       "bot)",  "crawler",      "spider",    "headless",
    "phantomjs", "lighthouse", "+http", "chatgpt-user", "monitoring"};

// uap-core finds a bot by the words in these names too, but has device rules before that, which
// are not used here: phones by Cubot, Amazon's browser, LG's and HTC's models, and programs.
constexpr std::array<std::string_view, 7> kNotBotWords = {
    "cubot", "silk", "vortex", "htc_speedy", "yahoomobile", "yahoojmobile", "daummobile"};

std::string without_words(std::string text) {
  for (const std::string_view word : kNotBotWords) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      text.replace(at, word.size(), word.size(), '_');
    }
  }
  return text;
}

// "$1 for ArcGIS" with the first group in place of $1, and so on.
std::string replaced(std::string_view pattern, const std::vector<std::string_view>& groups) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool is_group = pattern[i] == '$' && i + 1 < pattern.size() && pattern[i + 1] >= '1' &&
                          pattern[i + 1] <= '9';
    if (!is_group) {
      out += pattern[i];
      continue;
    }
    const auto number = static_cast<std::size_t>(pattern[++i] - '1');
    if (number < groups.size()) out += groups[number];
  }
  return std::string(trim(out));
}

}  // namespace

Result<std::unique_ptr<UserAgentParser>> UserAgentParser::open(const std::string& rules_file) {
  auto file = read_rules(rules_file);
  if (!file) return fail(file.error());

  auto parser = std::make_unique<UserAgentParser>();
  const auto load = [](std::vector<Rule>& from, Families& into) -> Result<void> {
    for (Rule& rule : from) {
      PENSTOCK_TRY(into.rules.add(rule.expression, rule.ignores_case));
      into.replacements.push_back(std::move(rule.replacement));
    }
    return into.rules.compile();
  };
  PENSTOCK_TRY(load(file->browsers, parser->browsers_));
  PENSTOCK_TRY(load(file->systems, parser->systems_));
  for (const Rule& rule : file->spiders) {
    PENSTOCK_TRY(parser->spiders_.add(rule.expression, true));
  }
  PENSTOCK_TRY(parser->spiders_.compile());
  parser->has_rules_ = true;
  return parser;
}

UserAgent UserAgentParser::parse(std::string_view user_agent) {
  const std::string_view text = utf8_prefix(user_agent, event::kUserAgentBytesMax);
  if (text.empty()) return {};
  if (const auto known = by_text_.find(text); known != by_text_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
  } else {
    entries_.push_front(judge(text));
    by_text_.emplace(entries_.front().text, entries_.begin());
  }
  const Entry& entry = entries_.front();
  return {entry.browser, entry.os, entry.device, entry.is_bot};
}

void UserAgentParser::trim() {
  while (entries_.size() > kCachedMax) {
    by_text_.erase(entries_.back().text);
    entries_.pop_back();
  }
}

UserAgentParser::Entry UserAgentParser::judge(std::string_view user_agent) {
  Entry entry;
  entry.text = user_agent;
  const std::string lower = to_lower(user_agent);
  if (has_rules_) {
    entry.browser = family(browsers_, user_agent);
    entry.os = family(systems_, user_agent);
  }
  entry.is_bot = is_bot(lower);
  entry.device = entry.is_bot ? "bot" : device_class(lower);
  return entry;
}

std::string UserAgentParser::family(Families& families, std::string_view user_agent) {
  const int rule = families.rules.first_match(user_agent, groups_);
  if (rule < 0) return "Other";
  const std::string& pattern = families.replacements[static_cast<std::size_t>(rule)];
  return replaced(pattern.empty() ? "$1" : std::string_view(pattern), groups_);
}

bool UserAgentParser::is_bot(std::string_view lower) {
  const std::string text = without_words(std::string(lower));
  for (const std::string_view word : kBotWords) {
    if (text.find(word) != std::string::npos) return true;
  }
  return spiders_.first_match(text, groups_) >= 0;
}

}  // namespace penstock::enrich
