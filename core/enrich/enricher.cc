#include "enrich/enricher.h"

#include <unistd.h>

#include "base/log.h"
#include "enrich/country.h"
#include "enrich/referrer.h"
#include "enrich/text_arena.h"
#include "enrich/url.h"
#include "enrich/user_agent.h"

namespace penstock::enrich {
namespace {

class StepEnricher final : public Enricher {
 public:
  StepEnricher(std::unique_ptr<UserAgentParser> agents, std::unique_ptr<CountryFinder> countries)
      : agents_(std::move(agents)), countries_(std::move(countries)) {}

  event::Row enrich(const event::Record& record) override {
    event::Row row;
    row.record = record;
    add_url(row);
    row.referrer_host = referrer_host(record.referrer, row.host, texts_);
    add_user_agent(row);
    if (countries_ != nullptr) row.country = countries_->country(record.ip);
    return row;
  }

  void forget() override {
    texts_.clear();
    agents_->renew();
  }

  std::uint64_t unjudged_user_agents() const override { return agents_->unjudged(); }

 private:
  void add_url(event::Row& row) {
    const UrlParts parts = split_url(row.record.url, texts_);
    row.host = parts.host;
    row.path = parts.path;
    row.utm_source = parts.utm_source;
    row.utm_medium = parts.utm_medium;
    row.utm_campaign = parts.utm_campaign;
  }

  void add_user_agent(event::Row& row) {
    const UserAgent agent = agents_->parse(row.record.user_agent, row.record.ip, texts_);
    row.browser = agent.browser;
    row.os = agent.os;
    row.device = agent.device;
    row.is_bot = agent.is_bot;
  }

  TextArena texts_;
  std::unique_ptr<UserAgentParser> agents_;
  std::unique_ptr<CountryFinder> countries_;
};

Result<std::unique_ptr<UserAgentParser>> open_agents(const std::string& rules) {
  if (!rules.empty() && access(rules.c_str(), F_OK) == 0) return UserAgentParser::open(rules);
  log_warn("enrich.no_rules", "no user agent rules: browser and os stay empty", {{"file", rules}});
  return UserAgentParser::open("");
}

}  // namespace

Result<std::unique_ptr<Enricher>> Enricher::open(const EnrichOptions& options) {
  auto agents = open_agents(options.user_agent_rules);
  if (!agents) return fail(agents.error());

  std::unique_ptr<CountryFinder> countries;
  if (!options.geoip_database.empty()) {
    auto opened = CountryFinder::open(options.geoip_database);
    if (!opened) return fail(opened.error());
    countries = std::move(*opened);
  }
  return std::make_unique<StepEnricher>(std::move(*agents), std::move(countries));
}

}  // namespace penstock::enrich
