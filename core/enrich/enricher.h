// From a record to a row: named steps, each adding what it finds. Never refuses an event.
//
// One object a thread. The row's views are lent: into the record, or into the enricher's own
// tables, valid until `forget()`, which the worker calls when a batch is stored.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "event/row.h"

namespace penstock::enrich {

struct EnrichOptions {
  std::string user_agent_rules;  // uap-core's regexes.yaml.
  std::string geoip_database;    // An .mmdb file; "" leaves countries empty.
};

class Enricher {
 public:
  // kConfiguration where a file is missing or broken. Compiling the user agent rules takes about a
  // second; this is done here.
  static Result<std::unique_ptr<Enricher>> open(const EnrichOptions& options);
  virtual ~Enricher() = default;

  virtual event::Row enrich(const event::Record& record) = 0;

  // Frees what only the last batch's rows pointed to.
  virtual void forget() = 0;
};

}  // namespace penstock::enrich
