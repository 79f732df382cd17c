// From a record to a row: named steps, each adding what it finds. Never refuses an event.
//
// One object a thread. The row's views are lent: into the record, or into the enricher's own
// tables, valid until `forget()`, which the worker calls when a batch is stored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "enrich/places/user_agent_rules.h"
#include "event/row.h"

namespace penstock::enrich {

struct EnrichOptions {
  // uap-core's regexes.yaml. "" or an absent file: browser and system stay empty, with a warning.
  std::string user_agent_rules = kUserAgentRules;
  std::string geoip_database;  // An .mmdb file; "" leaves countries empty.
};

class Enricher {
 public:
  // kConfiguration where the rules are broken, or the GeoIP database is missing or broken.
  // Compiling the rules takes half a second; this is done here.
  static Result<std::unique_ptr<Enricher>> open(const EnrichOptions& options);
  virtual ~Enricher() = default;

  virtual event::Row enrich(const event::Record& record) = 0;

  // Frees what only the last batch's rows pointed to.
  virtual void forget() = 0;

  // User agents so far that there was no time for: UserAgentParser::unjudged().
  virtual std::uint64_t unjudged_user_agents() const = 0;
};

}  // namespace penstock::enrich
