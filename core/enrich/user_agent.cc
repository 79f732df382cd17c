#include "enrich/user_agent.h"

#include <ctime>

#include "base/text.h"
#include "enrich/device_class.h"
#include "enrich/rules_file.h"
#include "event/limits.h"

namespace penstock::enrich {
namespace {

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

// Of the processor and not of the wall: a busy machine is nobody's fault.
std::int64_t thread_time_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

Result<std::unique_ptr<UserAgentParser>> UserAgentParser::open(const std::string& rules_file,
                                                               const WorkLimits& limits) {
  std::unique_ptr<UserAgentParser> parser(new UserAgentParser(limits));
  PENSTOCK_TRY(parser->load(rules_file));
  return parser;
}

Result<void> UserAgentParser::load(const std::string& rules_file) {
  if (rules_file.empty()) return bots_.load({});
  auto file = read_rules(rules_file);
  if (!file) return fail(file.error());

  const auto add = [](std::vector<Rule>& from, Families& into) -> Result<void> {
    for (Rule& rule : from) {
      PENSTOCK_TRY(into.rules.add(rule.expression, rule.ignores_case));
      into.replacements.push_back(std::move(rule.replacement));
    }
    return into.rules.compile();
  };
  PENSTOCK_TRY(add(file->browsers, browsers_));
  PENSTOCK_TRY(add(file->systems, systems_));
  has_rules_ = true;
  return bots_.load(file->devices);
}

UserAgent UserAgentParser::parse(std::string_view user_agent, std::string_view source,
                                 TextArena& texts) {
  const std::string_view text = utf8_prefix(user_agent, event::kUserAgentBytesMax);
  if (text.empty()) return {};
  if (const auto known = by_text_.find(text); known != by_text_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
  } else {
    const std::string payer(source);
    if (!budget_.allows(payer)) return guess(text);
    const std::int64_t begin_us = thread_time_us();
    entries_.push_front(judge(text));
    budget_.spend(payer, thread_time_us() - begin_us);
    by_text_.emplace(entries_.front().text, entries_.begin());
    if (entries_.size() > kCachedMax) {
      by_text_.erase(entries_.back().text);
      entries_.pop_back();
    }
  }
  const Entry& entry = entries_.front();
  return {texts.keep(entry.browser), texts.keep(entry.os), entry.device, entry.is_bot};
}

UserAgentParser::Entry UserAgentParser::judge(std::string_view user_agent) {
  Entry entry;
  entry.text = user_agent;
  if (has_rules_) {
    entry.browser = family(browsers_, user_agent);
    entry.os = family(systems_, user_agent);
  }
  entry.is_bot = bots_.is_bot(user_agent);
  entry.device = entry.is_bot ? "bot" : device_class(to_lower(user_agent));
  return entry;
}

UserAgent UserAgentParser::guess(std::string_view user_agent) {
  ++unjudged_;
  UserAgent agent;
  agent.is_bot = BotFinder::has_bot_word(user_agent);
  agent.device = agent.is_bot ? "bot" : device_class(to_lower(user_agent));
  return agent;
}

std::string UserAgentParser::family(Families& families, std::string_view user_agent) {
  const int rule = families.rules.first_match(user_agent, groups_);
  if (rule < 0) return "Other";
  const std::string& pattern = families.replacements[static_cast<std::size_t>(rule)];
  return replaced(pattern.empty() ? "$1" : std::string_view(pattern), groups_);
}

}  // namespace penstock::enrich
